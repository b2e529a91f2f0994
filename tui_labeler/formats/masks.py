"""Masks: COCO's run-length encoding, and objects in several parts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Point, bounds

MOST_PIXELS = 400_000_000
"""No mask has more."""
_MOST_RUNS = 4_000_000


class Parts(msgspec.Struct, frozen=True, gc=False):
    """An object in several polygons: hidden in part by others."""

    polygons: tuple[tuple[Point, ...], ...]

    def box(self) -> Box | None:
        return bounds(tuple(point for polygon in self.polygons for point in polygon)) if self.polygons else None

    def outlines(self) -> list[tuple[Point, ...]]:
        return list(self.polygons)


class RunLengths(msgspec.Struct, frozen=True, gc=False):
    """A mask whose pixels are counted down its columns: `runs` of pixels outside and inside in turns, outside first."""

    height: int
    width: int
    runs: tuple[int, ...]

    def box(self) -> Box | None:
        """Its bounds, from the runs alone."""
        x0, y0, x1, y1 = self.width, self.height, -1, -1
        for start, end in self._inside():
            first, last = start // self.height, (end - 1) // self.height
            x0, x1 = min(x0, first), max(x1, last)
            if first == last:
                y0, y1 = min(y0, start % self.height), max(y1, (end - 1) % self.height)
            else:
                y0, y1 = 0, self.height - 1
        return None if x1 < 0 else Box(float(x0), float(y0), float(x1 + 1), float(y1 + 1))

    def outlines(self) -> list[tuple[Point, ...]]:
        """The outer edges of its parts, along the pixels' sides; holes are filled."""
        columns: dict[int, list[tuple[int, int]]] = {}
        for start, end in self._inside():
            while start < end:
                column = start // self.height
                stop = min(end, (column + 1) * self.height)
                columns.setdefault(column, []).append((start - column * self.height, stop - column * self.height))
                start = stop
        return _trace(columns)

    def _inside(self) -> list[tuple[int, int]]:
        ranges, at = [], 0
        for number, run in enumerate(self.runs):
            if number % 2 and run:
                ranges.append((at, at + run))
            at += run
        return ranges


class RowRuns(msgspec.Struct, frozen=True, gc=False):
    """A mask whose pixels are counted along its rows, within the part of the image that begins at `left` and `top`.
    `turned` are the same runs with x and y exchanged."""

    left: int
    top: int
    turned: RunLengths

    def box(self) -> Box | None:
        """Its bounds in the image."""
        box = self.turned.box()
        if box is None:
            return None
        return Box(box.y0 + self.left, box.x0 + self.top, box.y1 + self.left, box.x1 + self.top)

    def outlines(self) -> list[tuple[Point, ...]]:
        """As those of `RunLengths`."""
        return [tuple((y + self.left, x + self.top) for x, y in points) for points in self.turned.outlines()]


def row_runs(left: int, top: int, width: int, height: int, runs: list[int], place: object) -> RowRuns:
    """From runs outside and inside in turns, outside first. Raises BadInput."""
    return RowRuns(left, top, run_lengths((width, height), runs, place))


def run_lengths(size: Sequence[float], counts: object, place: object) -> RunLengths:
    """From COCO's `size` (height, width) and `counts`: a list, or the text that pycocotools writes. Raises BadInput."""
    try:
        height, width = (int(side) for side in size)
        runs = tuple(map(int, counts)) if isinstance(counts, list) else tuple(_decoded(str(counts)))
    except (TypeError, ValueError):
        raise BadInput(f"{place}: its run-length encoded mask cannot be read.", "Export it anew.") from None
    total = sum(runs)
    if height < 1 or width < 1 or height * width > MOST_PIXELS or min(runs, default=0) < 0 or total > height * width:
        raise BadInput(f"{place}: its run-length encoded mask does not fit its size.", "Export it anew.")
    return RunLengths(height, width, runs)


