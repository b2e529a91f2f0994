"""What stands over a picture in pixels, as pieces of a few simple sources.

A source is a line as long as any canvas, a tint as large as the canvas, a polygon, or a group of lines that move
together; a piece is a part of it at a place. A terminal with layers is sent each source once, and then only where its
pieces are; for any other, `paint` lays them on the picture. Both mean the same pixels.
"""

from __future__ import annotations

import math
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.colours import Rgb, class_colour, inks
from tui_labeler.imaging.letters import Inset, corners, inset_of
from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.polygons import Handle, inside, outline
from tui_labeler.imaging.view import View
from tui_labeler.model.geometry import Box, Point

ACROSS, DOWN, TINT, PATH, AREA, GROUP = "across", "down", "tint", "path", "area", "group"
# No canvas is wider or higher, in pixels.
LONGEST = 4096
_WHITE: Rgb = (255, 255, 255)
_TINT_ALPHA = 71
TINT_SHARE = _TINT_ALPHA / 255
_DASH = 6
# Keys of pieces, which say what lies above what: tints, then the marks, then what is being drawn.
_MARKS, _PER_MARK, _SKETCH, FIRST_OVER_INSET = 1_000, 16, 500_000, 600_010


class Source(msgspec.Struct, frozen=True):
    """`pen`: how thick a line is, without its rim of one dark pixel at each side. `points`, in dots, and `handles` are
    those of a polygon: PATH is its outline, AREA the tint inside. `parts` are the lines of a GROUP, the uppermost last."""

    kind: str
    colour: Rgb
    width: int
    height: int
    pen: int = 0
    dashed: bool = False
    closed: bool = True
    points: tuple[Point, ...] = ()
    handles: tuple[Handle, ...] = ()
    parts: tuple[Piece, ...] = ()


class Piece(msgspec.Struct, frozen=True):
    """The part of a source from (`sx`, `sy`), `width` x `height`, at the dot (`x`, `y`). `key` is its own, and its height
    above the picture."""

    key: int
    source: Source
    x: int
    y: int
    width: int
    height: int
    sx: int = 0
    sy: int = 0


def pixels_of(source: Source) -> NDArray[np.uint8]:
    """(height, width, 4)."""
    return _pixels_of_polygon(source) if source.points else _pixels_of(source)


# A polygon may be as large as the canvas.
@lru_cache(maxsize=24)
def _pixels_of_polygon(source: Source) -> NDArray[np.uint8]:
    size = source.width, source.height
    if source.kind == AREA:
        area = inside(source.points, *size).astype(np.uint8)[..., None]
        return area * np.array((*source.colour, _TINT_ALPHA), np.uint8)
    dash = _DASH if source.dashed else 0
    return outline(source.points, size, source.colour, source.pen, source.closed, dash, source.handles)


