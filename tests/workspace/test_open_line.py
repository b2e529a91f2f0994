"""A labeler whose line to the server breaks goes on: what they did waits on their own disk, and arrives once, in order."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE, SIZE
from tests.workspace.farworkspace import Far, begun, eventually, label
from tests.workspace.test_cut_line import regions
from tui_labeler.labeling.draft import decode
from tui_labeler.labeling.open_line import AHEAD
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import Lease, TaskFilter
from tui_labeler.workspace import Workspace

TASKS, BREAKS = 60, 40


@pytest.fixture
def far(postgres: Server, tmp_path: Path) -> Iterator[Far]:
    opened = Far(postgres, tmp_path, 12)
    yield opened
    opened.close()


def test_work_goes_on_without_a_line_and_arrives_in_order(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    assert line.words == ""
    far.line.go_down()
    done = [label(session) for _ in range(3)]
    eventually(lambda: line.words == "offline · 3 kept")
    assert far.submitted() == []
    assert session.task is not None
    drawn = session.start.added(COKE.regions[0])
    session.save(drawn)
    open_path = session.task.path
    far.line.come_up()
    eventually(lambda: line.words == "" and line.waiting == 0)
    assert far.submitted() == done
    eventually(lambda: not list(line._journal.drafts()))
    kept = far.near.queue.load_draft(far.near.queue.task("soda", open_path), "ann")
    assert kept is not None
    assert decode(kept.body) == drawn, "what is open is drawn further on the server, too"
    for path in done:
        counting = far.near.tasks.current_labels(far.near.queue.task("soda", path))
        assert counting is not None
        assert counting.labels is not None
        assert counting.labels.regions == regions(path)
    session.end()
    assert far.near.queue.leased_by_others("soda", "") == (), "what was claimed ahead is given back"
    assert far.near.upkeep.check() == ()
    assert far.told == []


def test_images_come_without_the_server_once_it_has_said_where_they_are(far: Far) -> None:
    first = far.far.tasks.read_image("soda", "image_00000.jpg")
    far.line.go_down()
    assert far.far.tasks.read_image("soda", "image_00003.jpg") == first
    far.line.come_up()


def test_where_nothing_is_left_at_hand_it_says_so_and_goes_on_later(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    done = [label(session) for _ in range(AHEAD + 1)]
    assert session.task is None
    assert "5 submissions kept on this machine" in session.why_empty()
    far.line.come_up()
    eventually(lambda: line.waiting == 0)
    session.resume()
    assert session.task is not None
    assert far.submitted() == done


def test_submitting_waits_for_nothing_that_the_server_says(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not one way to the server lies between a key and the next image."""
    session, line = far.sit()
    begun(session, line)
    session.nearby()
    here = threading.current_thread()
    waited: list[str] = []
    send = type(far.far._database)._transaction  # type: ignore[attr-defined]

    def counted(database: object, begin: str) -> object:
        if threading.current_thread() is here:
            waited.append(begin)
        return send(database, begin)

    monkeypatch.setattr(type(far.far._database), "_transaction", counted)
    for _ in range(3):
        label(session)
        session.active()
    assert waited == []


def test_what_the_background_claims_meanwhile_is_had(far: Far) -> None:
    """Whoever asks while the next tasks are being claimed gets one of those, and not the word that there is none."""
    session, line = far.sit()
    begun(session, line)
    claimed, line._ahead = line._ahead, []
    leases: list[Lease | None] = []
    asking = threading.Thread(target=lambda: leases.append(line.claim("soda", "ann", session._token)))
    with line._wire:
        asking.start()
        time.sleep(0.05)
        line._ahead = claimed
        first = claimed[0].lease
    asking.join()
    assert leases == [first]


