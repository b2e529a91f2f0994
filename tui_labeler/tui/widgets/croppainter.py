"""A canvas on a terminal without layers (sixel, iTerm2): the picture with everything on it in one, sent again where it
changed, in as few rectangles as that takes.

What is painted whole, after a dialog say, is shown in coarse cells first; bands of pixels follow as the line takes them.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections.abc import Callable, Coroutine
from functools import partial

import numpy as np
from textual.geometry import Offset, Region

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import Cells, Mask
from tui_labeler.imaging.encode import Coder, Lines, coder, encode_lines
from tui_labeler.imaging.layers import Layers
from tui_labeler.imaging.rectangles import changed_cells, coarse_cells, edge_cells, rectangles, spans
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.painters import Painter, Painting

# A share of the canvas: if more is to be painted at once, pixels follow in bands.
_MUCH = 0.35
# Bytes of a band, until one was written.
_BAND_BYTES = 15_000


class CropPainter(Painter):
    """Cells that stand coarse on the terminal, or whose pixels are on their way, are `pending`; those that the next frame
    has to paint in pixels, for their band's turn has come, are `due`."""

    # Rows of a band: as many as a key may wait for.
    BAND_ROWS = 2

    def __init__(self, app: GraphicsApp, refresh: Callable[..., object]) -> None:
        super().__init__(app, refresh)
        self.painted: Pixels | None = None
        self.pending: Mask = np.zeros((0, 0), np.bool_)
        self.due: Mask = np.zeros((0, 0), np.bool_)
        self.coarse: Cells | None = None
        self._dots: Pixels | None = None
        self._stale: Mask | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._band_bytes = _BAND_BYTES
        self._code = coder(None, False)

    @abstractmethod
    def crop(self, left: int, top: int, right: int, bottom: int) -> str:
        """That part of the canvas, in dots, at the cursor."""

    @abstractmethod
    def prepare(self, dots: Pixels) -> object:
        """What has to be known of a picture before it can be sent; called in a thread."""

    @abstractmethod
    def prepared(self, dots: Pixels, result: object) -> None:
        """The same, in the event loop."""

    @property
    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the picture is prepared."""

    def show(self, layers: Layers, origin: Offset, stale: Mask) -> None:
        before, self.layers, self._stale = self.layers, layers, stale
        old, self.painted = self.painted, layers.painted()
        if layers.dots is not self._dots or before is None or before.shape != layers.shape or origin != self.origin:
            self.origin = origin
            is_new, self._dots = layers.dots is not self._dots, layers.dots
            self.coarse = coarse_cells(layers.dots, layers.shape)
            self.pending, self.due = (np.zeros(layers.shape, np.bool_) for _ in range(2))
            stale.fill(True)
            self.app.transfers.drop(self)
            if is_new:
                self.prepared(layers.dots, None)
                self._start(self._prepare(layers.dots))
            self.refresh()
            return
        assert old is not None
        changed = layers.text.changed(before.text)
        changed |= changed_cells(self.painted, old, layers.grid, layers.shape)
        # What was covered by text has to be sent again in pixels, too; what is pending comes by itself.
        changed &= ~self.pending | layers.has_text | before.has_text
        if changed.any():
            stale |= changed
            self.refresh(*(Region(first, row, last - first, 1) for row, first, last in spans(changed)))

    def painting(self, crop: Region, stale: Mask, partly: Callable[[bool], None], code: Coder) -> Painting:
        self._code = code
        return _Crops(self, crop, stale, partly, code)

    def hide(self) -> None:
        self.lost()
        self._dots = None

    def lost(self) -> None:
        self.app.transfers.drop(self)
        super().lost()

    def _start(self, job: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _prepare(self, dots: Pixels) -> None:
        result = await asyncio.to_thread(self.prepare, dots)
        if self._dots is dots:
            self.prepared(dots, result)
            self.follow()

    def follow(self) -> None:
        """Has what is pending painted in pixels, band by band."""
        self.app.transfers.drop(self)
        for row in range(0, len(self.pending), self.BAND_ROWS):
            if self.pending[row : row + self.BAND_ROWS].any():
                self.app.transfers.send(self, partial(self._band, row), self._band_bytes)

    def _band(self, row: int) -> str:
        """Written by the next frame: only that knows what else stands there."""
        part = slice(row, row + self.BAND_ROWS)
        if self._stale is None or self.layers is None or not self.is_ready or not self.pending[part].any():
            return ""
        changed = list(spans(self.pending[part]))
        self._stale[part] |= self.pending[part]
        self.due[part] |= self.pending[part]
        self.refresh(*(Region(first, row + below, last - first, 1) for below, first, last in changed))
        return "\x1b7\x1b8"

    def crops(self, wanted: Mask, bare: Mask | None = None) -> str:
        """These cells in pixels; in `bare` ones (by default all), what stands below may be anything."""
        assert self.layers is not None
        grid, out = self.layers.grid, []
        for left, top, right, bottom in rectangles(wanted, self._largest()):
            x0, y0 = grid.size(left, top)
            x1, y1 = grid.size(right, bottom)
            width, height = grid.held(right - left, bottom - top)
            if bare is None or bare[top:bottom, left:right].any():
                is_narrow, is_low = x0 + width < x1, y0 + height < y1
                out.append(self._ground(top, right - 1, bottom, right, True) if is_narrow else "")
                out.append(self._ground(bottom - 1, left, bottom, right - is_narrow, False) if is_low else "")
            out.append(self.at(top, left) + self.crop(x0, y0, min(x0 + width, x1), min(y0 + height, y1)))
        text = "".join(out)
        if len(text) > self._band_bytes // 4:
            self._band_bytes = len(text) if wanted.any(axis=1).sum() <= self.BAND_ROWS else self._band_bytes
        return text

    def _ground(self, top: int, left: int, bottom: int, right: int, is_right: bool) -> str:
        """Cells that an image leaves the last dot of, to the right or below, in one colour each."""
        assert self.layers is not None
        assert self.painted is not None
        cells = edge_cells(self.painted, self.layers.grid, range(top, bottom), range(left, right), is_right)
        lines = encode_lines(cells, range(bottom - top), range(right - left), None, self._code)
        return "".join(self.at(top + row, left) + text for row, (text, _) in enumerate(lines))

    def _largest(self) -> tuple[int, int]:
        """Columns and rows of one image."""
        width, height = self.app.graphics.largest
        across, down = self.app.graphics.cell
        return (int(width // across) or 1000, int(height // down) or 1000) if width and height else (1000, 1000)


class _Crops(Painting):
    """The rectangles go out with the last line that has any: until then nobody knows which cells the canvas was asked
    for, and which are covered."""

    def __init__(
        self, painter: CropPainter, crop: Region, stale: Mask, partly: Callable[[bool], None], code: Coder
    ) -> None:
        super().__init__(painter, crop, stale, partly, code)
        self._crops = painter
        self._asked, self._bare = (np.zeros(self.layers.shape, np.bool_) for _ in range(2))
        unexpected = stale & ~painter.due
        much = unexpected[crop.y : crop.bottom].sum() > _MUCH * stale.size
        self._in_coarse = bool(much) or not painter.is_ready

    def text(self, row: int, start: int, stop: int) -> str:
        wanted = self.wanted(row, start, stop)
        clear = wanted & ~self.layers.has_text[row, start:stop]
        at, pending = self.painter.at, self._crops.pending
        due = self._crops.due[row, start:stop].copy()
        self._crops.due[row, start:stop] = False
        out = []
        if self._in_coarse:
            out.append(self._coarse_text(row, start, stop, clear))
            pending[row, start:stop] |= clear
            if row == self.last_row and self._crops.is_ready:
                self._crops.app.call_later(self._crops.follow)
        else:
            self._asked[row, start:stop] |= clear
            self._bare[row, start:stop] |= clear & ~due  # what is due stands there in coarse cells
            pending[row, start:stop] &= ~wanted
            if row >= self.last_row or not (self.is_whole or self._went_in_part):
                out.append(self._crops.crops(self._asked, self._bare))
                self._asked[:] = False
        return "".join([*out, self.words(row, start, stop, wanted), at(row, stop)])

    def _coarse_text(self, row: int, start: int, stop: int, clear: Mask) -> str:
        coarse = self._crops.coarse
        if coarse is None or not clear.any():
            return ""
        mask = np.zeros(coarse.shape, np.bool_)
        mask[row, start:stop] = clear
        lines = Lines(coarse, range(row, row + 1), range(start, stop), mask, self._code)
        return self.painter.at(row, start) + lines.text(row, start, stop)
