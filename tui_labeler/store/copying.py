"""All that a workspace holds, from one database into another, of either kind.

Pages go by key, each in a transaction of the target with a note of how far it came: what was interrupted goes on there,
unless the source has changed since. Ids stay, also those that are not used again.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import msgspec

from tui_labeler.model.errors import AlreadyExists, LabelerError, StorageError
from tui_labeler.model.text import plural
from tui_labeler.store import key_value, readable, statistics
from tui_labeler.store.database import Database, Transaction

UNFINISHED = "move/unfinished"
"""The key under which a target keeps how far a copy into it has come."""
MOST_IDS = 2**62
"""No table gives out as many ids."""
_PAGE = 2_000
Tell = Callable[[int, int], None]
"""Called with (rows so far, rows in all); it may raise Cancelled."""


class Table(msgspec.Struct, frozen=True):
    """A table of the schema: its columns, those of its key, the places of those that hold fractions, and the columns that
    name rows of other tables, each with the table."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    reals: tuple[int, ...] = ()
    refers: tuple[tuple[str, str], ...] = ()

    def finite(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """The row with 0 for what is no number (NaN, infinity): a file keeps none."""
        for place in self.reals:
            value = row[place]
            if value is not None and not math.isfinite(value):
                row = (*row[:place], 0.0, *row[place + 1 :])
        return row


class Copied(msgspec.Struct):
    """How far a copy has come: what the source was, the last key of each table, and of how many rows a time or a number
    was none, and is 0 in the copy."""

    source: str
    last: dict[str, list[int | str]]
    mended: int = 0


class Copy(msgspec.Struct, frozen=True):
    """What was copied: how many rows in all, and in how many a time or a number was none, and is 0 now."""

    rows: int
    mended: int


def tables() -> tuple[Table, ...]:
    """All tables, those first that others refer to. Both kinds of database have them; a new one is asked."""
    from tui_labeler.store.sqlite_database import SqliteDatabase

    with tempfile.TemporaryDirectory(prefix="tui-labeler-schema-") as folder:
        blank = SqliteDatabase(Path(folder) / "blank.db")
        with blank.read() as tx:
            names = [
                name
                for (name,) in tx.all(
                    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                    "AND name <> 'workspace_version'"
                )
            ]
            keys = {name: tx.all(f"PRAGMA foreign_key_list({name})") for name in names}
            refers = {name: {row[2] for row in keys[name]} for name in names}
            columns = {name: tx.all(f"PRAGMA table_info({name})") for name in names}
        blank.close()
    return tuple(
        Table(
            name,
            tuple(row[1] for row in columns[name]),
            tuple(row[1] for row in sorted(columns[name], key=lambda row: row[5]) if row[5]),
            tuple(row[0] for row in columns[name] if row[2].upper() == "DOUBLE PRECISION"),
            tuple(sorted((row[3], row[2]) for row in keys[name])),
        )
        for name in TopologicalSorter(refers).static_order()
    )


def copy_all(
    source: Transaction, target: Database, tell: Tell, finish: Callable[[Transaction], object] = lambda tx: None
) -> Copy:
    """Copies what `source` sees into `target`, which is empty or holds the beginning of this very copy. `finish` changes
    what is different in the copy, before it can be opened. Raises AlreadyExists for a target that holds anything else."""
    all_tables = tables()
    rows = {table.name: _count(source, table.name) for table in all_tables}
    print_of = _fingerprint(source, rows)
    state = _begun(target, all_tables, print_of)
    done, total = 0, sum(rows.values())
    for table in all_tables:
        try:
            done = _copy(source, target, table, state, done, lambda n: tell(n, total))
        except LabelerError:
            if lost := next(iter(orphans(source)), None):
                raise StorageError(f"It cannot be copied: {lost}", "All such: tui-labeler workspace check.") from None
            raise
    with target.write() as tx:
        for table in all_tables:
            if table.key == ("id",):
                _set_next_id(tx, table.name, _last_id(source, table.name))
        finish(tx)
        statistics.gather(tx, *(table.name for table in all_tables))
        key_value.write(tx, UNFINISHED, None)
    return Copy(sum(rows.values()), state.mended)


def orphans(tx: Transaction) -> Iterator[str]:
    """Of each table how many rows belong to a row of another one that is gone: another program made that."""
    for table in tables():
        for column, parent in table.refers:
            lost = (
                f"FROM {_readable(tx, table.name)} WHERE {column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {parent} p "
            )
            row = tx.one(f"SELECT COUNT(*), MIN({column}) {lost} WHERE p.id = {table.name}.{column})")
            if row is not None and row[0]:
                belong = "belongs" if row[0] == 1 else "belong"
                yield f"{plural(row[0], 'row')} of {table.name} {belong} to a {parent} that is gone (such as {row[1]})."


def _count(tx: Transaction, table: str) -> int:
    row = tx.one(f"SELECT COUNT(*) FROM {_readable(tx, table)}")
    return int(row[0]) if row else 0


def _readable(tx: Transaction, table: str) -> str:
    """Numbers that are not summed yet belong to them."""
    summed = {"tally": tx.dialect.counted, "state_block": tx.dialect.counted_blocks}
    if table not in summed or not tx.dialect.many_writers:
        return table
    return f"(SELECT c.* FROM {summed[table]} c JOIN project p ON p.id = c.project_id) {table}"


def _fingerprint(tx: Transaction, rows: dict[str, int]) -> str:
    """What changes with any change of the source that a copy would have to see."""
    newest = tx.one(
        "SELECT (SELECT MAX(id) FROM submission), (SELECT MAX(changed) FROM draft), "
        "(SELECT SUM(LENGTH(spec)) FROM project), (SELECT COUNT(*) FROM project WHERE status = 'paused'), "
        "(SELECT COUNT(*) FROM task WHERE state = 'incomplete'), (SELECT COUNT(*) FROM task WHERE missing = 1), "
        "(SELECT SUM(LENGTH(value)) FROM memo)"
    )
    return repr((sorted(rows.items()), [str(value) for value in newest or ()]))


def _begun(target: Database, all_tables: tuple[Table, ...], source: str) -> Copied:
    with target.write() as tx:
        text = key_value.read(tx, UNFINISHED)
        if text is not None:
            state = readable.read(text, Copied)
            if state is not None and state.source == source:
                return state
            for table in reversed(all_tables):
                tx.run(f"DELETE FROM {table.name}")
        elif used := [name for name in ("datastore", "project", "export") if _count(tx, name)]:
            raise AlreadyExists(
                f"{target.address} is not empty: it holds {_count(tx, used[0]):,} {used[0]}(s).",
                "Name a new database; nothing was changed.",
            )
        else:
            tx.run("DELETE FROM memo")
        state = Copied(source, {})
        key_value.write(tx, UNFINISHED, msgspec.json.encode(state).decode())
    return state


def _copy(
    source: Transaction, target: Database, table: Table, state: Copied, done: int, tell: Callable[[int], None]
) -> int:
    columns, key = ", ".join(table.columns), ", ".join(table.key)
    marks = ", ".join("?" * len(table.key))
    indexes = [table.columns.index(name) for name in table.key]
    insert = f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join('?' * len(table.columns))})"
    passed = "AND key NOT LIKE 'move/%'" if table.name == "memo" else ""
    last = state.last.get(table.name)
    if last is not None:
        done += _copied(target, table.name)
    while True:
        where, values = (f"({key}) > ({marks})", tuple(last)) if last is not None else ("1 = 1", ())
        rows = source.all(
            f"SELECT {columns} FROM {_readable(source, table.name)} WHERE {where} {passed} ORDER BY {key} LIMIT {_PAGE}",
            *values,
        )
        if not rows:
            return done
        last = [rows[-1][index] for index in indexes]
        state.last[table.name] = last
        kept = [table.finite(row) for row in rows]
        state.mended += sum(one is not other for one, other in zip(rows, kept, strict=True))
        with target.write() as tx:
            if tx.dialect.kind == "postgres":  # what nobody can read there comes along: history stays as it is
                tx.one("SELECT set_config('tui_labeler.copying', 'on', true)")
            tx.many(insert, kept)
            key_value.write(tx, UNFINISHED, msgspec.json.encode(state).decode())
        done += len(rows)
        tell(done)


