"""Labels that follow an edit of classes, or get back what they had, page by page: whoever labels meanwhile waits for one.

What was interrupted goes on when somebody next needs all labels in one state. Two processes at the same edit do no harm:
each page looks at its tasks anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from tui_labeler.model.errors import NotFound
from tui_labeler.model.progress import Progress, Step
from tui_labeler.store import bulk, bulktexts, edits, projects, running_edits
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.edits import EditRow
from tui_labeler.store.running_edits import FOLLOWING, RETURNING, ClassesChanging

PAGE = 250
_PROPOSALS = "prelabel"
# Who may not change classes waits so long for those who may, in seconds, with naps between two looks.
_PATIENCE, _NAP = 120.0, 0.2


class Following:
    """The edits of classes of a workspace that are under way."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock

    def settle(self, project: str, progress: Progress) -> None:
        """Ends what is under way in a project, whoever began it. Raises ClassesChanging for who may not do that where
        nobody else does."""
        until = time.monotonic() + _PATIENCE
        team = self._database.team
        while True:
            with self._database.read() as tx:
                numbers = running_edits.running(tx, projects.project(tx, project).id)
                edit = edits.row(tx, numbers[0]) if numbers else None
            if edit is None:
                return
            if team is not None and not team.is_owner:
                progress(Step.CHANGING, 0, 0)
                if time.monotonic() > until:
                    raise ClassesChanging(project)
                time.sleep(_NAP)
                continue
            with suppress(NotFound):  # the project was deleted meanwhile: said at the next look
                if edit.running == FOLLOWING:
                    self.follow(edit.id, progress)
                else:
                    self.give_back(edit.id, progress)

    def follow(self, edit_id: int, progress: Progress) -> None:
        """Labels and proposals have the edit's names of classes, and it is whole. Progress counts labels."""
        with self._database.read() as tx:
            edit = edits.row(tx, edit_id)
            counted = projects.counted_classes(tx, edit.project_id)
        done, total = 0, sum(counted.get(name, 0) for name in edit.mapping)
        progress(Step.CHANGING, 0, total)
        for part in ("", _PROPOSALS):
            after = 0
            while ids := self._page(_using, edit, part, after):
                with self._database.write() as tx:
                    if edits.row(tx, edit_id).running != FOLLOWING:
                        return
                    if part:
                        bulktexts.recast_texts(tx, edit.project_id, edit_id, part, edit.mapping, ids)
                    else:
                        change = bulk.recasting(edit.mapping)
                        images, labels, _ = bulk.apply(tx, edit.project_id, edit_id, iter([ids]), change)
                        running_edits.add_changed(tx, edit_id, images, labels)
                        done += labels
                after = ids[-1]
                progress(Step.CHANGING, done, max(done, total))
        with self._database.write() as tx:
            if edits.row(tx, edit_id).running == FOLLOWING:
                running_edits.end(tx, edit_id)

    def give_back(self, edit_id: int, progress: Progress) -> tuple[int, int]:
        """Each task has what it had before the edit, where nobody has changed it since: (restored, kept)."""
        with self._database.read() as tx:
            edit = edits.row(tx, edit_id)
            total = edits.count_tasks(tx, edit_id)
        seen = restored = 0
        for part in ("", _PROPOSALS):
            after = 0
            while ids := self._page(_changed, edit, part, after):
                with self._database.write() as tx:
                    if edits.row(tx, edit_id).running != RETURNING:
                        return restored, total - restored
                    restored += edits.restore_page(tx, edit, self._clock(), ids)
                after, seen = ids[-1], min(seen + len(ids), total)
                progress(Step.CHANGING, seen, total)
        with self._database.write() as tx:
            if edits.row(tx, edit_id).running == RETURNING:
                edits.mark_undone(tx, edit_id, self._clock())
        return restored, total - restored

    def _page(
        self, of_edit: Callable[[Transaction, EditRow, str, int], list[int]], edit: EditRow, part: str, after: int
    ) -> list[int]:
        """Tasks are looked for where no writer waits for it."""
        with self._database.read() as tx:
            return of_edit(tx, edit, part, after)


def _using(tx: Transaction, edit: EditRow, part: str, after: int) -> list[int]:
    if part:
        return bulktexts.proposals_using(tx, edit.project_id, edit.mapping, after, PAGE)
    return bulk.page_using(tx, edit.project_id, tuple(edit.mapping), after, PAGE)


def _changed(tx: Transaction, edit: EditRow, part: str, after: int) -> list[int]:
    return running_edits.task_page(tx, edit.id, part, after, PAGE)
