"""How many letters a corner takes, and where those of the opposite corner stand: as the object needs it.

A corner lies in the middle of the last cell, so that it is off by a quarter of the cell on average, at each side. What that
costs of the overlap (IoU) is the sum over the sides of the error's share of the box.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import exp, log
from statistics import median

from tui_labeler.model.geometry import Box

COLUMNS, ROWS = 6, 5
# Of the overlap, for each corner.
LOSS = 0.045
# A first corner that turns out to cost more than this is asked for again, with one letter more.
LOSS_TOO_MUCH = 0.06
# A class whose boxes would often need that has one letter more from the beginning.
_OFTEN = 0.3
# Letters of a first corner while no sizes are known.
LEVELS = 3
# Cells smaller than this part of an image pixel tell nothing apart.
_FINEST = 0.75
# The next object may be somewhat smaller or larger than any before: sizes are spread by so much at least (a factor's
# logarithm), and more while there are few.
_SPREAD, _OF_FEW = 0.03, 0.4
# Beyond the smallest and the largest stop, as a share of them.
_MARGIN = 0.12
_ROUNDS = 12
# A point that leads to a box may be off by half of this share of the box, at each side.
_POINTED = 0.4

Extents = tuple[tuple[float, float], ...]


def loss(width: float, height: float, of: tuple[float, float]) -> float:
    """What one corner in the middle of a cell of this extent costs a box of the extent `of`."""
    return width / (4 * max(of[0], 1.0)) + height / (4 * max(of[1], 1.0))


def is_finest(width: float, height: float) -> bool:
    """Whether a cell is as small as an image pixel."""
    return width <= _FINEST and height <= _FINEST


@lru_cache(maxsize=64)
def letters_of_first(view: tuple[float, float], seen: Extents) -> int:
    """The fewest letters that place a first corner well enough for most boxes of these extents, in a view of this one."""
    for letters in range(1, LEVELS + 3):
        cell = view[0] / COLUMNS**letters, view[1] / ROWS**letters
        coarse = sum(loss(*cell, extent) > LOSS_TOO_MUCH for extent in seen)
        if coarse <= _OFTEN * len(seen) or is_finest(*cell):
            break
    return letters


def is_coarse(cell: tuple[float, float], seen: Extents) -> bool:
    """Whether cells of this extent are too large to point at most objects of these."""
    width, height = (median(extent[axis] for extent in seen) for axis in (0, 1))
    return cell[0] > _POINTED * width or cell[1] > _POINTED * height


class Stops(tuple[tuple[float, ...], tuple[float, ...]]):
    """Where letters stand across and down, in image pixels from the first corner."""

    __slots__ = ()


@lru_cache(maxsize=64)
def stops_of(seen: Extents) -> Stops:
    """Six widths and five heights from which boxes of these extents differ least (in shares of themselves)."""
    return Stops(_stops([extent[axis] for extent in seen], count) for axis, count in enumerate((COLUMNS, ROWS)))


@lru_cache(maxsize=64)
def is_one_enough(seen: Extents) -> bool:
    """Whether one of these stops places an opposite corner well enough, on average."""
    lost = 0.0
    for axis, stops in enumerate(stops_of(seen)):
        values = _spread([extent[axis] for extent in seen])
        lost += sum(min(abs(value - stop) for stop in stops) / value for value in values) / len(values)
    return lost <= LOSS


def borders(stops: tuple[float, ...]) -> list[tuple[float, float]]:
    """What of the way each stop stands for: half of that to the next one."""
    between = [(stop + next_stop) / 2 for stop, next_stop in pairwise(stops)]
    first, last = min(2 * stops[0] - between[0], stops[0] * (1 - _MARGIN)), 2 * stops[-1] - between[-1]
    low = [max(first, 0.0), *between]
    return list(zip(low, [*between, max(last, stops[-1] * (1 + _MARGIN))], strict=True))


def _spread(values: list[float]) -> list[float]:
    """Each value, and some around it that may come."""
    away = max(_SPREAD, _OF_FEW / len(values))
    return sorted(max(value, 1.0) * exp(away * step) for value in values for step in (-2, -1, 0, 1, 2))


def _stops(values: list[float], count: int) -> tuple[float, ...]:
    """Lloyd's way: each stop is the median of what is nearest to it. It begins with stops of equal ratios."""
    near = [log(value) for value in _spread(values)]
    low, high = near[0], near[-1]
    stops = [low + (high - low) * (index + 0.5) / count for index in range(count)]
    for _ in range(_ROUNDS):
        groups: list[list[float]] = [[] for _ in stops]
        for value in near:
            groups[min(range(count), key=lambda index: abs(stops[index] - value))].append(value)
        stops = [median(group) if group else stop for group, stop in zip(groups, stops, strict=True)]
    stops = sorted(stops)
    # Two in the same place would be one letter less.
    least = max((high - low) / count / 4, 1e-3)
    for index in range(1, count):
        stops[index] = max(stops[index], stops[index - 1] + least)
    return tuple(exp(stop) for stop in stops)


def box_between(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """The extent of the box between two corners."""
    box = Box.between(*first, *second)
    return box.width, box.height
