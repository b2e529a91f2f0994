"""The second look: how well does a box fit an object, of which class, and how should its sides move?

Samples lie relative to the box: on rays from its middle, and across each of its sides. It learns from boxes that a proposer
proposed for images it had not learned from, and from shifted true boxes.

It moves only what a model proposed. Tried on boxes that a person drew roughly (four keys; blood cells, 20 images learned
from, 389 boxes of 30 others), it raised the mean IoU from 0.82 to 0.85, but made 16 % of them worse by more than 0.02: too
many, so that nobody's own box is moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor

from tui_labeler.assist.boxes import Floats, Ints, clipped, merged, none, overlaps
from tui_labeler.assist.fewshot.features import OBJECT, PAD, Planes, planes, sampled
from tui_labeler.assist.samples import Sample
from tui_labeler.imaging.arrays import Pixels

# Boxes that overlap an object by at least so much teach its class and how to move; shifted true boxes add four to each.
_MEANT = 0.5
_SHIFTS, _SPREAD = 4, 0.09
_ROUNDS = 2
_APART, _SAME = 0.4, 0.6


def _probes() -> tuple[Floats, Planes]:
    """Places in units of half the box's width and height from its middle, and which way is outward there."""
    angles = np.repeat(np.arange(12) * 2 * np.pi / 12, 7)
    ways = np.stack([np.cos(angles), np.sin(angles)], 1)
    places = ways * np.tile(np.linspace(0.3, 1.5, 7), 12)[:, None]
    sides = np.array([(-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0)])
    across = [side * (1 + away) + side[::-1] * along for away in np.linspace(-0.3, 0.3, 7) for along in (-0.4, 0.0, 0.4)
              for side in sides]  # fmt: skip
    return np.concatenate([places, across]), np.concatenate([ways, np.tile(sides, (21, 1))]).astype(np.float32)


@dataclass(frozen=True)
class Candidates:
    """Boxes proposed for a sample by a proposer that had not seen it, and those that a labeler refused."""

    sample: Sample
    boxes: Floats


class BoxRefiner:
    """Scores and moves boxes."""

    def __init__(self, teaching: Sequence[Candidates], scales: tuple[float, ...], count: int, seed: int) -> None:
        self.scales, self.count = np.array(scales), count
        self._probes = _probes()
        chance = np.random.default_rng(seed)
        features, fits, moves, meant = [], [], [], []
        for candidates in teaching:
            sample = candidates.sample
            shifted = np.repeat(sample.boxes, _SHIFTS, 0)
            shifted = shifted + chance.normal(0, _SPREAD, shifted.shape) * _extents(shifted)
            boxes = np.concatenate([candidates.boxes, shifted])
            fit = np.zeros((len(boxes), count))
            move = np.zeros((len(boxes), 4))
            if len(sample.boxes) and len(boxes):
                overlap = overlaps(boxes, sample.boxes)
                best = overlap.argmax(1)
                fit[np.arange(len(boxes)), sample.classes[best]] = overlap.max(1)
                move = (sample.boxes[best] - boxes) / _extents(boxes)
            features.append(self._features(self._look(sample.pixels), boxes))
            fits.append(fit)
            moves.append(move)
            meant.append(fit.max(1) >= _MEANT)
        every, chosen = np.concatenate(features), np.concatenate(meant)
        self._fits = ExtraTreesRegressor(60, min_samples_leaf=3, max_features=0.1, random_state=seed).fit(
            every, np.concatenate(fits)
        )
        self._moves = ExtraTreesRegressor(40, min_samples_leaf=3, max_features=0.15, random_state=seed).fit(
            every[chosen], np.concatenate(moves)[chosen]
        )

    def refine(self, pixels: Pixels, boxes: Floats) -> tuple[Floats, Floats, Ints]:
        """One box for each object, moved to fit: (boxes, expected overlap with the true box, classes), the surest first."""
        if not len(boxes):
            return none(), np.zeros(0), np.zeros(0, np.int64)
        looks = self._look(pixels)
        for _ in range(_ROUNDS):
            boxes = self._moved(looks, boxes, pixels)
        fits = self._fits.predict(self._features(looks, boxes)).reshape(len(boxes), self.count)
        return merged(boxes, fits, _APART, _SAME, by_votes=False)

    def _moved(self, looks: list[Planes], boxes: Floats, pixels: Pixels) -> Floats:
        moves = self._moves.predict(self._features(looks, boxes))
        height, width = pixels.shape[:2]
        new = clipped(boxes + moves * _extents(boxes), width, height)
        sound = (new[:, 2] - new[:, 0] >= 1) & (new[:, 3] - new[:, 1] >= 1)
        moved: Floats = np.where(sound[:, None], new, boxes)
        return moved

    def _look(self, pixels: Pixels) -> list[Planes]:
        return [planes(pixels, float(scale))[0] for scale in self.scales]

    def _features(self, looks: list[Planes], boxes: Floats) -> Planes:
        """(n, 5 * samples + 2), at the scale where the box is nearest to the size that all objects are learned at."""
        places, ways = self._probes
        features = np.zeros((len(boxes), 5 * len(places) + 2), np.float32)
        extents = np.maximum(_extents(boxes)[:, :2], 1.0)
        side = np.sqrt(extents.prod(1))
        level = np.abs(np.log(side[:, None] * self.scales / OBJECT)).argmin(1)
        middles = (boxes[:, :2] + boxes[:, 2:]) / 2
        for scale_index in np.unique(level):
            mine = level == scale_index
            at = (middles[mine, None] + places[None] * extents[mine, None] / 2) * self.scales[scale_index] - 0.5
            at = np.round(at).astype(np.int64) + PAD
            height, width = looks[scale_index].shape[:2]
            rows, columns = np.clip(at[..., 1], 0, height - 1), np.clip(at[..., 0], 0, width - 1)
            features[mine, :-2] = sampled(looks[scale_index], rows, columns, ways)
        features[:, -2] = np.log(side)
        features[:, -1] = np.log(extents[:, 0] / extents[:, 1])
        return features


def _extents(boxes: Floats) -> Floats:
    """Width and height of every box, twice: (n, 4)."""
    return np.tile(boxes[:, 2:] - boxes[:, :2], 2)
