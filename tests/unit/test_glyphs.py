"""Block characters with several dots: chosen, encoded, and read back."""

from __future__ import annotations

import numpy as np
import pytest

from tests.photographs import photograph
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import HALF, Cells
from tui_labeler.imaging.compose import compose
from tui_labeler.imaging.encode import Lines, coder
from tui_labeler.imaging.glyphs import _chars, cells_of
from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import GLYPHS, HALVES, Grid, View
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Region

COLUMNS, ROWS = 60, 20
FINER = [name for name in GLYPHS if name != "half"]


def shown(cells: Cells, grid: Grid) -> Pixels:
    """The dots that the cells are seen as."""
    rows, columns = cells.shape
    down, across = int(grid.down), int(grid.across)
    dots = np.zeros((rows, down, columns, across, 3), np.uint8)
    sets = {int(char): number for number, char in reversed(list(enumerate(_chars(grid).tolist())))}
    for row in range(rows):
        for column in range(columns):
            chosen = sets[int(cells.glyph[row, column])]
            for dot in range(down * across):
                part = cells.upper if chosen >> dot & 1 else cells.lower
                dots[row, dot // across, column, dot % across] = part[row, column]
    return dots.reshape(rows * down, columns * across, 3)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    path = tmp_path_factory.mktemp("glyphs") / "photo.jpg"
    photograph(path, 960, 720)
    return Picture.load(path.read_bytes())


def error(dots: Pixels, grid: Grid, fine: Pixels) -> float:
    """Against the picture on 12 x 24 pixels a cell, which every grid divides."""
    large = dots.repeat(24 // int(grid.down), axis=0).repeat(12 // int(grid.across), axis=1)
    return float(((large.astype(float) - fine) ** 2).mean())


def test_finer_parts_of_cells_are_nearer_to_the_picture(picture: Picture) -> None:
    box = Box(0, 0, 960, 720)
    fine = picture.part(box, COLUMNS * 12, ROWS * 24)
    errors = []
    for grid in GLYPHS.values():
        width, height = grid.size(COLUMNS, ROWS)
        dots = picture.part(box, width, height)
        errors.append(error(dots if grid == HALVES else shown(cells_of(dots, None, grid), grid), grid, fine))
    assert errors == sorted(errors, reverse=True), dict(zip(GLYPHS, errors, strict=True))


@pytest.mark.parametrize("name", FINER)
def test_two_colours_of_a_cell_are_kept_exactly(name: str) -> None:
    grid = GLYPHS[name]
    chance = np.random.default_rng(3)
    width, height = grid.size(40, 12)
    dots = np.where(chance.random((height, width, 1)) < 0.5, np.uint8(30), np.uint8(200)).repeat(3, axis=2)
    assert (shown(cells_of(dots, None, grid), grid) == dots).all()


@pytest.mark.parametrize("name", FINER)
def test_an_outline_is_seen_whatever_lies_under_it(name: str, picture: Picture) -> None:
    grid = GLYPHS[name]
    view = View.fit(picture.size, COLUMNS, ROWS, grid)
    overlay = Overlay((Mark(Region("coke", Box(200, 100, 700, 600))),))
    cells = compose(picture.dots(view), None, view, overlay, {"coke": 0})
    left, top = view.dot(200, 100)
    right, bottom = view.dot(700, 600)
    column, row = grid.cell(left, (top + bottom) / 2)
    colours = cells.upper[row - 3 : row + 3, column].tolist()
    assert all(colour in ([86, 190, 255], [28, 63, 85]) for colour in colours), colours
    assert grid.cell(right - 0.5, bottom)[0] < COLUMNS


@pytest.mark.parametrize("name", FINER)
def test_they_are_written_as_they_are(name: str, picture: Picture) -> None:
    grid = GLYPHS[name]
    width, height = grid.size(COLUMNS, ROWS)
    cells = cells_of(picture.part(Box(0, 0, 960, 720), width, height), None, grid)
    assert (cells.glyph != HALF).any()
    text = Lines(cells, range(ROWS), range(COLUMNS), None, coder(None, False))
    for row in (0, ROWS // 2):
        written = [char for char in text.text(row, 0, COLUMNS) if ord(char) > 0x7F or char == " "]
        meant = [
            " " if (cells.upper[row, column] == cells.lower[row, column]).all() else chr(cells.glyph[row, column])
            for column in range(COLUMNS)
        ]
        assert written == meant
