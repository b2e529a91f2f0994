"""Review in a terminal that shows pixels: its crops come as they are, and what is marked sends none of them again."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import msgspec
import pytest

from tests.photographs import photograph
from tests.pixelterminal import PixelTerminal
from tests.tui.conftest import MakeApp, draw_images, make_spec, settle
from tests.tui.test_pixels import ANSWERS, CELL
from tests.tui.test_pixels import settle as settle_terminal
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.screens.review import ReviewScreen
from tui_labeler.tui.widgets import canvas as canvas_module
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.workspace import Workspace

LABELS = Labels(Size(320, 240), (Region("coke", Box(20, 30, 90, 130)), Region("sprite", Box(200, 30, 260, 130))))


def wait_for_review(workspace: Workspace, images: Path) -> None:
    """Every image is labeled by ann."""
    workspace.datasets.add_datastore("cans", str(images))
    workspace.projects.create(msgspec.structs.replace(make_spec(), workforce=Workforce(review=1.0)))
    for task in workspace.tasks.page("soda", TaskFilter(), 0, 99):
        workspace.queue.submit(task, "ann", LABELS)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kitty", "sixel"])
def test_a_mark_sends_no_picture_again(home: Path, tmp_path: Path, kind: str) -> None:
    (tmp_path / "photos").mkdir()
    for number in range(4):
        photograph(tmp_path / "photos" / f"{number}.jpg", 320, 240, seed=number)
    workspace = Workspace(home / "workspace.db", home / "exports")
    wait_for_review(workspace, tmp_path / "photos")
    workspace.close()
    words = [sys.executable, "-m", "tui_labeler", "--home", str(home), "review", "soda"]
    terminal = PixelTerminal(words, 100, 30, CELL, ANSWERS[kind])
    terminal.wait_for("Page 1 of 2", 60.0)
    settle_terminal(terminal)
    assert terminal.sent["images"] > 20_000
    assert terminal.shown.placements or terminal.shown.has_pixels.any()
    before = terminal.sent["images"]
    terminal.send("b", quiet=0.2)
    terminal.wait_for("digit: another class")
    settle_terminal(terminal)
    assert terminal.sent["images"] - before < before / 4, "frames alone"
    terminal.send("escape", "tab", quiet=0.2)
    terminal.wait_for("labeled by ann")
    settle_terminal(terminal)
    assert terminal.sent["images"] - before > 20_000, "the whole image is there"
    assert not terminal.problems
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)


async def test_crops_are_cut_once_and_what_is_passed_is_not_begun(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait_for_review(workspace, draw_images(tmp_path / "images", 4))
    app = make_app("review", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        canvas, seen = screen.query_one(Canvas), []
        show = canvas.show_cells
        monkeypatch.setattr(canvas, "show_cells", lambda cells: seen.append(canvas._tiles) or show(cells))
        await pilot.press("b")
        await pilot.press("a")
        assert len(seen) == 2
        first, second = ([tile.picture for tile in shown[1]] for shown in seen)
        assert all(one is other and one is not None for one, other in zip(first, second, strict=True))
        monkeypatch.setattr(canvas_module, "is_passing", lambda widget: True)
        monkeypatch.setattr("tui_labeler.tui.holding.is_passing", lambda widget: True)
        await pilot.press("escape", "space")
        await settle(pilot)
        assert screen._sheet.at == 1
        assert all(one is other for one, other in zip(first, (tile.picture for tile in canvas._tiles[1]), strict=True))
        monkeypatch.setattr(canvas_module, "is_passing", lambda widget: False)
        monkeypatch.setattr("tui_labeler.tui.holding.is_passing", lambda widget: False)
        for _ in range(200):
            await pilot.pause(0.05)
            if canvas._tiles[1][0].picture is not first[0]:
                break
        assert [tile.tags for tile in canvas._tiles[1]] == [("sprite",)] * 4
