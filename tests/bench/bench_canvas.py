"""The canvas on a real terminal line, with photographs of 12 megapixels at 200x50 cells, beside its peer and its limits.

    python tests/bench/bench_canvas.py [--images 500]

The peer is a widget that shows the same image by rich-pixels and updates itself on every key (`peer_richpixels.py`).
Times are from the key to the last byte of its answer (to nineteen twentieths of the bytes for a whole image: what
trickles in later is a number in the first line).
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from PIL import Image

from tests.bench.measure import median_seconds, print_table, shown
from tests.photographs import photograph
from tests.terminal import NAMES, Terminal, open_app
from tests.tui.conftest import make_spec
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import View
from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels
from tui_labeler.workspace import Workspace

_WIDE = (200, 50)
_CANVAS = (174, 46)
_MOVES = 60
_FRAME = 0.95


def label_app(home: Path, photos: Path, **environment: str) -> Terminal:
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("cans", str(photos))
    workspace.projects.create(make_spec())
    workspace.close()
    terminal = open_app(home, *_WIDE, "label", "soda", emulate=False, **environment)
    terminal.read(1.5, 20.0)
    return terminal


def answer(terminal: Terminal, key: str, share: float = 1.0, quiet: float = 0.12) -> tuple[int, float]:
    """Bytes of the answer to a key, and seconds until that share of them had come."""
    began = time.monotonic()
    got = terminal.send(key, quiet=quiet)
    enough = next((when for when, total in terminal.arrived if total >= share * got), began)
    return got, enough - began


def the_second_of_two(terminal: Terminal, key: str) -> tuple[int, float]:
    """The answer to a key that comes 8 ms after another: it waits for that one's frame, and for the next."""
    os.write(terminal.fd, NAMES[key].encode())
    time.sleep(0.008)
    return answer(terminal, key)


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95) - 1] if values else 0.0


