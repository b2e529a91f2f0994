"""What was said is read whole afterwards."""

from __future__ import annotations

from textual.widgets import Static

from tests.tui.conftest import MakeApp, settle
from tui_labeler.model.errors import StorageError
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.messages import MessagesScreen
from tui_labeler.tui.screens.projects import ProjectsScreen
from tui_labeler.workspace import Workspace


async def test_messages_are_kept_whole_and_read_by_key(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ProjectsScreen)
        screen.tell("first")
        screen.show_error(StorageError("It cannot be read: " + "x" * 900 + " end.", "Look at the disk."))
        await settle(pilot)
        for key in ("exclamation_mark", "ctrl+l"):
            await pilot.press(key)
            await settle(pilot)
            assert isinstance(app.screen, MessagesScreen)
            lines = [str(line.content) for line in app.screen.query(Static)]
            assert "end." in lines[0], "the whole of it, and the newest first"
            assert "Look at the disk." in lines[0]
            assert lines[1].endswith("first")
            await pilot.press("escape")
            await settle(pilot)
            assert app.screen is screen


async def test_messages_are_read_while_letters_are_up_and_from_the_palette(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app(start="label", project="soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        app.notify("It cannot be written: " + "x" * 100 + " end.", severity="error")
        for keys in (
            ("exclamation_mark",),
            ("ctrl+l",),
            ("escape", "exclamation_mark"),
            ("ctrl+p", *"messages", "enter"),
        ):
            await pilot.press(*keys)
            await settle(pilot)
            assert isinstance(app.screen, MessagesScreen), keys
            await pilot.press("escape")
            await settle(pilot)
            assert app.screen is screen
