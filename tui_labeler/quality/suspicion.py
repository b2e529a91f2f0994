"""Likely mistakes by what a model proposes that has not learned from the labels it is held against.

A model is wrong in its own ways, so how far it is to be believed is measured on the very labels: how often a proposal of
such a confidence has a label, how often a class is proposed where a label says another one, how exactly its boxes fit.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.model.regions import Labels, Region
from tui_labeler.quality.matching import matched
from tui_labeler.quality.oddities import DOUBLED, Sizes, odd_regions
from tui_labeler.quality.overlap import region_iou

# A proposal that overlaps a label by less has nothing to do with it; by more, it is of the same object.
_NEAR, _SAME = 0.1, 0.3
_BINS = 10
# The share of labels that mark nothing, as far as nobody knows better.
_SPURIOUS = 0.03

Joined = list[tuple[int, int, float]]
"""The place of a label, that of its proposal, and how far they overlap."""


class Belief:
    """How far the proposals of a model are to be believed."""

    def __init__(self, pairs: Sequence[tuple[Labels, Labels]]) -> None:
        """`pairs` are (labels, proposals) of images."""
        hits, seen = [0] * _BINS, [0] * _BINS
        fits: defaultdict[str, list[float]] = defaultdict(list)
        areas: defaultdict[str, list[float]] = defaultdict(list)
        labeled: Counter[str] = Counter()
        detected: Counter[str] = Counter()
        right: Counter[str] = Counter()
        proposed: Counter[str] = Counter()
        for labels, proposals in pairs:
            joined = matched(labels.regions, proposals.regions, region_iou, _SAME)
            labeled.update(region.name for region in labels.regions)
            with_label = {j for _, j, _ in joined}
            for j, proposal in enumerate(proposals.regions):
                seen[_bin(proposal.confidence)] += 1
                hits[_bin(proposal.confidence)] += j in with_label
            for i, j, value in joined:
                label, proposal = labels.regions[i], proposals.regions[j]
                detected[label.name] += 1
                proposed[proposal.name] += 1
                right[proposal.name] += label.name == proposal.name
                if label.name == proposal.name:
                    fits[label.name].append(value)
                    areas[label.name].append(_area_ratio(label, proposal))
        self._precision = _rising([(n + 0.5) / (m + 2) for n, m in zip(hits, seen, strict=True)])
        self._recall = {name: detected[name] / n for name, n in labeled.items()}
        self._right = {name: right[name] / n for name, n in proposed.items()}
        self._fit = {name: (median(values), _deviation(values)) for name, values in fits.items() if len(values) >= 8}
        self._area = {
            name: (median(values), max(_deviation(values), 0.1)) for name, values in areas.items() if len(values) >= 8
        }

    def is_object(self, proposal: Region) -> float:
        """How often a proposal of this confidence has a label."""
        return self._precision[_bin(proposal.confidence)]

    def is_missing(self, proposal: Region) -> float:
        """How likely a proposal without a label is an object that nobody marked.

        Where the model is surest, what has no label was overlooked: that share of the objects is (Elkan and Noto, 2008,
        of labels that are right but not complete). The same share is missing of the objects among less sure proposals,
        beside which stand more and more that are none.
        """
        overlooked = 1 - self._precision[-1]
        labeled = self.is_object(proposal)
        return min(labeled * overlooked / ((1 - overlooked) * (1 - labeled)), 1.0)

    def is_found(self, name: str) -> float:
        """The share of a class's labels that has a proposal."""
        return self._recall.get(name, 0.0)

    def is_spurious(self, name: str) -> float:
        """How likely a label without a proposal marks nothing: so few labels do, and of the others of its class as many
        have no proposal (Bayes)."""
        return _SPURIOUS / (_SPURIOUS + (1 - _SPURIOUS) * (1 - self.is_found(name)))

    def is_right(self, name: str) -> float:
        """How often labels agree where this class is proposed."""
        return self._right.get(name, 0.0)

    def misfit(self, name: str, iou: float) -> float:
        """By how many spreads a label fits its proposal worse than labels of its class do; 0 where they are few."""
        middle, spread = self._fit.get(name, (0.0, 1.0))
        return max((middle - iou) / spread, 0.0)

    def misproportion(self, label: Region, proposal: Region) -> float:
        """By how many spreads a label is larger or smaller than its proposal, beyond what is usual for its class: a model
        that places boxes badly still sizes them alike. 0 where there are few."""
        middle, spread = self._area.get(label.name, (0.0, math.inf))
        return abs(_area_ratio(label, proposal) - middle) / spread


def _area_ratio(label: Region, proposal: Region) -> float:
    """How much larger the label is, as a logarithm."""
    return math.log(max(label.extent.area, 1e-6) / max(proposal.extent.area, 1e-6))


def _bin(confidence: float) -> int:
    return min(int(confidence * _BINS), _BINS - 1)


def _rising(values: list[float]) -> list[float]:
    """The values made to rise: each at least the mean of what stands before it (pool adjacent violators)."""
    groups: list[tuple[float, int]] = []
    for value in values:
        groups.append((value, 1))
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (before, n), (after, m) = groups[-2:]
            groups[-2:] = [((before * n + after * m) / (n + m), n + m)]
    return [value for value, n in groups for _ in range(n)]


def _deviation(values: list[float]) -> float:
    """The spread that the next value can be expected to have: wider where few were seen, of which most lie together."""
    middle = median(values)
    return max(1.4826 * median(abs(value - middle) for value in values), 0.03) * math.sqrt(1 + 12 / len(values))


