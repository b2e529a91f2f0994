"""The numbers of a dashboard: changed in the transaction that changes what they count, so that reading them costs the
same at ten tasks and at ten million."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tui_labeler.model.regions import Labels
from tui_labeler.model.review import MERGED
from tui_labeler.store import blocks, readable
from tui_labeler.store.database import Transaction

# kind -> key -> n, as it is read back
Tallies = dict[str, dict[str, int]]

_ADD = (
    "INSERT INTO tally (project_id, kind, key, n) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (project_id, kind, key) DO UPDATE SET n = tally.n + excluded.n"
)


_OPEN = ("incomplete", "needs_review")
_APPEND = "INSERT INTO tally_delta (project_id, kind, key, n, block) VALUES (?, ?, ?, ?, ?)"


def add(tx: Transaction, project_id: int, changes: Iterable[tuple[str, str, int]], task_id: int | None = None) -> None:
    """Adds each (kind, key, n); n may be negative. Numbers of states change by one task, `task_id`; where many tasks change
    theirs, that is `add_moves`, or `recount_states` follows."""
    changes = [change for change in changes if change[2]]
    if tx.dialect.many_writers:
        block = None if task_id is None else task_id // blocks.BLOCK
        tx.many(_APPEND, [(project_id, *change, block if change[0] == "state" else None) for change in changes])
        return
    tx.many(_ADD, [(project_id, *change) for change in changes])
    if task_id is not None:
        blocks.move(tx, project_id, task_id, [(key, n) for kind, key, n in changes if kind == "state"])


def of_move(old: str, new: str) -> list[tuple[str, str, int]]:
    """What changes where one task goes from one state into another."""
    return [] if old == new else [("state", old, -1), ("state", new, 1)]


class Move(NamedTuple):
    """A task that goes from one state into another. Those whose images are missing are not counted by state."""

    task_id: int
    old: str
    new: str
    is_prelabeled: bool


def add_moves(tx: Transaction, project_id: int, moves: Iterable[Move]) -> None:
    """Counts that these tasks, each with an image, are in other states."""
    states: Counter[tuple[str, int]] = Counter()
    prelabeled = 0
    for task_id, old, new, is_prelabeled in moves:
        states[old, task_id // blocks.BLOCK] -= 1
        states[new, task_id // blocks.BLOCK] += 1
        prelabeled += is_prelabeled * ((new in _OPEN) - (old in _OPEN))
    changes = [(state, block, n) for (state, block), n in states.items() if n]
    add(tx, project_id, [("prelabeled", "prelabeled", prelabeled)])
    if tx.dialect.many_writers:
        tx.many(_APPEND, [(project_id, "state", state, n, block) for state, block, n in changes])
        return
    tx.many(_ADD, [(project_id, "state", state, n) for state, _, n in changes])
    blocks.add_states(tx, project_id, changes)


def read(tx: Transaction, project_id: int) -> Tallies:
    """Every number of the project that is not zero."""
    tallies: Tallies = {}
    for kind, key, n in tx.stream(
        f"SELECT kind, key, n FROM {tx.dialect.counted} WHERE project_id = ? AND n <> 0", project_id
    ):
        tallies.setdefault(kind, {})[key] = n
    return tallies


def of_labels(labels: str | None, labeler: str, sign: int) -> list[tuple[str, str, int]]:
    """What a completed task adds (sign 1) or takes away (sign -1): its regions by class, and its labeler's task. Of labels
    that cannot be read the classes are not known."""
    if labels is None:
        return []
    decoded = readable.labels(labels)
    return of_decoded(decoded, labeler, sign) if decoded is not None else _of_labeler(labeler, sign)


def of_decoded(labels: Labels, labeler: str, sign: int) -> list[tuple[str, str, int]]:
    """`of_labels`, of labels that are no JSON."""
    return [*_of_labeler(labeler, sign), *(("class", name, sign * n) for name, n in labels.class_counts().items())]


def _of_labeler(labeler: str, sign: int) -> list[tuple[str, str, int]]:
    return [] if labeler in MERGED else [("labeler", labeler, sign)]


def of_hour(now: float, n: int = 1) -> tuple[str, str, int]:
    """Submissions of the hour in UTC, for the dashboard's activity: 2026-11-24T09."""
    return ("hour", time.strftime("%Y-%m-%dT%H", time.gmtime(now)), n)


# Changes may outlive their project.
_OF_PROJECTS = "FROM gone g JOIN project p ON p.id = g.project_id"
FOLD = (
    "WITH gone AS (DELETE FROM tally_delta RETURNING project_id, kind, key, n, block), "
    "added AS (INSERT INTO tally (project_id, kind, key, n) "
    f"SELECT g.project_id, g.kind, g.key, SUM(g.n) {_OF_PROJECTS} GROUP BY g.project_id, g.kind, g.key "
    "ON CONFLICT (project_id, kind, key) DO UPDATE SET n = tally.n + excluded.n), "
    "placed AS (INSERT INTO state_block (project_id, state, block, n) "
    f"SELECT g.project_id, g.key, g.block, SUM(g.n) {_OF_PROJECTS} WHERE g.block IS NOT NULL "
    "GROUP BY g.project_id, g.key, g.block "
    "ON CONFLICT (project_id, state, block) DO UPDATE SET n = state_block.n + excluded.n) "
    "SELECT COUNT(*) FROM gone"
)


def fold(tx: Transaction) -> int:
    """Sums the changes that were appended into the numbers; how many rows that was. Nothing to do where none are."""
    if not tx.dialect.many_writers:
        return 0
    row = tx.one(FOLD)
    return int(row[0]) if row else 0


def recount_states(tx: Transaction, project_id: int) -> None:
    """Counts the tasks by state anew, after a refresh or a creation has moved many at once."""
    for table in ("tally", "tally_delta") if tx.dialect.many_writers else ("tally",):
        tx.run(f"DELETE FROM {table} WHERE project_id = ? AND kind IN ('state', 'missing', 'prelabeled')", project_id)
    sums: Counter[tuple[str, str]] = Counter()
    by_block: Counter[tuple[str, int]] = Counter()
    rows = tx.all(
        f"SELECT state, missing, prelabeled, id / {blocks.BLOCK}, COUNT(*) FROM task WHERE project_id = ? "
        "GROUP BY 1, 2, 3, 4",
        project_id,
    )
    for state, missing, prelabeled, block, n in rows:
        by_block[blocks.MISSING if missing else state, block] += n
        if missing:
            sums["missing", "missing"] += n
            continue
        sums["state", state] += n
        if prelabeled and state in _OPEN:
            sums["prelabeled", "prelabeled"] += n
    tx.many(_ADD, [(project_id, *change, n) for change, n in sums.items()])
    blocks.set_states(tx, project_id, by_block)