def moving_an_edge(photos: Path, work: Path, columns: int, **environment: str) -> None:
    ours = label_app(work / f"home{columns}{environment}", photos, **environment)
    for key in (*"iqqvqq", "escape", "tab", "e", "e", "e"):
        ours.send(key, quiet=0.2)
    mine = [answer(ours, "shift+right" if turn % 20 < 10 else "shift+left") for turn in range(_MOVES)]
    # Ten image pixels are not always a dot further.
    mine = [answered for answered in mine if answered[0] > 1000]
    pairs = [the_second_of_two(ours, "shift+right" if turn % 10 < 5 else "shift+left") for turn in range(_MOVES // 2)]
    two_ms = [seconds * 1e3 for got, seconds in pairs if got > 1000]
    ours.send("escape")
    ours.end(0.5)
    peer_words = [sys.executable, "-m", "tests.bench.peer_richpixels", str(next(iter(sorted(photos.iterdir()))))]
    peer = Terminal(peer_words, *_WIDE, emulate=False, **environment)
    peer.read(1.5, 20.0)
    theirs = [answer(peer, "right" if turn % 2 else "left", quiet=0.4) for turn in range(12)]
    peer.end(0.1)
    ours_bytes, ours_ms = statistics.median(b for b, _ in mine), [s * 1e3 for _, s in mine]
    peer_bytes, peer_ms = statistics.median(b for b, _ in theirs), statistics.median(s * 1e3 for _, s in theirs)
    colours = environment.get("COLORTERM", "truecolor") or "256 colours"
    print_table(
        f"A key that moves an edge of a box ({colours}); the peer is rich-pixels",
        [
            ("bytes, median (goal 4.5 kB)", f"{ours_bytes:,.0f}", f"{peer_bytes:,.0f}", ours_bytes / 4500, 1.0),
            (
                "ms, median (goal 12 ms)",
                f"{statistics.median(ours_ms):.1f}",
                f"{peer_ms:.1f}",
                statistics.median(ours_ms) / 12,
                1.0,
            ),
            ("ms, 95th percentile (goal 40 ms)", f"{p95(ours_ms):.1f}", f"{peer_ms:.1f}", p95(ours_ms) / 40, 1.0),
            (
                "ms, the second of two keys (goal 20 ms)",
                f"{statistics.median(two_ms):.1f}",
                "",
                statistics.median(two_ms) / 20,
                1.0,
            ),
        ],
    )


def a_box_in_five_keys(photos: Path, work: Path) -> None:
    rows = []
    for colours, goal in (("truecolor", 60_000), ("", 25_000)):
        terminal = label_app(work / f"box{goal}", photos, COLORTERM=colours)
        for _ in range(5):
            for key in "iqqvqq":
                terminal.send(key, quiet=0.15)
        cost = sum(terminal.send(key, quiet=0.2) for key in "iqqhh")
        terminal.end(0.5)
        rows.append((f"bytes ({colours or '256 colours'})", f"{cost:,}", f"{goal:,}", cost / goal, 1.0))
    print_table("A whole box in five keys", rows)


def decode_and_write(path: Path, frame: bytes) -> float:
    """The limit of showing an image: Pillow's draft decode and resize, then one frame's bytes through a pty."""
    ours, theirs = os.openpty()

    def drain() -> None:
        while os.read(ours, 1 << 20):
            continue

    threading.Thread(target=drain, daemon=True).start()

    def run() -> None:
        with Image.open(path) as image:
            image.draft("RGB", (_CANVAS[0], _CANVAS[1] * 2))
            image.convert("RGB").resize((_CANVAS[0], _CANVAS[1] * 2), Image.Resampling.BOX)
        view = memoryview(frame)
        while view:
            view = view[os.write(theirs, view[:4096]) :]

    return median_seconds(run, 1)


def the_next_image(photos: Path, work: Path) -> None:
    """Enter shows an image that was prepared; or one that was not, since another labeler took those that were."""
    many = copies(photos, work / "queue", 70)
    terminal = label_app(work / "next", many)
    ready, cold, limits, frames = [], [], [], []
    for _ in range(7):
        time.sleep(1.0)
        got, seconds = answer(terminal, "enter", _FRAME, quiet=0.3)
        ready.append(seconds)
        frames.append(got)
    next_workspace = Workspace(work / "next" / "workspace.db", work / "next" / "exports")
    frame = b"\x1b[38;2;100;101;102;48;2;90;91;92m\xe2\x96\x80" * (int(statistics.median(frames)) // 35)
    for _ in range(11):
        time.sleep(1.0)
        for _ in range(4):
            lease = next_workspace.queue.claim("soda", "bob", "token")
            assert lease is not None
            next_workspace.queue.submit(lease.task, "bob", Labels(Size(4000, 3000)), "token")
        _, seconds = answer(terminal, "enter", _FRAME, quiet=0.5)
        cold.append(seconds)
        limits.append(decode_and_write(sorted(photos.iterdir())[3], frame))  # in turns: a busy machine disturbs both
    next_workspace.close()
    terminal.send("escape", "escape")
    terminal.end(1.0)
    ours, unready, limit = (statistics.median(values) for values in (ready, cold, limits))
    print_table(
        "Another image, 12 megapixels",
        [
            ("prepared (goal 50 ms)", shown(ours), "50 ms", ours / 0.05, 1.0),
            ("not prepared, against decode, resize, write", shown(unready), shown(limit), unready / limit, 1.5),
        ],
    )


def composing() -> None:
    """The canvas's own work for a key, without a terminal: a figure to look for regressions with."""
    buffer = io.BytesIO()
    Image.effect_noise((4000, 3000), 60).convert("RGB").save(buffer, "JPEG")
    picture = Picture.load(buffer.getvalue(), Size(200, 100))
    view = View.fit(picture.size, *_CANVAS)
    print(f"\na view of a prepared image, scaled: {shown(median_seconds(lambda: picture.dots(view), 9))}")


def copies(photos: Path, folder: Path, count: int) -> Path:
    """A folder with `count` of the photographs, by hard links."""
    folder.mkdir()
    sources = sorted(photos.iterdir())
    for number in range(count):
        os.link(sources[number % len(sources)], folder / f"{number:04d}.jpg")
    return folder


def memory(pid: int) -> float:
    """Resident megabytes."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def five_hundred_images(photos: Path, work: Path, count: int) -> None:
    terminal = label_app(work / "memory", copies(photos, work / "many", count + 5))
    samples = []
    for number in range(count):
        terminal.send("enter", quiet=0.08)
        if number % 5 == 0 and number >= 20:
            samples.append(memory(terminal.pid))
    # What is being decoded at the moment comes and goes: a fifth of the run at each end, not a single look.
    share = max(1, len(samples) // 5)
    early, late = statistics.median(samples[:share]), statistics.median(samples[-share:])
    terminal.end(0.5)
    print_table(
        f"Memory in the last fifth of {count} images, against the first (after 20)",
        [("resident MB", f"{late:.0f}", f"{early:.0f}", late / early, 1.1)],
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", type=int, default=500)
    count = parser.parse_args().images
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        photos = work / "photos"
        photos.mkdir()
        for number in range(4):
            photograph(photos / f"{number:02d}.jpg", 4000, 3000, seed=3 + number)
        moving_an_edge(photos, work, _WIDE[0])
        moving_an_edge(photos, work, _WIDE[0], COLORTERM="")
        a_box_in_five_keys(photos, work)
        the_next_image(photos, work)
        composing()
        five_hundred_images(photos, work, count)


if __name__ == "__main__":
    main()
