"""Polygons in pixels: as drawings, and as kitty's graphics and sixel show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from textual.geometry import Offset

from tests.painted import CELL, Painted
from tui_labeler.imaging.layers import Layers, compose_layers
from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.polygons import inside, outline
from tui_labeler.imaging.shapes import AREA, PATH, pixels_of
from tui_labeler.imaging.view import Grid, View
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Region
from tui_labeler.tui.widgets.kittypainter import KittyPainter
from tui_labeler.tui.widgets.painters import Painter
from tui_labeler.tui.widgets.sixelpainter import SixelPainter

COLUMNS, ROWS = 60, 20
STAR = tuple(
    (150 + reach * np.cos(turn * np.pi / 5), 170 + reach * np.sin(turn * np.pi / 5))
    for turn, reach in enumerate([110.0, 45.0] * 5)
)


def test_pixels_whose_middle_is_within_are_inside() -> None:
    from PIL import Image, ImageDraw

    many = 8
    large = Image.new("1", (300 * many, 300 * many))
    ImageDraw.Draw(large).polygon([(x * many, y * many) for x, y in STAR], fill=1)
    share = np.asarray(large).reshape(300, many, 300, many).mean(axis=(1, 3))
    within = inside(STAR, 300, 300)
    assert within[share == 1].all()
    assert not within[share == 0].any()
    assert abs(int(within.sum()) - float(share.sum())) < 60, "in all, not a pixel row too much"


def test_a_polygon_that_reaches_over_the_canvas_is_cut() -> None:
    assert inside([(-50, -50), (500, -50), (500, 500), (-50, 500)], 30, 20).all()
    assert inside([(-10, 5), (10, 5), (10, 9), (-10, 9)], 30, 20).sum() == 40


def test_dashes_go_round_corners_and_leave_half_free() -> None:
    square = [(10.0, 10.0), (97.0, 10.0), (97.0, 97.0), (10.0, 97.0)]
    whole, dashed = (outline(square, (110, 110), (200, 90, 10), 1, True, dash, ())[..., 3] > 0 for dash in (0, 6))
    assert not (dashed & ~whole).any()
    assert 0.4 < dashed.sum() / whole.sum() < 0.75, "lines of a pixel more than they are long"
    for side in (dashed[10, 13:95], dashed[97, 13:95], dashed[13:95, 10], dashed[13:95, 97]):
        assert side.any()
        assert not side.all()


# As terminals show them


def layers(*marks: Mark, filled: bool = True) -> Layers:
    picture = Picture(np.full((400, 540, 3), (40, 90, 60), np.uint8), Size(540, 400))
    view = View.fit(picture.size, COLUMNS, ROWS, Grid(*CELL, CELL[1] / CELL[0]))
    places = {"coke": 0, "sprite": 1}
    return compose_layers(picture.dots(view), picture, view, Overlay(marks, filled=filled), places)


def star(name: str, right: float, **more: Any) -> Mark:
    return Mark(Region(name, points=tuple((x + right, y) for x, y in STAR)), **more)


MARKS = (
    star("coke", 10, selected=True, point=2),
    star("sprite", 200, dashed=True),
    Mark(Region("coke", Box(5, 5, 90, 80))),
)


@pytest.mark.parametrize(("kind", "nearly"), [(KittyPainter, 1), (SixelPainter, 3)])
async def test_polygons_are_shown_as_they_are_meant(kind: Callable[..., Painter], nearly: int) -> None:
    """Tints and dashes to the pixel. Sixel has colours in hundredths."""
    painted = Painted(kind, COLUMNS, ROWS)
    meant = layers(*MARKS)
    await painted.show(meant)
    seen = painted.picture()
    differs = np.abs(seen.astype(int) - meant.painted()).max(axis=2)
    assert differs.max() <= nearly
    tinted = meant.painted() != layers(*MARKS, filled=False).painted()
    assert tinted.any(axis=2).sum() > 20_000
    painted.painter.hide()
    assert not painted.reader.shown.images


def test_a_polygon_that_moves_by_whole_dots_is_not_sent_again() -> None:
    before, after = (
        {piece.source for piece in layers(star("coke", right)).pieces if piece.source.kind in (PATH, AREA)}
        for right in (10, 37)
    )
    assert before == after
    assert len(before) == 2
    assert all(pixels_of(source).shape[2] == 4 for source in before)


async def test_a_canvas_that_moved_is_still_seen() -> None:
    """The table of Data becomes a gallery: the image beside it moves, and was under blank cells until the next key."""
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    picture = Picture(np.full((400, 540, 3), 120, np.uint8), Size(540, 400))
    for columns, origin in ((30, Offset(0, 0)), (20, Offset(35, 2))):
        view = View.fit(picture.size, columns, 12, Grid(*CELL, CELL[1] / CELL[0]))
        layers = compose_layers(picture.dots(view), picture, view, Overlay(), {})
        await painted.show(layers, origin)
        assert painted.painter.layers is layers
        assert {(there.row >= origin.y, there.column) for there in painted.reader.shown.placements.values()} == {
            (True, origin.x)
        }
