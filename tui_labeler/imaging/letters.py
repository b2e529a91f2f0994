"""The letters of a grid jump: on their cells, or, where they would stand too close, on a magnifier beside the place."""

from __future__ import annotations

import numpy as np

from tui_labeler.imaging.cells import HALF, Cells
from tui_labeler.imaging.colours import inks
from tui_labeler.imaging.overlay import Letter, Overlay
from tui_labeler.imaging.palette import Palette
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import View
from tui_labeler.model.geometry import Box

_COLUMNS, _ROWS = 6, 5
# Where letters would stand closer than this many columns (or on less than a row each), the magnifier shows them.
_CLOSEST = 2.0
# In cells. About 40x20 would show more, but showing and hiding it for both corners would cost twice the 60 kB that a box
# may take on a slow line.
MAGNIFIER = (24, 11)


def write_letters(
    cells: Cells, picture: Picture | None, view: View, overlay: Overlay, palette: Palette | None = None
) -> None:
    """`picture` is what the magnifier looks at; without one, letters stand on their cells however close they are. `palette`
    is the terminal's, where it has few colours."""
    if overlay.focus is not None and picture is not None and _too_close(view, overlay.focus):
        _magnify(cells, picture, view, overlay.focus, overlay.letters, palette)
        return
    for letter in overlay.letters:
        x, y = view.dot(letter.x, letter.y)
        cells.write(int(y // 2), int(x), letter.char.upper(), inks().letters_ink, inks().letters)


def _too_close(view: View, focus: Box) -> bool:
    return focus.width * view.zoom / _COLUMNS < _CLOSEST or focus.height * view.zoom / 2 / _ROWS < 1.0


def _magnify(
    cells: Cells, picture: Picture, view: View, focus: Box, letters: tuple[Letter, ...], palette: Palette | None
) -> None:
    """An inset with a frame that shows the place enlarged, with the letters on it; the place itself is marked."""
    rows, columns = cells.shape
    width, height = min(MAGNIFIER[0], columns), min(MAGNIFIER[1], rows)
    across, down = _enlargement(focus, width, height)
    near = Box.around((focus.x0 + focus.x1) / 2, (focus.y0 + focus.y1) / 2, width / across, 2 * height / down)
    left, top = _beside(view, focus, columns, rows, width, height)
    dots = picture.part(near, width, 2 * height)
    # Pairs of columns share their colours: half the bytes, and still several times finer than the view.
    if palette is not None and palette.is_sixteen:
        # In 256 colours the nearest are near enough for a place so much enlarged, and cost half the bytes.
        dots[:, ::2] = palette.dithered(dots[:, ::2])
    dots[:, 1::2] = dots[:, : width // 2 * 2 : 2]
    dots[[0, -1]] = dots[:, [0, -1]] = inks().letters
    inset = Cells.of_dots(dots)
    for letter in letters:
        row, column = int((letter.y - near.y0) * down // 2), int((letter.x - near.x0) * across)
        inset.write(row, column, letter.char.upper(), inks().letters_ink, inks().letters)
    _mark(cells, view, focus)
    for name in ("glyph", "upper", "lower"):
        getattr(cells, name)[top : top + height, left : left + width] = getattr(inset, name)


def _enlargement(focus: Box, width: int, height: int) -> tuple[float, float]:
    """Dots per image pixel, across and down: the same, such that letters stand whole rows apart where there is room for
    that; stretched where a narrow or a flat place would put letters on each other."""
    most = min((width - 2) / focus.width, 2 * (height - 1) / focus.height)
    one_row = 2 * _ROWS / focus.height
    even = one_row * int(most / one_row) if most >= one_row else most
    return max(even, _CLOSEST * _COLUMNS / focus.width), max(even, one_row)


def _mark(cells: Cells, view: View, focus: Box) -> None:
    """The corners of the place that the inset shows, around it."""
    rows, columns = cells.shape
    x0, y0 = view.dot(focus.x0, focus.y0)
    x1, y1 = view.dot(focus.x1, focus.y1)
    for x in (int(x0) - 1, int(np.ceil(x1))):
        for y in (int(y0) - 1, int(np.ceil(y1))):
            if 0 <= x < columns and 0 <= y // 2 < rows and cells.glyph[y // 2, x] == HALF:
                half = cells.lower if y % 2 else cells.upper
                half[y // 2, x] = inks().letters


def _beside(view: View, focus: Box, columns: int, rows: int, width: int, height: int) -> tuple[int, int]:
    """Where the inset stands: to the right of the place or to its left, wherever there is more room; never over it."""
    x0, y0 = view.dot(focus.x0, focus.y0)
    x1, y1 = view.dot(focus.x1, focus.y1)
    right_of, left_of = int(np.ceil(x1)) + 2, int(x0) - 2 - width
    if right_of + width <= columns or left_of >= 0:
        left = right_of if right_of + width <= columns else left_of
        return min(max(left, 0), columns - width), min(max(int((y0 + y1) / 4) - height // 2, 0), rows - height)
    # No room at either side: above or below.
    below, above = int(np.ceil(y1 / 2)) + 1, int(y0 / 2) - 1 - height
    left = min(max(int((x0 + x1) / 2) - width // 2, 0), columns - width)
    top = below if below + height <= rows else above
    return left, min(max(top, 0), rows - height)
