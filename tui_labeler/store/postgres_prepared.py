"""Statements that labelers send again and again, planned once a connection: planning them took more of the server than
running them.

They are prepared and executed by SQL, so that they go to the server together as all others do. A pooler may give each
transaction to another connection of the server, where what was prepared is not known: behind one nothing is prepared. It
tells the process id that it made up itself, not the server's.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from tui_labeler.store.database import PreparedStatement
from tui_labeler.store.postgres import placed

if TYPE_CHECKING:
    import psycopg

_number = count(1)


class Prepared:
    """What one connection has prepared. A statement whose preparation was sent and not answered is prepared anew, under
    another name."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._is_direct = False
        self._names: dict[str, str] = {}
        self._sent: dict[str, str] = {}

    def met(self, pid: int) -> None:
        """The server's process answered by this number."""
        self._is_direct = pid == self._connection.info.backend_pid

    def template(self, sql: str, values: Sequence[object]) -> str:
        """The statement with psycopg's placeholders; `preparing` has what has to be sent before it."""
        if not values:
            return sql.replace("%", "%%")
        if not (self._is_direct and isinstance(sql, PreparedStatement)):
            return placed(sql)
        name = self._names.get(sql) or self._sent.get(sql)
        if name is None:
            name = self._sent[sql] = f"labeler_{next(_number)}"
        return f"EXECUTE {name} ({', '.join(['%s'] * len(values))})"

    def preparing(self) -> list[str]:
        """What prepares the statements of which `text` has given the first."""
        return [f"PREPARE {name} AS {_numbered(sql)}".replace("%", "%%") for sql, name in self._sent.items()]

    def answered(self, is_done: bool) -> None:
        """The server has, or has not, done all that was sent."""
        if is_done:
            self._names |= self._sent
        self._sent = {}


_of_connections: WeakKeyDictionary[psycopg.Connection[Any], Prepared] = WeakKeyDictionary()


def of(connection: psycopg.Connection[Any]) -> Prepared:
    """A connection serves one transaction at a time, and so does what it has prepared."""
    known = _of_connections.get(connection)
    if known is None:
        known = _of_connections[connection] = Prepared(connection)
    return known


def _numbered(sql: str) -> str:
    first, *others = sql.split("?")
    return first + "".join(f"${number}{part}" for number, part in enumerate(others, 1))
