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
    held = [Trial(proposed, example.labels) for proposed, example in zip(model.held_back, examples, strict=True)]
    quality = evaluation.evaluate(held, TaskType.DETECTION, CLASSES)
    assert quality.helps
    least = {class_quality.name: class_quality.least for class_quality in quality.classes}
    fresh = [example(number) for number in range(100, 120)]
    trials = [Trial(model.propose(example.pixels, example.labels.size), example.labels) for example in fresh]
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
    first, second = (FewShot().fit(examples, BOXES, silent) for _ in range(2))
    pixels = example(50).pixels
    assert first.propose(pixels, SIZE) == second.propose(pixels, SIZE)


@pytest.mark.slow
def test_proposals_are_in_the_coordinates_of_the_whole_image() -> None:
    """It looks at a smaller copy of large images."""
    examples = []
    for number in range(8):
        small = example(number)
        regions = tuple(
            Region(region.name, Box(*(10 * value for value in msgspec.structs.astuple(region.extent))))
            for region in small.labels.regions
        )
        large = Labels(Size(2000, 1500), regions)
        examples.append(Example(small.pixels, large))
    model = FewShot().fit(examples, BOXES, silent)
    proposed = model.propose(examples[0].pixels, Size(2000, 1500))
    truth = examples[0].labels.regions
    best = [max(region.extent.iou(true_region.extent) for region in proposed.regions) for true_region in truth]
    assert min(best) > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("kind", [TaskType.CLASSIFICATION, TaskType.MULTILABEL])
def test_whole_images_are_told_apart(kind: TaskType) -> None:
    def tagged(number: int) -> Example:
        labels = draw(number)[1]
        tags = tuple(dict.fromkeys(region.name for region in labels.regions))
        if kind is TaskType.CLASSIFICATION:
            tags = (
                ("mostly balls",)
                if sum(region.name == "ball" for region in labels.regions) >= 2
                else ("mostly crates",)
            )
        return Example(example(number).pixels, Labels(SIZE, tags=tags))

    names = ("mostly balls", "mostly crates") if kind is TaskType.CLASSIFICATION else CLASSES
    subject = Subject(kind, names)
    model = FewShot().fit([tagged(number) for number in range(24)], subject, silent)
    fresh = [tagged(number) for number in range(200, 230)]
    right = sum(set(model.propose(example.pixels, SIZE).tags) == set(example.labels.tags) for example in fresh)
    assert right >= 20
    sure = [model.propose(example.pixels, SIZE) for example in fresh]
    assert all(len(labels.tag_confidences) == len(labels.tags) and 0.0 <= labels.confidence <= 1.0 for labels in sure)
    assert len({labels.confidence for labels in sure}) > 10, "some images are easier than others"
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
    held = [Trial(proposed, example.labels) for proposed, example in zip(model.held_back, examples[:25], strict=True)]
    least = {
        class_quality.name: class_quality.least
        for class_quality in evaluation.evaluate(held, TaskType.DETECTION, names).classes
    }
    rest = examples[25:]
    shown = [evaluation.shown(model.propose(example.pixels, example.labels.size), least) for example in rest]
    known = [region for example in examples[:25] for region in example.labels.regions]
    canvas = canvas_of((200, 50))
    with_them, without = label(rest, shown, names, known, canvas), label(rest, None, names, known, canvas)
    assert with_them.keys < 0.7 * without.keys
