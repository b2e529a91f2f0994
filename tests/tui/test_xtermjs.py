"""The app in xterm.js with its addon for images, as VS Code's terminal has it, in a browser without a window."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from tests import xtermjs
from tests.photographs import photograph
from tests.tui.test_pixels import make_home
from tests.xtermjs import XtermJs
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import Grid, View

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(xtermjs.missing()), reason=xtermjs.missing())]
COLUMNS, ROWS = 80, 24
# The canvas: all columns, below the first line and above the last three.
TOP, BOTTOM = 1, 21
_ANY_IMAGE = """[...Array(term.rows).keys()].some(y => [...Array(term.cols).keys()].some(
  x => images.getImageAtBufferCell(x, term.buffer.active.baseY + y)))"""


def start(home: Path, folder: Path, *words: str, images: bool = True) -> XtermJs:
    command = [sys.executable, "-m", "tui_labeler", "--home", str(home), *words]
    return XtermJs(command, COLUMNS, ROWS, folder, images=images, HOME=str(home))


def canvas_of(shot: np.ndarray, cell: tuple[float, float]) -> np.ndarray:
    return shot[round(TOP * cell[1]) : round(BOTTOM * cell[1])].astype(int)


def differing(one: np.ndarray, other: np.ndarray, across: float, down: float) -> list[tuple[int, int]]:
    """Cells of which half the pixels are others."""
    differs = np.abs(one - other).max(axis=2)
    cells = [(row, column) for row in range(BOTTOM - TOP) for column in range(COLUMNS)]
    return [
        (row, column)
        for row, column in cells
        if np.median(
            differs[int(row * down) : int((row + 1) * down), int(column * across) : int((column + 1) * across)]
        )
        > 20
    ]


def test_what_is_seen_is_the_photograph_and_the_box_and_nothing_stays(home: Path, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    photograph(tmp_path / "photos" / "0.jpg", 1600, 1200)
    make_home(home, tmp_path / "photos")
    terminal = start(home, tmp_path, "label", "soda")
    try:
        terminal.wait_for("letter 1 of")
        across, down = terminal.cell
        assert across % 1, "cells that are no whole pixels wide are what is difficult"
        picture = Picture.load((tmp_path / "photos" / "0.jpg").read_bytes())
        meant = picture.dots(View.fit(picture.size, COLUMNS, BOTTOM - TOP, Grid(across, down, down / across)))
        shown = canvas_of(terminal.photograph(tmp_path / "0.png"), (across, down))
        away = np.abs(shown[:, : meant.shape[1]] - meant).mean(axis=2)
        assert np.median(away) < 4, "the photograph, to the pixel"
        assert (away > 40).mean() < 0.06, "letters lie on it"
        for key in ("i", "q", "q", "v", "q", "q"):
            terminal.press(key)
        terminal.read(1.0)
        after_keys = canvas_of(terminal.photograph(tmp_path / "1.png"), (across, down))
        assert (np.abs(after_keys - shown).max(axis=2) > 60).sum() > 500, "a box"
        terminal.press("?")
        terminal.wait_for("Help")
        terminal.press("\x1b")
        terminal.wait_for("letter 1 of")
        after_help = canvas_of(terminal.photograph(tmp_path / "2.png"), (across, down))
        for columns in (COLUMNS - 1, COLUMNS):
            terminal.resize(columns, ROWS)
            terminal.read(1.0)
        repainted = canvas_of(terminal.photograph(tmp_path / "3.png"), (across, down))
        # JPEGs are rougher where the line was slow, and make of an edge what is sent with it. Letters and coarse cells are
        # further off.
        assert not differing(after_keys, repainted, across, down)
        assert not differing(after_help, repainted, across, down)
        assert not [text for text in terminal.typed if text.startswith("\x1b_")]
        terminal.press("\x1b", "q")
        terminal.wait_for("1 project")
        assert not terminal.run(_ANY_IMAGE), "no cell has one any more"
        terminal.run("typed(JSON.stringify('\\x11'))")  # Ctrl+Q
        terminal.wait_for(lambda: terminal.run("images._storage._images.size") == 0, 20.0)
    finally:
        terminal.close()


def test_without_images_doctor_says_how_vs_code_shows_them(home: Path, tmp_path: Path) -> None:
    terminal = start(home, tmp_path, "doctor", images=False)
    try:
        terminal.wait_for("free")
        said = "".join(terminal.text.split())
    finally:
        terminal.close()
    assert "terminal.integrated.enableImages" in said
    assert "16millioncolours" in said
