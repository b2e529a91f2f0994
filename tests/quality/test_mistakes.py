"""Planted errors are found, beside a peer on the same predictions; duplicates by what images show."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.quality import planted, teams
from tests.quality.conftest import Start
from tests.quality.test_team import work
from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.transfers import Split
from tui_labeler.model.workforce import Workforce
from tui_labeler.quality.oddities import Sizes, imbalance, odd_regions
from tui_labeler.quality.suspicion import suspicions
from tui_labeler.workspace.mistakes import Evidence


def detector(truth: list[Labels], seed: int = 3) -> list[Labels]:
    """What a mediocre model proposes: it overlooks one object of eight, takes one of twelve for another class, marks what
    is none, shakes by a twelfth, and is not sure of itself where it is wrong, mostly."""
    draw = random.Random(seed)
    proposed = []
    for labels in truth:
        regions = []
        for region in labels.regions:
            if draw.random() < 0.12:
                continue
            box = region.extent
            shake = [draw.gauss(0, 0.05) * side for side in (box.width, box.height) * 2]
            drawn = Box(box.x0 + shake[0], box.y0 + shake[1], box.x1 + shake[2], box.y1 + shake[3])
            is_wrong = draw.random() < 0.08
            name = draw.choice([name for name in teams.NAMES if name != region.name]) if is_wrong else region.name
            regions.append(
                Region(name, drawn, confidence=draw.betavariate(3, 3) if is_wrong else draw.betavariate(8, 2))
            )
        for _ in range(draw.randint(0, 2)):
            box = Box.around(draw.uniform(60, 580), draw.uniform(60, 420), draw.uniform(20, 110), draw.uniform(20, 110))
            regions.append(Region(draw.choice(teams.NAMES), box, confidence=draw.betavariate(2, 6)))
        proposed.append(Labels(labels.size, tuple(regions)))
    return proposed


def ranked(labels: list[Labels], proposals: list[Labels]) -> list[Mistake]:
    return suspicions({str(index): pair for index, pair in enumerate(zip(labels, proposals, strict=True))})


def share_found(errors: list[planted.Planted], shown: list[tuple[int, Box]]) -> float:
    return sum(any(planted.found(error, *suspect) for suspect in shown) for error in errors) / len(errors)


def test_four_of_five_planted_errors_stand_in_the_first_quarter() -> None:
    truth = teams.truth(150, seed=9)
    labels, errors = planted.plant(truth, teams.NAMES)
    boxes = sum(len(image.regions) for image in labels)
    mistakes = ranked(labels, detector(truth))
    shown = [(int(mistake.path), mistake.box) for mistake in mistakes[: boxes // 4] if mistake.box is not None]
    assert share_found(errors, shown) >= 0.8
    shown = [(int(mistake.path), mistake.box) for mistake in mistakes[: len(mistakes) // 4] if mistake.box is not None]
    by_kind = {kind: [error for error in errors if error.kind == kind] for kind in planted.KINDS}
    assert all(share_found(of_kind, shown) > 0 for of_kind in by_kind.values()), "each kind stands at the top"


@pytest.mark.slow  # importing the peer takes seconds
def test_the_ranking_is_better_than_cleanlabs_on_the_same_predictions() -> None:
    rank = pytest.importorskip("cleanlab.object_detection.rank", reason="the package cleanlab is not installed")
    truth = teams.truth(150, seed=9)
    proposals = detector(truth)
    labels, errors = planted.plant(truth, teams.NAMES, per_image=True)
    theirs_labels, predictions = cleanlabs(labels, proposals)
    scores = rank.get_label_quality_scores(theirs_labels, predictions, verbose=False)
    quarter = len(labels) // 4
    theirs = [int(index) for index in np.argsort(scores)[:quarter]]
    ours = list(dict.fromkeys(int(mistake.path) for mistake in ranked(labels, proposals)))[:quarter]
    wrong = {error.image for error in errors}
    assert len(wrong & set(ours)) >= 0.7 * len(wrong)
    assert len(wrong & set(ours)) > 1.3 * len(wrong & set(theirs))


def cleanlabs(labels: list[Labels], proposals: list[Labels]) -> tuple[list[dict[str, object]], list[object]]:
    """The same in cleanlab's words."""
    given = [
        {
            "bboxes": np.array([list(_corners(region)) for region in one.regions]).reshape(-1, 4),
            "labels": np.array([teams.NAMES.index(region.name) for region in one.regions], int),
        }
        for one in labels
    ]
    predictions = []
    for one in proposals:
        by_class = np.empty(len(teams.NAMES), dtype=object)
        for class_id, name in enumerate(teams.NAMES):
            rows = [[*_corners(region), region.confidence] for region in one.regions if region.name == name]
            by_class[class_id] = np.array(rows).reshape(-1, 5)
        predictions.append(by_class)
    return given, predictions


