"""The queue: which open task a labeler is given next."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tui_labeler.model.tasks import Lease, Task
from tui_labeler.store import leases
from tui_labeler.store.database import PreparedStatement, Row, Transaction
from tui_labeler.store.dialect import Dialect
from tui_labeler.store.frontier import Frontier
from tui_labeler.store.leases import FREE
from tui_labeler.store.open_tasks import in_order
from tui_labeler.store.task_rows import COLUMNS, task_of

# The labeler's own unfinished work comes first, then tasks without labels, then those whose image changed.
_OWN_DRAFT = (
    f"SELECT {COLUMNS} FROM draft f JOIN task t ON t.id = f.task_id WHERE f.labeler = ? AND t.project_id = ? "
    f"AND t.missing = 0 AND t.state IN ('incomplete', 'needs_review') AND {FREE} "
    f"ORDER BY f.changed DESC LIMIT 1"
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
    leases.shorten(tx, project_id, now + seconds)
    if tx.dialect.many_writers and not left and not unsure_first:
        row = _begun_or_open(tx, project_id, holder[0], now, frontier)
        if row is not None:
            return leases.lease(tx, task_of(row, project), holder, now + seconds)
    elif (task := begun(tx, project_id, project, holder[0], now, left)) is not None:
        return leases.lease(tx, task, holder, now + seconds)
    lock = tx.dialect.claim_lock
    row = tx.one(f"{_UNSURE} {lock}", project_id, now, 1) if unsure_first else None
    for state in ("incomplete", "needs_review"):
        row = row or _first_open(tx, project_id, state, now, frontier)
    return leases.lease(tx, task_of(row, project), holder, now + seconds) if row else None


def _begun_or_open(tx: Transaction, project_id: int, labeler: str, now: float, frontier: Frontier | None) -> Row | None:
    """The labeler's unfinished task, else the next one without labels, in one way to the server."""
    after = frontier.after(project_id, "incomplete", now) if frontier is not None else 0
    row = tx.one(
        _begun_or_open_query(tx.dialect),
        labeler,
        project_id,
        now,
        project_id,
        after,
        now,
    )
    if row is None:
        return None
    if frontier is not None and not row[0]:
        frontier.reached(project_id, "incomplete", row[1], now)
    return row[1:]


@cache
def _begun_or_open_query(dialect: Dialect) -> PreparedStatement:
    lock = dialect.claim_lock
    open_task = _open(dialect, "incomplete", "NOT EXISTS (SELECT 1 FROM begun) AND ")
    return PreparedStatement(
        f"WITH begun AS MATERIALIZED ({_OWN_DRAFT} {lock}), waiting AS MATERIALIZED ({open_task} LIMIT 1 {lock}) "
        "SELECT 1, begun.* FROM begun UNION ALL SELECT 0, waiting.* FROM waiting"
    )


def _first_open(tx: Transaction, project_id: int, state: str, now: float, frontier: Frontier | None) -> Row | None:
    after = frontier.after(project_id, state, now) if frontier is not None else 0
    open_task = f"{_open(tx.dialect, state)} LIMIT 1 {tx.dialect.claim_lock}"
    row = tx.one(open_task, project_id, after, now)
    if row is None and after:
        row = tx.one(open_task, project_id, 0, now)
    if row is not None and frontier is not None:
        frontier.reached(project_id, state, row[0], now)
    return row


def _open(dialect: Dialect, state: str, unless: str = "") -> str:
    """Tasks that nobody holds: values are the project's id, the id of the task before them, and the time."""
    where, order = in_order(dialect, state)
    return f"SELECT {COLUMNS} FROM task t WHERE {unless}{where} AND {FREE} {order}"


def begun(
    tx: Transaction, project_id: int, project: str, labeler: str, now: float, left: Sequence[int] = ()
) -> Task | None:
    """What the labeler has begun and can go on with: a task with a draft of theirs, or one that they had open."""
    lock = tx.dialect.claim_lock
    row = tx.one(f"{_OWN_DRAFT} {lock}", labeler, project_id, now)
    for task_id in left:
        row = row or tx.one(f"{_LEFT} {lock}", project_id, task_id, now)
    return task_of(row, project) if row else None


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
            rows = tx.stream(f"{_open(tx.dialect, state)} LIMIT ?", project_id, 0, now, count - len(tasks))
            tasks += [task_of(row, project) for row in rows]
    return tuple(tasks)


def open_after(tx: Transaction, project_id: int, task: Task, now: float, count: int) -> tuple[Task, ...]:
    """The open tasks behind `task` that nobody holds, in the order of the project."""
    tasks: list[Task] = []
    for state in ("incomplete", "needs_review"):
        rows = tx.stream(f"{_open(tx.dialect, state)} LIMIT ?", project_id, task.id, now, count)
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
