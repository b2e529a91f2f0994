"""Workspaces that cannot be used: one message that names the file and the mend, and nothing changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import COKE
from tui_labeler.model.errors import LabelerError, WorkspaceError
from tui_labeler.store import sqlite as dialect
from tui_labeler.workspace import Workspace


def refused(path: Path) -> WorkspaceError:
    with pytest.raises(WorkspaceError) as told:
        Workspace(path, path.parent / "x").projects.summaries()
    assert str(path) in told.value.message
    return told.value


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.db"
    path.write_bytes(content)
    assert "damaged" in refused(path).message
    assert path.read_bytes() == content


def test_a_newer_version_is_left_as_it_is(workspace: Workspace, home: Path) -> None:
    workspace.close()
    path = home / "workspace.db"
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE workspace_version SET version = 99")
    connection.close()
    before = path.read_bytes()
    assert "newer version" in refused(path).message
    assert path.read_bytes() == before


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "w.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    assert "another program" in refused(path).message


def test_a_folder(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path).message


def test_locked(workspace: Workspace, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "BUSY_SECONDS", 0.05)
    second_connection = sqlite3.connect(home / "workspace.db", isolation_level=None)
    second_connection.execute("BEGIN IMMEDIATE")
    mine = Workspace(home / "workspace.db", home / "x")
    with pytest.raises(WorkspaceError, match="locked"):
        mine.projects.pause("soda")
    second_connection.execute("ROLLBACK")
    mine.projects.pause("soda")
    mine.close()
    second_connection.close()


def test_a_full_disk(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    with workspace._database.write() as tx:  # the limit belongs to the connection; SQLite then says SQLITE_FULL itself
        (pages,) = tx.one("PRAGMA page_count") or (0,)
        tx.one(f"PRAGMA max_page_count = {pages}")
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease

    def submit_for_ever() -> None:
        while True:
            workspace.queue.submit(lease.task, "a" * 200, COKE, "t")

    with pytest.raises(LabelerError, match="full"):
        submit_for_ever()
    status = workspace.projects.status("soda")
    assert status.completed + status.incomplete == 6


def test_read_only_folder_of_exports(
    workspace: Workspace, tmp_path: Path, open_workspace: Callable[[], Workspace]
) -> None:
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease
    workspace.queue.submit(lease.task, "ann", COKE, "t")
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    with pytest.raises(LabelerError, match="a-file"):
        workspace.exchange.export("soda", out=blocked)
    assert workspace.exchange.exports() == ()


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.touch()
    assert "is a file" in refused(file / "w.db").mend
