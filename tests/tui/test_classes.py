"""Label classes after the creation: each action by its key, and by the mouse."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Button, OptionList, Static

from tests.tui.conftest import MakeApp, label_some, settle, type_text
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.screens.classes import ClassesScreen
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.project.details import DetailsPane
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.workspace import Workspace


async def classes(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)
    await pilot.press("3")
    await settle(pilot)
    pilot.app.screen.query_one(DetailsPane).query_one("#classes", Button).press()
    await settle(pilot)


async def press(pilot: Pilot[None], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


def names(workspace: Workspace) -> tuple[str, ...]:
    return workspace.projects.specification("soda").classes.names


def rows(app: LabelerApp) -> list[str]:
    options = app.screen.query_one(OptionList).options
    return [" ".join(str(option.prompt).split()) for option in options]


def said(app: LabelerApp) -> str:
    return str(app.screen.query_one("#said", Static).content)


@pytest.mark.slow
async def test_each_action_by_its_key(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 3)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await classes(pilot)
        assert isinstance(app.screen, ClassesScreen)
        assert rows(app)[0] == "1 ■ coke 3"
        await press(pilot, "enter", "end", *["backspace"] * 2)
        await type_text(pilot, "la")
        await press(pilot, "enter")
        assert names(soda) == ("cola", "diet_coke", "sprite")
        assert said(app).startswith("“coke” renamed “cola”: 3 labels on 3 images")
        await press(pilot, "shift+down")
        assert rows(app)[0].startswith("1 ■ diet_coke")
        await press(pilot, "C")
        assert names(soda) == ("diet_coke", "cola", "sprite"), "the order is kept before anything else is done"
        await press(pilot, "end", "enter")
        assert soda.projects.specification("soda").classes.colours["cola"] == 15
        assert soda.projects.specification("soda").classes.colours["diet_coke"] == 1, "a colour stays with its class"
        await press(pilot, "M", "down", "enter", "y")
        assert names(soda) == ("diet_coke", "sprite")
        assert soda.projects.status("soda").classes == {"diet_coke": 0, "sprite": 3}
        await press(pilot, "end", "x")
        assert isinstance(app.screen, Confirm), "3 labels would be gone"
        await press(pilot, "escape", "home", "x")
        assert names(soda) == ("sprite",), "one that no label uses goes without a question"
        await press(pilot, "x")
        assert names(soda) == ("sprite",)
        for _ in range(5):
            await press(pilot, "backspace")
        assert names(soda) == ("coke", "diet_coke", "sprite")
        assert soda.projects.status("soda").classes == {"coke": 3, "diet_coke": 0, "sprite": 0}
        assert soda.projects.specification("soda").classes.colours == {}
        await press(pilot, "n")
        await type_text(pilot, "fanta")
        await press(pilot, "enter")
        assert names(soda)[-1] == "fanta"
        await press(pilot, "q")
        assert isinstance(app.screen, DashboardScreen)


@pytest.mark.slow
async def test_by_mouse(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 3)
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await classes(pilot)
        await pilot.click(OptionList, offset=(8, 1))
        await settle(pilot)
        await press(pilot, "escape")
        assert app.screen.query_one(OptionList).highlighted == 1
        bar = app.screen.query_one(KeyBar)
        start = next(start for start, _, action in bar._placed() if action.name == "delete")
        await pilot.click(KeyBar, offset=(start + 2, 0))
        await settle(pilot)
        assert names(soda) == ("coke", "sprite")
