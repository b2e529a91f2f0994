"""The app on a terminal whose font has few characters: others stand in for those that it lacks."""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter
from textual.widget import Widget


def glyphs_of_app(widget: Widget) -> Mapping[int, str]:
    """What stands in for characters, as `str.translate` takes it; empty where all are shown."""
    glyphs: Mapping[int, str] = getattr(widget.app, "glyphs", {})
    return glyphs


class GlyphFilter(LineFilter):
    """Writes each line with the characters that there are."""

    def __init__(self, glyphs: Mapping[int, str]) -> None:
        super().__init__()
        self._glyphs = glyphs

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [Segment(text.translate(self._glyphs), style, control) for text, style, control in segments]
