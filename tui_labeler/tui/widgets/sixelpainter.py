"""A canvas in sixel."""

from __future__ import annotations

from collections.abc import Callable

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.colours import class_colour, inks
from tui_labeler.imaging.protocols import sixel
from tui_labeler.imaging.shapes import TINT_SHARE, lighter, tints_of
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.croppainter import CropPainter

_CLASSES = 24


class SixelPainter(CropPainter):
    """In 64 colours of the picture, and those of what stands over it."""

    BAND_ROWS = 1

    def __init__(self, app: GraphicsApp, refresh: Callable[..., object]) -> None:
        super().__init__(app, refresh)
        self._colours: sixel.Colours | None = None

    @property
    def is_ready(self) -> bool:
        return self._colours is not None

    def prepare(self, dots: Pixels) -> sixel.Colours:
        classes = [class_colour(class_index) for class_index in range(-1, _CLASSES)]
        bright = [*classes, inks().letters, (255, 255, 255)]
        dark = [(red // 4, green // 4, blue // 4) for red, green, blue in bright]
        return sixel.Colours(dots, tuple(dict.fromkeys(bright + dark + [lighter(colour) for colour in classes])))

    def prepared(self, dots: Pixels, result: object) -> None:
        self._colours = result if isinstance(result, sixel.Colours) else None

    def crop(self, left: int, top: int, right: int, bottom: int) -> str:
        assert self._colours is not None
        assert self.layers is not None
        assert self.painted is not None
        self._colours.tint(tints_of(self.layers.pieces), TINT_SHARE)
        part = slice(top, bottom), slice(left, right)
        numbers = self._colours.numbers(self.layers.dots[part], self.painted[part], part)
        return sixel.encode(numbers, self._colours.colours)