def _copied(target: Database, table: str) -> int:
    """How many rows of a table an earlier attempt copied."""
    with target.read() as tx:
        return _count(tx, table)


def _last_id(tx: Transaction, table: str) -> int:
    """The last id that a table has given out, also to a row that is gone."""
    if tx.dialect.kind == "sqlite":
        row = tx.one("SELECT seq FROM sqlite_sequence WHERE name = ?", table)
    else:
        row = tx.one(f"SELECT last_value FROM {sequence(tx, table)} WHERE is_called")
    # An id that is beyond these was somebody's own choice: no other would follow it.
    largest = tx.one(f"SELECT MAX(id) FROM {table} WHERE id < ?", MOST_IDS)
    return max(int(row[0]) if row else 0, int(largest[0] or 0) if largest else 0)


def _set_next_id(tx: Transaction, table: str, last: int) -> None:
    if not last:
        return
    if tx.dialect.kind == "sqlite":
        tx.run("DELETE FROM sqlite_sequence WHERE name = ?", table)
        tx.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, last)
    else:
        tx.one("SELECT setval(?, ?)", sequence(tx, table), last)


def sequence(tx: Transaction, table: str) -> str:
    """What gives a table its ids on a PostgreSQL."""
    row = tx.one("SELECT pg_get_serial_sequence(?, 'id')", table)
    assert row is not None
    return str(row[0])
