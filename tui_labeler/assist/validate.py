"""What an engine proposes, made sound: nothing that a labeler could not have drawn reaches a task."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

# More proposals than anyone could look through are left out, the surest ones kept.
MOST = 300


class Cleaned(msgspec.Struct, frozen=True):
    """`nonsense` counts what was thrown away: numbers that are none, boxes outside, classes that nobody knows."""

    labels: Labels
    nonsense: int


def clean(proposed: Labels, kind: TaskType, classes: Sequence[str], size: Size, model: str) -> Cleaned:
    """The sound part of a proposal for an image of this size; `model` is written into every region."""
    regions = [
        sound for region in proposed.regions if (sound := _sound(region, kind, classes, size, model)) is not None
    ]
    regions.sort(key=lambda region: -region.confidence)
    known = {tag: _share(sure) for tag, sure in proposed.sure_tags if tag in classes}
    tags = {} if kind.has_regions else known
    if kind is TaskType.CLASSIFICATION:
        tags = dict(list(tags.items())[:1])
    nonsense = len(proposed.regions) - len(regions) + len(proposed.tags) - len(known)
    return Cleaned(Labels(size, tuple(regions[:MOST]), tuple(tags), tuple(tags.values())), nonsense)


def _sound(region: Region, kind: TaskType, classes: Sequence[str], size: Size, model: str) -> Region | None:
    wanted_points = kind is TaskType.SEGMENTATION
    if not kind.has_regions or region.name not in classes or bool(region.points) != wanted_points:
        return None
    if wanted_points:
        points = region.points
        inside = all(0 <= x <= size.width and 0 <= y <= size.height for x, y in points)
        if len(points) < 3 or not inside or region.area <= 0:  # a NaN is in no range
            return None
    elif region.box is None or not region.box.is_finite() or region.box.clipped(size).area <= 0:
        return None
    sure = _share(region.confidence)
    box = region.box.clipped(size) if region.box is not None and not wanted_points else None
    return Region(region.name, box, region.points if wanted_points else (), sure, model)


def _share(sure: float) -> float:
    return min(max(sure, 0.0), 1.0) if math.isfinite(sure) else 0.0
