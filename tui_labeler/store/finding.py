"""The tasks that a filter lets through, found a part at a time: each begins behind the id where the one before ended, so
that the first ones cost the same however many tasks there are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import msgspec

from tui_labeler.model.tasks import FoundTasks, TaskFilter, TaskState
from tui_labeler.store import blocks, filtering, lettercase, names
from tui_labeler.store.database import Transaction

# How many of the blocks of ids that names have one statement looks through: few at first, since that is often enough.
_FIRST, _MOST = 4, 256
_RANGES = 60  # of ids in one statement
_BLOCKS = blocks.BLOCK // names.BLOCK

Range = tuple[int, int]
"""The first and the last id."""


def find(
    tx: Transaction, project_id: int, chosen: TaskFilter, after: int, limit: int, looks: int | None = None
) -> FoundTasks:
    """The first `limit` of them behind the id `after`; where `looks` is given, fewer once so many ids were looked at."""
    if chosen.known or chosen.changed:
        return _of_few(tx, project_id, chosen, after, limit)
    where, values = filtering.filtered(tx, project_id, msgspec.structs.replace(chosen, name=""), "+t.project_id")
    if chosen.name:
        has_it, of_name = lettercase.has(tx, "t.path", chosen.name)
        where, values = f"{where} AND {has_it}", [*values, *of_name]
    return search(tx, project_id, where, values, after, limit, looks, chosen)


def search(
    tx: Transaction,
    project_id: int,
    where: str,
    values: list[object],
    after: int,
    limit: int,
    looks: int | None = None,
    chosen: TaskFilter | None = None,
) -> FoundTasks:
    """`find` of the tasks `t` of a query (FROM … WHERE …); `chosen` says where such may be, None that they may be anywhere.
    A range of ids in each statement tells PostgreSQL that it looks at few: it would read a whole project for each part and
    sort that."""
    chosen = chosen or TaskFilter()
    found: list[int] = []
    first = _next_id(tx, project_id, chosen, after)
    if first is None:
        return FoundTasks(found, None)
    seen = 0
    for ranges in _ranges(_blocks(tx, project_id, chosen, first // names.BLOCK), looks):
        ranges[0] = (max(ranges[0][0], first), ranges[0][1])
        within, bounds = _within(tx, ranges, chosen.name)
        rows = tx.all(
            f"SELECT t.id {where} AND {within} ORDER BY t.id LIMIT {limit + 1 - len(found)}", *values, *bounds
        )
        found += [row[0] for row in rows]
        if len(found) > limit:
            return FoundTasks(found[:limit], found[limit - 1] if limit else after)
        seen += sum(last - first + 1 for first, last in ranges)
        if looks is not None and seen >= looks:
            return FoundTasks(found, ranges[-1][1])
    return FoundTasks(found, None)


def _next_id(tx: Transaction, project_id: int, chosen: TaskFilter, after: int) -> int | None:
    """The id of the next task in the state that is asked for, or in any."""
    states = [chosen.state] if chosen.state else list(TaskState)
    missing = [0] if chosen.state else [1] if chosen.missing else [0, 1]
    one = "SELECT MIN(id) AS id FROM task WHERE project_id = ? AND state = ? AND missing = ? AND id > ?"
    values = [(project_id, state.value, flag, after) for state in states for flag in missing]
    row = tx.one(f"SELECT MIN(id) FROM ({' UNION ALL '.join([one] * len(values))}) x", *chain(*values))
    return row[0] if row else None


def _of_few(tx: Transaction, project_id: int, chosen: TaskFilter, after: int, limit: int) -> FoundTasks:
    """Where an index has all of them, and they are few."""
    where, values = filtering.filtered(tx, project_id, chosen)
    rows = tx.all(f"SELECT t.id {where} AND t.id > ? ORDER BY t.id LIMIT {limit + 1}", *values, after)
    ids = [row[0] for row in rows[:limit]]
    return FoundTasks(ids, (ids[-1] if ids else after) if len(rows) > limit else None)


def _within(tx: Transaction, ranges: list[Range], name: str) -> tuple[str, list[object]]:
    """The condition that the ids of the tasks `t` are in these ranges, and its values."""
    if len(ranges) == 1:
        return "t.id BETWEEN ? AND ?", [*ranges[0]]
    arm = "SELECT n.id FROM task n WHERE n.id BETWEEN ? AND ?"
    if not name:
        return f"t.id IN ({' UNION ALL '.join([arm] * len(ranges))})", [*chain(*ranges)]
    has_it, of_name = lettercase.has(tx, "n.path", name)
    arm = f"{arm} AND {has_it}"
    values: list[object] = []
    for first, last in ranges:
        values += [first, last, *of_name]
    return f"t.id IN ({' UNION ALL '.join([arm] * len(ranges))})", values


def _blocks(tx: Transaction, project_id: int, chosen: TaskFilter, first: int) -> Iterator[int]:
    """The blocks of ids, from `first` on, that may have such tasks."""
    state = blocks.MISSING if chosen.missing else chosen.state.value if chosen.state else None
    if names.is_indexed(chosen.name):
        later = names.first_later_block(tx, project_id)
        allowed = None if state is None else set(blocks.following(tx, project_id, first // _BLOCKS, state))
        for block in names.blocks_that_may_have(tx, project_id, chosen.name, first):
            if block >= later:
                break
            if allowed is None or block // _BLOCKS in allowed:
                yield block
        first = max(first, later)
    for large in blocks.following(tx, project_id, first // _BLOCKS, state):
        yield from range(max(first, large * _BLOCKS), large * _BLOCKS + _BLOCKS)


def _ranges(found: Iterator[int], looks: int | None) -> Iterator[list[Range]]:
    """Ids of more and more blocks, but no more than are to be looked at; those that follow each other are one range. At
    first it is one alone: a statement that looks through one ends as soon as it has enough."""
    ranges: list[Range] = []
    size, count, most = _FIRST, 0, 1
    left = None if looks is None else looks // names.BLOCK
    for block in found:
        first, last = block * names.BLOCK, block * names.BLOCK + names.BLOCK - 1
        follows = bool(ranges) and ranges[-1][1] == first - 1
        if count == size or (len(ranges) == most and not follows):
            yield ranges
            left = None if left is None else max(left - count, 1)
            ranges, count, size, most = [], 0, min(size * 2, left or _MOST, _MOST), _RANGES
        if ranges and follows:
            ranges[-1] = (ranges[-1][0], last)
        else:
            ranges.append((first, last))
        count += 1
    if ranges:
        yield ranges
