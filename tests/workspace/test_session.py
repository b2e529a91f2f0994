"""A labeler's session: claims, drafts that survive, looking back, and what an empty queue says."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import COKE, SIZE, make_images, make_spec, workspace_at
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.contents import TaskContents
from tui_labeler.model.errors import NotAllowed, Unreachable
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Task
from tui_labeler.workspace import Workspace

REGION = Region("coke", Box(1, 2, 30, 40))


def test_a_draft_resumes_with_its_undo(workspace: Workspace) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task
    first = session.task.path
    draft = session.start.added(REGION).added(REGION)
    session.save(draft)
    session.end()
    again = workspace.sessions.labeling("soda", "ann")
    again.begin()
    assert again.task
    assert again.task.path == first, "the own unfinished task comes first"
    assert again.start == draft
    assert again.start.undo().regions == (REGION,)
    bob = workspace.sessions.labeling("soda", "bob")
    bob.begin()
    assert bob.start == Draft(), "a draft is its labeler's own"


def test_an_untouched_task_leaves_no_draft(workspace: Workspace) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    session.save(session.start.added(REGION))
    session.save(Draft())
    assert workspace.projects.losses("soda").drafts == 0


def test_the_next_image_is_told_before_the_disk_has_the_submission(workspace: Workspace, address: Path | str) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    told: list[tuple[str, int]] = []
    reader = workspace_at(str(address))
    session.coming = lambda path: told.append((path, reader.projects.status("soda").completed))
    for number in range(2):
        session.submit(session.start.added(REGION), SIZE)
        assert session.task
        assert told.pop() == (session.task.path, number)
        assert reader.projects.status("soda").completed == number + 1
    assert session.previous()
    assert session.task
    assert told[-1][0] == session.task.path
    reader.close()


def test_back_and_forth_and_correcting(workspace: Workspace) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    paths = []
    for _ in range(3):
        assert session.task
        paths.append(session.task.path)
        session.submit(session.start.added(REGION), SIZE)
    assert session.task
    open_path = session.task.path
    assert session.previous()
    assert session.task.path == paths[2]
    assert session.start.regions == (REGION,), "what was submitted is there to be corrected"
    assert session.previous()
    assert session.task.path == paths[1]
    assert session.next()
    assert session.task.path == paths[2]
    assert session.next()
    assert session.task.path == open_path
    assert session.next(), "past the open task, which stays open"
    assert session.task.path not in (*paths, open_path)
    assert session.previous()
    assert session.task.path == open_path
    session.previous()
    session.submit(session.start.removed((0,)), SIZE)
    assert workspace.projects.status("soda").classes["coke"] == 2
    assert len(workspace.tasks.history(workspace.tasks.get("soda", paths[2]))) == 2
    assert session.task.path == open_path
    later = workspace.sessions.labeling("soda", "ann")
    later.begin()
    assert later.previous(), "another day, too"


def test_looking_back_gives_the_open_task_to_others(workspace: Workspace) -> None:
    ann = workspace.sessions.labeling("soda", "ann")
    ann.begin()
    ann.submit(ann.start, SIZE)
    assert ann.task
    left = ann.task.path
    ann.previous()
    bob = workspace.sessions.labeling("soda", "bob")
    bob.begin()
    assert bob.task
    assert bob.task.path == left
    with pytest.raises(NotAllowed, match="bob"):
        ann.open(left)


def test_why_there_is_nothing_to_do(workspace: Workspace) -> None:
    ann, bob = workspace.sessions.labeling("soda", "ann"), workspace.sessions.labeling("soda", "bob")
    ann.begin()
    for _ in range(5):
        workspace.queue.claim("soda", "eve", f"e{_}")
    bob.begin()
    assert bob.task is None
    assert "ann" in bob.why_empty()
    assert "eve" in bob.why_empty()
    for number in range(5):
        workspace.queue.give_back(f"e{number}")
    while ann.task:
        ann.submit(ann.start, SIZE)
    assert "All done" in ann.why_empty()
    workspace.projects.pause("soda")
    assert "paused" in ann.why_empty()


_CHILD = """
import sys, time
from pathlib import Path
from tests.workspace.conftest import COKE, SIZE, workspace_at
address, name, submit = sys.argv[1], sys.argv[2], int(sys.argv[3])
workspace = workspace_at(address)
session = workspace.sessions.labeling("soda", name)
session.begin()
for _ in range(submit):
    session.submit(session.start.added(COKE.regions[0]), SIZE)
    print("submitted", flush=True)
