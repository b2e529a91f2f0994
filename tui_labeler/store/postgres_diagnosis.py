"""What can be wrong with a PostgreSQL that a workspace is on, and what mends it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from tui_labeler.elapsed import elapsed
from tui_labeler.model.diagnosis import Finding
from tui_labeler.store import schema
from tui_labeler.store.database import Transaction
from tui_labeler.store.postgres import DIALECT
from tui_labeler.store.postgres_database import PostgresDatabase

_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (\w+)")
_SLOW_SECONDS = 0.05
_SKEW_SECONDS = 30.0
_OLD_SECONDS = 600
_MANY_ROWS = 200_000
_READ_ONLY = "default_transaction_read_only"


def diagnose(database: PostgresDatabase) -> Iterator[Finding]:
    """Each thing in turn. Raises LabelerError where the server cannot be reached."""
    with database.read() as tx:
        yield _server(tx)
        yield _round_trip(tx)
        yield _pooler(tx, database.told_pid(tx))
        yield _clock(database)
        yield _durability(tx)
        yield _indexes(tx)
        yield _waiting(tx)
        yield _old_transactions(tx)
        yield _team(database)


def _server(tx: Transaction) -> Finding:
    version, is_standby, read_only = tx.one(
        "SELECT current_setting('server_version'), pg_is_in_recovery(), current_setting('default_transaction_read_only')"
    ) or ("", False, "off")
    words = f"PostgreSQL {version}"
    if is_standby:
        return Finding(
            "server", False, f"{words}, a standby: it can be read, and nobody can label", "Name the primary."
        )
    if read_only == "on":
        mend = f"ALTER ROLE or ALTER DATABASE … RESET {_READ_ONLY}, wherever it is set."
        return Finding("server", False, f"{words}; {_READ_ONLY} is on: nobody can label", mend)
    return Finding("server", True, words)


def _round_trip(tx: Transaction) -> Finding:
    took = []
    for _ in range(5):
        began = elapsed()
        tx.one("SELECT 1")
        took.append(elapsed() - began)
    way = sorted(took)[2]
    mend = "Submitting an image waits for about ten of them: work nearer to the server." if way > _SLOW_SECONDS else ""
    return Finding("round trip", True, f"{way * 1000:.1f} ms", mend)


def _pooler(tx: Transaction, told: int) -> Finding:
    """A pooler tells a process id of its own when one connects."""
    (pid,) = tx.one("SELECT pg_backend_pid()") or (told,)
    if pid == told:
        return Finding("connection", True, "straight to the server")
    return Finding("connection", True, "through a pooler, such as pgbouncer; transaction mode is enough")


def _clock(database: PostgresDatabase) -> Finding:
    skew = time.time() - database.clock()
    words = f"this machine's is {abs(skew):.1f} s {'ahead' if skew > 0 else 'behind'}; the server's counts"
    if abs(skew) < _SKEW_SECONDS:
        return Finding("clock", True, words)
    return Finding("clock", False, words, "Set the clock of whichever is wrong, for example: timedatectl set-ntp true.")


def _durability(tx: Transaction) -> Finding:
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    off = [name for name in settings if tx.one("SELECT current_setting(?)", name) == ("off",)]
    if not off:
        return Finding("durability", True, "what is submitted is on the server's disk")
    mend = "; ".join(f"ALTER SYSTEM SET {name} = on" for name in off)
    return Finding(
        "durability", False, f"{', '.join(off)} off: a crash loses labels", f"As the superuser: {mend}; reload."
    )


def _indexes(tx: Transaction) -> Finding:
    known = {
        name: statement
        for script in schema.migrations("postgres")
        for statement in schema.statements(script, DIALECT)
        for name in _INDEX.findall(statement)
    }
    whole = {
        name
        for (name,) in tx.all(
            "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE i.indisvalid AND n.nspname = ANY (current_schemas(false))"
        )
    }
    missing = sorted(known.keys() - whole)
    if not missing:
        return Finding("indexes", True, f"all {len(known)} are there")
    mend = "; ".join(" ".join(known[name].split()) for name in missing)
    return Finding("indexes", False, f"missing: {', '.join(missing)}", f"{mend}.")


def _waiting(tx: Transaction) -> Finding:
    (may_look,) = tx.one("SELECT has_table_privilege('tally_delta', 'SELECT')") or (False,)
    if not may_look:
        return Finding("numbers", True, "only owners see how many changes of them wait")
    (rows,) = tx.one("SELECT COUNT(*) FROM tally_delta") or (0,)
    words = f"{rows:,} changes of numbers wait to be summed"
    if rows < _MANY_ROWS:
        return Finding("numbers", True, words)
    return Finding(
        "numbers", False, words, "They are summed while someone labels; look at old transactions, and VACUUM."
    )


def _old_transactions(tx: Transaction) -> Finding:
    row = tx.one(
        "SELECT pid, extract(epoch FROM clock_timestamp() - xact_start)::bigint FROM pg_stat_activity "
        "WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database() "
        "AND backend_type = 'client backend' ORDER BY xact_start LIMIT 1"
    )
    if row is None or row[1] < _OLD_SECONDS:
        return Finding("transactions", True, "none is old")
    words = f"the process {row[0]} has had one open for {row[1] // 60:,} minutes: nothing is cleaned up behind it"
    return Finding("transactions", False, words, f"End it: SELECT pg_terminate_backend({row[0]}).")


def _team(database: PostgresDatabase) -> Finding:
    if database.team is None:
        words = "no roles: whoever can sign in to the database may do everything"
        return Finding("team", True, words, "For roles: tui-labeler workspace init.")
    role = database.team.role
    return Finding("team", role is not None, f"you are {database.team.person}, {role or 'without a role'}")
