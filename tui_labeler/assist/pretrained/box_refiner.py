"""The second look, at each box by itself: how well does it fit an object, of which class, and how should its sides move?

Each box is cut out with what is around it and seen by the backbone as 6 x 6 places. Kernel ridge regression answers all
three questions in one step; it learns from boxes that were proposed for images that the proposer had not seen, and from
true boxes that were moved a little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_labeler.assist.boxes import Floats, Ints, clipped, overlaps
from tui_labeler.assist.pretrained.backbone import Maps

# How much of its surroundings a box is seen with, as a share of its sides.
AROUND = 0.25
_PARTS = 320
# Only boxes that overlap an object by so much teach how to move, and what it is.
_NEAR, _SAME = 0.4, 0.5
_PENALTY = 0.05
_FARTHEST = 0.6

Rows = NDArray[np.float32]
Row = NDArray[np.float32]


@dataclass
class Lesson:
    """Boxes of one image, with what is true of them: `fit` is the overlap with the nearest object, `moves` how far
    its sides are in shares of the box, `classes` its class (-1: there is none)."""

    fit: Floats
    moves: Floats
    classes: Ints


def lesson(boxes: Floats, truth: Floats, classes: Ints) -> Lesson:
    """What is true of these boxes."""
    count = len(boxes)
    if not len(truth) or not count:
        return Lesson(np.zeros(count), np.zeros((count, 4)), np.full(count, -1))
    overlap = overlaps(boxes, truth)
    own, fit = overlap.argmax(1), overlap.max(1)
    return Lesson(fit, (truth[own] - boxes) / _extents(boxes), np.where(fit >= _SAME, classes[own], -1))


def surrounded(boxes: Floats) -> Floats:
    """The boxes with their surroundings."""
    larger: Floats = boxes + _extents(boxes) * np.array([-AROUND, -AROUND, AROUND, AROUND])
    return larger


class BoxRefiner:
    """`settle` on how features are spread, then `learn` (as often as images are left out), then `refine`."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.middle: Row = np.zeros(0, np.float32)
        self.spread: Row = self.middle
        self.parts = np.zeros((0, 0), np.float32)
        self.width = 1.0
        self.known: Rows = np.zeros((0, 0), np.float32)
        self.answers: Floats = np.zeros((0, 0))
        self.ways: Floats = self.answers
        self.near: Rows = self.known

    def settle(self, seen: Maps) -> None:
        """The main parts of what is seen in crops: (n, 6, 6, channels)."""
        self.middle, self.spread = seen.mean((0, 1, 2)), seen.std((0, 1, 2)) + 1e-3
        rows = self._flat(seen)
        products = rows @ rows.T
        values, vectors = np.linalg.eigh(products.astype(np.float64))
        largest = np.argsort(-values)[: min(_PARTS, len(rows))]
        largest = largest[values[largest] > 1e-6 * values.max()]
        self.parts = (rows.T @ (vectors[:, largest] / np.sqrt(values[largest]))).astype(np.float32)
        short = rows @ self.parts
        away = _distances(short[:400], short[:400])
        self.width = float(np.median(away)) or 1.0

    def short(self, seen: Maps) -> Rows:
        rows: Rows = self._flat(seen) @ self.parts
        return rows

    def _flat(self, seen: Maps) -> Rows:
        places = int(np.prod(seen.shape[1:]))  # there may be no crop at all
        return ((seen - self.middle) / self.spread).reshape(len(seen), places).astype(np.float32)

    def learn(self, rows: Rows, lessons: Sequence[Lesson]) -> None:
        """`rows` are the lessons' boxes as `short` makes them, in their order."""
        every = Lesson(*(np.concatenate(part) for part in zip(*(vars(one).values() for one in lessons), strict=True)))
        self.known, self.answers = rows, self._solved(rows, self._true(every))
        near = every.fit >= _NEAR
        self.near, self.ways = rows[near], self._solved(rows[near], every.moves[near])

    def learn_more(self, rows: Rows, more: Lesson) -> None:
        """Boxes of one more image, besides what is known already. What that taught is read from its solution."""
        near = more.fit >= _NEAR
        true = np.concatenate([self._taught(self.known, self.answers), self._true(more)])
        moves = np.concatenate([self._taught(self.near, self.ways), more.moves[near]])
        self.known, self.near = np.concatenate([self.known, rows]), np.concatenate([self.near, rows[near]])
        self.answers, self.ways = self._solved(self.known, true), self._solved(self.near, moves)

    def _true(self, taught: Lesson) -> Floats:
        """What the answers should be: the overlap, and 1 for the class."""
        is_of = np.zeros((len(taught.fit), self.count))
        named = np.flatnonzero(taught.classes >= 0)
        is_of[named, taught.classes[named]] = 1.0
        return np.concatenate([taught.fit[:, None], is_of], 1)

    def _taught(self, rows: Rows, solution: Floats) -> Floats:
        taught: Floats = self._alike(rows, rows).astype(np.float64) @ solution + _PENALTY * solution
        return taught

    def _solved(self, rows: Rows, answers: Floats) -> Floats:
        products = self._alike(rows, rows).astype(np.float64)
        products[np.diag_indices(len(rows))] += _PENALTY
        solution: Floats = np.linalg.solve(products, answers).astype(np.float64)
        return solution

    def _alike(self, some: Rows, others: Rows) -> Rows:
        similarity: Rows = np.exp(-_distances(some, others) / self.width)
        return similarity

    def refine(self, rows: Rows, boxes: Floats, size: tuple[int, int]) -> tuple[Floats, Floats, Floats]:
        """(expected overlap, share of each class, the boxes moved to fit)."""
        answers = self._alike(rows, self.known) @ self.answers
        moves = np.clip(self._alike(rows, self.near) @ self.ways, -_FARTHEST, _FARTHEST)
        moved = clipped(boxes + moves * _extents(boxes), *size)
        sound = (moved[:, 2] - moved[:, 0] >= 1) & (moved[:, 3] - moved[:, 1] >= 1)
        return np.clip(answers[:, 0], 0, 1), answers[:, 1:], np.where(sound[:, None], moved, boxes)


def _distances(some: Rows, others: Rows) -> Rows:
    """Squared, of every row to every other."""
    distances: Rows = (some**2).sum(1)[:, None] + (others**2).sum(1)[None] - 2 * some @ others.T
    np.maximum(distances, 0, out=distances)
    return distances


def _extents(boxes: Floats) -> Floats:
    extents: Floats = np.tile(np.maximum(boxes[:, 2:] - boxes[:, :2], 1.0), 2)
    return extents
