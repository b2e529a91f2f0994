"""On the Linux console every character of every screen is one that its font has."""

from __future__ import annotations

from tests.tui.cells import read_cells, text_of
from tests.tui.conftest import MakeApp, settle
from tests.tui.snapshots import FOLDER
from tui_labeler.model.text import cell_width
from tui_labeler.terminal.consolefont import CONSOLE_GLYPHS, is_console
from tui_labeler.workspace import Workspace

# Code page 437: what its bytes from 0x80 on mean, and the pictures of those below 0x20, which the codec leaves out.
FONT = set(bytes(range(128, 256)).decode("cp437")) | set("☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼⌂")


def test_every_screen_has_what_the_font_has() -> None:
    screens = [path.read_text("utf-8").split("\n\n")[0] for path in FOLDER.glob("*.txt")]
    shown = {char for screen in screens for char in screen if ord(char) > 126}
    assert len(shown) > 30
    lacking = {
        char for char in shown if not set(char.translate(CONSOLE_GLYPHS)) <= FONT | set(map(chr, range(32, 127)))
    }
    assert not lacking


def test_stand_ins_are_as_wide_and_are_there_themselves() -> None:
    for character, stand_in in CONSOLE_GLYPHS.items():
        assert cell_width(chr(character)) == cell_width(stand_in) == 1, chr(character)
        assert stand_in in FONT or stand_in.isascii()


def test_the_console_is_known_by_its_name() -> None:
    assert is_console({"TERM": "linux"})
    assert is_console({"TERM": "linux-16color"})
    assert not is_console({"TERM": "xterm-256color"})


async def test_the_app_writes_them(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    app.use_glyphs(CONSOLE_GLYPHS)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        seen = text_of(read_cells(app.export_screenshot(), 100, 30))
        assert "┘ Open" in seen
        assert "tui-labeler > Projects" in seen
        assert {char for char in seen if ord(char) > 126} <= FONT
