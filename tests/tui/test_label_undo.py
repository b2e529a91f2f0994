"""What Backspace and the other ways back take away, by the keys of the running app."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.conftest import MakeApp, make_spec, settle
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.project import TaskType
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.workspace import Workspace

BOX = ("q", "w", "e", "m", "n", "b")


def prompt(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#prompt", Static).content)


def draft(pilot: Pilot[None]) -> Draft:
    screen = pilot.app.screen
    assert isinstance(screen, LabelScreen)
    assert screen._editor is not None
    return screen._editor.draft


async def test_backspace_takes_back_the_last_letter_and_only_then_a_box(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("1", *BOX)
        assert len(draft(pilot).regions) == 1
        await pilot.press("1", "o", "p")
        assert "letter 3 of 3" in prompt(pilot)
        await pilot.press("backspace")
        assert "letter 2 of 3" in prompt(pilot)
        await pilot.press("backspace")
        assert "letter 1 of 3" in prompt(pilot)
        assert len(draft(pilot).regions) == 1, "the box that was finished before is untouched"
        await pilot.press("backspace")
        assert not draft(pilot).regions
        assert "Undone: the box of “coke” drawn. y does it again." not in prompt(pilot), "y is a letter here"
        assert "Undone: the box of “coke” drawn. Ctrl+Y does it again." in prompt(pilot)
        await pilot.press("ctrl+y")
        assert len(draft(pilot).regions) == 1
        assert "Done again: the box of “coke” drawn" in prompt(pilot)
        await pilot.press("o", "ctrl+z")
        assert len(draft(pilot).regions) == 1, "every key of the command does the same"


async def test_backspace_after_the_first_corner_takes_back_its_last_letter(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*BOX, "q", "w", "e")
        assert "Opposite corner: letter 1" in prompt(pilot)
        await pilot.press("backspace")
        assert "Upper left corner: letter 3 of 3" in prompt(pilot)
        await pilot.press("e", *BOX[3:])
        first, second = draft(pilot).regions
        assert first == second, "the letters that were left still count"


async def test_backspace_in_other_tools_takes_back_what_was_begun(
    make_app: MakeApp, soda: Workspace, workspace: Workspace
) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*BOX, "escape", "r", "space", "right", "backspace")
        assert len(draft(pilot).regions) == 1
        assert "Space begins a box" in prompt(pilot)


async def test_a_polygon_that_is_not_closed_is_not_lost_by_a_key(make_app: MakeApp, soda: Workspace) -> None:
    soda.projects.create(make_spec("outlines", TaskType.SEGMENTATION))
    app = make_app("label", "outlines")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"qwe", *"asd")
        await pilot.press("enter")
        assert "at least three points; so far there are 2" in prompt(pilot)
        await pilot.press(*"vbn")
        for key in ("tab", "pageup", "pagedown", "home", "f6"):
            await pilot.press(key)
            await settle(pilot)
            assert prompt(pilot) == "The polygon is not closed: Enter closes it, Del drops it.", key
        await pilot.press("backspace")
        assert "Polygon, 2 points" in prompt(pilot)
        await pilot.press(*"vbn", "enter")
        assert len(draft(pilot).regions) == 1
        await pilot.press(*"qwe", "delete")
        assert "dropped" in prompt(pilot)
        assert len(draft(pilot).regions) == 1
        await pilot.press("delete")
        assert not draft(pilot).regions
        assert "Deleted: the polygon of “coke”. ⌫ brings it back." in prompt(pilot)
    assert soda.projects.status("outlines").skipped == 0


async def test_deleting_one_of_one_speaks_of_one(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*BOX, "escape", "d")
        assert prompt(pilot) == "1 region deleted. ⌫ brings it back."
        await pilot.press("backspace", "l")
        assert prompt(pilot) == "1 region locked."


async def test_undo_names_what_it_took_back(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*BOX, "tab", "2", "right", "right", "d")
        said = []
        for _ in range(4):
            await pilot.press("backspace")
            said.append(prompt(pilot).removeprefix("Undone: ").partition(". ")[0])
        assert said == [
            "the box of “diet_coke” deleted",
            "the box of “diet_coke” moved",
            "the class “coke” changed to “diet_coke”",
            "the box of “coke” drawn",
        ]
        await pilot.press("backspace")
        assert prompt(pilot) == "Nothing to undo."
