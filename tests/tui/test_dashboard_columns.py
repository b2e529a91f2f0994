"""The dashboard in three columns where there is room for them, and what just happened said in place."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.conftest import MakeApp, label_some, settle
from tui_labeler.model.project import Classes, Details, ProjectSpec, TaskType
from tui_labeler.model.tasks import ProjectState, Queue, Status
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.project.exports import ExportTable
from tui_labeler.tui.screens.project.statusparts import classes_part
from tui_labeler.workspace import Workspace


def said(app: LabelerApp, part: str) -> str:
    return str(app.screen.query_one(part, Static).content)


def left_of(app: LabelerApp, part: str) -> int:
    return app.screen.query_one(part).region.x


async def opened(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot, 0.2)


@pytest.mark.slow
async def test_three_columns_and_the_newest_name_by_one_key(make_app: MakeApp, soda: Workspace, tmp_path: Path) -> None:
    label_some(soda, 3)
    newest = soda.exchange.export("soda", out=tmp_path / "out").name
    app = make_app()
    async with app.run_test(size=(200, 50), notifications=True) as pilot:
        await opened(pilot)
        columns = [left_of(app, part) for part in ("#donut", "#classes", "#newest")]
        assert columns == sorted(set(columns))
        assert left_of(app, "#labelers") == left_of(app, "#classes")
        assert left_of(app, "#activity-left") < left_of(app, "#classes")
        assert not app.screen.query_one("#activity").display, "it is said once"
        assert "off" in said(app, "#assist")
        assert "Left to do    5" in said(app, "#pace")
        assert "images an hour" in said(app, "#pace")
        assert newest in said(app, "#newest")
        assert "c copies its name" in said(app, "#newest")
        await pilot.press("c")
        await settle(pilot)
        assert f"{newest}  ✓ sent" in said(app, "#newest")
        assert "clipboard.txt" in said(app, "#newest")
        assert not app._notifications, "nothing is covered"
        assert any(newest in told.text for told in app.told), "it is in the list of messages all the same"
        await pilot.resize_terminal(159, 50)
        await settle(pilot)
        assert left_of(app, "#newest") == left_of(app, "#classes"), "below each other"
        assert app.screen.query_one("#activity").display
        assert not app.screen.query_one("#activity-left").display


@pytest.mark.slow
async def test_at_the_least_size_it_is_a_line_and_the_first_line_tells(
    make_app: MakeApp, soda: Workspace, tmp_path: Path
) -> None:
    label_some(soda, 3)
    newest = soda.exchange.export("soda", out=tmp_path / "out").name
    app = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await opened(pilot)
        assert isinstance(app.screen, DashboardScreen)
        assert said(app, "#pace").startswith("5 left · about ")
        line = app.screen.query_one("#newest-line", Static)
        assert f"c copies {newest}" in said(app, "#newest-line")
        assert line.region.bottom <= 23, "above the last line"
        assert "Running" in said(app, "#crumbs")
        await pilot.press("c")
        await settle(pilot)
        assert f"✓ sent {newest}" in said(app, "#newest-line"), "in place"
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        assert [str(cell) for cell in app.screen.query_one(ExportTable).get_row_at(0)][::5] == [newest, "✓ sent"]
        await pilot.press("3")
        await settle(pilot)
        await pilot.press("c")
        await settle(pilot)
        crumbs = said(app, "#crumbs")
        assert f"✓ {newest} sent" in crumbs, "it does not stand here"
        assert crumbs.endswith("   ● Running")
        assert len(crumbs) <= 78, "nothing of it is cut"
        await pilot.press("p")
        await settle(pilot)
        assert "✓ “soda” is paused" in said(app, "#crumbs"), "the latest"
        assert not app._notifications
        app.screen.forget_failures()
        assert "✓" not in said(app, "#crumbs")
        assert "‖ Paused" in said(app, "#crumbs"), "what it stands at"


@pytest.mark.slow
async def test_without_an_export_it_says_why_there_is_none(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(200, 50)) as pilot:
        await opened(pilot)
        assert "nothing to export yet: press l" in said(app, "#newest")
        assert "nobody labeled" in said(app, "#pace")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "Nothing to export: l labels images" in said(app, "#newest-line")
        label_some(soda, 1)
        app.screen.follow()  # type: ignore[attr-defined]
        await settle(pilot, 0.2)
        assert "e writes the labels" in said(app, "#newest")


def test_of_many_classes_those_with_labels_are_listed() -> None:
    names = tuple(f"class_{number:02d}" for number in range(40))
    spec = ProjectSpec(Details("soda", TaskType.DETECTION), classes=Classes(names))
    status = Status("soda", ProjectState.RUNNING, TaskType.DETECTION, 9, 9, 0, 0, 0, 0, 100.0,
                    {"class_39": 7, "class_05": 2}, {}, Queue(), None, 0.0)  # fmt: skip
    lines = classes_part(status, spec, 60, 6).plain.split("\n")
    assert [line.split()[0] for line in lines[1:]] == [
        "class_00",
        "class_01",
        "class_02",
        "class_05",
        "class_39",
        "and",
    ]
    assert lines[-1] == "and 35 more with fewer labels"
    assert len(classes_part(status, spec, 60, 40).plain.split("\n")) == 41
