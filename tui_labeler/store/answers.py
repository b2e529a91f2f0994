"""Images that several people label, or whose labels are known: who said what, and whose turn it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import Submission, Task
from tui_labeler.store import readable
from tui_labeler.store.database import Transaction
from tui_labeler.store.leases import FREE
from tui_labeler.store.open_tasks import in_order
from tui_labeler.store.task_rows import COLUMNS, task_of

_NOT_ANSWERED = "NOT EXISTS (SELECT 1 FROM answer a WHERE a.task_id = t.id AND a.labeler = ?)"
# The same, asked for each task that is come to: PostgreSQL would go through all that the labeler ever answered.
_NOT_YET_ANSWERED = "(SELECT a.labeler FROM answer a WHERE a.task_id = {}.id AND a.labeler = ?) IS NULL"


def put(tx: Transaction, project_id: int, task_id: int, entry: Submission, sent_as: str) -> bool:
    """Adds to the task's history, and makes it the labeler's answer. Whether it is their first one."""
    labels = None if entry.labels is None else msgspec.json.encode(entry.labels).decode()
    submission_id = tx.insert(
        "INSERT INTO submission (task_id, labeler, submitted, seconds, labels, sent_as) VALUES (?, ?, ?, ?, ?, ?) "
        "RETURNING id",
        task_id,
        entry.labeler,
        entry.at,
        entry.seconds,
        labels,
        sent_as or None,
    )
    known = answer_id(tx, task_id, entry.labeler)
    tx.run(
        "INSERT INTO answer (task_id, labeler, project_id, submission_id) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (task_id, labeler) DO UPDATE SET submission_id = excluded.submission_id",
        task_id,
        entry.labeler,
        project_id,
        submission_id,
    )
    return known is None


def answer_id(tx: Transaction, task_id: int, labeler: str) -> int | None:
    """The submission that is the labeler's answer; None while there is none."""
    row = tx.one("SELECT submission_id FROM answer WHERE task_id = ? AND labeler = ?", task_id, labeler)
    return int(row[0]) if row else None


def answers(tx: Transaction, task_id: int) -> dict[str, Labels | None]:
    """What each labeler said of an image, by name; None: skipped it, or said what cannot be read."""
    rows = tx.all(
        "SELECT a.labeler, b.labels FROM answer a JOIN submission b ON b.id = a.submission_id WHERE a.task_id = ? "
        "ORDER BY a.labeler",
        task_id,
    )
    return {labeler: readable.labels(labels) for labeler, labels in rows}


def own_answer(tx: Transaction, task_id: int, labeler: str) -> Submission | None:
    """What this labeler said."""
    row = tx.one(
        "SELECT b.labeler, b.submitted, b.labels, b.seconds FROM answer a JOIN submission b ON b.id = a.submission_id "
        "WHERE a.task_id = ? AND a.labeler = ?",
        task_id,
        labeler,
    )
    if row is None:
        return None
    labels = readable.labels(row[2])
    return Submission(row[0], row[1], labels, row[3], row[2] is not None and labels is None)


def answered_by(tx: Transaction, project_id: int, project: str, labeler: str, count: int) -> tuple[Task, ...]:
    """The images that the labeler answered, newest first."""
    rows = tx.all(
        f"SELECT {COLUMNS} FROM answer a JOIN task t ON t.id = a.task_id "
        "WHERE a.project_id = ? AND a.labeler = ? AND t.missing = 0 ORDER BY a.submission_id DESC LIMIT ?",
        project_id,
        labeler,
        count,
    )
    return tuple(task_of(row, project) for row in rows)


def answered(tx: Transaction, project_id: int) -> list[int]:
    """The tasks that somebody answered."""
    rows = tx.all("SELECT DISTINCT task_id FROM answer WHERE project_id = ? ORDER BY task_id", project_id)
    return [task_id for (task_id,) in rows]


# Whose turn it is


def place(tx: Transaction, project_id: int, labeler: str) -> tuple[int, int]:
    """(the task below which nothing is open to the labeler, how many images they submitted)."""
    row = tx.one("SELECT task_id, answered FROM queue_place WHERE project_id = ? AND labeler = ?", project_id, labeler)
    return (int(row[0]), int(row[1])) if row else (0, 0)


def move(tx: Transaction, project_id: int, labeler: str, task_id: int) -> None:
    """From now on the labeler's turn begins behind this task."""
    tx.run(
        "INSERT INTO queue_place (project_id, labeler, task_id) VALUES (?, ?, ?) "
        "ON CONFLICT (project_id, labeler) DO UPDATE SET task_id = excluded.task_id",
        project_id,
        labeler,
        task_id,
    )


def step_back(tx: Transaction, token: str, task_id: int | None = None) -> None:
    """What the holder of `token` is about to give back (or this one task) is the next for its labeler again: what was
    claimed ahead is not left for the end. What they have begun, and known images, come up anyway."""
    given_back = (
        "FROM task t WHERE t.lease_token = ? AND t.project_id = queue_place.project_id AND t.state = 'incomplete' "
        "AND t.lease_labeler = queue_place.labeler AND t.id <= queue_place.task_id AND (? = 0 OR t.id = ?) "
        "AND NOT EXISTS (SELECT 1 FROM gold g WHERE g.task_id = t.id) "
        "AND NOT EXISTS (SELECT 1 FROM draft f WHERE f.task_id = t.id AND f.labeler = t.lease_labeler)"
    )
    one = task_id or 0
    tx.defer(
        f"UPDATE queue_place SET task_id = (SELECT MIN(t.id) - 1 {given_back}) WHERE project_id IN "
        "(SELECT h.project_id FROM task h WHERE h.lease_token = ?) AND labeler IN "
        f"(SELECT h.lease_labeler FROM task h WHERE h.lease_token = ?) AND EXISTS (SELECT 1 {given_back})",
        *(token, one, one),
        *(token, token),
        *(token, one, one),
    )


