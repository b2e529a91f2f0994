"""The engine that learns from the project's own labels."""

from __future__ import annotations

import argparse
from pathlib import Path

import msgspec
import pytest

from tests.assist.drawn import CLASSES, SIZE, draw, example
from tui_labeler.assist import evaluation
from tui_labeler.assist.engine import EngineError, Example, Subject
from tui_labeler.assist.evaluation import Trial
from tui_labeler.assist.fewshot.engine import FewShot
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

BOXES = Subject(TaskType.DETECTION, CLASSES)


def silent(what: str, done: int, total: int) -> None:
    pass


@pytest.mark.slow
def test_ten_images_teach_it_what_is_to_be_found_and_it_knows_how_well() -> None:
    examples = [example(number) for number in range(10)]
    model = FewShot().fit(examples, BOXES, silent)
    assert model.held_back is not None
    held = [Trial(found, one.labels) for found, one in zip(model.held_back, examples, strict=True)]
    quality = evaluation.evaluate(held, TaskType.DETECTION, CLASSES)
    assert quality.helps
    least = {one.name: one.least for one in quality.classes}
    fresh = [example(number) for number in range(100, 120)]
    trials = [Trial(model.propose(one.pixels, one.labels.size), one.labels) for one in fresh]
    right = shown = 0
    for trial in trials:
        proposed = evaluation.shown(trial.proposed, least).regions
        shown += len(proposed)
        right += sum(evaluation.matched(proposed, trial.truth.regions, 0.5))
    assert right / 60 > 0.8, "recall"
    assert right / shown > 0.8, "precision"
    keys, by_hand = evaluation.keys_of(trials, least)
    assert keys < by_hand / 2


@pytest.mark.slow
def test_the_same_labels_give_the_same_model() -> None:
    examples = [example(number) for number in range(8)]
    one, other = (FewShot().fit(examples, BOXES, silent) for _ in range(2))
    pixels = example(50).pixels
    assert one.propose(pixels, SIZE) == other.propose(pixels, SIZE)


@pytest.mark.slow
def test_proposals_are_in_the_coordinates_of_the_whole_image() -> None:
    """It looks at a smaller copy of large images."""
    examples = []
    for number in range(8):
        found = example(number)
        regions = tuple(
            Region(one.name, Box(*(10 * value for value in msgspec.structs.astuple(one.extent))))
            for one in found.labels.regions
        )
        large = Labels(Size(2000, 1500), regions)
        examples.append(Example(found.pixels, large))
    model = FewShot().fit(examples, BOXES, silent)
    proposed = model.propose(examples[0].pixels, Size(2000, 1500))
    truth = examples[0].labels.regions
    best = [max(one.extent.iou(other.extent) for one in proposed.regions) for other in truth]
    assert min(best) > 0.5


@pytest.mark.parametrize("kind", [TaskType.CLASSIFICATION, TaskType.MULTILABEL])
def test_whole_images_are_told_apart(kind: TaskType) -> None:
    def tagged(number: int) -> Example:
        labels = draw(number)[1]
        tags = tuple(dict.fromkeys(one.name for one in labels.regions))
        if kind is TaskType.CLASSIFICATION:
            tags = ("mostly balls",) if sum(one.name == "ball" for one in labels.regions) >= 2 else ("mostly crates",)
        return Example(example(number).pixels, Labels(SIZE, tags=tags))

    names = ("mostly balls", "mostly crates") if kind is TaskType.CLASSIFICATION else CLASSES
    subject = Subject(kind, names)
    model = FewShot().fit([tagged(number) for number in range(24)], subject, silent)
    fresh = [tagged(number) for number in range(200, 230)]
    right = sum(set(model.propose(one.pixels, SIZE).tags) == set(one.labels.tags) for one in fresh)
    assert right >= 20
    sure = [model.propose(one.pixels, SIZE) for one in fresh]
    assert all(len(one.tag_confidences) == len(one.tags) and 0.0 <= one.confidence <= 1.0 for one in sure)
    assert len({one.confidence for one in sure}) > 10, "some images are easier than others"
    assert model.held_back is not None
    assert len(model.held_back) == 24


@pytest.mark.parametrize(
    ("examples", "subject", "why"),
    [
        (5, BOXES, "5 labeled images"),
        (0, BOXES, "0 labeled images"),
        (10, Subject(TaskType.SEGMENTATION, CLASSES), "polygons"),
        (10, Subject(TaskType.DETECTION, ("other",)), "too few boxes"),
        (10, Subject(TaskType.CLASSIFICATION, CLASSES), "one class"),
    ],
)
def test_what_it_cannot_learn_is_told(examples: int, subject: Subject, why: str) -> None:
    with pytest.raises(EngineError, match=why):
        FewShot().fit([example(number) for number in range(examples)], subject, silent)


@pytest.mark.slow
@pytest.mark.long
def test_half_the_keys_on_photographs_of_blood_cells() -> None:
    """Skips where the data set is not at hand. A small run of tests/bench/bench_assist.py."""
    data = Path(__file__).parents[3] / "shared" / "data"
    if not (data / "bccd").is_dir():
        pytest.skip("the BCCD images are not beside the project")
    from tests.bench.bench_assist import examples_of, label
    from tests.bench.bench_keys import canvas_of, load
    from tests.labeledimages import class_names

    folder, images = load(argparse.Namespace(images=None, data=data, most=None))["bccd"]
    names = class_names(images)
    examples = examples_of(folder, images, FewShot.side, 40, 7)
    model = FewShot().fit(examples[:25], Subject(TaskType.DETECTION, names), silent)
    assert model.held_back is not None
    held = [Trial(found, one.labels) for found, one in zip(model.held_back, examples[:25], strict=True)]
    least = {one.name: one.least for one in evaluation.evaluate(held, TaskType.DETECTION, names).classes}
    rest = examples[25:]
    shown = [evaluation.shown(model.propose(one.pixels, one.labels.size), least) for one in rest]
    known = [region for one in examples[:25] for region in one.labels.regions]
    canvas = canvas_of((200, 50))
    with_them, without = label(rest, shown, names, known, canvas), label(rest, None, names, known, canvas)
    assert with_them.keys < 0.7 * without.keys
