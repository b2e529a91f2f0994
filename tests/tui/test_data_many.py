"""Many rows of the Data tab at once: selected, changed after a count and a question, taken back; and sorted."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.conftest import MakeApp, label_some, settle
from tests.tui.test_data_table import row, to_data
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.widgets.heads import Heads
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.tasklist import TaskList
from tui_labeler.workspace import Workspace


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot, 0.1)


def count_line(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#count", Static).content)


def states(workspace: Workspace) -> str:
    tasks = workspace.tasks.page("soda", _EVERYTHING, 0, 100)
    return "".join(task.state.value[0] for task in tasks)


_EVERYTHING = TaskFilter()


@pytest.mark.slow
async def test_selected_rows_are_changed_after_a_question_and_taken_back(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 4)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_data(pilot)
        await press(pilot, "b")
        assert app.screen.query_one(".dialog").border_title == "image_000.png", "nothing is selected: the row's own"
        await press(pilot, "escape", "space", "shift+down")
        assert "3 selected" in count_line(pilot)
        assert [row(pilot, n)[0] for n in range(4)] == ["✓", "✓", "✓", " "]
        await press(pilot, "escape")
        assert "Space selects" in count_line(pilot), "Escape lets go of the selection first"
        await press(pilot, "home", "space", "space", "b", "enter")
        assert isinstance(app.screen, Confirm), "skip is the first of what can be done"
        assert "2 images would change, 2 labels on them" in str(app.screen.query_one(Static).content)
        await press(pilot, "n")
        assert states(soda) == "cccciiii"
        await press(pilot, "b", "enter", "y")
        assert states(soda) == "ssccii" + "ii"
        assert "2 images skipped" in count_line(pilot)
        await press(pilot, "backspace")
        assert states(soda) == "cccciiii"
        assert "Taken back: 2 images skipped" in count_line(pilot)


@pytest.mark.slow
async def test_all_that_a_filter_lets_through(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 3)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_data(pilot, "completed")
        await press(pilot, "ctrl+a")
        assert "3 selected" in count_line(pilot)
        await press(pilot, "b", "down", "down", "enter", "y")
        assert states(soda) == "i" * 8, "labels deleted"
        assert soda.projects.status("soda").classes["coke"] == 0
        assert "deleted" in count_line(pilot), "no row is left, and what was done is said"
        await press(pilot, "b")
        assert not app.screen.query(".dialog"), "there is no row to change"
        await press(pilot, "backspace")
        assert states(soda) == "ccciiiii"
        await press(pilot, "ctrl+a", "b", "end", "enter", "enter", "enter", "y")
        assert soda.projects.status("soda").classes == {"coke": 0, "diet_coke": 3, "sprite": 0}


@pytest.mark.slow
async def test_by_mouse(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 3)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_data(pilot)
        await pilot.click(TaskList, offset=(10, 1))
        await pilot.click(TaskList, offset=(10, 4), shift=True)
        await settle(pilot, 0.1)
        assert "4 selected" in count_line(pilot)
        bar = app.screen.query_one(KeyBar)
        start = next(start for start, _, action in bar._placed() if action.name == "change_many")
        await pilot.click(KeyBar, offset=(start + 2, 0))
        await settle(pilot, 0.1)
        await press(pilot, "down", "enter", "y")
        assert states(soda)[:5] == "cnnii", "reopened; who has no labels stays as they are"
        heads = app.screen.query_one(Heads)
        left = str(heads.content).index("Labeler")
        await pilot.click(Heads, offset=(left + 1, 0))
        await settle(pilot, 0.2)
        assert "Labeler ▲" in str(heads.content)
        await pilot.click(Heads, offset=(left + 1, 0))
        await settle(pilot, 0.2)
        assert "Labeler ▼" in str(heads.content)
        assert "ann" in row(pilot, 0)


@pytest.mark.slow
async def test_rows_are_sorted_by_keys_and_opened_in_their_order(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    soda.queue.submit(soda.tasks.get("soda", "image_007.png"), "zoe", None)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_data(pilot)
        for _ in range(9):
            await press(pilot, "S")
            if "Labeler" in str(app.screen.query_one(Heads).content) and "Labeler ▲" in str(
                app.screen.query_one(Heads).content
            ):
                break
        await press(pilot, "B")
        assert "Labeler ▼" in str(app.screen.query_one(Heads).content)
        assert "image_007" in row(pilot, 0)
        assert TaskState.SKIPPED.caption in row(pilot, 0)