def _weighed(score: float, label: float, proposal: float) -> float:
    """The probability `score` that a label is wrong where a proposal says something else, after a look at the sizes of
    their classes, from which they are so many spreads away: an odd proposal beside a usual label is wrong itself (Bayes;
    sizes are spread normally)."""
    likelihood = math.exp(-min(max(proposal**2 - label**2, 0.0) / 2, 50.0))
    return score * likelihood / max(score * likelihood + 1 - score, 1e-9)


def suspicions(images: Mapping[str, tuple[Labels, Labels | None]]) -> list[Mistake]:
    """Likely mistakes in (labels, proposals or None) of images by their path, the most probable first; one for each region
    at most."""
    belief = Belief([(labels, proposals) for labels, proposals in images.values() if proposals is not None])
    sizes = Sizes([labels for labels, _ in images.values()])
    mistakes: list[Mistake] = []
    for path, (labels, proposals) in images.items():
        of_image = list(odd_regions(path, labels, sizes))
        if proposals is not None:
            joined = matched(labels.regions, proposals.regions, region_iou, _SAME)
            fitting = _fitting(labels, proposals, joined, belief)
            of_image = [one for one in of_image if one.kind is not MistakeKind.ODD_SIZE or one.region not in fitting]
            of_image += _against(path, labels, proposals, joined, belief, sizes)
        mistakes += _one_each(of_image)
    return sorted(mistakes, key=lambda mistake: (-mistake.score, mistake.path, mistake.region))


def _one_each(mistakes: list[Mistake]) -> Iterator[Mistake]:
    """The likeliest mistake of each region; two signs of the same region make it likelier."""
    by_region: defaultdict[int, list[Mistake]] = defaultdict(list)
    for mistake in mistakes:
        if mistake.region < 0:
            yield mistake
        else:
            by_region[mistake.region].append(mistake)
    for several in by_region.values():
        several.sort(key=lambda mistake: -mistake.score)
        doubt = 1.0
        for mistake in several:
            doubt *= 1 - mistake.score
        best = several[0]
        yield Mistake(best.path, best.kind, 1 - doubt, best.words, best.region, best.box, best.name)


def _fitting(labels: Labels, proposals: Labels, joined: Joined, belief: Belief) -> set[int]:
    """The labels that a model would have drawn alike: what is odd about their size is then the object's own."""
    fitting = set()
    for i, j, value in joined:
        label, proposal = labels.regions[i], proposals.regions[j]
        misfit = max(belief.misfit(label.name, value), belief.misproportion(label, proposal))
        if label.name == proposal.name and misfit < 1:
            fitting.add(i)
    return fitting


def _against(
    path: str, labels: Labels, proposals: Labels, joined: Joined, belief: Belief, sizes: Sizes
) -> Iterator[Mistake]:
    with_proposal = {i: (j, value) for i, j, value in joined}
    with_label = {j for _, j, _ in joined}
    for i, label in enumerate(labels.regions):
        box = label.extent
        if i not in with_proposal:
            if any(region_iou(label, labels.regions[other]) >= DOUBLED for other in with_proposal):
                continue  # the object is marked twice, and its other box has the proposal
            near = max(
                (region_iou(label, proposal) * proposal.confidence for proposal in proposals.regions), default=0.0
            )
            score = belief.is_spurious(label.name) * (1 - near)
            yield Mistake(path, MistakeKind.NO_OBJECT, score, "a model sees nothing here", i, box, label.name)
            continue
        j, value = with_proposal[i]
        proposal = proposals.regions[j]
        sure = belief.is_object(proposal)
        if proposal.name != label.name:
            score = belief.is_right(proposal.name) ** 2 * (0.5 + 0.5 * sure)
            renamed = Region(proposal.name, label.extent)
            score = _weighed(score, sizes.oddness(label, labels.size), sizes.oddness(renamed, labels.size))
            words = f"“{label.name}”; a model says “{proposal.name}” ({proposal.confidence:.0%})"
            yield Mistake(path, MistakeKind.WRONG_CLASS, score, words, i, box, proposal.name)
        misfit = max(belief.misfit(label.name, value), belief.misproportion(label, proposal))
        if misfit > 1.5:
            score = min((misfit - 1.5) / 3, 1.0) * (0.7 + 0.3 * sure) * 0.95
            score = _weighed(score, sizes.oddness(label, labels.size), sizes.oddness(proposal, labels.size))
            words = f"overlaps what a model marks by {value:.0%} only"
            yield Mistake(path, MistakeKind.LOOSE, score, words, i, proposal.extent, label.name)
    shown: list[Region] = []
    for j, proposal in sorted(enumerate(proposals.regions), key=lambda item: -item[1].confidence):
        if j in with_label:
            continue
        near = max((region_iou(label, proposal) for label in labels.regions), default=0.0)
        if near > _SAME or any(region_iou(earlier, proposal) > _SAME for earlier in shown):
            continue  # another proposal has that label, or says the same
        shown.append(proposal)
        odd = sizes.oddness(proposal, labels.size)
        score = 0.85 * belief.is_missing(proposal) * (1 - near / _SAME * 0.5) * (0.6 if odd > 3 else 1.0)
        words = f"“{proposal.name}” that nobody marked ({proposal.confidence:.0%})"
        yield Mistake(path, MistakeKind.MISSING, score, words, -1, proposal.extent, proposal.name)
