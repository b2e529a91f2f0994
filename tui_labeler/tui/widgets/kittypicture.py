"""One picture on a terminal with kitty's graphics: sent before it is needed, or while it is looked at.

It goes in bands, each an image of its own and no larger than the line carries at a time; before them goes a small copy of
the whole. On a slow line, or one that is not known yet, that copy is smaller still, and bands of a quarter of the pixels
come before those of all.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from PIL import Image

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.protocols import kitty
from tui_labeler.imaging.view import Grid
from tui_labeler.tui.graphicsapp import GraphicsApp

# Pixels of a band: about 10 kB. How much smaller the first copy is, at each side; colours of each.
_BAND_PIXELS, _SMALLER, _SMALLEST = 40_000, 3, 6
_COLOURS, _FEW_COLOURS = 120, 60
# Bytes for all pixels in the few colours above which an image is noisy: a line is no faster for that. By how much the
# square of a pixel's error may grow for fewer bytes, and how much where it is noisy.
_HEAVY = 350_000
_TOLERANCE, _NOISE_TOLERANCE = 20, 45


class Canvas(Protocol):
    """What a picture needs of the painter that shows it."""

    app: GraphicsApp

    def new_number(self) -> int: ...
    def empty(self, number: int) -> str: ...
    def at(self, row: int, column: int) -> str: ...
    def small_copy_came(self) -> str: ...


class KittyPicture:
    """`dots` on so many rows and columns of cells (`shape`) of a `grid`; `zoom` says how many dots a pixel of the image is
    wide. Nothing of it is seen before `place`."""

    def __init__(self, canvas: Canvas, dots: Pixels, shape: tuple[int, int], grid: Grid, zoom: float) -> None:
        self.dots = dots
        # The number of the small copy, once it was written; how much smaller it is.
        self.small, self.smaller = 0, _SMALLER
        self._canvas, self._shape, self._grid = canvas, shape, grid
        # Where the image has far fewer pixels than the canvas, the terminal enlarges them. Two for each of the image's at
        # least: with fewer, single rows and columns of it drown where they lie across two (3 dB at zoom 1.5).
        self._factor = max(1, min(math.floor(zoom / 2), 4))
        # Bands that were written: number -> first row, and the size in cells where the terminal enlarges it. The number
        # of each that has all pixels.
        self._bands: dict[int, tuple[int, str]] = {}
        self._sharp: set[int] = set()
        self._is_placed = False
        self._over = asyncio.Event()
        self._sent = asyncio.Event()
        self._parts = tuple(self._divided())

    @property
    def numbers(self) -> set[int]:
        """What the terminal keeps of it."""
        return {*self._bands, *([self.small] if self.small else [])}

    @property
    def is_there(self) -> bool:
        """Whether all of it was written."""
        return bool(self.small) and len(self._sharp) == len(self._parts)

    def stop(self) -> None:
        """Nothing more of it is sent."""
        self._over.set()
        self._sent.set()
        self._canvas.app.transfers.drop(self)

    def forget(self) -> str:
        """The same, and takes it out of the terminal's memory."""
        self.stop()
        return "".join(self._canvas.empty(number) for number in sorted(self.numbers))

    @property
    def is_placed(self) -> bool:
        return self._is_placed

    def take_away(self) -> str:
        """It is not seen any more, and stays in the terminal's memory."""
        self._is_placed = False
        return "".join(kitty.take_away(number) for number in sorted(self.numbers))

    def place(self) -> str:
        """Shows what was sent; what is sent from now on is shown at once."""
        self._is_placed = True
        return self._small_place() + "".join(self._band_place(number) for number in self._bands)

    async def send(self, after: KittyPicture | None = None) -> None:
        """First the small copy, then band by band as the line takes them, when all of `after` is under way."""
        if after is not None:
            await after._sent.wait()
        height, width = self.dots.shape[:2]

        def small() -> bytes:
            size = max(width // self.smaller, 1), max(height // self.smaller, 1)
            copy = Image.fromarray(self.dots).resize(size, Image.Resampling.BOX)
            return kitty.png_of(np.asarray(copy), _FEW_COLOURS)

        if self._over.is_set():
            return
        self.smaller = _SMALLEST if self._canvas.app.transfers.is_slow else _SMALLER
        png = await asyncio.to_thread(small)
        if self._over.is_set():
            return
        self._queue(self._write_small(self._canvas.new_number(), png))
        tolerance = _TOLERANCE if self.smaller**2 * len(png) < _HEAVY else _NOISE_TOLERANCE
        await self._canvas.app.transfers.read_so_far()
        if self._canvas.app.transfers.is_slow:
            await self._send_bands(_FEW_COLOURS, 2 * self._factor, tolerance)
            self._sent.set()  # the next picture is worth more than the rest of this one
            await self._canvas.app.transfers.read_so_far()
        await self._send_bands(_COLOURS, self._factor, tolerance)
        self._sent.set()

    async def _send_bands(self, colours: int, factor: int, tolerance: int) -> None:
        if self._over.is_set():
            return
        reduced = await asyncio.to_thread(kitty.Reduced, self.dots, colours, factor, tolerance)
        for row, below, top, bottom in self._parts:
            png = await asyncio.to_thread(reduced.png, top, bottom)
            if self._over.is_set():
                return
            size = f"c={self._shape[1]},r={below - row},{reduced.source(top, bottom)}" if factor > 1 else ""
            self._queue(self._write_band(self._canvas.new_number(), row, size, png, factor == self._factor))

    def _queue(self, write: Callable[[], str]) -> None:
        self._canvas.app.transfers.send(self, write)

    def _write_small(self, number: int, png: bytes) -> Callable[[], str]:
        def write() -> str:
            self.small = number
            shown = self._small_place() + self._canvas.small_copy_came() if self._is_placed else ""
            return kitty.framed(kitty.send(number, png) + shown)

        return write

    def _write_band(self, number: int, row: int, size: str, png: bytes, is_sharp: bool) -> Callable[[], str]:
        """Takes the place of the band that is there."""

        def write() -> str:
            before = [there for there, (first, _) in self._bands.items() if first == row]
            self._bands[number] = row, size
            if is_sharp:
                self._sharp.add(number)
            shown = self._band_place(number) if self._is_placed else ""
            for there in before:
                del self._bands[there]
                shown += self._canvas.empty(there)
            return kitty.framed(kitty.send(number, png) + shown)

        return write

    def _small_place(self) -> str:
        if not self.small:
            return ""
        rows, columns = self._shape
        return self._canvas.at(0, 0) + kitty.put(self.small, 1, kitty.PICTURE, f"c={columns},r={rows}")

    def _band_place(self, number: int) -> str:
        row, size = self._bands[number]
        return self._canvas.at(row, 0) + kitty.put(number, 1, kitty.SHARP, size)

    def _divided(self) -> Iterator[tuple[int, int, int, int]]:
        """Bands of whole rows of cells: the first row and the one below the last, in cells and in dots."""
        rows, width = self._shape[0], max(self.dots.shape[1] // self._factor, 1)
        together = max(1, round(_BAND_PIXELS * self._factor / (width * self._grid.down)))
        # A band that is enlarged begins where a pixel does.
        step = self._factor // math.gcd(self._factor, round(self._grid.down))
        together = -(-together // step) * step
        for row in range(0, rows, together):
            below = min(row + together, rows)
            yield row, below, self._grid.size(0, row)[1], self._grid.size(0, below)[1]
