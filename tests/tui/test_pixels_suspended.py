"""The terminal is given to a shell and taken back: no pixel stays, no image in its memory, and the picture returns."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pixelterminal import PixelTerminal
from tests.tui.test_pixels import ANSWERS, CELL, KINDS, differing, label_app, make_home, settle

ASKED = b"\x1b[c"


class Shell(PixelTerminal):
    """A shell with job control in a terminal that shows pixels; `start` is the app's command in it."""

    def __init__(self, home: Path, kind: str) -> None:
        self.asked, self._home = 0, home
        super().__init__(
            ["bash", "--norc", "--noprofile", "-i"],
            80,
            24,
            CELL,
            ANSWERS[kind],
            PS1="$ ",
            HISTFILE=None,
            HOME=str(home),
        )
        self.wait_for("$")
        words = [sys.executable, "-m", "tui_labeler", "--home", str(home), "label", "soda"]
        (home / "start").write_text(f"{shlex.join(words)}\necho it ended with $?\n")

    def took(self, chunk: bytes) -> None:
        self.asked += chunk.count(ASKED)
        super().took(chunk)

    def start(self) -> None:
        self.type("sh ~/start\r")
        self.wait_for("letter 1 of 3")
        settle(self)

    def signal_app(self, number: signal.Signals) -> None:
        """To the app alone, not to the script around it."""
        children = subprocess.run(
            ["ps", "-ww", "-e", "-o", "pid=", "-o", "args="], capture_output=True, text=True, check=True
        ).stdout
        apps = [line.split()[0] for line in children.splitlines() if f"-m tui_labeler --home {self._home}" in line]
        os.kill(int(apps[-1]), number)

    def suspended(self) -> None:
        """Waits for the shell's prompt; nothing of the app is left on the terminal."""
        self.read_until(lambda: not self.is_alternate, 20.0)
        self.wait_for("$")
        assert "fg brings it back" in self.text
        assert not self.left_behind
        assert not self.shown.images
        assert not self.shown.placements
        assert not self.shown.has_pixels.any()

    def resumed(self) -> None:
        self.type("fg\r")
        self.wait_for("letter")
        settle(self)

    def leave(self) -> None:
        os.write(self.fd, b"\x11")
        self.wait_for("it ended with 0")
        assert not self.left_behind
        self.type("exit\r")
        self.end(5.0)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    from tests.photographs import photograph

    (tmp_path / "photos").mkdir()
    photograph(tmp_path / "photos" / "0.jpg", 1600, 1200)
    return tmp_path / "photos"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kitty", *(pytest.param(kind, marks=pytest.mark.long) for kind in KINDS[1:])])
def test_a_suspended_app_leaves_nothing_and_comes_back(home: Path, photos: Path, kind: str) -> None:
    make_home(home, photos)
    (home / "keys.toml").write_text('[label]\nundo = ["backspace", "z"]\n')
    shell = Shell(home, kind)
    shell.start()
    shell.send(*"iqqvqq", quiet=0.1)
    shell.wait_for("coke")
    settle(shell)
    before, asked = shell.picture(), shell.asked
    assert shell.shown.placements or shell.shown.has_pixels.any()
    os.write(shell.fd, b"\x1a")
    shell.suspended()
    shell.resumed()
    assert shell.asked > asked, "it may be another terminal"
    assert not differing(before, shell.picture(), kind)
    assert not shell.problems
    shell.leave()


@pytest.mark.slow
def test_what_was_stopped_from_outside_leaves_nothing_either(home: Path, photos: Path) -> None:
    """By SIGTSTP, in the middle of the transfer; then sent to the background, where it waits on."""
    make_home(home, photos)
    shell = Shell(home, "kitty")
    shell.bytes_per_second = 60_000
    shell.type("sh ~/start\r")
    shell.read_until(lambda: len(shell.shown.images) > 2, 60.0)
    shell.bytes_per_second = 0
    shell.signal_app(signal.SIGTSTP)
    shell.suspended()
    shell.type("bg\r")
    for _ in range(20):  # the shell tells it before the next prompt
        shell.type("\r", quiet=0.2)
        if shell.text.count("Stopped") == 2:
            break
    assert shell.text.count("Stopped") == 2
    assert "^[" not in shell.text, "nor was an answer of the terminal typed into the shell"
    assert not shell.is_alternate
    shell.resumed()
    shell.wait_for("letter 1 of 3")
    settle(shell)
    assert shell.shown.placements
    shell.leave()


@pytest.mark.slow
@pytest.mark.long
def test_a_terminal_that_kept_everything_gets_no_second_picture(home: Path, photos: Path) -> None:
    """The app is stopped and goes on without its knowledge; afterwards an edge moves."""
    terminal = label_app(home, photos, "kitty")
    terminal.send(*"iqqvqq", "escape", "tab", "e", quiet=0.1)
    settle(terminal)
    before, images = terminal.picture(), len(terminal.shown.images)
    terminal.signal(signal.SIGSTOP)
    os.waitpid(terminal.pid, os.WUNTRACED)
    terminal.signal(signal.SIGCONT)
    settle(terminal)
    assert len(terminal.shown.images) <= images
    assert not differing(before, terminal.picture(), "kitty")
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
    assert not terminal.left_behind


def test_without_a_shell_the_app_stays(home: Path, photos: Path) -> None:
    """As in `ssh host tui-labeler`: nothing would ever wake it."""
    make_home(home, photos)
    (home / "keys.toml").write_text('[label]\nundo = ["backspace", "z"]\n')
    words = [sys.executable, "-m", "tui_labeler", "--home", str(home), "label", "soda"]
    terminal = PixelTerminal(words, 80, 24, CELL, ANSWERS["kitty"])
    terminal.wait_for("letter 1 of 3")
    os.write(terminal.fd, b"\x1a")
    terminal.wait_for("no shell")
    assert terminal.shown.placements
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)


_FAILING = """
import sys
from tui_labeler.cli.main import run
from tui_labeler.tui.screens.label import LabelScreen
async def press(self, key):
    raise RuntimeError("unforeseen")
LabelScreen.press = press
run()
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kitty", *(pytest.param(kind, marks=pytest.mark.long) for kind in KINDS[1:])])
def test_an_unforeseen_error_leaves_nothing(home: Path, photos: Path, kind: str) -> None:
    make_home(home, photos)
    words = [sys.executable, "-c", _FAILING, "--home", str(home), "label", "soda"]
    terminal = PixelTerminal(words, 80, 24, CELL, ANSWERS[kind])
    terminal.wait_for("letter 1 of 3")
    settle(terminal)
    assert terminal.shown.placements or terminal.shown.has_pixels.any()
    os.write(terminal.fd, b"i")
    assert terminal.end(20.0) == 1
    assert not terminal.is_alternate
    assert not terminal.left_behind
    assert "unforeseen went wrong" in terminal.text
