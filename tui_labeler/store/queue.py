"""The queue: tasks are claimed under a lease, and given back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tui_labeler.model.errors import NotAllowed, NotFound
from tui_labeler.model.tasks import Lease, Task, TaskState
from tui_labeler.store.database import Row, Transaction
from tui_labeler.store.frontier import Frontier

COLUMNS = "t.id, t.path, t.state, t.missing, t.prelabeled, t.size, t.version, t.label_id"


def task_of(row: tuple[Any, ...], project: str) -> Task:
    """A row of `COLUMNS` as a task."""
    number, path, state, missing, prelabeled, size, version, label_id = row
    return Task(number, project, path, TaskState(state), bool(missing), bool(prelabeled), size, version, label_id)


def task(tx: Transaction, project_id: int, project: str, task_id: int) -> Task:
    """Raises NotFound."""
    row = tx.one(f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.id = ?", project_id, task_id)
    if row is None:
        raise NotFound(f"The project “{project}” has no task {task_id}.")
    return task_of(row, project)


def task_by_path(tx: Transaction, project_id: int, project: str, path: str) -> Task:
    """Raises NotFound."""
    row = tx.one(f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.path = ?", project_id, path)
    if row is None:
        raise NotFound(f"The project “{project}” has no task for the image “{path}”.")
    return task_of(row, project)


FREE = "(t.lease_token IS NULL OR t.lease_until <= ?)"
NO_LEASE = "lease_labeler = NULL, lease_holder = NULL, lease_token = NULL, lease_until = NULL"
# The labeler's own unfinished work comes first, then tasks without labels, then those whose image changed.
_OWN_DRAFT = (
    f"SELECT {COLUMNS} FROM draft f JOIN task t ON t.id = f.task_id WHERE f.labeler = ? AND t.project_id = ? "
    f"AND t.missing = 0 AND t.state IN ('incomplete', 'needs_review') AND {FREE} "
    f"ORDER BY f.changed DESC LIMIT 1"
)
_OPEN = (
    f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.state = ? AND t.missing = 0 AND {FREE} AND t.id > ? "
    f"ORDER BY t.id LIMIT 1"
)
_LEFT = (
    f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.id = ? AND t.missing = 0 "
    f"AND t.state IN ('incomplete', 'needs_review') AND {FREE}"
)
# With ML assist a project may ask for the tasks first whose proposals are least sure: they teach most.
_UNSURE = (
    f"SELECT {COLUMNS} FROM prelabel p JOIN task t ON t.id = p.task_id WHERE p.project_id = ? AND p.is_open = 1 "
    f"AND t.state = 'incomplete' AND t.missing = 0 AND {FREE} ORDER BY p.confidence, p.task_id LIMIT ?"
)


def claim(
    tx: Transaction,
    project_id: int,
    project: str,
    holder: tuple[str, str, str],
    now: float,
    seconds: float,
    unsure_first: bool = False,
    left: Sequence[int] = (),
    frontier: Frontier | None = None,
) -> Lease | None:
    """The next open task for a labeler, leased for `seconds`; None if there is none to have.

    `holder` is (labeler, process, token); `left` are tasks that the labeler had open when an earlier process of theirs
    ended.
    """
    shorten(tx, project_id, now + seconds)
    if tx.dialect.many_writers and not left and not unsure_first:
        row = _begun_or_open(tx, project_id, holder[0], now, frontier)
        if row is not None:
            return lease(tx, task_of(row, project), holder, now + seconds)
    elif (task := begun(tx, project_id, project, holder[0], now, left)) is not None:
        return lease(tx, task, holder, now + seconds)
    lock = tx.dialect.claim_lock
    row = tx.one(f"{_UNSURE} {lock}", project_id, now, 1) if unsure_first else None
    for state in ("incomplete", "needs_review"):
        row = row or _first_open(tx, project_id, state, now, frontier)
    return lease(tx, task_of(row, project), holder, now + seconds) if row else None


def _begun_or_open(tx: Transaction, project_id: int, labeler: str, now: float, frontier: Frontier | None) -> Row | None:
    """The labeler's unfinished task, else the next one without labels, in one way to the server."""
    lock = tx.dialect.claim_lock
    after = frontier.after(project_id, "incomplete", now) if frontier is not None else 0
    open_task = _OPEN.replace(" ORDER BY", " AND NOT EXISTS (SELECT 1 FROM begun) ORDER BY")
    row = tx.one(
        f"WITH begun AS MATERIALIZED ({_OWN_DRAFT} {lock}), waiting AS MATERIALIZED ({open_task} {lock}) "
        "SELECT 1, begun.* FROM begun UNION ALL SELECT 0, waiting.* FROM waiting",
        labeler,
        project_id,
        now,
        project_id,
        "incomplete",
        now,
        after,
    )
    if row is None:
        return None
    if frontier is not None and not row[0]:
        frontier.reached(project_id, "incomplete", row[1], now)
    return row[1:]


