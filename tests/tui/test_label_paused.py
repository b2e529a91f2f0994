"""A project that is paused while somebody labels: who did it is said, and labeling goes on by itself once it runs again."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.conftest import MakeApp, draw_images, make_spec, settle
from tests.tui.test_label_segment import until
from tui_labeler.model.project import TaskType
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.sheet import SheetScreen
from tui_labeler.workspace import Workspace

BOX = "qwebnm"


def notice(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#notice", Static).content)


async def test_it_goes_on_by_itself_when_the_project_is_started_again(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        soda.projects.pause("soda", "ann")
        await pilot.press(*BOX, "enter")
        await until(pilot, lambda: "ann paused the project" in notice(pilot))
        assert "Labeling goes on by itself then." in notice(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert "ann paused the project" in notice(pilot)
        assert not [note for note in app._notifications if "resume" in note.message], "that is the owner's"
        soda.projects.resume("soda")
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        await until(pilot, lambda: screen.path == "image_001.png")
        await pilot.press(*BOX, "enter")
        await until(pilot, lambda: screen.path == "image_002.png")


async def test_one_that_is_paused_at_the_beginning_goes_on_too(make_app: MakeApp, soda: Workspace) -> None:
    soda.projects.pause("soda")
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await until(pilot, lambda: "Somebody paused the project" in notice(pilot))
        assert not list(app._notifications)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        soda.projects.resume("soda")
        await until(pilot, lambda: screen.path == "image_000.png")


async def test_a_sheet_goes_on_too(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 8)))
    workspace.projects.create(make_spec(kind=TaskType.CLASSIFICATION))
    workspace.memory.remember("layout:soda", "4")
    workspace.projects.pause("soda", "ann")
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, SheetScreen) and "ann paused the project" in notice(pilot))
        sheet = app.screen
        assert isinstance(sheet, SheetScreen)
        workspace.projects.resume("soda")
        await until(pilot, lambda: len(sheet._sheet.places) == 4)
