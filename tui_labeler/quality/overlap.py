"""How far two objects cover each other: boxes, polygons, and spans of text. 0 is apart, 1 the same."""

from __future__ import annotations

from tui_labeler.model.geometry import Box, Point
from tui_labeler.model.regions import Region

# Polygons are compared on a grid of at most so many cells a side, laid over both.
_GRID = 256

Span = tuple[float, float]


def region_iou(region: Region, other_region: Region) -> float:
    """Intersection over union of two regions of an image. Two boxes are compared exactly; as soon as one is a polygon, both
    are drawn on a grid of 256 cells over the part of the image that they share."""
    if region.box is not None and other_region.box is not None:
        return region.box.iou(other_region.box)
    if region.extent.iou(other_region.extent) == 0:
        return 0.0
    if region.points == other_region.points:
        return 1.0
    return _drawn_iou(_outline(region), _outline(other_region))


def span_iou(span: Span, other_span: Span) -> float:
    """Intersection over union of two half-open spans (start, end) of a text."""
    shared = max(0.0, min(span[1], other_span[1]) - max(span[0], other_span[0]))
    union = (span[1] - span[0]) + (other_span[1] - other_span[0]) - shared
    return shared / union if union > 0 else 0.0


def _outline(region: Region) -> tuple[Point, ...]:
    if region.points:
        return region.points
    box = region.extent
    return ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))


def _drawn_iou(outline: tuple[Point, ...], other_outline: tuple[Point, ...]) -> float:
    import numpy as np
    from PIL import Image, ImageDraw

    every = outline + other_outline
    xs, ys = [x for x, _ in every], [y for _, y in every]
    frame = Box(min(xs), min(ys), max(xs), max(ys))
    scale = _GRID / max(frame.width, frame.height, 1e-9)
    masks = []
    for points in (outline, other_outline):
        drawn = Image.new("1", (int(frame.width * scale) + 2, int(frame.height * scale) + 2))
        # A pixel of the grid belongs to a polygon that holds its middle.
        shape = [((x - frame.x0) * scale - 0.5, (y - frame.y0) * scale - 0.5) for x, y in points]
        ImageDraw.Draw(drawn).polygon(shape, fill=1)
        masks.append(np.asarray(drawn))
    union = np.logical_or(*masks).sum()
    return float(np.logical_and(*masks).sum() / union) if union else 0.0
