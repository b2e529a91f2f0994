"""What labeling costs on the line where the terminal shows pixels: an edge, a whole box, a box that is moved."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from tests.painted import CELL, Painted
from tests.photographs import photograph
from tui_labeler.imaging.layers import Layers, compose_layers
from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import Grid, View
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Region
from tui_labeler.tui.widgets.itermpainter import ItermPainter
from tui_labeler.tui.widgets.kittypainter import KittyPainter
from tui_labeler.tui.widgets.painters import Painter
from tui_labeler.tui.widgets.sixelpainter import SixelPainter

# The canvas of a window of 200x50 cells.
COLUMNS, ROWS = 174, 46
BOX = Box(500, 300, 1000, 850)
Compose = Callable[..., Layers]


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Compose:
    """Layers of a photograph with these boxes, and a cross at a point."""
    path = tmp_path_factory.mktemp("photograph") / "0.jpg"
    photograph(path, 1600, 1200)
    picture = Picture.load(path.read_bytes())
    view = View.fit(picture.size, COLUMNS, ROWS, Grid(*CELL, CELL[1] / CELL[0]))
    dots = picture.dots(view)

    def layers(*boxes: Box, selected: bool = False, cursor: tuple[float, float] | None = None) -> Layers:
        marks = tuple(Mark(Region("coke", box), selected=selected) for box in boxes)
        return compose_layers(dots, picture, view, Overlay(marks, cursor=cursor), {"coke": 0})

    return layers


async def test_an_edge_is_one_placement_of_120_bytes(compose: Compose) -> None:
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(compose(BOX, selected=True))
    sent: list[str] = []
    write = painted.write_to_terminal
    painted.write_to_terminal = lambda text: (sent.append(text), write(text))[1]  # type: ignore[method-assign]
    cost = await painted.show(compose(Box(500, 300, 1040, 850), selected=True))
    placements = re.findall(r"\x1b\[\d+;\d+H\x1b_Ga=p[^\x1b]*\x1b\\", "".join(sent))
    assert len(placements) == 3, "the edge, and the two that became longer"
    assert max(map(len, placements)) <= 120
    assert cost <= 360


async def test_a_box_of_two_corners_is_600_bytes(compose: Compose) -> None:
    """A cross where the first corner is, then the box in its place. The sources of lines have come with boxes before."""
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    before = Box(20, 20, 200, 200)
    await painted.show(compose(before, cursor=(100, 100)))
    await painted.show(compose(before))
    costs = [await painted.show(compose(before, cursor=(500, 300))), await painted.show(compose(before, BOX))]
    assert 300 < sum(costs) <= 600, costs


async def whole(layers: Layers) -> np.ndarray:
    """What a terminal shows that was shown nothing before."""
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(layers)
    return painted.picture()


async def test_what_is_not_seen_any_more_goes_by_one_command_a_source(compose: Compose) -> None:
    """A box's two vertical edges are one source, the horizontal ones another; those of a second box stay."""
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(compose(BOX, Box(20, 20, 200, 200)))
    four_edges = await painted.show(compose(BOX))
    assert len(painted.reader.shown.placements) > 4, "the other box, and the picture"
    one_command_each = await painted.show(compose())
    assert 0 < one_command_each < 0.6 * four_edges
    assert np.array_equal(painted.picture(), await whole(compose()))


@pytest.mark.parametrize(("kind", "most"), [(ItermPainter, 20_000), (SixelPainter, 35_000), (KittyPainter, 500)])
async def test_a_moved_box(compose: Compose, kind: Callable[..., Painter], most: int) -> None:
    """390x430 pixels, by ten of the image's."""
    painted = Painted(kind, COLUMNS, ROWS)
    whole = await painted.show(compose(BOX, selected=True))
    costs = [
        await painted.show(compose(Box(500 + away, 300 + away, 1000 + away, 850 + away), selected=True))
        for away in (10, 20, 30)
    ]
    assert 200 < max(costs) <= most, costs
    assert whole > 20 * max(costs) or kind is not KittyPainter
