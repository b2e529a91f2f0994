"""Images of a canvas that another screen covers stay in kitty's memory: coming back places them, and sends none again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.painted import CELL, Painted
from tests.photographs import photograph
from tui_labeler.imaging.layers import Layers, compose_layers, sheet_layers
from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.sheet import Tile
from tui_labeler.imaging.view import Grid, View
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Region
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.kittypainter import KittyPainter

COLUMNS, ROWS = 80, 24


@pytest.fixture
def layers(tmp_path: Path) -> Layers:
    photograph(tmp_path / "0.jpg", 800, 600)
    picture = Picture.load((tmp_path / "0.jpg").read_bytes())
    view = View.fit(picture.size, COLUMNS, ROWS, Grid(*CELL, CELL[1] / CELL[0]))
    marks = (Mark(Region("coke", Box(100, 100, 500, 400))),)
    return compose_layers(picture.dots(view), picture, view, Overlay(marks), {"coke": 0})


def sent(painted: Painted[KittyPainter]) -> int:
    return painted.reader.sent["images"]


async def test_coming_back_costs_less_than_two_kilobytes(layers: Layers) -> None:
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    whole = await painted.show(layers)
    seen, kept, before = painted.picture(), set(painted.reader.shown.images), sent(painted)
    painted.painter.cover()
    assert not painted.reader.shown.placements, "nothing is seen through the other screen"
    assert set(painted.reader.shown.images) == kept
    await painted.show(layers)
    assert sent(painted) - before < 2_000 < whole / 10
    assert np.array_equal(painted.picture(), seen)
    painted.painter.cover()
    painted.painter.hide()
    assert not painted.reader.shown.images, "leaving the terminal leaves nothing there"


async def test_another_picture_takes_the_place_of_the_one_that_was_kept(layers: Layers) -> None:
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(layers)
    count = len(painted.reader.shown.images)
    painted.painter.cover()
    other = Layers(layers.grid, 255 - layers.dots, layers.pieces, layers.text)
    await painted.show(other)
    assert len(painted.reader.shown.images) <= count
    assert np.abs(painted.picture()[:, 200:400].astype(int) - other.painted()[: ROWS * CELL[1], 200:400]).mean() < 10


async def test_what_is_left_frees_nothing_of_what_is_kept_elsewhere(layers: Layers) -> None:
    """In an older kitty; single pixels stay until the terminal is left."""
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(layers)
    count = len(painted.reader.shown.images)
    painted.has_another_covered = True
    painted.reader.shown.images[7] = np.zeros((9, 9, 4), np.uint8)  # another canvas' own
    painted.painter.hide()
    assert not painted.reader.freed_unplaced
    assert not painted.reader.shown.placements
    assert sum(image.size for image in painted.reader.shown.images.values()) == 4 * count + 9 * 9 * 4
    painted.write_to_terminal("".join(painted.last_frees))
    assert set(painted.reader.shown.images) == {7}


class Owner:
    def __init__(self) -> None:
        self.is_hidden = False

    def hide(self) -> None:
        self.is_hidden = True


async def test_four_covered_canvases_keep_their_images_and_no_more() -> None:
    app = GraphicsApp()
    owners = [Owner() for _ in range(6)]
    for owner in owners[:5]:
        app.images_covered(owner)
    assert [owner.is_hidden for owner in owners] == [True, False, False, False, False, False]
    assert app.keeps_covered(owners[5])
    app.images_uncovered(owners[2])
    app.images_covered(owners[5])
    assert [owner.is_hidden for owner in owners[1:]] == [False] * 5


async def test_a_sheet_comes_back_with_one_placement_a_frame() -> None:
    """Its bands and small copy are placed, and twelve frames of two colours and sizes."""
    tiles = tuple(Tile(None, words=f"{number}.jpg", focused=number == 5) for number in range(12))
    sheet = sheet_layers(COLUMNS, ROWS, (4, 3), tiles, {}, Grid(*CELL, CELL[1] / CELL[0]))
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(sheet)
    seen, before = painted.picture(), sent(painted)
    assert np.array_equal(seen, sheet.painted()[: ROWS * CELL[1]])
    painted.painter.cover()
    await painted.show(sheet)
    assert sent(painted) - before < 2_000
    assert np.array_equal(painted.picture(), seen)
    moved = tuple(replace(tile, focused=number == 6) for number, tile in enumerate(tiles))
    dots = sheet.dots
    cost = await painted.show(sheet_layers(COLUMNS, ROWS, (4, 3), moved, {}, sheet.grid, dots))
    assert 100 < cost < 500, "the frames of two"


def test_a_picture_is_like_another_of_the_same_pixels_alone() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (30, 40, 3)).astype(np.uint8)
    picture, other = Picture(pixels, Size(40, 30)), pixels.copy()
    other[29, 39, 2] ^= 1
    assert picture.is_like(Picture(pixels.copy(), Size(40, 30)))
    assert not picture.is_like(Picture(other, Size(40, 30)))
    assert not picture.is_like(Picture(pixels, Size(80, 60)))
    assert not picture.is_like(Picture(pixels[:-1], Size(40, 30)))
