"""Images in pixels on the line, beside textual-image in the same run: a whole image, and a key that moves an edge of a box.

    python -m tests.bench.bench_pixels [--image PATH] [--turns 12]

Both show the same image on the same pixels (200x50 cells of 9x20). textual-image is no dependency: `pip install
'.[bench]'`; without it the columns of the peer stay empty. Times are from the key to the last byte of its answer, read as
fast as it comes.
"""

from __future__ import annotations

import argparse
import fcntl
import importlib.util
import os
import shutil
import signal
import statistics
import struct
import sys
import tempfile
import termios
import time
from pathlib import Path

from tests.photographs import photograph
from tests.pixelterminal import PixelTerminal
from tests.terminal import NAMES, Terminal
from tests.tui.conftest import make_spec
from tui_labeler.workspace import Workspace

_COLUMNS, _ROWS, _CELL = 200, 50, (9, 20)
_ANSWERS = {
    "kitty": "\x1bP>|kitty(0.41.1)\x1b\\\x1b[6;20;9t\x1b_Gi=4001;OK\x1b\\\x1b[?62c",
    "iterm": "\x1bP>|iTerm2 3.5.1\x1b\\\x1b[6;20;9t\x1b[?62c",
    "sixel": "\x1b[6;20;9t\x1b[?62;4c",
}
# Of the peer: bytes of an image that has begun, and the seconds of silence after which it is there.
_BEGUN, _SILENCE = 20_000, 5.0
# Seconds; and the share of the window that is the picture, besides the panel and letters.
_LONGEST_PICTURE, _COVERED = 120.0, 0.7
_PEERS = ("kitty", "sixel")

# Bytes of everything until an image is there, and of the image alone; bytes and milliseconds of each key.
Result = tuple[tuple[int, int], list[tuple[int, float]]]


class Line(PixelTerminal):
    """A terminal that knows when the picture is there, and then only counts."""

    def __init__(self, words: list[str], kind: str, looks: bool = True) -> None:
        super().__init__(words, _COLUMNS, _ROWS, _CELL, _ANSWERS[kind])
        self._kind = kind
        self._looks = looks
        size = struct.pack("HHHH", _ROWS, _COLUMNS, _COLUMNS * _CELL[0], _ROWS * _CELL[1])
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, size)

    def took(self, chunk: bytes) -> None:
        if self._looks:
            super().took(chunk)
        else:
            Terminal.took(self, chunk)

    def _has_all(self) -> bool:
        """Whether what was sent covers nine tenths of the canvas, in all of its pixels."""
        if self._kind != "kitty":
            return float(self.shown.has_pixels.mean()) > _COVERED
        placed = [
            self.shown.images[number].shape[0] * self.shown.images[number].shape[1]
            for (number, _), placement in self.shown.placements.items()
            if "c" not in placement.keys or self.shown.images[number].shape[1] > placement.keys["c"] * _CELL[0] // 2
        ]
        return sum(placed) > _COVERED * self.shown.pixels.shape[0] * self.shown.pixels.shape[1]

    def all(self) -> tuple[int, int]:
        """Bytes of everything until the picture is there and nothing else is under way; and how many are images. Of who
        is not looked at, all until a long silence."""
        if not self._looks:
            total = 0
            while (got := self.read(_SILENCE, _LONGEST_PICTURE if total < _BEGUN else _SILENCE)) or total < _BEGUN:
                total += got
            return total, total
        self.read_until(self._has_all, _LONGEST_PICTURE)
        while self.read(1.5, 1.5):
            continue
        self._looks = False
        return sum(self.sent.values()), self.sent["images"]

    def key(self, name: str) -> tuple[int, float]:
        """Bytes of the answer to a key, and milliseconds to its last one."""
        began = time.monotonic()
        os.write(self.fd, NAMES.get(name, name).encode())
        got = self.read(0.3, 3.0)
        return got, (self.arrived[-1][0] - began) * 1e3 if self.arrived else 0.0

    def leave(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        self.end(3.0)


def ours(kind: str, image: Path, work: Path, turns: int) -> Result:
    photos, home = work / f"photos-{kind}", work / f"home-{kind}"
    photos.mkdir()
    shutil.copy(image, photos / f"0{image.suffix}")
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(photos))
    workspace.projects.create(make_spec())
    workspace.close()
    line = Line([sys.executable, "-m", "tui_labeler", "--home", str(home), "label", "soda"], kind)
    whole = line.all()
    for name in (*"iqqvqq", "escape", "tab", "e", "e", "e"):
        line.key(name)
    keys = [line.key("shift+right" if turn % 8 < 4 else "shift+left") for turn in range(turns)]
    line.leave()
    return whole, [key for key in keys if key[0] > 200]  # ten pixels of the image are not always one of the screen


def peer(kind: str, image: Path, turns: int) -> Result | None:
    if kind not in _PEERS or importlib.util.find_spec("textual_image") is None:
        return None
    line = Line([sys.executable, "-m", "tests.bench.peer_textualimage", kind, str(image)], kind, looks=False)
    whole = line.all()
    keys = [line.key("right" if turn % 8 < 4 else "left") for turn in range(turns)]
    line.leave()
    return whole, keys


def row(name: str, result: Result) -> str:
    (whole, image), keys = result
    size, taken = statistics.median(size for size, _ in keys), statistics.median(ms for _, ms in keys)
    return f"{name:<24}{whole:>12,}{image:>12,}{size:>12,.0f}{taken:>10.1f}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", type=Path)
    parser.add_argument("--turns", type=int, default=12)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        image = given.image or work / "image.jpg"
        if given.image is None:
            photograph(image, 1600, 1200)
        print(f"{'':<24}{'all, B':>12}{'image, B':>12}{'a key, B':>12}{'a key, ms':>10}")
        for kind in _ANSWERS:
            print(row(f"{kind}: ours", ours(kind, image, work, given.turns)))
            if (beside := peer(kind, image, given.turns)) is not None:
                print(row(f"{kind}: textual-image", beside))
    if importlib.util.find_spec("textual_image") is None:
        print("textual-image is not installed (pip install '.[bench]'): ours stands alone")


if __name__ == "__main__":
    main()
