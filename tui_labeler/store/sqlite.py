"""What is SQLite's own: its words, how a connection is opened, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

from tui_labeler.model.errors import DiskFull, WorkspaceError
from tui_labeler.store.dialect import Dialect
from tui_labeler.wholefiles import make_private

Row = tuple[object, ...]
DatabaseError = sqlite3.Error

DIALECT = Dialect(
    kind="sqlite",
    identity="INTEGER PRIMARY KEY AUTOINCREMENT",
    clustered="WITHOUT ROWID",
    text="TEXT",
    # One writer at a time: nothing can come between looking and claiming.
    claim_lock="",
    contains="instr({}, ?) > 0",
    contains_any_case="{} LIKE ? ESCAPE '\\'",
    spelled="{} GLOB ?",
    spelling=lambda places: f"*{''.join(f'[{one}]' if len(one) > 1 or one in '*?[' else one for one in places)}*",
    newest_id="last_insert_rowid()",
    staging="TEMPORARY",
    counted="tally",
    counted_blocks="state_block",
    many_writers=False,
    plans_by_statistics=False,
    server_time=False,
)
# The start of a transaction that will write, and of one that will not.
BEGIN_WRITE = "BEGIN IMMEDIATE"
BEGIN_READ = "BEGIN"

BUSY_SECONDS = 20.0
# A text that is no UTF-8 (of a damaged file) would end a query with all its other rows. So it is a text that no reader of
# JSON takes, and that can be shown.
_TEXT = partial(str, encoding="utf-8", errors="surrogateescape")


def connect(path: Path, create: bool) -> sqlite3.Connection:
    """A connection in autocommit mode: transactions are begun and ended by their SQL. Raises WorkspaceError."""
    if create:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            # SQLite gives its journals the mode of the database; it must be there before, for this user alone.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        make_private(file)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.text_factory = _TEXT
    # FULL: a submitted label is on disk when the key returns, also through a power cut. The page cache stays at its
    # 2 MB, so that memory does not grow with the project.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA temp_store=FILE")
    return connection


def connect_frozen(path: Path) -> sqlite3.Connection:
    """A connection that only reads, and makes no file beside the database: for a disk that is full or cannot be written to,
    where SQLite cannot lay out the memory that its connections share. Only where `why_frozen` says something."""
    address = f"file:{quote(str(path))}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    connection.text_factory = _TEXT
    return connection


def why_frozen(path: Path) -> WorkspaceError | None:
    """Why this user cannot write to the database, where all that was ever written stands in the file itself; else None."""
    journal = path.with_name(f"{path.name}-wal")
    try:
        if journal.exists() and journal.stat().st_size:
            return None
    except OSError:
        return None
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return _is_read_only(path)
    return _disk_is_full(path) if _no_space(path) else None


def use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Readers and the writer do not wait for each other. The switch itself does not honour the busy timeout."""
    give_up = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


@contextmanager
def tables_remade(connection: sqlite3.Connection) -> Iterator[None]:
    """Around a migration's transaction: dropping a table to make it again must not take away what refers to it."""
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.execute("PRAGMA foreign_keys=ON")


def tables(connection: sqlite3.Connection) -> frozenset[str]:
    """The names of all tables."""
    return frozenset(name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def data_version(connection: sqlite3.Connection) -> int:
    """A number that changes whenever another connection has written; it costs no look at the tables."""
    row = connection.execute("PRAGMA data_version").fetchone()
    return int(row[0])


def explain(error: sqlite3.Error, path: Path) -> WorkspaceError:
    """The error in a person's words, with the mend."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    name = f"The workspace database {path}"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return WorkspaceError(
            f"{name} is locked by another program.", "Try again, or end the program that holds it; nothing was changed."
        )
    if code == sqlite3.SQLITE_READONLY:
        return _is_read_only(path)
    if code == sqlite3.SQLITE_FULL:
        return _disk_is_full(path)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        mend = "Restore it from a backup, or name another one with --workspace; this one was left as it is."
        return WorkspaceError(f"{name} is damaged, or is not a database.", mend)
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH):
        reason = "is a folder" if path.is_dir() else "cannot be opened"
        return WorkspaceError(f"{name} {reason}.", "Check that the folder exists and that this user may write there.")
    if code == sqlite3.SQLITE_IOERR:
        if _no_space(path):
            return _disk_is_full(path)
        return WorkspaceError(
            f"{name} cannot be read or written.", "Check the disk that it lies on; nothing was changed."
        )
    return WorkspaceError(f"{name}: {error}.")


def _is_read_only(path: Path) -> WorkspaceError:
    return WorkspaceError(
        f"The workspace database {path} is read-only.", "Give this user write permission on the file and its folder."
    )


def _disk_is_full(path: Path) -> DiskFull:
    return DiskFull(
        f"The workspace database {path} cannot grow: the disk is full.", "Free some space; nothing was changed."
    )


def _no_space(path: Path) -> bool:
    try:
        space = os.statvfs(path.parent)
    except OSError:
        return False
    return space.f_bavail * space.f_frsize < 1 << 20
