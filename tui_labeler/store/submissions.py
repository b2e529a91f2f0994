"""What labelers submit: the history of each task, of which the newest entry counts."""

from __future__ import annotations

from functools import cache

import msgspec

from tui_labeler.model.errors import NewerLabels, NotAllowed
from tui_labeler.model.review import MERGED
from tui_labeler.model.tasks import Basis, Submission, Task, TaskState
from tui_labeler.store import counters, edits, prelabels, readable
from tui_labeler.store.database import Ask, PreparedStatement, Transaction
from tui_labeler.store.leases import NO_LEASE
from tui_labeler.store.task_rows import gone

_STANDING = PreparedStatement(
    "SELECT t.state, t.missing, t.prelabeled, b.labels, b.labeler, t.lease_labeler, t.lease_token, t.lease_until, "
    "t.label_id, EXISTS (SELECT 1 FROM submission x WHERE x.sent_as = ?) "
    "FROM task t LEFT JOIN submission b ON b.id = t.label_id "
    "WHERE t.project_id = ? AND t.id = ? AND t.path = ?"
)
_INSERT = PreparedStatement(
    "INSERT INTO submission (task_id, labeler, submitted, seconds, labels, sent_as) VALUES (?, ?, ?, ?, ?, ?)"
)
# So many submissions say how fast a project is labeled, of so many last ones in the workspace.
_RECENT, _LOOKED_AT = 400, 2_000
_END_DRAFT = PreparedStatement("DELETE FROM draft WHERE task_id = ? AND labeler = ?")


@cache
def _count(newest_id: str) -> PreparedStatement:
    """The newest submission counts from now on, and nobody has the task open."""
    return PreparedStatement(f"UPDATE task SET state = ?, label_id = {newest_id}, {NO_LEASE} WHERE id = ?")


def standing(project_id: int, task: Task, sent_as: str) -> Ask:
    """How the task stands that something is submitted for, and whether that has arrived before."""
    return _STANDING, (sent_as, project_id, task.id, task.path)


def submit(
    tx: Transaction, project_id: int, task: Task, entry: Submission, token: str = "", basis: Basis | None = None
) -> bool:
    """Adds to the task's history; the newest entry counts. `entry.labels` None skips the task. False, and nothing done,
    where it had arrived before.

    Raises NotFound where project, id and path do not name one task any more, NotAllowed while a lease other than `token`
    runs on it, and NewerLabels where another submission counts than the one that the labels were made from (`basis`;
    without one, whatever counts is replaced). What was sent before under the same name counts once.
    """
    tx.lock_task(task.id)
    sent_as = basis.sent_as if basis is not None else ""
    sql, values = standing(project_id, task, sent_as)
    row = tx.one(sql, *values)
    if row is None:
        raise gone(task)
    state, missing, prelabeled, old_labels, old_labeler, lease_of, lease_token, until, label_id, is_known = row
    if is_known:
        return False
    if (
        basis is not None
        and basis.label_id != label_id
        and not edits.is_newer_only_by_edits(tx, task.id, label_id, basis.label_id)
    ):
        raise NewerLabels(
            f"“{task.path}” got labels from {old_labeler} after yours were begun.", "Yours are kept as a draft; choose."
        )
    if lease_token is not None and lease_token != token and until > entry.at:
        raise NotAllowed(f"“{task.path}” is open at {lease_of}.", "Your labels are kept as a draft; take another task.")
    new_state = TaskState.SKIPPED if entry.labels is None else TaskState.COMPLETED
    labels = None if entry.labels is None else msgspec.json.encode(entry.labels).decode()
    tx.defer(
        _INSERT,
        task.id,
        entry.labeler,
        entry.at,
        entry.seconds,
        labels,
        sent_as or None,
    )
    tx.defer(_count(tx.dialect.newest_id), new_state.value, task.id)
    tx.defer(_END_DRAFT, task.id, entry.labeler)
    if prelabeled:
        prelabels.close(tx, project_id, task.id, entry.labels, was_seen=bool(token))
    changes = [] if entry.labeler in MERGED else [counters.of_hour(entry.at)]
    if not missing:
        changes += counters.of_move(state, new_state.value)
        if prelabeled and state in ("incomplete", "needs_review"):
            changes.append(("prelabeled", "prelabeled", -1))
        if state == TaskState.COMPLETED:
            changes += counters.of_labels(old_labels, old_labeler, -1)
        if entry.labels is not None:
            changes += counters.of_decoded(entry.labels, entry.labeler, 1)
    counters.add(tx, project_id, changes, task.id)
    return True


def recent_seconds(tx: Transaction, project_id: int, since: float) -> tuple[tuple[str, float, float], ...]:
    """(labeler, when, seconds from opening to submitting) of the last images that people labeled, newest first."""
    rows = tx.stream(
        # CROSS: else SQLite looks through the project's tasks for their submissions.
        "SELECT s.labeler, s.submitted, s.seconds FROM submission s CROSS JOIN task t WHERE t.id = s.task_id "
        "AND s.id > (SELECT COALESCE(MAX(id), 0) FROM submission) - ? AND t.project_id = ? AND s.seconds > 0 "
        "AND s.edit_id IS NULL AND s.submitted > ? ORDER BY s.id DESC LIMIT ?",
        _LOOKED_AT,
        project_id,
        since,
        _RECENT,
    )
    return tuple((labeler, at, seconds) for labeler, at, seconds in rows)


def is_sent(tx: Transaction, sent_as: str) -> bool:
    """Whether a submission of this name has arrived."""
    return bool(sent_as) and tx.one("SELECT 1 FROM submission WHERE sent_as = ?", sent_as) is not None


def end_work(tx: Transaction, task_id: int, labeler: str) -> None:
    """Ends the lease of a task, and the labeler's draft."""
    tx.run(f"UPDATE task SET {NO_LEASE} WHERE id = ?", task_id)
    tx.run("DELETE FROM draft WHERE task_id = ? AND labeler = ?", task_id, labeler)


def reopen(tx: Transaction, project_id: int, task: Task) -> None:
    """A completed task waits for labels again; those that it has go on counting as its last ones."""
    row = tx.one(
        "SELECT t.state, t.missing, b.labels, b.labeler FROM task t LEFT JOIN submission b ON b.id = t.label_id "
        "WHERE t.id = ?",
        task.id,
    )
    if row is None or row[0] != TaskState.COMPLETED:
        return
    state, missing, labels, labeler = row
    tx.run("UPDATE task SET state = ? WHERE id = ?", TaskState.STALE.value, task.id)
    if not missing:
        moved = counters.of_move(state, TaskState.STALE.value)
        counters.add(tx, project_id, moved + counters.of_labels(labels, labeler, -1), task.id)


def history(tx: Transaction, task_id: int) -> tuple[Submission, ...]:
    """Every submission of the task, the newest (which counts) first."""
    rows = tx.stream(
        "SELECT labeler, submitted, labels, seconds FROM submission WHERE task_id = ? ORDER BY id DESC", task_id
    )
    return tuple(
        Submission(labeler, at, labels := readable.labels(text), seconds, text is not None and labels is None)
        for labeler, at, text, seconds in rows
    )
