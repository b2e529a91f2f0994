"""Sheets that are only passed while a key is held: the last one is shown, and the others are not begun."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest
from textual.app import ComposeResult

from tests.photographs import photograph
from tests.pixelterminal import PixelTerminal
from tests.tui.conftest import make_spec, settle
from tests.tui.test_pixels import ANSWERS, CELL
from tests.tui.test_pixels import settle as settle_terminal
from tui_labeler.imaging.cells import Cells
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.sheet import Tile
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.workspace import Workspace


class PassingApp(GraphicsApp):
    keys_wait = False

    def compose(self) -> ComposeResult:
        yield Canvas()


def sheet(shade: int, focus: int = 0) -> tuple[tuple[int, int], tuple[Tile, ...], dict[str, int]]:
    pictures = PICTURES.setdefault(shade, Picture(np.full((30, 40, 3), shade, np.uint8), Size(40, 30)))
    return (2, 1), tuple(Tile(pictures, words="name", focused=number == focus) for number in range(2)), {}


PICTURES: dict[int, Picture] = {}


def shade_of(cells: Cells) -> int:
    """Of the first picture, at its middle."""
    rows, columns = cells.shape
    return int(cells.upper[rows // 2, columns // 4, 0])


@pytest.mark.slow
async def test_while_keys_wait_no_other_sheet_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    show = Canvas.show_cells

    def keep(self: Canvas, cells: Cells) -> None:
        drawn.append(shade_of(cells))
        show(self, cells)

    monkeypatch.setattr(Canvas, "show_cells", keep)
    app = PassingApp()
    async with app.run_test(size=(40, 12)) as pilot:
        canvas = app.query_one(Canvas)
        canvas.show_sheet(*sheet(40))
        app.keys_wait = True
        canvas.show_sheet(*sheet(40, focus=1))
        assert drawn == [40, 40], "the same pictures: only the cursor moved"
        canvas.show_sheet(*sheet(90))
        canvas.show_sheet(*sheet(150))
        await settle(pilot, 0.1)
        assert drawn == [40, 40]
        app.keys_wait = False
        await settle(pilot, 0.2)
        assert drawn == [40, 40, 150]
        app.keys_wait = True
        canvas.show_sheet(*sheet(90))
        canvas.show_sheet(*sheet(150, focus=1))
        app.keys_wait = False
        await settle(pilot, 0.2)
        assert drawn == [40, 40, 150, 150], "back to those that are seen: nothing is left to be shown"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kitty", "sixel"])
def test_of_seven_sheets_typed_ahead_the_pictures_of_the_last_are_sent(home: Path, tmp_path: Path, kind: str) -> None:
    photos = tmp_path / "many"
    photos.mkdir()
    for number in range(40):
        photograph(photos / f"{number:02}.jpg", 400, 300, seed=number)
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(photos))
    workspace.projects.create(make_spec("soda", TaskType.CLASSIFICATION))
    workspace.close()
    words = [sys.executable, "-m", "tui_labeler", "--home", str(home), "label", "soda"]
    terminal = PixelTerminal(words, 120, 36, CELL, ANSWERS[kind])
    terminal.wait_for("00.jpg", 60.0)
    settle_terminal(terminal)
    terminal.send("w", quiet=0.2)
    terminal.wait_for("4 images")
    settle_terminal(terminal)
    costs = []
    for keys, left in ((b"a1\r" * 7, "12 left"), (b"a1\r", "8 left")):
        began = sum(terminal.sent.values())
        terminal.bytes_per_second = 100_000
        os.write(terminal.fd, keys)
        terminal.wait_for(left, 60.0)
        settle_terminal(terminal)
        terminal.bytes_per_second = 0
        costs.append(sum(terminal.sent.values()) - began)
    together, one = costs
    assert 0.6 * one < together < 1.6 * one
    assert not terminal.problems
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
