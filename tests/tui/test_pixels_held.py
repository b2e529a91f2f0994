"""A held key on a slow line: pictures that are not looked at any more are not begun."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.photographs import photograph
from tests.pixelterminal import PixelTerminal
from tests.tui.test_pixels import settle, start

PAGE_DOWN = b"\x1b[6~"
IMAGES = 11


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    for number in range(IMAGES):
        photograph(folder / f"{number:02}.jpg", 800, 600, seed=number)
    return folder


def all_sent(terminal: PixelTerminal) -> int:
    return sum(terminal.sent.values())


def together(terminal: PixelTerminal) -> None:
    """What a stalled line delivers: all keys in one piece."""
    os.write(terminal.fd, 10 * PAGE_DOWN)


def one_by_one(terminal: PixelTerminal) -> None:
    """The line takes nothing while a key is held."""
    for _ in range(10):
        os.write(terminal.fd, PAGE_DOWN)
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hold", "kind", "most"), [(together, "kitty", 1.25), (together, "sixel", 1.3), (one_by_one, "sixel", 1.9)]
)
def test_of_ten_images_passed_the_last_ones_picture_is_sent(
    home: Path, photos: Path, kind: str, hold: Callable[[PixelTerminal], None], most: float
) -> None:
    """`most`: bytes of all of it, in those of one image. One by one, the first has begun before the line is known to
    stall."""
    terminal = start(home, photos, kind, 100, 30)
    terminal.wait_for("1/11")
    settle(terminal)
    terminal.bytes_per_second = 100_000
    began = all_sent(terminal)
    hold(terminal)
    terminal.wait_for("11/11")
    settle(terminal)
    held = all_sent(terminal) - began
    terminal.bytes_per_second = 0
    for key, there in (("pageup", "10/11"), ("pagedown", "11/11")):
        began = all_sent(terminal)
        terminal.send(key, quiet=0.2)
        terminal.wait_for(there)
        settle(terminal)
    one = all_sent(terminal) - began  # with kitty also the image that comes next, sent ahead
    assert 0.8 * one < held < most * one
    assert not terminal.problems
    os.kill(terminal.pid, signal.SIGTERM)
    terminal.end(3.0)
