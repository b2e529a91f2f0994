"""How far labels can be trusted: planted errors that are found, a team's faults that are named, consensus, keys in review.

    python -m tests.bench.bench_quality DATA [--engine fewshot] [--most 60] [--only errors|team|review]

Errors are planted (seeded) into the labels of the demo's own images and, below DATA, of bccd and fruit_ms; the weights of
the ranking were chosen on the first two, and never looked at fruit. A project learns from halves of the faulty labels as
`quality errors --model` does, and cleanlab ranks by the very same predictions. Planted errors are counted as found where
someone who is shown the first 25 % sees them: of as many places as a quarter of the boxes, and of a quarter of the images.
A dozen errors give figures that chance moves by a tenth: so errors are planted 30 times more, and ranked by what the model
proposed at the first time.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from PIL import Image

from tests.quality import planted, teams
from tests.simulated import bccd, fruit
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.mistakes import Mistake
from tui_labeler.model.project import Assist, Classes, DatasetChoice, Details, ProjectSpec
from tui_labeler.model.regions import Labels, Region
from tui_labeler.quality.consensus import consensus
from tui_labeler.quality.counting import Counts, counts_of
from tui_labeler.quality.figures import quality
from tui_labeler.quality.matching import matched
from tui_labeler.quality.overlap import region_iou
from tui_labeler.workspace import Workspace, mistakes

_PLANTINGS = 30
Proposed = dict[str, tuple[Labels, Labels | None]]


def demo_images(folder: Path, count: int) -> tuple[Path, list[tuple[str, Labels]]]:
    """The demo's photographs with the boxes that its generator knows."""
    from tui_labeler.demo.scenes import draw_scene

    known = []
    for number in range(count):
        image, cans = draw_scene(number)
        image.save(folder / f"{number:03d}.jpg", quality=88)
        known.append(
            (f"{number:03d}.jpg", Labels(Size(*image.size), tuple(Region(can.name, Box(*can.box)) for can in cans)))
        )
    return folder, known


def data_images(images: Path, listed: Iterator[tuple[str, list[tuple[str, Box]]]], most: int) -> tuple[Path, Any]:
    known = []
    for name, boxes in listed:
        if boxes and len(known) < most:
            with Image.open(images / name) as image:
                size = Size(*image.size)
            known.append((name, Labels(size, tuple(Region(tag, box.clipped(size)) for tag, box in boxes))))
    return images, known


def find(images: Path, given: dict[str, Labels], names: tuple[str, ...], engine: str) -> tuple[list[Mistake], Proposed]:
    """What `quality errors --model` says of these labels, and the predictions that it says it by."""
    held: Proposed = {}

    def record(labeled: Proposed) -> list[Mistake]:
        held.update(labeled)
        return suspicions(labeled)

    suspicions = mistakes.suspicions
    with tempfile.TemporaryDirectory() as home, patch.object(mistakes, "suspicions", record):
        workspace = Workspace(Path(home) / "w.db", Path(home) / "x")
        workspace.datasets.add_datastore("images", str(images))
        choice, assist = DatasetChoice("all", "images"), Assist(engine=engine)
        workspace.projects.create(ProjectSpec(Details("p"), dataset=choice, classes=Classes(names), assist=assist))
        for path, labels in given.items():
            workspace.queue.submit(workspace.tasks.get("p", path), "ann", labels)
        evidence = mistakes.Evidence(model=True, images=False)
        ranked = list(workspace.quality.find_mistakes("p", evidence))
        workspace.close()
    return ranked, held


