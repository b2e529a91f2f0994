"""What the answers for one image add to a project's figures: whole numbers, so that an answer that changes is taken away
exactly as it was added, and sums of millions of images stay exact.

Each count has a key, a tuple of texts:

("pair", a, b, "objects")            objects of two labelers (a before b by name), over images that both answered
("pair", a, b, "50" … "95")          matched pairs of them at that IoU, of the same class
("values", a, b, x, y)               an object that both marked, as x and as y, whatever the classes
("alpha", "n" or "d", value)         Krippendorff's totals and differences; among those who marked the object
("alpha_all", "n" or "d", value)     the same where not marking it is a value, too ("")
("fleiss", raters, "units"|"agree")  things with so many values; ("fleiss", raters, "=", value) how often each
("against", kind, who, x, y)         an object that the reference (kind: gold or consensus) has as x and `who` as y;
                                     "" where one of them has none
("fit", kind, who, what)             of matched objects: "iou" and "grown" in millionths (grown: log2 of the area's ratio),
                                     "n"; "small" and "small_missed" count the reference's small objects;
                                     "50" … "95" those that are matched at that IoU, with the right class;
                                     "both" is the objects of the reference and of `who` together
("answers", who)                     images that a labeler answered
("compared",)                        images that more than one labeler answered
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

from tui_labeler.model.regions import Labels, Region
from tui_labeler.quality.coefficients import alpha_counts
from tui_labeler.quality.matching import clusters, matched
from tui_labeler.quality.overlap import region_iou

Key = tuple[str, ...]
Counts = Counter[Key]

THRESHOLDS = tuple(range(50, 100, 5))
"""IoU in hundredths at which pairs are counted."""
GOLD_FIT = (*map(str, THRESHOLDS), "both")
"""What `gold_weight` needs of a labeler's "fit"."""
MILLION = 1_000_000
# An object is small if its area is below this share of the image: 0.3 % is 35 pixels of a 640 x 480 image across.
_SMALL = 0.003


def counts_of(answers: Mapping[str, Labels | None], references: Mapping[str, Labels]) -> Counts:
    """What the answers of several labelers (None: skipped) for one image add. `references` are what they are held against,
    by kind: "gold", "consensus"."""
    counts: Counts = Counter({("answers", who): 1 for who in answers})
    given = {who: answers[who] for who in sorted(answers)}
    things = {who: _things(labels) for who, labels in given.items() if labels is not None}
    for labeler, other_labeler in combinations(things, 2):
        _count_pair(counts, labeler, other_labeler, things[labeler], things[other_labeler])
    if len(answers) > 1:
        counts["compared",] = 1
    if len(things) > 1:
        _count_units(counts, list(things.values()))
    for kind, reference in references.items():
        for who, ours in things.items():
            _count_against(counts, kind, who, ours, _things(reference), reference)
    return counts


def agreement(answers: Mapping[str, Labels | None]) -> float | None:
    """How far several labelers agree on one image: the mean over their pairs of the share of objects that both marked, of
    the same class, at an IoU of 0.5. Two who marked nothing agree; who skipped disagrees with who did not. None for one."""
    if len(answers) < 2:
        return None
    shares = []
    for answer, other_answer in combinations(answers.values(), 2):
        if answer is None or other_answer is None:
            shares.append(float(answer is other_answer))
            continue
        ours, theirs = _things(answer), _things(other_answer)
        objects = len(ours) + len(theirs)
        shares.append(2 * _same_class(ours, theirs)[0] / objects if objects else 1.0)
    return sum(shares) / len(shares)


def gold_weight(fit: Mapping[str, int], enough: int) -> float:
    """How much a labeler's boxes count: their F1 against known labels, the mean from IoU 0.5 to 0.95; 1 for those who were
    held against fewer than `enough` objects."""
    if fit["both"] < 2 * enough:
        return 1.0
    return max(2 * sum(fit[str(least)] for least in THRESHOLDS) / len(THRESHOLDS) / fit["both"], 0.05)


def _things(labels: Labels) -> tuple[Region, ...]:
    """The regions; tags of a whole image count as regions that cover it."""
    if not labels.tags:
        return labels.regions
    width, height = float(labels.size.width), float(labels.size.height)
    outline = ((0.0, 0.0), (width, 0.0), (width, height))
    return tuple(Region(tag, None, outline) for tag in labels.tags)


def _class_iou(region: Region, other_region: Region) -> float:
    return region_iou(region, other_region) if region.name == other_region.name else 0.0


def _same_class(ours: Sequence[Region], theirs: Sequence[Region]) -> list[int]:
    pairs = [value for _, _, value in matched(ours, theirs, _class_iou, THRESHOLDS[0] / 100)]
    return [sum(value >= least / 100 - 1e-9 for value in pairs) for least in THRESHOLDS]


def _count_pair(
    counts: Counts, labeler: str, other_labeler: str, ours: Sequence[Region], theirs: Sequence[Region]
) -> None:
    counts["pair", labeler, other_labeler, "objects"] += len(ours) + len(theirs)
    for least, n in zip(THRESHOLDS, _same_class(ours, theirs), strict=True):
        if n:
            counts["pair", labeler, other_labeler, str(least)] += n
    for i, j, _ in matched(ours, theirs, region_iou):
        counts["values", labeler, other_labeler, ours[i].name, theirs[j].name] += 1


def _count_units(counts: Counts, by_labeler: list[tuple[Region, ...]]) -> None:
    for cluster in clusters(by_labeler, region_iou):
        values = [by_labeler[labeler][index].name for labeler, index in cluster]
        _count_alpha(counts, "alpha", values)
        every = values + [""] * (len(by_labeler) - len(values))
        _count_alpha(counts, "alpha_all", every)
        raters = str(len(every))
        counts["fleiss", raters, "units"] += 1
        for value, n in Counter(every).items():
            counts["fleiss", raters, "=", value] += n
            counts["fleiss", raters, "agree"] += n * (n - 1)


def _count_alpha(counts: Counts, kind: str, values: list[str]) -> None:
    differing, totals = alpha_counts(values)
    for value, n in totals.items():
        counts[kind, "n", str(value)] += n
    for value, n in differing.items():
        counts[kind, "d", str(value)] += n


def _count_against(
    counts: Counts, kind: str, who: str, ours: Sequence[Region], truth: Sequence[Region], reference: Labels
) -> None:
    pairs = matched(truth, ours, region_iou)
    for i, j, value in pairs:
        counts["against", kind, who, truth[i].name, ours[j].name] += 1
        counts["fit", kind, who, "n"] += 1
        counts["fit", kind, who, "iou"] += round(value * MILLION)
        counts["fit", kind, who, "grown"] += round(
            math.log2(max(ours[j].area, 1e-6) / max(truth[i].area, 1e-6)) * MILLION
        )
    for least, n in zip(THRESHOLDS, _same_class(truth, ours), strict=True):
        if n:
            counts["fit", kind, who, str(least)] += n
    counts["fit", kind, who, "both"] += len(truth) + len(ours)
    seen = {i for i, _, _ in pairs}
    drawn = {j for _, j, _ in pairs}
    small = _SMALL * reference.size.width * reference.size.height
    for i, region in enumerate(truth):
        if region.area < small:
            counts["fit", kind, who, "small"] += 1
            counts["fit", kind, who, "small_missed"] += i not in seen
        if i not in seen:
            counts["against", kind, who, region.name, ""] += 1
    for j, region in enumerate(ours):
        if j not in drawn:
            counts["against", kind, who, "", region.name] += 1
