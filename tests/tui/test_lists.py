"""Lists: Home and End, where the cursor stands after something changed, what a project's state is called, and how one
leaves a filter."""

from __future__ import annotations

import msgspec
import pytest
from textual.widgets import DataTable, Input

from tests.tui.conftest import MakeApp, label_some, make_spec, settle, type_text
from tests.tui.test_projects import last_line
from tests.tui.wizardry import past_details
from tui_labeler.model.project import DatasetChoice
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.tui.screens.projects import ProjectsScreen
from tui_labeler.tui.widgets.tasklist import TaskList
from tui_labeler.workspace import Workspace


def more(workspace: Workspace, *names: str) -> None:
    """Projects on the dataset that is there already."""
    for name in names:
        workspace.projects.create(msgspec.structs.replace(make_spec(name), dataset=DatasetChoice("cans_set")))


def selected(app: LabelerApp) -> str:
    screen = app.screen
    assert isinstance(screen, ProjectsScreen), screen
    return screen.selected.name if screen.selected else ""


@pytest.mark.slow
async def test_home_and_end_in_every_table(make_app: MakeApp, soda: Workspace) -> None:
    more(soda, "b", "c")
    label_some(soda, 2)
    for _ in range(3):
        soda.exchange.export("soda")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert selected(app) == "c", "the newest stands first"
        await pilot.press("end")
        assert selected(app) == "soda"
        await pilot.press("home")
        assert selected(app) == "c"
        await pilot.press("end", "enter")
        await settle(pilot, 0.2)
        await pilot.press("4")
        await settle(pilot, 0.2)
        table = app.screen.query_one("ExportsPane DataTable", DataTable)
        await pilot.press("end")
        assert table.cursor_row == 2
        await pilot.press("home")
        assert table.cursor_row == 0
        await pilot.press("2")
        await settle(pilot, 0.3)
        await pilot.press("end")
        assert app.screen.query_one(TaskList).cursor == 7
        await pilot.press("home")
        assert app.screen.query_one(TaskList).cursor == 0


@pytest.mark.slow
async def test_the_cursor_is_on_the_new_project_after_the_wizard(make_app: MakeApp, soda: Workspace) -> None:
    more(soda, "b", "c")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("slash", "b", "enter")  # a search that would not show the new one
        await past_details(pilot, "fruit")
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("enter", "down", "enter")  # the dataset that is there
        await settle(pilot, 0.4)
        await pilot.press("f3", "f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "f3", "f3", "f3")
        await settle(pilot, 0.3)
        await pilot.press("enter")
        await settle(pilot, 0.6)
        assert isinstance(app.screen, DashboardScreen), app.screen
        await pilot.press("q")
        await settle(pilot, 0.3)
        assert selected(app) == "fruit"


async def test_the_cursor_stays_near_a_project_that_went(make_app: MakeApp, soda: Workspace) -> None:
    more(soda, "b", "c", "d")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("down", "down")
        assert selected(app) == "b"
        soda.projects.delete("b")  # another process
        await pilot.pause(1.2)
        await settle(pilot)
        assert selected(app) == "soda", "the one that came after it, not the first of all"


@pytest.mark.slow
async def test_a_project_without_an_open_task_is_complete(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 7)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        table = app.screen.query_one(DataTable)
        assert str(table.get_row_at(0)[4]) == "● Running"
        label_some(soda, 1)  # a second process submits the last one
        await pilot.pause(1.2)
        await settle(pilot)
        assert str(table.get_row_at(0)[4]) == "✓ Complete"
        await pilot.press("enter")
        await settle(pilot, 0.2)
        assert "✓ Complete" in str(app.screen.query_one("#crumbs").render())
        await pilot.press("p")
        await settle(pilot, 0.2)
        assert "‖ Paused" in str(app.screen.query_one("#crumbs").render())


@pytest.mark.slow
async def test_escape_leaves_the_filter_before_the_project(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot, 0.2)
        await pilot.press("2")
        await settle(pilot, 0.3)
        tasks = app.screen.query_one(TaskList)
        await pilot.press("shift+tab")
        await type_text(pilot, "003")
        await settle(pilot, 0.2)
        assert tasks.count == 1
        await pilot.press("escape")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, DashboardScreen)
        assert app.focused is tasks
        assert tasks.count == 8

        # The same from the list, and from a filter that is chosen.
        await pilot.press("shift+tab")
        await type_text(pilot, "003")
        await pilot.press("enter")
        await settle(pilot, 0.2)
        assert app.focused is tasks
        assert "q Show all" in last_line(app)
        await pilot.press("escape")
        await settle(pilot, 0.2)
        assert (tasks.count, app.screen.query_one("#name", Input).value) == (8, "")
        await pilot.press("shift+tab", "shift+tab", "enter", "down", "down", "enter")
        await settle(pilot, 0.2)
        await pilot.press("escape")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, DashboardScreen)
        assert tasks.count == 8
        assert "q Projects" in last_line(app)
        await pilot.press("escape")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, ProjectsScreen)


@pytest.mark.slow
async def test_another_export_takes_the_place_of_the_first(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot, 0.3)
        for number in (2, 5):
            assert isinstance(app.screen, ExportScreen)
            await pilot.press("E")
            await settle(pilot, 0.3)
            await pilot.press(str(number), "enter")
            await settle(pilot, 0.4)
        assert isinstance(app.screen, ExportScreen)
        assert [export.format for export in soda.exchange.exports("soda")] == ["csv", "coco", "azureml"]
        await pilot.press("q")
        await settle(pilot)
        assert isinstance(app.screen, ProjectsScreen), "one way back, however many were made"


@pytest.mark.slow
async def test_a_key_that_is_pressed_twice_opens_one_screen(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        for key in ("n", "l", "enter", "a", "e", "E", "x", "t"):
            await pilot.press(key, key)
            await settle(pilot, 0.4)
            kinds = [type(screen).__name__ for screen in app.screen_stack]
            assert len(kinds) == len(set(kinds)), (key, kinds)
            while len(app.screen_stack) > 1:
                await pilot.press("escape")
                await settle(pilot, 0.15)
