"""Styles are written so that every terminal takes them."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

from tests.terminal import open_app
from tests.tui.conftest import draw_images
from tests.tui.test_pixels import make_home


def test_no_style_has_more_than_ten_numbers(home: Path, tmp_path: Path) -> None:
    """mlterm takes no more: what is bold and in both colours stood there in others, white on white."""
    draw_images(tmp_path / "cans", 2)
    make_home(home, tmp_path / "cans")
    terminal = open_app(home, 120, 36)
    terminal.wait_for("1 project")
    styles = re.findall(r"\x1b\[([\d;]+)m", terminal.raw.decode())
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
    assert any(style.count(";") == 9 for style in styles), "both colours, in 16 million"
    assert "1" in styles, "bold, by itself"
    assert max(style.count(";") + 1 for style in styles) <= 10
