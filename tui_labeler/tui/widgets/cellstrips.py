"""Cells of a picture as lines of a widget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_labeler.imaging.cells import Cells, Mask
from tui_labeler.imaging.encode import Lines, coder
from tui_labeler.tui.depth import palette_of_app


class PictureStrip(Strip):
    """A part of one line of the canvas. No Segment is made for it: it is encoded when it is painted."""

    __slots__ = ("_lines", "_row", "_start", "_stop")

    def __init__(self, lines: Lines, row: int, start: int, stop: int) -> None:
        super().__init__([], stop - start)
        self._lines, self._row, self._start, self._stop = lines, row, start, stop

    def __bool__(self) -> bool:
        return True

    def crop(self, start: int, end: int | None = None) -> Strip:
        stop = self._stop if end is None else min(self._start + end, self._stop)
        return PictureStrip(self._lines, self._row, self._start + start, stop)

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        strips = []
        at = 0
        for cut in cuts:
            if cut <= self._stop - self._start:
                strips.append(self.crop(at, cut))
                at = cut
        return strips

    def render(self, console: Console) -> str:
        return self._lines.text(self._row, self._start, self._stop)


def cell_strips(widget: Widget, cells: Cells, crop: Region, mask: Mask | None) -> list[Strip]:
    """The lines of `crop` for a widget's `render_lines`; with a mask, its cells alone are painted."""
    if not widget.screen.is_active:
        return segment_strips(widget, cells, crop)
    rows, columns = range(crop.y, crop.bottom), range(crop.x, crop.right)
    lines = Lines(cells, rows, columns, mask, coder(palette_of_app(widget), widget.app.no_color))
    return [PictureStrip(lines, row, crop.x, crop.right) for row in rows]


def filtered(widget: Widget, strips: list[Strip]) -> list[Strip]:
    """Ordinary strips of a widget that makes its lines itself, in the colours that the terminal has."""
    for line_filter in widget.get_line_filters():
        strips = [strip.apply_filter(line_filter, widget.background_colors[1]) for strip in strips]
    return strips


def segment_strips(widget: Widget, cells: Cells, crop: Region, mask: Mask | None = None) -> list[Strip]:
    """Ordinary strips, for a screen that stands dimmed behind a dialog: Textual works on their segments. (`mask` is of no
    use for them.)"""
    lines = []
    for row in range(crop.y, crop.bottom):
        part = slice(crop.x, crop.right)
        inks, grounds = cells.upper[row, part].tolist(), cells.lower[row, part].tolist()
        segments = [
            Segment(chr(glyph), Style.parse(f"rgb({i[0]},{i[1]},{i[2]}) on rgb({g[0]},{g[1]},{g[2]})"))
            for glyph, i, g in zip(cells.glyph[row, part].tolist(), inks, grounds, strict=True)
        ]
        lines.append(Strip(segments, crop.width))
    return filtered(widget, lines)
