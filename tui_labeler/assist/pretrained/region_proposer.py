"""The first look: at every eighth pixel, is there the middle of an object, and how far are its sides?

Ridge regression on what the backbone sees there and around, and on random rectified mixtures of it, which bend a method
that is solved in one step. Sums of products are kept for each fold, so that leaving one out costs no second look.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui_labeler.assist.boxes import Floats, clipped, none, overlaps
from tui_labeler.assist.pretrained.backbone import Backbone, Maps
from tui_labeler.imaging.arrays import Pixels

STRIDE = 8
# The scale is such that few objects have a side below this, in pixels, as far as so many pixels in all allow.
_SIDE, _PIXELS = 56.0, 420_000
_LARGEST = 2.0
_MIXTURES = 384
# Places in the inner part of an object (of half its size) teach it; those further out, up to its outline, teach nothing.
_INNER, _OUTER = 0.4, 1.0
_EMPTY_PLACES = 250
_PENALTY = 30.0
# Pixels of the image; what is smaller at any side is no object, and overlaps not even itself.
_SMALLEST = 0.5


Row = NDArray[np.float32]


@dataclass
class Sums:
    """Sums of products for one image or several: (features x features), (features x answers), for both questions."""

    seen: Floats
    there: Floats
    inside: Floats
    sides: Floats

    def plus(self, other: Sums, sign: float = 1.0) -> Sums:
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return Sums(*(mine + sign * theirs for mine, theirs in pairs))


def scale_for(sizes: Sequence[tuple[int, int]], boxes: Sequence[Floats]) -> float:
    """At which scale images of these (width, height) are looked at, so that their objects are large enough."""
    every = np.concatenate([image_boxes for image_boxes in boxes if len(image_boxes)])
    side = np.percentile(np.sqrt((every[:, 2] - every[:, 0]) * (every[:, 3] - every[:, 1])), 15)
    area = float(np.median([width * height for width, height in sizes]))
    return float(min(_SIDE / max(side, 1.0), np.sqrt(_PIXELS / area), _LARGEST))


@dataclass(frozen=True)
class Look:
    """An image as the backbone sees it, at strides of 8, 16 and 32; `shape`: the places of the first inside it."""

    fine: NDArray[np.float16]
    middle: NDArray[np.float16]
    coarse: NDArray[np.float16]
    shape: tuple[int, int]

    def places(self) -> Maps:
        """(places, features), row by row."""
        high, wide = self.shape
        fine = self.fine.astype(np.float32)
        every = [fine, _enlarged(self.middle, 2, fine.shape), _enlarged(self.coarse, 4, fine.shape)]
        features: Maps = np.concatenate(every, 2)[:high, :wide].reshape(high * wide, -1)
        return features


class RegionProposer:
    """`teach` each image, `learn`, then `spot`."""

    def __init__(self, backbone: Backbone, scale: float, seed: int) -> None:
        self._backbone, self.scale = backbone, scale
        self._chance = np.random.default_rng(seed)
        self.middle: Row = np.zeros(0, np.float32)
        self.spread: Row = np.ones(0, np.float32)
        self.mixing = np.zeros((0, 0), np.float32)
        self.there: Floats = np.zeros((0, 0))
        self.sides: Floats = self.there

    def look(self, pixels: Pixels) -> Look:
        """What the backbone sees in the image at this scale."""
        height, width = pixels.shape[:2]
        size = (max(32, round(width * self.scale)), max(32, round(height * self.scale)))
        small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR))
        fine, middle, coarse = (features.astype(np.float16) for features in self._backbone.maps(small))
        return Look(fine, middle, coarse, (-(-size[1] // STRIDE), -(-size[0] // STRIDE)))

    def settle(self, looks: Sequence[Look]) -> None:
        """Learns how features are spread, once, before any image is taught."""
        rows = np.concatenate([look.places()[::5] for look in looks])
        self.middle, self.spread = rows.mean(0), rows.std(0) + 1e-3
        count = rows.shape[1]
        self.mixing = (self._chance.normal(0, 1, (count + 1, _MIXTURES)) / np.sqrt(count)).astype(np.float32)

    def _features(self, rows: Maps) -> NDArray[np.float32]:
        plain = ((rows - self.middle) / self.spread).astype(np.float32)
        bias = np.ones((len(plain), 1), np.float32)
        mixed = np.maximum(np.concatenate([plain, bias], 1) @ self.mixing, 0)
        return np.concatenate([plain, mixed, bias], 1)

    def _likely(self, rows: Maps) -> Floats:
        """How likely something is at each place: as features and `there` say, without features beside each other."""
        there, count = self.there[:, 0].astype(np.float32), rows.shape[1]
        plain = (rows - self.middle) / self.spread
        mixed = plain @ self.mixing[:-1]
        mixed += self.mixing[-1]
        np.maximum(mixed, 0, out=mixed)
        likely: Floats = (plain @ there[:count] + mixed @ there[count:-1] + there[-1]).astype(np.float64)
        return likely

    def teach(self, look: Look, boxes: Floats) -> Sums:
        """What one image adds; `boxes` are in the image's own pixels."""
        high, wide = look.shape
        owner = _owners(boxes * self.scale, wide, high)
        empty = np.flatnonzero(owner == -1)
        chosen = self._chance.permutation(empty)[:_EMPTY_PLACES]
        full = np.flatnonzero(owner >= 0)
        rows = look.places()
        inside, outside = self._features(rows[full]), self._features(rows[chosen])
        # Every object counts as much as another, however many places it has; so do all objects and all that is empty.
        counts = np.bincount(owner[full], minlength=len(boxes))
        weight = 4.0 / np.maximum(counts[owner[full]], 1)
        share = 4.0 * max(len(boxes), 1) / max(len(chosen), 1)
        weighted = inside * weight[:, None].astype(np.float32)
        own_sums = weighted.T @ inside
        seen = own_sums + share * outside.T @ outside
        there = weighted.sum(0, keepdims=True).T
        x, y = (full % wide + 0.5) * STRIDE, (full // wide + 0.5) * STRIDE
        own = (boxes * self.scale)[owner[full]]
        sides = np.stack([x - own[:, 0], y - own[:, 1], own[:, 2] - x, own[:, 3] - y], 1)
        logs = np.log(np.maximum(sides, 1.0) / STRIDE)
        return Sums(*(values.astype(np.float64) for values in (seen, there, own_sums, weighted.T @ logs)))

    def learn(self, sums: Sums) -> None:
        eye = np.eye(len(sums.seen)) * _PENALTY
        self.there = np.linalg.solve(sums.seen + eye, sums.there).astype(np.float64)
        self.sides = np.linalg.solve(sums.inside + eye / 3, sums.sides).astype(np.float64)

    def spot(self, look: Look, most: int, size: tuple[int, int]) -> tuple[Floats, Floats]:
        """(boxes in the pixels of an image of this (width, height), how likely something is there), the likeliest first."""
        wide = look.shape[1]
        rows = look.places()
        likely = self._likely(rows)
        order = np.argsort(-likely)[: 12 * most]
        sides = np.exp(np.clip(self._features(rows[order]) @ self.sides, -2, 6)) * STRIDE
        x, y = (order % wide + 0.5) * STRIDE, (order // wide + 0.5) * STRIDE
        boxes = np.stack([x - sides[:, 0], y - sides[:, 1], x + sides[:, 2], y + sides[:, 3]], 1) / self.scale
        boxes = clipped(boxes, *size)
        sound = (boxes[:, 2:] - boxes[:, :2] >= _SMALLEST).all(1)
        return apart(boxes[sound], likely[order][sound], most)


def apart(boxes: Floats, likely: Floats, most: int, same: float = 0.6) -> tuple[Floats, Floats]:
    """The likeliest of boxes that overlap by more than `same`, as the mean of those that overlap it."""
    if not len(boxes):
        return none(), likely
    overlap = overlaps(boxes, boxes)
    alive = np.ones(len(boxes), bool)
    kept: list[int] = []
    means: list[Floats] = []
    for index in range(len(boxes)):
        if alive[index] and len(kept) < most:
            group = overlap[index] > 0.7
            weights = np.maximum(likely[group], 1e-3) ** 2
            means.append((boxes[group] * weights[:, None]).sum(0) / weights.sum())
            kept.append(index)
            alive &= overlap[index] <= same
    return np.array(means).reshape(-1, 4), likely[kept]


def _enlarged(seen: NDArray[np.float16], times: int, shape: tuple[int, ...]) -> Maps:
    """Each value for so many places of a finer grid, smoothly."""
    known = seen.astype(np.float32)
    high, wide = shape[:2]
    rows = np.clip((np.arange(high) + 0.5) / times - 0.5, 0, len(seen) - 1)
    columns = np.clip((np.arange(wide) + 0.5) / times - 0.5, 0, seen.shape[1] - 1)
    top, left = rows.astype(int), columns.astype(int)
    down = (rows - top).astype(np.float32)[:, None, None]
    right = (columns - left).astype(np.float32)[None, :, None]
    below, beside = np.minimum(top + 1, len(seen) - 1), np.minimum(left + 1, seen.shape[1] - 1)
    mixed = known[top] * (1 - down) + known[below] * down
    enlarged: Maps = mixed[:, left] * (1 - right) + mixed[:, beside] * right
    return enlarged


def _owners(boxes: Floats, wide: int, high: int) -> NDArray[np.int64]:
    """For every place the object that it teaches; -1: nothing there; -2: neither."""
    x = (np.arange(wide) + 0.5) * STRIDE
    y = (np.arange(high) + 0.5) * STRIDE
    owner = np.full((high, wide), -1, np.int64)
    if not len(boxes):
        return owner.ravel()
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = np.maximum((boxes[:, 2:] - boxes[:, :2]) / 2, STRIDE / 2)
    away_x = np.abs(x[None] - middle[:, :1]) / half[:, :1]
    away_y = np.abs(y[None] - middle[:, 1:]) / half[:, 1:]
    away = np.maximum(away_x[:, None, :], away_y[:, :, None])  # (objects, high, wide)
    nearest = away.argmin(0)
    least = away.min(0)
    owner[least < _OUTER] = -2
    owner[least < _INNER] = nearest[least < _INNER]
    # However small it is, an object has the place nearest to its middle.
    flat = away.reshape(len(boxes), -1).argmin(1)
    owner.reshape(-1)[flat] = np.arange(len(boxes))
    return owner.ravel()
