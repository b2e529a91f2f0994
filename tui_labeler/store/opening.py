"""Which database an address means."""

from __future__ import annotations

from pathlib import Path

from tui_labeler.store.database import Database


def open_database(address: Path | str, folder: Path | None = None, create: bool = True) -> Database:
    """The database in the file `address`, or at the URL `address` of a PostgreSQL; for that one, `folder` is where this
    machine keeps what does not stand in the database. Raises LabelerError."""
    if isinstance(address, Path):
        from tui_labeler.store.sqlite_database import SqliteDatabase

        return SqliteDatabase(address, create)
    from tui_labeler.store.postgres_database import PostgresDatabase

    return PostgresDatabase(address, folder or Path.cwd(), create)
