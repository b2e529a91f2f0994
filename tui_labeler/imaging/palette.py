"""Terminals with few colours: which of them is nearest to a colour, and photographs dithered into them.

What a cell holds is always red, green and blue. In a photograph for a terminal of few colours these are `nominal` colours
of its palette, each of which is written as its number; so regions and letters are drawn over it as over any other.

The dither is ordered: whether a dot becomes the one or the other colour depends on its place on the canvas alone, never on
its neighbours. So a picture does not shimmer from frame to frame, and a key repaints no more cells than in true colour.
Candidates are found after Knoll (US patent 6606166, lapsed 2019), here in OKLab, with the errors added as light adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.colours import Rgb, inks

Floats = NDArray[np.float32]

_STEPS = (0, 95, 135, 175, 215, 255)
_CUBE = tuple((red, green, blue) for red in _STEPS for green in _STEPS for blue in _STEPS)
_GREYS = tuple((8 + 10 * step,) * 3 for step in range(24))
_FIRST_OF_CUBE = 16
# The sixteen colours as the console of Linux shows them: under these names they are written, whatever they look like.
STANDARD: tuple[Rgb, ...] = (
    *((0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170)),
    *((85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255)),
    (255, 255, 255),
)
# Colours for which candidates are known: so many steps a channel.
_NODES = 33
_CANDIDATES = 8
# So many at a time stay in the processor's cache.
_TOGETHER = 256


@dataclass(frozen=True)
class Dither:
    """`strength`: how far the mean of the candidates follows the colour (0: the nearest alone). `lightness`: how much more
    a difference in light weighs than one in hue; the eye sees the pattern by its light."""

    strength: float
    lightness: float


class Palette:
    """`nominal` (n, 3): what cells hold for number `first` + n; `shown` (n, 3): what the terminal makes of it."""

    def __init__(self, first: int, nominal: tuple[Rgb, ...], shown: tuple[Rgb, ...], dither: Dither) -> None:
        self.first = first
        self.nominal = np.array(nominal, np.uint8)
        self._dither = dither
        self._nominal_lab = oklab(self.nominal)
        self._light = linear(np.array(shown, np.float32))
        self._weights = np.array([dither.lightness, 1, 1], np.float32)
        self._weighted = _lab_of_light(self._light) * self._weights
        self._lightness = self._weighted[:, 0]
        # For every colour its number and one, 0 where it was not looked for yet. Untouched pages take no memory.
        self._known = np.zeros(1 << 24, np.uint16)
        # The candidates of each node, found when a picture first has its colour.
        self._candidates = np.zeros((_NODES**3, _CANDIDATES), np.uint8)
        self._is_known = np.zeros(_NODES**3, np.bool_)

    @property
    def is_sixteen(self) -> bool:
        return self.first == 0

    def nearest(self, colours: Pixels) -> NDArray[np.uint32]:
        """The number of the nearest nominal colour for each of (cells, 3)."""
        wide = colours.astype(np.uint32)
        packed = wide[:, 0] << 16 | wide[:, 1] << 8 | wide[:, 2]
        known = self._known[packed]
        missing = known == 0
        if missing.any():
            fresh = np.unique(packed[missing])
            unpacked = np.stack([fresh >> 16, fresh >> 8 & 255, fresh & 255], axis=1).astype(np.uint8)
            self._known[fresh] = _nearest(oklab(unpacked), self._nominal_lab) + self.first + 1
            known = self._known[packed]
        numbers: NDArray[np.uint32] = known.astype(np.uint32) - 1
        return numbers

    def colour(self, number: int) -> Rgb:
        """The nominal colour of a number."""
        red, green, blue = self.nominal[number - self.first].tolist()
        return red, green, blue

    def dithered(self, dots: Pixels) -> Pixels:
        """A photograph (height, width, 3) in nominal colours. The same dot at the same place is always the same."""
        height, width = dots.shape[:2]
        node = (dots.astype(np.uint16) * (_NODES - 1) + 127) // 255
        index = (node[..., 0].astype(np.intp) * _NODES + node[..., 1]) * _NODES + node[..., 2]
        if not self._is_known[index].all():
            fresh = np.unique(index[~self._is_known[index]])
            self._candidates[fresh] = self._find_candidates(fresh)
            self._is_known[fresh] = True
        size = len(_BAYER)
        threshold = _BAYER[np.arange(height)[:, None] % size, np.arange(width)[None, :] % size]
        colours: Pixels = self.nominal[self._candidates[index, threshold]]
        # What lies beside the image is no photograph: it stays flat.
        beside = np.array([inks().beside], np.uint8)
        colours[(dots == beside).all(axis=2)] = self.nominal[self.nearest(beside)[0] - self.first]
        return colours

    def _find_candidates(self, places: NDArray[np.intp]) -> Pixels:
        """For each node, places in the palette, the darkest first, whose mean is near the node's colour."""
        wanted = np.stack([places // _NODES**2, places // _NODES % _NODES, places % _NODES], axis=1)
        light = linear(wanted.astype(np.float32) * np.float32(255 / (_NODES - 1)))
        chosen = np.empty((len(places), _CANDIDATES), np.intp)
        for first in range(0, len(places), _TOGETHER):
            part = light[first : first + _TOGETHER]
            error = np.zeros_like(part)
            for turn in range(_CANDIDATES):
                goal = np.clip(part + error * np.float32(self._dither.strength), 0, 1)
                picked = _nearest(_lab_of_light(goal) * self._weights, self._weighted)
                chosen[first : first + _TOGETHER, turn] = picked
                error += part - self._light[picked]
        order = self._lightness[chosen].argsort(axis=1, kind="stable")
        return np.take_along_axis(chosen, order, axis=1).astype(np.uint8)


def _bayer() -> NDArray[np.intp]:
    """4x4 thresholds, each the place of a candidate."""
    two = np.array([[0, 2], [3, 1]])
    four = np.block([[4 * two, 4 * two + 2], [4 * two + 3, 4 * two + 1]])
    return four * _CANDIDATES // 16


_BAYER = _bayer()


def _nearest(labs: Floats, among: Floats) -> NDArray[np.intp]:
    indices: NDArray[np.intp] = ((among**2).sum(axis=1) - 2 * labs @ among.T).argmin(axis=1)
    return indices


_TO_CONES = np.array(
    [[0.41222147, 0.53633254, 0.05144599], [0.21190350, 0.68069955, 0.10739696], [0.08830246, 0.28171884, 0.62997870]],
    np.float32,
).T
_TO_LAB = np.array(
    [
        [0.21045426, 0.79361779, -0.00407205],
        [1.97799850, -2.42859221, 0.45059371],
        [0.02590404, 0.78277177, -0.80867577],
    ],
    np.float32,
).T


def linear(colours: Floats) -> Floats:
    """The light of sRGB values (0 to 255), 0 to 1."""
    share = colours / np.float32(255)
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4).astype(np.float32)


def oklab(colours: Pixels) -> Floats:
    """Björn Ottosson's OKLab: equal distances look about equally far."""
    return _lab_of_light(linear(colours.astype(np.float32)))


def _lab_of_light(light: Floats) -> Floats:
    lab: Floats = np.cbrt(light @ _TO_CONES) @ _TO_LAB
    return lab


@lru_cache(maxsize=4)
def palette_of(colours: str, sixteen: tuple[Rgb, ...] = ()) -> Palette | None:
    """The palette of a terminal with "256" or "16" colours; None for "true". `sixteen`: what it said they look like."""
    if colours == "true":
        return None
    if colours == "256":
        known = (*_CUBE, *_GREYS)
        return Palette(_FIRST_OF_CUBE, known, known, Dither(0.2, 2.0))
    # Hues weigh more than light here: greys stay greys. All the more where nobody knows what the sixteen look like.
    return Palette(0, STANDARD, sixteen or STANDARD, Dither(0.5, 0.6) if sixteen else Dither(0.6, 0.35))