def held(tx: Transaction, project_id: int, labeler: str, now: float) -> int:
    """How many images the labeler has open."""
    row = tx.one(
        "SELECT COUNT(*) FROM task WHERE project_id = ? AND lease_labeler = ? AND lease_token IS NOT NULL "
        "AND lease_until > ?",
        project_id,
        labeler,
        now,
    )
    return int(row[0]) if row else 0


def count_answer(tx: Transaction, project_id: int, labeler: str) -> None:
    """The labeler submitted one image more."""
    tx.run(
        "INSERT INTO queue_place (project_id, labeler, answered) VALUES (?, ?, 1) "
        "ON CONFLICT (project_id, labeler) DO UPDATE SET answered = queue_place.answered + 1",
        project_id,
        labeler,
    )


def open_after(
    tx: Transaction, project_id: int, labeler: str, after: int, now: float, count: int = 1
) -> list[tuple[Any, ...]]:
    """Rows of `COLUMNS`: the next tasks behind `after` that are open to this labeler."""
    where, order = in_order(tx.dialect, "incomplete")
    return tx.all(
        f"SELECT {COLUMNS} FROM task t WHERE {where} AND {FREE} AND {_NOT_ANSWERED} "
        f"{order} LIMIT ? {tx.dialect.claim_lock}",
        project_id,
        after,
        now,
        labeler,
        count,
    )


def next_open(
    tx: Transaction, project_id: int, labeler: str, after: int, now: float, back: int
) -> tuple[tuple[Any, ...], int | None] | None:
    """(a row of `COLUMNS`, the first task before it that is for this labeler too, but open at somebody else): the next task
    behind `after` that is open to this labeler. Before it no further than `back` ids are looked at."""
    passed = (
        "SELECT MIN(x.id) FROM task x WHERE x.project_id = t.project_id AND x.state = 'incomplete' AND x.missing = 0 "
        "AND x.id > ? AND x.id > t.id - ? AND x.id < t.id AND x.lease_until > ? AND x.lease_labeler <> ? "
        f"AND {_NOT_YET_ANSWERED.format('x')}"
    )
    where, order = in_order(tx.dialect, "incomplete")
    row = tx.one(
        f"SELECT {COLUMNS}, ({passed}) FROM task t WHERE {where} AND {FREE} AND {_NOT_YET_ANSWERED.format('t')} "
        f"{order} LIMIT 1 {tx.dialect.claim_lock}",
        *(after, back, now, labeler, labeler),
        *(project_id, after, now, labeler),
    )
    return (row[:-1], row[-1]) if row is not None else None


def has_unanswered(tx: Transaction, project_id: int, labeler: str, after: int) -> bool:
    """Whether behind the task `after` something is open that the labeler has not answered, whoever holds it."""
    row = tx.one(
        "SELECT 1 FROM task t WHERE t.project_id = ? AND t.state = 'incomplete' AND t.missing = 0 AND t.id > ? "
        f"AND {_NOT_ANSWERED} LIMIT 1",
        project_id,
        after,
        labeler,
    )
    return row is not None


def stale(tx: Transaction, project_id: int, now: float) -> tuple[Any, ...] | None:
    """A row of `COLUMNS`: the first image that changed after it was labeled; not what was returned to someone."""
    return tx.one(
        f"SELECT {COLUMNS} FROM task t WHERE t.project_id = ? AND t.state = 'needs_review' AND t.missing = 0 AND {FREE} "
        "AND NOT EXISTS (SELECT 1 FROM review r WHERE r.task_id = t.id AND r.state = 'returned') "
        f"ORDER BY t.id LIMIT 1 {tx.dialect.claim_lock}",
        project_id,
        now,
    )


def returned(tx: Transaction, project_id: int, labeler: str, now: float) -> tuple[Any, ...] | None:
    """A row of `COLUMNS`: the first image that review gave back to this labeler."""
    return tx.one(
        f"SELECT {COLUMNS} FROM review r JOIN task t ON t.id = r.task_id WHERE r.project_id = ? AND r.state = 'returned' "
        f"AND r.labeler = ? AND t.missing = 0 AND {FREE} ORDER BY t.id LIMIT 1 {tx.dialect.claim_lock}",
        project_id,
        labeler,
        now,
    )


def returned_to_others(
    tx: Transaction, project_id: int, present: Sequence[str], now: float
) -> tuple[tuple[Any, ...], str] | None:
    """(a row of `COLUMNS`, who had labeled it): the first image that review gave back to somebody else than these."""
    row = tx.one(
        f"SELECT {COLUMNS}, r.labeler FROM review r JOIN task t ON t.id = r.task_id WHERE r.project_id = ? "
        f"AND r.state = 'returned' AND r.labeler NOT IN ({', '.join('?' * len(present))}) AND t.missing = 0 AND {FREE} "
        f"ORDER BY t.id LIMIT 1 {tx.dialect.claim_lock}",
        project_id,
        *present,
        now,
    )
    return (row[:-1], row[-1]) if row is not None else None


def gold_for(tx: Transaction, project_id: int, labeler: str, now: float) -> tuple[Any, ...] | None:
    """A row of `COLUMNS`: the first image with known labels that this labeler has not answered."""
    return tx.one(
        f"SELECT {COLUMNS} FROM gold g JOIN task t ON t.id = g.task_id WHERE g.project_id = ? AND t.missing = 0 "
        f"AND {FREE} AND {_NOT_ANSWERED} ORDER BY g.task_id LIMIT 1 {tx.dialect.claim_lock}",
        project_id,
        now,
        labeler,
    )
