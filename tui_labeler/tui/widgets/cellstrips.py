"""Cells of a picture as lines of a widget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Protocol

import numpy as np
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_labeler.imaging.cells import HALF, Cells, Mask
from tui_labeler.imaging.encode import Coder, Lines, coder
from tui_labeler.tui.consoleglyphs import glyphs_of_app
from tui_labeler.tui.depth import palette_of_app


class Painting:
    """One paint of a widget's cells, and what the terminal shows after it.

    `stale` says of each cell whether the terminal may show something else; it is cleared by what is really written, and by
    nothing before: a frame that Textual prepares is not always sent. A line whose part ends where its stale cells do was
    asked for by the widget itself: these alone are written. Whatever reaches further is painted whole, for something
    else stood there.
    """

    # What stands in for characters that the terminal lacks.
    glyphs: Mapping[int, str] = MappingProxyType({})

    def __init__(self, cells: Cells, crop: Region, stale: Mask, code: Coder, partly: Callable[[bool], None]) -> None:
        """`partly(False)` is called once when a line goes out in part, `partly(True)` when such a frame then turns out to
        repaint what stood over the widget as well."""
        rows, columns = range(crop.y, crop.bottom), range(crop.x, crop.right)
        self._stale, self._partly = stale, partly
        self._whole = Lines(cells, rows, columns, None, code)
        self._changed = None if stale.all() else Lines(cells, rows, columns, stale.copy(), code)
        self._went_in_part = False

    def text(self, row: int, start: int, stop: int) -> str:
        """Columns `start` to `stop` of a row, as `Lines.text` gives them."""
        lines = self._whole
        if self._changed is not None and stop > start:
            stale = np.flatnonzero(self._stale[row])
            if len(stale) and stop <= stale[-1] + 1:
                lines = self._changed
                if not self._went_in_part:
                    self._went_in_part = True
                    self._partly(False)
            else:
                self._changed = None
                if self._went_in_part:
                    self._partly(True)
        self._stale[row, start:stop] = False
        text = lines.text(row, start, stop)
        return text.translate(self.glyphs) if self.glyphs else text


class LineText(Protocol):
    """What gives the text of a part of a line."""

    def text(self, row: int, start: int, stop: int) -> str:
        """Columns `start` to `stop` of a row, for the terminal, whose cursor stands at `start` and ends at `stop`."""


class PictureStrip(Strip):
    """A part of one line of the canvas. No Segment is made for it: it is encoded when it is painted."""

    __slots__ = ("_painting", "_row", "_start", "_stop")

    def __init__(self, painting: LineText, row: int, start: int, stop: int) -> None:
        super().__init__([], stop - start)
        self._painting, self._row, self._start, self._stop = painting, row, start, stop

    def __bool__(self) -> bool:
        return True

    def crop(self, start: int, end: int | None = None) -> Strip:
        stop = self._stop if end is None else min(self._start + end, self._stop)
        return PictureStrip(self._painting, self._row, self._start + start, stop)

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        strips = []
        at = 0
        for cut in cuts:
            if cut <= self._stop - self._start:
                strips.append(self.crop(at, cut))
                at = cut
        return strips

    def render(self, console: Console) -> str:
        return self._painting.text(self._row, self._start, self._stop)


def cell_strips(
    widget: Widget,
    cells: Cells,
    crop: Region,
    stale: Mask | None = None,
    partly: Callable[[bool], None] = lambda over_others: None,
) -> list[Strip]:
    """The lines of `crop` for a widget's `render_lines`: whole ones, or those cells of them that are `stale` (see
    `Painting`)."""
    if not widget.screen.is_active:
        return backdrop_strips(widget, cells, crop)
    stale = np.ones(cells.shape, np.bool_) if stale is None else stale
    painting = Painting(cells, crop, stale, coder(palette_of_app(widget), widget.app.no_color), partly)
    painting.glyphs = glyphs_of_app(widget)
    return [PictureStrip(painting, row, crop.x, crop.right) for row in range(crop.y, crop.bottom)]


def filtered(widget: Widget, strips: list[Strip]) -> list[Strip]:
    """Ordinary strips of a widget that makes its lines itself, in the colours that the terminal has."""
    for line_filter in widget.get_line_filters():
        strips = [strip.apply_filter(line_filter, widget.background_colors[1]) for strip in strips]
    return strips


def segment_strips(widget: Widget, cells: Cells, crop: Region, *_partly: object) -> list[Strip]:
    """Ordinary strips, always whole, with a segment for each cell."""
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


def backdrop_strips(widget: Widget, cells: Cells, crop: Region) -> list[Strip]:
    """The same for a screen that stands dimmed behind a dialog: Textual works on the segments, and writes the style of each
    whole; so cells that look alike are one."""
    lines = []
    for row in range(crop.y, crop.bottom):
        part = slice(crop.x, crop.right)
        looks = zip(
            cells.glyph[row, part].tolist(),
            cells.upper[row, part].tolist(),
            cells.lower[row, part].tolist(),
            strict=True,
        )
        segments = [_alike(glyph, ink, ground, len(list(alike))) for (glyph, ink, ground), alike in groupby(looks)]
        lines.append(Strip(segments, crop.width))
    return filtered(widget, lines)


def _alike(glyph: int, ink: list[int], ground: list[int], count: int) -> Segment:
    behind = f"on rgb({ground[0]},{ground[1]},{ground[2]})"
    if glyph == HALF and ink == ground:
        return Segment(" " * count, Style.parse(behind))
    return Segment(chr(glyph) * count, Style.parse(f"rgb({ink[0]},{ink[1]},{ink[2]}) {behind}"))
