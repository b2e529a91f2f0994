"""Images whose labels are known: mixed among the others, what labelers say of them is held against them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from tui_labeler.model.errors import NotAllowed, NotFound
from tui_labeler.model.labelrules import check_labels
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Task
from tui_labeler.model.team import Role
from tui_labeler.model.workforce import Workforce
from tui_labeler.store import answers, gold, projects, task_queries, task_rows
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace import answering
from tui_labeler.workspace.permissions import require_reviewer
from tui_labeler.workspace.team import require_owner

# About every so many-th image is a known one, if the project does not say it.
GOLD_EVERY = 10


class Gold:
    """The known images of a workspace's projects."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def images(self, project: str) -> tuple[tuple[str, str, float, int], ...]:
        """(path, who added it, when, how many labelers answered it) of each image whose labels are known. Raises NotAllowed
        for whoever has the role labeler."""
        with self._database.read() as tx:
            row = projects.project(tx, project)
            if (standing := self._database.team) is not None:
                self._require_may_know(row, standing.person)
            return gold.listed(tx, row.id)

    def may_know(self, workforce: Workforce, who: str) -> bool:
        """Whether somebody may see and set which images are known: a reviewer of the project; where there are roles, an
        owner too, and nobody who is a labeler."""
        standing = self._database.team
        if standing is not None and standing.is_owner:
            return True
        may = standing is None or (standing.role is Role.REVIEWER and standing.person == who)
        return may and workforce.may_review(who)

    def _require_may_know(self, row: ProjectRow, who: str) -> None:
        if self.may_know(row.spec.workforce, who):
            return
        standing = self._database.team
        if standing is not None and standing.role is not Role.REVIEWER:
            role = standing.role or "not of the team"
            raise NotAllowed(
                f"Known images are for reviewers and owners; “{standing.person}” is {role}.", "Ask an owner."
            )
        if standing is not None and standing.person != who:
            raise NotAllowed(f"You are signed in as “{standing.person}”, and set known images under that name alone.")
        require_reviewer(row, who)

    def contains(self, task: Task) -> bool:
        """Whether the labels of this image are known."""
        with self._database.read() as tx:
            return gold.contains(tx, task.id)

    def add(self, project: str, path: str, who: str, labels: Labels | None = None) -> None:
        """Makes `labels` (None: those that count) the known ones of an image; what labelers said of it is held against them
        at once. Raises NotAllowed where it has none, and for whoever `may_know` refuses."""
        with self._database.write() as tx:
            row = projects.project(tx, project)
            self._require_may_know(row, who)
            if not row.spec.workforce.gold_every:
                require_owner(self._database, f"Mixing the first known image into “{project}”")
            task = answering.require_task(tx, row, path)
            if labels is None:
                counting = task_queries.current_labels(tx, task.id)
                labels = counting.labels if counting else None
            if labels is None:
                raise NotAllowed(f"“{path}” has no labels that could be known.", "Label it first.")
            check_labels(row.spec, labels)
            self._change(tx, row, task, labels, lambda: gold.put(tx, row.id, task.id, labels, who, self._clock()))
            if not row.spec.workforce.gold_every:
                force = msgspec.structs.replace(row.spec.workforce, gold_every=GOLD_EVERY)
                projects.update_spec(tx, row.id, msgspec.structs.replace(row.spec, workforce=force))

    def remove(self, project: str, path: str, who: str) -> None:
        """The image is like any other from now on. Raises NotFound where it is no known one, NotAllowed as `add`."""
        with self._database.write() as tx:
            row = projects.project(tx, project)
            self._require_may_know(row, who)
            task = task_rows.task_by_path(tx, row.id, project, path)
            if not gold.contains(tx, task.id):
                raise NotFound(f"“{path}” is not an image with known labels.")
            self._change(tx, row, task, None, lambda: gold.drop(tx, task.id))

    def _change(
        self, tx: Transaction, row: ProjectRow, task: Task, labels: Labels | None, change: Callable[[], object]
    ) -> None:
        given = answers.answers(tx, task.id)
        before = gold.get(tx, task.id)
        change()
        answering.recount(tx, row, task.id, given, given, before, labels)
        if labels != before:
            answering.known_changed(tx, row, task, given, labels, self._clock())
