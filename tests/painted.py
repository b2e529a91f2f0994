"""A painter without an app: what it writes for a canvas is read by a terminal that shows pixels."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

import numpy as np
from textual.geometry import Offset

from tests.pixelreader import PixelReader
from tui_labeler.imaging.layers import Layers
from tui_labeler.terminal.graphics import Graphics
from tui_labeler.tui.widgets.croppainter import CropPainter
from tui_labeler.tui.widgets.painters import Painter

CELL, ORIGIN = (9, 20), Offset(0, 0)
P = TypeVar("P", bound=Painter)


class Painted(Generic[P]):
    """A `painter` of that kind on a terminal of so many cells, and what the terminal shows. What would wait for the line
    goes out at once. Text is not painted."""

    graphics = Graphics("sixel", cell=CELL)

    def __init__(self, kind: Callable[..., P], columns: int, rows: int) -> None:
        self.image_owners: set[object] = set()
        self.has_another_covered, self.last_frees = False, list[str]()
        self.transfers = self
        # The last row stays free: an image there would scroll the screen.
        self.reader = PixelReader(columns, rows + 1, CELL)
        self.painter = kind(cast(Any, self), lambda *regions: None)
        self._rows = rows

    def write_to_terminal(self, text: str) -> None:
        self.reader.take(text.encode())

    def send(self, owner: object, piece: Callable[[], str], weight: int = 0) -> None:
        self.write_to_terminal(piece())

    is_slow = is_surely_slow = False

    async def read_so_far(self) -> None:
        """Nothing waits."""

    def images_covered(self, owner: object) -> None:
        """There is one only."""

    images_uncovered = images_covered

    def keeps_covered(self, owner: object) -> bool:
        return self.has_another_covered

    def drop(self, owner: object) -> None:
        """Nothing waits."""

    async def show(self, layers: Layers, origin: Offset = ORIGIN) -> int:
        """Paints these, from `origin` on; how many bytes of images that took."""
        before = self.reader.sent["images"]
        stale = np.zeros(layers.shape, np.bool_)
        self.painter.show(layers, origin, stale)
        while len(asyncio.all_tasks()) > 1:
            await asyncio.sleep(0.01)
        if isinstance(self.painter, CropPainter):
            self.write_to_terminal(self.painter.crops(stale))
        assert not self.reader.problems
        return self.reader.sent["images"] - before

    def picture(self) -> np.ndarray:
        """Every pixel that is seen of the canvas."""
        return self.reader.picture()[: self._rows * CELL[1]]
