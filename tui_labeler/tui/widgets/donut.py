"""A ring of shares drawn in half cells, with a number in its middle."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Size
from textual.strip import Strip
from textual.widget import Widget

# A cell is about twice as high as wide, so that a half cell is a square: the ring is drawn in half cells.
_INNER = 0.60


class Donut(Widget):
    """Counts as parts of a ring, clockwise from the top. Colours are names of theme variables."""

    DEFAULT_CSS = "Donut { height: 11; width: 22; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._parts: tuple[tuple[int, str], ...] = ()
        self._title = ""
        self._lines: list[Strip] | None = None
        self._drawn_for = Size(0, 0)

    def show(self, parts: Sequence[tuple[int, str]], title: str) -> None:
        """`parts`: (count, theme variable) in their order; `title` stands in the middle."""
        if (tuple(parts), title) != (self._parts, self._title):
            self._parts, self._title = tuple(parts), title
            self._lines = None
            self.refresh()

    def notify_style_update(self) -> None:
        self._lines = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        # A line may be asked for in the new size before the widget is told of it.
        if self._lines is None or self._drawn_for != self.size:
            self._lines, self._drawn_for = self._draw(), self.size
        return self._lines[y] if y < len(self._lines) else Strip.blank(self.size.width, self.rich_style)

    def _draw(self) -> list[Strip]:
        width, height = self.size.width, self.size.height
        colours = self._colours()
        back = self.background_colors[1]
        pixels = [[self._at(x, y, width, height * 2, colours, back) for x in range(width)] for y in range(height * 2)]
        rows = []
        for row in range(height):
            cells = [
                Segment("▀", Style.from_color(upper.rich_color, lower.rich_color))
                for upper, lower in zip(pixels[row * 2], pixels[row * 2 + 1], strict=True)
            ]
            if row == height // 2 and self._title:
                start = (width - len(self._title)) // 2
                text = Style(color=self.colors[3].rich_color, bgcolor=back.rich_color, bold=True)
                cells[start : start + len(self._title)] = [Segment(char, text) for char in self._title]
            rows.append(Strip(cells, width))
        return rows

    def _colours(self) -> list[tuple[float, Color]]:
        """(share up to which, colour), in order."""
        total = sum(count for count, _ in self._parts) or 1
        variables = self.app.theme_variables
        reached = 0
        colours = []
        for count, name in self._parts:
            reached += count
            colours.append((reached / total, Color.parse(variables[name])))
        return colours

    def _at(self, x: int, y: int, width: int, height: int, colours: list[tuple[float, Color]], back: Color) -> Color:
        radius = min(width, height) / 2
        dx, dy = x + 0.5 - width / 2, y + 0.5 - height / 2
        away = math.hypot(dx, dy) / radius
        # The edges are blended over one half cell: a ring, and not a staircase.
        cover = min(max((1 - away) * radius + 0.5, 0), 1) * min(max((away - _INNER) * radius + 0.5, 0), 1)
        if cover <= 0:
            return back
        turn = (math.atan2(dx, -dy) / (2 * math.pi)) % 1
        colour = next((colour for reached, colour in colours if turn < reached), back)
        return back.blend(colour, cover)
