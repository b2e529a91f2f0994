"""The boxes that a point may stand for: what a model proposes there, what the image shows, and the usual size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Protocol

from tui_labeler.labeling.tools.tool import Sizes
from tui_labeler.model.geometry import Box, Point, Size

_MOST = 4
# The point is in the middle of an object, give or take this share of its sides.
_AROUND = 0.25
# Two that overlap by so much are one; one that overlaps a box of the draft by so much stands there already.
_SAME, _DRAWN = 0.8, 0.7
_ALIKE = 0.8
# Until sizes are known: a share of the image's shorter side.
_SIDE = 0.2


class Objects(Protocol):
    """What an image shows: see `imaging.objects.ObjectFinder`."""

    def boxes(self, point: Point, extents: Sequence[tuple[float, float]] = ()) -> tuple[Box, ...]: ...


def boxes_at(
    point: Point,
    size: Size,
    sizes: Sizes | None,
    proposed: Iterable[Box],
    drawn: Sequence[Box],
    objects: Objects | None,
    outlined: Sequence[Box] = (),
) -> tuple[Box, ...]:
    """Up to four, the likeliest first, and never none; those that a segmentation model `outlined` before all others."""
    seen = sizes.seen if sizes is not None else ()
    near = sorted((box for box in proposed if _away(box, point) <= _AROUND), key=lambda box: _away(box, point))
    shown = objects.boxes(point, seen) if objects is not None else ()
    side = _SIDE * min(size.width, size.height)
    usual = (median(width for width, _ in seen), median(height for _, height in seen)) if seen else (side, side)
    usual_box = Box.around(*point, *usual).clipped(size)
    # Where sizes hardly differ, they tell more than outlines do.
    order = (usual_box, *shown) if seen and _alike(usual, seen) >= _ALIKE else (*shown, usual_box)
    kept: list[Box] = []
    for box in (*outlined, *near, *order):
        if box.area > 0 and all(box.iou(better) < _SAME for better in kept):
            kept.append(box)
    fresh = [box for box in kept if all(box.iou(own) < _DRAWN for own in drawn)]
    return tuple((fresh or kept)[:_MOST])


def _alike(usual: tuple[float, float], seen: Sequence[tuple[float, float]]) -> float:
    """The overlap (IoU) that a box of the usual size has with a box of the same middle, in the median."""
    overlaps = []
    for width, height in seen:
        shared = min(width, usual[0]) * min(height, usual[1])
        overlaps.append(shared / max(width * height + usual[0] * usual[1] - shared, 1.0))
    return median(overlaps)


def _away(box: Box, point: Point) -> float:
    """How far the point is from the middle of the box, in shares of its sides."""
    across = abs((box.x0 + box.x1) / 2 - point[0]) / max(box.width, 1.0)
    down = abs((box.y0 + box.y1) / 2 - point[1]) / max(box.height, 1.0)
    return max(across, down)
