"""Regions, cursor, letters and magnifier over a picture: first as dots (`draw`), then as text in cells (`write`)."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import Cells
from tui_labeler.imaging.colours import Rgb, class_colour, ink_on, inks
from tui_labeler.imaging.glyphs import cells_of
from tui_labeler.imaging.letters import corners, inset_of, write_letters
from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.palette import Palette
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.polygons import inside as pixels_inside
from tui_labeler.imaging.view import View
from tui_labeler.model.geometry import Box, Point
from tui_labeler.model.text import safe_text

_WHITE: Rgb = (255, 255, 255)
_BLACK: Rgb = (0, 0, 0)
_CURSOR_ARM = 4


def compose(
    dots: Pixels,
    picture: Picture | None,
    view: View,
    overlay: Overlay,
    places: dict[str, int],
    palette: Palette | None = None,
    ground: Pixels | None = None,
) -> Cells:
    """`dots` is what the view shows of the image (it is not changed); `places` gives a class's place in the list. `palette`
    is the terminal's, where it has few colours; `ground` then the dots as dithered before, where someone kept them."""
    drawn = draw(dots, view, overlay, places, palette, ground)
    if picture is not None and overlay.focus is not None and inset_of(view, overlay):
        for x, y in corners(view, overlay.focus):
            _set(drawn, x, y, inks().letters)
    cells = cells_of(drawn, dots if palette is None else None, view.grid)
    write(cells, picture, view, overlay, places, palette)
    return cells.settle()


def draw(
    dots: Pixels,
    view: View,
    overlay: Overlay,
    places: dict[str, int],
    palette: Palette | None = None,
    ground: Pixels | None = None,
) -> Pixels:
    """The picture with everything over it that is no text; see `compose`."""
    if overlay.filled or ground is None:
        canvas = _filled(dots, view, overlay, places)
        canvas = canvas if palette is None else palette.dithered(canvas)
    else:
        canvas = ground.copy()
    for mark in overlay.marks:
        if not mark.hidden:
            _draw_mark(canvas, view, mark, class_colour(places.get(mark.region.name, -1)))
    colour = class_colour(places.get(overlay.name, -1))
    if overlay.band is not None:
        _draw_box(canvas, view, overlay.band, colour)
    if overlay.path:
        _draw_path(canvas, view, overlay.path, colour, closed=False)
        for point in overlay.path:
            _draw_dot(canvas, view, point, _WHITE)
    if overlay.cursor is not None:
        _draw_cursor(canvas, view, overlay.cursor)
    return canvas


def write(
    cells: Cells,
    picture: Picture | None,
    view: View,
    overlay: Overlay,
    places: dict[str, int],
    palette: Palette | None = None,
) -> None:
    """The names of regions, and the letters of a jump with their magnifier."""
    write_names(cells, view, overlay, places)
    if overlay.letters:
        write_letters(cells, picture, view, overlay, palette)


def write_names(cells: Cells, view: View, overlay: Overlay, places: dict[str, int]) -> None:
    """The class of each region, at its upper left corner."""
    for mark in overlay.marks:
        if not mark.hidden:
            _write_name(cells, view, mark, class_colour(places.get(mark.region.name, -1)))


def _filled(dots: Pixels, view: View, overlay: Overlay, places: dict[str, int]) -> Pixels:
    """A copy of the picture, in which boxes are tinted with their colour if that is asked for."""
    canvas = dots.copy()
    for mark in overlay.marks if overlay.filled else ():
        if mark.hidden:
            continue
        if mark.region.points:
            within = pixels_inside([view.dot(*point) for point in mark.region.points], view.width, view.height)
            colour = class_colour(places.get(mark.region.name, -1))
            canvas[within] = (canvas[within] * 0.72 + np.array(colour) * 0.28).astype(np.uint8)
            continue
        if mark.region.box is None:
            continue
        left, top, right, bottom = _edges(view, mark.region.box)
        if right - left > 1 and bottom - top > 1:
            colour = class_colour(places.get(mark.region.name, -1))
            inside = canvas[max(top, 0) : bottom + 1, max(left, 0) : right + 1]
            inside[:] = (inside * 0.72 + np.array(colour) * 0.28).astype(np.uint8)
    return canvas


def _draw_mark(canvas: Pixels, view: View, mark: Mark, colour: Rgb) -> None:
    region = mark.region
    if region.points:
        _draw_path(canvas, view, region.points, colour, closed=True, dashed=mark.dashed or mark.locked)
        if mark.selected:
            for index, point in enumerate(region.points):
                _draw_dot(canvas, view, point, _WHITE if index == mark.point else _lighter(colour))
        return
    if region.box is None:
        return
    left, top, right, bottom = _edges(view, region.box)
    _draw_box(canvas, view, region.box, colour, dashed=mark.dashed or mark.locked)
    if mark.selected:
        for x in (left, right):
            for y in (top, bottom):
                _set(canvas, x, y, _WHITE)
        _draw_edges(canvas, (left, top, right, bottom), mark.edges)


def _draw_edges(canvas: Pixels, box: tuple[int, int, int, int], edges: str) -> None:
    left, top, right, bottom = box
    if "l" in edges:
        _vertical(canvas, left, top, bottom, _WHITE)
    if "r" in edges:
        _vertical(canvas, right, top, bottom, _WHITE)
    if "t" in edges:
        _horizontal(canvas, top, left, right, _WHITE)
    if "b" in edges:
        _horizontal(canvas, bottom, left, right, _WHITE)


