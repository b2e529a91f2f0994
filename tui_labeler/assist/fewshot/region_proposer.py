"""The first look: at every fourth pixel of each scale, is an object of some class around it, and where are its sides?

Samples lie on rays around the place, so that an outline shows as a change at some distance in each direction. Extremely
randomized trees answer both questions (scikit-learn). They need few examples, no tuning, and no scaling of features.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from tui_labeler.assist.boxes import Floats, Ints, clipped, merged, none
from tui_labeler.assist.engine import EngineError
from tui_labeler.assist.fewshot.features import OBJECT, PAD, Planes, planes, sampled, scales_of
from tui_labeler.assist.samples import Sample
from tui_labeler.imaging.arrays import Pixels

_RAYS, _RINGS = 12, 8
_ANGLES = np.repeat(np.arange(_RAYS) * 2 * np.pi / _RAYS, _RINGS)
_RADII = np.tile(np.linspace(0.25, 1.75, _RINGS) * OBJECT / 2, _RAYS)
WAYS: Planes = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], 1).astype(np.float32)
_RIGHT = np.round(WAYS[:, 0] * _RADII).astype(np.int64)
_DOWN = np.round(WAYS[:, 1] * _RADII).astype(np.int64)

_STEP = 4
# A box is learned at the scales where its side is between these parts of OBJECT, by places in its inner part (0 middle, 1
# side); places further out, and those in objects of somewhat other sizes, teach nothing.
_FITS = (0.75, 1.35)
_NEAR = (0.5, 2.0)
_INNER, _OUTER = 0.3, 0.5
_PER_OBJECT = 4
_MAYBE = 0.15
_MOST = 100
# Rows of the training in all: about ten seconds on one core, however many images there are.
_ROWS = 16_000


@dataclass
class _Rows:
    features: list[Planes]
    classes: list[Ints]  # -1: background
    sides: list[Floats]  # distances to the left, upper, right and lower side, in OBJECT


class RegionProposer:
    """Proposes boxes; see `spot`."""

    def __init__(self, samples: Sequence[Sample], count: int, seed: int) -> None:
        """Learns from `samples` (at least one object among them); `count` is the number of classes."""
        self.count = count
        self.scales = scales_of([sample.boxes for sample in samples])
        self._seed = seed
        self._chance = np.random.default_rng(seed)
        rows = _Rows([], [], [])
        per_image = max(8, _ROWS // 3 // len(samples) // len(self.scales))
        for sample in samples:
            for turn in (0, int(self._chance.integers(1, 8))):
                self._collect(turned(sample, turn), rows, min(60, per_image), None)
        self._learn(rows, final=False)
        for sample in samples:  # once more, with the background that was taken for objects
            self._collect(sample, rows, min(40, per_image), self._objectness)
        self._learn(rows, final=True)

    def _collect(self, sample: Sample, rows: _Rows, background: int, hard: Callable[[Planes], Floats] | None) -> None:
        for scale in self.scales:
            channels, shape = planes(sample.pixels, scale)
            down, right = _places(shape, 2)
            owner = _owners(sample.boxes, scale, down, right)
            chosen: list[NDArray[np.int64]] = []
            for box_index in np.unique(owner[owner >= 0]) if hard is None else ():
                inside = np.flatnonzero(owner == box_index)
                chosen.append(self._chance.choice(inside, min(_PER_OBJECT, len(inside)), replace=False))
            empty = np.flatnonzero(owner == -1)
            wanted = background if hard is None else 8 * background
            chosen.append(self._chance.choice(empty, min(len(empty), wanted), replace=False))
            if hard is not None and len(chosen[-1]):
                guess = hard(_features(channels, down[chosen[-1]], right[chosen[-1]]))
                chosen[-1] = chosen[-1][np.argsort(-guess)[:background]]
            places = np.concatenate(chosen).astype(np.int64)
            if not len(places):
                continue
            mine = owner[places]
            x, y = (right[places] + 0.5) / scale, (down[places] + 0.5) / scale
            boxes = sample.boxes[mine] if len(sample.boxes) else np.zeros((len(mine), 4))
            sides = np.stack([x - boxes[:, 0], y - boxes[:, 1], boxes[:, 2] - x, boxes[:, 3] - y], 1)
            rows.features.append(_features(channels, down[places], right[places]))
            rows.classes.append(np.where(mine >= 0, sample.classes[mine] if len(sample.classes) else 0, -1))
            rows.sides.append(sides * scale / OBJECT)

    def _learn(self, rows: _Rows, final: bool) -> None:
        """A first time with few trees, which only have to tell what is mistaken for an object; then with all."""
        features, classes = np.concatenate(rows.features), np.concatenate(rows.classes)
        sides = np.concatenate(rows.sides)
        if not (classes >= 0).any():
            raise EngineError(
                "The boxes are too small or too close together for the engine fewshot.", "Use pretrained."
            )
        if len(features) > _ROWS:
            keep = self._chance.choice(len(features), _ROWS, replace=False)
            features, classes, sides = features[keep], classes[keep], sides[keep]
        self._classes = ExtraTreesClassifier(
            60 if final else 20, min_samples_leaf=2, class_weight="balanced_subsample", random_state=self._seed
        ).fit(features, classes)
        if not final:
            return
        inside = classes >= 0
        self._sides = ExtraTreesRegressor(
            30, min_samples_leaf=2, max_features=0.15, random_state=self._seed
        ).fit(features[inside], sides[inside])  # fmt: skip

    def _scores(self, features: Planes) -> Floats:
        """How likely each class is, (n, classes)."""
        scores = np.zeros((len(features), self.count))
        likely = self._classes.predict_proba(features)
        for column, known in enumerate(self._classes.classes_):
            if known >= 0:
                scores[:, known] = likely[:, column]
        return scores

    def _objectness(self, features: Planes) -> Floats:
        objectness: Floats = self._scores(features).max(1)
        return objectness

    def spot(self, pixels: Pixels) -> tuple[Floats, Floats, Ints]:
        """At most a hundred boxes with scores and classes, the surest first; several of them may mean one object."""
        boxes: list[Floats] = []
        scores: list[Floats] = []
        for channels, scale, down, right in self._looks(pixels):
            features = _features(channels, down, right)
            likely = self._scores(features)
            maybe = likely.max(1) > _MAYBE
            if maybe.any():
                sides = self._sides.predict(features[maybe]) * OBJECT / scale
                x, y = (right[maybe] + 0.5) / scale, (down[maybe] + 0.5) / scale
                boxes.append(np.stack([x - sides[:, 0], y - sides[:, 1], x + sides[:, 2], y + sides[:, 3]], 1))
                scores.append(likely[maybe])
        if not boxes:
            return none(), np.zeros(0), np.zeros(0, np.int64)
        height, width = pixels.shape[:2]
        every = clipped(np.concatenate(boxes), width, height)
        found_boxes, sure, classes = merged(every, np.concatenate(scores), apart=0.7, same=0.75, by_votes=True)
        return found_boxes[:_MOST], sure[:_MOST], classes[:_MOST]

    def _looks(self, pixels: Pixels) -> Iterator[tuple[Planes, float, Ints, Ints]]:
        for scale in self.scales:
            channels, shape = planes(pixels, scale)
            yield channels, scale, *_places(shape, _STEP)


def _places(shape: tuple[int, int], step: int) -> tuple[Ints, Ints]:
    down, right = np.mgrid[step // 2 : shape[0] : step, step // 2 : shape[1] : step]
    return down.ravel().astype(np.int64), right.ravel().astype(np.int64)


def _features(channels: Planes, down: Ints, right: Ints) -> Planes:
    """(n, 5 * samples + 3)."""
    around = sampled(channels, down[:, None] + _DOWN + PAD, right[:, None] + _RIGHT + PAD, WAYS)
    return np.concatenate([around, channels[down + PAD, right + PAD, :3]], 1)


def _owners(boxes: Floats, scale: float, down: Ints, right: Ints) -> Ints:
    """For every place the object that it teaches; -1: background; -2: neither."""
    owner = np.full(len(down), -1, np.int64)
    if not len(boxes):
        return owner
    x, y = (right + 0.5) / scale, (down + 0.5) / scale
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    across = np.abs(x[:, None] - (boxes[:, 0] + boxes[:, 2]) / 2) / width
    along = np.abs(y[:, None] - (boxes[:, 1] + boxes[:, 3]) / 2) / height
    away = 2 * np.maximum(across, along)
    side = np.sqrt(width * height) * scale / OBJECT
    fitting = np.where((side > _FITS[0]) & (side < _FITS[1]), away, np.inf)
    near = np.where((side > _NEAR[0]) & (side < _NEAR[1]), away, np.inf)
    owner[(near.min(1) < _OUTER) | (fitting.min(1) < _OUTER)] = -2
    inner = fitting.min(1) < _INNER
    owner[inner] = fitting.argmin(1)[inner]
    return owner


def turned(sample: Sample, turn: int) -> Sample:
    """One of the eight ways to lay the image: mirrored (1), upside down (2), its axes exchanged (4)."""
    pixels, boxes = sample.pixels, sample.boxes.copy()
    height, width = pixels.shape[:2]
    if turn & 1:
        pixels = pixels[:, ::-1]
        boxes[:, [0, 2]] = width - boxes[:, [2, 0]]
    if turn & 2:
        pixels = pixels[::-1]
        boxes[:, [1, 3]] = height - boxes[:, [3, 1]]
    if turn & 4:
        pixels = pixels.transpose(1, 0, 2)
        boxes = boxes[:, [1, 0, 3, 2]]
    return Sample(np.ascontiguousarray(pixels), boxes, sample.classes)
