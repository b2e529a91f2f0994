"""Which part of an image stands where on a canvas of character cells.

A cell shows several dots: two, one above the other (a half block each), or finer parts of a cell, or the terminal's own
pixels. How many they are is the canvas' `Grid`; a canvas of `columns` x `rows` cells has `width` x `height` dots. `zoom`
is dots per image pixel, across.
"""

from __future__ import annotations

import math

import msgspec

from tui_labeler.model.geometry import Box, Size

# An image pixel as wide as two cells and one cell high is as near as it goes.
_NEAREST = 2.0
_STEP = 1.5


class Grid(msgspec.Struct, frozen=True):
    """The dots of a cell: `across` and `down` (not whole where a terminal's cells are not). `ratio` is the height of a
    cell in widths of one."""

    across: float = 1.0
    down: float = 2.0
    ratio: float = 2.0

    @property
    def slant(self) -> float:
        """The height of a dot in widths of one."""
        return self.ratio * self.across / self.down

    def size(self, columns: int, rows: int) -> tuple[int, int]:
        """Width and height of so many cells, in dots: where a cell begins that is no whole dots wide, xterm.js rounds
        down."""
        return math.floor(columns * self.across), math.floor(rows * self.down)

    def held(self, columns: int, rows: int) -> tuple[int, int]:
        """Width and height of the largest image that stands on so many cells and no more, wherever it begins. The cells
        there may have a dot more."""
        return _held(columns, self.across), _held(rows, self.down)

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Column and row of a dot."""
        return _last_begun(x, self.across), _last_begun(y, self.down)


def _held(count: int, length: float) -> int:
    dots = math.floor(count * length)
    return dots if math.ceil(dots / length) <= count else dots - 1  # as xterm.js counts, to the last bit


def _last_begun(dot: float, length: float) -> int:
    """Which of the cells of that length has the dot."""
    following = math.floor(dot / length) + 1
    return following if math.floor(following * length) <= dot else following - 1


HALVES = Grid()
QUADRANTS, SEXTANTS, OCTANTS = Grid(2, 2), Grid(2, 3), Grid(2, 4)
# By the names that settings use.
GLYPHS = {"half": HALVES, "quadrant": QUADRANTS, "sextant": SEXTANTS, "octant": OCTANTS}


class View(msgspec.Struct, frozen=True):
    """A canvas over an image. (x, y) is the image point in the middle of the canvas."""

    size: Size
    columns: int
    rows: int
    zoom: float
    x: float
    y: float
    grid: Grid = HALVES

    @classmethod
    def fit(cls, size: Size, columns: int, rows: int, grid: Grid = HALVES) -> View:
        """The whole image, as large as it fits."""
        columns, rows = max(columns, 1), max(rows, 1)
        width, height = grid.size(columns, rows)
        zoom = min(width / size.width, height * grid.slant / size.height)
        return cls(size, columns, rows, zoom, size.width / 2, size.height / 2, grid)

    @property
    def width(self) -> int:
        """Of the canvas, in dots."""
        return self.grid.size(self.columns, self.rows)[0]

    @property
    def height(self) -> int:
        """Of the canvas, in dots."""
        return self.grid.size(self.columns, self.rows)[1]

    @property
    def zoom_y(self) -> float:
        """Dots per image pixel, down."""
        return self.zoom / self.grid.slant

    @property
    def column_size(self) -> float:
        """The width of a cell in image pixels."""
        return self.grid.across / self.zoom

    @property
    def row_size(self) -> float:
        """The height of a cell in image pixels."""
        return self.grid.down / self.zoom_y

    @property
    def visible(self) -> Box:
        """The image area under the canvas; it may reach over the image."""
        return Box.around(self.x, self.y, self.width / self.zoom, self.height / self.zoom_y)

    @property
    def area(self) -> Box:
        """The part of the image that can be seen."""
        return self.visible.clipped(self.size)

    @property
    def is_whole(self) -> bool:
        """Whether all of the image can be seen."""
        return self.zoom <= self._fit().zoom * (1 + 1e-9)

    def dot(self, x: float, y: float) -> tuple[float, float]:
        """Where an image point lies, in dots from the upper left corner."""
        visible = self.visible
        return (x - visible.x0) * self.zoom, (y - visible.y0) * self.zoom_y

    def halves(self, x: float, y: float) -> tuple[float, float]:
        """Where an image point lies, in columns and half rows."""
        dot_x, dot_y = self.dot(x, y)
        return dot_x / self.grid.across, dot_y * 2 / self.grid.down

    def point(self, dot_x: float, dot_y: float) -> tuple[float, float]:
        """The image point under a dot."""
        visible = self.visible
        return visible.x0 + dot_x / self.zoom, visible.y0 + dot_y / self.zoom_y

    @property
    def _nearest(self) -> float:
        return _NEAREST * self.grid.across

    def _fit(self) -> View:
        return self.fit(self.size, self.columns, self.rows, self.grid)

    def zoomed(self, zoom: float, x: float, y: float) -> View:
        """Another zoom, with the image point (x, y) staying where it is on the canvas."""
        zoom = min(max(zoom, self._fit().zoom), max(self._nearest, self.zoom))
        share = self.zoom / zoom
        moved = msgspec.structs.replace(self, zoom=zoom, x=x + (self.x - x) * share, y=y + (self.y - y) * share)
        return moved.settled()

    def stepped(self, steps: int, x: float, y: float) -> View:
        """In (above 0) or out, around an image point."""
        return self.zoomed(self.zoom * _STEP**steps, x, y)

    def around(self, box: Box, margin: float = 1.6) -> View:
        """So near that `box` fills the canvas but for a margin."""
        zoom = min(self.width / (box.width * margin), self.height * self.grid.slant / (box.height * margin))
        whole = self._fit().zoom
        zoom = min(max(zoom, whole), max(self._nearest, whole))
        middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        return msgspec.structs.replace(self, zoom=zoom, x=middle[0], y=middle[1]).settled()

    def panned(self, dx: float, dy: float) -> View:
        """Moved by shares of the canvas."""
        x, y = self.x + dx * self.width / self.zoom, self.y + dy * self.height / self.zoom_y
        return msgspec.structs.replace(self, x=x, y=y).settled()

    def resized(self, columns: int, rows: int, grid: Grid | None = None) -> View:
        """The same place on a canvas of another size, or of other dots; a whole image stays whole."""
        grid = grid or self.grid
        fit = self.fit(self.size, columns, rows, grid)
        zoom = self.zoom * grid.across / self.grid.across
        if self.is_whole or zoom < fit.zoom:
            return fit
        return msgspec.structs.replace(self, columns=columns, rows=rows, zoom=zoom, grid=grid).settled()

    def settled(self) -> View:
        """The image fills the canvas as far as it can: no needless margin at one side."""
        half_width, half_height = self.width / self.zoom / 2, self.height / self.zoom_y / 2
        width, height = self.size.width, self.size.height
        x = width / 2 if 2 * half_width >= width else min(max(self.x, half_width), width - half_width)
        y = height / 2 if 2 * half_height >= height else min(max(self.y, half_height), height - half_height)
        return msgspec.structs.replace(self, x=x, y=y)
