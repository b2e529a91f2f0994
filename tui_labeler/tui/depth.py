"""The app in as many colours as its terminal has: widgets by a filter on their lines, pictures by their palette."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from rich.color import Color as RichColor
from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.widget import Widget

from tui_labeler.imaging.palette import Palette


def palette_of_app(widget: Widget) -> Palette | None:
    """What pictures in this widget are drawn with: None for direct colour."""
    palette: Palette | None = getattr(widget.app, "palette", None)
    return palette


class DepthFilter(LineFilter):
    """Writes each colour of a line as the nearest of the terminal's own. (Rich would do it when it writes, but takes dark
    greys for navy, and never again once a style was written.)"""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self._style = lru_cache(4096)(self._find_style)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(text, style and self._style(style), control) for text, style, control in segments]

    def _find_style(self, style: Style) -> Style:
        return style + Style.from_color(self._colour(style.color), self._colour(style.bgcolor))

    def _colour(self, colour: RichColor | None) -> RichColor | None:
        if colour is None or colour.type is not ColorType.TRUECOLOR or colour.triplet is None:
            return colour
        (number,) = self._palette.nearest(np.array([colour.triplet], np.uint8)).tolist()
        kind = ColorType.STANDARD if self._palette.is_sixteen else ColorType.EIGHT_BIT
        return RichColor(f"color({number})", kind, number)
