"""kill -9 in the middle of things: nothing half-made is seen, and the next run works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.workspace import Workspace

# Stops for the kill at the n-th word of progress of the phase that is given.
_CHILD = """
import sys, time
from pathlib import Path
from tests.workspace.conftest import make_spec
from tui_labeler.workspace import Workspace
home, what, phase, at = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
calls = 0
def progress(name, done, total):
    global calls
    calls += name.name.lower() == phase
    if name.name.lower() == phase and calls >= at:
        print("here", flush=True)
        time.sleep(60)
workspace = Workspace(Path(home) / "workspace.db", Path(home) / "exports")
if what == "create":
    workspace.projects.create(make_spec(), progress)
elif what == "refresh":
    workspace.projects.refresh("soda", progress)
else:
    workspace.exchange.export("soda", progress=progress)
print("done", flush=True)
"""


def kill_during(home: Path, what: str, phase: str, at: int) -> None:
    words = [sys.executable, "-c", _CHILD, str(home), what, phase, str(at)]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    assert child.stdout is not None
    assert child.stdout.readline() == "here\n", "the phase that was to be killed has to be reached"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()


@pytest.mark.parametrize(("phase", "at"), [("listing", 1), ("tasks", 1)])
def test_creating_a_project(
    open_workspace: Callable[[], Workspace], images: Path, home: Path, phase: str, at: int
) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(images))
    kill_during(home, "create", phase, at)
    assert workspace.projects.summaries() == ()
    assert workspace.datasets.all() == ()
    assert workspace.projects.create(make_spec()).total == 6


@pytest.mark.slow
@pytest.mark.parametrize(("phase", "at"), [("listing", 1), ("tasks", 1)])
def test_a_refresh(workspace: Workspace, images: Path, home: Path, phase: str, at: int) -> None:
    make_images(images / "new", 1500)
    (images / "image_00000.jpg").unlink()
    kill_during(home, "refresh", phase, at)
    assert workspace.tasks.count("soda", TaskFilter()) == 6
    assert workspace.projects.status("soda").missing == 0
    assert workspace.projects.refresh("soda").total == 1505


def test_an_export(workspace: Workspace, home: Path) -> None:
    for _ in range(6):
        lease = workspace.queue.claim("soda", "ann", "t")
        assert lease
        workspace.queue.submit(lease.task, "ann", COKE, "t")
    kill_during(home, "export", "writing", 1)
    assert workspace.exchange.exports() == ()
    assert [path.name for path in (home / "exports").iterdir() if not path.name.startswith(".")] == []
    result = workspace.exchange.export("soda")
    assert [path.name for path in (home / "exports").iterdir()] == [result.name], "the next run takes away the rest"


_LABELER = """
import sys
from pathlib import Path
from tests.workspace.conftest import COKE
from tui_labeler.workspace import Workspace
home, name = sys.argv[1], sys.argv[2]
workspace = Workspace(Path(home) / "workspace.db", Path(home) / "exports")
lease = workspace.queue.claim("soda", name, name)
done = 0
while lease is not None:
    print(lease.task.path, flush=True)
    lease = workspace.queue.submit_and_claim(lease.task, name, COKE, name)
    done += 1
"""


@pytest.mark.slow
def test_sixteen_processes_submit_at_once_and_none_is_lost(
    open_workspace: Callable[[], Workspace], tmp_path: Path, home: Path
) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "many", 320)))
    workspace.projects.create(make_spec())
    root = Path(__file__).parents[2]
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _LABELER, str(home), f"p{n}"], stdout=subprocess.PIPE, text=True, cwd=root
        )
        for n in range(16)
    ]
    paths = []
    for child in children:
        out, _ = child.communicate(timeout=100)
        assert child.returncode == 0
        paths += out.split()
    assert len(paths) == len(set(paths)) == 320, "no task twice, none lost"
    status = workspace.projects.status("soda")
    assert (status.completed, status.classes["coke"]) == (320, 320)
    assert sum(status.labelers.values()) == 320


@pytest.mark.slow
def test_labelers_killed_at_random_lose_nothing_they_submitted(
    open_workspace: Callable[[], Workspace], tmp_path: Path, home: Path
) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "many", 200)))
    workspace.projects.create(make_spec())
    root = Path(__file__).parents[2]
    for number in range(4):
        words = [sys.executable, "-c", _LABELER, str(home), f"p{number}"]
        child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=root)
        assert child.stdout is not None
        for _ in range(5 + 7 * number):
            child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        begun = 5 + 7 * number
        child.stdout.close()
        status = workspace.projects.status("soda")
        assert status.labelers.get(f"p{number}", 0) >= begun - 1, "what was submitted before the kill is there"
        assert status.classes["coke"] == status.completed
