"""What the app says stands in the last line, one message at a time, and covers nothing but keys."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.cells import read_cells, text_of
from tests.tui.conftest import MakeApp, label_some, settle
from tui_labeler.model.errors import StorageError, WorkspaceError
from tui_labeler.terminal.depth import Depth
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.screens.importing import ImportScreen
from tui_labeler.tui.screens.messages import MessagesScreen
from tui_labeler.workspace import Workspace

SIZE = (80, 24)


def lines(pilot: Pilot[None]) -> list[str]:
    return text_of(read_cells(pilot.app.export_screenshot(), *SIZE)).split("\n")


def screen_of(pilot: Pilot[None]) -> LabelerScreen[object]:
    assert isinstance(pilot.app.screen, LabelerScreen)
    return pilot.app.screen


async def test_errors_stack_in_the_last_line_and_are_counted(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        before = lines(pilot)
        screen = screen_of(pilot)
        for what in ("one", "two"):
            screen.show_error(StorageError(f"The disk {what} is full."))
        screen.notify("Said beside them", markup=False)
        await settle(pilot)
        now = lines(pilot)
        assert now[:-1] == before[:-1], "nothing but the last line is covered"
        assert now[-1].rstrip().endswith("! shows 2 more · Said beside them")
        assert now[-1].startswith(" ⏎ Open"), "what is left of the keys can be read"
        await pilot.click(offset=(75, 23))
        await settle(pilot)
        assert lines(pilot)[-1].rstrip().endswith("! shows 1 more · The disk two is full."), (
            "a click takes the newest away"
        )
        await pilot.press("exclamation_mark")
        await settle(pilot)
        assert isinstance(app.screen, MessagesScreen)
        await pilot.press("escape")
        await pilot.press("l")  # whatever is done next
        await settle(pilot, 0.2)
        screen_of(pilot).show_error(StorageError("A new one."))
        await settle(pilot)
        assert lines(pilot)[-1].rstrip().endswith("▌ A new one."), "those before are not counted any more"


@pytest.mark.parametrize("length", [50, 120, 900])
async def test_a_long_message_is_one_line_that_says_how_it_is_read(
    make_app: MakeApp, soda: Workspace, length: int
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        before = lines(pilot)
        screen_of(pilot).show_error(StorageError("x" * length, "Look at\nthe disk."))
        await settle(pilot)
        now = lines(pilot)
        assert now[:-1] == before[:-1]
        if length == 50:
            assert now[-1].rstrip().endswith("x Look at the disk.")
        else:
            assert "! shows it all · xxx" in now[-1]


async def test_what_is_wrong_is_seen_though_the_path_is_long(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        path = "/home/somebody/with a name/.local/share/tui-labeler/workspaces/of_the_team/workspace.db"
        screen_of(pilot).show_error(StorageError(f"The workspace database {path.replace(' ', '_')} is read-only."))
        await settle(pilot)
        assert "The workspace database …/workspace.db is read-only." in lines(pilot)[-1]
        await pilot.press("exclamation_mark")
        await settle(pilot)
        whole = str(app.screen.query(Static).first().content)
        assert "/home/somebody/with_a_name/" in whole


async def test_news_leave_the_first_keys(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        app.notify("256 colours, because of this and that. " * 5, markup=False)
        await settle(pilot)
        last = lines(pilot)[-1]
        assert last.startswith(" ⏎ Open  ? Help  q Quit "), "help and the way out keep their place, whole"
        assert "! shows it all · 256 colours" in last


async def test_where_the_mark_is_typed_the_other_key_is_named(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 1)
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        await app.push_screen(ImportScreen("soda"))
        await settle(pilot)
        screen_of(pilot).show_error(StorageError("x" * 100))
        await settle(pilot)
        assert "Ctrl+L shows it all · xxx" in lines(pilot)[-1]
        await pilot.press("ctrl+l")
        await settle(pilot)
        assert isinstance(app.screen, MessagesScreen)


async def test_help_and_the_way_out_stand_beside_a_message(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        before = lines(pilot)[-1]
        app.notify("Something that takes most of its room in the line", markup=False)
        await settle(pilot)
        assert lines(pilot)[-1].startswith(" ⏎ Open  ? Help  q Quit")
        app.clear_notifications()
        await settle(pilot)
        assert lines(pilot)[-1] == before, "every key is back when the message is gone"


async def test_few_colours_are_told_beside_the_keys(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        app.depth = Depth("256", "TERM=xterm-256color", "If the terminal has more: tui-labeler config set color true.")
        await app.tell_depth_once(lambda what: True)
        await settle(pilot)
        line = lines(pilot)[-1]
        assert line.startswith(" ⏎ Open  l Label  n New  ? Help  q Quit ")
        assert line.rstrip().endswith("▌ 256 colours: ! says why")
        assert "config set color true" in app.told[-1].text


async def test_few_colours_are_told_where_nothing_can_be_remembered(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, or a workspace that is only read: the list of projects stays."""

    def refuse(key: str, value: str | None) -> None:
        raise WorkspaceError("The workspace database is read-only.")

    monkeypatch.setattr(soda.memory, "remember", refuse)
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await settle(pilot)
        app.depth = Depth("256", "TERM=xterm-256color", "If the terminal has more: tui-labeler config set color true.")
        await app.tell_depth_once(app._is_news)
        await settle(pilot)
        assert "256 colours" in lines(pilot)[-1]
