"""The Data tab as a table, and looking through what its filters found."""

from __future__ import annotations

import threading

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Select, Static

from tests.tui.conftest import MakeApp, label_some, settle
from tests.tui.test_label_places import first_line, labeling
from tests.tui.test_label_segment import until
from tests.tui.test_projects import last_line
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.project.data import DataPane
from tui_labeler.tui.screens.project.datarows import DataRows
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.tasklist import TaskList, task_columns
from tui_labeler.workspace import Workspace


async def to_data(pilot: Pilot[None], state: str = "") -> None:
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot, 0.2)
    await pilot.press("2")
    await settle(pilot, 0.2)
    if state:
        pilot.app.screen.query_one("#state", Select).value = state
        await settle(pilot, 0.3)
        pilot.app.screen.query_one(DataPane).to_list()
        await settle(pilot)


def row(pilot: Pilot[None], row_index: int) -> str:
    return "".join(segment.text for segment in pilot.app.screen.query_one(TaskList).render_line(row_index))


async def test_a_row_says_state_labels_classes_labeler_and_when(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 1)
    app = make_app()
    async with app.run_test(size=(200, 50)) as pilot:
        await to_data(pilot)
        heads = str(app.screen.query_one("#heads", Static).content)
        assert heads.split() == ["State", "Image", "Labels", "Classes", "Labeler", "When"]
        first = row(pilot, 0)
        for column, value in (("Image", "image_000.png"), ("Classes", "coke 1"), ("Labeler", "ann"), ("When", "just")):
            assert first[heads.index(column) :].startswith(value)
        assert row(pilot, 1).split() == ["■", "Incomplete", "image_001.png"]


@pytest.mark.parametrize("width", [36, 43, 60, 80, 107, 190])
def test_the_columns_fill_the_row_and_no_more(width: int) -> None:
    columns = task_columns(width)
    assert columns["Image"] >= 8
    assert 3 + sum(columns.values()) + len(columns) - 1 <= width


@pytest.mark.slow
async def test_submitting_goes_along_what_the_filter_found_and_back(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 3)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_data(pilot, "completed")
        await pilot.press("down", "enter")
        await settle(pilot, 0.3)
        assert labeling(pilot).path == "image_001.png"
        assert "2 of 3 found" in first_line(pilot)
        await pilot.press("pageup")
        await settle(pilot, 0.2)
        assert labeling(pilot).path == "image_000.png"
        assert "1 of 3 found" in first_line(pilot)
        for name in ("image_001.png", "image_002.png"):
            await pilot.press("enter")
            await settle(pilot, 0.3)
            assert labeling(pilot).path == name, "the next row, not the next open task"
        await pilot.press("enter")
        await settle(pilot, 0.4)
        assert isinstance(app.screen, DashboardScreen), "after the last one back to the rows"
        assert soda.projects.status("soda").completed == 3
        assert len(soda.tasks.history(soda.tasks.get("soda", "image_002.png"))) == 2


