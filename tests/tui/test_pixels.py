"""Images in pixels, on a pty whose other end shows them: what is seen is what a whole repaint shows, and nothing stays."""

from __future__ import annotations

import os
import random
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.photographs import photograph
from tests.pixelterminal import PixelTerminal
from tests.terminal import Terminal
from tests.tui.conftest import make_spec
from tui_labeler.workspace import Workspace

CELL = (9, 20)
ANSWERS = {
    "kitty": "\x1bP>|kitty(0.41.1)\x1b\\\x1b[6;20;9t\x1b_Gi=4001;OK\x1b\\\x1b[?62;c",
    "sixel": "\x1b[6;20;9t\x1b[?62;4c",
    "iterm": "\x1bP>|iTerm2 3.5.1\x1b\\\x1b[6;20;9t\x1b[?62;4c",
}
KINDS = list(ANSWERS)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pixels")
    for number in range(2):
        photograph(folder / f"{number}.jpg", 1600, 1200, seed=number)
    return folder


def label_app(home: Path, photos: Path, kind: str, columns: int = 80, rows: int = 24) -> PixelTerminal:
    terminal = start(home, photos, kind, columns, rows)
    terminal.wait_for("letter 1 of 3", 60.0)
    settle(terminal)
    return terminal


def start(home: Path, photos: Path, kind: str, columns: int, rows: int) -> PixelTerminal:
    make_home(home, photos)
    words = [sys.executable, "-m", "tui_labeler", "--home", str(home), "label", "soda"]
    return PixelTerminal(words, columns, rows, CELL, ANSWERS[kind])


def make_home(home: Path, photos: Path) -> None:
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(photos))
    workspace.projects.create(make_spec())
    workspace.close()


def settle(terminal: PixelTerminal) -> None:
    """Until nothing comes any more; the magnifier gets its pixels when keys rest."""
    while terminal.read(1.0, 1.0):
        continue


def differing(one: np.ndarray, other: np.ndarray, kind: str) -> list[tuple[int, int]]:
    """Cells that look different. What JPEG makes of an edge depends on what is sent with it."""
    limit = 0 if kind != "iterm" else 28
    differs = np.abs(one.astype(int) - other).max(axis=2)
    width, height = CELL
    cells = differs.reshape(differs.shape[0] // height, height, differs.shape[1] // width, width).transpose(0, 2, 1, 3)
    worst = cells.max(axis=(2, 3)) if kind != "iterm" else cells.mean(axis=(2, 3))
    return [(int(row), int(column)) for row, column in np.argwhere(worst > limit)]


def repaint(terminal: PixelTerminal) -> None:
    """A resize there and back, which leaves nothing of what was painted before."""
    columns, rows = terminal.shown.columns, terminal.shown.rows
    for width in (columns - 1, columns):
        terminal.resize(width, rows)
        terminal.signal(signal.SIGWINCH)
        settle(terminal)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "turns"),
    [*((kind, 1) for kind in KINDS), *(pytest.param(kind, 6, marks=pytest.mark.long) for kind in KINDS)],
)
def test_what_is_seen_is_what_a_whole_repaint_shows_and_nothing_stays(
    home: Path, photos: Path, kind: str, turns: int
) -> None:
    terminal = label_app(home, photos, kind)
    chance = random.Random(5)
    letters, arrows = "wertyuiopasdfghjklz", ["tab", "right", "down", "shift+right", "shift+down", "2", "3", "b"]
    for turn in range(turns):
        for _ in range(7 if turns == 1 else 13):
            terminal.send(chance.choice(letters), quiet=0.04)
        terminal.send("tab", quiet=0.1)
        for _ in range(6):
            terminal.send(chance.choice(arrows), quiet=0.04)
        if turns == 1 or turn % 2:
            terminal.send("?", quiet=0.1)
            terminal.wait_for("Help")
            terminal.send("escape", quiet=0.2)
        if turn % 3 == 2:
            terminal.send(chance.choice("+-"), quiet=0.2)
        terminal.send("g", quiet=0.1)
        terminal.wait_for("letter 1 of")
        settle(terminal)
        before = terminal.picture()
        repaint(terminal)
        # The last bytes of the repaint come late on a busy machine; what the picture before lacks never comes.
        for _ in range(20):
            if not differing(before, terminal.picture(), kind):
                break
            terminal.read(0.5, 2.0)
        assert not terminal.problems
        assert not terminal.scrolled
        assert not differing(before, terminal.picture(), kind)
    assert terminal.shown.placements or terminal.shown.has_pixels.any()
    terminal.send("escape", "q", quiet=0.3)
    terminal.wait_for("1 project")
    settle(terminal)
    assert not terminal.shown.placements
    assert not terminal.shown.images
    assert not terminal.shown.has_pixels.any()
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
    assert not terminal.problems


