"""The part of a region that lies inside its image: what every format writes."""

from __future__ import annotations

from tui_labeler.model.geometry import Box, Point, Size, bounds
from tui_labeler.model.regions import Region


def clipped_box(region: Region, size: Size) -> Box | None:
    """The region's box inside the image; None where nothing with an extent is left."""
    box = region.extent.clipped(size)
    return box if box.x0 < box.x1 and box.y0 < box.y1 else None


def clipped_points(region: Region, size: Size) -> list[Point] | None:
    """The region's polygon inside the image; None where nothing with an extent is left."""
    width, height = float(size.width), float(size.height)
    points = [(min(max(x, 0.0), width), min(max(y, 0.0), height)) for x, y in clip_polygon(region.points, size)]
    if len(points) < 3:
        return None
    box = bounds(tuple(points))
    return points if box.x0 < box.x1 and box.y0 < box.y1 else None


def clip_polygon(points: tuple[Point, ...], size: Size) -> list[Point]:
    """The part of a polygon inside the image (Sutherland and Hodgman, 1974: one side of the image after the other)."""
    inside = list(points)
    for axis, limit, sign in ((0, 0.0, 1), (0, float(size.width), -1), (1, 0.0, 1), (1, float(size.height), -1)):
        kept: list[Point] = []
        for index, here in enumerate(inside):
            before = inside[index - 1]
            d0, d1 = sign * (before[axis] - limit), sign * (here[axis] - limit)
            if (d0 >= 0) != (d1 >= 0):
                t = d0 / (d0 - d1)
                kept.append((before[0] + t * (here[0] - before[0]), before[1] + t * (here[1] - before[1])))
            if d1 >= 0:
                kept.append(here)
        inside = kept
    return inside
