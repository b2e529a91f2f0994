"""The Data tab where a filter lets through more tasks than are found before anybody goes there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.conftest import MakeApp
from tests.tui.test_data_many import count_line
from tests.tui.test_data_table import row, to_data
from tui_labeler.labeling.listed_tasks import ListedTasks
from tui_labeler.model.tasks import FoundTasks, TaskFilter, TaskOrder
from tui_labeler.store import blocks, counters, names, projects
from tui_labeler.tui.screens.project import datarows
from tui_labeler.tui.screens.project.datarows import DataRows
from tui_labeler.tui.widgets.tasklist import TaskList
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.tasks import Tasks

TASKS = 1_500


@pytest.fixture(autouse=True)
def _few_are_found_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datarows, "_FIRST", 100)
    monkeypatch.setattr(datarows, "_AHEAD", 500)


@pytest.fixture
def large(soda: Workspace) -> Workspace:
    """1,500 tasks without images behind the eight that have some."""
    with soda._database.write() as tx:
        project_id, last = projects.project(tx, "soda").id, blocks.last_id(tx)
        rows = [(project_id, f"shot_{n:04d}.jpg") for n in range(TASKS)]
        tx.many("INSERT INTO task (project_id, path, size, version, state) VALUES (?, ?, 0, '', 'incomplete')", rows)
        blocks.count_added(tx, project_id, last)
        names.add(tx, project_id)
        counters.recount_states(tx, project_id)
    return soda


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    for _ in range(400):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError(count_line(pilot))


@pytest.mark.slow
async def test_what_is_found_is_counted_to_a_bound_and_all_of_it_is_reached(
    make_app: MakeApp, large: Workspace
) -> None:
    app = make_app()
    async with app.run_test(size=(140, 36)) as pilot:
        await to_data(pilot)
        rows = app.screen.query_one(TaskList)
        assert count_line(pilot).startswith(" 1 of 1,508 tasks ")
        app.screen.query_one("#name", Input).value = "shot"
        await until(pilot, lambda: count_line(pilot).startswith(" 1 of 500+ tasks, 1,508 in all"))
        rows.focus()
        await pilot.press("ctrl+a")
        await until(pilot, lambda: "500+ selected" in count_line(pilot))
        await pilot.press("b")
        assert app.screen.query_one(".dialog").border_title == "500+ images"
        await pilot.press("escape", "escape")
        await until(pilot, lambda: " 1 of 500+" in count_line(pilot))
        rows.move_to(490)
        await until(pilot, lambda: count_line(pilot).startswith(" 491 of 1,000+ tasks"))
        await pilot.press("end")
        await until(pilot, lambda: count_line(pilot).startswith(" 1,500 of 1,500 tasks, 1,508 in all"))
        await until(pilot, lambda: rows.current is not None and rows.current.path == "shot_1499.jpg")
        assert rows.virtual_size.height == TASKS
        await pilot.press("home")
        await until(pilot, lambda: count_line(pilot).startswith(" 1 of 1,500 tasks"))
        assert "shot_0000.jpg" in row(pilot, 0)


def test_rows_that_were_found_stay_found_when_they_are_counted_again(large: Workspace) -> None:
    rows = DataRows(large, "soda")
    rows.filter(TaskFilter(name="shot"))
    assert (rows.count(again=False), rows.has_more, rows.is_short) == (100, True, True)
    assert (rows.find_more(), rows.has_more, rows.is_short) == (500, True, False)
    assert rows.count(again=False) == 500
    assert [task.path for task in rows.page(498, 4)] == ["shot_0498.jpg", "shot_0499.jpg"]
    assert rows.find_more() == 1_000
    assert rows.find_rest() == TASKS
    assert (rows.has_more, rows.count(again=False), rows.has_more) == (False, TASKS, False)
    rows.filter(TaskFilter(name="shot_00"))
    assert (rows.count(again=False), rows.find_more(), rows.has_more) == (100, 100, False)
    rows.sort(TaskOrder.IMAGE, backwards=True)
    assert (rows.count(again=False), rows.page(0, 1)[0].path) == (100, "shot_0099.jpg")


def test_what_a_thread_found_for_another_filter_is_not_shown(large: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = DataRows(large, "soda")
    rows.filter(TaskFilter(name="shot"))
    find = large.tasks.find

    def slowly(*values: object) -> object:
        rows.filter(TaskFilter(name="image"))
        return find(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(large.tasks, "find", slowly)
    rows.count(again=False)
    monkeypatch.undo()
    assert rows.count(again=False) == 8
    assert rows.page(0, 1)[0].path == "image_000.png"


def test_the_words_of_a_list_that_has_more() -> None:
    listed = ListedTasks(("a", "b", "c"), 1, 201, 10_000, has_more=True, is_part=True)
    assert listed.words == "202 of 10,000+"
    assert listed.end_words == "203 of 10,000+ are done: the rows behind them are in Data."
    whole = ListedTasks(("a", "b"), 1, 1, 2)
    assert (whole.words, whole.end_words) == ("2 of 2", "That was the last of 2.")


def test_rows_of_a_former_filter_do_not_take_the_place_of_the_newer_ones(
    large: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that counts ends when another filter has been counted already."""
    rows = DataRows(large, "soda")
    find, newer = type(large.tasks).find, TaskFilter(name="image")

    def slow_find(tasks: Tasks, project: str, chosen: TaskFilter, after: int, limit: int, looks: int) -> FoundTasks:
        if chosen != newer:
            rows.filter(newer)
            assert rows.count(again=False) == 8
        return find(tasks, project, chosen, after, limit, looks)

    rows.filter(TaskFilter(name="shot"))
    monkeypatch.setattr(type(large.tasks), "find", slow_find)
    rows.count(again=False)
    assert rows.find_more() == 8
