"""Agreement on boxes: beside a library that others wrote, and what the figures of a team with known faults say."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.quality import teams
from tui_labeler.model.geometry import Box
from tui_labeler.model.quality import LabelerFigures, Quality
from tui_labeler.model.regions import Labels, Region
from tui_labeler.quality.consensus import consensus
from tui_labeler.quality.counting import Counts, agreement, counts_of
from tui_labeler.quality.figures import quality
from tui_labeler.quality.matching import clusters, matched
from tui_labeler.quality.overlap import region_iou, span_iou


def _crowded(seed: int) -> list[Labels]:
    """Three labelers' boxes on one image, close to each other and with other classes: whole pixels."""
    draw = random.Random(seed)
    by_labeler: list[list[Region]] = [[], [], []]
    for _ in range(14):
        x, y, side = draw.randint(0, 300), draw.randint(0, 200), draw.randint(30, 80)
        for labeler in by_labeler:
            if draw.random() < 0.8:
                dx, dy = draw.randint(-8, 8), draw.randint(-8, 8)
                name = draw.choice(teams.NAMES[:2])
                labeler.append(Region(name, Box(x + dx, y + dy, x + dx + side, y + dy + side)))
    return [Labels(teams.SIZE, tuple(regions)) for regions in by_labeler]


@pytest.mark.slow  # importing it takes twenty seconds
def test_alpha_of_boxes_is_that_of_iaa_od(tmp_path: Path) -> None:
    iaa = pytest.importorskip("iaa_od", reason="the package iaa-od is not installed")
    images = [_crowded(seed) for seed in range(4)]
    ground_truths = []
    for labeler in range(3):
        path = tmp_path / f"{labeler}.json"
        path.write_text(json.dumps(_coco([image[labeler] for image in images])))
        ground_truths.append(iaa.GroundTruth.from_file(str(path), name=path.stem))
    theirs = iaa.alpha(ground_truths).alpha
    assert _quality(images).alpha_classes == pytest.approx(theirs, abs=1e-9)


def _coco(images: list[Labels]) -> dict[str, object]:
    annotations = [
        {
            "id": image_id * 1000 + number,
            "image_id": image_id + 1,
            "category_id": teams.NAMES.index(region.name) + 1,
            "bbox": [region.extent.x0, region.extent.y0, region.extent.width, region.extent.height],
        }
        for image_id, labels in enumerate(images)
        for number, region in enumerate(labels.regions)
    ]
    return {
        "images": [
            {"id": number + 1, "file_name": f"{number}.jpg", "width": 640, "height": 480}
            for number in range(len(images))
        ],
        "annotations": annotations,
        "categories": [{"id": class_index + 1, "name": name} for class_index, name in enumerate(teams.NAMES)],
    }


def _quality(images: list[list[Labels]]) -> Quality:
    counts: Counts = Counter()
    for image in images:
        counts.update(counts_of(dict(zip("abc", image, strict=True)), {}))
    return quality("p", teams.NAMES, counts)


def test_each_thing_is_matched_once_best_pair_first() -> None:
    ours, theirs = [(0.0, 10.0), (1.0, 11.0)], [(0.0, 11.0), (30.0, 40.0)]
    assert [(i, j) for i, j, _ in matched(ours, theirs, span_iou)] == [(0, 0)]
    assert clusters([[(0.0, 10.0)], [(0.0, 9.0)], [(20.0, 30.0)]], span_iou) == [[(0, 0), (1, 0)], [(2, 0)]]


def test_polygons_are_compared_by_their_area() -> None:
    square = Region("coke", None, ((0, 0), (100, 0), (100, 100), (0, 100)))
    triangle = Region("coke", None, ((0, 0), (100, 0), (0, 100)))
    assert region_iou(square, triangle) == pytest.approx(0.5, abs=0.01)
    assert region_iou(square, Region("coke", Box(0, 0, 100, 50))) == pytest.approx(0.5, abs=0.01)
    assert region_iou(square, Region("coke", Box(200, 0, 300, 50))) == 0


def test_agreement_of_one_image() -> None:
    box, far = Region("coke", Box(0, 0, 50, 50)), Region("coke", Box(200, 200, 250, 250))
    one, both, other_class = (
        Labels(teams.SIZE, regions) for regions in ((box,), (box, far), (Region("sprite", box.box),))
    )
    assert agreement({"a": one}) is None
    assert agreement({"a": one, "b": one}) == 1
    assert agreement({"a": one, "b": both}) == pytest.approx(2 / 3)
    assert agreement({"a": one, "b": other_class}) == 0
    assert agreement({"a": one, "b": None}) == 0
    assert agreement({"a": Labels(teams.SIZE), "b": Labels(teams.SIZE)}) == 1


