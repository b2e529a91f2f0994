"""Another font while the app runs, on a terminal whose size in pixels the kernel does not know, as in VS Code."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.tui.test_pixels import label_app, photos, settle

__all__ = ["photos"]  # a fixture


@pytest.mark.slow
def test_with_another_font_images_fit_their_cells_again(home: Path, photos: Path) -> None:
    """It was asked once: images were as many pixels as before, and covered what stands beside and below them."""
    terminal = label_app(home, photos, "iterm")
    terminal.read_until(lambda: terminal.shown.has_pixels[13 * 12, 20 * 6], 20.0)
    settle(terminal)  # what is still on its way is for the old cells
    terminal.set_cell((6, 12), "\x1bP>|iTerm2 3.5.1\x1b\\\x1b[6;12;6t\x1b[?62;4c")
    terminal.resize(100, 30)
    terminal.signal(signal.SIGWINCH)
    settle(terminal)
    terminal.read_until(lambda: terminal.shown.has_pixels[13 * 12, 20 * 6], 20.0)
    settle(terminal)
    assert not terminal.problems
    assert not terminal.shown.has_pixels[:12].any()
    assert not terminal.shown.has_pixels[-2 * 12 :].any()
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
