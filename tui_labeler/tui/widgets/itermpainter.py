"""A canvas in iTerm2's inline images: JPEGs, on a slow line rough ones first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import numpy as np
from textual.geometry import Offset, Region

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import Mask
from tui_labeler.imaging.layers import Layers
from tui_labeler.imaging.protocols import iterm
from tui_labeler.imaging.rectangles import runs
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.croppainter import CropPainter

# Seconds without a key until what is rough is sent better; columns and bytes of a piece: a key waits for no more.
_REST, _COLUMNS, _BYTES = 0.5, 100, 8_000
# Seconds: where a piece is not painted by then, something stands over the canvas.
_LONGEST_FRAME = 2.0


class ItermPainter(CropPainter):
    """What went out rough, because the line was slow, is `rough`; it comes again, piece by piece, when keys rest and
    nothing else is on the line."""

    def __init__(self, app: GraphicsApp, refresh: Callable[..., object]) -> None:
        super().__init__(app, refresh)
        self.rough: Mask = np.zeros((0, 0), np.bool_)
        # Cells that the next frame paints in full quality, whatever the line.
        self._fine: Mask = np.zeros((0, 0), np.bool_)
        self._fine_went = asyncio.Event()
        self._quality = iterm.GOOD
        self._refining: asyncio.Task[None] | None = None
        # Who sends them: bands that begin anew do not take them back.
        self._refiner = object()
        # Counts what was shown: the keys do not rest while it changes.
        self._turn = 0

    def prepare(self, dots: Pixels) -> None:
        return None

    def prepared(self, dots: Pixels, result: object) -> None:
        """There is nothing to prepare."""

    @property
    def is_ready(self) -> bool:
        return True

    def show(self, layers: Layers, origin: Offset, stale: Mask) -> None:
        self._turn += 1
        if self.layers is None or layers.dots is not self.layers.dots or layers.shape != self.rough.shape:
            self.rough, self._fine = (np.zeros(layers.shape, np.bool_) for _ in range(2))
        super().show(layers, origin, stale)

    def lost(self) -> None:
        super().lost()
        self.app.transfers.drop(self._refiner)
        if self._refining is not None:
            self._refining.cancel()

    def crops(self, wanted: Mask, bare: Mask | None = None) -> str:
        is_slow = self.app.transfers.is_surely_slow
        fine = wanted & self._fine
        quick = wanted & ~fine
        self._quality = iterm.ROUGH if is_slow else iterm.GOOD
        text = super().crops(quick, bare)
        self.rough[quick] = is_slow
        if fine.any():
            self._quality = iterm.GOOD
            text += super().crops(fine, bare)
            self.rough[fine] = self._fine[fine] = False
            self._fine_went.set()
        if self.rough.any() and (self._refining is None or self._refining.done()):
            self._refining = self._start(self._refine())
        return text

    def crop(self, left: int, top: int, right: int, bottom: int) -> str:
        assert self.painted is not None
        assert self.layers is not None
        part = slice(top, bottom), slice(left, right)
        pixels = self.painted[part]
        has_outlines = bool((pixels != self.layers.dots[part]).any())
        return iterm.encode(pixels, right - left, bottom - top, self._quality, has_outlines)

    async def _refine(self) -> None:
        turn = -1
        while (piece := self._next_rough()) is not None:
            while turn != self._turn:
                turn = self._turn
                await asyncio.sleep(_REST)
                await self.app.transfers.read_so_far()
            self._fine_went.clear()
            self.app.transfers.send(self._refiner, partial(self._finer, *piece), _BYTES)
            try:
                await asyncio.wait_for(self._fine_went.wait(), _LONGEST_FRAME)
            except TimeoutError:
                return  # what is uncovered is painted anew
            await self.app.transfers.read_so_far()

    def _next_rough(self) -> tuple[int, int, int] | None:
        """Row, first column and the one after the last."""
        if self.layers is None:
            return None
        rough = self.rough & ~self.pending & ~self.layers.has_text
        for row in np.flatnonzero(rough.any(axis=1)).tolist():
            first, last = runs(rough[row])[0][0], runs(rough[row])[-1][1]
            return row, first, min(first + _COLUMNS, last)
        return None

    def _finer(self, row: int, first: int, last: int) -> str:
        """Written by the next frame, as a band is."""
        if self.layers is None or self._stale is None:
            return ""
        part = row, slice(first, last)
        wanted = self.rough[part] & ~self.pending[part] & ~self.layers.has_text[part]
        for mask in (self._stale, self.due, self._fine):
            mask[part] |= wanted
        self.refresh(Region(first, row, last - first, 1))
        return "\x1b7\x1b8"
