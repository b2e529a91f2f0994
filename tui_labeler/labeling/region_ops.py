"""Moving regions, their edges and their points, by image pixels and within the image."""

from __future__ import annotations

import msgspec

from tui_labeler.model.geometry import Box, Point, Size
from tui_labeler.model.regions import Region

# The order in which one key goes through what the arrows move: all of it, then each edge by itself.
EDGES = ("", "l", "t", "r", "b")
# A box stays at least this large, in image pixels, whatever is pushed together.
_LEAST = 1.0


def moved(region: Region, dx: float, dy: float, edges: str, size: Size) -> Region:
    """The region moved whole (`edges` empty), or one edge of its box; as far as the image goes."""
    if region.points:
        box = region.extent
        dx, dy = _room(box, dx, dy, size)
        return msgspec.structs.replace(region, points=tuple((x + dx, y + dy) for x, y in region.points))
    assert region.box is not None
    box = region.box
    if not edges:
        return msgspec.structs.replace(region, box=box.moved(*_room(box, dx, dy, size)))
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    if "l" in edges:
        x0 = min(max(x0 + dx, 0.0), x1 - _LEAST)
    if "r" in edges:
        x1 = max(min(x1 + dx, float(size.width)), x0 + _LEAST)
    if "t" in edges:
        y0 = min(max(y0 + dy, 0.0), y1 - _LEAST)
    if "b" in edges:
        y1 = max(min(y1 + dy, float(size.height)), y0 + _LEAST)
    return msgspec.structs.replace(region, box=Box(x0, y0, x1, y1))


def _room(box: Box, dx: float, dy: float, size: Size) -> tuple[float, float]:
    """As much of the way as keeps the box inside; a box that already reaches over the border is not pulled in."""
    low_x, high_x = min(-box.x0, 0.0), max(size.width - box.x1, 0.0)
    low_y, high_y = min(-box.y0, 0.0), max(size.height - box.y1, 0.0)
    return min(max(dx, low_x), high_x), min(max(dy, low_y), high_y)


def point_moved(region: Region, point_index: int, dx: float, dy: float, size: Size) -> Region:
    """One point of a polygon elsewhere."""
    x, y = region.points[point_index]
    there = (min(max(x + dx, 0.0), float(size.width)), min(max(y + dy, 0.0), float(size.height)))
    return msgspec.structs.replace(
        region, points=(*region.points[:point_index], there, *region.points[point_index + 1 :])
    )


def point_added(region: Region, point_index: int) -> Region:
    """A new point half-way between the point at `point_index` and the next one."""
    here, after = region.points[point_index], region.points[(point_index + 1) % len(region.points)]
    middle: Point = ((here[0] + after[0]) / 2, (here[1] + after[1]) / 2)
    return msgspec.structs.replace(
        region, points=(*region.points[: point_index + 1], middle, *region.points[point_index + 1 :])
    )


def point_removed(region: Region, point_index: int) -> Region | None:
    """Without the point; None if fewer than three would stay."""
    if len(region.points) <= 3:
        return None
    return msgspec.structs.replace(region, points=region.points[:point_index] + region.points[point_index + 1 :])


def copied(region: Region, size: Size) -> Region:
    """The same region a little to the right and below, or to the left and above where there is no room."""
    step = 10.0
    box = region.extent
    dx = step if box.x1 + step <= size.width else -step
    dy = step if box.y1 + step <= size.height else -step
    return moved(region, dx, dy, "", size)
