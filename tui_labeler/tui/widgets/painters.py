"""How a canvas in pixels reaches the terminal: what every painter has in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import numpy as np
from textual.geometry import Offset, Region
from textual.strip import Strip

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import Mask
from tui_labeler.imaging.encode import Coder, Lines
from tui_labeler.imaging.layers import Layers
from tui_labeler.imaging.view import Grid
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.cellstrips import PictureStrip


class Painter(ABC):
    """Shows layers on a part of the terminal. `stale` is the canvas' own: the cells that the terminal may not show as they
    are."""

    def __init__(self, app: GraphicsApp, refresh: Callable[..., object]) -> None:
        """`refresh` has regions of the canvas painted; without any, all of it."""
        self.app, self.refresh = app, refresh
        app.image_owners.add(self)
        self.layers: Layers | None = None
        self.origin = Offset()

    @abstractmethod
    def show(self, layers: Layers, origin: Offset, stale: Mask) -> None:
        """Marks as stale what has to be painted by text, has it painted, and sends the rest."""

    @abstractmethod
    def painting(self, crop: Region, stale: Mask, partly: Callable[[bool], None], code: Coder) -> Painting:
        """One paint of the lines of `crop`."""

    @abstractmethod
    def hide(self) -> None:
        """The canvas is not seen any more: nothing of it is left on the terminal or in its memory."""

    def cover(self) -> None:
        """Another screen stands over the canvas: nothing is seen of it. A terminal that keeps images may keep these."""
        self.hide()

    def preload(self, dots: Pixels, shape: tuple[int, int], grid: Grid, zoom: float) -> None:
        """The picture that is likely to come next, on so many rows and columns of cells: a terminal that keeps images gets
        it now, while the line is idle."""
        return

    def lost(self) -> None:
        """The terminal has forgotten what it was sent."""
        self.layers = None

    def strips(self, crop: Region, stale: Mask, partly: Callable[[bool], None], code: Coder) -> list[Strip]:
        """The lines of `crop` for the canvas' `render_lines`."""
        painting = self.painting(crop, stale, partly, code)
        return [PictureStrip(painting, row, crop.x, crop.right) for row in range(crop.y, crop.bottom)]

    def at(self, row: int, column: int) -> str:
        """The cursor on a cell of the canvas."""
        return f"\x1b[{self.origin.y + row + 1};{self.origin.x + column + 1}H"


class Painting(ABC):
    """One paint. A line whose part ends where its stale cells do was asked for by the canvas itself: these alone are
    written. Whatever reaches further is painted whole, for something else stood there (as in `cellstrips.Painting`)."""

    def __init__(
        self, painter: Painter, crop: Region, stale: Mask, partly: Callable[[bool], None], code: Coder
    ) -> None:
        assert painter.layers is not None
        self.painter, self.layers, self.crop, self._code = painter, painter.layers, crop, code
        self.is_whole = bool(stale.all())
        self._stale, self._partly = stale, partly
        self._went_in_part = False
        rows = np.flatnonzero(stale[crop.y : crop.bottom].any(axis=1))
        self.last_row = crop.bottom - 1 if self.is_whole or not len(rows) else crop.y + int(rows[-1])

    def wanted(self, row: int, start: int, stop: int) -> Mask:
        """Which of the cells are to be painted now; they are taken for painted."""
        part = self._stale[row, start:stop]
        wanted = np.ones(stop - start, np.bool_)
        if not self.is_whole and stop > start:
            stale = np.flatnonzero(self._stale[row])
            if len(stale) and stop <= stale[-1] + 1:
                wanted = part.copy()
                if not self._went_in_part:
                    self._went_in_part = True
                    self._partly(False)
            elif self._went_in_part:
                self._partly(True)
        part[:] = False
        return wanted

    @abstractmethod
    def text(self, row: int, start: int, stop: int) -> str:
        """Columns `start` to `stop` of a row, as `PictureStrip` asks for them."""

    def words(self, row: int, start: int, stop: int, wanted: Mask) -> str:
        """The text of the canvas in these cells, from wherever the cursor is."""
        has_text = self.layers.has_text[row, start:stop] & wanted
        if not has_text.any():
            return ""
        mask = np.zeros(self.layers.shape, np.bool_)
        mask[row, start:stop] = has_text
        lines = Lines(self.layers.text, range(row, row + 1), range(start, stop), mask, self._code)
        return self.painter.at(row, start) + lines.text(row, start, stop)
