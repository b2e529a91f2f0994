"""How many tasks a project has in each block of ids, in all and by state: where a page in the middle of the list begins is
found without walking there. Tasks are only ever added, or deleted with their project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tui_labeler.store.database import Transaction

BLOCK = 4096
_AT_ONCE = 64  # blocks that are asked for at once
MISSING = "missing"
"""Where a state stands otherwise: tasks whose images are gone, whatever their state."""

_ALL = "SELECT block, n FROM task_block WHERE project_id = ? ORDER BY block"


class Place(NamedTuple):
    """Where a page is: among the tasks with ids from `first` to `last`, behind `passed` of them."""

    first: int
    last: int
    passed: int


def locate(tx: Transaction, project_id: int, offset: int, limit: int, state: str | None = None) -> Place | None:
    """The place of a page in the list of all tasks, or of those in a state (or `MISSING`); None where the list ends before
    it."""
    if state is None:
        counts = tx.stream(_ALL, project_id)
    else:
        query = f"SELECT block, n FROM {tx.dialect.counted_blocks} WHERE project_id = ? AND state = ? ORDER BY block"
        counts = tx.stream(query, project_id, state)
    place = None
    seen = 0
    for block, n in counts:
        if place is None and seen + n > offset:
            place = Place(block * BLOCK, 0, offset - seen)
        seen += n
        if place is not None:
            place = place._replace(last=block * BLOCK + BLOCK - 1)
            if seen >= offset + limit:
                break
    return place


def position(tx: Transaction, project_id: int, task_id: int) -> int:
    """Which one of its project's tasks this is, from 1."""
    block = task_id // BLOCK
    row = tx.one(
        "SELECT (SELECT COALESCE(SUM(n), 0) FROM task_block WHERE project_id = ? AND block < ?), "
        "(SELECT COUNT(*) FROM task WHERE project_id + 0 = ? AND id >= ? AND id <= ?)",
        *(project_id, block, project_id, block * BLOCK, task_id),
    )
    return int(row[0]) + int(row[1]) if row else 0


def following(tx: Transaction, project_id: int, first: int, state: str | None = None) -> Iterator[int]:
    """The blocks from `first` on that have tasks of the project, or such in a state (or `MISSING`)."""
    source = "task_block WHERE project_id = ?"
    values: list[object] = [project_id]
    if state is not None:
        source, values = f"{tx.dialect.counted_blocks} WHERE project_id = ? AND state = ?", [project_id, state]
    rows = None
    while rows is None or len(rows) == _AT_ONCE:
        rows = tx.all(
            f"SELECT block FROM {source} AND n > 0 AND block >= ? ORDER BY block LIMIT {_AT_ONCE}", *values, first
        )
        for (block,) in rows:
            yield int(block)
            first = block + 1


def count_added(tx: Transaction, project_id: int, after: int) -> None:
    """Counts the tasks with ids behind `after`, which were just added."""
    tx.run(
        f"INSERT INTO task_block (project_id, block, n) SELECT project_id, id / {BLOCK}, COUNT(*) FROM task "
        f"WHERE project_id = ? AND id > ? GROUP BY project_id, id / {BLOCK} "
        "ON CONFLICT (project_id, block) DO UPDATE SET n = task_block.n + excluded.n",
        project_id,
        after,
    )


def count_all(tx: Transaction, project_id: int) -> None:
    """Counts the project's tasks anew."""
    tx.run("DELETE FROM task_block WHERE project_id = ?", project_id)
    count_added(tx, project_id, 0)


def last_id(tx: Transaction) -> int:
    """The largest id of any task."""
    row = tx.one("SELECT MAX(id) FROM task")
    return int(row[0] or 0) if row else 0


def move(tx: Transaction, project_id: int, task_id: int, changes: Iterable[tuple[str, int]]) -> None:
    """Counts that a task came into a state (n is 1), or left it (-1). With many writers the numbers' changes do."""
    add_states(tx, project_id, [(state, task_id // BLOCK, n) for state, n in changes])


def add_states(tx: Transaction, project_id: int, changes: Iterable[tuple[str, int, int]]) -> None:
    """Adds each (state, block, n); n may be negative."""
    tx.many(
        "INSERT INTO state_block (project_id, state, block, n) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (project_id, state, block) DO UPDATE SET n = state_block.n + excluded.n",
        [(project_id, *change) for change in changes],
    )


def _count_states() -> str:
    """By project, state and block."""
    return (
        f"SELECT project_id, CASE WHEN missing = 1 THEN '{MISSING}' ELSE state END, id / {BLOCK}, COUNT(*) "
        "FROM task WHERE project_id = ? GROUP BY 1, 2, 3"
    )


def set_states(tx: Transaction, project_id: int, counts: Mapping[tuple[str, int], int]) -> None:
    """Keeps how many tasks stand in each (state, block), counted anew; changes that wait to be summed have to be gone."""
    tx.run("DELETE FROM state_block WHERE project_id = ?", project_id)
    tx.many(
        "INSERT INTO state_block (project_id, state, block, n) VALUES (?, ?, ?, ?)",
        [(project_id, state, block, n) for (state, block), n in counts.items()],
    )


def wrong_states(tx: Transaction, project_id: int) -> tuple[str, ...]:
    """The states whose numbers by block are not what a count gives."""
    said = tx.all(
        f"SELECT project_id, state, block, n FROM {tx.dialect.counted_blocks} WHERE project_id = ? AND n <> 0",
        project_id,
    )
    return tuple(sorted({row[1] for row in set(said) ^ set(tx.all(_count_states(), project_id))}))
