"""How far labels can be trusted: agreement in figures, likely mistakes, what each labeler answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tui_labeler.model.mistakes import Mistake
from tui_labeler.model.progress import Progress, silent
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Task
from tui_labeler.store import answers, edits, figures, gold, key_value, projects, readable
from tui_labeler.store.database import Database
from tui_labeler.workspace.datasets import Datasets

if TYPE_CHECKING:
    from tui_labeler.model.quality import Quality
    from tui_labeler.workspace.mistakes import Evidence

# So many likely mistakes are kept at most.
_KEPT = 5_000


class _Found(msgspec.Struct, frozen=True):
    """Likely mistakes, with the names of classes after the edit `class_edit` of them."""

    class_edit: int
    mistakes: tuple[Mistake, ...]


class LabelQuality:
    """What is known of the labels of a workspace's projects."""

    def __init__(self, database: Database, datasets: Datasets) -> None:
        self._database, self._datasets = database, datasets

    def figures(self, project: str) -> Quality:
        """How good the labels are, as far as anything was compared, known or reviewed."""
        from tui_labeler.quality.figures import quality

        with self._database.read() as tx:
            row = projects.project(tx, project)
            counts = figures.read(tx, row.id)
            known = gold.count(tx, row.id)
        return quality(project, row.spec.classes.names, counts, known)

    def find_mistakes(
        self, project: str, evidence: Evidence | None = None, progress: Progress = silent
    ) -> tuple[Mistake, ...]:
        """Likely mistakes, the most probable first; kept, so that review begins with them. Raises NotAllowed where there
        is nothing to look at."""
        from tui_labeler.workspace import mistakes

        class_edit, ranked = mistakes.mistakes(
            self._database, self._datasets.open, project, evidence or mistakes.Evidence(), progress
        )
        found = _Found(class_edit, ranked[:_KEPT])
        with self._database.write() as tx:
            key_value.write(tx, _memo_key(project), msgspec.json.encode(found).decode())
        return ranked

    def mistakes(self, project: str) -> tuple[Mistake, ...]:
        """Those that were found last, the most probable first; at most 5,000."""
        with self._database.read() as tx:
            row = projects.project(tx, project)
            kept = key_value.read(tx, _memo_key(project))
            found = readable.read(kept, _Found)
            if found is None:
                return readable.read(kept, tuple[Mistake, ...]) or ()  # an earlier version's
            class_list = edits.class_list(tx, row)
        became = class_list.since(found.class_edit, {mistake.name for mistake in found.mistakes})
        return tuple(
            msgspec.structs.replace(mistake, name=became.get(mistake.name, mistake.name))
            for mistake in found.mistakes
            if became.get(mistake.name, "kept")
        )

    def answers(self, task: Task) -> dict[str, Labels | None]:
        """What each labeler said of an image, side by side; only where several label it, or its labels are known."""
        with self._database.read() as tx:
            return answers.answers(tx, task.id)


def _memo_key(project: str) -> str:
    """Under which name the likely mistakes of a project are kept."""
    return f"mistakes/{project}"
