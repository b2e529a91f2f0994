"""Does training slow down whoever labels? Key to screen on a pty while the engine trains, and while it stands still.

    python -m tests.bench.bench_assist_latency ../shared/data/bccd [--images 40]

One app with a project whose labels are being learned from. The engine's process is stopped and continued in turns of twenty
keys, so that both cases are measured in the same app in the same minutes; a key moves the cursor of the rectangle tool.
The app itself stops its engine while keys come close together: the keys here come a third of a second apart or closer, in
turns as they come, and (--apart SECONDS) with longer pauses, where each key meets an engine at work.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import tempfile
import threading
import time
from pathlib import Path

import msgspec

from tests.bench.bench_canvas import answer, p95
from tests.bench.measure import print_table, shown
from tests.terminal import open_app
from tests.workspace.bccd import NAMES, truth
from tui_labeler.model.project import Assist, Classes, DatasetChoice, Details, ProjectSpec
from tui_labeler.workspace import Workspace

_TURN, _TURNS = 20, 16


def children(pid: int) -> list[int]:
    """Every process that descends from `pid`."""
    processes = []
    for entry in Path("/proc").iterdir():
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) if entry.name.isdigit() else -1
        except OSError:
            continue
        if parent == pid:
            processes += [int(entry.name), *children(int(entry.name))]
    return processes


def engine_of(pid: int) -> int:
    """The process of the app's engine; 0 if there is none."""
    for child in children(pid):
        try:
            words = Path(f"/proc/{child}/cmdline").read_bytes()
        except OSError:
            continue
        if b"tui_labeler.assist.engine_worker" in words:
            return child
    return 0


def hold(process: int, until: threading.Event) -> None:
    """Keeps the process stopped."""
    while not until.is_set():
        os.kill(process, signal.SIGSTOP)
        time.sleep(0.02)


def prepared(home: Path, data: Path, images: int) -> Workspace:
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("bccd", str(data / "JPEGImages"))
    spec = ProjectSpec(Details("bccd"), dataset=DatasetChoice("cells", "bccd"), classes=Classes(NAMES))
    workspace.projects.create(msgspec.structs.replace(spec, assist=Assist(True)))
    for _ in range(images):
        lease = workspace.queue.claim("bccd", "ann", "t")
        assert lease is not None
        workspace.queue.submit(lease.task, "ann", truth(data, lease.task.path), "t")
    return workspace


def main(data: Path, images: int, apart: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        workspace = prepared(home, data, images)
        terminal = open_app(home, 200, 50, "label", "bccd", emulate=False)
        terminal.read(1.5, 20.0)
        while not (engine := engine_of(terminal.pid)) or workspace.assist.state("bccd").doing != "training":
            time.sleep(0.1)
        time.sleep(3)  # the images are read and sent
        terminal.send("escape", "escape", "r")
        times: dict[bool, list[float]] = {True: [], False: []}
        turn = 0
        while turn < _TURNS and workspace.assist.state("bccd").doing == "training":
            training = bool(turn % 2)
            # Standing still: no courtesy, nor anything else, may start it again.
            frozen = threading.Event()
            if not training:
                threading.Thread(target=hold, args=(engine, frozen), daemon=True).start()
            time.sleep(0.4)
            for number in range(_TURN):
                time.sleep(apart)
                times[training].append(answer(terminal, "right" if number % 2 else "down")[1])
            turn += 1
            frozen.set()
            os.kill(engine, signal.SIGCONT)
        os.kill(engine, signal.SIGCONT)
        terminal.end()
        workspace.close()
    with_it, without = times[True], times[False]
    median = statistics.median(with_it), statistics.median(without)
    high = p95(with_it), p95(without)
    print_table(
        f"Key to screen, {len(with_it)} keys while it trains on {images} images, {len(without)} while it stands still",
        [
            ("median", shown(median[0]), shown(median[1]), median[0] / median[1], 1.3),
            ("95th percentile", shown(high[0]), shown(high[1]), high[0] / high[1], 1.3),
        ],
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--images", type=int, default=40)
    parser.add_argument("--apart", type=float, default=0.0)
    given = parser.parse_args()
    main(given.data, given.images, given.apart)
