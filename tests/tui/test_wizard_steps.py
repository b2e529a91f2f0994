"""Every step of the wizard by keys alone: what it takes, what it refuses and where it says so, and the ways between."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select, Static, TextArea

from tests.tui.conftest import MakeApp, draw_images, settle, type_text
from tui_labeler.model.project import Instructions, Refresh, TaskType, Workforce
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.projects import ProjectsScreen
from tui_labeler.tui.screens.wizard.browse import AddDatastore, FolderBrowser
from tui_labeler.tui.screens.wizard.classes import BulkEdit
from tui_labeler.tui.screens.wizard.wizard import WizardScreen
from tui_labeler.workspace import Workspace

SIZE = (80, 24)


def wizard_of(app: LabelerApp) -> WizardScreen:
    assert isinstance(app.screen, WizardScreen), app.screen
    return app.screen


def error(app: LabelerApp, field: str) -> str:
    """What stands at the field; empty where nothing is shown."""
    line = wizard_of(app).query_one(f"#error-{field}", Static)
    return str(line.content) if line.display else ""


def static(app: LabelerApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


async def begin(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("n")
    await settle(pilot)


async def past_details(pilot: Pilot[None], name: str = "fruit") -> None:
    await begin(pilot)
    await type_text(pilot, name)
    await pilot.press("f3")
    await settle(pilot)


async def past_dataset(pilot: Pilot[None]) -> None:
    """To the refresh step; the workspace has one datastore."""
    await past_details(pilot)
    await pilot.press("f3")
    await settle(pilot)
    await pilot.press("tab")
    await type_text(pilot, "fruitSet")
    await settle(pilot, 0.6)
    await pilot.press("f3")
    await settle(pilot)


@pytest.fixture
def cans(workspace: Workspace, tmp_path: Path) -> Workspace:
    """With a datastore of three images, two of them in a folder."""
    draw_images(tmp_path / "images" / "shelf", 2)
    draw_images(tmp_path / "images", 1)
    (tmp_path / "images" / "notes.txt").write_text("no image")
    workspace.add_datastore("cans", str(tmp_path / "images"))
    return workspace


async def test_details_choose_each_type(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("f3")
        assert "name" in error(app, "details-name").lower(), "an empty name is refused when one wants to go on"
        await type_text(pilot, "fruit")
        assert error(app, "details-name") == "", "and is mended as one types"
        await pilot.press("tab")
        seen = []
        for _ in TaskType:
            await pilot.press("down")
            await pilot.pause()
            seen.append(wizard_of(app).spec.details.type)
        assert set(seen) == set(TaskType)
        await pilot.press("up")
        await pilot.pause()
        assert wizard_of(app).spec.details.type is seen[-2]


async def test_workforce_off_named_or_a_vendor(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        assert wizard_of(app).spec.workforce == Workforce()
        await pilot.press("down", "tab")
        await type_text(pilot, "ann, bob")
        await pilot.pause()
        assert wizard_of(app).spec.workforce == Workforce(("ann", "bob"))
        await type_text(pilot, ",ann")
        await pilot.pause()
        assert "twice" in error(app, "workforce-labelers")
        await pilot.press("f3")
        await pilot.pause()
        assert wizard_of(app).step == 1, "nobody passes an error"
        await pilot.press("shift+tab", "down", "tab")
        await type_text(pilot, "Labels Inc")
        await pilot.pause()
        assert wizard_of(app).spec.workforce == Workforce((), "Labels Inc")
        wizard_of(app).query_one("#vendor", Input).value = "x" * 300  # nobody types that
        await pilot.pause()
        assert "255" in error(app, "workforce-vendor")
        await pilot.press("shift+tab", "down")
        await pilot.pause()
        assert wizard_of(app).spec.workforce == Workforce(), "off again"


async def test_dataset_errors_and_what_the_path_matches(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        await pilot.press("f3")
        await settle(pilot, 0.6)
        assert error(app, "dataset-name") == "", "nothing was typed yet"
        assert "3 images" in static(app, "#matches")
        assert "Passed over: 1 other file" in static(app, "#matches")
        await pilot.press("f3")
        await pilot.pause()
        assert "dataset" in error(app, "dataset-name").lower()
        assert wizard_of(app).query_one("#dataset-name").has_focus, "the focus goes to the field with the error"
        await type_text(pilot, "a!")
        await pilot.pause()
        assert "cannot be used" in error(app, "dataset-name")
        await pilot.press("backspace", "tab", "tab", "tab")
        path = wizard_of(app).query_one("#path", Input)
        assert path.has_focus
        await pilot.press("end", *["backspace"] * 5)
        await type_text(pilot, "shelf/*.png")
        await settle(pilot, 0.6)
        assert "2 images" in static(app, "#matches")
        await type_text(pilot, "x")
        await settle(pilot, 0.6)
        assert "No image matches" in error(app, "dataset-path")
        await pilot.press("f3")
        await pilot.pause()
        assert wizard_of(app).step == 2
        await pilot.press("backspace", *["backspace"] * 11)
        await type_text(pilot, "../up")
        await pilot.pause()
        assert error(app, "dataset-path"), "a path that leads out of the datastore"


async def test_a_datastore_is_added_browsed_and_its_folder_vanishes(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    images = draw_images(tmp_path / "pictures" / "shelf", 2).parent
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        await pilot.press("f3")
        await settle(pilot, 0.5)
        assert "no datastore yet" in static(app, "#matches")
        await pilot.press("tab")
        await type_text(pilot, "set")
        await pilot.press("f3")
        await pilot.pause()
        assert "datastore" in error(app, "dataset-datastore").lower()
        wizard_of(app).query_one("#add-datastore").focus()
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert isinstance(app.screen, AddDatastore)
        await type_text(pilot, str(tmp_path / "nowhere"))
        await pilot.press("enter", "enter")
        await settle(pilot, 0.3)
        assert isinstance(app.screen, AddDatastore), "a folder that is not there is refused, and the dialog stays"
        assert "nowhere" in static(app, ".error")
        await pilot.press("shift+tab", "end", *["backspace"] * len("nowhere"))
        await type_text(pilot, "pictures")
        await pilot.press("enter", *["backspace"] * 20)
        await type_text(pilot, "cans")
        await pilot.press("enter")
        await settle(pilot, 0.6)
        assert [store.name for store in workspace.datastores()] == ["cans"]
        assert wizard_of(app).query_one("#datastore", Select).value == "cans"
        wizard_of(app).query_one("#browse").focus()
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert isinstance(app.screen, FolderBrowser)
        await pilot.press("enter")  # into the only folder
        await settle(pilot, 0.3)
        await pilot.press("u")
        await settle(pilot, 0.8)
        assert wizard_of(app).spec.dataset.path == "shelf/**"
        assert "2 images" in static(app, "#matches")
        images.rename(tmp_path / "gone")
        await pilot.press("backspace")
        await settle(pilot, 0.8)
        wizard_of(app).query_one("#path").focus()
        await pilot.press("end", "backspace")
        await settle(pilot, 0.8)
        assert "pictures" in error(app, "dataset-datastore"), "the folder that is gone is named at the datastore"


async def test_an_existing_dataset_is_chosen(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        await pilot.press("f3")
        await settle(pilot, 0.5)
        await pilot.press("enter", "down", "enter")
        await settle(pilot, 0.6)
        wizard = wizard_of(app)
        assert wizard.spec.dataset.name == "cans_set"
        assert not wizard.query_one("#new").display
        assert "8 images" in static(app, "#matches")
        await pilot.press("f3")
        await settle(pilot)
        assert wizard.step == 3


async def test_refresh_is_a_switch_with_an_interval(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        wizard = wizard_of(app)
        assert wizard.step == 3
        assert not wizard.query_one("#interval").display
        await pilot.press("enter")
        await pilot.pause()
        assert wizard.spec.refresh == Refresh(True, "1h")
        await pilot.press("tab")
        await type_text(pilot, "5x")
        await pilot.pause()
        assert "span of time" in error(app, "refresh-every")
        await pilot.press("f3")
        await pilot.pause()
        assert wizard.step == 3
        await pilot.press("shift+tab", "space")
        await pilot.pause()
        assert wizard.spec.refresh == Refresh(False, "1h"), "what was typed while it is off does not matter"
        await pilot.press("f3")
        await settle(pilot)
        assert wizard.step == 4


async def test_classes_errors_bulk_edit_and_undo(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        wizard = wizard_of(app)
        await pilot.press("f3")
        await pilot.pause()
        assert "at least one" in error(app, "classes-names")
        await type_text(pilot, "apple")
        await pilot.press("enter")
        await type_text(pilot, "apple")
        await pilot.press("enter")
        await pilot.pause()
        assert "is in the list" in error(app, "classes-names")
        await pilot.press(*["backspace"] * 5)
        await type_text(pilot, "a/b/c/d/e/f/g")
        await pilot.press("enter")
        await pilot.pause()
        assert "six are the most" in error(app, "classes-names")
        await pilot.press(*["backspace"] * 13)
        await type_text(pilot, "animal/dog/poodle")
        await pilot.press("enter")
        await settle(pilot)
        assert wizard.spec.classes.names == ("apple", "animal/dog/poodle")
        await pilot.press("tab", "b")
        await settle(pilot, 0.3)
        assert isinstance(app.screen, BulkEdit)
        await pilot.press("down", "end", "enter")
        await type_text(pilot, "pear")
        await pilot.press("enter", "enter")
        await type_text(pilot, "fig")
        await pilot.press("ctrl+s")
        await settle(pilot, 0.3)
        assert wizard.spec.classes.names == ("apple", "animal/dog/poodle", "pear", "fig")
        await pilot.press("x")
        await settle(pilot, 0.2)
        assert wizard.spec.classes.names == ("animal/dog/poodle", "pear", "fig")
        await pilot.press("u")
        await settle(pilot, 0.2)
        assert wizard.spec.classes.names[0] == "apple", "what was deleted comes back"
        await pilot.press("K")
        await settle(pilot, 0.2)
        assert wizard.spec.classes.names[0] == "apple", "the first one cannot go up"


async def test_pasted_lines_become_classes(make_app: MakeApp, cans: Workspace) -> None:
    from textual import events

    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        app.screen.query_one("#add").post_message(events.Paste("apple\n  fruit / pear \n\napple\n"))
        await settle(pilot)
        assert wizard_of(app).spec.classes.names == ("apple", "fruit/pear")


async def test_instructions_url_preview_and_editor(
    make_app: MakeApp, cans: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "f3")
        await settle(pilot)
        wizard = wizard_of(app)
        assert wizard.step == 5
        await type_text(pilot, "ftp:")
        await pilot.pause()
        assert "https://" in error(app, "instructions-url")
        await pilot.press("f3")
        await pilot.pause()
        assert wizard.step == 5
        await pilot.press(*["backspace"] * 4)
        wizard.query_one("#text", TextArea).focus()
        await type_text(pilot, "whole")
        await pilot.pause()
        assert wizard.spec.instructions == Instructions("", "whole")
        wizard.query_one("#toggle").focus()
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert wizard.query_one("#preview").display
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert wizard.query_one("#text").display
        # Without a terminal to lend, the editor cannot be opened: that is said, and nothing changes.
        monkeypatch.setitem(os.environ, "EDITOR", str(tmp_path / "no-such-editor"))
        wizard.query_one("#edit").focus()
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert wizard.spec.instructions.text == "whole"


async def test_assist_says_why_it_cannot_be_switched_on_or_lets_one_do_it(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "f3", "f3")
        await settle(pilot)
        wizard = wizard_of(app)
        assert wizard.step == 6
        shown = " ".join(str(line.content) for line in wizard.query_one("#step-6").query(Static))
        assert "ML assisted labeling" in shown
        assert not wizard.spec.assist.enabled
        await pilot.press("f3")
        await settle(pilot)
        assert wizard.step == 7


async def test_the_rail_jumps_to_every_step_that_was_reached(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        wizard = wizard_of(app)
        for step in (0, 2, 1, 3):
            await pilot.press("f4", str(step + 1))
            await settle(pilot)
            assert wizard.step == step
        await pilot.press("f4", "8")
        await settle(pilot)
        assert wizard.step == 3, "what was not reached cannot be jumped to"
        await pilot.press("up", "up", "enter")
        await settle(pilot)
        assert wizard.step == 1
        await pilot.press("f2", "f2", "f2")
        await settle(pilot)
        assert wizard.step == 0, "there is nothing before the first"
        assert wizard.spec.details.name == "fruit"
        assert wizard.spec.dataset.name == "fruitSet", "going back loses nothing"


async def test_an_error_made_later_is_marked_and_keeps_from_creating(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "f3", "f3", "f3")
        await settle(pilot)
        wizard = wizard_of(app)
        assert wizard.step == 7
        assert wizard.query_one("#ready").display
        await pilot.press("f4", "1")
        await settle(pilot)
        await type_text(pilot, "!!")
        await pilot.press("f4", "8")
        await settle(pilot)
        assert wizard.step == 7
        assert "1. Project details" in static(app, "#open")
        await pilot.press("f3")
        await settle(pilot, 0.3)
        assert cans.projects() == ()
        assert wizard_of(app) is wizard


async def test_escape_leaves_and_n_comes_back(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot, "half")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, ProjectsScreen)
        await pilot.press("n")
        await settle(pilot)
        assert wizard_of(app).spec.details.name == "half"
        assert wizard_of(app).step == 1


async def test_two_labelers_do_not_share_what_they_type(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app(TUI_LABELER_LABELER="ann")
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot, "anns")
        await pilot.press("escape")
        await settle(pilot)
    other = make_app(TUI_LABELER_LABELER="zoe")
    async with other.run_test(size=SIZE) as pilot:
        await begin(pilot)
        assert wizard_of(other).spec.details.name == ""


async def test_the_name_was_taken_meanwhile(make_app: MakeApp, cans: Workspace) -> None:
    from tests.tui.conftest import make_spec

    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "f3", "f3", "f3")
        await settle(pilot)
        cans.create_project(make_spec("fruit"))
        await pilot.press("enter")
        await settle(pilot, 0.6)
        assert wizard_of(app).step == 7, "the wizard stays, with everything that was typed"
        assert len(cans.projects()) == 1
