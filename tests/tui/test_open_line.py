"""The labeling screen while the line to the server is broken."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from tests.postgres import Server
from tests.tui.conftest import draw_images, settle
from tests.workspace.test_open_line import Far
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.label import LabelScreen

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
