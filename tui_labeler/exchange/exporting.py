"""An export from its first byte to its name: written aside, then renamed when it is whole."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from tui_labeler.datastores.store import OpenDatastore
from tui_labeler.exchange.partial import PARTIAL, remove_leftovers
from tui_labeler.exchange.selection import Selection
from tui_labeler.formats.files import sync_folder
from tui_labeler.formats.registry import writer
from tui_labeler.formats.writing import Progress, Rows, Writer, Written
from tui_labeler.model.edits import require_known
from tui_labeler.model.errors import AlreadyExists, NotAllowed, StorageError
from tui_labeler.model.names import dataset_name
from tui_labeler.model.progress import Progress as StepProgress
from tui_labeler.model.progress import Step
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import Datastore, ExportResult
from tui_labeler.model.transfers import ExportOptions, ExportRecipe
from tui_labeler.processes import dead_prefix
from tui_labeler.store import changes, exportcontents, exports, projects
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.projects import ProjectRow


def export(
    database: Database,
    open_datastore: Callable[[Datastore], OpenDatastore],
    project: str,
    format_name: str,
    options: ExportOptions,
    folder: Path,
    clock: Callable[[], float],
    progress: StepProgress,
) -> ExportResult:
    """Writes labels of a project into a new folder of `folder`, under a generated name."""
    began = time.perf_counter()
    with database.read() as tx:
        row = projects.project(tx, project)
        if options.classes:
            require_known(project, row.class_edit, options.class_edit)
        status = projects.status(tx, row)
        unsubmitted = changes.unsubmitted(tx, row.id)
        _require_choice(tx, row, options)
    chosen_format = writer(format_name, row.spec.details.type)
    total = status.completed + (status.stale if options.reviews else 0)
    if not total:
        mend = f"Label some first: tui-labeler label {project}."
        raise NotAllowed(f"There is nothing to export: no task of “{project}” is completed.", mend)
    named_at = _free(database, project, folder, float(int(clock())))
    final = folder / dataset_name(project, datetime.fromtimestamp(named_at, UTC))
    selection = Selection(database, row, open_datastore(row.datastore), chosen_format, options, final)
    left_out: dict[str, int] = {}

    def write_selected(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        with selection.opened(folder) as chosen:
            written = chosen_format.write(folder, spec, chosen, progress)
            left_out.update(selection.left_out())
        if not written.rows and selection.unreadable:
            mend = "See: tui-labeler workspace check."
            raise NotAllowed(f"There is nothing to export: labels of “{selection.unreadable[0]}” cannot be read.", mend)
        if not written.rows:
            raise NotAllowed("There is nothing to export: no labels pass the filters.", "Choose other filters.")
        return written

    def tell(done: int) -> None:
        progress(Step.WRITING, done, total)

    with written_aside(folder, write_selected, row.spec, Rows(tuple), tell) as (aside, written):
        result = ExportResult(
            name="",
            project=project,
            format=format_name,
            rows=written.rows,
            path="",
            files=(*written.files, *selection.folders),
            created=named_at if selection.folders else clock(),
            bytes=written.bytes,
            regions=written.regions,
            left_out=left_out | written.left_out,
            parts=written.parts,
            unsubmitted=unsubmitted,
            unreadable=selection.unreadable,
        )
        only = final if selection.folders else None
        recipe = ExportRecipe(format_name, options, row.spec, str(final))
        return _settle(database, row, aside, folder, result, began, only, recipe, selection.label_ids)


def _require_choice(tx: Transaction, project: ProjectRow, options: ExportOptions) -> None:
    """Raises NotAllowed where labels are to be chosen by what nobody did yet."""
    if options.accepted and not exports.is_reviewed(tx, project.id):
        raise NotAllowed(f"Nothing of “{project.name}” was reviewed yet.", "Review it first, or export without --only.")
    if options.least_agreement > 0 and not exports.is_compared(tx, project.id):
        mend = "Have several people label an image (Details, Workforce), or export without --min-agreement."
        raise NotAllowed(f"No image of “{project.name}” was labeled by more than one person.", mend)


def again(
    database: Database,
    open_datastore: Callable[[Datastore], OpenDatastore],
    name: str,
    folder: Path,
    progress: StepProgress,
) -> ExportResult:
    """Writes an earlier export once more, from history: the same files, byte for byte, in a folder of its name in `folder`.
    Raises NotFound for an export that is not known, or whose project was deleted, and AlreadyExists."""
    with database.read() as tx:
        export_id, result, recipe = exportcontents.kept(tx, name)
        project = projects.project(tx, result.project)
    target = folder / name
    if target.exists():
        raise AlreadyExists(f"{target} is there already.", "Choose another folder with --out.")
    project = msgspec.structs.replace(project, spec=recipe.spec)
    chosen_format = writer(recipe.format, recipe.spec.details.type)
    store = open_datastore(project.datastore)
    selection = Selection(database, project, store, chosen_format, recipe.options, Path(recipe.folder), export_id)

    def write_selected(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
        with selection.opened(folder) as chosen:
            return chosen_format.write(folder, spec, chosen, progress)

    def tell(done: int) -> None:
        progress(Step.WRITING, done, result.rows)

    with written_aside(folder, write_selected, recipe.spec, Rows(tuple), tell) as (aside, written):
        if not settle(aside, target):
            raise AlreadyExists(f"{target} is there already.", "Choose another folder with --out.")
        return msgspec.structs.replace(
            result, path=str(target), rows=written.rows, bytes=written.bytes, files=(*written.files, *selection.folders)
        )


def _free(database: Database, project: str, folder: Path, created: float) -> float:
    """The first second from `created` on whose generated name is free."""
    while True:
        name = dataset_name(project, datetime.fromtimestamp(created, UTC))
        with database.read() as tx:
            if not exports.name_taken(tx, name) and not (folder / name).exists():
                return created
        created += 1


def _settle(
    database: Database,
    project: ProjectRow,
    aside: Path,
    folder: Path,
    result: ExportResult,
    began: float,
    only: Path | None,
    recipe: ExportRecipe,
    label_ids: Iterable[int],
) -> ExportResult:
    """Gives the dataset the first free name from the second of its creation on, on the disk and in the workspace.
    `only`: the one that stands in it already. Raises StorageError where another export has taken that."""
    created = float(int(result.created))
    while True:
        name = dataset_name(result.project, datetime.fromtimestamp(created, UTC))
        path = folder / name
        if only not in (None, path):
            raise StorageError(f"Another export took the name {only and only.name} meanwhile.", "Export again.")
        named = msgspec.structs.replace(
            result, name=name, path=str(path), created=created, seconds=round(time.perf_counter() - began, 3)
        )
        with explained(folder), database.write() as tx:
            if not exports.name_taken(tx, name) and settle(aside, path):
                try:
                    text = msgspec.json.encode(recipe).decode()
                    exportcontents.put(tx, exports.add(tx, project.id, named), project.id, text, label_ids)
                except BaseException:
                    path.rename(aside)  # the block around removes it: no dataset without its entry
                    raise
                return named
        created += 1


@contextmanager
def written_aside(
    folder: Path, write: Writer, spec: ProjectSpec, rows: Rows, progress: Progress
) -> Iterator[tuple[Path, Written]]:
    """Writes a dataset into a hidden folder of `folder`, and yields it with what was written. The block renames it; what
    is still there when the block ends is removed. Raises StorageError for what the disk refuses."""
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        aside = folder / f"{dead_prefix(PARTIAL)}{os.urandom(4).hex()}"
        aside.mkdir()
    try:
        with explained(folder):
            written = write(aside, spec, rows, progress)
            sync_folder(aside)
        yield aside, written
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def settle(aside: Path, target: Path) -> bool:
    """Gives a whole dataset its name; False where the name is taken on the disk."""
    if target.exists():
        return False
    try:
        aside.rename(target)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            return False
        raise
    sync_folder(target.parent)
    return True


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turns what the disk says into a StorageError that names the folder."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            mend = "Free some space, or choose another folder with --out; nothing half-written was left."
            raise StorageError(f"The export cannot be written to {folder}: the disk is full.", mend) from None
        mend = "Choose another folder with --out."
        raise StorageError(f"The export cannot be written to {folder}: {error.strerror}.", mend) from None
