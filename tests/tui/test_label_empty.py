"""Submitting an image without labels: at once, or, where the setting says so, after one question in a session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.keysequences import left_behind, make_home, press
from tests.tui.conftest import MakeApp, settle
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import TaskState
from tui_labeler.places import find_places
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.workspace import Workspace

BOX = "qwebnm"


@pytest.mark.slow
async def test_it_is_asked_once_and_no_leads_back(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda", TUI_LABELER_EMPTY_IMAGES="ask")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        await pilot.press(*BOX, "enter")
        await settle(pilot)
        assert screen.path == "image_001.png", "an image with labels is not asked about"
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, Confirm)
        await pilot.press("n")
        await settle(pilot)
        assert screen.path == "image_001.png"
        await pilot.press(*BOX, "enter")
        await settle(pilot)
        assert screen.path == "image_002.png"
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert screen.path == "image_003.png"
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert screen.path == "image_005.png", "asked once"
    tasks = [soda.tasks.get("soda", f"image_{number:03d}.png") for number in range(6)]
    assert [task.state for task in tasks] == [TaskState.COMPLETED] * 5 + [TaskState.INCOMPLETE]
    labels = [soda.tasks.history(task)[0].labels for task in tasks[:5]]
    assert [len(found.regions) for found in labels if found is not None] == [1, 1, 0, 0, 0]


@pytest.mark.parametrize(("setting", "lost", "completed"), [("submit", [], 2), ("ask", list(range(1, 10)), 0)])
async def test_keys_typed_ahead_are_used_for_what_they_mean_or_told_of(
    tmp_path: Path, setting: str, lost: list[int], completed: int
) -> None:
    """By default none waits. With the question, what was typed before it could be seen neither answers it nor labels the
    image that is still open."""
    template = make_home(tmp_path / "template", TaskType.DETECTION)
    settings_file = find_places(str(template)).settings_file
    settings_file.parent.mkdir(exist_ok=True)
    settings_file.write_text(f'empty_images = "{setting}"\n')
    keys = ["enter", "y", *"1qwebnm", "enter"] if setting == "ask" else ["enter", *"1qwebnm", "enter"]
    assert await press(template, tmp_path / "home", keys, [len(keys)]) == lost
    found = left_behind(tmp_path / "home")
    states = [state for state, _, _ in found.values()]
    assert states.count(TaskState.COMPLETED) == completed
    assert [len(history[0][1].regions) for _, history, _ in found.values() if history] == [0, 1][:completed]
