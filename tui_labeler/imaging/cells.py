"""A picture in character cells, and which of them changed.

Measured (200x50, a box of 40x20 cells that moves by one cell): a whole frame costs 320 kB, its changed cells 3 to 4 kB.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.cells import get_character_cell_size

from tui_labeler.imaging.arrays import Pixels

Mask = NDArray[np.bool_]
HALF = ord("▀")
# The second cell of a character that is two cells wide.
COVERED = 0
# A cell without text, where there are pixels instead.
CLEAR = 1
_FIRST_WIDE = 0x1100


def is_block(glyph: NDArray[np.uint32]) -> Mask:
    """Which characters are parts of a cell in two colours: half blocks, quadrants, sextants, octants."""
    block: Mask = (glyph >= 0x2580) & (glyph <= 0x259F)
    if len(glyph) and glyph.max() > 0xFFFF:
        block |= (glyph >= 0x1CD00) & (glyph <= 0x1CEBF) | (glyph >= 0x1FB00) & (glyph <= 0x1FBEF)
    return block


@dataclass
class Cells:
    """`glyph` (rows, columns): a code point each. `upper` and `lower` (rows, columns, 3): the colours of the upper and
    the lower half; where the glyph is another, its ink and its ground."""

    glyph: NDArray[np.uint32]
    upper: Pixels
    lower: Pixels

    @classmethod
    def of_dots(cls, dots: Pixels) -> Cells:
        """Every pair of dots, one above the other, as a half block."""
        glyph = np.full((dots.shape[0] // 2, dots.shape[1]), HALF, np.uint32)
        return cls(glyph, dots[0::2].copy(), dots[1::2].copy())

    @classmethod
    def clear(cls, rows: int, columns: int) -> Cells:
        """No text at all."""
        none = np.zeros((rows, columns, 3), np.uint8)
        return cls(np.full((rows, columns), CLEAR, np.uint32), none, none.copy())

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
        may_be_wide = (self.glyph >= _FIRST_WIDE) & ~is_block(self.glyph)
        for row, column in np.argwhere((self.glyph == COVERED) | may_be_wide):
            glyph = self.glyph[row, column]
            if glyph == COVERED:
                whole = column > 0 and get_character_cell_size(chr(self.glyph[row, column - 1])) == 2
            else:
                wide = get_character_cell_size(chr(glyph)) == 2
                whole = not wide or (column + 1 < self.shape[1] and self.glyph[row, column + 1] == COVERED)
            if not whole:
                self.glyph[row, column] = ord(" ")
        return self
