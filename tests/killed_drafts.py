"""Drafts on a slow and a full disk, with kill -9 at random: what counts as saved is there afterwards.

`python -m tests.killed_drafts --runs 500` starts itself again with `killed_drafts.c` in front of the C library, which makes
fsync slow and writes fail as on a full disk. Each run forks a labeler that adds a region for each key, in the app's own
disk thread, kills it, and looks at the workspace. Prints one line of JSON with the counts; exit code 1 if anything was
lost.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

FAULTS = ("full", "slow 0.3", "full", "slow 1", "full", "slow 2")
KEYS = 400


def build(folder: Path) -> Path | None:
    """The library to put in front; None without a C compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    library = folder / "killed_drafts.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


def campaign(runs: int, longest: float, seed: int) -> dict[str, int]:
    """Runs in this process, which has the library in front. `longest`: seconds after which a labeler is killed at most."""
    from tests.workspace.conftest import make_images, make_spec
    from tui_labeler.workspace import Workspace

    chance = random.Random(seed)
    counts = {"runs": 0, "keys": 0, "saved": 0, "not saved yet": 0, "lost": 0, "broken": 0}
    with tempfile.TemporaryDirectory() as name:
        template = Path(name) / "template"
        workspace = Workspace(template / "workspace.db", template / "exports")
        workspace.datasets.add_datastore("cans", str(make_images(Path(name) / "images", 3)))
        workspace.projects.create(make_spec())
        workspace.close()
        for run in range(runs):
            fault = FAULTS[run % len(FAULTS)]
            home = Path(name) / f"home{run}"
            shutil.copytree(template, home)
            waits = chance.random() < 0.5
            typed, safe = _killed(home, fault, waits, chance.uniform(0.02, longest), chance.getrandbits(32))
            kept = _kept(home)
            shutil.rmtree(home)
            counts["runs"] += 1
            counts["keys"] += typed
            counts["saved"] += safe
            counts["not saved yet"] += max(0, typed - max(kept, safe))
            # Who waits until a key is saved has at most one in flight; who does not was told that others are not saved.
            allowed = typed - 1 if waits else safe
            if kept < 0:
                counts["broken"] += 1
            elif kept < max(safe, allowed):
                counts["lost"] += 1
                print(f"{fault}: {typed} typed, {safe} saved, {kept} kept", file=sys.stderr)  # noqa: T201
    return counts


def _killed(home: Path, fault: str, waits: bool, seconds: float, seed: int) -> tuple[int, int]:
    """How many keys a labeler typed and how many of them counted as saved when it was killed, `seconds` after the first."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _label(home, fault, waits, writer, random.Random(seed))
        finally:
            os._exit(3)
    os.close(writer)
    heard, until = b"", time.monotonic() + 60
    while (left := until - time.monotonic()) > 0:
        if select.select([reader], [], [], left)[0]:
            if not (piece := os.read(reader, 65536)):
                break
            if not heard:
                until = time.monotonic() + seconds
            heard += piece
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    while piece := os.read(reader, 65536):
        heard += piece
    os.close(reader)
    words = [line.split() for line in heard.decode().splitlines()]
    assert words, "the labeler began"
    return tuple(max((int(n) for what, n in words if what == of), default=0) for of in ("typed", "safe"))  # type: ignore[return-value]


def _label(home: Path, fault: str, waits: bool, writer: int, chance: random.Random) -> None:
    from tui_labeler.labeling.draft import Draft
    from tui_labeler.model.geometry import Box
    from tui_labeler.model.regions import Region
    from tui_labeler.tui.session_worker import SessionWorker
    from tui_labeler.workspace import Workspace

    changed = threading.Event()
    session_worker = SessionWorker(lambda: None, lambda error: None, changed.set)
    workspace = Workspace(home / "workspace.db", home / "exports")
    session_worker.session = session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    draft: Draft = session_worker.begin()
    _begin_faults(fault, chance)
    for number in range(1, KEYS + 1):
        draft = draft.added(Region("coke", Box(number, 1, number + 1, 3)))
        os.write(writer, f"typed {number}\n".encode())
        changed.clear()
        session_worker.keep_open(draft)
        while waits and session_worker.unsaved:
            changed.wait(0.05)
        if not session_worker.unsaved:
            os.write(writer, f"safe {number}\n".encode())
        time.sleep(chance.uniform(0, 0.03))
    time.sleep(60)


def _begin_faults(fault: str, chance: random.Random) -> None:
    faults = ctypes.CDLL(None)
    kind, _, seconds = fault.partition(" ")
    if kind == "slow":
        faults.slow_disk(int(float(seconds) * 1e6))
    elif kind == "full":

        def fill() -> None:
            while True:
                time.sleep(chance.uniform(0.01, 0.3))
                faults.full_disk(1)
                time.sleep(chance.uniform(0.05, 0.8))
                faults.full_disk(0)

        threading.Thread(target=fill, daemon=True).start()


def _kept(home: Path) -> int:
    """How many regions the draft has that the next session begins with; below 0 if they are not the first ones."""
    from tui_labeler.workspace import Workspace

    workspace = Workspace(home / "workspace.db", home / "exports")
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    lefts = [round(region.extent.x0) for region in session.start.regions]
    session.end()
    workspace.close()
    return len(lefts) if lefts == list(range(1, len(lefts) + 1)) else -1


def in_front(
    library: Path, *words: str, run: Callable[..., subprocess.CompletedProcess[str]] = subprocess.run
) -> dict[str, int]:
    """The counts of a campaign in a process with the library in front."""
    command = [sys.executable, "-m", "tests.killed_drafts", "--inside", *words]
    done = run(command, env=os.environ | {"LD_PRELOAD": str(library)}, stdout=subprocess.PIPE, text=True, check=True)
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--longest", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.inside:
        print(json.dumps(campaign(given.runs, given.longest, given.seed)))  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as folder:
        library = build(Path(folder))
        if library is None:
            sys.exit("This needs gcc.")
        counts = in_front(
            library, "--runs", str(given.runs), "--longest", str(given.longest), "--seed", str(given.seed)
        )
    print(json.dumps(counts))  # noqa: T201
    sys.exit(bool(counts["lost"] or counts["broken"]))


if __name__ == "__main__":
    main()