def _corners(region: Region) -> tuple[float, float, float, float]:
    box = region.extent
    return box.x0, box.y0, box.x1, box.y1


def test_boxes_that_are_odd_by_themselves() -> None:
    usual = [Labels(teams.SIZE, (Region("coke", Box(x, 50, x + 60 + x % 7, 110)),)) for x in range(10, 60)]
    odd = Labels(
        teams.SIZE,
        (
            Region("coke", Box(100, 100, 160, 160)),
            Region("coke", Box(101, 101, 162, 160)),
            Region("coke", Box(0, 0, 600, 400)),
            Region("coke", Box(200, 500, 260, 560)),
            Region("coke", Box(600, 20, 660, 80)),
            Region("sprite", Box(300, 300, 360, 360)),
        ),
    )
    mistakes = list(odd_regions("a.jpg", odd, Sizes([*usual, odd])))
    assert [(mistake.region, mistake.kind) for mistake in mistakes] == [
        (1, MistakeKind.DOUBLED),
        (2, MistakeKind.ODD_SIZE),
        (3, MistakeKind.SWAPPED),
        (4, MistakeKind.OUTSIDE),
    ]
    assert not list(odd_regions("a.jpg", usual[0], Sizes(usual)))
    assert imbalance({"coke": 100, "sprite": 4}) == "“sprite” (4): less than a twentieth of “coke” (100)."
    assert imbalance({"coke": 100, "sprite": 40}) == imbalance({"coke": 3}) == imbalance({}) == ""


def test_a_class_of_two_sizes_has_no_odd_ones_and_a_model_can_say_that_a_size_is_right() -> None:
    near = [Region("coke", Box(10, 10, 70 + n % 5, 70)) for n in range(30)]
    far = [Region("coke", Box(10, 10, 30 + n % 5, 30)) for n in range(8)]
    images = [Labels(teams.SIZE, (region,)) for region in (*near, *far)]
    assert not [mistake for labels in images for mistake in odd_regions("a", labels, Sizes(images))]
    large = Labels(teams.SIZE, (Region("coke", Box(100, 100, 400, 400)),))
    alone = suspicions({str(index): (labels, None) for index, labels in enumerate([*images, large])})
    assert [(mistake.kind, mistake.path) for mistake in alone] == [(MistakeKind.ODD_SIZE, "38")]
    agreeing = {str(index): (labels, labels) for index, labels in enumerate([*images, large])}
    assert not suspicions(agreeing), "the model draws the large one, too"


