"""Styles are written so that every terminal shows them."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from tests.terminal import open_app
from tests.tui.conftest import draw_images
from tests.tui.test_pixels import make_home


def styles_written(home: Path, photos: Path, *words: str) -> list[str]:
    draw_images(photos, 2)
    make_home(home, photos)
    terminal = open_app(home, 120, 36, *words)
    terminal.wait_for("1 project")
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
    return re.findall(r"\x1b\[([\d;]+)m", terminal.raw.decode())


def test_no_style_has_more_than_ten_numbers(home: Path, tmp_path: Path) -> None:
    """mlterm takes no more: what is bold and in both colours stood there in others, white on white."""
    styles = styles_written(home, tmp_path / "cans")
    assert any(style.count(";") == 9 for style in styles), "both colours, in 16 million"
    assert "1" in styles, "bold, by itself"
    assert max(style.count(";") + 1 for style in styles) <= 10


def test_black_is_not_bold_in_few_colours(home: Path, tmp_path: Path) -> None:
    """The name in the selected row was grey on cyan in xterm, for there bold is bright."""
    styles = [style.split(";") for style in styles_written(home, tmp_path / "cans", "--color", "16")]
    assert any("30" in style for style in styles), "there is black on a colour"
    assert any("1" in style for style in styles), "and bold text"
    assert not any("30" in style and "1" in style for style in styles)
