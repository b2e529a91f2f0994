"""The queue of tasks, and what a labeler does at it: claiming, drafts, submitting, looking back."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from tui_labeler.model.classlist import ClassList
from tui_labeler.model.contents import TaskContents
from tui_labeler.model.labelrules import check_labels
from tui_labeler.model.regions import Labels
from tui_labeler.model.review import ReviewState
from tui_labeler.model.tasks import (
    Basis,
    KeptDraft,
    Lease,
    ProjectState,
    Status,
    Submission,
    Task,
    TaskState,
    Unsubmitted,
)
from tui_labeler.model.team import Role
from tui_labeler.processes import is_dead, this_process
from tui_labeler.store import (
    answers,
    changes,
    drafts,
    edits,
    leases,
    prelabels,
    projects,
    queue,
    reviews,
    submissions,
    task_queries,
    task_rows,
)
from tui_labeler.store.database import Ask, Database, Transaction
from tui_labeler.store.projects import ProjectRow
from tui_labeler.workspace import answering, assignment
from tui_labeler.workspace.claiming import Claiming
from tui_labeler.workspace.permissions import require_labeler, require_open

LEASE_SECONDS = 600.0


class TaskQueue:
    """Labeling on a workspace database."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock
        self.lease_seconds = LEASE_SECONDS
        # One process is one holder of leases, whatever labelers work in it.
        self.process = this_process()
        self._ids: dict[str, int] = {}  # of projects, by name
        self._claiming = Claiming(database)

    # Claiming and submitting

    def claim(self, project: str, labeler: str, token: str) -> Lease | None:
        """The next open task, leased for `lease_seconds` (ten minutes) to whoever holds `token`; None if there is none.
        What the labeler had open when an earlier process of theirs died comes first."""
        with self._database.write_rows() as tx:
            row = require_open(tx, project, labeler, self._database.team)
            return self._claim(tx, row, project, labeler, token)

    def _claim(self, tx: Transaction, row: ProjectRow, project: str, labeler: str, token: str) -> Lease | None:
        holder = (labeler, self.process, token)
        return self._claiming.next(tx, row, project, holder, self._clock(), self.lease_seconds)

    def take(self, task: Task, labeler: str, token: str) -> Lease:
        """Leases this very task. Raises NotFound where it is no more, NotAllowed while someone else has it."""
        with self._database.write_rows() as tx:
            row = require_labeler(tx, task.project, labeler, self._database.team)
            leases.release_dead(tx, row.id, is_dead)
            holder = (labeler, self.process, token)
            lease = leases.take(tx, row.id, task, holder, self._clock(), self.lease_seconds)
            return assignment.as_seen(tx, row, lease)

    def renew(self, lease: Lease) -> bool:
        """As long as a new lease; False if it was lost."""
        with self._database.write_rows() as tx:
            return leases.renew(tx, lease, self._clock() + self.lease_seconds)

    def renew_all(self, token: str) -> dict[int, float]:
        """The tasks that the holder of `token` still has, and until when: as long as new leases."""
        with self._database.write_rows() as tx:
            return leases.renew_all(tx, token, self._clock() + self.lease_seconds)

    def give_back(self, token: str, task: Task | None = None) -> None:
        """Ends one lease of the holder of `token`, or all."""
        with self._database.write_rows() as tx:
            answers.step_back(tx, token, task.id if task else None)
            leases.release(tx, token, task.id if task else None)
        self._claiming.given_back()

    def put_back(self, token: str) -> None:
        """All that the holder of `token` has open can be claimed again, by them first where the line may break."""
        self.give_back(token)

    def submit(
        self,
        task: Task,
        labeler: str,
        labels: Labels | None,
        token: str = "",
        seconds: float = 0.0,
        basis: Basis | None = None,
    ) -> None:
        """Submits labels for a task, or skips it (`labels` None). The newest submission counts; older ones stay.
        Raises NewerLabels where another submission counts than the one that they were made from (`basis`), ClassGone where
        one of their classes was deleted since, NotAllowed while someone else has the task, NotFound where project, id and
        path do not name one task any more."""
        with self._database.write_rows() as tx:
            self._submit(tx, task, labeler, labels, token, seconds, basis)

    def submit_soon(
        self, task: Task, labeler: str, labels: Labels | None, token: str, seconds: float, basis: Basis
    ) -> None:
        """`submit`; over a line that may break nobody waits for it."""
        self.submit(task, labeler, labels, token, seconds, basis)

    def submit_and_claim(
        self,
        task: Task,
        labeler: str,
        labels: Labels | None,
        token: str,
        seconds: float = 0.0,
        coming: Callable[[str], None] = lambda path: None,
        basis: Basis | None = None,
    ) -> Lease | None:
        """`submit`, then `claim`, in one transaction: one wait for the disk instead of two. `coming` is told the path of
        the claimed task before that wait."""
        with self._database.write_rows() as tx:
            row, is_new = self._submit(tx, task, labeler, labels, token, seconds, basis)
            if not is_new:  # the answer was lost, and with it which task was claimed
                leases.release(tx, token)
                self._claiming.given_back()
            if row.status is ProjectState.PAUSED:
                return None
            lease = self._claim(tx, row, task.project, labeler, token)
            if lease is not None:
                coming(lease.task.path)
            return lease

    def _submit(
        self,
        tx: Transaction,
        task: Task,
        labeler: str,
        labels: Labels | None,
        token: str,
        seconds: float,
        basis: Basis | None,
    ) -> tuple[ProjectRow, bool]:
        """The project, and whether the submission had not arrived before."""
        ahead: Ask | None = None
        if (
            known := self._ids.get(task.project)
        ) is not None:  # else, or where it is another one now, it is asked later
            tx.lock_task(task.id)
            ahead = submissions.standing(known, task, basis.sent_as if basis is not None else "")
        row = require_labeler(tx, task.project, labeler, self._database.team, ahead)
        self._ids[task.project] = row.id
        if labels is not None:
            labels = edits.submitted_as_now(tx, row, task, labels, basis)
            check_labels(row.spec, labels)
        entry = Submission(labeler, self._clock(), labels, seconds)
        if row.spec.workforce.is_plain:
            is_new = submissions.submit(tx, row.id, task, entry, token, basis)
        else:
            team = self._database.team
            may_decide = team is None or team.role is not Role.LABELER
            is_new = answering.submit(tx, row, task, entry, token, basis, may_decide)
        return row, is_new

    # Drafts

    def save_draft(
        self,
        task: Task,
        labeler: str,
        body: str,
        differs: bool = True,
        label_id: int | None = None,
        token: str = "",
        class_edit: int | None = None,
    ) -> None:
        """Keeps what a labeler has drawn; it is on the disk when this returns. `differs`: from what it began with;
        `label_id` and `class_edit` as in `Basis`. Raises NotFound where project, id and path do not name
        one task any more, and NotAllowed where the labeler draws in another window."""
        with self._database.write_rows() as tx:
            row = projects.project(tx, task.project)
            drafts.save(tx, row.id, task, labeler, KeptDraft(body, label_id, class_edit), self._clock(), token)
            changes.mark(tx, task.id, labeler, differs)

    def load_draft(self, task: Task, labeler: str) -> KeptDraft | None:
        """Where classes were renamed or merged since, it has their names of now."""
        with self._database.read() as tx:
            return self._draft(tx, projects.project(tx, task.project), task, labeler)

    def _draft(self, tx: Transaction, row: ProjectRow, task: Task, labeler: str) -> KeptDraft | None:
        kept = drafts.load(tx, task.id, labeler)
        return _draft_as_now(tx, row, task, labeler, kept) if kept else None

    def drop_draft(self, task: Task, labeler: str) -> None:
        with self._database.write_rows() as tx:
            drafts.drop(tx, task.id, labeler)

    def unsubmitted(self, project: str) -> Unsubmitted:
        """Changes of completed or skipped tasks that nobody submitted."""
        with self._database.read() as tx:
            return changes.unsubmitted(tx, projects.project(tx, project).id)

    def changed_by(self, task: Task) -> tuple[str, ...]:
        """The labelers whose changes of this task are not submitted."""
        with self._database.read() as tx:
            return changes.changed_by(tx, task.id)

    # Looking around

    def task(self, project: str, path: str) -> Task:
        """The task of an image, by its path in the datastore."""
        with self._database.read() as tx:
            return task_rows.task_by_path(tx, projects.project(tx, project).id, project, path)

    def status(self, project: str) -> Status:
        """How far the project is."""
        with self._database.read() as tx:
            return projects.status(tx, projects.project(tx, project))

    def contents(self, task: Task, labeler: str) -> TaskContents:
        """All that opening a task asks for, from one state of the workspace."""
        with self._database.read() as tx:
            row = projects.project(tx, task.project)
            return TaskContents(
                self._draft(tx, row, task, labeler),
                self._counting(tx, row, task, labeler) if task.label_id is not None else None,
                prelabels.get(tx, task.id) if task.prelabeled and task.is_open else None,
                self._note(tx, task) if task.state is TaskState.STALE else "",
                edits.class_list(tx, row),
            )

    def class_list(self, project: str) -> ClassList:
        """The label classes, and what became of their names."""
        with self._database.read() as tx:
            return edits.class_list(tx, projects.project(tx, project))

    def class_edit_at(self, project: str, at: float) -> int:
        """The last edit of classes until then, in seconds since 1970."""
        with self._database.read() as tx:
            return edits.last_class_edit(tx, projects.project(tx, project).id, at)

    def upcoming(self, project: str, labeler: str, count: int) -> tuple[Task, ...]:
        """The tasks that `claim` would give out next, without claiming them."""
        with self._database.read() as tx:
            row = projects.project(tx, project)
            if not row.spec.workforce.is_plain:
                return assignment.upcoming(tx, row, labeler, self._clock(), count)
            return queue.upcoming(tx, row.id, project, self._clock(), count, row.spec.assist.unsure_first)

    def open_after(self, task: Task, count: int) -> tuple[Task, ...]:
        """The next tasks behind this one that wait for labels and that nobody holds."""
        with self._database.read() as tx:
            row = projects.project(tx, task.project)
            return queue.open_after(tx, row.id, task, self._clock(), count)

    def submitted_by(self, project: str, labeler: str, count: int) -> tuple[Task, ...]:
        """The tasks whose counting submission is this labeler's, newest first; where several people label an image, those
        that they answered."""
        with self._database.read() as tx:
            row = projects.project(tx, project)
            if row.spec.workforce.labels > 1:
                return answers.answered_by(tx, row.id, project, labeler, count)
            return task_queries.submitted_by(tx, row.id, project, labeler, count)

    def why_cut(self) -> str:
        """Why nothing comes over the line to the server; there is none between."""
        return ""

    def leased_by_others(self, project: str, token: str) -> tuple[str, ...]:
        """Who has tasks of the project open, besides the holder of `token`."""
        with self._database.read() as tx:
            return leases.leased_by_others(tx, projects.project(tx, project).id, token, self._clock())

    def done_with(self, project: str, labeler: str) -> str:
        """Why the labeler gets no more images though some are open, in words; empty where it is for another reason."""
        with self._database.read() as tx:
            return assignment.done_with(tx, projects.project(tx, project), labeler)

    def _counting(self, tx: Transaction, row: ProjectRow, task: Task, labeler: str) -> Submission | None:
        """What the labeler goes on from: their own answer alone, where what others said is not for them to see."""
        if assignment.is_blind(tx, row, task, labeler):
            return answers.own_answer(tx, task.id, labeler)
        return task_queries.current_labels(tx, task.id)

    def _note(self, tx: Transaction, task: Task) -> str:
        """Who gave the task back in review, and why; empty where nobody did."""
        standing = reviews.standing(tx, task.id)
        if standing is None or standing.state is not ReviewState.RETURNED:
            return ""
        event = next((event for event in reviews.events(tx, task.id) if event.action == standing.state), None)
        return f"{event.who}: {event.comment or 'please look again'}" if event else ""


def _draft_as_now(tx: Transaction, row: ProjectRow, task: Task, labeler: str, kept: KeptDraft) -> KeptDraft:
    """A draft that was begun before labels or classes were edited."""
    from tui_labeler.labeling.renamed import kept_as_now

    begun_from = kept.label_id
    own = () if row.spec.workforce.is_plain else (answers.answer_id(tx, task.id, labeler),)
    for label_id in (task_queries.label_id(tx, task.id), *own):
        if label_id != begun_from and edits.is_newer_only_by_edits(tx, task.id, label_id, begun_from):
            kept = msgspec.structs.replace(kept, label_id=label_id)
    return kept if kept.class_edit == row.class_edit else kept_as_now(kept, edits.class_list(tx, row))