def test_overlapping_boxes_are_doubled_where_others_do_not_overlap() -> None:
    def pair(overlap: float) -> Labels:
        shift = 100 * (1 - overlap) / (1 + overlap)
        return Labels(teams.SIZE, (Region("a", Box(0, 0, 100, 100)), Region("a", Box(shift, 0, 100 + shift, 100))))

    apart = [pair(0.0)] * 20
    (doubled,) = suspicions({str(index): (labels, None) for index, labels in enumerate([*apart, pair(0.72)])})
    crowd = [pair(overlap) for overlap in (0.42, 0.5, 0.55, 0.6, 0.65, 0.68)] * 3
    crowded = suspicions({str(index): (labels, None) for index, labels in enumerate([*crowd, pair(0.72)])})
    assert (doubled.kind, doubled.score > 0.9) == (MistakeKind.DOUBLED, True)
    assert [(mistake.kind, mistake.score < 0.7) for mistake in crowded] == [(MistakeKind.DOUBLED, True)]


def test_a_box_that_is_too_large_is_told_from_a_model_that_places_boxes_badly() -> None:
    draw = random.Random(1)
    images = {}
    for number in range(60):
        box = Box(100, 100, 160, 160)
        shift = draw.uniform(-18, 18), draw.uniform(-18, 18)
        grown = Box(85, 85, 175, 175) if number == 7 else box
        proposal = Region("coke", box.moved(*shift), confidence=0.9)
        images[str(number)] = (Labels(teams.SIZE, (Region("coke", grown),)), Labels(teams.SIZE, (proposal,)))
    first = suspicions(images)[0]
    assert (first.path, first.kind) == ("7", MistakeKind.LOOSE)


def test_a_label_without_a_proposal_says_little_where_a_model_sees_half_of_its_class() -> None:
    box = Box(100, 100, 160, 160)
    images = {}
    for number in range(60):
        name = "always" if number < 30 else "seldom"
        labels = Labels(teams.SIZE, (Region(name, box),))
        proposed = () if number == 7 or (number >= 30 and number % 2) else (Region(name, box, confidence=0.9),)
        images[str(number)] = (labels, Labels(teams.SIZE, proposed))
    mistakes = suspicions(images)
    assert {mistake.kind for mistake in mistakes} == {MistakeKind.NO_OBJECT}
    assert (mistakes[0].path, mistakes[0].score > 0.4) == ("7", True)
    assert len(mistakes) == 16
    assert all(mistake.score < 0.1 for mistake in mistakes[1:])


def test_of_two_boxes_on_an_object_the_one_without_a_proposal_is_not_told_twice() -> None:
    box = Box(100, 100, 160, 160)
    one = Labels(teams.SIZE, (Region("coke", box),))
    two = Labels(teams.SIZE, (Region("coke", box.moved(4, 4)), Region("coke", box)))
    images = {str(number): (one, one) for number in range(20)} | {"two": (two, one)}
    (mistake,) = suspicions(images)
    assert (mistake.kind, mistake.region) == (MistakeKind.DOUBLED, 1)


def test_the_size_of_a_box_tells_who_took_it_for_another_class() -> None:
    images = {}
    for place in range(40):
        cell, platelet = Box(100, 100, 160 + place % 5, 160), Box(300, 300, 313, 312 + place % 3)
        truth = (Region("cell", cell, confidence=0.9), Region("platelet", platelet, confidence=0.9))
        given = (Region("platelet", cell), truth[1]) if place == 7 else truth
        seen = (truth[0], Region("cell", platelet, confidence=0.95)) if place == 3 else truth
        images[str(place)] = (Labels(teams.SIZE, given), Labels(teams.SIZE, seen))
    first, second, *_ = [one for one in suspicions(images) if one.kind is MistakeKind.WRONG_CLASS]
    assert (first.path, second.path) == ("7", "3")
    assert first.score > 0.8
    assert second.score < 0.1, "no cell is as small as that"


def test_a_usual_label_beside_an_odd_proposal_is_right() -> None:
    images = {}
    for place in range(40):
        box = Box(100, 100, 160 + place % 5, 160)
        odd = Box(100, 100, 160, 130)
        given, seen = (odd, box) if place == 7 else (box, odd) if place == 3 else (box, box)
        images[str(place)] = (
            Labels(teams.SIZE, (Region("cell", given),)),
            Labels(teams.SIZE, (Region("cell", seen, confidence=0.9),)),
        )
    scores = {one.path: one.score for one in suspicions(images)}
    assert scores["7"] > 0.9
    assert scores.get("3", 0.0) < 0.1


