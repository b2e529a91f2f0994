"""Prelabels: what models, or persons who brought labels along, propose for tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import msgspec

from tui_labeler.model.errors import BadInput
from tui_labeler.model.labelrules import labels_problem
from tui_labeler.model.prelabels import Prelabel, PrelabelCounts
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Task
from tui_labeler.store import edits, prelabels, projects, queue
from tui_labeler.store.database import Database

if TYPE_CHECKING:
    pass

# A proposal that no submitted region overlaps by so much was looked at and not taken.
_REFUSED_BELOW = 0.3
# One process assists a project; another one takes over if it is not heard of for so long, in seconds.
_SILENT_SECONDS = 120.0


class Proposals:
    """Proposals for the tasks of a project."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def put(self, project: str, entries: Iterable[tuple[Task, Prelabel]], class_edit: int | None = None) -> int:
        """Proposes labels for tasks, in one transaction; returns for how many. Names of classes are those after the edit
        `class_edit` of them (see `ClassList`), where that is known. Passed over are tasks that are submitted
        already, and those for which a person brought labels along, if a model proposes. Raises BadInput, and keeps
        nothing, for labels that the project does not take."""
        taken = 0
        with self._database.write() as tx:
            row = projects.project(tx, project)
            for task, entry in entries:
                entry = msgspec.structs.replace(entry, labels=edits.as_now(tx, row, entry.labels, class_edit))
                problem = labels_problem(row.spec, entry.labels)
                if problem or not 0.0 <= entry.confidence <= 1.0:
                    raise BadInput(f"{task.path}: {problem or 'the confidence is not between 0 and 1.'}")
                entry = entry if entry.at else msgspec.structs.replace(entry, at=self._clock())
                taken += prelabels.put(tx, row.id, task.id, entry)
        return taken

    def get(self, task: Task) -> Prelabel | None:
        """What is proposed for a task, or was before it was submitted; None where there is nothing."""
        with self._database.read() as tx:
            return prelabels.get(tx, task.id)

    def drop(self, task: Task) -> bool:
        """Takes the proposal for a task away; whether there was one."""
        with self._database.write() as tx:
            return prelabels.drop(tx, projects.project(tx, task.project).id, task.id)

    def drop_of_models(self, project: str) -> int:
        """Takes away what models propose for open tasks; what persons brought along stays. Returns how many."""
        with self._database.write() as tx:
            return prelabels.drop_of_models(tx, projects.project(tx, project).id)

    def counts(self, project: str) -> PrelabelCounts:
        with self._database.read() as tx:
            return prelabels.counts(tx, projects.project(tx, project).id)

    def past(self, project: str, source: str, count: int) -> tuple[tuple[Labels, Labels], ...]:
        """(what the model `source` proposed, what labelers made of it) of the newest submitted tasks, newest first."""
        with self._database.read() as tx:
            return tuple(prelabels.past(tx, projects.project(tx, project).id, source, count))

    def tasks_without(self, project: str, source: str, count: int) -> tuple[Task, ...]:
        """Of the next `count` tasks those that the model `source` may propose for, and has not."""
        with self._database.read() as tx:
            return queue.without_prelabel(tx, projects.project(tx, project).id, project, source, count)

    def training_labels(
        self, project: str, count: int, since: float = 0.0
    ) -> tuple[tuple[str, Labels, tuple[Region, ...]], ...]:
        """(path, labels, proposals that were not taken) of the newest submitted tasks, oldest first; of those since a
        time, in seconds since 1970."""
        with self._database.read() as tx:
            examples = list(prelabels.teaching(tx, projects.project(tx, project).id, count, since))
        return tuple((path, labels, _refused(shown, labels)) for path, labels, shown in reversed(examples))


def _refused(shown: Labels | None, labels: Labels) -> tuple[Region, ...]:
    if shown is None:
        return ()
    boxes = [region.extent for region in labels.regions]
    return tuple(region for region in shown.regions if all(region.extent.iou(box) < _REFUSED_BELOW for box in boxes))
