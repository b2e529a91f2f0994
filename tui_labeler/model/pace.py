"""How fast a project is labeled, and how long the rest of it takes: estimates, from how long the last images took, or where
nobody measured that from the submissions of each hour."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from tui_labeler.model.tasks import Status
from tui_labeler.model.workforce import Workforce

HOURS = 24
"""So many of the last hours count."""
_LEAST_OF_AN_HOUR = 0.25  # an hour that has just begun says little
_LEAST_SECONDS = 0.5
_AT_WORK = 600.0  # seconds since somebody's last image
# Who took so many times as long as for the middle image, and so many seconds at least, was not at work all the while.
_PAUSE, _LEAST_PAUSE = 16.0, 60.0
# Of so few images the middle one tells how long one takes, of so many their mean; in between, something in between.
_FEW, _MANY = 6, 24
_OF_FEW = 5  # how many images of anybody's a person's own pace is told with


def hour_key(at: float) -> str:
    """The UTC hour of a time in seconds since 1970, as activity is counted by: 2026-11-24T09."""
    return time.strftime("%Y-%m-%dT%H", time.gmtime(at))


def images_an_hour(activity: Mapping[str, int], imports: Iterable[tuple[float, int]], now: float) -> float:
    """Submissions in an hour in which somebody labeled, over the last 24 hours; 0 where nobody did. `activity` counts those
    of each hour, imported ones too; `imports` are (time, images) of what nobody labeled here."""
    imported: dict[str, int] = {}
    for at, images in imports:
        imported[hour_key(at)] = imported.get(hour_key(at), 0) + images
    submissions, hours = 0, 0.0
    for back in range(HOURS):
        key = hour_key(now - 3600 * back)
        count = activity.get(key, 0) - imported.get(key, 0)
        if count > 0:
            submissions += count
            hours += max(_LEAST_OF_AN_HOUR, now % 3600 / 3600) if back == 0 else 1
    return submissions / hours if hours else 0.0


def measured_pace(recent: Sequence[tuple[str, float, float]], now: float) -> float:
    """Images an hour by the last ones, each (labeler, when, seconds), by everybody who is at work; 0 where nothing is
    known."""
    if not recent:
        return 0.0
    anyones = _seconds_an_image([seconds for _, _, seconds in recent])
    people = {labeler for labeler, at, _ in recent if at > now - _AT_WORK}
    if not people:
        return 3600 / anyones
    pace = 0.0
    for person in people:
        own = [seconds for labeler, _, seconds in recent if labeler == person]
        pace += 3600 * (len(own) + _OF_FEW) / (len(own) * _seconds_an_image(own) + _OF_FEW * anyones)
    return pace


def _seconds_an_image(took: Sequence[float]) -> float:
    """How long an image takes on average: a few that take ten times as long are a good part of the work, pauses are none.
    Of the first ones as long as the middle one: that a person still learns how, or one odd image, would tell most."""
    middle = max(median(took), _LEAST_SECONDS)
    counted = [seconds for seconds in took if seconds <= max(middle * _PAUSE, _LEAST_PAUSE)]
    known = min(max((len(took) - _FEW) / (_MANY - _FEW), 0.0), 1.0)
    return middle + known * (max(sum(counted) / len(counted), _LEAST_SECONDS) - middle)


def hours_left(status: Status, workforce: Workforce, an_hour: float) -> float | None:
    """Hours of labeling until no image is open, at `an_hour` submissions; None where nobody can tell. Where several people
    label an image, each of them has to."""
    if not an_hour:
        return None
    return left_to_do(status) * (1 + (workforce.labels - 1) * workforce.labels_share) / an_hour


def left_to_do(status: Status) -> int:
    """Images that wait for labels: for the first ones, or for others since they changed."""
    return status.incomplete + status.stale


def span_text(hours: float) -> str:
    """About how long: 1 min, 25 min, 2.5 h, 340 h."""
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.1f} h" if hours < 10 else f"{hours:,.0f} h"


def about_text(hours: float) -> str:
    """The same as far as an estimate is known: 4 min, 20 min, 2.5 h, 12 h, 340 h."""
    minutes = hours * 60
    if minutes < 57.5:
        return f"{max(1, round(minutes))} min" if minutes < 10 else f"{round(minutes / 5) * 5} min"
    if hours < 9.75:
        return f"{round(hours * 2) / 2:g} h"
    return f"{round(hours):,} h" if hours < 100 else f"{round(hours / 10) * 10:,} h"
