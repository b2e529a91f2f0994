"""A disk that is not mounted looks like a folder without images: it is asked, not believed. Killed work is tidied up."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.conftest import draw_images, make_spec
from tui_labeler.model.errors import MostVanished
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.processes import ENGINE_FOLDER, remove_dead
from tui_labeler.workspace import Workspace


@pytest.fixture
def soda(tmp_path: Path) -> tuple[Workspace, Path]:
    images = draw_images(tmp_path / "images", 24)
    workspace = Workspace(tmp_path / "home" / "workspace.db", tmp_path / "home" / "exports")
    workspace.datasets.add_datastore("cans", str(images))
    workspace.projects.create(make_spec())
    return workspace, images


def remove(images: Path, count: int) -> None:
    for path in sorted(images.iterdir())[:count]:
        path.unlink()


def test_an_empty_mount_point_marks_nothing_missing(soda: tuple[Workspace, Path], tmp_path: Path) -> None:
    workspace, images = soda
    images.rename(tmp_path / "unmounted")
    images.mkdir()
    before = workspace.projects.status("soda")
    with pytest.raises(MostVanished, match=r"24 images .* 0 of 24 left") as told:
        workspace.projects.refresh("soda")
    assert "--allow-missing" in told.value.mend
    assert workspace.projects.status("soda") == before
    words = [sys.executable, "-m", "tui_labeler", "--home", str(tmp_path / "home"), "refresh", "soda"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "mounted" in done.stderr
    assert subprocess.run([*words, "--allow-missing"], capture_output=True, check=False).returncode == 0
    assert workspace.tasks.count("soda", TaskFilter()) in (0, 24)
    images.rmdir()
    (tmp_path / "unmounted").rename(images)
    assert workspace.projects.refresh("soda").missing == 0
    assert workspace.projects.status("soda").total == before.total


@pytest.mark.parametrize(("gone", "refused"), [(5, False), (12, False), (13, True), (24, True)])
def test_only_most_of_a_datastore_is_asked_about(soda: tuple[Workspace, Path], gone: int, refused: bool) -> None:
    workspace, images = soda
    remove(images, gone)
    if refused:
        with pytest.raises(MostVanished):
            workspace.projects.refresh("soda")
        assert workspace.projects.refresh("soda", allow_missing=True).missing == gone
    else:
        assert workspace.projects.refresh("soda").missing == gone


def test_folders_of_dead_processes_are_removed_and_of_living_ones_kept(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    host = socket.gethostname()
    dead = tmp_path / f"{ENGINE_FOLDER}{host}-{ended.pid}-abc"
    kept = [
        tmp_path / f"{ENGINE_FOLDER}{host}-{os.getpid()}-abc",
        tmp_path / f"{ENGINE_FOLDER}elsewhere-{ended.pid}-abc",
        tmp_path / "mine",
    ]
    for folder in (dead, *kept):
        folder.mkdir()
        (folder / "file").write_text("x")
    remove_dead(tmp_path, ENGINE_FOLDER)
    assert not dead.exists()
    assert all(folder.exists() for folder in kept)


def test_what_another_process_removes_meanwhile_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    host = socket.gethostname()
    first, second = (tmp_path / f"{ENGINE_FOLDER}{host}-{pid}-abc" for pid in (4_000_001, 4_000_002))
    first.mkdir()
    second.mkdir()

    def kill(pid: int, signal: int) -> None:
        """The other process gets to the first folder that is looked at, just before it is removed."""
        if first.exists() and second.exists():
            (first if pid == 4_000_001 else second).rmdir()
        raise ProcessLookupError

    monkeypatch.setattr(os, "kill", kill)
    remove_dead(tmp_path, ENGINE_FOLDER)
    assert not first.exists()
    assert not second.exists()


def test_a_killed_export_leaves_nothing_behind(soda: tuple[Workspace, Path]) -> None:
    workspace, _ = soda
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = workspace.exchange.exports_folder / f".partial-{socket.gethostname()}-{ended.pid}-00ff00ff"
    left.mkdir(parents=True)
    workspace.clean_up()
    assert not left.exists()