def _first_open(tx: Transaction, project_id: int, state: str, now: float, frontier: Frontier | None) -> Row | None:
    after = frontier.after(project_id, state, now) if frontier is not None else 0
    open_task = f"{_OPEN} {tx.dialect.claim_lock}"
    row = tx.one(open_task, project_id, state, now, after)
    if row is None and after:
        row = tx.one(open_task, project_id, state, now, 0)
    if row is not None and frontier is not None:
        frontier.reached(project_id, state, row[0], now)
    return row


def begun(
    tx: Transaction, project_id: int, project: str, labeler: str, now: float, left: Sequence[int] = ()
) -> Task | None:
    """What the labeler has begun and can go on with: a task with a draft of theirs, or one that they had open."""
    lock = tx.dialect.claim_lock
    row = tx.one(f"{_OWN_DRAFT} {lock}", labeler, project_id, now)
    for task_id in left:
        row = row or tx.one(f"{_LEFT} {lock}", project_id, task_id, now)
    return task_of(row, project) if row else None


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
        f"SELECT {COLUMNS}, t.lease_labeler, t.lease_token, t.lease_until FROM task t "
        "WHERE t.project_id = ? AND t.id = ? AND t.path = ?",
        project_id,
        task.id,
        task.path,
    )
    if row is None:
        raise gone(task)
    *columns, lease_of, token, until = row
    if token is not None and token != holder[2] and until > now:
        raise NotAllowed(f"“{task.path}” is open at {lease_of}.", "Take another task; leases end after ten minutes.")
    return lease(tx, task_of(tuple(columns), task.project), holder, now + seconds)


def gone(task: Task) -> NotFound:
    """What is raised where project, id and path do not name one task any more."""
    return NotFound(
        f"The project “{task.project}” has no such task for “{task.path}” any more: it was deleted, or made anew."
    )


def lease(tx: Transaction, task: Task, holder: tuple[str, str, str], until: float) -> Lease:
    """Gives the task to `holder` until then."""
    labeler, process, token = holder
    tx.defer(
        "UPDATE task SET lease_labeler = ?, lease_holder = ?, lease_token = ?, lease_until = ? WHERE id = ?",
        labeler,
        process,
        token,
        until,
        task.id,
    )
    return Lease(task, labeler, token, until)


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


def upcoming(
    tx: Transaction, project_id: int, project: str, now: float, count: int, unsure_first: bool = False
) -> tuple[Task, ...]:
    """The first open tasks that nobody holds, in the order in which they are claimed."""
    tasks: list[Task] = []
    if unsure_first:
        tasks += [task_of(row, project) for row in tx.stream(_UNSURE, project_id, now, count)]
        if tasks:
            return tuple(tasks)
    for state in ("incomplete", "needs_review"):
        if len(tasks) < count:
            rows = tx.stream(
                f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.state = ? AND t.missing = 0 AND {FREE} "
                "ORDER BY t.id LIMIT ?",
                project_id,
                state,
                now,
                count - len(tasks),
            )
            tasks += [task_of(row, project) for row in rows]
    return tuple(tasks)


def open_after(tx: Transaction, project_id: int, task: Task, now: float, count: int) -> tuple[Task, ...]:
    """The open tasks behind `task` that nobody holds, in the order of the project."""
    tasks: list[Task] = []
    for state in ("incomplete", "needs_review"):
        rows = tx.stream(
            f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.state = ? AND t.missing = 0 AND {FREE} "
            "AND t.id > ? ORDER BY t.id LIMIT ?",
            project_id,
            state,
            now,
            task.id,
            count,
        )
        tasks += [task_of(row, task.project) for row in rows]
    return tuple(sorted(tasks, key=lambda open_task: open_task.id)[:count])


def without_prelabel(tx: Transaction, project_id: int, project: str, source: str, count: int) -> tuple[Task, ...]:
    """Of the first `count` open tasks, those that have no proposal of `source`, nor one that a person brought along."""
    rows = tx.stream(
        f"SELECT {COLUMNS} FROM (SELECT * FROM task WHERE project_id = ? AND state = 'incomplete' AND missing = 0 "
        "ORDER BY id LIMIT ?) t LEFT JOIN prelabel p ON p.task_id = t.id "
        "WHERE p.task_id IS NULL OR (p.by_model = 1 AND p.source <> ?) ORDER BY t.id",
        project_id,
        count,
        source,
    )
    return tuple(task_of(row, project) for row in rows)


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
