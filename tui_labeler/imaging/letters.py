"""The letters of a grid jump: on their cells, or, where they would stand too close, on a magnifier beside the place."""

from __future__ import annotations

import math

import msgspec

from tui_labeler.imaging.cells import Cells
from tui_labeler.imaging.colours import inks
from tui_labeler.imaging.glyphs import cells_of
from tui_labeler.imaging.overlay import Letter, Overlay
from tui_labeler.imaging.palette import Palette
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import HALVES, View
from tui_labeler.model.geometry import Box

_COLUMNS, _ROWS = 6, 5
# Where letters would stand closer than this many columns (or on less than a row each), the magnifier shows them.
_CLOSEST = 2.0
# In dots. A place on the border of two cells stands in the second one, whatever is left of it after some arithmetic.
_NOISE = 1e-6
# In cells. About 40x20 would show more, but showing and hiding it for both corners would cost twice the 60 kB that a box
# may take on a slow line.
MAGNIFIER = (24, 11)


class Inset(msgspec.Struct, frozen=True):
    """A magnifier: where it stands on the canvas, in cells, and what of the image it shows there, `across` and `down` half
    cells for an image pixel."""

    left: int
    top: int
    width: int
    height: int
    near: Box
    across: float
    down: float

    def write(self, cells: Cells, letters: tuple[Letter, ...], left: int, top: int) -> None:
        """The letters, with the inset's own corner at (`left`, `top`); never over its end."""
        columns = [int((letter.x - self.near.x0) * self.across + _NOISE) for letter in letters]
        rows = [int(((letter.y - self.near.y0) * self.down + _NOISE) // 2) for letter in letters]
        columns, rows = _apart(letters, columns, rows, self.width, self.height)
        for letter, column, row in zip(letters, columns, rows, strict=True):
            if 0 <= row < self.height and 0 <= column < self.width:
                cells.write(top + row, left + column, letter.char.upper(), inks().letters_ink, inks().letters)


def inset_of(view: View, overlay: Overlay) -> Inset | None:
    """The magnifier, where letters would stand too close without it."""
    focus = overlay.focus
    if focus is None or not overlay.letters or not _too_close(view, focus):
        return None
    width, height = min(MAGNIFIER[0], view.columns), min(MAGNIFIER[1], view.rows)
    across, down = _enlargement(focus, width, height)
    near = Box.around((focus.x0 + focus.x1) / 2, (focus.y0 + focus.y1) / 2, width / across, 2 * height / down)
    left, top = _beside(view, focus, view.columns, view.rows, width, height)
    return Inset(left, top, width, height, near, across, down)


def write_letters(
    cells: Cells, picture: Picture | None, view: View, overlay: Overlay, palette: Palette | None = None
) -> None:
    """`picture` is what the magnifier looks at; without one, letters stand on their cells however close they are. `palette`
    is the terminal's, where it has few colours."""
    inset = inset_of(view, overlay) if picture is not None else None
    if inset is not None and picture is not None:
        _magnify(cells, picture, view, inset, overlay.letters, palette)
        return
    write_on_cells(cells, view, overlay.letters)


def write_on_cells(cells: Cells, view: View, letters: tuple[Letter, ...]) -> None:
    """Each letter on the cell of its place."""
    dots = (view.dot(letter.x, letter.y) for letter in letters)
    places = [view.grid.cell(x + _NOISE, y + _NOISE) for x, y in dots]
    columns, rows = _apart(
        letters, [place[0] for place in places], [place[1] for place in places], view.columns, view.rows
    )
    for letter, column, row in zip(letters, columns, rows, strict=True):
        cells.write(row, column, letter.char.upper(), inks().letters_ink, inks().letters)


def _apart(
    letters: tuple[Letter, ...], columns: list[int], rows: list[int], width: int, height: int
) -> tuple[list[int], list[int]]:
    """The cells of letters that stand in columns and rows, such that no two rows, and no two columns, are one: stops that
    are near each other would otherwise be letters that nobody sees. Letters anywhere stay where they are."""
    across, down = {letter.x for letter in letters}, {letter.y for letter in letters}
    if len(across) * len(down) != len(letters):
        return columns, rows
    column_of = _spread(dict(zip((letter.x for letter in letters), columns, strict=True)), width)
    row_of = _spread(dict(zip((letter.y for letter in letters), rows, strict=True)), height)
    return [column_of[letter.x] for letter in letters], [row_of[letter.y] for letter in letters]


def _spread(cells: dict[float, int], count: int) -> dict[float, int]:
    """Place -> its cell of `count`, each after the one before where both are seen and there is room for all."""
    seen = sorted(place for place, cell in cells.items() if 0 <= cell < count)
    if len(seen) > count:
        return cells
    spread = [cells[place] for place in seen]
    for index in range(1, len(spread)):
        spread[index] = max(spread[index], spread[index - 1] + 1)
    for index in range(len(spread) - 1, -1, -1):
        spread[index] = min(spread[index], count - len(spread) + index)
    return cells | dict(zip(seen, spread, strict=True))


def _too_close(view: View, focus: Box) -> bool:
    return focus.width / view.column_size / _COLUMNS < _CLOSEST or focus.height / view.row_size / _ROWS < 1.0


def _magnify(
    cells: Cells, picture: Picture, view: View, inset: Inset, letters: tuple[Letter, ...], palette: Palette | None
) -> None:
    """An inset with a frame that shows the place enlarged, with the letters on it."""
    dots = picture.part(inset.near, *view.grid.size(inset.width, inset.height))
    if view.grid == HALVES:
        # Pairs of columns share their colours: half the bytes, and still several times finer than the view.
        if palette is not None and palette.is_sixteen:
            # In 256 colours the nearest are near enough for a place so much enlarged, and cost half the bytes.
            dots[:, ::2] = palette.dithered(dots[:, ::2])
        dots[:, 1::2] = dots[:, : inset.width // 2 * 2 : 2]
    dots[[0, -1]] = dots[:, [0, -1]] = inks().letters
    enlarged = cells_of(dots, None, view.grid)
    inset.write(enlarged, letters, 0, 0)
    part = slice(inset.top, inset.top + inset.height), slice(inset.left, inset.left + inset.width)
    for name in ("glyph", "upper", "lower"):
        getattr(cells, name)[part] = getattr(enlarged, name)


def _enlargement(focus: Box, width: int, height: int) -> tuple[float, float]:
    """Dots per image pixel, across and down: the same, such that letters stand whole rows apart where there is room for
    that; stretched where a narrow or a flat place would put letters on each other."""
    most = min((width - 2) / focus.width, 2 * (height - 1) / focus.height)
    one_row = 2 * _ROWS / focus.height
    even = one_row * int(most / one_row) if most >= one_row else most
    return max(even, _CLOSEST * _COLUMNS / focus.width), max(even, one_row)


def corners(view: View, focus: Box) -> list[tuple[int, int]]:
    """The dots at the corners of the place that the magnifier shows, around it."""
    x0, y0 = view.dot(focus.x0, focus.y0)
    x1, y1 = view.dot(focus.x1, focus.y1)
    return [(x, y) for x in (int(x0) - 1, math.ceil(x1)) for y in (int(y0) - 1, math.ceil(y1))]


def _beside(view: View, focus: Box, columns: int, rows: int, width: int, height: int) -> tuple[int, int]:
    """Where the inset stands: to the right of the place or to its left, wherever there is more room; never over it."""
    x0, y0 = view.halves(focus.x0, focus.y0)
    x1, y1 = view.halves(focus.x1, focus.y1)
    right_of, left_of = math.ceil(x1) + 2, int(x0) - 2 - width
    if right_of + width <= columns or left_of >= 0:
        left = right_of if right_of + width <= columns else left_of
        return min(max(left, 0), columns - width), min(max(int((y0 + y1) / 4) - height // 2, 0), rows - height)
    # No room at either side: above or below.
    below, above = math.ceil(y1 / 2) + 1, int(y0 / 2) - 1 - height
    left = min(max(int((x0 + x1) / 2) - width // 2, 0), columns - width)
    top = below if below + height <= rows else above
    return left, min(max(top, 0), rows - height)
