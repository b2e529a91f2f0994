"""Where labels come in and go out: exports, and imports from other tools."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui_labeler.model.errors import BadInput
from tui_labeler.model.pace import HOURS, images_an_hour, measured_pace
from tui_labeler.model.progress import Progress, silent
from tui_labeler.model.tasks import ExportResult, Status
from tui_labeler.model.transfers import (
    ExportOptions,
    FormatInfo,
    ImportChoices,
    ImportPreview,
    ImportRecord,
    ImportResult,
    UndoResult,
)
from tui_labeler.store import exports, importhistory, projects, submissions
from tui_labeler.store.database import Database
from tui_labeler.workspace.datasets import Datasets
from tui_labeler.workspace.edits import Edits

if TYPE_CHECKING:
    from tui_labeler.exchange.importing import Import
    from tui_labeler.workspace.versions import Difference

_EVERYTHING = ExportOptions()
_AS_IT_IS = ImportChoices()


class Exchange:
    """Datasets from labels, and labels from files. `exports_folder` is where exports go by themselves."""

    def __init__(
        self, database: Database, clock: Callable[[], float], datasets: Datasets, edits: Edits, exports_folder: Path
    ) -> None:
        self._database, self._clock, self._datasets, self._edits = database, clock, datasets, edits
        self.exports_folder = exports_folder

    def formats(self) -> tuple[FormatInfo, ...]:
        """Every format, written or read."""
        from tui_labeler.formats import registry

        return tuple(entry.info for entry in registry.formats())

    def format(self, name: str) -> FormatInfo | None:
        """That one alone, which is quicker; None where it cannot be loaded."""
        from tui_labeler.formats import registry

        try:
            return registry.get(name).info
        except BadInput:
            return None

    def export(
        self,
        project: str,
        format_name: str = "azureml",
        out: Path | None = None,
        progress: Progress = silent,
        options: ExportOptions = _EVERYTHING,
    ) -> ExportResult:
        """Writes the labels of completed tasks as a dataset with a generated name, whole or not at all."""
        from tui_labeler.exchange import exporting

        folder = Path(os.path.expanduser(out or self.exports_folder)).absolute()
        self._edits.settle(project, progress)
        return exporting.export(
            self._database, self._datasets.open, project, format_name, options, folder, self._clock, progress
        )

    def exports(self, project: str | None = None) -> tuple[ExportResult, ...]:
        """Newest first."""
        with self._database.read() as tx:
            return exports.exports(tx, project)

    def count_exports(self, project: str | None = None) -> int:
        """How many there are, those among them that cannot be read, and are not listed."""
        with self._database.read() as tx:
            return exports.count(tx, project)

    def export_again(self, name: str, out: Path | None = None, progress: Progress = silent) -> ExportResult:
        """Writes an earlier export once more, byte for byte, whatever its labels became since. Raises NotFound,
        AlreadyExists."""
        from tui_labeler.exchange import exporting

        folder = Path(os.path.expanduser(out or self.exports_folder)).absolute()
        return exporting.again(self._database, self._datasets.open, name, folder, progress)

    def difference(self, before: str, after: str) -> Difference:
        """What one export has otherwise than another one. Raises NotFound."""
        from tui_labeler.workspace import versions

        return versions.difference(self._database, before, after)

    def preview_import(
        self,
        project: str,
        path: Path,
        format_name: str = "",
        progress: Progress = silent,
        choices: ImportChoices = _AS_IT_IS,
    ) -> ImportPreview:
        """What an import of the file, folder or zip would do; an empty `format_name` is told from the file."""
        return self._import(project, path, format_name, choices, progress).preview()

    def import_labels(
        self,
        project: str,
        path: Path,
        format_name: str = "",
        choices: ImportChoices = _AS_IT_IS,
        progress: Progress = silent,
    ) -> ImportResult:
        """Takes the labels of a file, folder or zip into the project's tasks, all in one transaction."""
        return self._import(project, path, format_name, choices, progress).apply(self._clock())

    def _import(self, project: str, path: Path, format_name: str, choices: ImportChoices, progress: Progress) -> Import:
        from tui_labeler.exchange.importing import Import

        whole = Path(os.path.expanduser(path))
        return Import(self._database, self._datasets.open, project, whole, format_name, progress, choices)

    def imports(self, project: str | None = None) -> tuple[ImportRecord, ...]:
        """Newest first."""
        with self._database.read() as tx:
            return importhistory.records(tx, project)

    def images_an_hour(self, status: Status) -> float:
        """How fast the project of this status is labeled; what was imported is not counted."""
        now = self._clock()
        with self._database.read() as tx:
            recent = submissions.recent_seconds(tx, projects.project(tx, status.name).id, now - HOURS * 3600)
        if recent:
            return measured_pace(recent, now)
        records = self.imports(status.name) if status.activity else ()
        imports = [(record.created, record.imported) for record in records if not record.prelabel]
        return images_an_hour(status.activity, imports, now)

    def undo_import(self, import_id: int) -> UndoResult:
        """Gives each task what it had before, where nobody has changed it since. Raises NotFound, NotAllowed."""
        with self._database.write() as tx:
            return importhistory.undo(tx, import_id, self._clock())

    def review_reasons(self, task_id: int) -> tuple[str, ...]:
        """What an import left out of a task, so that it needs review; nothing for other tasks."""
        with self._database.read() as tx:
            return importhistory.review_reasons(tx, task_id)
