"""Boxes and polygons in image pixels.

Coordinates are floats, origin at the upper left corner of the upright image (EXIF applied), x to the right, y down.
A box is (x0, y0, x1, y1) with x0 < x1 and y0 < y1; pixel column 3 covers x from 3.0 to 4.0.
"""

from __future__ import annotations

import math

import msgspec


class Size(msgspec.Struct, frozen=True, array_like=True):
    """Width and height of an upright image, in pixels."""

    width: int
    height: int


class Box(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An axis-parallel rectangle in image pixels."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def between(cls, ax: float, ay: float, bx: float, by: float) -> Box:
        """The box with these two opposite corners, in whatever order they come."""
        return cls(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    @classmethod
    def around(cls, x: float, y: float, width: float, height: float) -> Box:
        """The box of this extent with (x, y) in its middle."""
        return cls(x - width / 2, y - height / 2, x + width / 2, y + height / 2)

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        """In square pixels; 0 for a box without extent."""
        return max(0.0, self.width) * max(0.0, self.height)

    def is_finite(self) -> bool:
        return math.isfinite(self.x0) and math.isfinite(self.y0) and math.isfinite(self.x1) and math.isfinite(self.y1)

    def moved(self, dx: float, dy: float) -> Box:
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def clipped(self, size: Size) -> Box:
        """The part inside the image; without extent (area 0) if there is none."""
        if 0 <= self.x0 <= self.x1 <= size.width and 0 <= self.y0 <= self.y1 <= size.height:
            return self  # as nearly all are

        def within(value: float, limit: int) -> float:
            return min(max(value, 0.0), float(limit))

        return Box(
            within(self.x0, size.width),
            within(self.y0, size.height),
            within(self.x1, size.width),
            within(self.y1, size.height),
        )

    def contains(self, x: float, y: float) -> bool:
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    def iou(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        shared = max(0.0, width) * max(0.0, height)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0


Point = tuple[float, float]


def bounds(points: tuple[Point, ...]) -> Box:
    """The smallest box around the points; there is at least one."""
    xs = [x for x, _ in points]
    ys = [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def polygon_area(points: tuple[Point, ...]) -> float:
    """Area in square pixels (the shoelace formula), whichever way round the points go."""
    turns = sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True))
    return abs(turns) / 2
