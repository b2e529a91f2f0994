"""What is done to many tasks together, page by page: whoever labels meanwhile waits for one.

Each page is a transaction of its own that enters what it changed under the edit's number. So what was interrupted (a kill,
a line that broke) stands as far as it went, says so, and can be taken back; done once more, it goes on with the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from tui_labeler.model.edits import EditKind, EditRecord, TaskEdit, require_known, unknown_class
from tui_labeler.model.errors import BadInput, NotAllowed
from tui_labeler.model.progress import Progress, Step
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.store import bulk, edits, finding, projects, running_edits
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace.following import PAGE, Following

_LOOKS = 65_536  # ids that are looked at before progress is told


@dataclass
class TasksDone:
    """What was done so far: `edit_id` is 0 while that is nothing. `is_ended` where somebody took it back meanwhile."""

    edit_id: int = 0
    images: int = 0
    labels: int = 0
    passed: int = 0
    is_ended: bool = False


class TaskEdits:
    """See `Edits.preview` and `Edits.apply`."""

    def __init__(self, database: Database, clock: Callable[[], float], following: Following) -> None:
        self._database, self._clock, self._following = database, clock, following

    def preview(
        self, project: str, choice: TaskFilter | Sequence[int], edit: TaskEdit, who: str, progress: Progress
    ) -> EditRecord:
        self._following.settle(project, progress)
        with self._database.read() as tx:
            project_row = projects.project(tx, project)
            change, now = self._change(project_row, edit, who), self._clock()
            total = projects.status(tx, project_row).total
            pages = bulk.chosen(tx, project_row.id, choice)
            images, labels, passed = bulk.count(
                tx, project_row.id, pages, change, now, lambda n: progress(Step.CHECKING, n, total)
            )
        return EditRecord(0, project, edit.kind, edit.words(images, labels), who, now, images, labels, passed=passed)

    def apply(
        self,
        project: str,
        choice: TaskFilter | Sequence[int],
        edit: TaskEdit,
        who: str,
        done: TasksDone,
        progress: Progress,
    ) -> EditRecord:
        """`done` says what was done where this ends early."""
        with self._database.read() as tx:
            project_row = projects.project(tx, project)
            self._change(project_row, edit, who)
            if edit.kind is EditKind.RECLASS or (isinstance(choice, TaskFilter) and choice.class_name):
                # Names mean the same classes from the first page to the last one.
                edit = msgspec.structs.replace(edit, class_edit=project_row.class_edit)
            total = projects.status(tx, project_row).total
        seen = 0
        for ids in self._pages(project_row.id, choice):
            progress(Step.CHANGING, seen, max(total, seen))
            while not self._is_entered(project, ids, edit, who, done):
                self._following.settle(project, progress)
            if done.is_ended:
                break
            seen += len(ids)
        if not done.edit_id:
            return EditRecord(0, project, edit.kind, edit.words(0, 0), who, self._clock(), 0, 0, passed=done.passed)
        with self._database.read() as tx:
            record = edits.record(tx, project_row.id, done.edit_id)
        return msgspec.structs.replace(record, passed=done.passed)

    def _pages(self, project_id: int, choice: TaskFilter | Sequence[int]) -> Iterator[Sequence[int]]:
        """The tasks that it is about, ascending: what it changes does not come twice. They are looked for where no writer
        waits for it; a page is empty where none were found for a while."""
        if not isinstance(choice, TaskFilter):
            ids = sorted(set(choice))
            yield from (ids[at : at + PAGE] for at in range(0, len(ids), PAGE))
            return
        after: int | None = 0
        while after is not None:
            with self._database.read() as tx:
                found = finding.find(tx, project_id, choice, after, PAGE, _LOOKS)
            yield found.ids
            after = found.after

    def _is_entered(self, project: str, ids: Sequence[int], edit: TaskEdit, who: str, done: TasksDone) -> bool:
        """Does it to a page of tasks; False, and nothing done, while an edit of classes is under way."""
        if not ids:
            return True
        with self._database.write() as tx:
            project_row = projects.project(tx, project)
            if running_edits.running(tx, project_row.id):
                return False
            if done.edit_id and edits.row(tx, done.edit_id).undone:
                done.is_ended = True
                return True
            now = self._clock()
            edit_id = done.edit_id or self._begin(tx, project_row, edit, who, now)
            change = self._change(project_row, edit, who)
            images, labels, passed = bulk.apply(tx, project_row.id, edit_id, iter([list(ids)]), change, now)
            if images:
                so_far = done.images + images, done.labels + labels
                edits.finish(tx, edit_id, *so_far, edit.words(*so_far))
            elif not done.edit_id:
                edits.forget(tx, edit_id)
        if images:
            done.edit_id = edit_id
            done.images, done.labels = so_far
        done.passed += passed
        return True

    def _begin(self, tx: Transaction, project_row: ProjectRow, edit: TaskEdit, who: str, now: float) -> int:
        mapping = {edit.old: edit.new} if edit.kind is EditKind.RECLASS else {}
        return edits.begin(tx, project_row.id, edit.kind, "", who, now, mapping)

    def _change(self, project_row: ProjectRow, edit: TaskEdit, who: str) -> bulk.Change:
        """What becomes of each task."""
        if project_row.spec.workforce.labels > 1:
            raise NotAllowed(
                f"Several people label each image of “{project_row.name}”: what they come to is corrected in review.",
                "Put the images into review instead.",
            )
        if edit.kind is EditKind.RECLASS:
            for name in (edit.old, edit.new):
                if name not in project_row.spec.classes.names:
                    raise unknown_class(project_row.spec.classes, name)
        require_known(project_row.name, project_row.class_edit, edit.class_edit)
        if edit.kind is EditKind.RECLASS:
            if edit.old == edit.new:
                raise BadInput(f"“{edit.old}” is the class already.", "Name another one.")
            return bulk.recasting({edit.old: edit.new})
        if edit.kind is EditKind.SKIP:
            return bulk.skipping(who, self._clock())
        return bulk.reopening if edit.kind is EditKind.REOPEN else bulk.unlabeling
