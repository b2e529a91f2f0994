"""The wizard: every error at its field, going back, resuming, cancelling."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Static

from tests.tui.conftest import MakeApp, draw_images, settle, type_text
from tui_labeler.model.project import TaskType
from tui_labeler.tui.screens.wizard.wizard import WizardScreen
from tui_labeler.workspace import Workspace


def error(screen: object, field: str) -> str:
    assert isinstance(screen, WizardScreen)
    return str(screen.query_one(f"#error-{field}", Static).content)


@pytest.mark.slow
async def test_errors_stand_at_their_field_as_one_types(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await type_text(pilot, "a!")
        await pilot.pause()
        assert "cannot be used" in error(app.screen, "details-name")
        await pilot.press("backspace", "backspace")
        await type_text(pilot, "soda")
        await pilot.pause()
        assert "already" in error(app.screen, "details-name")
        await pilot.press("enter")
        assert app.screen.step == 0, "Next does not pass a problem"  # type: ignore[attr-defined]
        await type_text(pilot, "2")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("down", "tab")  # named labelers
        await type_text(pilot, "ann,ann")
        await pilot.pause()
        assert "twice" in error(app.screen, "workforce-labelers")
        await pilot.press("backspace", "enter")
        await settle(pilot)
        while app.screen.step < 2:  # type: ignore[attr-defined]
            await pilot.press("ctrl+n")
            await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        assert "dataset" in error(app.screen, "dataset-name").lower()


@pytest.mark.slow
async def test_what_was_typed_survives_the_terminal(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 2)))
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await type_text(pilot, "kept")
        await pilot.press("tab", "up", "ctrl+n")
        await settle(pilot)
        # No goodbye: the app is dropped here, as a killed terminal would.
    again = make_app()
    async with again.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        wizard = again.screen
        assert isinstance(wizard, WizardScreen)
        assert wizard.step == 1
        assert wizard.spec.details.name == "kept"
        assert wizard.spec.details.type is TaskType.MULTILABEL
        await pilot.press("f2")
        await settle(pilot)
        assert wizard.step == 0
        await pilot.press("f8")
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert wizard.spec.details.name == ""


@pytest.mark.slow
async def test_classes_are_added_renamed_moved_deleted_and_pasted(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        wizard = app.screen
        assert isinstance(wizard, WizardScreen)
        wizard._show(4)
        await settle(pilot)
        for name in ("one", "two", "three"):
            await type_text(pilot, name)
            await pilot.press("enter")
        await pilot.press("tab", "shift+up")
        await settle(pilot)
        assert wizard.spec.classes.names == ("one", "three", "two")
        await pilot.press("delete")
        await settle(pilot)
        assert wizard.spec.classes.names == ("one", "two")
        await pilot.press("enter")
        await settle(pilot)
        await type_text(pilot, "s")
        await pilot.press("enter")
        await settle(pilot)
        assert wizard.spec.classes.names == ("one", "s")


@pytest.mark.slow
async def test_cancelling_a_creation_leaves_nothing(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(6000):
        (folder / f"{number}.jpg").touch()
    workspace.datasets.add_datastore("cans", str(folder))
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await type_text(pilot, "many")
        await pilot.press("enter", "ctrl+n")
        await settle(pilot)
        await pilot.press("tab")
        await type_text(pilot, "set")
        await settle(pilot)
        await pilot.press("ctrl+n", "ctrl+n")
        await type_text(pilot, "a")
        await pilot.press("enter", "ctrl+n", "ctrl+n", "ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n", "escape")
        await settle(pilot, 1.0)
        if workspace.projects.summaries():  # the machine was faster than the key: then it is there whole
            assert workspace.projects.status("many").total == 6000
        else:
            assert workspace.datasets.all() == ()
            assert isinstance(app.screen, WizardScreen), "what was typed is still there"
