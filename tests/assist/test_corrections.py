"""What a labeler refuses teaches the model at once: the image after the next one is proposed for by what it knows then."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.assist.drawn import CLASSES, SIZE, draw
from tests.assist.toys import Toys
from tui_labeler.assist.engine import Example, Subject
from tui_labeler.assist.pretrained.engine import Pretrained
from tui_labeler.assist.pretrained.weights import find_weights
from tui_labeler.model.geometry import Box
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter

BALL = Labels(SIZE, (Region("ball", Box(1, 1, 30, 30)),))


def shown(made: Toys, index: int) -> list[str]:
    proposal = made.workspace.proposals.get(made.workspace.tasks.page("toys", TaskFilter(), index, 1)[0])
    return [region.name for region in proposal.labels.regions] if proposal is not None else []


@pytest.mark.usefixtures("team_engines")
@pytest.mark.parametrize("there_is_a_ball", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_the_image_after_the_next_knows_of_a_refusal(toys: Callable[..., Toys], there_is_a_ball: bool) -> None:
    made = toys(9, "growing", model="team.onnx")
    truth = BALL if there_is_a_ball else Labels(SIZE)
    made.label(1)
    made.wait(lambda state: made.waiting == 8)
    assert shown(made, 1) == shown(made, 2) == shown(made, 8) == ["ball", "crate"]
    lease = made.workspace.queue.claim("toys", "ann", "t")
    assert lease is not None
    made.workspace.queue.submit(lease.task, "ann", truth, "t")
    opened = made.workspace.queue.claim("toys", "ann", "t")
    made.workspace.assist.assistant("toys").wake()
    left = ["ball"] if there_is_a_ball else []
    made.wait(lambda state: shown(made, 3) == left)
    assert opened is not None
    assert shown(made, 2) == ["ball", "crate"], "it is open: what was shown there stays"
    assert made.workspace.proposals.training_labels("toys", 9)[-1][2], "and the refusal is kept for the next training"
    assert not made.workspace.assist.state("toys").failure


def confusing(number: int) -> tuple[Example, Box]:
    """Balls among crates; only the balls are labeled, and one crate is named that a model may take for one."""
    image, labels = draw(number)
    balls = tuple(region for region in labels.regions if region.name == "ball")
    crate = next((region.extent for region in labels.regions if region.name == "crate"), Box(0, 0, 0, 0))
    return Example(np.asarray(image), Labels(SIZE, balls)), crate


@pytest.mark.slow
@pytest.mark.skipif(find_weights() is None, reason="the weights' package is not installed")
def test_what_pretrained_is_told_is_not_there_is_less_likely_at_once() -> None:
    """It has seen balls alone; then come crates."""
    alone = [draw(number) for number in range(60)]
    taught = [Example(np.asarray(image), labels) for image, labels in alone
              if all(region.name == "ball" for region in labels.regions)][:6]  # fmt: skip
    model = Pretrained().fit(taught, Subject(TaskType.DETECTION, CLASSES), lambda what, done, total: None)
    others = [
        (example, crate) for example, crate in map(confusing, range(100, 120)) if crate.area and example.labels.regions
    ]

    def surest(box: Box, example: Example) -> float:
        regions = model.propose(example.pixels, SIZE).regions
        return max((region.confidence for region in regions if region.extent.iou(box) >= 0.5), default=0.0)

    told, later = others[:3], others[3:6]
    before = [surest(crate, example) for example, crate in later]
    balls = [surest(example.labels.regions[0].extent, example) for example, _ in later]
    for example, crate in told:
        refused = (Region("ball", crate, confidence=0.9),)
        model.learn_more(Example(example.pixels, example.labels, refused))
    after = [surest(crate, example) for example, crate in later]
    assert np.mean(before) > 0.2, "else the images would show nothing"
    assert np.mean(after) < 0.5 * np.mean(before)
    assert np.mean([surest(example.labels.regions[0].extent, example) for example, _ in later]) > 0.85 * np.mean(
        balls
    ), "and no ball"
    assert len(model.held_back or ()) == len(taught)
