"""How the app ends: by a fault, by a signal, by a line that breaks, by kill -9. On a real pty."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import Terminal, open_app
from tests.tui.conftest import draw_images, make_spec
from tui_labeler.workspace import Workspace

ROOT = Path(__file__).parents[2]
SECRET = "AccountKey=Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6"

# The app with a fault in it: the list of projects raises something that nobody foresaw, with a secret in its text and
# another one in a local variable.
_FAULTY = f"""
import sys
from tui_labeler.cli.main import run
from tui_labeler.workspace.projects import Projects
def summaries(self):
    password = "hunter2-in-a-local"
    raise RuntimeError("cannot reach https://x.blob.core.windows.net/?sv=1&sig=c2VjcmV0 with {SECRET}")
Projects.summaries = summaries
run(["--home", sys.argv[1]])
"""


@pytest.fixture
def soda_home(home: Path, tmp_path: Path) -> Path:
    """A home with the project `soda`."""
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 8)))
    workspace.projects.create(make_spec())
    workspace.close()
    return home


def ended_well(terminal: Terminal) -> bool:
    """Whether the last thing done to the terminal was to give it back: main screen, cursor, no mouse, no paste marks."""
    raw = terminal.raw
    pairs = ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?25l", b"\x1b[?25h"), (b"\x1b[?1003h", b"\x1b[?1003l"))
    return all(raw.rfind(on) < raw.rfind(off) for on, off in pairs)


@pytest.mark.slow
def test_a_crash_writes_a_report_without_secrets(home: Path) -> None:
    terminal = Terminal([sys.executable, "-c", _FAULTY, str(home)], 100, 30)
    assert terminal.end() == 1
    assert ended_well(terminal)
    after = terminal.raw[terminal.raw.rfind(b"\x1b[?1049l") :].decode()
    assert "RuntimeError" in after
    assert "Everything that was labeled is saved" in after
    (report,) = (home / "state" / "reports").glob("crash-*.txt")
    assert str(report) in after.replace("\r\n", "")
    assert report.stat().st_mode & 0o077 == 0, "for this user alone"
    text = report.read_text()
    assert "in summaries" in text, "where it happened"
    for secret in ("Zm9vYmFy", "c2VjcmV0", "hunter2"):
        assert secret not in text
        assert secret.encode() not in terminal.raw


# Two faults in reading keys: in what tells bytes apart, and in Textual's input thread.
_DEAF = {
    "bytes": "from tui_labeler.terminal.escapes import EscapeKeys as Faulty; name = 'take'",
    "keys": "from textual.drivers.linux_driver import XTermParser as Faulty; name = 'feed'",
}


@pytest.mark.slow
@pytest.mark.parametrize("where", _DEAF)
def test_an_app_that_cannot_read_keys_says_so(home: Path, where: str) -> None:
    """It neither stays, deaf to every key, nor leaves as if all were well."""
    script = f"""
import sys
{_DEAF[where]}
whole = getattr(Faulty, name)
def faulty(self, given):
    if (b"#" if isinstance(given, bytes) else "#") in given:  # what the terminal answers may arrive with it
        raise ValueError("what nobody foresaw")
    return whole(self, given)
setattr(Faulty, name, faulty)
from tui_labeler.cli.main import run
run(["--home", sys.argv[1]])
"""
    terminal = Terminal([sys.executable, "-c", script, str(home)], 100, 30)
    terminal.wait_for("No project yet")
    os.write(terminal.fd, b"#")
    assert terminal.end() == 1
    assert ended_well(terminal)
    assert b"went wrong (ValueError)" in terminal.raw


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_saves_what_was_typed_a_moment_ago(home: Path, number: signal.Signals) -> None:
    terminal = open_app(home, 100, 30)
    terminal.wait_for("No project yet")
    terminal.send("n")
    terminal.wait_for("Project name")
    os.write(terminal.fd, b"precious")
    terminal.wait_for("precious", 30)
    terminal.signal(number)
    assert terminal.end() == 128 + number
    assert ended_well(terminal)
    assert not list((home / "state").glob("reports/*"))
    again = open_app(home, 100, 30)
    again.wait_for("No project yet")
    again.send("n")
    assert "precious" in again.wait_for("Continued where you left it")
    again.signal(signal.SIGTERM)
    again.end()


@pytest.mark.slow
@pytest.mark.parametrize("stalled", [False, True])
def test_a_line_that_breaks_ends_the_app(soda_home: Path, stalled: bool) -> None:
    """The pty is gone, as when an SSH connection drops: no reader, no writer, SIGHUP from the kernel. `stalled`: nobody has
    read for a while, so that the app waits for its own writer when that happens."""
    terminal = open_app(soda_home, 100, 30)
    terminal.wait_for("soda")
    for _ in range(60 if stalled else 0):
        os.write(terminal.fd, b"?\x1b[B\x1b[A?")
        time.sleep(0.03)
    os.close(terminal.fd)
    began = time.monotonic()
    while time.monotonic() - began < 10:
        pid, status = os.waitpid(terminal.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(0.05)
    else:
        os.kill(terminal.pid, signal.SIGKILL)
        os.waitpid(terminal.pid, 0)
        pytest.fail("the app goes on without a terminal")
    assert os.waitstatus_to_exitcode(status) != 0
    assert not list((soda_home / "state").glob("reports/*")), "a broken line is no fault of the program"


@pytest.mark.slow
def test_kill_9_in_the_wizard_loses_nothing(home: Path, tmp_path: Path) -> None:
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 2)))
    workspace.close()
    terminal = open_app(home, 100, 30)
    terminal.wait_for("No project yet")
    terminal.send("n")
    terminal.wait_for("Project name")
    terminal.type("kept")
    terminal.send("enter", quiet=0.4)
    terminal.wait_for("Who labels")
    terminal.send("down", "tab", quiet=0.4)
    terminal.type("ann,zoe", quiet=0.4)
    time.sleep(0.4)
    terminal.signal(signal.SIGKILL)
    assert terminal.end() == -signal.SIGKILL
    again = open_app(home, 100, 30)
    again.wait_for("No project yet")
    again.send("n")
    shown = again.wait_for("Continued where you left it")
    assert "ann, zoe" in shown, "the same step, with what was typed"
    again.send("f2")
    assert re.search(r"kept\s", again.wait_for("Project name"))
    again.signal(signal.SIGTERM)
    again.end()


def test_the_app_needs_a_terminal(home: Path) -> None:
    words = [sys.executable, "-m", "tui_labeler", "--home", str(home)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr
