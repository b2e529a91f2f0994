"""The lab of the retired service, by keys alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.tui.conftest import MakeApp, draw_images, label_some, settle, type_text
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.projects import ProjectsScreen
from tui_labeler.tui.screens.wizard.wizard import WizardScreen
from tui_labeler.workspace import Workspace


@pytest.mark.slow
async def test_from_an_empty_workspace_to_an_exported_dataset(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path, home: Path
) -> None:
    images = draw_images(tmp_path / "images", 23)
    workspace.datasets.add_datastore("fruits", str(images))
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert "No project yet" in str(app.screen.query_one("#empty-text", Static).content)
        await pilot.press("n")
        await settle(pilot)
        await type_text(pilot, "fruit")
        await pilot.press("enter")  # details: object identification is chosen
        await settle(pilot)
        await pilot.press("ctrl+n")  # workforce
        await settle(pilot)
        wizard = app.screen
        assert isinstance(wizard, WizardScreen)
        await pilot.press("tab")  # dataset: a new one; the only datastore is chosen
        await type_text(pilot, "fruitSet")
        await settle(pilot)
        assert "23 images" in str(wizard.query_one("#matches", Static).content)
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("down")  # refresh on
        await pilot.press("ctrl+n")
        await settle(pilot)
        for name in ("apple", "banana", "orange"):
            await type_text(pilot, name)
            await pilot.press("enter")
        await pilot.press("ctrl+n", "ctrl+n", "ctrl+n")  # classes, instructions, assist
        await settle(pilot)
        assert wizard.step == 7
        await pilot.press("ctrl+n")
        await settle(pilot, 1.0)
        assert isinstance(app.screen, DashboardScreen)
        spec = workspace.projects.specification("fruit")
        assert spec.classes.names == ("apple", "banana", "orange")
        assert spec.refresh.enabled
        assert workspace.projects.status("fruit").total == 23

        await pilot.press("l")
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        for _ in range(2):
            await pilot.press("2", *"qwevbn", "enter")
            await settle(pilot)
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)
        assert workspace.projects.status("fruit").classes["banana"] == 2

        await pilot.press("e")  # one key
        await settle(pilot)
        assert isinstance(app.screen, ExportScreen)
        (export,) = workspace.exchange.exports("fruit")
        assert re.fullmatch(r"fruit_\d{8}_\d{6}", export.name)
        assert export.rows == 2
        await pilot.press("c")
        await pilot.pause()
        assert (home / "state" / "clipboard.txt").read_text() == f"{export.name}\n"
        await pilot.press("q", "q")
        await settle(pilot)
        assert isinstance(app.screen, ProjectsScreen)


@pytest.mark.slow
async def test_the_dashboard_follows_others_within_two_seconds(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "0 / 8" in str(app.screen.query_one("#labeled", Static).content)
        label_some(soda, 3)
        await pilot.pause(1.9)
        assert "3 / 8" in str(app.screen.query_one("#labeled", Static).content)
        assert "10 labeled images" in str(app.screen.query_one("#advice", Static).content)


async def test_what_cannot_be_done_says_why(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("e")
        await pilot.pause()
        assert any("no labels yet" in note.message for note in app._notifications)
        await pilot.press("p")
        await settle(pilot)
        await pilot.press("l")
        await pilot.pause()
        assert any("paused" in note.message for note in app._notifications)
        assert isinstance(app.screen, ProjectsScreen)


async def test_deleting_asks_first_and_escape_keeps(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("delete")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert [project.name for project in soda.projects.summaries()] == ["soda"]
        await pilot.press("delete")
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert soda.projects.summaries() == ()


async def test_search_as_you_type(make_app: MakeApp, soda: Workspace) -> None:
    from tests.tui.conftest import make_spec

    soda.projects.create(make_spec("beer"))
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("slash")
        await type_text(pilot, "be")
        await pilot.press("enter")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ProjectsScreen)
        assert screen.selected
        assert screen.selected.name == "beer"
