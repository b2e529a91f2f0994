"""A transaction on PostgreSQL, in as few ways to the server and back as can be."""

from __future__ import annotations

import re
import select
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from tui_labeler.elapsed import elapsed
from tui_labeler.store import postgres as dialect
from tui_labeler.store import postgres_prepared, schema
from tui_labeler.store.database import Ask, PreparedStatement, Row, Transaction

if TYPE_CHECKING:
    import psycopg

_VALUES = re.compile(r"VALUES (\(\?(?:, \?)*\))")
_BATCH = 500
_PAGE = 2_000
# How long the answer to a COMMIT is waited for before the line is looked at again.
_SILENT_MILLISECONDS = 5_000
_LOCK_TASK = PreparedStatement("SELECT 1 FROM task WHERE id = ? FOR UPDATE")
SCHEMA_VERSION = b"schema_version"
_SERVER_TIME = b"server_time"
_NOW = f"SELECT extract(epoch FROM clock_timestamp())::float8 AS {_SERVER_TIME.decode()}, pg_backend_pid()"


class PostgresTransaction(Transaction):
    """Statements whose results nobody asks for, BEGIN too, wait and go with the next one: each answer that is waited for
    costs a way to the server and back. A connection that was cut while it stood idle is replaced at the first."""

    dialect = dialect.DIALECT

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        begin: str,
        replace: Callable[[], psycopg.Connection[Any] | None],
        name: str,
    ) -> None:
        """`replace` gives a new connection; None where this one is new itself. `name` is what the workspace is called in
        messages."""
        self._name = name
        self.connection, self._begin, self._replace = connection, begin, replace
        self._waiting: list[Ask] = []
        self._begun = False
        self._scans = 0
        self._locked: set[int] = set()
        self._ahead: Ask | None = None  # a statement whose row has come with the one before
        self._ahead_row: Row | None = None
        self._version: int | None = None  # of the tables, where `begin` asks for it
        self.server_time: tuple[float, float] | None = None
        """(the server's time, when it was told by our clock), in seconds."""

    def _execute(self, sql: str, values: Sequence[object]) -> psycopg.Cursor[Any]:
        self._ahead = None
        asked, self._waiting = [*self._waiting, (sql, values)], []
        if self._begun:
            return self._send((), asked)
        self._begun = True
        begin = (self._begin, _NOW)
        try:
            cursor = self._send(begin, asked)
        except Exception:
            # Nothing of it can have been committed: it is sent again where the line had been cut before.
            replacement = self._replace() if self.connection.closed else None
            if replacement is None:
                raise
            self.connection = replacement
            cursor = self._send(begin, asked)
        if self._version is not None:
            schema.require_known(self, self._name, self._version)
        return cursor

    def _send(self, begin: Sequence[str], asked: Sequence[Ask]) -> psycopg.Cursor[Any]:
        cursor: Any = self.connection.cursor()
        prepared = postgres_prepared.of(self.connection)
        templates = [prepared.template(*ask) for ask in asked]
        bundle = "; ".join((*begin, *prepared.preparing(), *templates))
        try:
            # Without values, nothing would take the doubled per cent signs for single ones.
            cursor.execute(bundle, list(chain.from_iterable(values for _, values in asked)))
        except BaseException:
            prepared.answered(is_done=False)
            raise
        prepared.answered(is_done=True)
        first: Row | None = None
        while cursor.nextset():
            self._ahead_row = first  # of the answer before the last one (`one_ahead`)
            first = cursor.fetchone() if cursor.pgresult.nfields else None
            if first and begin and cursor.pgresult.fname(0) == _SERVER_TIME:
                self.server_time = (first[0], elapsed())
                prepared.met(first[1])
            elif first and begin and cursor.pgresult.fname(0) == SCHEMA_VERSION:
                self._version = first[0]
        if first:
            cursor.scroll(0, mode="absolute")
        return cursor  # type: ignore[no-any-return]

    def defer(self, sql: str, *values: object) -> None:
        self._ahead = None
        self._waiting.append((sql, values))

    def one_ahead(self, ahead: Ask, sql: str, *values: object) -> Row | None:
        self._waiting.append(ahead)
        row: Row | None = self._execute(sql, values).fetchone()
        self._ahead = (ahead[0], tuple(ahead[1]))
        return row

    def run(self, sql: str, *values: object) -> int:
        return max(self._execute(sql, values).rowcount, 0)

    def many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """A statement of many rows instead of many statements, where no row can meet another one."""
        match = _VALUES.search(sql) if "DO UPDATE" not in sql else None
        head, marks, tail = (sql[: match.start(1)], match[1], sql[match.end(1) :]) if match else ("", sql, "")
        waiting = iter(rows)
        while batch := list(islice(waiting, _BATCH)):
            values = list(chain.from_iterable(batch))
            if match:
                self._waiting.append((f"{head}{', '.join([marks] * len(batch))}{tail}", values))
            else:
                self._waiting += [(sql, row) for row in batch]
            if len(batch) == _BATCH:
                self.flush()

    def all(self, sql: str, *values: object) -> list[Row]:
        return self._execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Row | None:
        if self._ahead == (sql, values):
            self._ahead = None
            return self._ahead_row
        row: Row | None = self._execute(sql, values).fetchone()
        return row

    def stream(self, sql: str, *values: object) -> Iterator[Row]:
        yield from self._execute(sql, values)

    def scan(self, sql: str, *values: object) -> Iterator[Row]:
        self._scans += 1
        name = f"scan_{self._scans}"
        self._execute(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}", values)
        while rows := self._execute(f"FETCH {_PAGE} FROM {name}", ()).fetchall():
            yield from rows
        self._execute(f"CLOSE {name}", ())

    def lock_task(self, task_id: int) -> None:
        if task_id in self._locked:
            return
        self._locked.add(task_id)
        self.defer(_LOCK_TASK, task_id)

    def flush(self) -> None:
        """Sends what waits."""
        self._execute("SELECT 1", ())

    def commit(self) -> None:
        """Returns when the server has it all."""
        if self._waiting and not self._begun:
            self.flush()
        if self._begun:
            self._execute("COMMIT", ())

    def end_read(self) -> None:
        """Ends a transaction that has written nothing, or only what this connection will read. Nobody waits for the answer:
        `settle` takes it before the connection is used again."""
        if self._waiting or not self._begun:
            self.commit()
            return
        self.connection.pgconn.send_query(b"COMMIT")
        self.connection.pgconn.flush()


def settle(connection: psycopg.Connection[Any]) -> None:
    """Takes the answer to what `end_read` sent. A connection that was cut meanwhile shows at the next statement. The
    driver's own `get_result` stops all threads of the process while it waits, so the socket is waited for here."""
    from psycopg import OperationalError

    server = connection.pgconn
    waiting = select.poll()
    try:
        waiting.register(server.socket, select.POLLIN)
        while True:
            server.consume_input()
            if server.is_busy():
                waiting.poll(_SILENT_MILLISECONDS)
            elif server.get_result() is None:
                return
    except OperationalError:
        connection.close()