def test_what_the_edge_cuts_is_not_odd_for_being_small_or_of_another_shape() -> None:
    usual = [Labels(teams.SIZE, (Region("cell", Box(x, 50, x + 60 + x % 7, 110)),)) for x in range(10, 60)]
    odd = Labels(teams.SIZE, (Region("cell", Box(200, 200, 260, 215)),))
    cut = Labels(teams.SIZE, (Region("cell", Box(200, 465, 260, 480)), Region("cell", Box(0, 100, 400, 400))))
    sizes = Sizes([*usual, odd, cut])
    assert [one.kind for one in odd_regions("a", odd, sizes)] == [MistakeKind.ODD_SIZE]
    assert [one.region for one in odd_regions("a", cut, sizes)] == [1], "too large is odd at an edge as well"


def test_duplicates_and_leaks_of_a_project(start: Start, tmp_path: Path) -> None:
    workspace = start(Workforce(), images=6)
    draw = np.random.default_rng(2)
    for number in range(4):
        pixels = draw.integers(0, 255, (6, 8, 3), np.uint8)
        Image.fromarray(pixels).resize((64, 48)).save(tmp_path / "images" / f"image_{number:05d}.jpg", quality=90)
    (tmp_path / "images" / "image_00004.jpg").write_bytes((tmp_path / "images" / "image_00001.jpg").read_bytes())
    with pytest.raises(NotAllowed, match="Nothing of"):
        workspace.quality.find_mistakes("soda")
    work(workspace, "ann")
    mistakes = workspace.quality.find_mistakes("soda", Evidence(split=Split(pattern="*4.jpg")))
    of_images = {
        (mistake.kind, mistake.path, mistake.other)
        for mistake in mistakes
        if mistake.region < 0 and mistake.box is None
    }
    assert (MistakeKind.LEAK, "image_00004.jpg", "image_00001.jpg") in of_images
    assert (MistakeKind.PLAIN, "image_00005.jpg", "") in of_images
    assert workspace.quality.mistakes("soda") == mistakes, "kept for review"
    assert [mistake.score for mistake in mistakes] == sorted((mistake.score for mistake in mistakes), reverse=True)
    asked = workspace.review.add("soda", mistakes)
    assert asked == len({mistake.path for mistake in mistakes})
    first = workspace.review.waiting("soda", "rae", 1)[0]
    assert first.path == mistakes[0].path
    assert first.reason.startswith(mistakes[0].kind.value)


@pytest.mark.slow  # drawing photographs takes seconds
def test_a_mirrored_copy_is_found_where_a_network_is_installed(start: Start, tmp_path: Path) -> None:
    from tui_labeler.assist.pretrained.weights import find_weights
    from tui_labeler.demo.scenes import draw_scene

    if find_weights() is None:
        pytest.skip("the weights of the extra `assist` are not installed")
    workspace = start(Workforce(), images=18)
    for number in range(17):
        draw_scene(number)[0].reduce(2).save(tmp_path / "images" / f"image_{number:05d}.jpg", quality=90)
    with Image.open(tmp_path / "images" / "image_00003.jpg") as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(tmp_path / "images" / "image_00017.jpg", quality=90)
    for task in workspace.tasks.page("soda", TaskFilter(), 0, 18):
        workspace.queue.submit(task, "ann", Labels(Size(408, 308)))
    copy = ("image_00017.jpg", "image_00003.jpg")
    for network in (False, None):
        mistakes = workspace.quality.find_mistakes("soda", Evidence(network=network))
        near = [(mistake.path, mistake.other) for mistake in mistakes if mistake.kind is MistakeKind.NEAR_DUPLICATE]
        assert (copy in near) == (network is None)
