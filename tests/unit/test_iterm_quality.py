"""iTerm2's images: rough ones of a slow line do not stay, and outlines colour nothing beside them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from textual.geometry import Offset

from tests.painted import CELL, Painted
from tests.photographs import photograph
from tui_labeler.imaging.layers import Layers, compose_layers
from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import Grid, View
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Region
from tui_labeler.tui.widgets import itermpainter
from tui_labeler.tui.widgets.itermpainter import ItermPainter

COLUMNS, ROWS = 110, 12


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Picture:
    path = tmp_path_factory.mktemp("photograph") / "0.jpg"
    photograph(path, 990, 240)
    return Picture.load(Path(path).read_bytes())


def layers_of(picture: Picture, *boxes: Box, dots: np.ndarray | None = None) -> Layers:
    view = View.fit(picture.size, COLUMNS, ROWS, Grid(*CELL, CELL[1] / CELL[0]))
    marks = tuple(Mark(Region("coke", box), selected=True) for box in boxes)
    return compose_layers(picture.dots(view) if dots is None else dots, picture, view, Overlay(marks), {"coke": 0})


class SlowLine(Painted[ItermPainter]):
    """What the painter wants painted goes out at once, as a frame would."""

    is_surely_slow = True

    def __init__(self) -> None:
        super().__init__(ItermPainter, COLUMNS, ROWS)
        self.stale = np.zeros((ROWS, COLUMNS), np.bool_)
        self.painter.refresh = self.paint
        self.pieces: list[int] = []
        self.keys_to_come: list[Layers] = []

    def paint(self, *regions: object) -> None:
        layers, before = self.painter.layers, self.reader.sent["images"]
        assert layers is not None
        stale = self.stale & ~layers.has_text
        self.stale[:] = False
        self.write_to_terminal(self.painter.crops(stale))
        self.pieces.append(self.reader.sent["images"] - before)

    def press(self, layers: Layers) -> None:
        self.painter.show(layers, Offset(0, 0), self.stale)

    async def read_so_far(self) -> None:
        if self.keys_to_come:
            self.press(self.keys_to_come.pop(0))

    async def rest(self) -> None:
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0.01)


def away(painted: Painted[ItermPainter], layers: Layers) -> np.ndarray:
    return np.abs(painted.picture().astype(int) - layers.painted()).max(axis=2)


async def test_what_a_slow_line_showed_rough_comes_better_when_keys_rest(
    picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(itermpainter, "_REST", 0.0)
    first = layers_of(picture)
    boxes = [Box(100 + 10 * step, 50, 400, 200) for step in range(4)]
    line = SlowLine()
    line.press(first)
    rough = float(away(line, first).mean())
    line.keys_to_come = [layers_of(picture, box, dots=first.dots) for box in boxes]
    last = line.keys_to_come[-1]
    await line.rest()
    by_keys, refined = line.pieces[1:5], line.pieces[5:]
    assert max(by_keys) < sum(line.pieces[:1]), "as keys went on, only what they changed was sent"
    assert len(refined) >= ROWS
    assert max(refined) < 16_000, "a key waits for no more"
    stays_rough = bool((line.painter.rough & ~last.has_text).any())
    assert not stays_rough
    fast = Painted(ItermPainter, COLUMNS, ROWS)
    await fast.show(first)
    is_seen = ~np.kron(last.has_text, np.ones((CELL[1], CELL[0]), np.bool_))
    refined_error, fast_error = (float(away(*shown)[is_seen].mean()) for shown in ((line, last), (fast, first)))
    assert refined_error < fast_error * 1.4 < rough * 0.7  # rows of their own cost a little


async def test_an_outline_colours_nothing_beside_it(picture: Picture) -> None:
    layers = layers_of(picture, Box(200, 40, 700, 200))
    painted = Painted(ItermPainter, COLUMNS, ROWS)
    await painted.show(layers)
    near = (layers.painted() != layers.dots).any(axis=2)
    left = int(np.flatnonzero(near.any(axis=0))[0])
    beside = away(painted, layers)[60:180, left - 8 : left]
    assert float(np.percentile(beside, 90)) < 12
