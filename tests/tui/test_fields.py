"""Fields of one line show what is typed into them, also where it is longer than they are."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.tui.cells import read_cells, text_of
from tests.tui.conftest import MakeApp, settle
from tui_labeler.tui.dialogs import Prompt
from tui_labeler.tui.screens.wizard.classes import BulkEdit
from tui_labeler.workspace import Workspace

SIZE = (80, 24)
LONG = "".join(f"word{number:02}_" for number in range(20))


async def shown(pilot: Pilot[None]) -> str:
    field = pilot.app.focused
    assert isinstance(field, Input)
    field.insert_text_at_cursor(LONG)
    await settle(pilot)
    row, left = field.content_region.y, field.content_region.x
    lines = text_of(read_cells(pilot.app.export_screenshot(), *SIZE)).split("\n")
    return lines[row][left:]


@pytest.mark.slow
async def test_the_end_of_a_long_text_stands_in_its_field(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("slash")
        await settle(pilot)
        assert "word18_word19_" in await shown(pilot), "the search of a list"
        await pilot.press("escape", "n")
        await settle(pilot)
        assert "word18_word19_" in await shown(pilot), "a field of the wizard"
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("enter", "3", "W", "down", "tab")
        await settle(pilot)
        assert "word18_word19_" in await shown(pilot), "a field of a dialog"


async def test_a_paste_leaves_its_colours_behind(make_app: MakeApp, soda: Workspace) -> None:
    """In fields of one line and of several."""
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        app.push_screen(BulkEdit(""))
        await settle(pilot)
        app.post_message(events.Paste("\x1b[32mgreen\x1b[0m\nb\x7flue"))
        await settle(pilot)
        assert app.screen.query_one(TextArea).text == "green\nblue"
        app.push_screen(Prompt("A class", "Its name"))
        await settle(pilot)
        app.post_message(events.Paste("␛[31mred␛[0m"))
        await settle(pilot)
        assert app.screen.query_one(Input).value == "red"
