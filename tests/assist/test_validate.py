"""Only what a labeler could have drawn comes out; and the numbers that thresholds are chosen by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_labeler.assist import evaluation, validate
from tui_labeler.assist.evaluation import NEVER, Trial
from tui_labeler.model.assist import keys_with
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.labelrules import labels_problem
from tui_labeler.model.project import Classes, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region

NAMES = ("ball", "crate")
SIZE = Size(100, 80)
anything = st.floats(allow_nan=True, allow_infinity=True)
regions = st.builds(
    Region,
    st.sampled_from([*NAMES, "other", ""]),
    st.one_of(st.none(), st.builds(Box, anything, anything, anything, anything)),
    st.lists(st.tuples(anything, anything), max_size=4).map(tuple),
    anything,
)


@given(st.sampled_from(TaskType), st.lists(regions, max_size=8), st.lists(st.sampled_from([*NAMES, "x"]), max_size=4))
def test_every_cleaned_proposal_could_be_submitted(kind: TaskType, regions: list[Region], tags: list[str]) -> None:
    cleaned = validate.clean(Labels(Size(1, 1), tuple(regions), tuple(tags)), kind, NAMES, SIZE, "m 1")
    spec = ProjectSpec(Details("p", kind), classes=Classes(NAMES))
    if kind.has_regions or cleaned.labels.tags:
        assert labels_problem(spec, cleaned.labels) == ""
    assert all(region.model == "m 1" for region in cleaned.labels.regions)


def test_nonsense_is_counted() -> None:
    good = Region("ball", Box(1, 1, 20, 20), confidence=0.5)
    bad = (Region("ball", Box(float("nan"), 0, 9, 9)), Region("who", Box(1, 1, 9, 9)), Region("ball"))
    cleaned = validate.clean(Labels(SIZE, (good, *bad)), TaskType.DETECTION, NAMES, SIZE, "m")
    assert (len(cleaned.labels.regions), cleaned.nonsense) == (1, 3)


def test_tags_keep_their_confidence_and_unsure_ones_are_not_shown() -> None:
    proposed = Labels(SIZE, tags=("ball", "who", "crate"), tag_confidences=(1.7, 0.9, 0.4))
    cleaned = validate.clean(proposed, TaskType.MULTILABEL, NAMES, SIZE, "m")
    assert (cleaned.labels.sure_tags, cleaned.nonsense) == ((("ball", 1.0), ("crate", 0.4)), 1)
    shown = evaluation.shown(cleaned.labels, {"ball": 0.0, "crate": 0.5})
    assert shown.sure_tags == (("ball", 1.0),)
    broken = Labels(SIZE, tags=("ball",), tag_confidences=(float("nan"),))
    assert validate.clean(broken, TaskType.CLASSIFICATION, NAMES, SIZE, "m").labels.confidence == 0.0


def trial(*proposed: tuple[float, float], truth: int = 1) -> Trial:
    """`truth` balls beside each other; proposals as (how far from the first ball, confidence)."""
    balls = tuple(Region("ball", Box(n * 30, 0, n * 30 + 20, 20)) for n in range(truth))
    regions = tuple(Region("ball", Box(x, 0, x + 20, 20), confidence=sure) for x, sure in proposed)
    return Trial(Labels(SIZE, regions), Labels(SIZE, balls))


def test_thresholds_are_where_keys_are_fewest() -> None:
    trials = [trial((0, 0.9), (60, 0.2), (80, 0.1)) for _ in range(10)]
    quality = evaluation.evaluate(trials, TaskType.DETECTION, NAMES)
    assert quality.helps
    ball = quality.classes[0]
    assert ball.precision == 1.0
    assert ball.recall == 1.0
    assert 0.2 < ball.least <= 0.9


def test_proposals_that_are_worse_than_none_are_switched_off() -> None:
    trials = [trial((50, 0.9), (60, 0.8), (75, 0.7)) for _ in range(10)]
    quality = evaluation.evaluate(trials, TaskType.DETECTION, NAMES)
    assert not quality.helps
    assert all(class_quality.least == NEVER for class_quality in quality.classes)
    assert quality.keys == quality.keys_without


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_proposals_cost_at_most_one_key_more_than_none(right: int, wrong: int, missed: int) -> None:
    assert keys_with(right, wrong, missed) <= 5 * (right + missed) + 1


@pytest.mark.parametrize(
    ("right", "wrong", "missed", "keys"),
    [(10, 0, 0, 1), (10, 1, 0, 2), (3, 9, 0, 3), (3, 9, 1, 9), (0, 4, 2, 11), (0, 0, 2, 10)],
)
def test_the_cheapest_way_is_counted(right: int, wrong: int, missed: int, keys: float) -> None:
    assert keys_with(right, wrong, missed) == keys


def test_each_true_region_is_matched_once_and_by_its_class() -> None:
    truth = [Region("ball", Box(0, 0, 20, 20))]
    two = [Region("ball", Box(0, 0, 20, 19), confidence=0.5), Region("ball", Box(0, 0, 20, 20), confidence=0.9)]
    assert evaluation.matched(two, truth, 0.5) == [False, True]
    assert evaluation.matched([Region("crate", Box(0, 0, 20, 20))], truth, 0.5) == [False]
