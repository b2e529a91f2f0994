"""Changes of many labels at once: classes renamed, merged, deleted, and what is done to many tasks together. Each has a
number, and can be taken back; the history of labels is only added to.

What is done to tasks is done page by page (`taskedits`). An edit of classes counts from its first transaction on, which
changes the list of classes; labels follow page by page (`following`). Where that cannot be (`classlists.is_paged`), all is
one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from tui_labeler.model.edits import (
    ClassEdit,
    EditKind,
    EditRecord,
    EditUndone,
    TaskEdit,
    deleting,
    merging,
    recolouring,
    renaming,
    reordering,
    require_known,
)
from tui_labeler.model.errors import Cancelled, NotAllowed
from tui_labeler.model.progress import Progress, Step, silent
from tui_labeler.model.project import Classes
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.text import plural
from tui_labeler.store import answers, bulk, bulktexts, edits, gold, projects, readable, running_edits
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.store.running_edits import FOLLOWING
from tui_labeler.workspace import answering, classlists
from tui_labeler.workspace.draftusage import drafts_using
from tui_labeler.workspace.following import Following
from tui_labeler.workspace.taskedits import TaskEdits, TasksDone


class Edits:
    """What can be done to many labels of a project; `who` is said to have done it."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database, self._clock = database, clock
        self._following = Following(database, clock)
        self._tasks = TaskEdits(database, clock, self._following)

    def settle(self, project: str, progress: Progress = silent) -> None:
        """Waits until all labels of the project have the names of its classes, where an edit is under way or was
        interrupted; an owner's program ends it. Raises NotFound, and ClassesChanging where that takes too long."""
        self._following.settle(project, progress)

    # Classes

    def usage(self, project: str, name: str) -> tuple[int, int]:
        """(labels, images) of a class, over all labels that count, those that need review included. Looks at each."""
        self.settle(project)
        with self._database.read() as tx:
            project_id = projects.project(tx, project).id
            pages = bulk.using(tx, project_id, [name])
            images, labels, _ = bulk.count(tx, project_id, pages, bulk.recasting({name: ""}))
        return labels, images

    def drafts_using(self, project: str, name: str) -> int:
        """How many drafts use a class. Looks at each."""
        with self._database.read() as tx:
            return drafts_using(tx, projects.project(tx, project), name)

    def rename_class(
        self, project: str, old: str, new: str, who: str, progress: Progress = silent, known: int | None = None
    ) -> EditRecord:
        """`old` is called `new`, and its subclasses follow; so do all labels, proposals and known labels. Raises NotFound,
        BadInput. `known` is the last edit of classes that whoever chose knew of (None: nobody looked before): after another
        one nothing is done, here and in all that follow (NotAllowed)."""
        return self._edit_classes(project, lambda classes: renaming(classes, old, new), who, progress, known)

    def merge_classes(
        self,
        project: str,
        sources: tuple[str, ...],
        target: str,
        who: str,
        progress: Progress = silent,
        known: int | None = None,
    ) -> EditRecord:
        """Labels of `sources` become labels of `target`. Raises NotFound, BadInput."""
        return self._edit_classes(project, lambda classes: merging(classes, sources, target), who, progress, known)

    def delete_class(
        self,
        project: str,
        name: str,
        who: str,
        with_labels: bool = False,
        progress: Progress = silent,
        known: int | None = None,
    ) -> EditRecord:
        """The class is gone, and `with_labels` its labels. Raises NotAllowed where there are some otherwise."""
        if known is None:
            with self._database.read() as tx:
                known = projects.project(tx, project).class_edit
        labels, images = self.usage(project, name)
        if labels and not with_labels:
            raise NotAllowed(
                f"The label class “{name}” has {plural(labels, 'label')} on {plural(images, 'image')}.",
                "Merge it into another class, or delete it with its labels.",
            )
        return self._edit_classes(project, lambda classes: deleting(classes, name), who, progress, known)

    def reorder_classes(self, project: str, names: tuple[str, ...], who: str, known: int | None = None) -> EditRecord:
        """`names` come first, the others behind as they stood. Raises NotFound, BadInput."""
        return self._edit_classes(project, lambda classes: reordering(classes, names), who, silent, known)

    def recolour_class(self, project: str, name: str, number: int, who: str, known: int | None = None) -> EditRecord:
        """The class has the theme's colour `number` (from 0); a class that had it gets the other one. Raises NotFound,
        BadInput."""
        return self._edit_classes(project, lambda classes: recolouring(classes, name, number), who, silent, known)

    def _edit_classes(
        self,
        project: str,
        planned: Callable[[Classes], ClassEdit],
        who: str,
        progress: Progress,
        known: int | None = None,
    ) -> EditRecord:
        while True:
            self.settle(project, progress)
            with self._database.write() as tx:
                project_row = projects.project(tx, project)
                if running_edits.running(tx, project_row.id):
                    continue  # begun by someone else since
                require_known(project, project_row.class_edit, known)
                edit = planned(project_row.spec.classes)
                is_paged = classlists.is_paged(tx, project_row, edit)
                if is_paged:
                    edit_id = self._begin(tx, project_row, edit, who, running=FOLLOWING)
                    self._recast_answers(tx, project_row, edit_id, edit.mapping)
                else:
                    edit_id, _ = self._change_classes(tx, project_row, edit, who, progress)
            break
        if is_paged:
            try:
                self._following.follow(edit_id, progress)
            except (Cancelled, KeyboardInterrupt):
                self.undo(edit_id, who)
                raise
        with self._database.read() as tx:
            return edits.record(tx, project_row.id, edit_id)

    def _begin(
        self, tx: Transaction, project_row: ProjectRow, edit: ClassEdit, who: str, reverses: int = 0, running: int = 0
    ) -> int:
        """The list of classes changes; the number of the edit."""
        before = msgspec.json.encode(classlists.before(project_row.spec)).decode()
        edit_id = edits.begin(
            tx, project_row.id, edit.kind, edit.words, who, self._clock(), edit.mapping, before, reverses, running
        )
        projects.update_spec(tx, project_row.id, classlists.with_classes(project_row.spec, edit))
        if edit.mapping:
            projects.set_class_edit(tx, project_row.id, edit_id)
        return edit_id

    def _change_classes(
        self, tx: Transaction, project_row: ProjectRow, edit: ClassEdit, who: str, progress: Progress, reverses: int = 0
    ) -> tuple[int, int]:
        """The list of classes, and all labels that use them, at once: (the number of the edit, images)."""
        project_id = project_row.id
        edit_id = self._begin(tx, project_row, edit, who, reverses)
        images = labels = 0
        if edit.mapping:
            total = projects.status(tx, project_row).total
            pages = bulk.using(tx, project_id, tuple(edit.mapping))
            change = bulk.recasting(edit.mapping)
            images, labels, _ = bulk.apply(
                tx, project_id, edit_id, pages, change, tell=lambda n: progress(Step.CHANGING, n, total)
            )
            bulktexts.recast_texts(tx, project_id, edit_id, "prelabel", edit.mapping)
            self._recast_answers(tx, project_row, edit_id, edit.mapping)
        edits.finish(tx, edit_id, images, labels)
        return edit_id, images

    def _recast_answers(self, tx: Transaction, project_row: ProjectRow, edit_id: int, mapping: dict[str, str]) -> None:
        """Known labels and answers follow, and the figures that are made of them."""
        known = {task_id: gold.get(tx, task_id) for task_id in bulktexts.with_answers(tx, project_row.id)}
        bulktexts.recast_texts(tx, project_row.id, edit_id, "gold", mapping)
        for task_id, known_before in known.items():
            before = answers.answers(tx, task_id)
            bulktexts.recast_answers(tx, edit_id, task_id, mapping)
            after = answers.answers(tx, task_id)
            answering.recount(tx, project_row, task_id, before, after, known_before, gold.get(tx, task_id))

    # Many tasks

    def preview(
        self, project: str, choice: TaskFilter | Sequence[int], edit: TaskEdit, who: str, progress: Progress = silent
    ) -> EditRecord:
        """What `apply` would come to. Raises what it raises."""
        return self._tasks.preview(project, choice, edit, who, progress)

    def apply(
        self, project: str, choice: TaskFilter | Sequence[int], edit: TaskEdit, who: str, progress: Progress = silent
    ) -> EditRecord:
        """Does it to the tasks that a filter lets through, or to these, by their ids; what someone has open is passed over.
        Nothing to do is no edit: its number is 0. Raises NotFound for a class, and NotAllowed where several people label an
        image."""
        done = TasksDone()
        try:
            return self._tasks.apply(project, choice, edit, who, done, progress)
        except (Cancelled, KeyboardInterrupt):
            if done.edit_id:
                self.undo(done.edit_id, who)
            raise

    # What was done

    def records(self, project: str) -> tuple[EditRecord, ...]:
        """Newest first."""
        with self._database.read() as tx:
            return edits.records(tx, projects.project(tx, project).id)

    def undo(self, edit_id: int, who: str, progress: Progress = silent) -> EditUndone:
        """Gives each task what it had before, where nobody has changed it since, and the list of classes its order and
        names. Raises NotFound, and NotAllowed for what was taken back already or while later changes of classes stand."""
        undone = self._undo(edit_id, who, progress)
        with self._database.read() as tx:
            edit = edits.row(tx, edit_id)
            if edit.kind is EditKind.MERGE:
                targets = tuple(dict.fromkeys(edit.mapping.values()))
                undone = msgspec.structs.replace(
                    undone, submitted=bulk.submitted_since(tx, edit.project_id, edit_id, targets)
                )
        return undone

    def _undo(self, edit_id: int, who: str, progress: Progress) -> EditUndone:
        while True:
            with self._database.read() as tx:
                edit = edits.row(tx, edit_id)
            if edit.running != FOLLOWING:  # else it is stopped where it is
                self.settle(edit.project, progress)
            with self._database.write() as tx:
                edit = edits.row(tx, edit_id)
                edits.require_newest(tx, edit)
                if any(number != edit_id for number in running_edits.running(tx, edit.project_id)):
                    continue  # begun by someone else since
                project_row = projects.project(tx, edit.project)
                if not classlists.is_returned_in_pages(tx, project_row, edit):
                    return self._undo_at_once(tx, project_row, edit, who, progress)
                running_edits.begin_return(tx, edit_id)
                backwards_id = 0
                if edit.kind is EditKind.RENAME:
                    # What was labeled since has the new name, which is gone.
                    backwards = classlists.backwards(edit, project_row.spec.classes)
                    self._restore_answers(tx, project_row, edit)
                    backwards_id = self._begin(tx, project_row, backwards, who, edit_id, FOLLOWING)
                    self._recast_answers(tx, project_row, backwards_id, backwards.mapping)
                else:
                    self._put_classes_back(tx, project_row, edit)
                    self._restore_answers(tx, project_row, edit)
            break
        restored, kept = self._following.give_back(edit_id, progress)
        if backwards_id:
            self._following.follow(backwards_id, progress)
            with self._database.read() as tx:
                restored, kept = restored + edits.record(tx, project_row.id, backwards_id).images, 0
        return EditUndone(edit_id, edit.words, restored, kept)

    def _undo_at_once(
        self, tx: Transaction, project_row: ProjectRow, edit: edits.EditRow, who: str, progress: Progress
    ) -> EditUndone:
        if edit.kind is EditKind.RENAME:
            backwards = classlists.backwards(edit, project_row.spec.classes)
        else:
            self._put_classes_back(tx, project_row, edit)
        self._restore_answers(tx, project_row, edit)
        restored, kept = edits.restore(tx, edit, self._clock())
        if edit.kind is EditKind.RENAME:
            restored += self._change_classes(tx, project_row, backwards, who, progress, edit.id)[1]
            kept = 0
        return EditUndone(edit.id, edit.words, restored, kept)

    def _put_classes_back(self, tx: Transaction, project_row: ProjectRow, edit: edits.EditRow) -> None:
        if edit.classes_before is not None:
            if (before := readable.read(edit.classes_before, classlists.Before)) is None:
                raise edits.damaged(edit.id)
            spec = classlists.with_classes_back(project_row.spec, before, edit.mapping)
            projects.update_spec(tx, project_row.id, spec)

    def _restore_answers(self, tx: Transaction, project_row: ProjectRow, edit: edits.EditRow) -> None:
        """Known labels and answers are what they were, and the figures that are made of them."""
        for task_id in edits.beside(tx, edit.id):
            before, known = answers.answers(tx, task_id), gold.get(tx, task_id)
            edits.restore_texts(tx, edit.id, [task_id])
            bulktexts.restore_answers(tx, edit.id, task_id)
            after = answers.answers(tx, task_id)
            answering.recount(tx, project_row, task_id, before, after, known, gold.get(tx, task_id))
