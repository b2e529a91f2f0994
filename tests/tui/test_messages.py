"""No message outlives its cause: what is said last is what is true."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.tui.conftest import MakeApp, draw_images, label_some, settle, type_text
from tests.tui.wizardry import error, past_details, static
from tui_labeler.model.errors import StorageError
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.wizard.browse import AddDatastore, FolderBrowser
from tui_labeler.workspace import Workspace


def toasts(app: LabelerApp) -> list[str]:
    return [note.message for note in app._notifications]


@pytest.mark.slow
async def test_an_error_goes_when_the_datastore_is_added(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    draw_images(tmp_path / "images", 3)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await past_details(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("f3")
        await settle(pilot)
        assert "Choose the datastore" in error(app, "dataset-datastore")
        app.screen.query_one("#add-datastore").focus()
        await pilot.press("enter")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, AddDatastore)
        app.screen.query_one("#url", Input).value = str(tmp_path / "images")
        await pilot.press("enter", "enter")
        await settle(pilot, 0.6)
        assert error(app, "dataset-datastore") == ""
        assert "3 images" in static(app, "#matches")
        # The datastore counts as chosen: the next step is reached with nothing but a name.
        app.screen.query_one("#dataset-name", Input).value = "cans"
        await settle(pilot, 0.3)
        await pilot.press("f3")
        await settle(pilot)
        assert static(app, "#step-3 > .title").startswith("4") or app.screen.query_one("#step-3").display


async def test_a_wrong_folder_is_not_wrong_any_more_once_another_is_typed(
    make_app: MakeApp, workspace: Workspace
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(AddDatastore(workspace))
        await settle(pilot)
        app.screen.query_one("#url", Input).value = "/there/is/none"
        app.screen.query_one("#name", Input).value = "none"
        app.screen.query_one("#name").focus()
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert str(app.screen.query_one(".error", Static).content)
        app.screen.query_one("#url").focus()
        await pilot.press("x")
        await settle(pilot)
        assert str(app.screen.query_one(".error", Static).content) == ""


async def test_a_folder_that_cannot_be_read_is_forgotten_above_it(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "top" / "gone"
    folder.mkdir(parents=True)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(FolderBrowser(workspace, str(tmp_path / "top")))
        await settle(pilot, 0.3)
        shutil.rmtree(folder)
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert str(app.screen.query_one(".error", Static).content)
        await pilot.press("left")
        await settle(pilot, 0.3)
        assert str(app.screen.query_one(".error", Static).content) == ""


async def test_a_failure_goes_when_it_is_tried_again(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    label_some(soda, 2)
    good = soda.exchange.export

    def refuse(*args: object, **kwargs: object) -> None:
        raise StorageError("The disk is full.", "Make room.")

    monkeypatch.setattr(soda.exchange, "export", refuse)
    app = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("e")
        await settle(pilot, 0.3)
        assert any("disk is full" in text for text in toasts(app))
        monkeypatch.setattr(soda.exchange, "export", good)
        await pilot.press("e")
        await settle(pilot, 0.3)
        assert not any("disk is full" in text for text in toasts(app))


@pytest.mark.parametrize("keys", [(), pytest.param(("l",), marks=pytest.mark.slow)], ids=["projects", "labeling"])
async def test_a_workspace_that_cannot_be_read_is_told_once(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press(*keys)
        await settle(pilot, 0.3)
        good = soda.change_mark

        def refuse() -> tuple[int, int]:
            raise StorageError("The database is locked.")

        monkeypatch.setattr(soda, "change_mark", refuse)
        await pilot.pause(2.4)
        assert toasts(app) == ["The database is locked."]
        monkeypatch.setattr(soda, "change_mark", good)
        await pilot.pause(1.2)
        assert toasts(app) == [], "it can be read again"


@pytest.mark.slow
async def test_an_export_whose_folder_was_removed_says_so(make_app: MakeApp, soda: Workspace, home: Path) -> None:
    label_some(soda, 2)
    soda.exchange.export("soda")
    shutil.rmtree(home / "exports")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot, 0.2)
        await pilot.press("4", "enter")
        await settle(pilot, 0.3)
        done = static(app, "#done")
        assert "gone" in done
        assert "✓" not in done
        await pilot.press("E")
        await settle(pilot, 0.3)
        await pilot.press("enter")
        await settle(pilot, 0.4)
        assert static(app, "#done") == "✓ The dataset is written"


@pytest.mark.slow
async def test_what_an_import_found_goes_with_the_path_that_it_was_about(
    make_app: MakeApp, soda: Workspace, tmp_path: Path
) -> None:
    label_some(soda, 2)
    made = soda.exchange.export("soda", "csv")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot, 0.2)
        await pilot.press("i")
        await settle(pilot)
        path = app.screen.query_one("#path", Input)
        path.value = made.path
        await pilot.press("enter")
        await settle(pilot, 0.5)
        assert "this project's" in static(app, "#summary")
        path.focus()
        await type_text(pilot, "x")
        await settle(pilot)
        assert "this project's" not in static(app, "#summary")
        assert "Enter" in static(app, "#summary"), "it says how one goes on"
        await pilot.press("enter")
        await settle(pilot, 0.4)
        assert "x" in static(app, "#summary")
        await pilot.press("backspace")
        await settle(pilot)
        assert "this project's" not in static(app, "#summary"), "it has not been looked at again"


async def test_a_message_that_comes_while_the_app_is_left_ends_nothing(make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test():
        app.notify("The last one")
    assert not app.screen_stack
    app._show_newest()  # as a timer does that was set before
