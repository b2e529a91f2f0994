"""Boxes that are odd by themselves: no model is needed to see it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median, quantiles

from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.model.regions import Labels, Region
from tui_labeler.quality.overlap import region_iou

# Two boxes that overlap more are one object twice; so many boxes a class has before its sizes mean anything.
DOUBLED, _ENOUGH = 0.7, 12
# From which overlap on boxes tell how crowded images are; how likely an overlap above `DOUBLED` is a mistake, at least and
# at most.
_CROWDED, _LEAST_DOUBLED, _MOST_DOUBLED = 0.4, 0.6, 0.95
# How many times the usual spread a size has to be off before it is odd, and when it is surely wrong.
_ODD, _SURE = 3.5, 9.0
# A box that ends nearer to the image's edge, as a share of the longer side, ends at it.
_EDGE = 0.005


class Sizes:
    """The usual sizes of each class: the middle and the spread of the boxes' area and shape, as logarithms."""

    def __init__(self, images: Sequence[Labels]) -> None:
        areas: defaultdict[str, list[float]] = defaultdict(list)
        shapes: defaultdict[str, list[float]] = defaultdict(list)
        for labels in images:
            for region in labels.regions:
                area, shape = _measures(region.extent, labels.size)
                areas[region.name].append(area)
                shapes[region.name].append(shape)
        self.doubled = _doubled(images)
        """How likely two boxes that overlap by more than `DOUBLED` are one object, by how boxes overlap elsewhere."""
        self._areas = {name: _spread(values) for name, values in areas.items() if len(values) >= _ENOUGH}
        self._shapes = {name: _spread(values) for name, values in shapes.items() if len(values) >= _ENOUGH}

    def oddness(self, region: Region, size: Size) -> float:
        """How many spreads the box is from the middle of its class; 0 where the class has too few boxes. What the image's
        edge cuts can be small and of any shape."""
        area, shape = _measures(region.extent, size)
        is_cut = _is_cut(region.extent, size)
        oddness = 0.0
        for value, known in ((area, self._areas), (shape, self._shapes)):
            if region.name in known:
                middle, spread = known[region.name]
                if is_cut and (known is self._shapes or value < middle):
                    continue
                oddness = max(oddness, abs(value - middle) / spread)
        return oddness

    def is_large(self, region: Region, size: Size) -> bool:
        """Whether the box is larger than most of its class."""
        known = self._areas.get(region.name)
        return known is not None and _measures(region.extent, size)[0] > known[0]


def _doubled(images: Sequence[Labels]) -> float:
    """Where objects stand before each other, their overlaps thin out evenly: what is more than that, was marked twice."""
    over = between = 0
    for labels in images:
        boxes = [region.extent for region in labels.regions]
        for number, box in enumerate(boxes):
            for earlier in boxes[:number]:
                shared = earlier.iou(box)
                over += shared >= DOUBLED
                between += _CROWDED <= shared < DOUBLED
    by_chance = between * (1 - DOUBLED) / (DOUBLED - _CROWDED) / 2
    return min(max((over - by_chance) / max(over, 1), _LEAST_DOUBLED), _MOST_DOUBLED)


def _is_cut(box: Box, size: Size) -> bool:
    """Whether the object may go on beyond the edge of the image."""
    near = _EDGE * max(size.width, size.height)
    return min(box.x0, box.y0, size.width - box.x1, size.height - box.y1) <= near


def _measures(box: Box, size: Size) -> tuple[float, float]:
    share = max(box.area, 1e-6) / max(size.width * size.height, 1)
    return math.log(share), math.log(max(box.width, 1e-6) / max(box.height, 1e-6))


def _spread(values: list[float]) -> tuple[float, float]:
    """The middle, and the larger of two measures of the spread that agree where values are spread normally: the half
    nearest the middle does not see that a class has things of two sizes, the outer tenths do."""
    middle = median(values)
    tenths = quantiles(values, n=10)
    return middle, max(1.4826 * median(abs(value - middle) for value in values), (tenths[-1] - tenths[0]) / 2.563, 0.08)


def odd_regions(path: str, labels: Labels, sizes: Sizes) -> Iterator[Mistake]:
    """Doubled boxes, boxes outside of the image or with swapped corners, and boxes of an odd size."""
    for number, region in enumerate(labels.regions):
        box = region.extent
        yield from _outside(path, number, region, labels.size)
        for earlier in labels.regions[:number]:
            shared = region_iou(earlier, region) if earlier.extent.iou(box) > 0.5 else 0.0
            if shared >= DOUBLED:
                same = earlier.name == region.name
                words = "marked twice" if same else f"marked twice: as “{earlier.name}” and as “{region.name}”"
                score = sizes.doubled + (0.99 - sizes.doubled) * min((shared - DOUBLED) / 0.25, 1.0)
                yield Mistake(path, MistakeKind.DOUBLED, score, words, number, box, region.name)
        odd = sizes.oddness(region, labels.size)
        if odd > _ODD:
            how = "large" if sizes.is_large(region, labels.size) else "small, or of another shape,"
            score = 0.25 + 0.6 * min((odd - _ODD) / (_SURE - _ODD), 1.0)
            words = f"oddly {how} for “{region.name}”"
            yield Mistake(path, MistakeKind.ODD_SIZE, score, words, number, box, region.name)


def _outside(path: str, number: int, region: Region, size: Size) -> Iterator[Mistake]:
    box = region.extent
    inside = box.clipped(size).area / box.area if box.area else 0.0
    if inside > 0.9:
        return
    turned = Box(box.y0, box.x0, box.y1, box.x1)
    if turned.clipped(size).area > 0.99 * turned.area:
        words = "x and y are exchanged: turned round, the box lies inside the image"
        yield Mistake(path, MistakeKind.SWAPPED, 0.97, words, number, box, region.name)
    else:
        words = f"{1 - inside:.0%} of it lies outside of the image"
        yield Mistake(path, MistakeKind.OUTSIDE, 0.6 + 0.39 * (1 - inside), words, number, box, region.name)


def imbalance(counts: Mapping[str, int]) -> str:
    """Which classes are too rare to be learned beside the others, in words; empty where none is."""
    if len(counts) < 2 or not max(counts.values()):
        return ""
    most = max(counts, key=lambda name: counts[name])
    rare = [name for name, n in counts.items() if n * 20 < counts[most]]
    if not rare:
        return ""
    named = ", ".join(f"“{name}” ({counts[name]:,})" for name in rare[:5])
    return f"{named}: less than a twentieth of “{most}” ({counts[most]:,})."
