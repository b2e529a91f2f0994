"""The connections that a process has to its PostgreSQL: as many as it has transactions at one time.

Where the server takes no more of them, a transaction waits for one that another transaction gives back.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tui_labeler.elapsed import elapsed
from tui_labeler.model.errors import ServerFull, WorkspaceError
from tui_labeler.store.postgres import connect
from tui_labeler.store.postgres_transaction import settle

if TYPE_CHECKING:
    import psycopg

_WAITS_SECONDS = 10.0
# For so long a server that was full is not asked for more connections.
_FULL_SECONDS = 60.0


class Pool:
    """Connections of one URL, lent to transactions. `name` is what the workspace is called in messages."""

    def __init__(self, url: str, name: str) -> None:
        self._url, self._name = url, name
        self._idle: list[psycopg.Connection[Any]] = []
        self._lent = 0
        self._full_until = 0.0
        self._closed = False
        self._returned = threading.Condition()

    def borrow(self) -> tuple[psycopg.Connection[Any], bool]:
        """A connection, and whether it is new. Raises LabelerError."""
        with self._returned:
            if self._closed:
                raise WorkspaceError(f"{self._name} is closed.")
            idle = self._own(_WAITS_SECONDS if elapsed() < self._full_until else 0.0)
        if idle is None:
            try:
                connection = connect(self._url)
            except ServerFull:
                with self._returned:
                    self._full_until = elapsed() + _FULL_SECONDS
                    idle = self._own(_WAITS_SECONDS)
                if idle is None:
                    raise
            else:
                with self._returned:
                    self._lent += 1
                return connection, True
        settle(idle)
        return idle, False

    def _own(self, seconds: float) -> psycopg.Connection[Any] | None:
        """One that rests, or is given back within so many seconds; nothing is waited for where none is lent."""
        self._returned.wait_for(lambda: self._idle or not self._lent, timeout=seconds)
        if not self._idle:
            return None
        self._lent += 1
        return self._idle.pop()

    def replacement(self) -> psycopg.Connection[Any]:
        """Instead of one that is lent, and was cut while it rested."""
        self.drop_idle()  # they were cut with it
        return connect(self._url)

    def drop_idle(self) -> None:
        with self._returned:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def give_back(self, connection: psycopg.Connection[Any], is_ended: bool) -> None:
        """`is_ended`: its transaction is over, with all that it had to do."""
        import psycopg

        usable = is_ended and not connection.closed
        if not usable and not connection.closed:
            with suppress(psycopg.Error):
                connection.execute("ROLLBACK")
            usable = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        with self._returned:
            self._lent -= 1
            is_kept = usable and not self._closed
            if is_kept:
                self._idle.append(connection)
            self._returned.notify()
        if not is_kept:
            connection.close()

    @property
    def is_closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        with self._returned:
            self._closed = True
        self.drop_idle()
