"""A canvas on a terminal with kitty's layers: the picture below, every outline a placement of its own above it.

The picture is sent in bands, each an image of its own and no larger than the line carries at a time; before them goes a
small copy of the whole, which the magnifier looks at until its own pixels are there.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator

import numpy as np
from PIL import Image
from textual.geometry import Offset, Region

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import Mask
from tui_labeler.imaging.encode import Coder
from tui_labeler.imaging.layers import Layers
from tui_labeler.imaging.protocols import kitty
from tui_labeler.imaging.shapes import Piece, Source
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.painters import Painter, Painting, runs

# Pixels of a band: about 10 kB. How much smaller the first copy is, at each side; colours of each.
_BAND_PIXELS, _SMALLER = 40_000, 3
_COLOURS, _FEW_COLOURS = 128, 64
# Bytes for all pixels in the few colours above which there are no more colours: a line is no faster for a noisy image.
_HEAVY = 350_000
# Seconds until the magnifier gets its own pixels: who types on does not wait for them.
_REST = 0.3
_INSET_KEY = 1


class KittyPainter(Painter):
    """Keeps what stands on the terminal, and writes the difference."""

    def __init__(self, app: GraphicsApp, refresh: Callable[..., object]) -> None:
        super().__init__(app, refresh)
        # Other programs in the same terminal number their images, too.
        self._next = random.randrange(1 << 8, 1 << 15) << 15
        self._sources: dict[Source, int] = {}
        self._placed: dict[int, tuple[Piece, int]] = {}
        self._dots: Pixels | None = None
        self._shown: Layers | None = None
        # Images of the picture: the small copy (once it was written), then bands, each with the row of its first cell.
        self._small = 0
        self._bands: dict[int, int] = {}
        self._enlarged: list[int] = []
        self._inset_turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def show(self, layers: Layers, origin: Offset, stale: Mask) -> None:
        before, self.layers = self._shown, layers
        if origin != self.origin and before is not None:
            self._free()
            before = None
        self.origin = origin
        if before is None or before.shape != layers.shape:
            stale.fill(True)
            self.refresh()
        else:
            changed = layers.text.changed(before.text)
            if changed.any():
                stale |= changed
                self.refresh(*(Region(first, row, last - first, 1) for row, first, last in _spans(changed)))
        self._shown = layers
        out = []
        if layers.dots is not self._dots:
            out.append(self._forget_picture())
            self._dots = layers.dots
            self._start(self._send_picture(layers))
        out.append(self._overlay(layers))
        if before is None or before.inset != layers.inset:
            out.append(self._magnify(layers))
        self._write("".join(out))

    def painting(self, crop: Region, stale: Mask, partly: Callable[[bool], None], code: Coder) -> Painting:
        return _Blanks(self, crop, stale, partly, code)

    def hide(self) -> None:
        self._free()
        self.layers = None

    def lost(self) -> None:
        self.app.transfers.drop(self)
        self._placed.clear()
        self._sources.clear()
        self._bands.clear()
        self._enlarged.clear()
        self._small, self._dots, self._shown = 0, None, None
        self.layers = None

    def _free(self) -> None:
        """Takes everything back, with its memory."""
        numbers = {*self._sources.values(), *self._bands, *self._enlarged, *([self._small] if self._small else [])}
        self._write("".join(kitty.free(number) for number in sorted(numbers)))
        self.lost()

    def _write(self, commands: str) -> None:
        """Between two frames. The cursor stays where Textual left it."""
        if commands:
            self.app.write_to_terminal(f"\x1b[?2026h\x1b7{commands}\x1b8\x1b[?2026l")

    def _number(self) -> int:
        self._next += 1
        return self._next

    def _start(self, job: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # The picture

    def _forget_picture(self) -> str:
        self.app.transfers.drop(self)
        numbers = [*self._bands, *([self._small] if self._small else [])]
        self._bands.clear()
        self._small = 0
        return "".join(kitty.free(number) for number in numbers)

    async def _send_picture(self, layers: Layers) -> None:
        """First the small copy, then band by band as the line takes them."""
        dots, (rows, columns) = layers.dots, layers.shape
        height, width = dots.shape[:2]

        def small() -> bytes:
            size = max(width // _SMALLER, 1), max(height // _SMALLER, 1)
            copy = Image.fromarray(dots).resize(size, Image.Resampling.BOX)
            return kitty.png_of(np.asarray(copy), _FEW_COLOURS)

        png = await asyncio.to_thread(small)
        if self._dots is not dots:
            return
        number = self._number()

        def first() -> str:
            self._small = number
            placement = kitty.put(number, 1, kitty.PICTURE, f"c={columns},r={rows}")
            return self._framed(kitty.send(number, png) + self.at(0, 0) + placement + self._magnify(self._shown))

        self.app.transfers.send(self, first)
        colours = _COLOURS if _SMALLER**2 * len(png) < _HEAVY else _FEW_COLOURS
        # Where the image has fewer pixels than the canvas, the terminal enlarges them.
        factor = max(1, min(round(layers.zoom), 4))
        reduced = await asyncio.to_thread(kitty.Reduced, dots, colours, factor)
        for row, below, top, bottom in _bands(layers, factor):
            png = await asyncio.to_thread(reduced.png, top, bottom)
            if self._dots is not dots:
                return
            self.app.transfers.send(self, self._band(row, png, f"c={columns},r={below - row}" if factor > 1 else ""))

    def _band(self, row: int, png: bytes, size: str) -> Callable[[], str]:
        number = self._number()

        def write() -> str:
            self._bands[number] = row
            return self._framed(kitty.send(number, png) + self.at(row, 0) + kitty.put(number, 1, kitty.SHARP, size))

        return write

    def _framed(self, commands: str) -> str:
        return f"\x1b[?2026h\x1b7{commands}\x1b8\x1b[?2026l"

    # What lies over it

    def _overlay(self, layers: Layers) -> str:
        """Pieces that came, went or moved."""
        out = []
        wanted = {piece.key: piece for piece in layers.pieces}
        for key in [key for key in self._placed if key not in wanted]:
            _, number = self._placed.pop(key)
            out.append(kitty.take_away(number, 1 + key))
        kept = {piece.source for piece in wanted.values()}
        for key, piece in wanted.items():
            old = self._placed.get(key)
            if old is not None and old[0] == piece:
                continue
            number = self._sources.get(piece.source, 0)
            if not number:
                number = self._sources[piece.source] = self._number()
                out.append(kitty.send(number, kitty.source_png(piece.source)))
            if old is not None and old[1] != number:
                out.append(kitty.take_away(old[1], 1 + key))
            out.append(self._put(piece, number))
            self._placed[key] = piece, number
        for source in [source for source in self._sources if source.data and source not in kept]:
            out.append(kitty.free(self._sources.pop(source)))
        return "".join(out)

    def _put(self, piece: Piece, number: int) -> str:
        assert self.layers is not None
        grid = self.layers.grid
        column, row = grid.cell(piece.x, piece.y)
        left, top = grid.size(column, row)
        more = [f"w={piece.width}", f"h={piece.height}"]
        optional = ("x", piece.sx), ("y", piece.sy), ("X", piece.x - left), ("Y", piece.y - top)
        more += [f"{name}={value}" for name, value in optional if value]
        return self.at(row, column) + kitty.put(number, 1 + piece.key, kitty.OVER + piece.key, ",".join(more))

    def _magnify(self, layers: Layers | None) -> str:
        """The magnifier out of the small copy at once; its own pixels follow when the keys rest."""
        self._inset_turn += 1
        old = "".join(kitty.free(number) for number in self._enlarged)
        self._enlarged.clear()
        if self._small:
            old += kitty.take_away(self._small, 1 + _INSET_KEY)
        if layers is None or layers.inset is None or layers.enlarged is None:
            return old
        turn, inset, enlarged = self._inset_turn, layers.inset, layers.enlarged
        cells = f"c={inset.width},r={inset.height}"

        async def sharpen() -> None:
            await asyncio.sleep(_REST)
            if turn != self._inset_turn:
                return
            png = await asyncio.to_thread(kitty.png_of, enlarged, _FEW_COLOURS)
            if turn != self._inset_turn:
                return
            number = self._number()
            self._enlarged.append(number)
            placement = self.at(inset.top, inset.left) + kitty.put(number, 1, kitty.INSET + 1, cells)
            self._write(kitty.send(number, png) + placement)

        self._start(sharpen())
        height, width = layers.dots.shape[:2]
        left, top, right, bottom = layers.near
        if not self._small or left < 0 or top < 0 or right > width or bottom > height:
            return old
        small = tuple(round(value / _SMALLER) for value in (left, top, right - left, bottom - top))
        part = f"x={small[0]},y={small[1]},w={max(small[2], 1)},h={max(small[3], 1)},{cells}"
        return old + self.at(inset.top, inset.left) + kitty.put(self._small, 1 + _INSET_KEY, kitty.INSET, part)


class _Blanks(Painting):
    """Blank cells without a background, through which the picture is seen, and the text."""

    def text(self, row: int, start: int, stop: int) -> str:
        wanted = self.wanted(row, start, stop)
        clear = wanted & ~self.layers.has_text[row, start:stop]
        at = self.painter.at
        out = [f"{at(row, start + first)}\x1b[0m{' ' * (last - first)}" for first, last in runs(clear)]
        return "".join([*out, self.words(row, start, stop, wanted), at(row, stop)])


def _spans(mask: Mask) -> Iterator[tuple[int, int, int]]:
    """Row, first and last column (exclusive) of what changed in each line."""
    for row in np.flatnonzero(mask.any(axis=1)).tolist():
        columns = np.flatnonzero(mask[row])
        yield row, int(columns[0]), int(columns[-1]) + 1


def _bands(layers: Layers, factor: int) -> Iterator[tuple[int, int, int, int]]:
    """The picture in bands of whole rows of cells: the first row and the one below the last, in cells and in dots."""
    rows = layers.shape[0]
    width = max(layers.dots.shape[1] // factor, 1)
    together = max(1, round(_BAND_PIXELS * factor / (width * layers.grid.down)))
    for row in range(0, rows, together):
        below = min(row + together, rows)
        yield row, below, layers.grid.size(0, row)[1], layers.grid.size(0, below)[1]
