"""Which part of an image stands where on a canvas of character cells.

A cell shows two square pixels, one above the other (a half block each). "Dots" are these half cells: a canvas of
`columns` x `rows` cells has `columns` x `2 * rows` dots. `zoom` is dots per image pixel.
"""

from __future__ import annotations

import msgspec

from tui_labeler.model.geometry import Box, Size

# One image pixel per cell is as near as it goes: a pixel is then one dot wide and, with its neighbour, a cell.
MAX_ZOOM = 2.0
_STEP = 1.5


class View(msgspec.Struct, frozen=True):
    """A canvas over an image. (x, y) is the image point in the middle of the canvas."""

    size: Size
    columns: int
    rows: int
    zoom: float
    x: float
    y: float

    @classmethod
    def fit(cls, size: Size, columns: int, rows: int) -> View:
        """The whole image, as large as it fits."""
        columns, rows = max(columns, 1), max(rows, 1)
        zoom = min(columns / size.width, 2 * rows / size.height)
        return cls(size, columns, rows, zoom, size.width / 2, size.height / 2)

    @property
    def visible(self) -> Box:
        """The image area under the canvas; it may reach over the image."""
        return Box.around(self.x, self.y, self.columns / self.zoom, 2 * self.rows / self.zoom)

    @property
    def area(self) -> Box:
        """The part of the image that can be seen."""
        return self.visible.clipped(self.size)

    @property
    def is_whole(self) -> bool:
        """Whether all of the image can be seen."""
        return self.zoom <= View.fit(self.size, self.columns, self.rows).zoom * (1 + 1e-9)

    def dot(self, x: float, y: float) -> tuple[float, float]:
        """Where an image point lies, in dots from the upper left corner."""
        visible = self.visible
        return (x - visible.x0) * self.zoom, (y - visible.y0) * self.zoom

    def point(self, dot_x: float, dot_y: float) -> tuple[float, float]:
        """The image point under a dot."""
        visible = self.visible
        return visible.x0 + dot_x / self.zoom, visible.y0 + dot_y / self.zoom

    def zoomed(self, zoom: float, x: float, y: float) -> View:
        """Another zoom, with the image point (x, y) staying where it is on the canvas."""
        zoom = min(max(zoom, self.fit(self.size, self.columns, self.rows).zoom), max(MAX_ZOOM, self.zoom))
        share = self.zoom / zoom
        moved = msgspec.structs.replace(self, zoom=zoom, x=x + (self.x - x) * share, y=y + (self.y - y) * share)
        return moved.settled()

    def stepped(self, steps: int, x: float, y: float) -> View:
        """In (above 0) or out, around an image point."""
        return self.zoomed(self.zoom * _STEP**steps, x, y)

    def around(self, box: Box, margin: float = 1.6) -> View:
        """So near that `box` fills the canvas but for a margin."""
        zoom = min(self.columns / (box.width * margin), 2 * self.rows / (box.height * margin))
        whole = self.fit(self.size, self.columns, self.rows).zoom
        zoom = min(max(zoom, whole), MAX_ZOOM if whole < MAX_ZOOM else whole)
        middle = ((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2)
        return msgspec.structs.replace(self, zoom=zoom, x=middle[0], y=middle[1]).settled()

    def panned(self, dx: float, dy: float) -> View:
        """Moved by shares of the canvas."""
        x, y = self.x + dx * self.columns / self.zoom, self.y + dy * 2 * self.rows / self.zoom
        return msgspec.structs.replace(self, x=x, y=y).settled()

    def resized(self, columns: int, rows: int) -> View:
        """The same place on a canvas of another size; a whole image stays whole."""
        fit = self.fit(self.size, columns, rows)
        if self.is_whole or self.zoom < fit.zoom:
            return fit
        return msgspec.structs.replace(self, columns=columns, rows=rows).settled()

    def settled(self) -> View:
        """The image fills the canvas as far as it can: no needless margin at one side."""
        half_width, half_height = self.columns / self.zoom / 2, self.rows / self.zoom
        width, height = self.size.width, self.size.height
        x = width / 2 if 2 * half_width >= width else min(max(self.x, half_width), width - half_width)
        y = height / 2 if 2 * half_height >= height else min(max(self.y, half_height), height - half_height)
        return msgspec.structs.replace(self, x=x, y=y)
