"""A draft counts as saved when the disk says so: else it shows, is tried again, and is waited for at leaving."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.conftest import MakeApp, settle
from tui_labeler import patience
from tui_labeler.model.errors import WorkspaceError
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.workspace import Workspace

BOX = "qwebnm"


@pytest.fixture(autouse=True)
def begin_again() -> Iterator[None]:
    """These tests leave the app, and reads with it."""
    patience.begin()
    yield
    patience.begin()


class Disk:
    """Fails, or blocks, while told so."""

    def __init__(self, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
        self.full = False
        self.free = threading.Event()
        self.free.set()
        save = workspace.queue.save_draft

        def slow(*words: object, **named: object) -> None:
            self.free.wait(20)
            if self.full:
                raise WorkspaceError("The workspace database cannot grow: the disk is full.")
            save(*words, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(workspace.queue, "save_draft", slow)


@pytest.fixture
def disk(soda: Workspace, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(soda, monkeypatch)


async def test_a_full_disk_that_is_freed_loses_nothing(make_app: MakeApp, soda: Workspace, disk: Disk) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        task = soda.tasks.get("soda", screen.path)
        disk.full = True
        await pilot.press(*BOX)
        await settle(pilot)
        assert screen.disk.unsaved == (task.path,)
        assert "not saved yet" in str(screen.note())
        await pilot.press("escape", "escape")
        for _ in range(600):
            await pilot.pause(0.05)
            if isinstance(app.screen, Confirm):
                break
        assert isinstance(app.screen, Confirm), "leaving would lose it, and says so"
        disk.full = False
        for _ in range(600):
            await pilot.pause(0.05)
            if not isinstance(app.screen, Confirm | LabelScreen):
                break
        assert not isinstance(app.screen, Confirm | LabelScreen), "saved meanwhile: the question goes away"
    kept = soda.queue.load_draft(task, "bob")
    assert kept
    assert '"coke"' in kept.body


@pytest.mark.slow
async def test_who_leaves_all_the_same_is_not_held_up(
    make_app: MakeApp, soda: Workspace, disk: Disk, home: Path
) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        disk.free.clear()
        await pilot.press(*BOX)
        await pilot.press("ctrl+q")
        for _ in range(600):
            await pilot.pause(0.05)
            if isinstance(app.screen, Confirm):
                break
        assert isinstance(app.screen, Confirm)
        began = time.monotonic()
        await pilot.press("y")
        for _ in range(600):
            if list((home / "state" / "unsaved").glob("*.json")):
                break
            await asyncio.sleep(0.05)
    (kept,) = (home / "state" / "unsaved").glob("*.json")
    assert '"coke"' in kept.read_text(), "what was drawn is in a file of its own"
    assert time.monotonic() - began < 15, "a disk that never answers does not keep the app"
    disk.free.set()


async def test_what_is_submitted_counts_also_when_one_leaves_at_once(
    make_app: MakeApp, soda: Workspace, disk: Disk
) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        disk.free.clear()
        await pilot.press(*BOX, "enter")
        disk.free.set()
        app.exit()
    assert soda.projects.status("soda").completed == 1


async def test_a_project_that_is_deleted_while_labeling_is_told_and_the_work_kept(
    make_app: MakeApp, soda: Workspace, home: Path
) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        soda.projects.delete("soda")
        await pilot.press(*BOX)
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        assert screen.disk.unsaved
        screen.save_now()
    (kept,) = (home / "state" / "unsaved").glob("*.json")
    assert '"coke"' in kept.read_text()


async def test_what_was_set_aside_is_a_draft_again(make_app: MakeApp, soda: Workspace, disk: Disk, home: Path) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        disk.full = True
        await pilot.press(*BOX)
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        path = app.screen.path
        app.screen.save_now()
    assert len(list((home / "state" / "unsaved").glob("*.json"))) == 1
    patience.begin()
    disk.full = False
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == path
    kept = soda.queue.load_draft(soda.tasks.get("soda", path), "bob")
    assert kept
    assert '"coke"' in kept.body
    assert not list((home / "state" / "unsaved").glob("*.json"))


async def test_a_draft_of_a_deleted_project_is_no_draft_of_its_namesake(
    make_app: MakeApp, soda: Workspace, home: Path
) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        path, spec = screen.path, soda.projects.specification("soda")
        soda.projects.delete("soda")
        await pilot.press(*BOX)
        await settle(pilot)
        screen.save_now()
    soda.projects.create(spec)
    patience.begin()
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == path
    assert soda.queue.load_draft(soda.tasks.get("soda", path), "bob") is None
    assert len(list((home / "state" / "unsaved").glob("*.json"))) == 1
