"""What several labelers' labels of one image come to: the merged labels, and what a person has to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region
from tui_labeler.quality.matching import clusters
from tui_labeler.quality.overlap import region_iou


class Consensus(msgspec.Struct, frozen=True):
    """`labels` is None where most skipped the image. `objects` are the (labeler, place) of those who marked each region of
    `labels`, in the same order; `lone` the regions that fewer than half marked and that are left out. `doubts` are the
    reasons why a person should look, in words; none: everybody agrees."""

    labels: Labels | None
    objects: tuple[tuple[tuple[str, int], ...], ...] = ()
    lone: tuple[tuple[str, Region], ...] = ()
    doubts: tuple[str, ...] = ()


def consensus(answers: Mapping[str, Labels | None], weights: Mapping[str, float] | None = None) -> Consensus:
    """Merges the answers of labelers (None: skipped the image): what half of them or more marked, with the class that most
    gave it. `weights` say how good each one's boxes are (1 where not given): corners are the weighted medians of those who
    marked an object, and a tie between classes goes to the side with more weight, but to a person as well."""
    weight = {name: (weights or {}).get(name, 1.0) for name in answers}
    given = {name: labels for name, labels in answers.items() if labels is not None}
    skipping = len(answers) - len(given)
    if not given or skipping > len(given):
        return Consensus(None, doubts=(f"skipped by {len(answers) - len(given)} of {len(answers)}",) if given else ())
    doubts = [f"skipped by {len(answers) - len(given)} of {len(answers)}"] if skipping else []
    if any(labels.tags for labels in given.values()):
        return _merged_tags(given, weight, doubts)
    return _merged_regions(given, weight, doubts)


def _merged_regions(given: Mapping[str, Labels], weight: Mapping[str, float], doubts: list[str]) -> Consensus:
    names = list(given)
    regions = [labels.regions for labels in given.values()]
    merged, objects, lone = [], [], []
    for cluster in clusters(regions, region_iou):
        members = [(names[labeler], regions[labeler][index]) for labeler, index in cluster]
        if len(members) < len(names):
            doubts.append(f"“{members[0][1].name}” marked by {len(members)} of {len(names)}")
        if 2 * len(members) < len(names):
            lone += members
            continue
        name, tied = _majority([(region.name, weight[labeler]) for labeler, region in members])
        if tied:
            doubts.append("class tied: " + " or ".join(f"“{class_name}”" for class_name in tied))
        merged.append(_merged_region(name, members, weight))
        objects.append(tuple((names[labeler], index) for labeler, index in cluster))
    size = next(iter(given.values())).size
    return Consensus(Labels(size, tuple(merged)), tuple(objects), tuple(lone), _counted(doubts))


def _counted(doubts: Sequence[str]) -> tuple[str, ...]:
    """Each doubt once, with how often it holds: an image of twenty cans needs no twenty equal words."""
    return tuple(words if times == 1 else f"{times} × {words}" for words, times in Counter(doubts).items())


def _majority(votes: Sequence[tuple[str, float]]) -> tuple[str, tuple[str, ...]]:
    """The value that most voted for, and those with as many votes if there are several: then weight decides."""
    counted = Counter(value for value, _ in votes)
    most = max(counted.values())
    best = sorted(value for value, n in counted.items() if n == most)
    weights = {value: sum(weight for voted, weight in votes if voted == value) for value in best}
    return max(best, key=lambda value: weights[value]), tuple(best) if len(best) > 1 else ()


def _merged_region(name: str, members: list[tuple[str, Region]], weight: Mapping[str, float]) -> Region:
    regions = [region for _, region in members]
    if any(region.box is None for region in regions):
        # The polygon that covers the others best: a mean of outlines would be no outline that anybody drew.
        best = max(regions, key=lambda candidate: sum(region_iou(candidate, region) for region in regions))
        return Region(name, best.box, best.points)
    weights = [weight[labeler] for labeler, _ in members]
    sides = [[getattr(region.extent, side) for region in regions] for side in ("x0", "y0", "x1", "y1")]
    return Region(name, Box(*(weighted_median(values, weights) for values in sides)))


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The value with half of the weight on either side. Each value stands in the middle of its own weight; between two of
    them it is interpolated, so that one value of little weight moves it little."""
    ordered = sorted(zip(values, weights, strict=True))
    half, passed = sum(weights) / 2, 0.0
    before: tuple[float, float] | None = None
    for value, weight in ordered:
        middle = passed + weight / 2
        if middle >= half:
            if before is None:
                return value
            share = (half - before[1]) / (middle - before[1])
            return before[0] + (value - before[0]) * share
        before, passed = (value, middle), passed + weight
    return ordered[-1][0]


def _merged_tags(given: Mapping[str, Labels], weight: Mapping[str, float], doubts: list[str]) -> Consensus:
    votes = [(tag, weight[name]) for name, labels in given.items() for tag in labels.tags]
    best, tied = _majority(votes)
    if all(len(labels.tags) == 1 for labels in given.values()):
        tags: tuple[str, ...] = (best,)
        doubts += ["class tied: " + " or ".join(f"“{class_name}”" for class_name in tied)] if tied else []
    else:
        counted = Counter(tag for tag, _ in votes)
        tags = tuple(tag for tag, n in counted.items() if 2 * n >= len(given))
        doubts += [f"“{tag}” given by {n} of {len(given)}" for tag, n in counted.items() if n < len(given)]
    if not tags:
        tags = (best,)
    return Consensus(Labels(next(iter(given.values())).size, tags=tags), doubts=tuple(doubts))
