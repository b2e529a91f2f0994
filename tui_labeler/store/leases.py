"""Leases: who has a task open, until when, and what ended processes leave behind."""

from __future__ import annotations

from collections.abc import Callable

from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.tasks import Lease, Task
from tui_labeler.store import task_rows
from tui_labeler.store.database import PreparedStatement, Transaction

FREE = "(t.lease_token IS NULL OR t.lease_until <= ?)"
NO_LEASE = "lease_labeler = NULL, lease_holder = NULL, lease_token = NULL, lease_until = NULL"

_LEASE = PreparedStatement(
    "UPDATE task SET lease_labeler = ?, lease_holder = ?, lease_token = ?, lease_until = ? WHERE id = ?"
)


def lease(tx: Transaction, task: Task, holder: tuple[str, str, str], until: float) -> Lease:
    """Gives the task to `holder` until then."""
    labeler, process, token = holder
    tx.defer(
        _LEASE,
        labeler,
        process,
        token,
        until,
        task.id,
    )
    return Lease(task, labeler, token, until)


def shorten(tx: Transaction, project_id: int, most: float) -> None:
    """No lease ends later than one that begins now: whoever wrote it had a clock that was ahead."""
    if tx.dialect.server_time:
        return
    tx.run(
        "UPDATE task SET lease_until = ? WHERE project_id = ? AND lease_token IS NOT NULL AND lease_until > ?",
        most,
        project_id,
        most,
    )


def take(
    tx: Transaction, project_id: int, task: Task, holder: tuple[str, str, str], now: float, seconds: float
) -> Lease:
    """Leases this task. Raises NotFound where it is no more, and NotAllowed while someone else has it."""
    shorten(tx, project_id, now + seconds)
    tx.lock_task(task.id)
    row = tx.one(
        f"SELECT {task_rows.COLUMNS}, t.lease_labeler, t.lease_token, t.lease_until FROM task t "
        "WHERE t.project_id = ? AND t.id = ? AND t.path = ?",
        project_id,
        task.id,
        task.path,
    )
    if row is None:
        raise task_rows.gone(task)
    *columns, lease_of, token, until = row
    if token is not None and token != holder[2] and until > now:
        raise NotAllowed(f"“{task.path}” is open at {lease_of}.", "Take another task; leases end after ten minutes.")
    return lease(tx, task_rows.task_of(tuple(columns), task.project), holder, now + seconds)


def renew(tx: Transaction, lease: Lease, until: float) -> bool:
    """Whether the lease was still ours; then it ends at `until`."""
    return (
        tx.run("UPDATE task SET lease_until = ? WHERE id = ? AND lease_token = ?", until, lease.task.id, lease.token)
        > 0
    )


def renew_all(tx: Transaction, token: str, until: float) -> dict[int, float]:
    """Every lease of the holder of `token` ends at `until`; which tasks that are, and until when."""
    rows = tx.all("UPDATE task SET lease_until = ? WHERE lease_token = ? RETURNING id", until, token)
    return dict.fromkeys((int(task_id) for (task_id,) in rows), until)


def release(tx: Transaction, token: str, task_id: int | None = None) -> None:
    """Gives back one task of the holder of `token`, or all of them."""
    if task_id is None:
        tx.run(f"UPDATE task SET {NO_LEASE} WHERE lease_token = ?", token)
    else:
        tx.run(f"UPDATE task SET {NO_LEASE} WHERE id = ? AND lease_token = ?", task_id, token)


def release_labeler(tx: Transaction, labeler: str) -> int:
    """Gives back all that a labeler has open; how many tasks that is."""
    return tx.run(f"UPDATE task SET {NO_LEASE} WHERE lease_token IS NOT NULL AND lease_labeler = ?", labeler)


def release_all(tx: Transaction) -> None:
    """Nobody has anything open."""
    tx.run(f"UPDATE task SET {NO_LEASE} WHERE lease_token IS NOT NULL")


def release_dead(
    tx: Transaction, project_id: int, is_dead: Callable[[str], bool], labeler: str | None = None
) -> tuple[int, ...]:
    """Gives back what ended processes (those of `labeler`, if given) had open: the tasks' ids."""
    of_whom = "" if labeler is None else "AND lease_labeler = ? "
    held = tx.all(
        f"SELECT id, lease_holder FROM task WHERE project_id = ? AND lease_token IS NOT NULL {of_whom}ORDER BY id",
        project_id,
        *(() if labeler is None else (labeler,)),
    )
    dead = {holder for holder in {row[1] for row in held} if is_dead(holder)}
    # Where someone else has given it back meanwhile, it may be another's by now.
    give_back = f"UPDATE task SET {NO_LEASE} WHERE id = ? AND lease_holder = ?"
    return tuple(task_id for task_id, holder in held if holder in dead and tx.run(give_back, task_id, holder))


def leased_by_others(tx: Transaction, project_id: int, token: str, now: float) -> tuple[str, ...]:
    """The labelers who have tasks open under another token."""
    rows = tx.stream(
        "SELECT DISTINCT t.lease_labeler FROM task t "
        "WHERE t.project_id = ? AND t.lease_token IS NOT NULL AND t.lease_token <> ? AND t.lease_until > ?",
        project_id,
        token,
        now,
    )
    return tuple(row[0] for row in rows)


def is_leased(tx: Transaction, task_id: int, now: float) -> bool:
    """Whether somebody has the task open."""
    row = tx.one("SELECT 1 FROM task WHERE id = ? AND lease_token IS NOT NULL AND lease_until > ?", task_id, now)
    return row is not None


def require_lease(tx: Transaction, task: Task, token: str, now: float) -> None:
    """Raises NotAllowed while a lease other than `token` runs on the task."""
    row = tx.one("SELECT lease_labeler, lease_token, lease_until FROM task WHERE id = ?", task.id)
    if row is not None and row[1] is not None and row[1] != token and row[2] > now:
        raise NotAllowed(f"“{task.path}” is open at {row[0]}.", "Your labels are kept as a draft; take another task.")