def cleanlabs(
    given: dict[str, Labels], held: Proposed, names: tuple[str, ...]
) -> tuple[list[str], list[tuple[str, Box]]]:
    """The images by cleanlab's score, and the boxes by the lowest of its three box scores, the worst first."""
    from cleanlab.object_detection import rank

    paths = list(given)
    labels = [
        {
            "bboxes": np.array([_corners(region) for region in given[path].regions]).reshape(-1, 4),
            "labels": np.array([names.index(region.name) for region in given[path].regions], int),
        }
        for path in paths
    ]
    predictions, boxes = [], []
    for path in paths:
        regions = (held[path][1] or Labels(given[path].size)).regions
        by_class = np.empty(len(names), dtype=object)
        order = []
        for index, name in enumerate(names):
            own = [region for region in regions if region.name == name]
            by_class[index] = np.array([[*_corners(region), region.confidence] for region in own]).reshape(-1, 5)
            order += [region.extent for region in own]
        predictions.append(by_class)
        boxes.append(order)
    images = [paths[index] for index in np.argsort(rank.get_label_quality_scores(labels, predictions, verbose=False))]
    scored: list[tuple[float, str, Box]] = []
    parts = (
        (rank.compute_overlooked_box_scores, boxes),
        (rank.compute_badloc_box_scores, [[region.extent for region in given[path].regions] for path in paths]),
        (rank.compute_swap_box_scores, [[region.extent for region in given[path].regions] for path in paths]),
    )
    for score, places in parts:
        for path, values, shown in zip(paths, score(labels=labels, predictions=predictions), places, strict=True):
            scored += [
                (float(value), path, box) for value, box in zip(values, shown, strict=True) if not np.isnan(value)
            ]
    return images, [(path, box) for _, path, box in sorted(scored, key=lambda entry: entry[0])]


def _corners(region: Region) -> list[float]:
    box = region.extent
    return [box.x0, box.y0, box.x1, box.y1]


def errors_found(title: str, images: Path, known: Sequence[tuple[str, Labels]], engine: str) -> None:
    truth = [labels for _, labels in known]
    names = tuple(sorted({region.name for labels in truth for region in labels.regions}))
    for per_image in (False, True):
        spoiled, _ = planted.plant(truth, names, per_image=per_image)
        paths = [path for path, _ in known]
        _, held = find(images, dict(zip(paths, spoiled, strict=True)), names, engine)
        shares: list[tuple[float, float]] = []
        by_kind: Counter[str] = Counter()
        planted_kinds: Counter[str] = Counter()
        for seed in range(5, 5 + _PLANTINGS):
            spoiled, errors = planted.plant(truth, names, seed=seed, per_image=per_image)
            given = dict(zip(paths, spoiled, strict=True))
            pairs = {path: (given[path], held[path][1]) for path in paths}
            seen = _seen(errors, given, mistakes.suspicions(pairs), per_image)
            worst_images, worst_boxes = cleanlabs(given, pairs, names)
            theirs = _first(errors, given, worst_images if per_image else worst_boxes, per_image)
            total = max(len(errors), 1)
            shares.append((len(seen) / total, len(theirs) / total))
            by_kind.update(error.kind for error in seen)
            planted_kinds.update(error.kind for error in errors)
        ours, theirs_share = (statistics.mean(column) for column in zip(*shares, strict=True))
        of_what = f"of {len(paths)} images" if per_image else "errors"
        what = f"{sum(planted_kinds.values()) / _PLANTINGS:.0f} {of_what}"
        spread = statistics.stdev(share for share, _ in shares)
        print(f"| {title} | {what} | {ours:.2f} (± {spread:.2f}) | {theirs_share:.2f} |", flush=True)
        kinds = ", ".join(f"{kind} {by_kind[kind] / n:.2f}" for kind, n in sorted(planted_kinds.items()))
        print(f"  ours by kind: {kinds}", flush=True)


def _seen(
    errors: list[planted.Planted], given: dict[str, Labels], ranked: Sequence[Mistake], per_image: bool
) -> list[planted.Planted]:
    """The errors that stand in the first quarter of what `quality errors` shows."""
    if per_image:
        return _first(errors, given, list(dict.fromkeys(mistake.path for mistake in ranked)), per_image)
    marked = [(mistake.path, mistake.box) for mistake in ranked if mistake.box is not None]
    return _first(errors, given, marked, per_image)


