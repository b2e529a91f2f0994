"""Sixteen labelers in two processes at one project, with and without death."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import COKE, SIZE, make_images, make_spec
from tui_labeler.workspace import Workspace

pytestmark = pytest.mark.long  # where it is slow, too long for .ci/run

ROOT = Path(__file__).parents[2]
# Eight labelers in threads of one process. Each says what it has drawn (durable before it is said), then submits it.
_EIGHT = """
import sys, threading
from pathlib import Path
from tests.workspace.conftest import COKE, SIZE
from tui_labeler.workspace import Workspace
home, process = Path(sys.argv[1]), sys.argv[2]
workspace = Workspace(home / "workspace.db", home / "exports")
lock = threading.Lock()
def say(*words):
    with lock:
        print(*words, flush=True)
def label(name):
    session = workspace.sessions.labeling("soda", name)
    session.begin()
    while session.task is not None:
        path = session.task.path
        draft = session.start if session.start.regions else session.start.added(COKE.regions[0])
        session.save(draft)
        say("drawn", name, path)
        session.submit(draft, SIZE)
        say("done", name, path)
    session.end()
threads = [threading.Thread(target=label, args=(f"{process}{n}",)) for n in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def start(home: Path, name: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", _EIGHT, str(home), name]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def done_paths(output: str) -> list[str]:
    return [line.split()[2] for line in output.splitlines() if line.startswith("done ") and len(line.split()) == 3]


def make_project(open_workspace: Callable[[], Workspace], folder: Path, count: int) -> Workspace:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(make_images(folder, count)))
    workspace.projects.create(make_spec())
    return workspace


@pytest.mark.slow
def test_two_processes_of_eight_drain_two_thousand_tasks(
    open_workspace: Callable[[], Workspace], tmp_path: Path, home: Path
) -> None:
    workspace = make_project(open_workspace, tmp_path / "many", 2000)
    children = [start(home, name) for name in "ab"]
    paths: list[str] = []
    for child in children:
        output, _ = child.communicate(timeout=280)
        assert child.returncode == 0
        paths += done_paths(output)
    assert len(paths) == len(set(paths)) == 2000, "no task labeled twice, none lost"
    status = workspace.projects.status("soda")
    assert (status.completed, status.classes["coke"], sum(status.labelers.values())) == (2000, 2000, 2000)
    assert all(
        len(workspace.tasks.history(workspace.tasks.get("soda", path))) == 1 for path in random.sample(paths, 50)
    )


@pytest.mark.slow
@pytest.mark.parametrize("count", [240, 2000])
def test_labelers_who_die_lose_nothing(
    open_workspace: Callable[[], Workspace], tmp_path: Path, home: Path, count: int
) -> None:
    """Processes of eight are killed at random moments, by SIGKILL or SIGHUP, until the project is done."""
    workspace = make_project(open_workspace, tmp_path / "many", count)
    chance = random.Random(5)
    said: list[str] = []
    drawn: dict[str, str] = {}
    deaths = 0
    for turn in range(200):
        if not workspace.projects.status("soda").incomplete:
            break
        child = start(home, "ab"[turn % 2])
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(chance.randrange(8, count // 3))]
        os.kill(child.pid, chance.choice((signal.SIGKILL, signal.SIGHUP)))
        output, _ = child.communicate(timeout=60)
        deaths += child.returncode != 0
        for line in "".join([*lines, output]).splitlines():
            words = line.split()
            if len(words) == 3 and words[0] == "done":
                said.append(words[2])
                drawn.pop(words[1], None)
            elif len(words) == 3:
                drawn[words[1]] = words[2]
    status = workspace.projects.status("soda")
    assert deaths >= 2
    assert (status.completed, status.classes["coke"]) == (count, count), "every lease of the dead came back"
    assert len(said) == len(set(said)), "no task was labeled by two"
    for path in said:
        assert workspace.tasks.get("soda", path).state == "completed"
    # What somebody had drawn and not submitted was resumed: it is submitted by now, with its region.
    for path in drawn.values():
        entry = workspace.tasks.history(workspace.tasks.get("soda", path))[0]
        assert entry.labels is not None
        assert entry.labels.regions == COKE.regions
        assert entry.labels.size == SIZE
