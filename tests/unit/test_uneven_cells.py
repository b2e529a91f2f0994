"""Cells that are no whole pixels wide or high, as in xterm.js (VS Code): what an image covers there, and what it leaves."""

from __future__ import annotations

import asyncio
import math
import re

import numpy as np
import pytest
from textual.geometry import Offset

from tests.painted import Painted
from tui_labeler.imaging.cells import Cells
from tui_labeler.imaging.layers import Layers
from tui_labeler.imaging.rectangles import changed_cells, edge_cells
from tui_labeler.imaging.view import Grid
from tui_labeler.terminal.graphics import Graphics
from tui_labeler.tui.widgets.croppainter import CropPainter
from tui_labeler.tui.widgets.itermpainter import ItermPainter
from tui_labeler.tui.widgets.sixelpainter import SixelPainter

# Chromium's DejaVu Sans Mono of 14 pixels, and a display of two pixels to one of the page.
ACROSS, DOWN = 674 / 80, 16.5
GRID = Grid(ACROSS, DOWN, DOWN / ACROSS)
COLUMNS, ROWS = 40, 12
_IMAGE = re.compile(r"\x1b\[(\d+);(\d+)H(?:\x1bP[^q]*q\"1;1;(\d+);(\d+)|\x1b\]1337;[^:]*width=(\d+)px;height=(\d+)px)")


def layers(dots: np.ndarray, text: Cells | None = None) -> Layers:
    return Layers(GRID, dots, (), text or Cells.clear(ROWS, COLUMNS))


def with_letters(*places: tuple[int, int]) -> Cells:
    text = Cells.clear(ROWS, COLUMNS)
    for row, column in places:
        text.glyph[row, column] = ord("Q")
        text.lower[row, column] = (255, 200, 60)
    return text.settle()


@pytest.mark.parametrize("length", [9.0, 20.0, ACROSS, DOWN, 8.5, 17 / 3, 1685 / 200])
def test_an_image_of_so_many_cells_takes_no_further_one(length: float) -> None:
    grid = Grid(length, length, 1.0)
    for count in range(1, 240):
        held = grid.held(count, 1)[0]
        assert math.ceil(held / length) == count
        for start in range(50):
            needed = grid.size(start + count, 0)[0] - grid.size(start, 0)[0]
            assert 0 <= needed - held + 1 <= 2
            assert held == needed or length % 1


@pytest.mark.parametrize("length", [9.0, ACROSS, 17 / 3])
def test_every_dot_is_in_the_cell_that_has_begun_last(length: float) -> None:
    grid = Grid(length, 1.0)
    for dot in range(2000):
        column = grid.cell(dot, 0)[0]
        assert grid.size(column, 0)[0] <= dot < grid.size(column + 1, 0)[0]


@pytest.mark.parametrize("kind", [ItermPainter, SixelPainter])
async def test_what_is_uncovered_is_all_that_is_painted(kind: type[CropPainter]) -> None:
    """xterm.js gave an image a further cell for the part of a dot: what stood below it was seen there again."""
    dots = np.random.default_rng(0).integers(0, 256, (*reversed(GRID.size(COLUMNS, ROWS)), 3), np.uint8)
    painted = Painted(kind, COLUMNS, ROWS)
    painted.graphics = Graphics("sixel", cell=(ACROSS, DOWN))
    sent: list[str] = []
    painted.write_to_terminal = sent.append  # type: ignore[method-assign]
    letters = [(row, column) for row in range(1, 11, 3) for column in range(2, 38, 5)]
    stale = np.zeros((ROWS, COLUMNS), np.bool_)
    for text in (with_letters(*letters), None):
        stale[:] = False
        painted.painter.show(layers(dots, text), Offset(0, 0), stale)
        while not painted.painter.is_ready:
            await asyncio.sleep(0.01)
    images, covered = painted.painter.crops(stale), np.zeros_like(stale)
    for match in _IMAGE.finditer(images):
        row, column, width, height = (int(number) for number in match.groups() if number)
        below, after = math.ceil(height / DOWN), math.ceil(width / ACROSS)
        covered[row - 1 : row - 1 + below, column - 1 : column - 1 + after] = True
    assert stale.sum() == len(letters)
    assert (covered == stale).all()
    # A dot that no image covers shows the ground of its cell: that is no letter's any more.
    assert images.count("\x1b[48;2;") == 24  # of 32: the others end where a pixel does


def test_what_a_neighbour_shows_of_a_changed_cell_is_sent_again() -> None:
    """A cell of an image whose left part was replaced is drawn a dot further right: it shows the neighbour's last dot."""
    before = np.zeros((*reversed(GRID.size(COLUMNS, ROWS)), 3), np.uint8)
    painted = before.copy()
    x, y = GRID.size(8, 5)
    painted[y - 1, x - 1] = 255
    changed = changed_cells(painted, before, GRID, (ROWS, COLUMNS))
    assert {tuple(place) for place in np.argwhere(changed).tolist()} == {(4, 7), (4, 8), (5, 7), (5, 8)}
    even = Grid(8.0, 16.0)
    size = *reversed(even.size(COLUMNS, ROWS)), 3
    before, painted = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    painted[79, 63] = 255
    assert np.argwhere(changed_cells(painted, before, even, (ROWS, COLUMNS))).tolist() == [[4, 7]]


def test_the_ground_of_a_cell_is_the_colour_of_its_last_dots() -> None:
    painted = np.zeros((*reversed(GRID.size(COLUMNS, ROWS)), 3), np.uint8)
    right = GRID.size(6, 0)[0]
    below = GRID.size(0, 4)[1]
    painted[:below, right - 1] = (200, 100, 50)
    painted[below - 1, : right - 1] = (20, 10, 5)
    painted[below - 1, right - 1] = (200, 100, 50)
    assert edge_cells(painted, GRID, range(3, 4), range(5, 6), True).lower.tolist() == [[[200, 100, 50]]]
    assert edge_cells(painted, GRID, range(3, 4), range(4, 5), False).lower.tolist() == [[[20, 10, 5]]]
