"""Text on its way to the person's clipboard: plain, through screen, through a real tmux, and into a file."""

from __future__ import annotations

import base64
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import open_app
from tests.tui.cells import read_cells, text_of
from tests.tui.conftest import MakeApp, draw_images, label_some, make_spec, settle
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.clipboard import keep_in_file, send_to_clipboard
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.tui.widgets.sent import SentLines
from tui_labeler.workspace import Workspace

TEXT = "soda_20260101_120000 é"


def decoded(sequence: str) -> str:
    match = re.fullmatch("\x1b]52;c;([A-Za-z0-9+/=]*)\x07", sequence)
    assert match, sequence
    return base64.b64decode(match[1]).decode()


def test_a_plain_terminal_gets_osc_52() -> None:
    written: list[str] = []
    said = send_to_clipboard(TEXT, written.append, {"TERM": "xterm-256color"})
    assert decoded("".join(written)) == TEXT
    assert said == "Sent to your terminal's clipboard"
    assert "opied" not in said, "a terminal never says that it took it"


@pytest.mark.parametrize("environment", [{"STY": "1.x"}, {"TERM": "screen-256color"}])
def test_screen_gets_wrapped_pieces(environment: dict[str, str]) -> None:
    written: list[str] = []
    send_to_clipboard(TEXT * 100, written.append, environment)
    pieces = re.findall("\x1bP(.*?)\x1b\\\\", "".join(written), re.DOTALL)
    assert len(pieces) > 1
    assert all(len(piece) <= 200 for piece in pieces)
    assert decoded("".join(pieces)) == TEXT * 100


def test_without_tmux_itself_osc_52_is_left() -> None:
    written: list[str] = []
    said = send_to_clipboard(TEXT, written.append, {"TMUX": "/nowhere,1,0", "PATH": "/nonexistent"})
    assert decoded("".join(written)) == TEXT
    assert "tmux" not in said


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    assert keep_in_file("one", tmp_path / "state").read_text() == "one\n"
    assert keep_in_file("two", tmp_path / "state").read_text() == "two\n"
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["clipboard.txt"]


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """A tmux server of its own; the words that talk to it."""
    if shutil.which("tmux") is None:
        pytest.skip("tmux is not installed")
    words = ("tmux", "-S", str(tmp_path / "tmux.socket"), "-f", "/dev/null")
    subprocess.run([*words, "new-session", "-d", "-x", "80", "-y", "24", "sleep 60"], check=True)
    yield words
    subprocess.run([*words, "kill-server"], check=False)


def test_tmux_takes_it_into_its_buffer(tmux: tuple[str, ...]) -> None:
    written: list[str] = []
    said = send_to_clipboard(TEXT, written.append, {**os.environ, "TMUX": f"{tmux[2]},1,0"})
    assert written == []
    assert "tmux" in said
    shown = subprocess.run([*tmux, "show-buffer"], capture_output=True, check=True)
    assert shown.stdout.decode() == TEXT


def shown(app: LabelerApp) -> str:
    width, height = app.size
    return text_of(read_cells(app.export_screenshot(), width, height))


async def test_each_key_of_the_export_screen_sends_its_text(make_app: MakeApp, soda: Workspace, home: Path) -> None:
    label_some(soda, 3)
    app = make_app()
    written: list[str] = []
    async with app.run_test(size=(158, 40), notifications=True) as pilot:
        await settle(pilot)
        app.write_to_terminal = written.append
        await pilot.press("e")
        await settle(pilot)
        assert isinstance(app.screen, ExportScreen)
        (export,) = soda.exchange.exports("soda")
        for key, text in (
            ("c", export.name),
            ("f", export.path),
            ("s", f"mltable.load({export.path!r})"),
        ):
            written.clear()
            await pilot.press(key)
            await pilot.pause()
            kept = (home / "state" / "clipboard.txt").read_text()
            assert text in kept
            if not os.environ.get("TMUX"):
                assert text in decoded("".join(written))
            said = [line for part in app.screen.query(SentLines) for line in str(part.content).split("\n")]
            (line,) = [line for line in said if "✓ sent" in line]
            assert line.startswith({"c": "Name  ", "f": "Path  ", "s": "# pip "}[key]), "beside what was copied"
            assert "clipboard.txt" in line, "with the file that has it, too"
            assert "✓ sent" in shown(app)
            assert any("clipboard's" in told.text or "clipboard;" in told.text for told in app.told)
        assert not app._notifications, "nothing is covered"
        await pilot.press("q")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        written.clear()
        await pilot.press("c")
        await settle(pilot)
        assert (home / "state" / "clipboard.txt").read_text() == f"{export.name}\n", "c on the dashboard: the newest"


@pytest.mark.slow
def test_what_is_sent_does_not_land_inside_a_frame(home: Path, tmp_path: Path) -> None:
    """On a real pty: the sequence arrives whole, and between two frames."""
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 8)))
    workspace.projects.create(make_spec())
    label_some(workspace, 3)
    workspace.exchange.export("soda")
    workspace.close()
    terminal = open_app(home, 100, 30)
    terminal.wait_for("soda")
    terminal.send("enter")
    terminal.wait_for("images labeled")
    assert b"\x1b]52;" not in terminal.raw
    terminal.send("c")
    for _ in range(600):  # what is told of it may break its words at the end of a line
        if b"\x1b]52;" in terminal.raw:
            break
        terminal.read(0.05, 0.1)
    match = re.search(rb"\x1b]52;c;([A-Za-z0-9+/=]+)\x07", terminal.raw)
    assert match
    assert re.fullmatch(rb"soda_\d{8}_\d{6}", base64.b64decode(match[1]))
    before = terminal.raw[: match.start()]  # from the first byte on: what was read last may end inside of a frame
    assert before.count(b"\x1b[?2026h") == before.count(b"\x1b[?2026l"), "no frame is open"
    terminal.signal(signal.SIGTERM)
    terminal.end()
