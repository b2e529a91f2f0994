"""What is typed while a line shows how far work is: it stands nowhere on it, and the terminal is afterwards as it was."""

from __future__ import annotations

import os
import signal
import sys
import termios
from pathlib import Path

import pytest

from tests.pty.person import environment
from tests.terminal import Terminal

_WORK = """
import sys, time
from pathlib import Path
from tui_labeler.cli.output import progress
from tui_labeler.model.progress import Step
with progress() as tell:
    tell(Step.DRAWING, 1, 2)
    sys.stdout.write("begun\\n"); sys.stdout.flush()
    while not Path({done!r}).exists():
        time.sleep(0.02)
sys.stdout.write("done\\n"); sys.stdout.flush()
sys.stdout.write("got " + sys.stdin.readline())
"""
_FORGET = """from tui_labeler.cli import typed
typed.forget()
sys.stdout.write("done"""


def work(tmp_path: Path) -> Terminal:
    terminal = started(tmp_path, sys.executable, str(script(tmp_path)))
    terminal.wait_for("begun")
    return terminal


def script(tmp_path: Path) -> Path:
    path = tmp_path / "work.py"
    path.write_text(_WORK.format(done=str(tmp_path / "done")))
    return path


def started(tmp_path: Path, *words: str) -> Terminal:
    return Terminal(list(words), 80, 24, **{**environment(tmp_path / "home"), "TERM": "xterm-256color", "PS1": "$ "})


def until_echoed(terminal: Terminal, echoed: bool) -> bool:
    for _ in range(400):
        if echoes(terminal) == echoed:
            return True
        terminal.read(0.05, 0.1)
    return False


def echoes(terminal: Terminal) -> bool:
    return bool(termios.tcgetattr(terminal.fd)[3] & termios.ECHO)


def test_it_is_not_written_across_the_line_and_is_kept_for_who_reads_next(tmp_path: Path) -> None:
    terminal = work(tmp_path)
    assert not echoes(terminal)
    os.write(terminal.fd, b"label soda\r")
    terminal.read(0.3, 1)
    assert b"label" not in terminal.raw
    (tmp_path / "done").touch()
    terminal.wait_for("got label soda")
    assert echoes(terminal)
    assert terminal.end(20) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whatever_ends_it_the_terminal_echoes_again(tmp_path: Path, number: signal.Signals) -> None:
    terminal = work(tmp_path)
    if number is signal.SIGINT:
        os.write(terminal.fd, b"\x03")
    else:
        terminal.signal(number)
    assert until_echoed(terminal, True)
    terminal.end(20)


def test_what_was_meant_for_no_screen_is_dropped(tmp_path: Path) -> None:
    """As the demo does before its app opens, when photographs had to be drawn."""
    path = script(tmp_path)
    path.write_text(path.read_text().replace('"done', '"done, and dropped').replace('sys.stdout.write("done', _FORGET))
    terminal = started(tmp_path, sys.executable, str(path))
    terminal.wait_for("begun")
    os.write(terminal.fd, b"xxx\r")
    terminal.read(0.2, 1)
    (tmp_path / "done").touch()
    terminal.wait_for("done, and dropped")
    os.write(terminal.fd, b"label\r")
    terminal.wait_for("got label")
    assert terminal.end(20) == 0


def test_a_shell_has_the_terminal_as_it_was_while_it_is_stopped(tmp_path: Path) -> None:
    terminal = started(tmp_path, "bash", "--norc", "--noprofile", "--noediting", "-i")
    os.write(terminal.fd, f"{sys.executable} {script(tmp_path)}\r".encode())
    terminal.wait_for("begun")
    assert until_echoed(terminal, False)
    os.write(terminal.fd, b"\x1a")
    terminal.wait_for("Stopped")
    assert until_echoed(terminal, True)
    os.write(terminal.fd, b"fg\r")
    assert until_echoed(terminal, False)
    (tmp_path / "done").touch()
    terminal.wait_for("done")
    assert until_echoed(terminal, True)
    os.write(terminal.fd, b"\rexit\r")
    assert terminal.end(20) == 0
