"""The app on a real pty while a datastore does not answer: keys and signals lead out at once, and nothing is lost."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.terminal import Terminal
from tests.tui.conftest import draw_images, make_spec
from tui_labeler.workspace import Workspace

# Reads of every image but the first never return, as on a mount that is dead: they wait in the kernel. So do listings.
_STUCK = """
import sys
import tui_labeler.datastores.store as store
from tui_labeler.cli.main import run
first, read = [], store.read_file
def stuck(path, name, *more):
    first.append(name)
    if name != first[0] or "all" in sys.argv[3]:
        open(sys.argv[2]).read()
    return read(path, name, *more)
def walk(*_):
    open(sys.argv[2]).read()
    yield
store.read_file, store.walk_folder = stuck, walk
run(["--home", sys.argv[1], *sys.argv[4:]])
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 8)))
    workspace.projects.create(make_spec())
    workspace.close()
    os.mkfifo(tmp_path / "pipe")
    return home


def opened(home: Path, which: str, *words: str) -> Terminal:
    arguments = [str(home), str(home.parent / "pipe"), which, *words]
    return Terminal([sys.executable, "-c", _STUCK, *arguments], 100, 30, TUI_LABELER_LABELER="ann")


def ends_soon(terminal: Terminal) -> int:
    """The exit code; fails where the end takes longer than it may. Two seconds are promised on a machine at rest."""
    began = time.monotonic()
    code = terminal.end(30)
    assert time.monotonic() - began < 12, "it ends, but late"
    assert terminal.raw.rfind(b"\x1b[?1049h") < terminal.raw.rfind(b"\x1b[?1049l"), "the terminal is given back"
    return code


@pytest.mark.slow
@pytest.mark.parametrize("how", ["escape", "ctrl+q", signal.SIGTERM, signal.SIGHUP], ids=str)
def test_an_image_that_never_comes_keeps_nobody(home: Path, how: str | signal.Signals) -> None:
    terminal = opened(home, "all", "label", "soda")
    terminal.wait_for("Opening…")
    if isinstance(how, signal.Signals):
        terminal.signal(how)
        assert ends_soon(terminal) == 128 + how
    elif how == "escape":
        terminal.send("escape")
        terminal.wait_for("1 project")
        terminal.send("q")
        assert ends_soon(terminal) == 0
    else:
        os.write(terminal.fd, b"\x11")
        assert ends_soon(terminal) == 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_was_drawn_before_is_kept(home: Path, number: signal.Signals) -> None:
    terminal = opened(home, "others", "label", "soda")
    terminal.wait_for("image_0")
    terminal.wait_for("corner")
    terminal.send("1", *"qqqkkk")
    terminal.send("pagedown")
    time.sleep(0.5)
    terminal.signal(number)
    assert ends_soon(terminal) == 128 + number
    workspace = Workspace(home / "workspace.db", home / "exports")
    drafts = [workspace.queue.load_draft(workspace.tasks.get("soda", f"image_{n:03}.png"), "ann") for n in range(8)]
    workspace.close()
    assert any(draft and "coke" in draft.body for draft in drafts), drafts


@pytest.mark.slow
def test_a_listing_that_never_comes_keeps_nobody(home: Path) -> None:
    terminal = opened(home, "others")
    terminal.wait_for("soda")
    terminal.send("r")
    time.sleep(0.5)
    terminal.signal(signal.SIGTERM)
    assert ends_soon(terminal) == 128 + signal.SIGTERM


@pytest.mark.slow
def test_an_image_in_the_place_of_a_pipe_is_named_and_can_be_skipped(home: Path) -> None:
    images = home.parent / "images"
    for image in images.glob("*.png"):
        image.unlink()
        os.mkfifo(image)
    terminal = Terminal([sys.executable, "-m", "tui_labeler", "--home", str(home), "label", "soda"], 100, 30)
    shown = terminal.wait_for("is a named pipe, not a file")
    assert "skips this image" in shown
    time.sleep(1)  # keys typed before this could be seen are not used
    terminal.send("s")
    terminal.wait_for("image_001")
    time.sleep(1)
    os.write(terminal.fd, b"\x11")
    assert ends_soon(terminal) == 0
