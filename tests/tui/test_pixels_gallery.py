"""Data's gallery in kitty: coming back from another tab places its images, and sends none of them again."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.photographs import photograph
from tests.pixelterminal import PixelTerminal
from tests.tui.test_pixels import ANSWERS, CELL, make_home, settle

IMAGES = 12


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "gallery"
    folder.mkdir()
    for number in range(IMAGES):
        photograph(folder / f"{number:02}.jpg", 640, 480, seed=number)
    return folder


@pytest.mark.slow
def test_back_from_another_tab_costs_less_than_two_kilobytes(home: Path, photos: Path) -> None:
    make_home(home, photos)
    words = [sys.executable, "-m", "tui_labeler", "--home", str(home)]
    terminal = PixelTerminal(words, 120, 36, CELL, ANSWERS["kitty"])
    terminal.wait_for("1 project", 60.0)
    terminal.send("enter", quiet=0.2)
    terminal.wait_for("Data")
    terminal.send("2", quiet=0.2)
    terminal.wait_for("00.jpg")
    terminal.send("V", quiet=0.2)
    terminal.wait_for("09.jpg")
    settle(terminal)
    seen, whole, placed = terminal.picture(), terminal.sent["images"], len(terminal.shown.placements)
    assert whole > 60_000
    for other in "13":
        terminal.send(other, quiet=0.2)
        terminal.read_until(lambda: not terminal.shown.placements, 20.0)
        settle(terminal)
        before = terminal.sent["images"]
        terminal.send("2", quiet=0.2)
        terminal.read_until(lambda: len(terminal.shown.placements) >= placed, 20.0)
        settle(terminal)
        assert terminal.sent["images"] - before < 2_000
        assert np.array_equal(terminal.picture()[: 34 * CELL[1]], seen[: 34 * CELL[1]]), "all but the last line"
    assert not terminal.problems
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