def _decoded(text: str) -> list[int]:
    """pycocotools' text: numbers of six bits a character, each but the first two as the difference to the one before the
    last (rleFrString of maskApi.c)."""
    runs: list[int] = []
    at = 0
    while at < len(text):
        value = shift = 0
        more = True
        while more:
            char = ord(text[at]) - 48
            if not 0 <= char < 64:
                raise ValueError(text[at])
            value |= (char & 0x1F) << shift
            more = bool(char & 0x20)
            at += 1
            shift += 5
            if not more and char & 0x10:
                value |= -1 << shift
            if more and (at >= len(text) or shift > 60):
                raise ValueError("it ends in a number")
        if len(runs) > 2:
            value += runs[-2]
        runs.append(value)
        if len(runs) > _MOST_RUNS:
            raise ValueError("too many runs")
    return runs


def _trace(columns: dict[int, list[tuple[int, int]]]) -> list[tuple[Point, ...]]:
    """Outlines of the pixels in `columns` (x -> ranges of y): their sides are chained, clockwise around each part; those
    that run the other way round are holes."""
    follows: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def side(start: tuple[int, int], end: tuple[int, int]) -> None:
        follows.setdefault(start, []).append(end)

    for x, ranges in columns.items():
        for y0, y1 in ranges:
            side((x, y0), (x + 1, y0))
            side((x + 1, y1), (x, y1))
        for gone, (first, second, back) in ((x - 1, (x, x, True)), (x + 1, (x + 1, x + 1, False))):
            for y0, y1 in _minus(ranges, columns.get(gone, [])):
                side((first, y1), (second, y0)) if back else side((first, y0), (second, y1))
    return _chained(_split_at_corners(follows))


def _minus(ranges: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts of `ranges` that no other covers."""
    parts = []
    for start, end in ranges:
        at = start
        for low, high in sorted(others):
            if high <= at or low >= end:
                continue
            if low > at:
                parts.append((at, low))
            at = max(at, high)
        if at < end:
            parts.append((at, end))
    return parts


_Sides = dict[tuple[int, int], list[tuple[int, int]]]


def _split_at_corners(follows: _Sides) -> _Sides:
    """Upright sides in pieces that end wherever another side begins or ends."""
    stops: dict[int, set[int]] = {}
    for start, ends in follows.items():
        for x, y in (start, *ends):
            stops.setdefault(x, set()).add(y)
    ordered = {x: sorted(ys) for x, ys in stops.items()}
    split: _Sides = {}
    for start, ends in follows.items():
        for end in ends:
            if start[0] != end[0]:
                split.setdefault(start, []).append(end)
                continue
            low, high = sorted((start[1], end[1]))
            ys = [y for y in ordered[start[0]] if low <= y <= high]
            if start[1] > end[1]:
                ys.reverse()
            for y0, y1 in pairwise(ys):
                split.setdefault((start[0], y0), []).append((start[0], y1))
    return split


def _chained(follows: _Sides) -> list[tuple[Point, ...]]:
    loops = []
    while follows:
        start = next(iter(follows))
        loop, here, before = [start], start, None
        while True:
            there = _turn(follows, here, before)
            before, here = here, there
            if here == start:
                break
            loop.append(here)
        points = _straightened(loop)
        if _signed_area(points) > 0:
            loops.append(tuple((float(x), float(y)) for x, y in points))
    return loops


def _turn(follows: _Sides, here: tuple[int, int], before: tuple[int, int] | None) -> tuple[int, int]:
    """The next corner; where two parts touch at a corner, each keeps to its own side."""
    ends = follows[here]
    at = 0
    if before is not None and len(ends) > 1:
        dx, dy = here[0] - before[0], here[1] - before[1]
        at = max(range(len(ends)), key=lambda i: dx * (ends[i][1] - here[1]) - dy * (ends[i][0] - here[0]))
    there = ends.pop(at)
    if not ends:
        del follows[here]
    return there


def _straightened(loop: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without the corners at which nothing turns."""
    kept = []
    for at, (x, y) in enumerate(loop):
        (px, py), (nx, ny) = loop[at - 1], loop[(at + 1) % len(loop)]
        if (x - px) * (ny - y) != (y - py) * (nx - x):
            kept.append((x, y))
    return kept


def _signed_area(points: list[tuple[int, int]]) -> float:
    pairs = zip(points, [*points[1:], *points[:1]], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairs) / 2