def test_counts_are_taken_away_as_they_were_added() -> None:
    first, changed = _crowded(1), _crowded(2)
    counts = counts_of(dict(zip("abc", first, strict=True)), {"gold": changed[0]})
    counts.update(counts_of(dict(zip("abc", changed, strict=True)), {}))
    counts.subtract(counts_of(dict(zip("abc", first, strict=True)), {"gold": changed[0]}))
    assert {key: n for key, n in counts.items() if n} == dict(counts_of(dict(zip("abc", changed, strict=True)), {}))


def _team(images: int = 120) -> tuple[Quality, list[Labels]]:
    """The figures of five labelers, each image answered by three of them in turn."""
    counts: Counts = Counter()
    truth = teams.truth(images)
    names = list(teams.TEAM)
    for image_index, labels in enumerate(truth):
        whose = [names[(image_index + step) % 5] for step in (0, 1, 3)]
        answers = {who: teams.answer(who, image_index, labels) for who in whose}
        merged = consensus(answers).labels
        assert merged is not None
        references = {"consensus": merged} | ({"gold": labels} if image_index % 3 == 0 else {})
        counts.update(counts_of(answers, references))
    return quality("soda", teams.NAMES, counts), truth


def test_the_figures_name_each_fault_of_a_team() -> None:
    quality, _ = _team()
    by_name: dict[str, LabelerFigures] = {figures.name: figures for figures in quality.labelers}
    assert by_name["ann"].faults == by_name["eve"].faults == ()
    assert [fault.split(":")[0] for fault in by_name["bob"].faults] == [by_name["bob"].faults[0].split(":")[0]]
    assert "“diet_coke” given as “coke”" in by_name["bob"].faults[0]
    assert len(by_name["cem"].faults) == 1
    assert by_name["cem"].faults[0].startswith("boxes too large")
    assert len(by_name["dee"].faults) == 1
    assert by_name["dee"].faults[0].startswith("misses small objects")
    assert any(line.startswith("bob: wrong class") for line in quality.advice)


def test_consensus_of_three_is_better_than_the_best_of_them() -> None:
    weights = {figures.name: figures.gold.f1_mean or 1.0 for figures in _team()[0].labelers}
    truth = teams.truth(120, seed=3)
    drawn = {who: [teams.answer(who, index, labels) for index, labels in enumerate(truth)] for who in teams.TEAM}
    single = {who: _against_truth(truth, labels) for who, labels in drawn.items()}
    for whose in (("ann", "bob", "eve"), ("ann", "cem", "eve"), ("ann", "bob", "dee"), ("bob", "dee", "eve")):
        merged = [consensus({who: drawn[who][index] for who in whose}, weights).labels for index in range(len(truth))]
        f1, iou = _against_truth(truth, [labels for labels in merged if labels is not None])
        assert f1 > max(single[who][0] for who in whose), whose
        assert iou > max(single[who][1] for who in whose), whose


def _against_truth(truth: list[Labels], labels: list[Labels]) -> tuple[float, float]:
    """F1 at 0.5 with the right class, and the mean IoU of what was found."""
    right = objects = 0
    values: list[float] = []
    for known, given in zip(truth, labels, strict=True):
        objects += len(known.regions) + len(given.regions)
        for i, j, iou in matched(known.regions, given.regions, region_iou):
            values.append(iou)
            right += known.regions[i].name == given.regions[j].name
    return 2 * right / objects, sum(values) / len(values)


def test_what_is_tied_or_lone_goes_to_a_person() -> None:
    box, far = Box(0, 0, 50, 50), Box(200, 200, 250, 250)
    coke, sprite, lone = Region("coke", box), Region("sprite", box), Region("coke", far)
    size = teams.SIZE
    tied = consensus({"a": Labels(size, (coke,)), "b": Labels(size, (sprite,))})
    assert tied.doubts == ("class tied: “coke” or “sprite”",)
    three = {"a": Labels(size, (coke, lone)), "b": Labels(size, (coke,)), "c": Labels(size, (coke,))}
    assert consensus(three).labels == Labels(size, (coke,))
    assert consensus(three).lone == (("a", lone),)
    assert consensus(three).doubts == ("“coke” marked by 1 of 3",)
    assert consensus({"a": Labels(size, (coke,)), "b": Labels(size, (sprite,))}, {"b": 2.0}).labels == Labels(
        size, (sprite,)
    )
    assert consensus({"a": None, "b": None, "c": three["c"]}).labels is None
    tags = {who: Labels(size, tags=(tag,)) for who, tag in (("a", "coke"), ("b", "coke"), ("c", "sprite"))}
    assert consensus(tags).labels == Labels(size, tags=("coke",))