def _edges(view: View, box: Box) -> tuple[int, int, int, int]:
    """The dots that the outline of a box covers: the outermost ones that it touches."""
    x0, y0 = view.dot(box.x0, box.y0)
    x1, y1 = view.dot(box.x1, box.y1)
    left, top = int(np.floor(x0 + 1e-6)), int(np.floor(y0 + 1e-6))
    return left, top, max(left, int(np.ceil(x1 - 1e-6)) - 1), max(top, int(np.ceil(y1 - 1e-6)) - 1)


def _draw_box(canvas: Pixels, view: View, box: Box, colour: Rgb, dashed: bool = False) -> None:
    left, top, right, bottom = _edges(view, box)
    _horizontal(canvas, top, left, right, colour, dashed)
    _horizontal(canvas, bottom, left, right, colour, dashed)
    # The corners are there already, and would be taken for a picture of the outline's own colour.
    _vertical(canvas, left, top + 1, bottom - 1, colour, dashed)
    _vertical(canvas, right, top + 1, bottom - 1, colour, dashed)


def _horizontal(canvas: Pixels, y: int, x0: int, x1: int, colour: Rgb, dashed: bool = False) -> None:
    height, width = canvas.shape[:2]
    if 0 <= y < height and x1 >= 0 and x0 < width:
        line = canvas[y, max(x0, 0) : x1 + 1]
        _ink(line[::2] if dashed else line, colour)


def _vertical(canvas: Pixels, x: int, y0: int, y1: int, colour: Rgb, dashed: bool = False) -> None:
    height, width = canvas.shape[:2]
    if 0 <= x < width and y1 >= 0 and y0 < height:
        line = canvas[max(y0, 0) : y1 + 1, x]
        _ink(line[::2] if dashed else line, colour)


def _ink(line: Pixels, colour: Rgb) -> None:
    """The colour, darkened where the picture under the line is nearly the same: an outline stays legible on anything."""
    under = line.astype(np.int32)
    near = np.abs(under - np.array(colour)).sum(axis=-1) < 120
    line[:] = colour
    line[near] = tuple(value // 3 for value in colour)


def _draw_path(
    canvas: Pixels, view: View, points: tuple[Point, ...], colour: Rgb, closed: bool, dashed: bool = False
) -> None:
    pairs = list(pairwise(points))
    if closed and len(points) > 2:
        pairs.append((points[-1], points[0]))
    height, width = canvas.shape[:2]
    steps_before = 0
    for start, end in pairs:
        (ax, ay), (bx, by) = view.dot(*start), view.dot(*end)
        steps = int(min(max(abs(bx - ax), abs(by - ay), 1), 4000)) + 1
        xs = np.linspace(ax, bx, steps).astype(np.int32)
        ys = np.linspace(ay, by, steps).astype(np.int32)
        keep = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
        if dashed:
            keep[(steps_before + 1) % 2 :: 2] = False
        steps_before += steps - 1
        canvas[ys[keep], xs[keep]] = colour


def _draw_dot(canvas: Pixels, view: View, point: Point, colour: Rgb) -> None:
    x, y = view.dot(*point)
    _set(canvas, int(x), int(y), colour)


def _draw_cursor(canvas: Pixels, view: View, point: Point) -> None:
    """A small cross that leaves its middle free, light on dark and dark on light."""
    x, y = (int(value) for value in view.dot(*point))
    height, width = canvas.shape[:2]
    for away in range(1, _CURSOR_ARM + 1):
        for dx, dy in ((away, 0), (-away, 0), (0, away), (0, -away)):
            if 0 <= x + dx < width and 0 <= y + dy < height:
                bright = int(canvas[y + dy, x + dx].sum()) > 380
                _set(canvas, x + dx, y + dy, _BLACK if bright else _WHITE)


def _set(canvas: Pixels, x: int, y: int, colour: Rgb) -> None:
    if 0 <= y < canvas.shape[0] and 0 <= x < canvas.shape[1]:
        canvas[y, x] = colour


def _lighter(colour: Rgb) -> Rgb:
    red, green, blue = ((value + 255) // 2 for value in colour)
    return red, green, blue


def _write_name(cells: Cells, view: View, mark: Mark, colour: Rgb) -> None:
    """The class at the upper left corner: above the outline where there is room, else inside."""
    dots = _edges(view, mark.region.extent)
    left, right = (math.floor(x / view.grid.across) for x in dots[::2])
    top = round(dots[1] * 2 / view.grid.down)  # in half cells
    rows, columns = cells.shape
    row = (top + 1) // 2 - 1
    room = max(right - left + 1, 4)
    name = safe_text(mark.region.name, 24)
    text = name if len(name) <= room else name[: room - 1] + "…"
    if mark.hint:  # the letter that takes a proposal, and as what
        text = f"{mark.hint} {name}" if len(name) + 2 <= room else mark.hint
    if row < 0:
        row = top // 2 + 1 if right - left > 3 else 0
    if left >= columns or right < 0 or row >= rows:
        return
    ground = _WHITE if mark.selected else colour
    cells.write(row, max(left, 0), text, ink_on(ground), ground)
