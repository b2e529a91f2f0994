"""An owner edits classes while somebody labels on this screen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from tests.tui.conftest import MakeApp, draw_images, make_spec, settle
from tui_labeler.model.project import TaskType
from tui_labeler.tui.screens.classes import ClassesScreen
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.sheet import SheetScreen
from tui_labeler.workspace import Workspace


def swap(workspace: Workspace, project: str = "soda") -> None:
    for old, new in (("coke", "x"), ("sprite", "coke"), ("x", "sprite")):
        workspace.edits.rename_class(project, old, new, "eve")


def classes_of(workspace: Workspace, path: str, project: str = "soda") -> list[str]:
    entry = workspace.tasks.current_labels(workspace.tasks.get(project, path))
    return [*(region.name for region in entry.labels.regions), *entry.labels.tags] if entry and entry.labels else []


async def until(pilot: Pilot[None], is_so: Callable[[], bool]) -> None:
    for _ in range(200):
        if is_so():
            return
        await pilot.pause(0.05)
    raise AssertionError("it never came")


async def test_digits_mean_what_the_screen_shows(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("l")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, LabelScreen)
        first = screen.path
        soda.edits.reorder_classes("soda", ("diet_coke",), "eve")
        swap(soda)
        await pilot.press("3", *"qwebnm")  # sprite, as the screen shows it
        await pilot.press("enter")
        await until(pilot, lambda: screen.path not in ("", first))
        await settle(pilot)
        assert screen.names == ("diet_coke", "sprite", "coke")
        assert classes_of(soda, first) == ["coke"]
        second, editor = screen.path, screen._editor
        assert editor
        assert editor.name == "coke", "the class that was chosen goes on, by its name of now"
        await pilot.press("2", *"qwebnm", "enter")
        await until(pilot, lambda: screen.path not in ("", second))
        assert classes_of(soda, second) == ["sprite"]
        assert any("classes have changed: 1 diet_coke, 2 sprite, 3 coke" in told for told in map(str, app.told))


async def test_so_do_they_on_a_sheet(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 8)))
    workspace.projects.create(make_spec("kinds", TaskType.CLASSIFICATION))
    workspace.memory.remember("layout:kinds", "4")
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("l")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, SheetScreen)
        first = [place.path for place in screen._sheet.places]
        swap(workspace, "kinds")
        await pilot.press("a", "1", "enter")
        await until(pilot, lambda: [place.path for place in screen._sheet.places] not in ([], first))
        await settle(pilot)
        assert [classes_of(workspace, path, "kinds") for path in first] == [["sprite"]] * 4
        second = [place.path for place in screen._sheet.places]
        assert screen.names == ("sprite", "diet_coke", "coke")
        await pilot.press("a", "3", "enter")
        await until(pilot, lambda: [place.path for place in screen._sheet.places] != second)
        assert [classes_of(workspace, path, "kinds") for path in second] == [["coke"]] * 4


async def test_a_class_that_was_chosen_before_is_not_renamed(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        app.push_screen(ClassesScreen("soda"))
        await settle(pilot)
        await pilot.press("enter", "end", "x")
        swap(soda)
        await pilot.press("enter")
        await until(pilot, lambda: any("were changed meanwhile" in told for told in map(str, app.told)))
        await settle(pilot)
        assert soda.projects.specification("soda").classes.names == ("sprite", "diet_coke", "coke")


async def test_what_goes_with_a_deleted_class_is_said_in_place(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("l")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, LabelScreen)
        path = screen.path
        await pilot.press("3", *"qwebnm")  # sprite
        soda.edits.delete_class("soda", "sprite", "eve")
        await pilot.press("enter")
        gone = "“sprite” was deleted meanwhile, and 1 label here with it. Look at what is left, and submit it."
        await until(pilot, lambda: any(gone in told for told in map(str, app.told)))
        await settle(pilot)
        assert screen.path == path
        assert not classes_of(soda, path)
        await pilot.press("1", *"qwebnm", "enter")
        await until(pilot, lambda: screen.path not in ("", path))
        assert len(classes_of(soda, path)) == 1