def test_what_someone_else_submitted_meanwhile_is_a_choice(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    path = label(session)
    with far.near._database.write() as tx:
        tx.run("UPDATE task SET lease_until = 0")
    task = far.near.queue.task("soda", path)
    far.near.queue.take(task, "bob", "bobs")
    far.near.queue.submit(task, "bob", COKE, "bobs")
    far.line.come_up()
    eventually(lambda: line.waiting == 0)
    assert len(far.told) == 1
    assert "got labels from bob" in far.told[0]
    assert "open" in far.told[0]
    session.open(path)
    assert session.newer is not None
    assert session.newer.labeler == "bob"
    assert session.start.regions == regions(path), "Ann's stand beside them"
    session.decide(session.start)
    session.submit(session.start, SIZE)
    eventually(lambda: line.waiting == 0)
    assert far.near.projects.status("soda").labelers == {"ann": 1}
    assert far.near.upkeep.check() == ()


def test_what_someone_else_has_open_is_a_draft(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    path = label(session)
    with far.near._database.write() as tx:
        tx.run("UPDATE task SET lease_until = 0")
    task = far.near.queue.task("soda", path)
    far.near.queue.take(task, "bob", "bobs")
    far.line.come_up()
    eventually(lambda: line.waiting == 0)
    assert "open at bob" in far.told[0]
    assert far.submitted() == []
    kept = far.near.queue.load_draft(task, "ann")
    assert kept is not None
    drawn = decode(kept.body)
    assert drawn is not None
    assert drawn.regions == regions(path)


def test_the_next_session_sends_what_the_one_before_left(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    done = [label(session) for _ in range(2)]
    session.end()
    assert "2 submissions kept on this machine" in line.left_words
    line.close()
    far.line.come_up()
    session, line = far.sit("bob")
    assert line.waiting == 0, "they are Ann's"
    session, line = far.sit()
    assert line.waiting == 2
    session.begin()
    assert far.submitted() == done
    assert far.near.upkeep.check() == ()


def test_a_draft_whose_submission_was_kept_before_a_crash_is_part_of_it(far: Far) -> None:
    """The program is killed when the submission is on the disk, and its draft not yet away."""
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    assert session.task is not None
    task = session.task
    session.save(session.start.added(COKE.regions[0]))
    draft = line._journal._draft(task)
    whole = draft.read_bytes()
    session.submit(session.start.added(COKE.regions[0]), SIZE)
    draft.write_bytes(whole)
    line.close()
    far.line.come_up()
    session, line = far.sit()
    session.begin()
    eventually(lambda: line.waiting == 0 and not list(line._journal.drafts()))
    assert far.submitted() == [task.path]
    assert far.near.queue.load_draft(task, "ann") is None
    assert far.near.queue.unsubmitted("soda").images == 0


def test_what_the_project_does_not_take_is_said_and_kept(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    path = label(session)
    far.near.projects.delete("soda")
    far.line.come_up()
    eventually(lambda: line.waiting == 0)
    assert "on this machine alone" in far.told[0]
    (file,) = (far.folder / "state" / "unsaved").glob("*.json")
    assert path in file.read_text()


def test_a_file_has_no_line_of_its_own(home: Path, images: Path) -> None:
    workspace = Workspace(home / "workspace.db", home / "exports")
    assert workspace.sessions.open_line("soda", "ann", home, print, lambda: None) is None
    workspace.close()


@pytest.mark.slow
def test_every_submission_arrives_once_however_the_line_and_the_server_break(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    server = Server(durable=True)
    far = Far(server, tmp_path, TASKS)
    draw, is_over = random.Random(5), threading.Event()
    breaks = Counter[str]()

    def disturb() -> None:
        # On a busy machine nothing would get through between cuts that never end.
        kinds = draw.choices(("cut", "down"), (6, 1), k=BREAKS)
        for kind in [*kinds[: BREAKS // 2], "restart", *kinds[BREAKS // 2 :]]:
            if is_over.wait(draw.uniform(0.02, 0.15)):
                return
            if kind == "cut":
                far.line.cut()
            elif kind == "down":
                far.line.go_down()
                is_over.wait(draw.uniform(0.05, 0.4))
                far.line.come_up()
            else:
                server.stop()
                server.start()
            breaks[kind] += 1

    session, line = far.sit()
    session.begin()
    disturber = threading.Thread(target=disturb)
    disturber.start()
    done: list[str] = []
    try:
        while len(done) < TASKS:
            if session.task is not None:
                done.append(label(session))
                time.sleep(draw.uniform(0, 0.05))
                continue
            try:
                session.resume()
            except LabelerError:
                time.sleep(0.02)
    finally:
        is_over.set()
        disturber.join()
        far.line.come_up()
    eventually(lambda: line.waiting == 0)
    assert far.told == []
    assert [path for path, n in Counter(done).items() if n > 1] == []
    assert far.submitted() == done
    for task in far.near.tasks.page("soda", TaskFilter(), 0, 200):
        (only,) = far.near.tasks.history(task)
        assert only.labels is not None
        assert only.labels.regions == regions(task.path)
    assert far.near.projects.losses("soda").drafts == 0
    assert far.near.upkeep.check() == ()
    assert far.told == []
    far.close()
    server.close()
    record_property(
        "table: a labeler over a line that breaks", f"{dict(breaks)}, {TASKS} submissions once each, in order"
    )
