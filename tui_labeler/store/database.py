"""A workspace database: transactions on SQLite or PostgreSQL.

    with database.write() as tx:
        tx.run("UPDATE project SET status = ? WHERE id = ?", "paused", 3)

A write transaction is atomic and durable when the block ends, and undone when an exception leaves it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from tui_labeler.model.errors import WorkspaceError
from tui_labeler.model.team import Standing
from tui_labeler.store.dialect import Dialect

Row = tuple[Any, ...]
Ask = tuple[str, Sequence[object]]
"""A statement and its values."""


class PreparedStatement(str):
    """A statement that every labeler sends at every image: where that saves work it is planned once. The types of its
    values have to follow from where they stand."""

    __slots__ = ()


class Transaction(ABC):
    """SQL inside one transaction, with `?` for parameters."""

    dialect: Dialect

    @abstractmethod
    def run(self, sql: str, *values: object) -> int:
        """The number of rows that changed."""

    @abstractmethod
    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """The same statement for each row of values."""

    @abstractmethod
    def all(self, sql: str, *values: object) -> list[Row]: ...

    @abstractmethod
    def one(self, sql: str, *values: object) -> Row | None:
        """The first row, or None."""

    def one_ahead(self, ahead: Ask, sql: str, *values: object) -> Row | None:
        """`one`. Over a network `ahead` goes with it: what is asked next if nothing unforeseen comes, one row at most, is
        at hand then."""
        return self.one(sql, *values)

    @abstractmethod
    def stream(self, sql: str, *values: object) -> Iterator[Row]:
        """Rows one after the other; of a few thousand, or of few columns."""

    def scan(self, sql: str, *values: object) -> Iterator[Row]:
        """Rows as they are asked for; however many there are, the memory does not grow."""
        return self.stream(sql, *values)

    def defer(self, sql: str, *values: object) -> None:
        """Runs before whatever this transaction does next; nothing of its result is asked for, so that a network is not
        waited for."""
        self.run(sql, *values)

    def insert(self, sql: str, *values: object) -> int:
        """Runs `INSERT … RETURNING id`; returns the id."""
        row = self.one(sql, *values)
        assert row is not None
        return int(row[0])

    def lock_task(self, task_id: int) -> None:  # noqa: B027 - where writers take turns anyway, there is nothing to do
        """Nobody else changes the task before this transaction ends."""


class Database(ABC):
    """A workspace database. Any thread may use it."""

    dialect: Dialect
    address: str
    """What it is called in messages: a file, or a URL without credentials."""
    url: str
    """What opens it on this machine: what it was opened by."""
    team: Standing | None = None
    """Who is signed in, and as what; None where the workspace has no roles: whoever opens it may do everything."""
    folder: Path
    """Where this machine keeps what belongs to the workspace and does not stand in the database."""

    @abstractmethod
    def read(self) -> AbstractContextManager[Transaction]:
        """One consistent state of the database, whatever others write meanwhile."""

    @abstractmethod
    def write(self) -> AbstractContextManager[Transaction]:
        """The one writer, when its turn has come. Keep it short: all other writers wait."""

    def write_rows(self) -> AbstractContextManager[Transaction]:
        """A short write to a few rows, which may run beside others of its kind, but never beside `write`. What it decides
        by has to be locked first (`Transaction.lock_task`, `Dialect.claim_lock`)."""
        return self.write()

    def staging(self) -> AbstractContextManager[None]:
        """Inside, this thread's transactions see the tables that it makes with `Dialect.staging`; nobody else does."""
        return nullcontext()

    def pause_writes(self, seconds: float) -> AbstractContextManager[None]:
        """Inside, this process holds up no other writer; waits for its own writes, so many seconds at most. A server ends
        by itself what holds up others."""
        return nullcontext()

    def why_not_written(self) -> WorkspaceError | None:
        """Why this user can write nothing here, found out by writing; a server says more of that itself."""
        return None

    @abstractmethod
    def change_mark(self) -> Hashable:
        """A value that differs from the one before if anything was written meanwhile, by whomever. Ask from one thread."""

    @abstractmethod
    def clock(self) -> float:
        """Seconds since 1970 by the clock that all who write to this database share."""

    @abstractmethod
    def close(self) -> None: ...
