"""A picture in character cells, and its way to the terminal: only the cells that changed, in as few bytes as it takes.

Measured (200x50, a box of 40x20 cells that moves by one cell): a whole frame costs 320 kB, its changed cells 3 to 4 kB.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rich.cells import get_character_cell_size

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]
HALF = ord("▀")
# The second cell of a character that is two cells wide.
COVERED = 0
_FIRST_WIDE = 0x1100


@dataclass
class Cells:
    """`glyph` (rows, columns): a code point each. `upper` and `lower` (rows, columns, 3): the colours of the upper and
    the lower half; where the glyph is a letter, its ink and its ground."""

    glyph: NDArray[np.uint32]
    upper: Pixels
    lower: Pixels

    @classmethod
    def of_dots(cls, dots: Pixels) -> Cells:
        """Every pair of dots, one above the other, as a half block."""
        glyph = np.full((dots.shape[0] // 2, dots.shape[1]), HALF, np.uint32)
        return cls(glyph, dots[0::2].copy(), dots[1::2].copy())

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.glyph.shape[0], self.glyph.shape[1]

    def write(self, row: int, column: int, text: str, ink: tuple[int, int, int], ground: tuple[int, int, int]) -> None:
        """Letters of one or two cells each, as far as they lie on the canvas."""
        rows, columns = self.shape
        if not 0 <= row < rows:
            return
        for char in text:
            wide = get_character_cell_size(char)
            if wide and column >= 0 and column + wide <= columns:
                self.glyph[row, column] = ord(char)
                self.glyph[row, column + 1 : column + wide] = COVERED
                self.upper[row, column : column + wide] = ink
                self.lower[row, column : column + wide] = ground
            column += wide

    def changed(self, before: Cells) -> Mask:
        """Which cells differ; both are of the same shape."""
        differs: Mask = self.glyph != before.glyph
        differs |= (self.upper != before.upper).any(axis=2)
        differs |= (self.lower != before.lower).any(axis=2)
        covered = (self.glyph == COVERED) | (before.glyph == COVERED)
        if covered.any():  # a character of two cells comes and goes whole
            differs[:, :-1] |= differs[:, 1:] & covered[:, 1:]
            differs[:, 1:] |= differs[:, :-1] & covered[:, 1:]
        return differs

    def settle(self) -> Cells:
        """Blanks what is left of a character of two cells after something else was written over its other half."""
        for row, column in np.argwhere((self.glyph == COVERED) | ((self.glyph >= _FIRST_WIDE) & (self.glyph != HALF))):
            glyph = self.glyph[row, column]
            if glyph == COVERED:
                whole = column > 0 and get_character_cell_size(chr(self.glyph[row, column - 1])) == 2
            else:
                wide = get_character_cell_size(chr(glyph)) == 2
                whole = not wide or (column + 1 < self.shape[1] and self.glyph[row, column + 1] == COVERED)
            if not whole:
                self.glyph[row, column] = ord(" ")
        return self


Coder = Callable[[Pixels], list[str]]


_NUMBERS = tuple(map(str, range(256)))


def _true_codes(colours: Pixels) -> list[str]:
    known = _NUMBERS
    return [f"2;{known[red]};{known[green]};{known[blue]}" for red, green, blue in colours.tolist()]


def _indexed_codes(colours: Pixels) -> list[str]:
    return [f"5;{index}" for index in palette_index(colours).tolist()]


def palette_index(colours: Pixels) -> NDArray[np.intp]:
    """The nearest of xterm's 256 colours: the 6x6x6 cube, or one of the 24 greys where that is nearer."""
    wide = colours.astype(np.int32)
    steps = np.array([0, 95, 135, 175, 215, 255], np.int32)
    cube = np.abs(wide[..., None] - steps).argmin(axis=-1)
    grey = np.clip((wide.mean(axis=-1) - 3) // 10, 0, 23).astype(np.int32)
    cube_error = ((steps[cube] - wide) ** 2).sum(axis=-1)
    grey_error = (((grey * 10 + 8)[..., None] - wide) ** 2).sum(axis=-1)
    index = 16 + 36 * cube[..., 0] + 6 * cube[..., 1] + cube[..., 2]
    found: NDArray[np.intp] = np.where(grey_error < cube_error, 232 + grey, index)
    return found


_SIXTEEN = (
    *((0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170)),
    *((85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255)),
    (255, 255, 255),
)


def _sixteen_codes(colours: Pixels) -> list[str]:
    """The sixteen colours through the same SGR form, which every terminal with colours reads."""
    known = np.array(_SIXTEEN, np.int32)
    index = ((colours.astype(np.int32)[:, None, :] - known) ** 2).sum(axis=-1).argmin(axis=-1)
    return [f"5;{value}" for value in index.tolist()]


def _grey(colours: Pixels) -> Pixels:
    light = (colours.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)).astype(np.uint8)
    return np.repeat(light[..., None], 3, axis=-1)