@pytest.mark.slow
def test_a_moved_edge_costs_a_few_placements(home: Path, photos: Path) -> None:
    terminal = label_app(home, photos, "kitty", 200, 50)
    # The whole image is on the terminal, on 1566x920 pixels: less than 350 kB for 1600x800. And so is the next one.
    assert 50_000 < terminal.sent["images"] < 2 * 393_000
    terminal.send(*"iqqvqq", "escape", "tab", "e", quiet=0.2)
    terminal.send("shift+right", quiet=0.3)
    before = terminal.sent["images"]
    costs = [terminal.send("shift+right", quiet=0.2) for _ in range(6)]
    images = (terminal.sent["images"] - before) / 6
    assert 50 < images < 450, "three edges, two of which became longer"
    assert sorted(costs)[3] < 1500, "in cells it is 1,900"
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)


@pytest.mark.slow
def test_the_next_image_is_there_before_it_is_asked_for(home: Path, photos: Path) -> None:
    """It was sent while the labeler looked at the one before: submitting only places it."""
    terminal = label_app(home, photos, "kitty")
    assert "1/2" in terminal.text
    before = terminal.sent["images"]
    terminal.send("enter", quiet=0.3)
    terminal.wait_for("2/2")
    settle(terminal)
    assert terminal.sent["images"] - before < 12_000, "placements, and none of its pixels"
    seen = terminal.picture()
    repaint(terminal)
    assert not differing(seen, terminal.picture(), "kitty")
    assert not terminal.problems
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
    assert not terminal.left_behind, "nor does what was sent ahead stay in the terminal's memory"


@pytest.mark.slow
def test_a_key_during_the_transfer_does_not_wait_for_it(home: Path, photos: Path) -> None:
    """The terminal reads slowly: 100 kB a second. The key's frame comes long before the image is there."""
    terminal = start(home, photos, "kitty", 200, 50)
    terminal.bytes_per_second = 100_000
    terminal.read_until(lambda: len(terminal.shown.images) > 3, 60.0)
    began = terminal.sent["images"]
    os.write(terminal.fd, b"i")
    terminal.read_until(lambda: "letter 2 of 3" in terminal.text, 20.0)
    between = terminal.sent["images"] - began
    terminal.bytes_per_second = 0
    settle(terminal)
    assert between < 40_000 < terminal.sent["images"] - began
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)


@pytest.mark.slow
def test_images_of_a_screen_below_are_not_seen_through_the_one_above(home: Path, photos: Path) -> None:
    """Samples of the project in the list of projects, which comes in below labeling; back there, and to labeling again."""
    terminal = label_app(home, photos, "kitty", 200, 50)

    def has_samples() -> bool:
        return any(placement.column > 100 for placement in terminal.shown.placements.values())

    assert terminal.shown.placements
    assert not has_samples()
    terminal.send("escape", "q", quiet=0.1)
    terminal.read_until(has_samples, 60.0)
    terminal.send("l", quiet=0.1)
    terminal.wait_for("letter 1 of 3")
    terminal.read_until(lambda: bool(terminal.shown.placements), 60.0)
    settle(terminal)
    assert not has_samples()
    assert not terminal.problems
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)


@pytest.mark.slow
def test_on_a_fast_line_each_band_is_sent_once(home: Path, photos: Path) -> None:
    """All bands may come in one frame then: that was taken for a repaint of everything, which begins with coarse cells
    and bands again, without an end (6.6 MB)."""
    make_home(home, photos)
    words = [sys.executable, "-m", "tui_labeler", "--home", str(home), "label", "soda"]
    terminal = Terminal(words, 200, 50, emulate=False)
    terminal.answers = ANSWERS["iterm"].removesuffix("\x1b[?62;4c").encode()
    total = 0
    while total < 100_000:
        total += terminal.read(1.0, 30.0)
    while got := terminal.read(1.0, 1.0):
        total += got
        assert total < 500_000
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)


@pytest.mark.slow
def test_a_slow_line_shows_a_picture_within_50_kb_and_answers_keys(home: Path, photos: Path) -> None:
    """20 kB a second: first a very small copy, then a quarter of the pixels, then all of them."""
    terminal = start(home, photos, "kitty", 100, 30)
    terminal.bytes_per_second = 20_000
    terminal.read_until(lambda: bool(terminal.shown.placements), 60.0)
    assert sum(terminal.sent.values()) < 50_000
    assert terminal.sent["images"] < 10_000
    terminal.read_until(lambda: "letter 1 of 3" in terminal.text, 60.0)
    before = sum(terminal.sent.values())
    os.write(terminal.fd, b"i")
    terminal.read_until(lambda: "letter 2 of 3" in terminal.text, 60.0)
    assert sum(terminal.sent.values()) - before < 25_000, "as much as the line holds, and the answer"
    terminal.bytes_per_second = 0
    settle(terminal)
    bands = [
        (terminal.shown.images[number].shape[1], placement.keys)
        for (number, _), placement in terminal.shown.placements.items()
        if terminal.shown.images[number].shape[0] > 20
    ]
    assert sum("c" not in keys for _, keys in bands) > 3, "bands of all pixels"
    before = terminal.picture()
    repaint(terminal)
    assert not differing(before, terminal.picture(), "kitty"), "all of its pixels came in the end"
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