@lru_cache(maxsize=64)
def _pixels_of(source: Source) -> NDArray[np.uint8]:
    if source.kind == TINT:
        tint = np.array((*source.colour, _TINT_ALPHA), np.uint8)
        return np.broadcast_to(tint, (source.height, source.width, 4))
    if source.kind == GROUP:
        group = np.zeros((source.height, source.width, 4), np.uint8)
        for part in source.parts:
            layer = _pixels_of(part.source)[: part.height, : part.width]
            patch = group[part.y : part.y + part.height, part.x : part.x + part.width]
            np.copyto(patch, layer, where=layer[..., 3:] > 0)
        return group
    line = np.empty((source.pen + 2, LONGEST, 4), np.uint8)
    line[:] = (*(value // 4 for value in source.colour), 255)
    line[1:-1, :, :3] = source.colour
    if source.dashed:
        line[:, np.arange(LONGEST) % (2 * _DASH) >= _DASH] = 0
    return line if source.kind == ACROSS else np.ascontiguousarray(line.transpose(1, 0, 2))


def paint(canvas: Pixels, pieces: tuple[Piece, ...]) -> None:
    """Lays the pieces on the picture, each above those with a lower key."""
    for piece in sorted(pieces, key=lambda piece: piece.key):
        layer = pixels_of(piece.source)[piece.sy : piece.sy + piece.height, piece.sx : piece.sx + piece.width]
        patch = canvas[piece.y : piece.y + piece.height, piece.x : piece.x + piece.width]
        alpha = layer[..., 3:].astype(np.uint16)
        patch[:] = ((layer[..., :3] * alpha + patch * (255 - alpha) + 127) // 255).astype(np.uint8)


def tints_of(pieces: tuple[Piece, ...]) -> tuple[Rgb, ...]:
    """The colours in which parts of the picture are tinted."""
    return tuple(sorted({piece.source.colour for piece in pieces if piece.source.kind in (TINT, AREA)}))


def shapes(
    view: View, overlay: Overlay, places: dict[str, int], across: float = 0.0
) -> tuple[tuple[Piece, ...], Inset | None]:
    """Everything over a picture that is no text, and the magnifier. `across`: the width of a cell in pixels, where that is
    not the view's."""
    drawing = _Drawing(view, across or view.grid.across)
    for number, mark in enumerate(overlay.marks):
        if not mark.hidden:
            colour = class_colour(places.get(mark.region.name, -1))
            drawing.mark(_MARKS + number * _PER_MARK, number, mark, colour, overlay.filled)
    colour = class_colour(places.get(overlay.name, -1))
    if overlay.band is not None:
        drawing.box(_SKETCH, overlay.band, colour)
    if overlay.path:
        drawing.path(_SKETCH + 10, overlay.path, colour, closed=False, handles=dict.fromkeys(overlay.path, _WHITE))
    if overlay.cursor is not None:
        drawing.cross(_SKETCH + 20, overlay.cursor)
    inset = inset_of(view, overlay)
    if inset is not None and overlay.focus is not None:
        drawing.frame(FIRST_OVER_INSET, inset, overlay.focus)
    return tuple(drawing.pieces), inset


def frame(number: int, box: tuple[int, int, int, int], colour: Rgb) -> list[Piece]:
    """A line within (left, top, right, bottom): the frame of picture `number` of several."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if width < 3 or height < 3:  # one pixel of the colour between two of the rim
        return []
    lines = [
        *(_line(0, left, y, width, colour, False, 1) for y in (top + 1, bottom - 2)),
        *(_line(0, x, top, height, colour, True, 1) for x in (left + 1, right - 2)),
    ]
    return [_group(_MARKS + number * _PER_MARK, lines)]


class _Drawing:
    """Pieces on a canvas, cut at its edges."""

    def __init__(self, view: View, across: float) -> None:
        self.pieces: list[Piece] = []
        self._view = view
        self._width, self._height = view.width, view.height
        self._pen = max(1, round(across / 5))

    def _add(self, key: int, source: Source, x: int, y: int, width: int, height: int) -> None:
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + width, self._width), min(y + height, self._height)
        if right > left and bottom > top:
            self.pieces.append(Piece(key, source, left, top, right - left, bottom - top, left - x, top - y))

    def _cut(self, piece: Piece) -> None:
        self._add(piece.key, piece.source, piece.x, piece.y, piece.width, piece.height)

    def _line(self, key: int, x: int, y: int, length: int, colour: Rgb, down: bool, pen: int, dashed: bool) -> None:
        self._cut(_line(key, x, y, length, colour, down, pen, dashed))

    def _place(self, box: Box) -> tuple[int, int, int, int]:
        x0, y0 = self._view.dot(box.x0, box.y0)
        x1, y1 = self._view.dot(box.x1, box.y1)
        left, top = round(x0), round(y0)
        return left, top, max(round(x1), left + 1), max(round(y1), top + 1)

    def box(self, key: int, box: Box, colour: Rgb, white: str = "", pen: int = 0, dashed: bool = False) -> None:
        """An outline just inside the box; edges of `white` are that."""
        pen = pen or self._pen
        left, top, right, bottom = self._place(box)
        right, bottom = max(right, left + 2 * pen), max(bottom, top + 2 * pen)
        for number, (name, x, y, length) in enumerate(
            (
                ("t", left, top, right - left),
                ("b", left, bottom - pen, right - left),
                ("l", left, top, bottom - top),
                ("r", right - pen, top, bottom - top),
            )
        ):
            ink = _WHITE if name in white else colour
            self._line(key + number, x, y, length, ink, name in "lr", pen, dashed)

    def mark(self, key: int, number: int, mark: Mark, colour: Rgb, filled: bool) -> None:
        region = mark.region
        if region.points:
            points = dict.fromkeys(region.points, lighter(colour)) if mark.selected else {}
            if 0 <= mark.point < len(region.points):
                points[region.points[mark.point]] = _WHITE
            if filled:
                self._polygon(number, AREA, region.points, colour)
            self.path(key, region.points, colour, closed=True, handles=points, dashed=mark.dashed or mark.locked)
        elif region.box is not None:
            if filled:
                left, top, right, bottom = self._place(region.box)
                tint = Source(TINT, colour, self._width, self._height)
                self._add(number, tint, left, top, right - left, bottom - top)
            pen = self._pen + 1 if mark.selected else self._pen
            self.box(key, region.box, colour, mark.edges, pen, mark.dashed or mark.locked)

    def path(
        self,
        key: int,
        points: tuple[Point, ...],
        colour: Rgb,
        closed: bool,
        handles: dict[Point, Rgb],
        dashed: bool = False,
    ) -> None:
        """A polygon's outline; `handles` are the points that are marked."""
        self._polygon(key, PATH, points, colour, closed, dashed, handles)

    def _polygon(
        self,
        key: int,
        kind: str,
        points: tuple[Point, ...],
        colour: Rgb,
        closed: bool = True,
        dashed: bool = False,
        handles: dict[Point, Rgb] | None = None,
    ) -> None:
        at = [self._view.dot(*point) for point in points]
        margin = 3 * self._pen + 1
        left = max(math.floor(min(x for x, _ in at)) - margin, 0)
        top = max(math.floor(min(y for _, y in at)) - margin, 0)
        right = min(math.ceil(max(x for x, _ in at)) + margin, self._width)
        bottom = min(math.ceil(max(y for _, y in at)) + margin, self._height)
        if right <= left or bottom <= top:
            return
        # Rounded, so that one which moves by whole dots is the same drawing.
        path = tuple((round(x - left, 2), round(y - top, 2)) for x, y in at)
        marked = tuple(
            (round(x - left, 2), round(y - top, 2), ink)
            for (x, y), ink in ((self._view.dot(*point), ink) for point, ink in (handles or {}).items())
        )
        size = right - left, bottom - top
        self._add(key, Source(kind, colour, *size, self._pen, dashed, closed, path, marked), left, top, *size)

    def cross(self, key: int, point: Point) -> None:
        """A small cross that leaves its middle free."""
        x, y = (math.floor(value) for value in self._view.dot(*point))
        arm, gap, pen = round(2 * self._view.grid.across), 2 * self._pen, self._pen
        aways = (gap, 0), (-gap - arm, 0), (0, gap), (0, -gap - arm)
        lines = [_line(0, x + across, y + down, arm, _WHITE, down != 0, pen) for across, down in aways]
        self._cut(_group(key, lines))

    def frame(self, key: int, inset: Inset, focus: Box) -> None:
        """Around the magnifier, and the corners of the place that it shows."""
        left, top = self._view.grid.size(inset.left, inset.top)
        right, bottom = self._view.grid.size(inset.left + inset.width, inset.top + inset.height)
        ink, pen = inks().letters, self._pen
        edges = (
            (left, top + 1, right - left, False),
            (left, bottom - pen - 1, right - left, False),
            (left + 1, top, bottom - top, True),
            (right - pen - 1, top, bottom - top, True),
        )
        self._cut(_group(key, [_line(0, x, y, length, ink, down, pen) for x, y, length, down in edges]))
        arm, places = 3 * pen, corners(self._view, focus)
        left_of, above = ((0, 0, arm, arm), (0, arm, 0, arm))
        across = [_line(0, x - away, y, arm, ink, False, pen) for (x, y), away in zip(places, left_of, strict=True)]
        down = [_line(0, x, y - away, arm, ink, True, pen) for (x, y), away in zip(places, above, strict=True)]
        self._cut(_group(key + 1, across + down))


def _line(key: int, x: int, y: int, length: int, colour: Rgb, down: bool, pen: int, dashed: bool = False) -> Piece:
    """From the dot (x, y), the first one that is not rim."""
    thick = pen + 2
    if down:
        return Piece(key, Source(DOWN, colour, thick, LONGEST, pen, dashed), x - 1, y, thick, length)
    return Piece(key, Source(ACROSS, colour, LONGEST, thick, pen, dashed), x, y - 1, length, thick)


def _group(key: int, lines: list[Piece]) -> Piece:
    """Lines that are one source, and so one placement."""
    left, top = min(line.x for line in lines), min(line.y for line in lines)
    size = max(line.x + line.width for line in lines) - left, max(line.y + line.height for line in lines) - top
    parts = tuple(msgspec.structs.replace(line, x=line.x - left, y=line.y - top) for line in lines)
    return Piece(key, Source(GROUP, lines[0].source.colour, *size, parts=parts), left, top, *size)


def lighter(colour: Rgb) -> Rgb:
    """For the points of a polygon in that colour."""
    red, green, blue = ((value + 255) // 2 for value in colour)
    return red, green, blue