session.save(session.start.added(COKE.regions[0]))
print("drawn", session.task.path, flush=True)
time.sleep(60)
"""


@pytest.mark.slow
def test_what_the_dead_had_open_comes_back_at_once_with_its_draft(
    open_workspace: Callable[[], Workspace], tmp_path: Path, address: Path | str
) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "few", 8)))
    workspace.projects.create(make_spec())
    root = Path(__file__).parents[2]
    drawn = {}
    for number, (name, how) in enumerate((("ann", signal.SIGKILL), ("bob", signal.SIGHUP))):
        words = [sys.executable, "-c", _CHILD, str(address), name, str(number + 1)]
        child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=root)
        assert child.stdout is not None
        for _ in range(number + 1):
            assert child.stdout.readline() == "submitted\n"
        drawn[name] = child.stdout.readline().split()[1]
        os.kill(child.pid, how)
        child.wait()
        child.stdout.close()
    assert workspace.projects.status("soda").completed == 3, "every submitted label is there"
    for name, path in drawn.items():
        session = workspace.sessions.labeling("soda", name)
        session.open(path)
        assert session.start.regions == COKE.regions
        session.end()
    last = workspace.sessions.labeling("soda", "eve")
    last.begin()
    done = 0
    while last.task:
        last.submit(last.start, SIZE)
        done += 1
    assert done == 5, "no lease of the dead is left"


def test_what_is_sent_again_goes_to_its_own_image(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """The submission arrived, but what came after it did not: the person presses Enter again."""
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task
    first = session.task
    drawn = session.start.added(REGION)
    look = workspace.queue.contents
    failing = [True]

    def fails_once(task: Task, labeler: str) -> TaskContents:
        if failing.pop() if failing else False:
            raise Unreachable("The line is cut.")
        return look(task, labeler)

    monkeypatch.setattr(workspace.queue, "contents", fails_once)
    with pytest.raises(Unreachable):
        session.submit(drawn, SIZE)
    assert session.task == first, "the screen still shows it"
    session.submit(drawn, SIZE)
    assert session.task
    assert session.task.path == "image_00001.jpg", "the next one, which was claimed before, is not lost"
    assert len(workspace.tasks.history(first)) == 1
    assert workspace.tasks.history(workspace.tasks.get("soda", "image_00001.jpg")) == ()
    assert workspace.projects.status("soda").classes["coke"] == 1


def test_looking_back_says_what_there_is(workspace: Workspace) -> None:
    ann = workspace.sessions.labeling("soda", "ann")
    ann.begin()
    assert not ann.previous()
    assert ann.why_no_further(back=True) == "You had no image open before."
    ann.submit(ann.start.added(REGION), SIZE)
    for name in ("bob", "carol"):
        other = workspace.sessions.labeling("soda", name)
        other.begin()
        other.submit(other.start.added(REGION), SIZE)
        other.end()
    dora = workspace.sessions.labeling("soda", "dora")
    dora.begin()
    said = dora.why_no_further(back=True)
    assert said == "No image before was yours: 3 labeled by 3 others, ann at work."


def test_the_pace_is_that_of_the_images_that_people_labeled(workspace: Workspace) -> None:
    """Not of what was imported or changed many at a time, which took no time; and not by the hour in which one began."""
    assert workspace.exchange.images_an_hour(workspace.projects.status("soda")) == 0
    for number, seconds in enumerate((90.0, 20.0, 0.0, 18.0)):
        lease = workspace.queue.claim("soda", "ann", "token")
        assert lease is not None, number
        labels = Labels(SIZE, (REGION,))
        workspace.queue.submit(lease.task, "ann", labels, "token", seconds)
    assert workspace.exchange.images_an_hour(workspace.projects.status("soda")) == 180
