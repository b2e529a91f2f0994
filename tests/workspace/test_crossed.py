"""Labels never reach another image, and never take the place of labels that their labeler has not seen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import COKE, SIZE, make_images, make_spec, workspace_at
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.errors import NewerLabels, NotAllowed, NotFound
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Basis
from tui_labeler.processes import is_dead, this_process
from tui_labeler.workspace import Workspace

SPRITE = Region("sprite", Box(5, 5, 20, 20))
ROOT = Path(__file__).parents[2]


class Clock:
    def __init__(self) -> None:
        self.now = 1e9

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def timed(address: Path | str, images: Path, clock: Clock) -> Workspace:
    workspace = workspace_at(str(address), clock)
    workspace.datasets.add_datastore("cans", str(images))
    workspace.projects.create(make_spec())
    return workspace


def test_a_late_submission_does_not_replace_a_colleagues_labels(timed: Workspace, clock: Clock) -> None:
    ann, bob = timed.sessions.labeling("soda", "ann"), timed.sessions.labeling("soda", "bob")
    ann.begin()
    mine = ann.start.added(SPRITE)
    ann.save(mine)
    assert ann.task
    path = ann.task.path
    clock.now += 601
    bob.begin()
    assert bob.task
    assert bob.task.path == path
    bob.submit(bob.start.added(COKE.regions[0]), SIZE)
    with pytest.raises(NewerLabels, match="bob"):
        ann.submit(mine, SIZE)
    assert [entry.labeler for entry in timed.tasks.history(timed.tasks.get("soda", path))] == ["bob"]
    assert ann.task.path == path, "it is open again, to be decided on"
    assert ann.start == mine, "what was drawn is kept"
    assert ann.newer is not None
    assert ann.newer.labels == COKE
    ann.decide(mine)
    ann.submit(mine, SIZE)
    assert [entry.labeler for entry in timed.tasks.history(timed.tasks.get("soda", path))] == ["ann", "bob"]


def test_skipping_does_not_replace_them_either(timed: Workspace, clock: Clock) -> None:
    ann, bob = timed.sessions.labeling("soda", "ann"), timed.sessions.labeling("soda", "bob")
    ann.begin()
    assert ann.task
    clock.now += 601
    bob.begin()
    bob.submit(Draft().added(SPRITE), SIZE)
    with pytest.raises(NewerLabels):
        ann.skip()
    assert timed.projects.status("soda").skipped == 0


def test_while_the_other_is_still_at_it_nothing_is_submitted(timed: Workspace, clock: Clock) -> None:
    ann, bob = timed.sessions.labeling("soda", "ann"), timed.sessions.labeling("soda", "bob")
    ann.begin()
    clock.now += 601
    bob.begin()
    with pytest.raises(NotAllowed, match="bob"):
        ann.submit(ann.start.added(SPRITE), SIZE)
    bob.end()
    ann.submit(ann.start.added(SPRITE), SIZE)
    assert timed.projects.status("soda").completed == 1, "given back unlabeled: nothing stands in the way"


def test_an_old_draft_does_not_win_over_newer_labels(timed: Workspace) -> None:
    ann = timed.sessions.labeling("soda", "ann")
    ann.begin()
    assert ann.task
    path = ann.task.path
    ann.save(ann.start.added(SPRITE))
    ann.end()
    timed.queue.submit(timed.tasks.get("soda", path), "bob", COKE)
    again = timed.sessions.labeling("soda", "ann")
    again.open(path)
    assert again.newer is not None
    with pytest.raises(NewerLabels):
        again.submit(again.start, SIZE)
    again.decide(Draft.of(COKE))
    later = timed.sessions.labeling("soda", "ann")
    again.end()
    later.open(path)
    assert (later.start, later.newer) == (Draft.of(COKE), None), "theirs it is"


def test_a_sheet_keeps_what_a_colleague_was_faster_with(timed: Workspace, clock: Clock) -> None:
    sheet = timed.sessions.sheet("soda", "ann")
    drafts = sheet.claim(4)
    clock.now += 601
    first, second = list(drafts)[:2]
    timed.queue.submit(timed.tasks.get("soda", first), "bob", COKE)
    with pytest.raises(NewerLabels):
        sheet.submit({second: (Draft().added(SPRITE), SIZE), first: (Draft().added(SPRITE), SIZE)})
    assert timed.projects.status("soda").labelers == {"ann": 1, "bob": 1}


def test_what_is_sent_again_counts_once(timed: Workspace) -> None:
    lease = timed.queue.claim("soda", "ann", "a")
    assert lease
    basis = Basis(None, "one")
    for _ in range(2):
        timed.queue.submit(lease.task, "ann", COKE, "a", basis=basis)
    assert len(timed.tasks.history(lease.task)) == 1
    assert timed.projects.status("soda").completed == 1


def test_two_windows_of_one_labeler_do_not_mix_their_drafts(timed: Workspace, clock: Clock) -> None:
    first, second = timed.sessions.labeling("soda", "ann"), timed.sessions.labeling("soda", "ann")
    first.begin()
    clock.now += 601
    second.begin()
    assert first.task == second.task
    second.save(Draft().added(SPRITE))
    with pytest.raises(NotAllowed, match="another window"):
        first.save(Draft().added(COKE.regions[0]))
    assert second.task
    again = timed.queue.load_draft(second.task, "ann")
    assert again
    assert "sprite" in again.body


# Identities


@pytest.mark.parametrize("labels", [COKE, None])
def test_labels_of_a_deleted_project_do_not_reach_the_next_one(workspace: Workspace, labels: Labels | None) -> None:
    """The new project has the same name and the same paths."""
    lease = workspace.queue.claim("soda", "ann", "a")
    assert lease
    workspace.projects.delete("soda")
    workspace.projects.create(make_spec())
    with pytest.raises(NotFound, match="any more"):
        workspace.queue.submit(lease.task, "ann", labels, "a")
    with pytest.raises(NotFound, match="any more"):
        workspace.queue.save_draft(lease.task, "ann", "{}")
    with pytest.raises(NotFound, match="any more"):
        workspace.queue.take(lease.task, "ann", "a")
    status = workspace.projects.status("soda")
    assert (status.completed, status.skipped) == (0, 0)
    assert workspace.projects.losses("soda").drafts == 0


def test_project_id_and_path_must_agree(workspace: Workspace) -> None:
    import msgspec

    first, second = workspace.queue.claim("soda", "ann", "a"), workspace.queue.claim("soda", "ann", "b")
    assert first
    assert second
    crossed = msgspec.structs.replace(first.task, path=second.task.path)
    with pytest.raises(NotFound):
        workspace.queue.submit(crossed, "ann", COKE, "a")
    assert workspace.projects.status("soda").completed == 0


# Dead processes and wrong clocks

_CHILD = """
import sys, time
from pathlib import Path
from tests.workspace.conftest import COKE, workspace_at
workspace = workspace_at(sys.argv[1])
session = workspace.sessions.labeling("soda", "ann")
session.begin()
if sys.argv[2] == "draw":
    session.save(session.start.added(COKE.regions[0]))
