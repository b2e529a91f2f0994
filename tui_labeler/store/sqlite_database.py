"""A workspace in one SQLite file: a connection a thread, writers in turns."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tui_labeler.model.errors import NotFound, WorkspaceError
from tui_labeler.store import schema
from tui_labeler.store import sqlite as dialect
from tui_labeler.store.database import Database, Row, Transaction
from tui_labeler.store.turns import Turns


class SqliteTransaction(Transaction):
    dialect = dialect.DIALECT

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, sql: str, *values: object) -> int:
        return int(self._connection.execute(sql, values).rowcount)

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(sql, rows)

    def all(self, sql: str, *values: object) -> list[Row]:
        return list(self._connection.execute(sql, values))

    def one(self, sql: str, *values: object) -> Row | None:
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def stream(self, sql: str, *values: object) -> Iterator[Row]:
        rows: Iterator[Row] = self._connection.execute(sql, values)  # a cursor: faster than a generator around it
        return rows


class SqliteDatabase(Database):
    """A workspace database in one SQLite file. Every thread gets a connection of its own."""

    dialect = dialect.DIALECT

    def __init__(self, path: Path, create: bool = True) -> None:
        """Opens `path`, makes or upgrades its tables. Raises WorkspaceError; with `create=False` NotFound where there
        is no file. A database that a newer version wrote is refused, and not touched."""
        self.path = path
        self.address, self.folder = str(path), path.parent
        self.url = f"sqlite:///{path}"
        self._local = threading.local()
        self._all: list[Any] = []
        self._guard = threading.Lock()
        self._writes = 0
        self._busy: set[int] = set()  # connections inside a transaction
        self._closed = self._is_upgraded = self._is_frozen = False
        self._turns = Turns(path.with_name(f"{path.name}-turns"))
        if not create and not path.exists():
            raise NotFound(
                f"There is no workspace at {path}.", "Check the name; or make one: tui-labeler workspace init."
            )
        with self._explained():
            try:
                self._open(create)
            except dialect.DatabaseError:
                if (why := dialect.why_frozen(path)) is None:
                    raise
                self._freeze(why)
            self._is_upgraded = True

    def _open(self, create: bool) -> None:
        try:
            self._connection = dialect.connect(self.path, create)
        except OSError as error:
            mend = "Check that the folder exists and that this user may write there."
            if isinstance(error, FileExistsError | NotADirectoryError):
                mend = "A part of that path is a file, not a folder: name another one with --home."
            raise WorkspaceError(f"The workspace {self.path} cannot be made: {error.strerror}.", mend) from None
        self._opened = self._file()
        self._all.append(self._connection)
        self._local.connection = self._connection
        self._upgrade()

    def _freeze(self, why: WorkspaceError) -> None:
        """The disk is full, or only to be read: what is there is read, and nothing written, until that changes. Raises
        `why` where it cannot be read either."""
        for connection in self._all:
            connection.close()
        self._connection = self._local.connection = dialect.connect_frozen(self.path)
        self._all[:] = [self._connection]
        self._opened, self._is_frozen = self._file(), True
        if self._version() != len(schema.migrations("sqlite")):
            raise why  # its tables are older, and cannot be made newer

    def _thaw(self) -> None:
        """Connects as ever once the disk has room again, or somebody else writes to it."""
        if self._is_frozen and dialect.why_frozen(self.path) is None:
            self._is_frozen, self._local = False, threading.local()
            with self._guard:
                for connection in self._all:
                    if id(connection) not in self._busy:
                        connection.close()
                self._all[:] = [connection for connection in self._all if id(connection) in self._busy]

    def close(self) -> None:
        """Ends every connection but those that a thread works with at this moment: a disk that never answers would hold up
        whoever closes. Open transactions are undone."""
        with self._guard:
            for connection in self._all:
                if id(connection) not in self._busy:
                    connection.close()
            self._all.clear()
            self._closed = True
        self._turns.close()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """One consistent state of the database, whatever others write meanwhile."""
        with self._transaction(dialect.BEGIN_READ) as tx:
            yield tx

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """The one writer, when its turn has come. Keep it short: other writers wait. Raises WorkspaceError, and writes
        nothing, where the file that was opened is no longer there: a deleted file takes everything and keeps nothing."""
        self._require_file()
        self._thaw()
        if self._is_frozen and (why := dialect.why_frozen(self.path)) is not None:
            raise why
        with self._turns.turn(), self._transaction(dialect.BEGIN_WRITE) as tx:
            if self._is_upgraded:
                version = tx.one("SELECT version FROM workspace_version")
                schema.require_known(tx, f"The workspace database {self.path}", int(version[0]) if version else 0)
            yield tx
        self._require_file()
        self._writes += 1

    def why_not_written(self) -> WorkspaceError | None:
        try:
            with self.write() as tx:
                tx.run(
                    "UPDATE workspace_version SET version = version"
                )  # a transaction that changes nothing fails nowhere
        except WorkspaceError as error:
            return error
        return None

    def pause_writes(self, seconds: float) -> AbstractContextManager[None]:
        return self._turns.between(seconds)

    def _file(self) -> tuple[int, int] | None:
        try:
            status = os.stat(self.address)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _require_file(self) -> None:
        if self._file() != self._opened:
            raise WorkspaceError(
                f"The workspace database {self.path} was deleted, or replaced by another.",
                "Put it back and start again; nothing more is written into what is no longer there.",
            )

    def clock(self) -> float:
        return time.time()

    def change_mark(self) -> tuple[int, int]:
        with self._explained():
            return dialect.data_version(self._thread_connection()), self._writes

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        with self._explained():
            connection = self._thread_connection()
            with self._guard:
                if self._closed:
                    raise WorkspaceError(f"The workspace database {self.path} is closed.")
                self._busy.add(id(connection))
            try:
                connection.execute(begin)
                yield SqliteTransaction(connection)
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                with self._guard:
                    self._busy.discard(id(connection))

    def _thread_connection(self) -> Any:
        self._thaw()
        connection = getattr(self._local, "connection", None)
        if connection is None:
            make = dialect.connect_frozen if self._is_frozen else partial(dialect.connect, create=False)
            connection = self._local.connection = make(self.path)
            with self._guard:
                self._all.append(connection)
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except dialect.DatabaseError as error:
            raise dialect.explain(error, self.path) from error

    def _upgrade(self) -> None:
        scripts = schema.migrations("sqlite")
        version = self._version()
        if version == len(scripts):
            return
        schema.require_known(SqliteTransaction(self._connection), f"The workspace database {self.path}", version)
        dialect.use_write_ahead_log(self._connection)
        with dialect.tables_remade(self._connection), self.write() as tx:
            # Another process may have done it while this one waited for the lock.
            for script in scripts[self._version() :]:
                schema.run(tx, script)
            if tx.one("PRAGMA foreign_key_check") is not None:
                raise WorkspaceError(
                    f"The workspace database {self.path} holds rows that belong to nothing.",
                    "Restore it from a backup; this one was left as it is.",
                )

    def _version(self) -> int:
        tables = dialect.tables(self._connection)
        if "workspace_version" in tables:
            row = self._connection.execute("SELECT version FROM workspace_version").fetchone()
            return int(row[0]) if row else 0
        if tables:
            mend = "Name another file with --workspace; this one was left as it is."
            raise WorkspaceError(f"{self.path} is a database of another program.", mend)
        return 0
