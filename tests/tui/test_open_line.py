"""The labeling screen while the line to the server is broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.postgres import Server
from tests.tui.conftest import draw_images, settle
from tests.workspace.conftest import make_spec
from tests.workspace.farworkspace import Far
from tui_labeler.model.project import TaskType
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.sheet import SheetScreen

BOX = "qwebnm"


@pytest.mark.slow
async def test_labeling_goes_on_and_the_first_line_says_how_much_is_kept(postgres: Server, tmp_path: Path) -> None:
    draw_images(tmp_path / "images", 8)
    far = Far(postgres, tmp_path, 0)
    places = find_places(str(tmp_path / "home"))
    settings = Settings(places, {"TUI_LABELER_LABELER": "bob"})
    app = LabelerApp(far.far, settings, places, "label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        for _ in range(400):
            if screen._line is not None and len(screen._line._ahead) == 4:
                break
            await pilot.pause(0.02)
        far.line.go_down()
        opened = [screen.path]
        for _ in range(2):
            await pilot.press(*BOX, "enter")
            await settle(pilot)
            opened.append(screen.path)
        assert len(set(opened)) == 3, "each is followed by another one"
        for _ in range(400):
            if "offline · 2 kept" in str(screen.note()):
                break
            await pilot.pause(0.02)
        assert "offline · 2 kept" in str(screen.note())
        assert not [toast for toast in app._notifications if "cannot be reached" in toast.message]
        far.line.come_up()
        for _ in range(600):
            if "offline" not in str(screen.note()):
                break
            await pilot.pause(0.02)
        assert "offline" not in str(screen.note())
        assert far.submitted() == opened[:2]
    assert far.near.projects.status("soda").completed == 2
    assert far.near.queue.leased_by_others("soda", "") == ()
    far.close()


@pytest.mark.slow
async def test_what_the_line_keeps_back_from_the_beginning_comes_by_itself(postgres: Server, tmp_path: Path) -> None:
    """Neither an error that has to be answered nor another screen: the image, as soon as the server can be reached."""
    draw_images(tmp_path / "images", 2)
    far = Far(postgres, tmp_path, 0)
    places = find_places(str(tmp_path / "home"))
    app = LabelerApp(far.far, Settings(places, {"TUI_LABELER_LABELER": "bob"}), places, "label", "soda")
    far.line.go_down()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        notice = str(screen.query_one("#notice", Static).content)
        assert "cannot be reached" in notice
        assert "It goes on by itself" in notice
        far.line.come_up()
        for _ in range(600):
            if screen.path:
                break
            await pilot.pause(0.02)
        assert screen.path == "image_000.png"
        await settle(pilot)
        await pilot.press(*BOX, "enter")
        await settle(pilot)
        assert screen.path == "image_001.png"
    assert far.submitted() == ["image_000.png"]
    far.close()


@pytest.mark.slow
async def test_sheets_go_on_without_the_line_and_between_layouts(postgres: Server, tmp_path: Path) -> None:
    draw_images(tmp_path / "images", 14)
    far = Far(postgres, tmp_path, 0, make_spec(kind=TaskType.CLASSIFICATION))
    places = find_places(str(tmp_path / "home"))
    app = LabelerApp(far.far, Settings(places, {"TUI_LABELER_LABELER": "bob"}), places, "label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, SheetScreen)
        await until(pilot, lambda: screen._line is not None and len(screen._line._ahead) == 4)
        far.line.go_down()
        for _ in range(2):
            await pilot.press("1", "2", "3", "1", "enter")
            await settle(pilot)
        await until(pilot, lambda: "offline · 8 kept" in str(screen.note()))
        assert "cannot be reached" in str(screen.query_one("#notice", Static).content)
        far.line.come_up()
        await until(pilot, lambda: bool(screen._sheet.places))
        assert "offline" not in str(screen.note())
        await settle(pilot)
        await pilot.press("1", "2", "3", "1", "enter")
        await settle(pilot)
        await pilot.press("2", "w", "w", "w")
        await until(pilot, lambda: isinstance(app.screen, LabelScreen) and bool(app.screen.path))
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == "image_012.png"
        assert app.screen._editor is not None
        assert app.screen._editor.draft.tags == ("diet_coke",)
        await pilot.press("enter")
        await settle(pilot)
    assert sorted(far.submitted()) == [f"image_{number:03d}.png" for number in range(13)]
    assert far.near.upkeep.check() == ()
    far.close()


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never came")
