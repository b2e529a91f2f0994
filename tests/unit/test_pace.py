"""How fast a project is labeled, and how long the rest takes."""

from __future__ import annotations

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
