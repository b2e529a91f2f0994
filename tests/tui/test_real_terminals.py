"""Pixels in real terminals, on a screen of their own: what is photographed is what the stream means."""

from __future__ import annotations

import os
import shlex
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.photographs import photograph
from tests.pixelreader import PixelReader
from tests.tui.conftest import make_spec
from tui_labeler.workspace import Workspace

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(shutil.which(name) for name in ("Xvfb", "import")), reason="needs Debian's xvfb and imagemagick"
    ),
]
COMMANDS = {
    "mlterm": "mlterm --fontsize=14 --geometry=100x30+0+0 --sbmod=none -e sh -c",
    "xterm": "xterm -ti vt340 -b 0 -bw 0 -fa 'DejaVu Sans Mono' -fs 10 -geometry 100x30+0+0 -e sh -c",
    "kitty": "kitty -o initial_window_width=100c -o initial_window_height=30c -o remember_window_size=no -o font_size=11 "
    "-o window_padding_width=0 -o placement_strategy=top-left sh -c",
}
# kitty 0.26 is too old to be chosen by itself: backgrounds of text do not show above its images. Pixels are the same.
CHOSEN = {"mlterm": "auto", "xterm": "auto", "kitty": "kitty"}


class RealTerminal:
    """The app in a terminal; `keys` goes to it, `reader` knows what the terminal was told."""

    def __init__(self, kind: str, home: Path, display: str, shell: bool = False) -> None:
        """With `shell`, the app is what a shell in it starts by `sh ~/start`."""
        self._log, self._pipe, self._display, self._kind = home / "stream", home / "keys", display, kind
        os.mkfifo(self._pipe)
        words = [sys.executable, "-m", "tests.relay", self._log, self._pipe, sys.executable, "-m", "tui_labeler"]
        words += ["--home", home, "label", "soda"]
        if shell:
            (home / "start").write_text(f"{shlex.join(str(word) for word in words[5:])}\n")
            words[5:] = ["bash", "--norc", "--noprofile", "-i"]
        inner = f"TUI_LABELER_GRAPHICS={CHOSEN[kind]} {shlex.join(str(word) for word in words)}"
        environment = {name: text for name, text in os.environ.items() if name not in ("CI", "NO_COLOR", "TMUX")}
        environment |= {"HOME": str(home), "PS1": "$ "} if shell else {}
        environment |= {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(
            [*shlex.split(COMMANDS[kind]), inner], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def stream(self) -> tuple[PixelReader, int]:
        """What was written so far, read; and how many bytes it was."""
        data = self._log.read_bytes() if self._log.exists() else b""
        if len(data) < 9:
            return PixelReader(1, 1, (1, 1)), 0
        rows, columns, width, height = struct.unpack("HHHH", data[:8])
        reader = PixelReader(columns, rows, (max(width // columns, 1), max(height // rows, 1)))
        reader.take(data[9:])
        return reader, len(data)

    def settle(self, holds: Callable[[PixelReader], bool], quiet: float = 2.5) -> PixelReader:
        """Waits until something holds, and nothing more has come for so many seconds."""
        before, since, began = -1, time.monotonic(), time.monotonic()
        while time.monotonic() - began < 90:
            reader, size = self.stream()
            if size != before:
                before, since = size, time.monotonic()
            if time.monotonic() - since >= quiet and holds(reader):
                return reader
            time.sleep(0.25)
        images = f"{len(reader.shown.images)} images, {reader.shown.has_pixels.any()}"
        raise AssertionError(f"it did not come: {images}\n{words_of(reader)}")

    def press(self, *keys: str) -> None:
        for key in keys:
            with self._pipe.open("wb", buffering=0) as pipe:
                pipe.write(key.encode())
            time.sleep(0.3)

    def type(self, *keys: str) -> None:
        """On its keyboard, by X's names of keys, so that the terminal itself writes what they are."""
        known = {**os.environ, "DISPLAY": self._display}
        words = ["xdotool", "search", "--sync", "--onlyvisible", "--class", self._kind]
        window = subprocess.run(
            words, env=known, check=True, capture_output=True, text=True, timeout=60
        ).stdout.split()[-1]
        subprocess.run(["xdotool", "windowfocus", "--sync", window], env=known, check=True, timeout=60)
        subprocess.run(["xdotool", "key", "--delay", "100", *keys], env=known, check=True, timeout=60)

    def photograph(self, path: Path) -> np.ndarray:
        subprocess.run(["import", "-display", self._display, "-window", "root", str(path)], check=True)
        return np.asarray(Image.open(path).convert("RGB"))

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)


def make_home(home: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    photograph(photos / "0.jpg", 1600, 1200)
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(photos))
    workspace.projects.create(make_spec())
    workspace.close()


@pytest.fixture
def display() -> Iterator[str]:
    number = 90 + os.getpid() % 400
    server = subprocess.Popen(
        ["Xvfb", f":{number}", "-screen", "0", "1100x700x24"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(1.0)
    yield f":{number}"
    server.terminate()
    server.wait(10)


@pytest.mark.parametrize(
    "kind", [pytest.param(k, marks=pytest.mark.skipif(not shutil.which(k), reason=f"needs {k}")) for k in COMMANDS]
)
def test_what_is_photographed_is_what_the_stream_means(home: Path, display: str, kind: str, tmp_path: Path) -> None:
    make_home(home, tmp_path)
    terminal = RealTerminal(kind, home, display)
    try:
        terminal.settle(lambda reader: bool(reader.shown.placements) or bool(reader.shown.has_pixels.any()))
        terminal.press(*"iqqvqq", "?")
        time.sleep(1.0)
        terminal.press("\x1b")
        reader = terminal.settle(lambda reader: "letter 1 of 3" in "".join(map("".join, reader.shown.chars)))
        seen = terminal.photograph(tmp_path / "seen.png")
    finally:
        terminal.close()
    assert not reader.problems
    meant = reader.picture()
    Image.fromarray(meant).save(tmp_path / "meant.png")
    differs = compare(seen, meant, reader)
    assert differs < 0.01, f"{differs:.1%} of the cells differ: {tmp_path}"


def compare(seen: np.ndarray, meant: np.ndarray, reader: PixelReader) -> float:
    """The share of cells with pixels and no text that look different."""
    width, height = reader.shown.cell
    # The window may have a margin of a few pixels.
    best = min(
        (np.abs(shifted(seen, x, y, meant).astype(int) - meant)[height : 20 * height, : 40 * width].mean(), x, y)
        for x in range(6)
        for y in range(6)
    )
    there = shifted(seen, best[1], best[2], meant).astype(int)
    wrong = count = 0
    for row in range(2, reader.shown.rows - 3):
        for column in range(60):
            cell = slice(row * height, (row + 1) * height), slice(column * width, (column + 1) * width)
            # Letters and labels lie on the picture; kitty 0.26 shows their grounds only dimly.
            has_text = reader.shown.grounds[row][column] is not None or reader.shown.chars[row][column].strip()
            if reader.shown.has_pixels[cell].all() or (reader.shown.placements and not has_text):
                count += 1
                wrong += bool(np.abs(there[cell] - meant[cell]).mean() > 6)
    assert count > 500
    return wrong / count


def shifted(seen: np.ndarray, x: int, y: int, meant: np.ndarray) -> np.ndarray:
    return seen[y : y + meant.shape[0], x : x + meant.shape[1]]


@pytest.mark.skipif(not shutil.which("xdotool"), reason="needs Debian's xdotool")
@pytest.mark.parametrize(
    "kind",
    [pytest.param(k, marks=pytest.mark.skipif(not shutil.which(k), reason=f"needs {k}")) for k in ("xterm", "kitty")],
)
def test_keys_of_a_real_keyboard(home: Path, display: str, kind: str, tmp_path: Path) -> None:
    """Signs and capitals with Shift, where keys are single characters (xterm) and where all are sequences (kitty)."""
    make_home(home, tmp_path)
    terminal = RealTerminal(kind, home, display)
    try:
        terminal.settle(lambda reader: "letter 1 of 3" in words_of(reader))
        terminal.type("question")
        terminal.settle(lambda reader: "Help" in words_of(reader))
        terminal.type("Escape")
        terminal.settle(lambda reader: "letter 1 of 3" in words_of(reader))
        terminal.type("slash", "A", "question", "b")
        terminal.settle(lambda reader: "A?b" in words_of(reader), quiet=0.0)  # the cursor blinks
    finally:
        terminal.close()


@pytest.mark.long
@pytest.mark.parametrize(
    "kind",
    [pytest.param(k, marks=pytest.mark.skipif(not shutil.which(k), reason=f"needs {k}")) for k in ("xterm", "kitty")],
)
def test_a_suspended_app_leaves_the_window_to_the_shell(home: Path, display: str, kind: str, tmp_path: Path) -> None:
    make_home(home, tmp_path)
    (home / "keys.toml").write_text('[label]\nundo = ["backspace", "z"]\n')
    terminal = RealTerminal(kind, home, display, shell=True)
    try:
        terminal.settle(lambda reader: "$" in words_of(reader))
        terminal.press("sh ~/start\r")
        terminal.settle(lambda reader: "letter 1 of" in words_of(reader))
        before = terminal.photograph(tmp_path / "before.png")
        terminal.press("\x1a")
        terminal.settle(lambda reader: "fg brings it back" in words_of(reader))
        suspended = terminal.photograph(tmp_path / "suspended.png")
        terminal.press("fg\r")
        terminal.settle(lambda reader: "letter 1 of" in words_of(reader))
        after = terminal.photograph(tmp_path / "after.png")
    finally:
        terminal.close()
    middle = slice(120, 420), slice(60, 700)
    assert before[middle].std() > 15, "there is a photograph"
    assert len(np.unique(suspended[middle].reshape(-1, 3), axis=0)) == 1, "and nothing of it at the shell"
    assert np.abs(before[middle].astype(int) - after[middle]).mean() < 1, "and then it is there again"


def words_of(reader: PixelReader) -> str:
    return "\n".join(map("".join, reader.shown.chars))
