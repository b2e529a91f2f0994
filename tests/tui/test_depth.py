"""As many colours as the terminal has, as it says itself; and what it says late is not typed into the app."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.terminal import Terminal, open_app
from tests.tui.test_looks import colours
from tests.unit.test_terminal import XTERM
from tui_labeler.terminal.answers import FENCE
from tui_labeler.workspace import Workspace

DEVICE = XTERM.rpartition("\x1b")[2]


def drawn(terminal: Terminal) -> set[str]:
    return colours(terminal.raw.rpartition(FENCE.encode())[2])


def words(terminal: Terminal) -> list[str]:
    """What can be read on the screen."""
    return terminal.text.translate(str.maketrans("▀▄█", "   ")).split()


def open_labeling(home: Path, answers: str | None, *words: str, **environment: str) -> Terminal:
    terminal = open_app(home, 100, 30, *words, "label", "soda", COLORTERM="", **environment)
    terminal.answers = None if answers is None else answers.encode()
    terminal.wait_for("letter 1 of 3")
    terminal.read(0.3, 1.5)
    return terminal


def close(terminal: Terminal) -> None:
    terminal.signal(signal.SIGTERM)
    terminal.end()


@pytest.mark.slow
def test_a_plain_xterm_that_keeps_direct_colours_gets_them(soda: Workspace, home: Path) -> None:
    terminal = open_labeling(home, XTERM.removesuffix(f"\x1b{DEVICE}"), TERM="xterm")
    close(terminal)
    assert drawn(terminal) <= {"true", "grey"}


@pytest.mark.slow
def test_answers_that_come_late_change_the_colours_and_type_nothing(soda: Workspace, home: Path) -> None:
    terminal = open_labeling(home, None, TERM="xterm-256color")
    assert drawn(terminal) == {"256"}, "it starts with what TERM says"
    before = words(terminal)
    seen = len(terminal.raw)
    for piece in (XTERM[:30], XTERM[30:200], XTERM[200:]):
        os.write(terminal.fd, piece.encode())
        terminal.read(0.2, 1.0)
    terminal.read(0.5, 2.0)
    assert words(terminal) == before, "no letter was taken from the answers"
    assert colours(terminal.raw[seen:]) <= {"true", "grey"}
    terminal.send("q")
    terminal.wait_for("letter 2 of 3")
    close(terminal)


@pytest.mark.slow
def test_a_terminal_that_never_answers_takes_keys_as_ever(soda: Workspace, home: Path) -> None:
    terminal = open_labeling(home, None, TERM="xterm-256color")
    terminal.send("q", quiet=0.5)
    terminal.wait_for("letter 2 of 3")
    terminal.send("escape", quiet=0.6)
    terminal.wait_for("letter 1 of 3")
    close(terminal)


@pytest.mark.slow
def test_what_is_typed_before_the_app_is_there_reaches_it(soda: Workspace, home: Path) -> None:
    terminal = open_app(home, 100, 30, COLORTERM="", TERM="xterm")
    terminal.answers = None
    while FENCE.encode() not in terminal.raw:
        terminal.read(0.05, 0.2)
    os.write(terminal.fd, b"n" + XTERM.encode())
    terminal.wait_for("Project name")
    close(terminal)


@pytest.mark.slow
@pytest.mark.parametrize(("option", "kinds"), [("true", {"true", "grey"}), ("256", {"256"}), ("16", {"16"})])
def test_an_option_forces_the_depth_and_a_key_changes_it(
    soda: Workspace, home: Path, option: str, kinds: set[str]
) -> None:
    terminal = open_labeling(home, "", "--color", option, TERM="xterm")
    assert drawn(terminal) <= kinds
    seen = len(terminal.raw)
    os.write(terminal.fd, b"\x1b[20~")
    terminal.wait_for("until you leave")
    close(terminal)
    following = {"true": {"256"}, "256": {"16"}, "16": {"true", "grey"}}[option]
    assert colours(terminal.raw[seen:]) <= following


@pytest.mark.slow
def test_the_terminal_is_left_as_it_was(soda: Workspace, home: Path) -> None:
    import termios

    terminal = open_app(home, 100, 30, "label", "soda", COLORTERM="", TERM="xterm")
    terminal.answers = None
    terminal.wait_for("letter 1 of 3")
    terminal.send("escape", "escape", "q", quiet=0.6)
    for _ in range(50):
        modes = termios.tcgetattr(terminal.fd)
        if modes[3] & termios.ECHO:
            break
        terminal.read(0.05, 0.2)
    terminal.end()
    assert modes[3] & termios.ECHO
    assert modes[3] & termios.ICANON
