"""The app on a real pty: how soon it is there, and what a key costs with little and with much behind it.

    python tests/bench/bench_app.py [FOLDER]

FOLDER (a temporary one, if none is given) holds the workspaces and 100,000 empty files.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

from tests.bench.measure import print_table, shown
from tests.terminal import NAMES, Terminal, open_app
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec
from tui_labeler.workspace import Workspace

# What the app is measured against: Textual with nothing in it.
_ONE_LABEL = """
from textual.app import App
from textual.widgets import Label
class One(App):
    def compose(self):
        yield Label("frame-is-there")
One().run()
"""
_SIZE = (120, 40)
MANY, FEW = 100_000, 100


def first_frame(terminal: Terminal, mark: bytes) -> float:
    """Seconds from now until `mark` has come and the frame that it stands in is complete."""
    began = time.perf_counter()
    while mark not in terminal.raw:
        terminal.read(0.001, 0.02)
        assert time.perf_counter() - began < 20, terminal.text
    # Textual ends a frame with this; the terminal is told to show it now.
    while b"\x1b[?2026l" not in terminal.raw[terminal.raw.index(mark) :]:
        terminal.read(0.001, 0.02)
    return time.perf_counter() - began


def starts(home: Path, times: int = 9) -> tuple[float, float]:
    """Medians of app and one-label app, started in turns."""
    ours, theirs = [], []
    for number in range(times + 1):
        for durations, start, mark in (
            (ours, lambda: open_app(home, *_SIZE), b"1 project"),
            (theirs, lambda: Terminal([sys.executable, "-c", _ONE_LABEL], *_SIZE), b"frame-is-there"),
        ):
            terminal = start()
            seconds = first_frame(terminal, mark)
            terminal.signal(15)
            terminal.end()
            if number:  # the first of each warms the disk
                durations.append(seconds)
    return statistics.median(ours), statistics.median(theirs)


def make_home(folder: Path, files: Path) -> Path:
    """A workspace with the project `soda` over `files`."""
    home = folder / f"home-{files.name}"
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("files", str(files))
    workspace.projects.create(
        ProjectSpec(Details("soda"), dataset=DatasetChoice("set", "files"), classes=Classes(("coke", "sprite")))
    )
    workspace.close()
    return home


def make_files(folder: Path, count: int) -> Path:
    """So many images; one photograph under many names (hard links), so that the disk holds it once."""
    files = folder / f"files-{count}"
    if not files.exists():
        files.mkdir(parents=True)
        first = files / "image_000000.jpg"
        Image.effect_noise((320, 240), 60).convert("RGB").save(first)
        at = 0
        for number in range(1, count):
            # A file system limits the links of one file.
            if number % 20_000 == 0:
                at = number
                (files / f"image_{at:06d}.jpg").write_bytes(first.read_bytes())
            else:
                os.link(files / f"image_{at:06d}.jpg", files / f"image_{number:06d}.jpg")
    return files


def last_byte(terminal: Terminal, key: str, quiet: float = 0.25) -> float:
    """Seconds from the key to the last byte of what it causes (pictures that follow when the cursor rests included)."""
    began = time.perf_counter()
    os.write(terminal.fd, NAMES.get(key, key).encode())
    last = began
    while time.perf_counter() - last < quiet:
        if terminal.read(0.002, 0.02):
            last = time.perf_counter()
    return last - began


def data_tab(homes: tuple[Path, Path]) -> dict[str, tuple[float, float]]:
    """key -> medians with the large and the small project, measured in turns."""
    opened = []
    for home in homes:
        terminal = open_app(home, *_SIZE)
        terminal.wait_for("soda")
        terminal.send("enter", quiet=0.4)
        terminal.send("2", quiet=0.6)
        terminal.wait_for("image_0000")
        opened.append(terminal)
    seconds = {}
    for name, keys in (
        ("down", ["down"] * 12),
        ("page down, up", ["pagedown", "pageup"] * 6),
        ("end, home", ["end", "home"] * 6),
    ):
        each: tuple[list[float], list[float]] = ([], [])
        for key in keys:
            for terminal, times in zip(opened, each, strict=True):
                times.append(last_byte(terminal, key))
        seconds[name] = (statistics.median(each[0]), statistics.median(each[1]))
    for terminal in opened:
        terminal.signal(15)
        terminal.end()
    return seconds


def keys_during_creation(folder: Path, files: Path) -> list[float]:
    """Creates a project over `files` in the app, and types into the command palette above it; seconds of each key."""
    home = folder / "home-creating"
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("files", str(files))
    workspace.close()
    terminal = open_app(home, *_SIZE)
    terminal.wait_for("No project yet")
    terminal.send("n")
    terminal.wait_for("Project name")
    terminal.type("soda")
    terminal.send("ctrl+n", "ctrl+n", quiet=0.5)
    terminal.wait_for("Select or create")
    terminal.send("tab")
    terminal.type("set", quiet=0.5)
    terminal.wait_for(f"{MANY:,} images")
    terminal.send("ctrl+n", "ctrl+n", quiet=0.5)
    terminal.wait_for("Label classes")
    terminal.type("coke")
    terminal.send("enter", "ctrl+n", "ctrl+n", "ctrl+n", quiet=0.4)
    terminal.wait_for("Everything is there")
    workspace = Workspace(home / "workspace.db", home / "exports")
    os.write(terminal.fd, b"\r")
    first_frame(terminal, b"Creating")
    os.write(terminal.fd, b"\x10")
    first_frame(terminal, b"earch for commands")  # the cursor stands on the first letter
    times: list[float] = []
    for letter in "zwk" * 40:
        if workspace.projects.summaries():
            break
        before = len(terminal.raw)
        began = time.perf_counter()
        os.write(terminal.fd, letter.encode())
        # The palette shows what was typed; nothing else that is drawn meanwhile holds these letters in this order.
        while letter.encode() not in terminal.raw[before:]:
            terminal.read(0.001, 0.01)
            assert time.perf_counter() - began < 10, terminal.text
        times.append(time.perf_counter() - began)
        time.sleep(0.02)
    workspace.close()
    terminal.signal(15)
    terminal.end()
    return times


def main(folder: Path) -> None:
    few, many = make_files(folder, FEW), make_files(folder, MANY)
    small, large = make_home(folder, few), make_home(folder, many)
    ours, theirs = starts(small)
    rows = [("start to the first full frame / one label", shown(ours), shown(theirs), ours / theirs, 1.35)]
    for name, (big, little) in data_tab((large, small)).items():
        rows.append((f"Data tab, {name}: {MANY:,} / {FEW} tasks", shown(big), shown(little), big / little, 1.5))
    keys = keys_during_creation(folder, many)
    worst = max(keys)
    rows.append((f"slowest of {len(keys)} keys while creating / 100 ms", shown(worst), "100 ms", worst / 0.1, 1.0))
    print_table(f"The app on a pty of {_SIZE[0]}x{_SIZE[1]}", rows)
    print(f"median key while creating: {shown(statistics.median(keys))}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(Path(temporary))
