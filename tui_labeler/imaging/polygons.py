"""Polygons as pixels: what lies inside, and the outline with its points."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tui_labeler.imaging.colours import Rgb
from tui_labeler.model.geometry import Point

# A point that is marked, and its colour.
Handle = tuple[float, float, Rgb]


def inside(points: Sequence[Point], width: int, height: int) -> NDArray[np.bool_]:
    """The pixels (height, width) whose middle is within the polygon, by the even-odd rule."""
    turns = np.zeros((height, width + 1), np.uint8)
    for (ax, ay), (bx, by) in _edges(points, closed=True):
        if ay == by:
            continue
        first, last = (max(math.ceil(y - 0.5), 0) for y in sorted((ay, by)))
        rows = np.arange(first, min(last, height))
        crossed = ax + (rows + 0.5 - ay) * (bx - ax) / (by - ay)
        columns = np.clip(np.ceil(crossed - 0.5), 0, width).astype(np.intp)
        turns[rows, columns] ^= 1
    within: NDArray[np.bool_] = np.bitwise_xor.accumulate(turns, axis=1)[:, :-1].astype(np.bool_)
    return within


def outline(
    points: Sequence[Point],
    size: tuple[int, int],
    colour: Rgb,
    pen: int,
    closed: bool,
    dash: float,
    handles: Sequence[Handle],
) -> NDArray[np.uint8]:
    """A line of `pen` pixels with a dark rim of one, RGBA, (height, width, 4); nothing else is there. `dash`: how many
    pixels are drawn, and left out, in turns; 0 for a whole line. `handles` are squares over it."""
    from PIL import Image, ImageDraw

    image = Image.new("RGBA", size)
    draw = ImageDraw.Draw(image)
    dark = (*(value // 4 for value in colour), 255)
    lines = list(_dashes(points, closed, dash) if dash else _edges(points, closed))
    for width, ink in ((pen + 2, dark), (pen, (*colour, 255))):
        for (ax, ay), (bx, by) in lines:
            draw.line((math.floor(ax), math.floor(ay), math.floor(bx), math.floor(by)), fill=ink, width=width)
        if not dash:
            _joints(draw, points, width, ink)
    for x, y, handle in handles:
        reach = 1.5 * pen
        draw.rectangle((x - reach, y - reach, x + reach, y + reach), fill=handle, outline=dark)
    return np.asarray(image)


def _joints(draw: object, points: Sequence[Point], width: int, ink: tuple[int, ...]) -> None:
    """Lines end straight; where two of them meet, the corner between is closed."""
    from PIL import ImageDraw

    assert isinstance(draw, ImageDraw.ImageDraw)
    before = (width - 1) // 2
    for x, y in points:
        left, top = math.floor(x) - before, math.floor(y) - before
        draw.rectangle((left, top, left + width - 1, top + width - 1), fill=ink)


def _edges(points: Sequence[Point], closed: bool) -> Iterator[tuple[Point, Point]]:
    yield from pairwise(points)
    if closed and len(points) > 2:
        yield points[-1], points[0]


def _dashes(points: Sequence[Point], closed: bool, dash: float) -> Iterator[tuple[Point, Point]]:
    """Along the whole outline, round its corners."""
    gone = 0.0
    for (ax, ay), (bx, by) in _edges(points, closed):
        length = math.hypot(bx - ax, by - ay)
        number = math.floor(gone / (2 * dash))
        while length and (begin := number * 2 * dash) < gone + length:
            first, last = max(begin - gone, 0.0) / length, min(begin + dash - gone, length) / length
            if last > first:
                yield (ax + (bx - ax) * first, ay + (by - ay) * first), (ax + (bx - ax) * last, ay + (by - ay) * last)
            number += 1
        gone += length