def _first(
    errors: list[planted.Planted], given: dict[str, Labels], ranked: Sequence[Any], per_image: bool
) -> list[planted.Planted]:
    """Those in the first quarter of images, or of (path, box)."""
    places = {path: index for index, path in enumerate(given)}
    if per_image:
        shown = {places[path] for path in ranked[: len(given) // 4]}
        return [error for error in errors if error.image in shown]
    boxes = ranked[: sum(len(labels.regions) for labels in given.values()) // 4]
    return [error for error in errors if any(planted.found(error, places[path], box) for path, box in boxes)]


def team(images: int = 120) -> None:
    """Who of five is named for what, and every trio's consensus beside the best one of it."""
    truth = teams.truth(images)
    counts: Counts = Counter()
    people = list(teams.TEAM)
    for index, labels in enumerate(truth):
        answers = {who: teams.answer(who, index, labels) for who in (people[(index + step) % 5] for step in (0, 1, 3))}
        merged = consensus(answers).labels
        references = ({"consensus": merged} if merged else {}) | ({"gold": labels} if index % 3 == 0 else {})
        counts.update(counts_of(answers, references))
    figures = quality("soda", teams.NAMES, counts)
    for labeler in figures.labelers:
        print(f"| {labeler.name} | {teams.TEAM[labeler.name].__name__} | {'; '.join(labeler.faults) or '–'} |")
    weights = {labeler.name: labeler.gold.f1_mean or 1.0 for labeler in figures.labelers}
    fresh = teams.truth(images, seed=3)
    drawn = {who: [teams.answer(who, index, known) for index, known in enumerate(fresh)] for who in people}
    single = {who: against(fresh, labels) for who, labels in drawn.items()}
    better: Counter[str] = Counter()
    trios = list(combinations(people, 3))
    for whose in trios:
        answers = [{who: drawn[who][index] for who in whose} for index in range(images)]
        merged_all = [consensus(given, weights).labels or Labels(teams.SIZE) for given in answers]
        f1, iou = against(fresh, merged_all)
        best = [max(single[who][part] for who in whose) for part in (0, 1)]
        better["F1"] += f1 > best[0]
        better["IoU"] += iou > best[1]
        print(f"| {', '.join(whose)} | {f1:.3f} | {best[0]:.3f} | {iou:.3f} | {best[1]:.3f} |")
    print(f"consensus better than the best one: F1 in {better['F1']}, IoU in {better['IoU']} of {len(trios)} trios")


def against(truth: list[Labels], given: list[Labels]) -> tuple[float, float]:
    """F1 at 0.5 with the right class, and the mean IoU of what was found."""
    right = objects = 0
    values: list[float] = []
    for known, labels in zip(truth, given, strict=True):
        objects += len(known.regions) + len(labels.regions)
        for i, j, iou in matched(known.regions, labels.regions, region_iou):
            values.append(iou)
            right += known.regions[i].name == labels.regions[j].name
    return 2 * right / objects, sum(values) / len(values)


def review(images: int = 96) -> None:
    """Keys of a reviewer who knows the truth, in the sheet of crops."""
    from tests.quality.test_mistakes import detector
    from tests.quality.test_reviewing import review_all

    for share in (0.0, 0.05, 0.2):
        truth = teams.truth(images, seed=12)
        labels, errors = planted.plant(truth, teams.NAMES, share=share)
        keys, _ = review_all(truth, labels, detector(truth))
        boxes = sum(len(known.regions) for known in labels)
        right = (keys - 2 * len(errors)) / max(boxes - len(errors), 1)
        print(f"| {share:.0%} planted | {boxes} boxes | {keys / boxes:.2f} keys a box | {right:.2f} a correct one |")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--engine", default="fewshot")
    parser.add_argument("--most", type=int, default=60)
    parser.add_argument("--only", choices=("errors", "team", "review"))
    asked = parser.parse_args()
    random.seed(0)
    if asked.only in (None, "team"):
        team()
    if asked.only in (None, "review"):
        review()
    if asked.only in (None, "errors"):
        with tempfile.TemporaryDirectory() as folder:
            errors_found("demo", *demo_images(Path(folder), asked.most), asked.engine)
        for name, read, below in (("bccd", bccd, "JPEGImages"), ("fruit_ms", fruit, "images")):
            images = asked.data / name / below
            errors_found(name, *data_images(images, read(asked.data / name), asked.most), asked.engine)


if __name__ == "__main__":
    main()
