"""Where outlines would hide the image that they stand in, a dot marks each region instead."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import dist, floor

from tui_labeler.model.geometry import Point

_MOST = 0.3  # of the dots of a picture
_HALF = 0.25  # dots from the middle of a dot, which leave it all to a line


def outlines_or_dots(outlines: Sequence[tuple[Point, ...]], scale: float, dots: int) -> Sequence[tuple[Point, ...]]:
    """`outlines` (in the image's pixels) as they are, or each as small as one dot in its middle, where lines one dot thick
    would cover too much of a picture of so many `dots`; a pixel of the image is `scale` dots wide."""
    length = sum(dist(start, end) for points in outlines for start, end in pairwise((*points, points[0])))
    if length * scale <= _MOST * dots:
        return outlines
    return [_dot(points, scale) for points in outlines]


def _dot(points: tuple[Point, ...], scale: float) -> tuple[Point, ...]:
    xs, ys = zip(*points, strict=True)
    x, y = (floor((min(ends) + max(ends)) / 2 * scale) + 0.5 for ends in (xs, ys))
    left, top, right, bottom = (at / scale for at in (x - _HALF, y - _HALF, x + _HALF, y + _HALF))
    return (left, top), (right, top), (right, bottom), (left, bottom)
