"""The queue: tasks are claimed under a lease, submitted or skipped, and given back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from tui_labeler.model.errors import NotAllowed, NotFound
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Lease, Submission, Task, TaskState
from tui_labeler.store import prelabels, tallies
from tui_labeler.store.database import Transaction
from tui_labeler.store.sqlite import CLAIM_LOCK

COLUMNS = "t.id, t.path, t.state, t.missing, t.prelabeled, t.size, t.version"


def task_of(row: tuple[Any, ...], project: str) -> Task:
    """A row of `COLUMNS` as a task."""
    number, path, state, missing, prelabeled, size, version = row
    return Task(number, project, path, TaskState(state), bool(missing), bool(prelabeled), size, version)


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


_FREE = "NOT EXISTS (SELECT 1 FROM lease x WHERE x.task_id = t.id AND x.until > ?)"
# The labeler's own unfinished work comes first, then tasks without labels, then those whose image changed.
_OWN_DRAFT = (
    f"SELECT {COLUMNS} FROM draft f JOIN task t ON t.id = f.task_id WHERE f.labeler = ? AND t.project_id = ? "
    f"AND t.missing = 0 AND t.state IN ('incomplete', 'needs_review') AND {_FREE} "
    f"ORDER BY f.changed DESC LIMIT 1 {CLAIM_LOCK}"
)
_OPEN = (
    f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.state = ? AND t.missing = 0 AND {_FREE} "
    f"ORDER BY t.id LIMIT 1 {CLAIM_LOCK}"
)
# With ML assist a project may ask for the tasks first whose proposals are least sure: they teach most.
_UNSURE = (
    f"SELECT {COLUMNS} FROM prelabel p JOIN task t ON t.id = p.task_id WHERE p.project_id = ? AND p.is_open = 1 "
    f"AND t.state = 'incomplete' AND t.missing = 0 AND {_FREE} ORDER BY p.confidence, p.task_id LIMIT ? {CLAIM_LOCK}"
)


def claim(
    tx: Transaction,
    project_id: int,
    project: str,
    holder: tuple[str, str, str],
    now: float,
    seconds: float,
    unsure_first: bool = False,
) -> Lease | None:
    """The next open task for a labeler, leased for `seconds`; None if there is none to have.

    `holder` is (labeler, process, token).
    """
    row = tx.one(_OWN_DRAFT, holder[0], project_id, now)
    if unsure_first:
        row = row or tx.one(_UNSURE, project_id, now, 1)
    for state in ("incomplete", "needs_review"):
        row = row or tx.one(_OPEN, project_id, state, now)
    return take(tx, task_of(row, project), holder, now, seconds) if row else None


def take(tx: Transaction, task: Task, holder: tuple[str, str, str], now: float, seconds: float) -> Lease:
    """Leases this task. Raises NotAllowed while someone else has it."""
    labeler, process, token = holder
    held = tx.one("SELECT labeler, token FROM lease WHERE task_id = ? AND until > ?", task.id, now)
    if held and held[1] != token:
        raise NotAllowed(f"“{task.path}” is open at {held[0]}.", "Take another task; leases end after ten minutes.")
    tx.run(
        "INSERT INTO lease (task_id, labeler, holder, token, until) VALUES (?, ?, ?, ?, ?) ON CONFLICT (task_id) "
        "DO UPDATE SET labeler = excluded.labeler, holder = excluded.holder, token = excluded.token, "
        "until = excluded.until",
        task.id,
        labeler,
        process,
        token,
        now + seconds,
    )
    return Lease(task, labeler, token, now + seconds)


def renew(tx: Transaction, lease: Lease, until: float) -> bool:
    """Whether the lease was still ours; then it ends at `until`."""
    return tx.run("UPDATE lease SET until = ? WHERE task_id = ? AND token = ?", until, lease.task.id, lease.token) > 0


def release(tx: Transaction, token: str, task_id: int | None = None) -> None:
    """Gives back one task of the holder of `token`, or all of them."""
    if task_id is None:
        tx.run("DELETE FROM lease WHERE token = ?", token)
    else:
        tx.run("DELETE FROM lease WHERE token = ? AND task_id = ?", token, task_id)


def release_dead(tx: Transaction, project_id: int, is_dead: Callable[[str], bool]) -> bool:
    """Gives back what ended processes had open; whether there was any."""
    held = tx.all(
        "SELECT x.task_id, x.holder FROM lease x JOIN task t ON t.id = x.task_id WHERE t.project_id = ?", project_id
    )
    dead = {holder for holder in {row[1] for row in held} if is_dead(holder)}
    for task_id, holder in held:
        if holder in dead:
            tx.run("DELETE FROM lease WHERE task_id = ?", task_id)
    return bool(dead)


def upcoming(
    tx: Transaction, project_id: int, project: str, now: float, count: int, unsure_first: bool = False
) -> tuple[Task, ...]:
    """The first open tasks that nobody holds, in the order in which they are claimed."""
    found: list[Task] = []
    if unsure_first:
        found += [task_of(row, project) for row in tx.stream(_UNSURE, project_id, now, count)]
        if found:
            return tuple(found)
    for state in ("incomplete", "needs_review"):
        if len(found) < count:
            rows = tx.stream(
                f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.state = ? AND t.missing = 0 AND {_FREE} "
                "ORDER BY t.id LIMIT ?",
                project_id,
                state,
                now,
                count - len(found),
            )
            found += [task_of(row, project) for row in rows]
    return tuple(found)


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
        "SELECT DISTINCT x.labeler FROM lease x JOIN task t ON t.id = x.task_id "
        "WHERE t.project_id = ? AND x.token <> ? AND x.until > ?",
        project_id,
        token,
        now,
    )
    return tuple(row[0] for row in rows)


def submit(tx: Transaction, project_id: int, task_id: int, entry: Submission, token: str = "") -> None:
    """Adds to the task's history; the newest entry counts. `entry.labels` None skips the task.

    Raises NotFound for the task, and NotAllowed while a lease other than `token` runs on it.
    """
    row = tx.one(
        "SELECT t.state, t.missing, t.prelabeled, b.labels, b.labeler, x.labeler, x.token, x.until, t.path FROM task t "
        "LEFT JOIN submission b ON b.id = t.label_id LEFT JOIN lease x ON x.task_id = t.id "
        "WHERE t.project_id = ? AND t.id = ?",
        project_id,
        task_id,
    )
    if row is None:
        raise NotFound(f"There is no task {task_id} any more.", "Refresh the project.")
    state, missing, prelabeled, old_labels, old_labeler, lease_of, lease_token, until, path = row
    if lease_token is not None and lease_token != token and until > entry.at:
        raise NotAllowed(f"“{path}” is open at {lease_of}.", "Your labels are kept as a draft; take another task.")
    new_state = TaskState.SKIPPED if entry.labels is None else TaskState.COMPLETED
    labels = None if entry.labels is None else msgspec.json.encode(entry.labels).decode()
    label_id = tx.insert(
        "INSERT INTO submission (task_id, labeler, submitted, seconds, labels) VALUES (?, ?, ?, ?, ?) RETURNING id",
        task_id,
        entry.labeler,
        entry.at,
        entry.seconds,
        labels,
    )
    tx.run("UPDATE task SET state = ?, label_id = ? WHERE id = ?", new_state.value, label_id, task_id)
    tx.run("DELETE FROM draft WHERE task_id = ? AND labeler = ?", task_id, entry.labeler)
    if lease_token is not None:
        tx.run("DELETE FROM lease WHERE task_id = ?", task_id)
    if prelabeled:
        prelabels.close(tx, project_id, task_id, entry.labels)
    changes = [tallies.of_hour(entry.at)]
    if not missing:
        changes += [("state", state, -1), ("state", new_state.value, 1)]
        if prelabeled and state in ("incomplete", "needs_review"):
            changes.append(("prelabeled", "prelabeled", -1))
        if state == TaskState.COMPLETED:
            changes += tallies.of_labels(old_labels, old_labeler, -1)
        changes += tallies.of_labels(labels, entry.labeler, 1)
    tallies.add(tx, project_id, changes)


def history(tx: Transaction, task_id: int) -> tuple[Submission, ...]:
    """Every submission of the task, the newest (which counts) first."""
    rows = tx.stream(
        "SELECT labeler, submitted, labels, seconds FROM submission WHERE task_id = ? ORDER BY id DESC", task_id
    )
    return tuple(
        Submission(labeler, at, None if labels is None else msgspec.json.decode(labels, type=Labels), seconds)
        for labeler, at, labels, seconds in rows
    )


def save_draft(tx: Transaction, task_id: int, labeler: str, body: str, now: float) -> None:
    """Keeps what the labeler has drawn so far."""
    tx.run(
        "INSERT INTO draft (task_id, labeler, body, changed) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (task_id, labeler) DO UPDATE SET body = excluded.body, changed = excluded.changed",
        task_id,
        labeler,
        body,
        now,
    )


def load_draft(tx: Transaction, task_id: int, labeler: str) -> str | None:
    """What `save_draft` kept; None if there is nothing."""
    row = tx.one("SELECT body FROM draft WHERE task_id = ? AND labeler = ?", task_id, labeler)
    return row[0] if row else None


def drop_draft(tx: Transaction, task_id: int, labeler: str) -> None:
    """Throws the labeler's draft of the task away."""
    tx.run("DELETE FROM draft WHERE task_id = ? AND labeler = ?", task_id, labeler)
