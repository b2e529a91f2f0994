"""A full disk: what is there can be read, nothing is written, and work goes on once there is room.

SQLite lays out the memory that its connections share in a file; where that has no room, it opens nothing.
On a tmpfs that is full it says `disk I/O error`, as here.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from tests.workspace.conftest import SIZE, make_images, make_spec
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.errors import DiskFull, WorkspaceError
from tui_labeler.store import sqlite
from tui_labeler.workspace import Workspace


class Disk:
    """Of one workspace database that nobody has open."""

    def __init__(self, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.database, self.is_full = database, False
        connect = sqlite.connect

        def connected(path: Path, create: bool) -> sqlite3.Connection:
            if self.is_full:
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR
                raise error
            return connect(path, create)

        monkeypatch.setattr(sqlite, "_no_space", lambda path: self.is_full)
        monkeypatch.setattr(sqlite, "connect", connected)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    database = tmp_path / "home" / "workspace.db"
    opened = Workspace(database, tmp_path / "exports")
    opened.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 4)))
    opened.projects.create(make_spec())
    opened.close()
    return Disk(database, monkeypatch)


def test_a_full_disk_is_read_and_goes_on_when_there_is_room(disk: Disk, tmp_path: Path) -> None:
    disk.is_full = True
    workspace = Workspace(disk.database, tmp_path / "exports")
    assert workspace.projects.status("soda").incomplete == 4
    session = workspace.sessions.labeling("soda", "ann")
    with pytest.raises(DiskFull, match="the disk is full"):
        session.begin()
    assert session.task is None
    disk.is_full = False
    session.begin()
    assert session.task is not None
    session.submit(Draft(), SIZE)
    assert workspace.projects.status("soda").completed == 1
    workspace.close()
    assert Workspace(disk.database, tmp_path / "exports").projects.status("soda").completed == 1


def test_labels_that_stand_beside_the_file_are_not_passed_over(disk: Disk, tmp_path: Path) -> None:
    """Reading the file alone would show an older state as if it were the newest."""
    disk.is_full = True
    disk.database.with_name(f"{disk.database.name}-wal").write_bytes(b"what a killed program had written")
    with pytest.raises(WorkspaceError):
        Workspace(disk.database, tmp_path / "exports")


def test_what_is_read_only_is_read_and_doctor_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the files that SQLite makes beside the database, and with them."""
    database = tmp_path / "home" / "workspace.db"
    Workspace(database, tmp_path / "exports").close()
    writable = Workspace(database, tmp_path / "exports")
    assert writable.upkeep.why_not_written() is None
    writable.close()
    connect = sqlite.connect_frozen

    def refused(path: Path, create: bool) -> sqlite3.Connection:
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    monkeypatch.setattr(os, "access", lambda path, mode: False)
    for opening in (refused, lambda path, create: connect(path)):
        monkeypatch.setattr(sqlite, "connect", opening)
        workspace = Workspace(database, tmp_path / "exports")
        assert workspace.projects.summaries() == ()
        why = workspace.upkeep.why_not_written()
        assert why is not None
        assert why.message == f"The workspace database {database} is read-only."
        workspace.close()
