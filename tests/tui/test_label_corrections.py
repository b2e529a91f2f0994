"""A completed image that is changed: the screen, Data and the export say so until the change is submitted."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Select, Static

from tests.tui.conftest import MakeApp, label_some, settle
from tui_labeler.model.tasks import TaskFilter, Unsubmitted
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.leaving import LeaveChanged
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.tui.widgets.tasklist import TaskList
from tui_labeler.workspace import Workspace

BOX = (*"qwe", *"mnb")


def prompt(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#prompt", Static).content)


def panel(pilot: Pilot[None]) -> str:
    panel = pilot.app.screen.query_one(LabelPanel)
    return "\n".join("".join(segment.text for segment in panel.render_line(y)) for y in range(panel.size.height))


def classes(workspace: Workspace, path: str) -> list[str]:
    entry = workspace.tasks.current_labels(workspace.tasks.get("soda", path))
    assert entry is not None
    assert entry.labels is not None
    return [region.name for region in entry.labels.regions]


async def change_the_last(pilot: Pilot[None]) -> str:
    """Labels an image, goes back to it and gives its box another class; its path."""
    await settle(pilot)
    await pilot.press("1", *BOX, "enter")
    await settle(pilot)
    await pilot.press("pageup")
    await settle(pilot)
    assert isinstance(pilot.app.screen, LabelScreen)
    assert "Completed" in panel(pilot)
    await pilot.press("escape", "tab", "2")
    return pilot.app.screen.path


@pytest.mark.slow
async def test_a_changed_image_says_so_where_it_stands(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24)) as pilot:
        await change_the_last(pilot)
        assert "● changed" in panel(pilot)
        assert prompt(pilot).startswith("● changed, ⏎ submits · ")
        await pilot.press("backspace", "left")
        assert "● changed" in panel(pilot)
        await pilot.press("backspace")
        await pilot.press("f1", "escape")
        await settle(pilot)
        assert "● changed" not in panel(pilot), "what is undone is no change"
        assert soda.queue.unsubmitted("soda") == Unsubmitted()
        await pilot.press("pagedown")
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen), "nothing is asked where nothing was changed"


@pytest.mark.slow
@pytest.mark.parametrize("leave", ["pageup", "pagedown", "home", "q"])
async def test_leaving_it_asks_and_submits_by_enter(make_app: MakeApp, soda: Workspace, leave: str) -> None:
    label_some(soda, 1)
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f6")
        await settle(pilot)
        path = await change_the_last(pilot)
        await pilot.press(leave)
        await settle(pilot)
        assert isinstance(app.screen, LeaveChanged)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path == path, "one stays"
        assert classes(soda, path) == ["coke"]
        await pilot.press(leave)
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot, 0.2)
        assert classes(soda, path) == ["diet_coke"]
        assert not isinstance(app.screen, LabelScreen) or app.screen.path != path
        assert soda.queue.unsubmitted("soda") == Unsubmitted()
        assert soda.tasks.history(soda.tasks.get("soda", path))[1].labels is not None, "the earlier labels are history"


@pytest.mark.slow
async def test_what_is_kept_as_a_draft_is_found_in_data_and_told_by_exports(
    make_app: MakeApp, soda: Workspace, home: Path
) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(120, 36)) as pilot:
        path = await change_the_last(pilot)
        await pilot.press("pagedown")
        await settle(pilot)
        await pilot.press("k")
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path != path
        assert classes(soda, path) == ["coke"]
        assert soda.queue.unsubmitted("soda") == Unsubmitted(1, {"bob": 1})
        await pilot.press("escape", "q")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("2")
        await settle(pilot, 0.2)
        app.screen.query_one("#state", Select).value = "changed"
        await settle(pilot, 0.3)
        tasks = app.screen.query_one(TaskList)
        assert tasks.count == 1
        assert tasks.current is not None
        assert tasks.current.path == path
        await settle(pilot, 0.3)
        assert "● changed by bob, not submitted" in str(app.screen.query_one("#about", Static).content)
        await pilot.press("e")
        await settle(pilot, 0.5)
        text = "\n".join(str(static.content) for static in app.screen.query(Static))
        assert "1 image with changes that are not submitted (bob 1)" in text
    command = [sys.executable, "-m", "tui_labeler", "--home", str(home), "export", "soda"]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60)
    assert "Not in it: 1 image with changes that are not submitted (bob 1)" in done.stdout, done
    done = await asyncio.to_thread(subprocess.run, [*command, "--json"], capture_output=True, text=True, timeout=60)
    assert json.loads(done.stdout)["unsubmitted"] == {"images": 1, "labelers": {"bob": 1}}


@pytest.mark.parametrize(("corrections", "name"), [("submit", "diet_coke"), ("keep", "coke")])
async def test_a_setting_answers_the_question(make_app: MakeApp, soda: Workspace, corrections: str, name: str) -> None:
    app = make_app("label", "soda", TUI_LABELER_CORRECTIONS=corrections)
    async with app.run_test(size=(100, 24)) as pilot:
        path = await change_the_last(pilot)
        await pilot.press("pagedown")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path != path
        assert classes(soda, path) == [name]
        await pilot.press("pageup")
        await settle(pilot, 0.2)
        assert app.screen.path == path
        assert ("● changed" in panel(pilot)) == (corrections == "keep"), "the draft is there again"


def test_changes_are_found_by_index(soda: Workspace) -> None:
    """Neither the bodies of drafts nor the project's other tasks are read."""
    from tui_labeler.store import changes

    with soda._database.read() as tx:
        for sql in ("SELECT COUNT(*) " + changes._CHANGED, "SELECT 1 FROM task t WHERE " + changes.HAS_CHANGE):  # noqa: S608
            plan = " ".join(str(row[3]) for row in tx.all("EXPLAIN QUERY PLAN " + sql, 1))
            assert "COVERING INDEX draft_differs" in plan, plan
            assert "SCAN" not in plan.replace("LIST SUBQUERY", ""), plan


def test_filters_go_together(soda: Workspace) -> None:
    label_some(soda, 2)
    (first, second) = soda.tasks.page("soda", TaskFilter(), 0, 2)
    soda.queue.save_draft(first, "ann", "{}")
    soda.queue.save_draft(second, "bob", "{}")
    soda.queue.save_draft(second, "ann", "{}")
    soda.queue.save_draft(soda.tasks.page("soda", TaskFilter(), 5, 1)[0], "bob", "{}")
    assert soda.queue.unsubmitted("soda") == Unsubmitted(2, {"ann": 2, "bob": 1})
    assert soda.tasks.count("soda", TaskFilter(changed=True)) == 2, "a draft of an open task is no change"
    assert soda.tasks.count("soda", TaskFilter(changed=True, name=first.path)) == 1
    assert soda.queue.unsubmitted("soda").words == "2 images with changes that are not submitted (ann 2, bob 1)"
    soda.queue.save_draft(first, "ann", "{}", False)
    assert soda.queue.unsubmitted("soda").images == 1
