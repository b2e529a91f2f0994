"""Sixel: pixels in rows of six, a pass for each colour; and the few colours that a photograph is shown in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.fewcolours import few_colours, in_few_colours
from tui_labeler.imaging.longruns import lengthen_runs

# As good as a terminal's 256 to most eyes, in half the bytes and a third of the time.
COLOURS = 60
# See `lengthen_runs`: a fifth to two fifths of the bytes, for less than .01 of SSIM.
_TOLERANCE = 30
# What every terminal has room for in one image.
_REGISTERS = 256
_BAND = 6


class Colours:
    """Those of one picture, and further ones of what stands over it."""

    def __init__(self, picture: Pixels, further: tuple[tuple[int, int, int], ...] = ()) -> None:
        self._own = few_colours(picture, COLOURS)
        self._untinted = np.concatenate([self._own, np.array(further, np.uint8).reshape(-1, 3)])
        self.colours = self._untinted
        self._tints: tuple[tuple[int, int, int], ...] = ()
        self.base = lengthen_runs(picture, in_few_colours(picture, self._own), self._own, _TOLERANCE)

    def tint(self, tints: tuple[tuple[int, int, int], ...], share: float) -> None:
        """Parts of the picture are tinted in these colours, so strongly: they get colours as well, as many as there is
        room for, of what the picture has most of."""
        if tints == self._tints:
            return
        self._tints, self.colours = tints, self._untinted
        if tints:
            counts = np.bincount(self.base.reshape(-1), minlength=len(self._own))[: len(self._own)]
            common = self._own[np.argsort(-counts)[: (_REGISTERS - len(self._untinted)) // len(tints)]]
            blends = [common * (1 - share) + np.array(colour) * share for colour in tints]
            self.colours = np.concatenate([self._untinted, *(blend.round().astype(np.uint8) for blend in blends)])

    def numbers(self, picture: Pixels, painted: Pixels, part: tuple[slice, slice] | None = None) -> NDArray[np.uint8]:
        """Of each pixel its colour's number; `painted` is the picture with what stands over it, `part` which rows and
        columns these are of it."""
        numbers = self.base.copy() if part is None else self.base[part].copy()
        over = (picture != painted).any(axis=2)
        if over.any():
            wide = painted[over].astype(np.int32)
            packed, places = np.unique(wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2], return_inverse=True)
            unpacked = np.stack([packed >> 16, packed >> 8 & 255, packed & 255], axis=1)
            numbers[over] = self._nearest(unpacked)[places]
        return numbers

    def _nearest(self, wanted: NDArray[np.int32]) -> NDArray[np.uint8]:
        known = self.colours.astype(np.int32)
        numbers = np.empty(len(wanted), np.uint8)
        for at in range(0, len(wanted), 4096):
            part = wanted[at : at + 4096]
            away = (known**2).sum(axis=1) - 2 * part @ known.T
            numbers[at : at + 4096] = away.argmin(axis=1)
        return numbers


def encode(numbers: NDArray[np.uint8], colours: Pixels) -> str:
    """An image of (height, width) numbers of `colours`, as text; only the colours that it has are defined."""
    height, width = numbers.shape
    used, flat = np.unique(numbers, return_inverse=True)
    places = flat.reshape(numbers.shape).astype(np.uint8)
    shares = (colours[used].astype(np.int32) * 100 + 127) // 255
    head = "".join(f"#{at};2;{r};{g};{b}" for at, (r, g, b) in enumerate(shares.tolist()))
    bands = []
    for top in range(0, height, _BAND):
        part = places[top : top + _BAND]
        present = np.flatnonzero(np.bincount(part.reshape(-1), minlength=len(used)))
        bits = (part[None] == present[:, None, None].astype(np.uint8)) * _BITS[: len(part), None]
        passes = [
            f"#{at}{_runs(row)}" for at, row in zip(present.tolist(), bits.sum(axis=1, dtype=np.uint8), strict=True)
        ]
        bands.append("$".join(passes))
    return f'\x1bP0;1;0q"1;1;{width};{height}{head}{"-".join(bands)}\x1b\\'


_BITS = (1 << np.arange(_BAND)).astype(np.uint8)


def _runs(row: NDArray[np.uint8]) -> str:
    """Equal sixels in a row are counted; those that set nothing at the end are left out."""
    ends = np.flatnonzero(np.append(row[1:] != row[:-1], True))
    counts = np.diff(ends, prepend=-1).tolist()
    values = (row[ends] + 63).tolist()
    if values and values[-1] == 63:
        counts.pop()
        values.pop()
    return "".join(
        f"!{count}{chr(value)}" if count > 3 else chr(value) * count
        for count, value in zip(counts, values, strict=True)
    )
