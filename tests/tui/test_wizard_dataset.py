"""The dataset's step of the wizard by keys alone: a new one from a datastore, one that exists, and what goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Select

from tests.tui.conftest import MakeApp, draw_images, settle, type_text
from tests.tui.wizardry import SIZE, error, past_details, static, wizard_of
from tui_labeler.model.project import Details, ProjectSpec
from tui_labeler.tui.screens.wizard.browse import AddDatastore, FolderBrowser
from tui_labeler.tui.screens.wizard.dataset import DatasetStep
from tui_labeler.workspace import Workspace


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    for _ in range(400):
        if holds():
            break
        await pilot.pause(0.05)
    assert holds()
    await settle(pilot)


@pytest.mark.slow
async def test_dataset_errors_and_what_the_path_matches(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        await pilot.press("f3")
        await settle(pilot)
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
        await settle(pilot)
        assert "2 images" in static(app, "#matches")
        await type_text(pilot, "x")
        await settle(pilot)
        assert "No image matches" in error(app, "dataset-path")
        await pilot.press("f3")
        await pilot.pause()
        assert wizard_of(app).step == 2
        await pilot.press("backspace", *["backspace"] * 11)
        await type_text(pilot, "../up")
        await pilot.pause()
        assert error(app, "dataset-path"), "a path that leads out of the datastore"


@pytest.mark.slow
async def test_what_others_add_meanwhile_stands_in_the_lists(
    make_app: MakeApp, workspace: Workspace, home: Path, tmp_path: Path
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("tab")
        await type_text(pilot, "set")
        other = Workspace(home / "workspace.db", home / "exports")
        other.datasets.add_datastore("cans", str(draw_images(tmp_path / "cans", 2)))
        stores = wizard_of(app).query_one("#datastore", Select)
        await until(pilot, lambda: stores.value == "cans")
        assert "2 images" in static(app, "#matches")
        other.datasets.add_datastore("jars", str(draw_images(tmp_path / "jars", 3)))
        await until(pilot, lambda: len(stores._options) == 3)
        assert stores.value == "cans", "what was chosen stays"
        assert wizard_of(app).query_one("#dataset-name", Input).value == "set"
        assert wizard_of(app).query_one("#dataset-name").has_focus
        other.close()


@pytest.mark.slow
async def test_a_datastore_is_added_browsed_and_its_folder_vanishes(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    images = draw_images(tmp_path / "pictures" / "shelf", 2).parent
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        await pilot.press("f3")
        await settle(pilot)
        assert "no datastore yet" in static(app, "#matches")
        await pilot.press("tab")
        await type_text(pilot, "set")
        await pilot.press("f3")
        await pilot.pause()
        assert "datastore" in error(app, "dataset-datastore").lower()
        assert wizard_of(app).query_one("#add-datastore").has_focus, "the only way on"
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, AddDatastore)
        await type_text(pilot, str(tmp_path / "nowhere"))
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert isinstance(app.screen, AddDatastore), "a folder that is not there is refused, and the dialog stays"
        assert "nowhere" in static(app, ".error")
        await pilot.press("shift+tab", "end", *["backspace"] * len("nowhere"))
        await type_text(pilot, "pictures")
        await pilot.press("enter", *["backspace"] * 20)
        await type_text(pilot, "cans")
        await pilot.press("enter")
        await settle(pilot)
        assert [store.name for store in workspace.datasets.datastores()] == ["cans"]
        assert wizard_of(app).query_one("#datastore", Select).value == "cans"
        wizard_of(app).query_one("#browse").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, FolderBrowser)
        await pilot.press("enter")  # into the only folder
        await settle(pilot)
        await pilot.press("ctrl+s")
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


@pytest.mark.slow
async def test_an_existing_dataset_is_chosen(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("enter", "down", "enter")
        await settle(pilot)
        wizard = wizard_of(app)
        assert wizard.spec.dataset.name == "cans_set"
        assert not wizard.query_one("#new").display
        assert "8 images" in static(app, "#matches")
        await pilot.press("f3")
        await settle(pilot)
        assert wizard.step == 3


@pytest.mark.slow
async def test_enter_leads_to_what_has_no_answer_yet(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    """From the name: to the button that adds the first datastore, to a list of several, past one that is chosen."""
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await pilot.press("tab")
        await type_text(pilot, "set")
        await pilot.press("enter")
        assert wizard_of(app).query_one("#add-datastore").has_focus
        for datastore, expected in (("cans", "#path"), ("bottles", "#datastore")):
            workspace.datasets.add_datastore(datastore, str(draw_images(tmp_path / datastore, 1)))
            step = wizard_of(app).query_one(DatasetStep)
            step.query_one("#datastore", Select).clear()
            step.fill(ProjectSpec(Details("fruit")))
            await settle(pilot)
            step.query_one("#dataset-name").focus()
            await pilot.press("enter")
            assert step.query_one(expected).has_focus