print(session.task.path, flush=True)
time.sleep(60)
"""


@pytest.mark.slow
@pytest.mark.parametrize("what", ["draw", "look"])
@pytest.mark.parametrize("reaped", [True, False])
def test_after_kill_9_the_unfinished_image_comes_first(
    workspace: Workspace, address: Path | str, what: str, reaped: bool
) -> None:
    held = workspace.queue.claim("soda", "bob", "b")
    assert held
    words = [sys.executable, "-c", _CHILD, str(address), what]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None
    path = child.stdout.readline().strip()
    workspace.queue.give_back("b")  # an image before it is free: it must not come first
    alive = workspace.sessions.labeling("soda", "ann")
    alive.begin()
    assert alive.task
    assert alive.task.path != path, "while the other window lives, it keeps its image"
    alive.end()
    os.kill(child.pid, signal.SIGKILL)
    if reaped:
        child.wait()
    else:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    again = workspace.sessions.labeling("soda", "ann")
    again.begin()
    assert again.task
    assert again.task.path == path
    assert again.start.regions == (COKE.regions if what == "draw" else ())
    child.wait()
    child.stdout.close()


def test_processes_are_told_apart_by_their_start() -> None:
    me = this_process()
    machine, boot, namespace, pid, begun = me.split("|")
    assert not is_dead(me)
    if begun:
        assert is_dead("|".join((machine, boot, namespace, pid, begun + "1"))), "a later process has the same id"
    if boot:
        assert is_dead("|".join((machine, "another boot", namespace, pid, begun)))
    assert not is_dead("|".join(("elsewhere", boot, namespace, pid, begun + "1")))
    assert not is_dead("an older version's name")


def test_a_clock_a_day_ahead_does_not_keep_a_lease_for_a_day(
    timed: Workspace, clock: Clock, address: Path | str
) -> None:
    if isinstance(address, str):
        pytest.skip("a PostgreSQL's times are the server's own: nobody's clock is ahead")
    clock.now += 86_400
    ahead = timed.queue.claim("soda", "ann", "a")
    clock.now -= 86_400
    bobs_lease = timed.queue.claim("soda", "bob", "b")
    assert ahead
    assert bobs_lease
    assert ahead.task.path != bobs_lease.task.path, "it is a lease all the same"
    clock.now += 601
    third = timed.queue.claim("soda", "eve", "e")
    assert third
    assert third.task.path == ahead.task.path


def test_a_clock_that_is_set_back_does_not_take_away_labels(timed: Workspace, clock: Clock) -> None:
    clock.now -= 86_400
    behind = timed.sessions.labeling("soda", "ann")
    behind.begin()
    clock.now += 86_400
    bob = timed.sessions.labeling("soda", "bob")
    bob.begin()
    bob.submit(Draft().added(SPRITE), SIZE)
    clock.now -= 86_400
    with pytest.raises(NewerLabels):
        behind.submit(behind.start.added(COKE.regions[0]), SIZE)
    assert timed.projects.status("soda").labelers == {"bob": 1}


# A stopped process

_STOPPED = """
import json, sys
from pathlib import Path
from tests.workspace.conftest import COKE, SIZE, workspace_at
from tui_labeler.model.errors import LabelerError
workspace = workspace_at(sys.argv[1])
workspace.queue.lease_seconds = 1.0
session = workspace.sessions.labeling("soda", "ann")
session.begin()
print(session.task.path, flush=True)
sys.stdin.readline()
try:
    session.submit(session.start.added(COKE.regions[0]), SIZE)
    print(json.dumps("submitted"), flush=True)
except LabelerError as error:
    print(json.dumps(type(error).__name__), flush=True)
"""


def test_stopped_for_longer_than_the_lease(
    open_workspace: Callable[[], Workspace], tmp_path: Path, address: Path | str
) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 3)))
    workspace.projects.create(make_spec())
    workspace.queue.lease_seconds = 1.0
    words = [sys.executable, "-c", _STOPPED, str(address)]
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None
    assert child.stdin is not None
    path = child.stdout.readline().strip()
    os.kill(child.pid, signal.SIGSTOP)
    child.stdin.write("\n")
    child.stdin.flush()
    bob = workspace.sessions.labeling("soda", "bob")
    for _ in range(200):
        bob.begin()
        if bob.task is not None and bob.task.path == path:
            break
        bob.end()
        import time

        time.sleep(0.05)
    bob.submit(Draft().added(SPRITE), SIZE)
    os.kill(child.pid, signal.SIGCONT)
    assert json.loads(child.stdout.readline()) == "NewerLabels"
    assert child.wait() == 0
    child.stdout.close()
    child.stdin.close()
    assert [entry.labeler for entry in workspace.tasks.history(workspace.tasks.get("soda", path))] == ["bob"]
