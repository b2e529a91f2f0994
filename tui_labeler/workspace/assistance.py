"""The part of the workspace that proposes: prelabels, wherever they come from."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tui_labeler.model.errors import BadInput
from tui_labeler.model.labelrules import labels_problem
from tui_labeler.model.prelabels import Prelabel, PrelabelCounts
from tui_labeler.model.tasks import Task
from tui_labeler.store import prelabels, projects
from tui_labeler.workspace.desk import Desk


class Assistance(Desk):
    """Proposals for the tasks of a project."""

    def put_prelabels(self, project: str, entries: Iterable[tuple[Task, Prelabel]]) -> int:
        """Proposes labels for tasks, in one transaction; returns for how many. Passed over are tasks that are submitted
        already, and those for which a person brought labels along, if a model proposes. Raises BadInput, and keeps
        nothing, for labels that the project does not take."""
        taken = 0
        with self._database.write() as tx:
            found = projects.project(tx, project)
            for task, entry in entries:
                problem = labels_problem(found.spec, entry.labels)
                if problem or not 0.0 <= entry.confidence <= 1.0:
                    raise BadInput(f"{task.path}: {problem or 'the confidence is not between 0 and 1.'}")
                entry = entry if entry.at else msgspec.structs.replace(entry, at=self._clock())
                taken += prelabels.put(tx, found.id, task.id, entry)
        return taken

    def prelabel(self, task: Task) -> Prelabel | None:
        """What is proposed for a task, or was before it was submitted; None where there is nothing."""
        with self._database.read() as tx:
            return prelabels.get(tx, task.id)

    def drop_prelabel(self, task: Task) -> bool:
        """Takes the proposal for a task away; whether there was one."""
        with self._database.write() as tx:
            return prelabels.drop(tx, projects.project(tx, task.project).id, task.id)

    def drop_prelabels(self, project: str) -> int:
        """Takes away what models propose for open tasks; what persons brought along stays. Returns how many."""
        with self._database.write() as tx:
            return prelabels.drop_of_models(tx, projects.project(tx, project).id)

    def prelabel_counts(self, project: str) -> PrelabelCounts:
        with self._database.read() as tx:
            return prelabels.counts(tx, projects.project(tx, project).id)
