"""Many boxes at once: arrays of (n, 4), each row x0, y0, x1, y1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def none() -> Floats:
    return np.zeros((0, 4))


def areas(boxes: Floats) -> Floats:
    area: Floats = np.clip(boxes[..., 2] - boxes[..., 0], 0, None) * np.clip(boxes[..., 3] - boxes[..., 1], 0, None)
    return area


def overlaps(boxes: Floats, other_boxes: Floats) -> Floats:
    """Intersection over union of every box with every other, (len(boxes), len(other_boxes))."""
    a, b = boxes[:, None], other_boxes[None]
    width = np.minimum(a[..., 2], b[..., 2]) - np.maximum(a[..., 0], b[..., 0])
    height = np.minimum(a[..., 3], b[..., 3]) - np.maximum(a[..., 1], b[..., 1])
    shared = np.clip(width, 0, None) * np.clip(height, 0, None)
    iou: Floats = shared / (areas(a) + areas(b) - shared + 1e-9)
    return iou


def clipped(boxes: Floats, width: float, height: float) -> Floats:
    inside: Floats = np.clip(boxes, 0.0, [width, height, width, height])
    return inside


def merged(boxes: Floats, scores: Floats, apart: float, same: float, by_votes: bool) -> tuple[Floats, Floats, Ints]:
    """One box for each object: (boxes, scores, classes), the surest first. `scores` is (n, classes).

    A box that overlaps a surer one by more than `apart` goes; what stays is the mean of those of its class that overlap it
    by more than `same`, weighted by score. `by_votes` lowers the score of a box that few others agree with.
    """
    classes, best = scores.argmax(1), scores.max(1)
    order = np.argsort(-best, kind="stable")[:1500]
    boxes, classes, best = boxes[order], classes[order], best[order]
    overlap = overlaps(boxes, boxes)
    alive = np.ones(len(boxes), bool)
    kept: list[int] = []
    means: list[Floats] = []
    sure: list[float] = []
    for index in range(len(boxes)):
        if not alive[index]:
            continue
        group = (overlap[index] > same) & (classes == classes[index])
        group[index] = True  # a box without extent overlaps nothing, not even itself
        weights = best[group] ** 3 + 1e-12
        means.append((boxes[group] * weights[:, None]).sum(0) / weights.sum())
        sure.append(float(best[index] * (1 - 0.5 ** (group.sum() / 2) if by_votes else 1.0)))
        kept.append(index)
        alive &= overlap[index] <= apart
    again = np.argsort(-np.array(sure), kind="stable")
    return np.array(means).reshape(-1, 4)[again], np.array(sure)[again], classes[kept][again]