@lru_cache(maxsize=8)
def coder(color_system: str | None, monochrome: bool) -> Coder:
    """How colours are written for a terminal: "truecolor", "256", "standard" (sixteen) or None (no colour at all: grey)."""
    code = {"truecolor": _true_codes, "256": _indexed_codes, "standard": _sixteen_codes}.get(
        color_system or "", _indexed_codes
    )
    if monochrome or color_system is None:
        return lambda colours: code(_grey(colours))
    return code


def encode_row(cells: Cells, row: int, start: int, stop: int, mask: Mask | None, code: Coder) -> str:
    """Columns `start` to `stop` of a row as text for the terminal, whose cursor stands at `start` and ends at `stop`.

    With a mask, cells outside of it are jumped over: what stands there stays. A colour is only written where it differs
    from the one before; a cell of one colour is a blank on its ground.
    """
    places = np.arange(start, stop) if mask is None else np.flatnonzero(mask[row, start:stop]) + start
    if not len(places):
        return _forward(stop - start)
    glyphs, upper, lower = cells.glyph[row, places], cells.upper[row, places], cells.lower[row, places]
    jumps = np.diff(places, prepend=start)
    jumps[1:] -= 1
    parts = _painted(glyphs, code(upper), code(lower), ((jumps == 0) & (places > start)).tolist())
    for place in np.flatnonzero(jumps).tolist():
        parts[place] = _forward(int(jumps[place])) + parts[place]
    parts.append("\x1b[0m" + _forward(stop - int(places[-1]) - 1))
    return "".join(parts)


def _painted(glyphs: NDArray[np.uint32], inks: list[str], grounds: list[str], follows: list[bool]) -> list[str]:
    """The text of each cell; `follows`: the cell before it is painted too. This runs for every cell of every frame."""
    parts = []
    ink = ground = ""
    for glyph, new_ink, new_ground, after in zip(glyphs.tolist(), inks, grounds, follows, strict=True):
        if glyph == HALF and new_ink != new_ground:
            if new_ink != ink and new_ground != ground:
                parts.append(f"\x1b[38;{new_ink};48;{new_ground}m▀")
            elif new_ink != ink:
                parts.append(f"\x1b[38;{new_ink}m▀")
            else:
                parts.append(f"\x1b[48;{new_ground}m▀" if new_ground != ground else "▀")
            ink = new_ink
        elif glyph == HALF:
            parts.append(f"\x1b[48;{new_ground}m " if new_ground != ground else " ")
        elif glyph == COVERED:
            # What covers the second half of a character goes out with it, unless that was jumped over.
            parts.append("" if after else f"\x1b[48;{new_ground}m ")
        else:
            parts.append(f"\x1b[38;{new_ink};48;{new_ground}m{chr(glyph)}")
            ink = new_ink
        ground = new_ground
    return parts


def _forward(columns: int) -> str:
    return f"\x1b[{columns}C" if columns > 1 else "\x1b[C" if columns else ""
