"""A decoded image that can be seen at any zoom at once: itself, and smaller copies of half the size each."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.colours import inks
from tui_labeler.imaging.decode import decode
from tui_labeler.imaging.view import View
from tui_labeler.model.geometry import Box, Size

_SMALLEST = 256


class Picture:
    """`size` is the image's own; `is_full` says whether it was decoded in full or only as large as a canvas needs."""

    def __init__(self, pixels: Pixels, size: Size) -> None:
        self.size = size
        self.is_full = (pixels.shape[1], pixels.shape[0]) == (size.width, size.height)
        self._levels = [Image.fromarray(pixels)]
        while max(self._levels[-1].size) > 2 * _SMALLEST:
            self._levels.append(self._levels[-1].reduce(2))

    @classmethod
    def load(cls, data: bytes, at_most: Size | None = None) -> Picture:
        """From the bytes of a file; with `at_most`, decoded no larger than needed to fill that many pixels. Raises
        BrokenImage."""
        return cls(*decode(data, at_most))

    @property
    def detail(self) -> float:
        """How many of its pixels there are for one of the image; 1 where it was decoded in full."""
        return self._levels[0].width / self.size.width

    def is_like(self, other: Picture) -> bool:
        """Whether both are the same in every pixel."""
        mine, others = self._levels[0], other._levels[0]
        return self.size == other.size and np.array_equal(np.asarray(mine), np.asarray(others))

    def dots(self, view: View) -> Pixels:
        """What the view shows, (view.height, view.width, 3)."""
        return self.part(view.visible, view.width, view.height)

    def part(self, wanted: Box, width: int, height: int) -> Pixels:
        """A part of the image (which may reach over it) on (height, width, 3) dots, stretched where they are not square."""
        shown = np.empty((height, width, 3), np.uint8)
        shown[:] = inks().beside
        area = wanted.clipped(self.size)
        across, down = width / wanted.width, height / wanted.height
        left, top = max(round((area.x0 - wanted.x0) * across), 0), max(round((area.y0 - wanted.y0) * down), 0)
        right = min(max(round((area.x1 - wanted.x0) * across), left + 1), width)
        bottom = min(max(round((area.y1 - wanted.y0) * down), top + 1), height)
        level = self._level(max(across, down))
        scale_x, scale_y = level.width / self.size.width, level.height / self.size.height
        box = (area.x0 * scale_x, area.y0 * scale_y, area.x1 * scale_x, area.y1 * scale_y)
        near = across > scale_x
        how = Image.Resampling.NEAREST if near else Image.Resampling.BOX
        if right > left and bottom > top and box[2] > box[0] and box[3] > box[1]:
            shown[top:bottom, left:right] = np.asarray(level.resize((right - left, bottom - top), how, box=box))
        return shown

    def _level(self, zoom: float) -> Image.Image:
        """The smallest copy that still has a pixel for every dot."""
        wanted = zoom * self.size.width
        return next((level for level in reversed(self._levels) if level.width >= wanted), self._levels[0])


def adjusted(dots: Pixels, brightness: int, contrast: int) -> Pixels:
    """Brighter and with more contrast, in steps (0: as it is); one look into a table for each value."""
    if not brightness and not contrast:
        return dots
    values = (np.arange(256, dtype=np.float32) - 128) * 1.25**contrast + 128 + 16 * brightness
    table = np.clip(values, 0, 255).astype(np.uint8)
    changed: Pixels = table[dots]
    return changed
