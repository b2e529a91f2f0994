"""A workspace on a PostgreSQL that others use at the same time."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui_labeler.elapsed import elapsed
from tui_labeler.model.errors import LabelerError, NoRole, NotAllowed, WorkspaceError
from tui_labeler.store import counters, postgres_access, schema, team_grants, team_setup
from tui_labeler.store import postgres as dialect
from tui_labeler.store.database import Database, Transaction
from tui_labeler.store.postgres_errors import explain
from tui_labeler.store.postgres_pool import Pool
from tui_labeler.store.postgres_transaction import SCHEMA_VERSION, PostgresTransaction

if TYPE_CHECKING:
    pass

_FOLD_SECONDS = (2.0, 6.0)

# What an administrator may have set otherwise for a login: policies that refuse instead of hide, numbers that are cut off.
_TIDY = (
    "SET LOCAL row_security = on; SET LOCAL extra_float_digits = 1; "
    "SET LOCAL idle_in_transaction_session_timeout = '{}s'"
)
_COMMITTED = "BEGIN ISOLATION LEVEL READ COMMITTED"  # after waiting for its turn a writer sees what came before
BEGIN_READ = f"BEGIN ISOLATION LEVEL REPEATABLE READ; {_TIDY.format(600)}"
BEGIN_WRITE = (
    f"{_COMMITTED}; {_TIDY.format(600)}; SELECT pg_advisory_xact_lock({dialect.LOCK_CLASS}, {dialect.LOCK_WRITE})"
)
BEGIN_ROWS = (
    f"{_COMMITTED}; {_TIDY.format(30)}; SELECT pg_advisory_xact_lock_shared({dialect.LOCK_CLASS}, {dialect.LOCK_WRITE})"
)


class PostgresDatabase(Database):
    """Any thread may use it; each transaction is lent a connection."""

    dialect = dialect.DIALECT

    def __init__(self, url: str, folder: Path, create: bool = True) -> None:
        """Opens the database of `url`, which holds no password; makes or upgrades its tables. Raises LabelerError."""
        dialect.require_driver()
        self.address, self.folder = dialect.address_of(url), folder
        self._name = f"The workspace {self.address}"
        self.url, self._pool = url, Pool(url, self._name)
        self._guard = threading.Lock()
        self._stage = threading.local()
        self._server_ahead = 0.0
        self._mark: Hashable = None
        self._mark_failure: LabelerError | None = None
        self._asking = False
        self._look = ""  # at the version, in each transaction that writes
        self._fold_at = elapsed() + _FOLD_SECONDS[0]
        try:
            self._upgrade(create)
            self._look = f"; SELECT version AS {SCHEMA_VERSION.decode()} FROM workspace_version"
            with self.read() as tx:
                self.team = team_grants.standing(tx)
        except BaseException:
            self.close()
            raise

    # Transactions

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        with self._transaction(BEGIN_READ) as tx:
            yield tx

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        with self._transaction(BEGIN_WRITE) as tx:
            yield tx

    @contextmanager
    def write_rows(self) -> Iterator[Transaction]:
        with self._transaction(BEGIN_ROWS) as tx:
            yield tx
        if elapsed() > self._fold_at:
            self._fold_at = elapsed() + random.uniform(*_FOLD_SECONDS)
            threading.Thread(target=self._fold, name="fold counts", daemon=True).start()

    def _fold(self) -> None:
        """Sums the numbers' changes, unless another process does; nobody waits for it, and the next one does what this one
        could not."""
        with suppress(LabelerError), self._transaction(BEGIN_ROWS) as tx:
            is_ours = tx.one(f"SELECT pg_try_advisory_xact_lock({dialect.LOCK_CLASS}, {dialect.LOCK_FOLD})")
            if is_ours == (True,):
                if self.team is None or self.team.is_owner:
                    counters.fold(tx)
                else:
                    tx.one("SELECT team_fold()")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[PostgresTransaction]:
        if begin is not BEGIN_READ:
            begin += self._look
        # What stages rows has to know that they are there.
        is_read = begin is BEGIN_READ and not getattr(self._stage, "schema", "")
        if schemas := getattr(self._stage, "schema", ""):
            begin += f"; SELECT set_config('search_path', '{schemas}, ' || current_setting('search_path'), true)"
        with self._explained():
            connection, is_new = self._pool.borrow()
            replace = (lambda: None) if is_new else self._pool.replacement
            tx = PostgresTransaction(connection, begin, replace, self._name)
            is_ended = False
            try:
                yield tx
                if is_read:
                    tx.end_read()
                else:
                    tx.commit()
                is_ended = True
            finally:
                if tx.server_time is not None:
                    self._server_ahead = tx.server_time[0] - tx.server_time[1]
                self._pool.give_back(tx.connection, is_ended)

    def clock(self) -> float:
        """The server's time, as this process's last transaction was told it, and what has passed since."""
        return elapsed() + self._server_ahead

    def told_pid(self, tx: Transaction) -> int:
        """The process id that was told when the transaction's connection was made: the server's, or that of a pooler."""
        tx.one("SELECT 1")  # the connection may be replaced by another at the first statement
        return int(tx.connection.info.backend_pid) if isinstance(tx, PostgresTransaction) else 0

    @contextmanager
    def staging(self) -> Iterator[None]:
        """A schema of its own, which the thread's transactions look into first."""
        name = f"stage_{int(self.clock())}_{os.urandom(6).hex()}"
        with self.write_rows() as tx:
            for (left,) in tx.all("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'stage\\_%'"):
                began = left.split("_")[1]
                if began.isdigit() and int(began) < self.clock() - 86_400:
                    tx.run(f'DROP SCHEMA IF EXISTS "{left}" CASCADE')
            tx.run(f"CREATE SCHEMA {name}")
        self._stage.schema = name
        try:
            yield
        finally:
            self._stage.schema = ""
            with self.write_rows() as tx:
                tx.run(f"DROP SCHEMA IF EXISTS {name} CASCADE")

    def change_mark(self) -> Hashable:
        """The server's snapshot: it changes whenever a transaction that writes ends, and costs no look at any table. What
        is returned is the newest answer that has come: nobody who draws a screen waits for the network. Raises what the
        last question came to."""
        with self._guard:
            mark, failure, self._mark_failure = self._mark, self._mark_failure, None
            if not self._asking and not self._pool.is_closed:
                self._asking = True
                threading.Thread(target=self._ask_mark, name="change mark", daemon=True).start()
        if failure is not None:
            raise failure
        return mark

    def _ask_mark(self) -> None:
        try:
            with self._transaction(BEGIN_READ) as tx:
                row = tx.one("SELECT pg_current_snapshot()::text")
            self._mark = row[0] if row else None
        except LabelerError as error:
            self._mark_failure = None if self._pool.is_closed else error
        finally:
            self._asking = False

    def close(self) -> None:
        self._pool.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except LabelerError:
            raise
        except Exception as error:
            import psycopg

            if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
                self._pool.drop_idle()  # of the servers in the URL another one may take writes by now
            if isinstance(error, psycopg.Error):
                explained = explain(error, self.address, person=self.team.person if self.team else "")
                raise (self._as_stranger() if isinstance(explained, NotAllowed) else None) or explained from error
            raise

    def _as_stranger(self) -> NoRole | None:
        with suppress(LabelerError), self._transaction(BEGIN_READ) as tx:
            return postgres_access.why_not_in(tx, self._name)
        return None

    # The schema

    def _upgrade(self, create: bool) -> None:
        scripts, latest = schema.migrations("postgres"), schema.latest("postgres")
        with self.read() as tx:
            version = self._version(tx)
            schema.require_known(tx, self._name, version)
        if version == latest:
            return
        with self.read() as tx:
            if version:
                postgres_access.require_upgradable(tx, self._name, version, latest)
            else:
                postgres_access.require_place(tx, self.address, create)
        with self.write() as tx:
            # Another process may have done it while this one waited for its turn.
            version = self._version(tx)
            team_setup.become_owner(tx)
            for script in scripts:
                if schema.number(script) <= version:
                    continue
                schema.run(tx, script)
            team_setup.apply_rules(tx)

    def _version(self, tx: Transaction) -> int:
        # Asked of the catalog as a table: to_regclass may remember from before this transaction waited for its turn.
        names = {
            name
            for (name,) in tx.all(
                "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                "WHERE n.nspname = ANY (current_schemas(false)) AND c.relname IN ('workspace_version', 'task')"
            )
        }
        server = tx.one("SELECT current_setting('server_version_num')::int / 10000") or (0,)
        if server[0] < dialect.OLDEST:
            raise WorkspaceError(f"{self.address} is PostgreSQL {server[0]}; {dialect.OLDEST} or newer is needed.")
        if "workspace_version" not in names:
            if "task" in names:
                mend = "Name another database with --workspace; this one was left as it is."
                raise WorkspaceError(f"{self.address} is a database of another program.", mend)
            return 0
        row = tx.one("SELECT version FROM workspace_version")
        return int(row[0]) if row else 0
