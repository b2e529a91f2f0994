"""What stands dimmed behind a dialog: on a slow line coarse, and in either case the same with fewer segments."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from textual.color import Color
from textual.geometry import Region

from tests.photographs import photograph
from tui_labeler.imaging.layers import Layers, compose_layers
from tui_labeler.imaging.overlay import Letter, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import Grid, View
from tui_labeler.tui.widgets.cellstrips import backdrop_strips, segment_strips

COLUMNS, ROWS = 94, 33


class Plain:
    """A widget that filters nothing."""

    background_colors = (Color(0, 0, 0), Color(0, 0, 0))

    def get_line_filters(self) -> list[object]:
        return []


PLAIN = cast(Any, Plain())
CROP = Region(0, 0, COLUMNS, ROWS)


@pytest.fixture
def layers(tmp_path: Path) -> Layers:
    photograph(tmp_path / "0.jpg", 800, 600)
    picture = Picture.load((tmp_path / "0.jpg").read_bytes())
    view = View.fit(picture.size, COLUMNS, ROWS, Grid(9, 20, 20 / 9))
    overlay = Overlay(letters=(Letter(400, 300, "q"),))
    return compose_layers(picture.dots(view), picture, view, overlay, {})


def seen(strips: list[Any]) -> list[list[tuple[object, object, str]]]:
    """Of each cell its ink (where there is any), ground and character."""
    rows = []
    for strip in strips:
        row: list[tuple[object, object, str]] = []
        for segment in strip:
            inked = "" if segment.text.isspace() else segment.style.color
            row += [(inked, segment.style.bgcolor, char) for char in segment.text]
        rows.append(row)
    return rows


def test_coarse_it_takes_a_fifth_of_the_segments(layers: Layers) -> None:
    fine = sum(len(list(strip)) for strip in backdrop_strips(PLAIN, layers.as_cells(), CROP))
    coarse = backdrop_strips(PLAIN, layers.as_cells(coarse=True), CROP)
    assert ROWS < sum(len(list(strip)) for strip in coarse) < fine / 4
    assert all(strip.cell_length == COLUMNS for strip in coarse)
    assert any("Q" in strip.text for strip in coarse), "letters stay"


def test_cells_that_look_alike_are_one_segment_and_look_the_same(layers: Layers) -> None:
    cells = layers.as_cells(coarse=True)
    joined, single = backdrop_strips(PLAIN, cells, CROP), segment_strips(PLAIN, cells, CROP)
    for joined_row, single_row in zip(seen(joined), seen(single), strict=True):
        for (_, ground, char), (ink, single_ground, single_char) in zip(joined_row, single_row, strict=True):
            assert ground == single_ground
            assert char == single_char or (char == " " and single_char == "▀" and ink == ground)


def test_a_coarse_backdrop_has_the_images_colours(layers: Layers) -> None:
    fine, coarse = layers.as_cells(), layers.as_cells(coarse=True)
    away = np.abs(fine.lower.astype(int) - coarse.lower).mean()
    assert away < 30
