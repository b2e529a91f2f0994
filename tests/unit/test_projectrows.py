"""The columns of the list of projects: what is dropped first where there is little room."""

from __future__ import annotations

import pytest

from tui_labeler.model.azure import RemoteProject
from tui_labeler.model.listing import ProjectNews
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import ProjectState, ProjectSummary
from tui_labeler.tui.screens.projectrows import cells, remote_cells, titles, widths

NOW = 1_774_000_000.0  # 2026-03-20 09:46 UTC
COLOURS = dict.fromkeys(("background", "foreground", "success", "secondary", "warning", "border-blurred"), "#808080")
SODA = ProjectSummary("soda", TaskType.DETECTION, ProjectState.RUNNING, 1000, 996, 1, 2, 0.0)
NEWS = {"soda": ProjectNews("2026-03-20T06", "soda_20260320_084000", 3, True, False)}


def shown(room: int, wide: bool) -> dict[str, str]:
    fit = widths([SODA], [], NEWS, NOW, room, wide)
    assert sum(fit.values()) + 2 * len(fit) <= room, "nothing is out of reach"
    row = cells(SODA, NEWS, NOW, COLOURS, fit, room, wide)
    return {title.plain: cell.plain for (title, _), cell in zip(titles(fit), row, strict=True)}


def test_everything_where_there_is_room() -> None:
    row = shown(116, wide=True)
    assert list(row) == [
        "", "Name", "Type", "Progress", "%", "Left", "Last label", "Newest export", "Assist", "At work",
    ]  # fmt: skip
    assert row["%"] == "99%", "what is not done is not a hundred"
    assert row["Left"] == "3"
    assert row["Last label"] == "3 h ago"
    assert row["Newest export"] == "soda_20260320_084000"
    assert row["Assist"] == "waits"
    assert row["At work"] == "3"


@pytest.mark.parametrize(("room", "last"), [(66, "Last label"), (76, "At work"), (106, "At work")])
def test_what_stands_beside_the_list_is_dropped_first(room: int, last: str) -> None:
    row = shown(room, wide=True)
    assert list(row)[-1] == last
    assert ("Newest export" in row) == (room == 106)
    assert row["Name"] == "soda"


def test_a_narrow_list_is_as_it_was() -> None:
    assert list(shown(80, wide=False)) == ["Name", "Type", "Progress", "Labeled", "Status"]


@pytest.mark.parametrize(
    ("hour", "before", "said"),
    [
        ("", 0, "never"),
        ("2026-03-20T09", 0, "this hour"),
        ("2026-03-20T08", 0, "last hour"),
        ("2026-03-20T07", 0, "2 h ago"),
        ("2026-03-19T09", 0, "24 h ago"),
        ("2025-03-20T09", 0, "365 d ago"),
        ("2026-03-20T09", 13, "13 min ago"),
        ("2026-03-20T09", 0.9, "just now"),
        ("2026-03-20T08", 53, "53 min ago"),
        ("2026-03-20T08", 61, "1 h ago"),
        ("2026-03-20T07", 119, "1 h ago"),
        ("2026-03-20T09", 61, "this hour"),
    ],
)
def test_how_long_ago(hour: str, before: float, said: str) -> None:
    """`before`: minutes since the newest labels that count; what was submitted since is known by its hour."""
    news = {"soda": ProjectNews(hour, last_label=NOW - 60 * before if before else 0.0)}
    fit = widths([SODA], [], news, NOW, 116, True)
    row = dict(zip(fit, cells(SODA, news, NOW, COLOURS, fit, 116, True), strict=True))
    assert row["last"].plain == said


def test_a_project_of_azures_own_service_stands_in_the_same_columns() -> None:
    remote = RemoteProject("cans", "cans", "InProgress", "Succeeded", "Image", "BoundingBox", 242, 50, 2)
    for room, wide in ((116, True), (66, True), (80, False)):
        fit = widths([SODA], [remote], NEWS, NOW, room, wide)
        row = dict(zip(fit, remote_cells(remote, COLOURS, fit), strict=True))
        assert row["name"].plain.endswith("(Azure ML)")
        assert len(row["bar"].plain) == fit["bar"]
        if wide:
            assert (row["percent"].plain, row["left"].plain) == ("20%", "190"), "what was skipped is not left"
        else:
            assert row["share"].plain.strip() == "50/242"
