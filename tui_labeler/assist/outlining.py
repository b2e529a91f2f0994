"""Masks as outlines: the part that was pointed at, without holes, with as few points as it needs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui_labeler.formats.masks import RunLengths
from tui_labeler.model.geometry import Box, Point, Size, bounds, polygon_area
from tui_labeler.model.outlines import Outline, Prompt

Mask = NDArray[np.float32]
# An outline may leave the mask's edge by so much, in pixels of what the network saw, and has at most so many points.
_TOLERANCE, _MOST_POINTS = 0.9, 80
# What is smaller than this, in such pixels, is no object; a mask in more pieces than this is noise.
_LEAST_AREA, _MOST_RUNS = 12.0, 20_000
# Two outlines whose boxes overlap by so much, and whose areas are as alike, are one.
_SAME = 0.92
# An outline of more of the image than this is what lies around the objects.
_ALL = 0.98


def outlines_of(
    masks: Mask, scores: Sequence[float], seen: tuple[int, int], part: tuple[float, float], size: Size, prompt: Prompt
) -> tuple[Outline, ...]:
    """From `masks` (n, height, width): logits, or 0 to 1; the best score first, each object once. The image fills the
    `part` (shares of width and height) of a mask from its upper left corner, and was `seen` with so many pixels (width,
    height)."""
    kept: list[Outline] = []
    for index in sorted(range(len(masks)), key=lambda index: -scores[index]):
        outline = _outline(masks[index], scores[index], seen, part, size, prompt)
        if outline is not None and not any(_is_same(outline, better) for better in kept):
            kept.append(outline)
    objects = [outline for outline in kept if outline.box.area < _ALL * size.width * size.height]
    return tuple(objects or kept)


def _outline(
    mask: Mask, score: float, seen: tuple[int, int], part: tuple[float, float], size: Size, prompt: Prompt
) -> Outline | None:
    threshold = 0.0 if mask.min(initial=0) < 0 else 0.5
    height, width = mask.shape
    inside = Image.fromarray(mask).resize(seen, Image.Resampling.BILINEAR, (0, 0, width * part[0], height * part[1]))
    filled = np.asarray(inside) > threshold
    scale = size.width / seen[0], size.height / seen[1]
    loops = _loops(filled)
    if not loops:
        return None
    chosen = _pointed_at(loops, prompt, scale)
    if polygon_area(chosen) < _LEAST_AREA:
        return None
    box = _scaled(bounds(chosen), scale, size)
    points = tuple(
        (min(max(x * scale[0], 0.0), float(size.width)), min(max(y * scale[1], 0.0), float(size.height)))
        for x, y in _simplified(chosen)
    )
    return Outline(box, points, score) if len(points) >= 3 and polygon_area(points) > 0 else None


def _loops(filled: NDArray[np.bool_]) -> list[tuple[Point, ...]]:
    """The outer edges of all parts."""
    rows, columns = np.flatnonzero(filled.any(1)), np.flatnonzero(filled.any(0))
    if not len(rows):
        return []
    top, left = int(rows[0]), int(columns[0])
    inner = filled[top : rows[-1] + 1, left : columns[-1] + 1]
    flat = inner.T.reshape(-1)
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if len(edges) > _MOST_RUNS:
        return []
    runs = [int(run) for run in np.diff([0, *edges.tolist(), len(flat)])]
    height, width = inner.shape
    traced = RunLengths(height, width, (0, *runs) if flat[0] else tuple(runs)).outlines()
    return [tuple((x + left, y + top) for x, y in loop) for loop in traced]


def _pointed_at(loops: list[tuple[Point, ...]], prompt: Prompt, scale: tuple[float, float]) -> tuple[Point, ...]:
    """The part at the point; else the largest one."""
    if prompt.point is not None:
        x, y = prompt.point[0] / scale[0], prompt.point[1] / scale[1]
        around = [loop for loop in loops if _contains(loop, x, y)]
        if around:
            return min(around, key=polygon_area)
    return max(loops, key=polygon_area)


def _contains(loop: tuple[Point, ...], x: float, y: float) -> bool:
    inside = False
    for (x0, y0), (x1, y1) in zip(loop, (*loop[1:], loop[0]), strict=True):
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
    return inside


def _scaled(box: Box, scale: tuple[float, float], size: Size) -> Box:
    return Box(box.x0 * scale[0], box.y0 * scale[1], box.x1 * scale[0], box.y1 * scale[1]).clipped(size)


def _simplified(loop: tuple[Point, ...]) -> list[Point]:
    """The loop with fewer corners (Douglas and Peucker), through the middles of the pixels' sides: steps are no corners."""
    corners = np.array(loop)
    sides = np.roll(corners, -1, 0) - corners
    half = 0.5 * sides / np.abs(sides).sum(1, keepdims=True)
    middles = np.stack([corners + half, corners + sides - half], 1).reshape(-1, 2)
    tolerance = _TOLERANCE
    while True:
        kept = _corners(middles, tolerance)
        if len(kept) <= _MOST_POINTS:
            return [(float(x), float(y)) for x, y in kept]
        tolerance *= 1.5


def _corners(points: NDArray[np.float64], tolerance: float) -> NDArray[np.float64]:
    # From two points that are far apart, so that the ring falls into two lines.
    first = int(np.argmin(points.sum(1)))
    ring = np.roll(points, -first, 0)
    far = int(np.argmax(((ring - ring[0]) ** 2).sum(1)))
    closed = np.concatenate([ring, ring[:1]])
    keep = np.zeros(len(closed), bool)
    keep[[0, far]] = True
    pending = [(0, far), (far, len(ring))]
    while pending:
        begin, end = pending.pop()
        if end - begin < 2:
            continue
        (x0, y0), (x1, y1) = closed[begin], closed[end]
        between = closed[begin + 1 : end]
        length = float(np.hypot(x1 - x0, y1 - y0))
        away = (
            np.abs((x1 - x0) * (between[:, 1] - y0) - (y1 - y0) * (between[:, 0] - x0)) / length
            if length
            else np.hypot(between[:, 0] - x0, between[:, 1] - y0)
        )
        at = int(np.argmax(away))
        if away[at] > tolerance:
            middle = begin + 1 + at
            keep[middle] = True
            pending += [(begin, middle), (middle, end)]
    return closed[:-1][keep[:-1]]


def _is_same(outline: Outline, other: Outline) -> bool:
    areas = sorted((polygon_area(outline.points), polygon_area(other.points)))
    return outline.box.iou(other.box) >= _SAME and areas[0] >= _SAME * areas[1]
