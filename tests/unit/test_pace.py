"""How fast a project is labeled, and how long the rest takes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from statistics import mean

import msgspec
import pytest

from tui_labeler.model.pace import (
    about_text,
    hour_key,
    hours_left,
    images_an_hour,
    left_to_do,
    measured_pace,
    span_text,
)
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import ProjectState, Queue, Status
from tui_labeler.model.workforce import Workforce

NOON = 1_774_008_000.0  # 2026-03-20 12:00 UTC
STATUS = Status(
    "soda", ProjectState.RUNNING, TaskType.DETECTION, 100, 40, 0, 10, 50, 0, 40.0, {}, {}, Queue(), None, 0.0
)


def at(hours_ago: int) -> str:
    return hour_key(NOON - 3600 * hours_ago)


def test_hours_in_which_nobody_labeled_are_not_counted() -> None:
    assert images_an_hour({at(2): 30, at(9): 50}, (), NOON) == 40
    assert images_an_hour({}, (), NOON) == 0
    assert images_an_hour({at(30): 50}, (), NOON) == 0, "yesterday's pace says nothing"


def test_the_hour_that_runs_counts_by_its_minutes() -> None:
    assert images_an_hour({at(0): 20}, (), NOON + 1800) == 40
    assert images_an_hour({at(0): 20}, (), NOON + 60) == 80, (
        "its first minute does not count for an hour of twelve hundred"
    )
    assert images_an_hour({at(1): 40, at(0): 20}, (), NOON + 1800) == 40


def test_imported_labels_are_nobodys_pace() -> None:
    activity = {at(1): 30, at(3): 5_030}
    assert images_an_hour(activity, [(NOON - 3 * 3600 + 7, 5_000)], NOON) == 30
    assert images_an_hour({at(3): 5_000}, [(NOON - 3 * 3600 + 7, 5_000)], NOON) == 0


def test_what_is_left_takes_each_person_that_labels_it() -> None:
    assert left_to_do(STATUS) == 60
    assert hours_left(STATUS, Workforce(), 30) == 2
    assert hours_left(STATUS, Workforce(labels=3, labels_share=0.5), 30) == 4
    assert hours_left(STATUS, Workforce(), 0) is None
    done = msgspec.structs.replace(STATUS, completed=100, stale=0, incomplete=0)
    assert hours_left(done, Workforce(), 30) == 0


@pytest.mark.parametrize(
    ("hours", "text"), [(0.001, "1 min"), (0.32, "19 min"), (2.52, "2.5 h"), (340.4, "340 h"), (4e3, "4,000 h")]
)
def test_spans(hours: float, text: str) -> None:
    assert span_text(hours) == text


def test_pauses_and_the_first_minute_are_no_pace() -> None:
    """Sixty-two images that take half a minute each take half an hour, however long the first one took."""
    took = (28.0, 31.0, 2_400.0, 30.0, 95.0, 29.0)
    recent = [("ann", NOON - 60 * number, seconds) for number, seconds in enumerate(took)]
    assert measured_pace(recent, NOON) == pytest.approx(3600 / 30.5)
    left = msgspec.structs.replace(STATUS, incomplete=62, stale=0)
    hours = hours_left(left, Workforce(), measured_pace(recent, NOON))
    assert hours is not None
    assert about_text(hours) == "30 min"
    assert measured_pace((), NOON) == 0


def test_people_who_label_at_the_same_time_are_faster_together() -> None:
    recent = [("ann", NOON - 60, 20.0), ("bob", NOON - 90, 20.0), ("zoe", NOON - 7200, 20.0)]
    assert measured_pace(recent, NOON) == 2 * 180
    assert measured_pace(recent[2:], NOON) == 180
    assert measured_pace([*recent, ("cat", NOON - 1200, 20.0)], NOON) == 2 * 180, "she stopped twenty minutes ago"


def steady(draw: random.Random) -> float:
    return max(draw.gauss(30, 6), 1)


def some_ten_times_as_long(draw: random.Random) -> float:
    return max(draw.gauss(20, 4), 1) * (10 if draw.random() < 0.06 else 1)


def of_every_size(draw: random.Random) -> float:
    return draw.lognormvariate(2.5, 0.9)


def predicted_to_actual(
    image: Callable[[random.Random], float], with_pauses: bool, slowness: Sequence[float], seed: int
) -> float:
    """People of whom one takes so many times as long as the other have labeled 400 images and label the next 400: how long
    those were said to take, as a share of how long they took. Pauses: coffee after each hundredth image, and lunch."""
    draw = random.Random(seed)
    clocks, submitted = [0.0] * len(slowness), list[tuple[str, float, float]]()
    for number in range(400):
        person = clocks.index(min(clocks))
        pause = 0 if not with_pauses else 3_000 if number in (230, 231) else 900 if number % 100 == 50 else 0
        took = image(draw) * slowness[person] + pause
        clocks[person] += took
        submitted.append((f"labeler {person}", clocks[person], took))
    now = max(clocks)
    newest = {name: at for at, (name, _, _) in enumerate(submitted)}  # all of them go on
    recent = [(name, now if newest[name] == at else when, took) for at, (name, when, took) in enumerate(submitted)]
    predicted = 400 / measured_pace(recent[::-1], now) * 3600
    clocks = [0.0] * len(slowness)
    for _ in range(400):
        person = clocks.index(min(clocks))
        clocks[person] += image(draw) * slowness[person]
    return predicted / max(clocks)


@pytest.mark.parametrize("slowness", [(1,), (1, 1), (1, 3)], ids=["one", "two", "a slow one and a quick one"])
@pytest.mark.parametrize("with_pauses", [False, True], ids=["", "pauses"])
@pytest.mark.parametrize("image", [steady, some_ten_times_as_long, of_every_size])
def test_the_rest_takes_as_long_as_was_said(
    image: Callable[[random.Random], float], with_pauses: bool, slowness: Sequence[float]
) -> None:
    ratios = [predicted_to_actual(image, with_pauses, slowness, seed) for seed in range(20)]
    assert 0.92 <= mean(ratios) <= 1.12, "right on average"
    assert sum(0.8 <= ratio <= 1.25 for ratio in ratios) >= 17, ratios


def test_who_is_at_work_is_told_by_their_own_pace() -> None:
    slow = [("ann", NOON - 100 * number, 100.0) for number in range(30)]
    quick = [("bob", NOON - 4000 - 10 * number, 10.0) for number in range(200)]
    alone = measured_pace([*slow, *quick], NOON)
    assert 33 <= alone <= 45, "bob has left: the rest is done at her pace"
    assert measured_pace([*slow, ("bob", NOON, 10.0), *quick], NOON) == pytest.approx(alone + 360, rel=0.1)


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (0.001, "1 min"),
        (0.11, "7 min"),
        (0.32, "20 min"),
        (0.94, "55 min"),
        (0.97, "1 h"),
        (2.52, "2.5 h"),
        (9.7, "9.5 h"),
        (36.4, "36 h"),
        (344, "340 h"),
        (4e3, "4,000 h"),
    ],
)
def test_an_estimate_is_said_as_far_as_it_is_known(hours: float, text: str) -> None:
    assert about_text(hours) == text