@pytest.mark.slow
async def test_home_leaves_the_list_for_the_queue(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_data(pilot, "completed")
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert labeling(pilot).path == "image_000.png"
        await pilot.press("home")
        await settle(pilot, 0.3)
        assert labeling(pilot).path == "image_002.png"
        assert "3/8" in first_line(pilot)


async def test_before_the_first_answer_nothing_is_said_to_pass_or_not(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_answer = threading.Event()
    count = DataRows.count

    def held(self: DataRows, again: bool = False) -> int:
        may_answer.wait(30)
        return count(self, again)

    monkeypatch.setattr(DataRows, "count", held)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, held=("count",))
        await pilot.press("enter")
        await settle(pilot, 0.2, held=("count",))
        await pilot.press("2")
        await settle(pilot, 0.1, held=("count",))
        line = app.screen.query_one("#count", Static)
        app.screen.query_one(DataPane).on_resize()
        await pilot.pause(0.05)
        assert "No task" not in str(line.content)
        may_answer.set()
        await settle(pilot, 0.1)
        assert str(line.content).startswith(" 1 of 8 tasks")
        await pilot.press("shift+tab", "x", "y", "z")
        await settle(pilot, 0.1)
        assert str(line.content) == " No task passes these filters."


@pytest.mark.slow
async def test_the_last_line_says_what_keys_do_in_a_list_of_the_filters(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await to_data(pilot)
        state = app.screen.query_one("#state", Select)
        state.focus()
        await settle(pilot)
        assert last_line(app).split("  ") == ["⏎ Choose", "? Help", "Esc Show all", ""]
        await pilot.press("enter")
        await settle(pilot)
        assert last_line(app).split("  ") == ["⏎ Take", "Esc Close", ""]
        await pilot.press("q")
        assert state.expanded, "a letter looks for a row that begins so"
        await pilot.click(KeyBar, offset=(9, 0))
        await settle(pilot)
        assert not state.expanded
        assert isinstance(app.screen, DashboardScreen)
        await pilot.click(KeyBar, offset=(2, 0))
        await settle(pilot)
        assert state.expanded
        await pilot.press("down")
        await pilot.click(KeyBar, offset=(2, 0))
        await settle(pilot)
        assert state.value != Select.NULL
        assert not state.expanded
        await pilot.press("q")
        await settle(pilot)
        assert state.value == Select.NULL
        assert last_line(app).endswith("q Projects  ")


@pytest.mark.slow
async def test_known_images_are_made_listed_and_withdrawn(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_data(pilot)
        await pilot.press("down", "asterisk")
        await settle(pilot, 0.4)
        assert [(path, who) for path, who, _, _ in soda.gold.images("soda")] == [("image_001.png", "bob")]
        assert soda.projects.specification("soda").workforce.gold_every == 10, "they are mixed in from now on"
        assert "Its labels are known" in str(app.screen.query_one("#about", Static).content)
        await pilot.press("down", "asterisk")
        await settle(pilot, 0.3)
        assert len(soda.gold.images("soda")) == 1, "an image without labels is refused"
        app.screen.query_one("#state", Select).value = "known"
        await settle(pilot, 0.4)
        assert app.screen.query_one(TaskList).count == 1
        app.screen.query_one(DataPane).to_list()
        await settle(pilot)
        await pilot.press("asterisk")
        await settle(pilot, 0.4)
        assert soda.gold.images("soda") == ()
        assert app.screen.query_one(TaskList).count == 0


@pytest.mark.slow
async def test_which_images_are_known_is_not_for_who_is_no_reviewer(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 1)
    rules = Workforce(review=0.5, reviewers=("rae",))
    soda.projects.change("soda", msgspec.structs.replace(soda.projects.specification("soda"), workforce=rules))
    soda.gold.add("soda", "image_000.png", "rae")
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await to_data(pilot)
        await settle(pilot, 0.2)
        assert "known" not in str(app.screen.query_one("#about", Static).content)
        await pilot.press("asterisk")
        await settle(pilot, 0.2)
        assert len(soda.gold.images("soda")) == 1
        app.screen.query_one("#state", Select).value = "known"
        await settle(pilot, 0.3)
        assert app.screen.query_one(TaskList).count == soda.projects.status("soda").total


async def test_labels_that_cannot_be_read_cost_their_row_alone(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    with soda._database.write() as tx:
        tx.run("UPDATE submission SET labels = '{' WHERE id = (SELECT MIN(id) FROM submission)")
    app = make_app()
    async with app.run_test(size=(140, 40)) as pilot:
        await to_data(pilot)
        assert "Unreadable" in row(pilot, 0)
        assert "Completed" in row(pilot, 1)
        about = app.screen.query_one("#about", Static)
        await until(pilot, lambda: "Its labels cannot be read: label it anew" in str(about.content))
        await pilot.press("enter")
        await until(pilot, lambda: "cannot be read" in first_line(pilot))
