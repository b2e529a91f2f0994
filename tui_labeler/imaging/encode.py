"""Cells on their way to a terminal: only those that changed, in as few bytes as it takes, all lines in one pass.

Every cell is a row of 4-byte words (an escape, each number of a colour, a glyph), filled by whole columns; what a cell does
not need stays zero, and the zeros are taken out at the end. Measured (174x46 cells, true colour): 1.2 ms, where a loop over
the cells took 4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import COVERED, HALF, Cells, Mask, is_block
from tui_labeler.imaging.palette import Palette

# Up to four bytes of text each, filled up with zeros.
Words = NDArray[np.uint32]
_RESET = "\x1b[0m"


@dataclass(frozen=True)
class Coder:
    """How colours are written. `number` gives every colour one (equal numbers: equal bytes); `inks` and `grounds` the
    text of numbers as it stands after the escape, (cells, words of a colour). `turns`: whether half blocks may be lower
    ones, where that needs fewer colours."""

    number: Callable[[Pixels], NDArray[np.uint32]]
    inks: Callable[[NDArray[np.uint32]], Words]
    grounds: Callable[[NDArray[np.uint32]], Words]
    turns: bool = True


@lru_cache(maxsize=8)
def coder(palette: Palette | None, monochrome: bool) -> Coder:
    """How colours are written for a terminal with that palette; None is direct colour. `monochrome`: greys alone."""
    if palette is None:
        chosen = Coder(_rgb_number, partial(_true_words, "38;2"), partial(_true_words, "48;2"), turns=False)
    elif palette.is_sixteen:
        chosen = Coder(palette.nearest, partial(_basic_words, 30), partial(_basic_words, 40))
    else:
        chosen = Coder(palette.nearest, partial(_indexed_words, "38;5"), partial(_indexed_words, "48;5"))
    if monochrome:
        return Coder(lambda colours: chosen.number(_grey(colours)), chosen.inks, chosen.grounds, chosen.turns)
    return chosen


class Lines:
    """A part of a picture as text. All of its lines are encoded when the first is asked for."""

    def __init__(self, cells: Cells, rows: range, columns: range, mask: Mask | None, code: Coder) -> None:
        """With a mask, cells outside of it are jumped over: what stands there stays."""
        self._cells, self._rows, self._columns, self._mask, self._code = cells, rows, columns, mask, code
        self._encoded: list[tuple[str, int]] | None = None

    def text(self, row: int, start: int, stop: int) -> str:
        """Columns `start` to `stop` of a row for the terminal, whose cursor stands at `start` and ends at `stop`."""
        first = self._columns.start
        if self._encoded is None:
            # Where all cells are painted, the first line is asked for as far as most are.
            self._encoded = self._encode(self._rows, range(first, stop) if self._mask is None else self._columns)
        text, end = self._encoded[row - self._rows.start]
        if start != first or end > stop or (self._mask is None and end < stop):
            ((text, end),) = self._encode(range(row, row + 1), range(start, stop))
        return text + forward(stop - max(end, start))

    def _encode(self, rows: range, columns: range) -> list[tuple[str, int]]:
        return encode_lines(self._cells, rows, columns, self._mask, self._code)


def encode_lines(cells: Cells, rows: range, columns: range, mask: Mask | None, code: Coder) -> list[tuple[str, int]]:
    """The text of each row, and the column after the last cell that it paints (the first column where it paints none).

    A colour is only written where it differs from the one before; a cell of one colour is a blank on its ground.
    """
    part = slice(rows.start, rows.stop), slice(columns.start, columns.stop)
    chosen = np.ones((len(rows), len(columns)), np.bool_) if mask is None else mask[part]
    row, column = np.nonzero(chosen)
    lines = [("", columns.start)] * len(rows)
    if not len(row):
        return lines
    fresh = np.diff(row, prepend=-1) != 0
    jumps = np.where(fresh, column, np.diff(column, prepend=-1) - 1)
    glyphs, upper, lower = cells.glyph[part], cells.upper[part], cells.lower[part]
    if mask is None:  # seven times as fast as choosing every cell
        glyphs, upper, lower = glyphs.reshape(-1), upper.reshape(-1, 3), lower.reshape(-1, 3)
    else:
        glyphs, upper, lower = glyphs[chosen], upper[chosen], lower[chosen]
    numbers = code.number(upper), code.number(lower)
    text = _text(glyphs, *numbers, code, fresh, None if mask is None else jumps)
    ends = column[np.append(fresh[1:], True)] + columns.start + 1
    for index, line, end in zip(row[fresh].tolist(), text.split("\n")[1:], ends.tolist(), strict=True):
        lines[index] = line + _RESET, end
    return lines


def _text(
    glyphs: NDArray[np.uint32],
    inks: NDArray[np.uint32],
    grounds: NDArray[np.uint32],
    code: Coder,
    fresh: Mask,
    jumps: NDArray[np.intp] | None,
) -> str:
    """The cells one after the other, with a line feed before each that is `fresh`: the first of its line. `jumps`: how many
    columns lie between a cell and the one before, where that is not always none."""
    half, covered = glyphs == HALF, glyphs == COVERED
    two = half & (inks != grounds)
    # Finer parts of a cell: as half blocks, but never turned.
    block = is_block(glyphs) & ~half
    letter = ~(half | block | covered)
    parts = block & (inks != grounds)
    # What covers the second half of a character goes out with it, unless that was jumped over.
    with_it = covered & ~fresh if jumps is None else covered & ~fresh & (jumps == 0)
    lone = covered & ~with_it
    signs = np.where(two, _words("▀"), np.where(with_it, np.uint32(0), _words(" ")))
    full = np.zeros_like(half)
    if code.turns:
        turned, full = _thriftily(inks, grounds, half, fresh)
        inks, grounds = np.where(turned, grounds, inks), np.where(turned, inks, grounds)
        signs[turned & two], signs[full] = _words("▄")[0], _words("█")[0]
    two |= parts
    inked = two | letter | full
    new_ink = inked & _differs_from_last(inks, inked, fresh)
    grounded = (half | block) & ~full | letter | lone
    new_ground = grounded & _differs_from_last(grounds, grounded, fresh)
    esc, also, end, feed = _words("\x1b[", ";", "m", "\n")
    ink_words, ground_words = code.inks(inks), code.grounds(grounds)
    ink_words[~new_ink] = 0
    ground_words[~new_ground] = 0
    if letter.any():
        signs[letter] = _words(*(chr(glyph) for glyph in glyphs[letter].tolist()))
    if parts.any():
        signs[parts] = _utf8(glyphs[parts])
    columns = [
        fresh * feed,
        *(() if jumps is None else _jump_words(jumps)),
        (new_ink | new_ground) * esc,
        *ink_words.T,
        (new_ink & new_ground) * also,
        *ground_words.T,
        (new_ink | new_ground) * end,
        signs,
    ]
    return np.stack(columns, axis=1).tobytes().translate(None, b"\0").decode()


def _thriftily(inks: NDArray[np.uint32], grounds: NDArray[np.uint32], half: Mask, fresh: Mask) -> tuple[Mask, Mask]:
    """Which half blocks are written upside down, and which cells of one colour as full blocks, so that a colour which was
    just set is used again. In a dithered picture that saves a quarter of the bytes; in true colour hardly any."""
    turned, full = np.zeros(len(inks), np.bool_), np.zeros(len(inks), np.bool_)
    ink = ground = -1
    cells = zip(inks.tolist(), grounds.tolist(), half.tolist(), fresh.tolist(), strict=True)
    for index, (upper, lower, is_half, begins) in enumerate(cells):
        if begins:
            ink = ground = -1
        if not is_half:
            ink, ground = upper, lower
        elif upper == lower:
            if upper == ink and upper != ground:
                full[index] = True
            else:
                ground = upper
        elif (upper != ink) + (lower != ground) > (lower != ink) + (upper != ground):
            turned[index] = True
            ink, ground = lower, upper
        else:
            ink, ground = upper, lower
    return turned, full


def _differs_from_last(inks: NDArray[np.uint32], sets: Mask, fresh: Mask) -> Mask:
    """Which cells have another ink than the last cell before them on their line that `sets` it (or there is none)."""
    places = np.arange(len(inks))
    last = np.append(-1, np.maximum.accumulate(np.where(sets, places, -1))[:-1])
    line_begins = np.maximum.accumulate(np.where(fresh, places, 0))
    differs: Mask = (last < line_begins) | (inks[last] != inks)
    return differs


def _jump_words(jumps: NDArray[np.intp]) -> tuple[Words, ...]:
    """The cursor forward by so many columns; one column needs no number."""
    esc, end = _words("\x1b[", "C")
    some = jumps > 0
    return some * esc, np.where(jumps > 1, _numbers("", 10_000)[jumps], np.uint32(0)), some * end


def _utf8(glyphs: NDArray[np.uint32]) -> Words:
    """Characters from U+0800 on, in the bytes that they are written with."""
    low = glyphs & 63 | 128
    middle, high, top = glyphs >> 6 & 63 | 128, glyphs >> 12 & 63 | 128, glyphs >> 18
    three = (glyphs >> 12 | 0xE0) | middle << 8 | low << 16
    four = (top | 0xF0) | high << 8 | middle << 16 | low << 24
    return np.where(glyphs < 0x10000, three, four).astype(np.uint32)


def forward(columns: int) -> str:
    """The cursor by so many columns, on its line."""
    return f"\x1b[{columns}C" if columns > 1 else "\x1b[C" if columns else ""


@lru_cache(maxsize=256)
def _words(*texts: str) -> Words:
    return np.array([text.encode() for text in texts], "S4").view(np.uint32)


@lru_cache(maxsize=4)
def _numbers(before: str, count: int) -> Words:
    """The words of all numbers from 0, with `before` before each."""
    return _words(*(f"{before}{number}" for number in range(count)))


def _rgb_number(colours: Pixels) -> NDArray[np.uint32]:
    wide = colours.astype(np.uint32)
    return (wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2]).astype(np.uint32, copy=False)


def _true_words(kind: str, numbers: NDArray[np.uint32]) -> Words:
    known = _numbers(";", 256)
    words = np.empty((len(numbers), 4), np.uint32)
    words[:, 0] = _words(kind)
    words[:, 1], words[:, 2], words[:, 3] = known[numbers >> 16], known[numbers >> 8 & 255], known[numbers & 255]
    return words


def _indexed_words(kind: str, numbers: NDArray[np.uint32]) -> Words:
    words = np.empty((len(numbers), 2), np.uint32)
    words[:, 0], words[:, 1] = _words(kind), _numbers(";", 256)[numbers]
    return words


def _basic_words(first: int, numbers: NDArray[np.uint32]) -> Words:
    """30 to 37 and 90 to 97 (ten more for grounds): what every terminal with colours reads."""
    return _numbers("", 128)[np.where(numbers < 8, numbers + first, numbers + first + 52)][:, None]


def _grey(colours: Pixels) -> Pixels:
    # In whole numbers: a colour must not depend on how many others it is computed with.
    light = (colours.astype(np.int32) * np.array([299, 587, 114], np.int32)).sum(axis=-1) // 1000
    return np.repeat(light[..., None].astype(np.uint8), 3, axis=-1)
