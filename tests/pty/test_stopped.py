"""The app is stopped and goes on: keys typed meanwhile count, the picture comes back, and it ends when it is told to."""

from __future__ import annotations

import os
import signal
import termios
import time
from pathlib import Path

import pytest

from tests.keysequences import left_behind, make_home
from tests.terminal import Terminal, open_app
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import TaskState

CANONICAL = termios.ICANON | termios.ECHO


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    home = make_home(tmp_path / "home", TaskType.CLASSIFICATION)
    terminal = open_app(home, 80, 24, "label", "soda", TUI_LABELER_LABELER="bob")
    terminal.wait_for("image_000")
    terminal.read(0.5, 3)
    return terminal


def stop(terminal: Terminal) -> None:
    terminal.signal(signal.SIGSTOP)
    os.waitpid(terminal.pid, os.WUNTRACED)


@pytest.mark.slow
def test_it_ends_after_stops(terminal: Terminal) -> None:
    before = termios.tcgetattr(terminal.fd)[3]
    assert not before & CANONICAL
    for _ in range(3):
        stop(terminal)
        terminal.signal(signal.SIGCONT)
        terminal.read(0.3, 3)
    terminal.signal(signal.SIGTERM)
    began = time.monotonic()
    while time.monotonic() - began < 20 and not os.waitpid(terminal.pid, os.WNOHANG)[0]:
        terminal.read(0.05, 0.1)
    assert time.monotonic() - began < 10, "a thread of the first start keeps the process"
    assert terminal.raw.rfind(b"\x1b[?1049h") < terminal.raw.rfind(b"\x1b[?1049l"), "the terminal is given back"
    assert termios.tcgetattr(terminal.fd)[3] & CANONICAL == CANONICAL


def test_keys_typed_meanwhile_count_in_their_order(terminal: Terminal, tmp_path: Path) -> None:
    for keys in (b"1\r2", b"\r3\r", b"1\r2\r"):
        stop(terminal)
        os.write(terminal.fd, keys)
        terminal.signal(signal.SIGCONT)
        terminal.read(0.3, 3)
    terminal.wait_for("image_005")
    os.write(terminal.fd, b"\x11")
    assert terminal.end(20) == 0
    drafts = left_behind(tmp_path / "home").values()
    tags = [history[0][1].tags for state, history, _ in drafts if state is TaskState.COMPLETED]
    assert tags == [("coke",), ("diet_coke",), ("sprite",), ("coke",), ("diet_coke",)]


@pytest.mark.slow
def test_a_screen_that_others_wrote_on_is_painted_anew(terminal: Terminal) -> None:
    shown = terminal.text
    stop(terminal)
    attributes = termios.tcgetattr(terminal.fd)
    attributes[3] |= CANONICAL
    termios.tcsetattr(terminal.fd, termios.TCSANOW, attributes)
    terminal.screen.reset()  # as a shell leaves it
    terminal.signal(signal.SIGCONT)
    terminal.wait_for("image_000")
    terminal.read(0.5, 3)
    assert terminal.text == shown
    assert not termios.tcgetattr(terminal.fd)[3] & CANONICAL
    os.write(terminal.fd, b"\x11")
    assert terminal.end(20) == 0
