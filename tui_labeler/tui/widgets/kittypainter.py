"""A canvas on a terminal with kitty's layers: the picture below, every outline a placement of its own above it."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Coroutine, Iterator

import numpy as np
from PIL import Image
from textual.geometry import Offset, Region

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import Mask
from tui_labeler.imaging.encode import Coder, forward
from tui_labeler.imaging.layers import Layers
from tui_labeler.imaging.letters import Inset
from tui_labeler.imaging.protocols import kitty
from tui_labeler.imaging.rectangles import runs
from tui_labeler.imaging.shapes import Piece, Source
from tui_labeler.imaging.view import Grid
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.kittypicture import KittyPicture
from tui_labeler.tui.widgets.painters import Painter, Painting

# Seconds until the magnifier gets pixels of its own, so many of them, and until it gets the rest: who types on does not
# wait for them. In how many colours, and how far from them (see `lengthen_runs`).
_REST, _FEW_DOTS, _LONG_REST = 0.3, 2_500, 0.5
_PATCH_COLOURS, _WHOLE_PATCH_COLOURS, _PATCH_TOLERANCE = 32, 80, 20
_INSET_KEY = 1
# Groups of lines that are kept without being seen: the same few sizes come again with every box.
_MOST_GROUPS = 24


class KittyPainter(Painter):
    """Keeps what stands on the terminal, and writes the difference."""

    def __init__(self, app: GraphicsApp, refresh: Callable[..., object]) -> None:
        super().__init__(app, refresh)
        # Other programs in the same terminal number their images, too.
        self._next = random.randrange(1 << 8, 1 << 15) << 15
        # Numbers that may be used again, and all that were ever free.
        self._emptied: list[int] = []
        self._were_emptied: set[int] = set()
        # The one that was placed last stands at the end.
        self._sources: dict[Source, int] = {}
        self._placed: dict[int, tuple[Piece, int]] = {}
        self._shown: Layers | None = None
        # What is seen, and what is going to be.
        self._picture: KittyPicture | None = None
        self._coming: KittyPicture | None = None
        self._enlarged: list[int] = []
        self._inset_turn = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def show(self, layers: Layers, origin: Offset, stale: Mask) -> None:
        before = self._shown
        if origin != self.origin and before is not None:
            self._free()
            before = None
        self.layers, self.origin = layers, origin
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
        self.app.images_uncovered(self)
        if self._picture is None or layers.dots is not self._picture.dots:
            out.append(self._change_picture(layers))
        elif not self._picture.is_placed:
            out.append(self._picture.place())
        out.append(self._overlay(layers))
        if before is None or before.inset != layers.inset:
            out.append(self._magnify(layers))
        self._write("".join(out))

    def painting(self, crop: Region, stale: Mask, partly: Callable[[bool], None], code: Coder) -> Painting:
        return _Blanks(self, crop, stale, partly, code)

    def hide(self) -> None:
        self._free()
        self.layers = None

    def cover(self) -> None:
        """Whole pictures stay in the terminal's memory, and the sources of lines: they are only placed again."""
        if self.layers is None:
            return
        out = [kitty.take_away(number) for number in self._sources.values()]
        out += [self.empty(number) for number in self._enlarged]
        kept = []
        for picture in (self._picture, self._coming):
            is_whole = picture is not None and picture.is_there
            out += [] if picture is None else [picture.take_away() if is_whole else picture.forget()]
            kept.append(picture if is_whole else None)
        self._inset_turn += 1
        self._picture, self._coming = kept
        self._enlarged.clear()
        self._placed.clear()
        self.layers = self._shown = None
        self._write("".join(out))
        self.app.images_covered(self)

    def lost(self) -> None:
        self.app.images_uncovered(self)
        for picture in (self._picture, self._coming):
            if picture is not None:
                picture.stop()
        self._placed.clear()
        self._sources.clear()
        self._enlarged.clear()
        self._emptied.clear()
        self._were_emptied.clear()
        self._picture = self._coming = self._shown = None
        self.layers = None

    def _free(self) -> None:
        """Takes everything back, with its memory."""
        numbers = {*self._sources.values(), *self._enlarged, *self._were_emptied}
        for picture in (self._picture, self._coming):
            numbers |= picture.numbers if picture is not None else set()
        free = "".join(kitty.free(number) for number in sorted(numbers))
        if free and self.app.keeps_covered(self):
            self.app.last_frees.append(free)
            free = "".join(kitty.empty(number) for number in sorted(numbers))
        self._write(free)
        self.lost()

    def _write(self, commands: str) -> None:
        if commands:
            self.app.write_to_terminal(kitty.framed(commands))

    def new_number(self) -> int:
        """For an image that the terminal does not have yet."""
        if self._emptied:
            return self._emptied.pop()
        self._next += 1
        return self._next

    def empty(self, number: int) -> str:
        """An image is not needed any more."""
        self._emptied.append(number)
        self._were_emptied.add(number)
        return kitty.empty(number)

    def _start(self, job: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # The picture

    def preload(self, dots: Pixels, shape: tuple[int, int], grid: Grid, zoom: float) -> None:
        if self._coming is not None and self._coming.dots is dots:
            return
        before, self._coming = self._coming, KittyPicture(self, dots, shape, grid, zoom)
        if before is not None:
            self._write(before.forget())
        self._start(self._coming.send(after=self._picture))

    def _change_picture(self, layers: Layers) -> str:
        """Another picture in the place of the one that is seen; one that was sent ahead is only placed."""
        old, coming = self._picture, self._coming
        out = old.forget() if old is not None else ""
        if coming is not None and coming.dots is layers.dots:
            self._picture, self._coming = coming, None
            return out + coming.place()
        if coming is not None and not coming.is_there:
            self._coming = None
            out += coming.forget()  # it would be in the way of this one
        self._picture = KittyPicture(self, layers.dots, layers.shape, layers.grid, layers.zoom)
        out += self._picture.place()
        self._start(self._picture.send())
        return out

    def small_copy_came(self) -> str:
        """The magnifier looks at it until its own pixels are there."""
        return self._magnify(self._shown)

    # What lies over it

    def _overlay(self, layers: Layers) -> str:
        """Pieces that came, went or moved."""
        out = []
        wanted = {piece.key: piece for piece in layers.pieces}
        gone = {key: self._placed.pop(key)[1] for key in [key for key in self._placed if key not in wanted]}
        staying = {number for _, number in self._placed.values()}
        # Where a source is not seen any more, one command takes all of it away.
        out += [kitty.take_away(number) for number in dict.fromkeys(gone.values()) if number not in staying]
        out += [kitty.take_away(number, 1 + key) for key, number in gone.items() if number in staying]
        kept = {piece.source for piece in wanted.values()}
        for key, piece in wanted.items():
            old = self._placed.get(key)
            if old is not None and old[0] == piece:
                continue
            number = self._sources.pop(piece.source, 0)
            if not number:
                number = self.new_number()
                out.append(kitty.send(number, kitty.source_png(piece.source)))
            self._sources[piece.source] = number
            if old is not None and old[1] != number:
                out.append(kitty.take_away(old[1], 1 + key))
            out.append(self._put(piece, number))
            self._placed[key] = piece, number
        unseen = [source for source in self._sources if source not in kept]
        groups = [source for source in unseen if source.parts]
        for source in [*(source for source in unseen if source.points), *groups[:-_MOST_GROUPS]]:
            out.append(self.empty(self._sources.pop(source)))
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
        old = "".join(self.empty(number) for number in self._enlarged)
        self._enlarged.clear()
        small = self._picture.small if self._picture is not None else 0
        if small:
            old += kitty.take_away(small, 1 + _INSET_KEY)
        if layers is None or layers.inset is None or layers.enlarged is None:
            return old
        inset, cells = layers.inset, f"c={layers.inset.width},r={layers.inset.height}"
        self._start(self._sharpen(self._inset_turn, layers.inset, layers.enlarged))
        height, width = layers.dots.shape[:2]
        left, top, right, bottom = layers.near
        if not small or left < 0 or top < 0 or right > width or bottom > height:
            return old
        smaller = self._picture.smaller if self._picture is not None else 1
        x, y, wide, high = (round(value / smaller) for value in (left, top, right - left, bottom - top))
        part = f"x={x},y={y},w={max(wide, 1)},h={max(high, 1)},{cells}"
        return old + self.at(inset.top, inset.left) + kitty.put(small, 1 + _INSET_KEY, kitty.INSET, part)

    async def _sharpen(self, turn: int, inset: Inset, enlarged: Pixels) -> None:
        """The magnifier's own pixels: a few when keys rest, and all of them, of a large image 8 kB, when nobody types."""
        whole = enlarged.shape[0] * enlarged.shape[1]
        for rest, most, colours in ((_REST, _FEW_DOTS, _PATCH_COLOURS), (_LONG_REST, whole, _WHOLE_PATCH_COLOURS)):
            await asyncio.sleep(rest)
            if turn != self._inset_turn:
                return
            png = await asyncio.to_thread(_patch, enlarged, most, colours)
            if turn != self._inset_turn:
                return
            number, before = self.new_number(), self._enlarged.copy()
            self._enlarged[:] = [number]
            placement = kitty.put(number, 1, kitty.INSET + 1, f"c={inset.width},r={inset.height}")
            gone = "".join(self.empty(there) for there in before)
            self._write(kitty.send(number, png) + self.at(inset.top, inset.left) + placement + gone)
            if whole <= most:
                return


def _patch(enlarged: Pixels, most: int, colours: int) -> bytes:
    """On no more than so many pixels, and in as few bytes as still shows every edge."""
    height, width = enlarged.shape[:2]
    smaller = max(math.sqrt(width * height / most), 1)
    size = max(int(width / smaller), 1), max(int(height / smaller), 1)
    image = Image.fromarray(enlarged).resize(size, Image.Resampling.BOX)
    return kitty.Reduced(np.asarray(image), colours, 1, _PATCH_TOLERANCE).png(0, image.height)


class _Blanks(Painting):
    """Blank cells without a background, through which the picture is seen, and the text."""

    def text(self, row: int, start: int, stop: int) -> str:
        wanted = self.wanted(row, start, stop)
        clear = wanted & ~self.layers.has_text[row, start:stop]
        at = self.painter.at
        out, column = ["\x1b[0m"] if clear.any() else [], -1
        for first, last in runs(clear):
            out += [at(row, start + first) if column < 0 else forward(first - column), " " * (last - first)]
            column = last
        return "".join([*out, self.words(row, start, stop, wanted), at(row, stop)])


def _spans(mask: Mask) -> Iterator[tuple[int, int, int]]:
    """Row, first and last column (exclusive) of what changed in each line."""
    for row in np.flatnonzero(mask.any(axis=1)).tolist():
        columns = np.flatnonzero(mask[row])
        yield row, int(columns[0]), int(columns[-1]) + 1
