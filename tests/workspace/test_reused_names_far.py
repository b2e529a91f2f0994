"""Names of classes are used again while a labeler's line to the server is cut, or brings late what an owner did."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.postgres import Server
from tests.workspace.conftest import make_images
from tests.workspace.farworkspace import Far, begun, eventually, label
from tests.workspace.shop import Shop
from tests.workspace.test_class_edits import classes_of
from tests.workspace.test_cut_line import regions
from tests.workspace.test_reused_names import BOTH, names_of, swap
from tui_labeler.labeling import open_line
from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.labeling.journal import Journal, KeptSubmission, WaitingDraft
from tui_labeler.labeling.session import LabelingSession
from tui_labeler.model.tasks import Basis, Task, TaskState

SWAPPED = {"coke": "sprite", "sprite": "coke", "diet_coke": "diet_coke"}


@pytest.fixture
def far(postgres: Server, tmp_path: Path) -> Iterator[Far]:
    opened = Far(postgres, tmp_path, 12)
    yield opened
    opened.close()


def test_what_was_kept_offline_arrives_in_its_classes(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    done = [label(session) for _ in range(2)]
    assert session.task
    session.save(session.start.added(BOTH.regions[0]))
    path = session.task.path
    swap(far.near)
    far.line.come_up()
    eventually(lambda: line.waiting == 0 and not list(line._journal.drafts()))
    for name in done:
        assert classes_of(far.near, name) == [SWAPPED[region.name] for region in regions(name)]
    kept = far.near.queue.load_draft(far.near.queue.task("soda", path), "ann")
    assert kept
    draft = decode(kept.body)
    assert draft
    assert names_of(draft) == ["sprite"]
    session.end()


def wanted_of(session: LabelingSession) -> tuple[str, list[str]]:
    """The open image, and the classes that `label` will mean on it."""
    assert session.task
    names = [region.name for region in regions(session.task.path)]
    return session.task.path, names if session.class_list.edit else [SWAPPED[name] for name in names]


def test_what_was_claimed_ahead_opens_with_the_classes_of_now(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    swap(far.near)
    wanted = dict([wanted_of(session)])
    label(session)
    eventually(lambda: line._class_list.edit > 0)  # the next one is claimed, and with it comes the news
    wanted |= [wanted_of(session)]
    label(session)
    assert session.class_list.classes.names == ("sprite", "diet_coke", "coke")
    assert session.task
    path = session.task.path
    session.submit(Draft.of(BOTH), BOTH.size)
    eventually(lambda: line.waiting == 0)
    for name, classes in wanted.items():
        assert classes_of(far.near, name) == classes
    assert classes_of(far.near, path) == ["coke", "sprite"]
    session.end()


def test_the_last_images_of_a_queue_have_the_classes_of_now_too(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    while len(line._ahead) > 2 or far.near.projects.status("soda").incomplete > 3:
        label(session)
        eventually(lambda: line.waiting == 0)
    swap(far.near)
    label(session)
    eventually(lambda: line._class_list.edit > 0)
    label(session)
    assert session.class_list.classes.names == ("sprite", "diet_coke", "coke")
    session.end()


def test_a_journal_of_the_version_before_is_read(tmp_path: Path) -> None:
    kept = KeptSubmission(Task(7, "soda", "7.jpg", TaskState.INCOMPLETE), "ann", BOTH, "t", 1.0, Basis(None, "sent", 3))
    plain = msgspec.to_builtins(kept)
    del plain["basis"]["class_edit"]
    journal = Journal(tmp_path)
    (journal._folder / f"{1:020}.json").write_bytes(msgspec.json.encode(plain))
    ((_, read),) = journal.submissions()
    assert read == msgspec.structs.replace(kept, basis=Basis(None, "sent"))
    journal.close()


def test_roles_do_their_work_when_an_owner_swaps_names(postgres: Server, tmp_path: Path) -> None:
    shop = Shop(postgres, tmp_path, make_images(tmp_path / "images", 6))
    bob, rita = shop.opened("bob"), shop.opened("rita")
    session = bob.sessions.labeling("soda", shop.login("bob"))
    session.begin()
    assert session.task
    first = session.task.path
    session.save(session.start.added(BOTH.regions[0]))
    swap(shop.owner)
    kept = bob.queue.load_draft(session.task, shop.login("bob"))
    assert kept
    assert kept.class_edit == bob.queue.class_list("soda").edit > 0
    session.submit(Draft.of(BOTH), BOTH.size)
    assert classes_of(shop.owner, first) == ["sprite", "coke"]
    session.submit(Draft.of(BOTH), BOTH.size)
    session.end()
    item = rita.review.item("soda", first)
    rita.review.correct("soda", item, BOTH, shop.login("rita"))
    assert classes_of(shop.owner, first) == ["coke", "sprite"]
    assert shop.sql("bob", "UPDATE project SET class_edit = 0") == "42501"
    assert shop.owner.upkeep.check() == ()
    for workspace in (bob, rita, shop.owner):
        workspace.close()


def test_what_arrives_late_of_a_deleted_class_is_a_draft(far: Far) -> None:
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    assert session.task
    path = session.task.path
    session.submit(Draft.of(BOTH), BOTH.size)
    far.near.edits.delete_class("soda", "coke", "eve")
    far.line.come_up()
    eventually(lambda: line.waiting == 0 and not list(line._journal.drafts()))
    task = far.near.queue.task("soda", path)
    assert task.state is TaskState.INCOMPLETE
    kept = far.near.queue.load_draft(task, "ann")
    assert kept
    draft = decode(kept.body)
    assert draft
    assert names_of(draft) == ["sprite"]
    assert kept.lost == "“coke” was deleted meanwhile, and 1 label here with it."
    session.end()


@pytest.mark.parametrize("hours", [-48.0, 0.0, 48.0])
def test_what_an_earlier_version_kept_is_of_the_classes_of_its_time(far: Far, hours: float) -> None:
    """Days before a swap of names it is translated, days after it stays; near to it the labeler is asked."""
    task = far.near.queue.upcoming("soda", "ann", 1)[0]
    session, line = far.sit()
    far.line.go_down()
    kept = KeptSubmission(task, "ann", BOTH, "", 1.0, Basis(None, "sent"))
    at = time.time_ns() + int(hours * 3600e9)
    (line._journal._folder / f"{at:020}.json").write_bytes(msgspec.json.encode(kept))
    swap(far.near)
    far.line.come_up()
    line.suspect()
    session.begin()
    eventually(lambda: line.waiting == 0)
    submitted = {-48.0: ["sprite", "coke"], 0.0: [], 48.0: ["coke", "sprite"]}[hours]
    assert classes_of(far.near, task.path) == submitted
    if not submitted:
        assert far.near.queue.load_draft(task, "ann")
        assert any("classes got other names about when this was labeled" in told for told in far.told)
    session.end()


def test_a_draft_that_an_earlier_version_kept_too(far: Far) -> None:
    task = far.near.queue.upcoming("soda", "ann", 1)[0]
    _, line = far.sit()
    far.line.go_down()
    line._journal.keep_draft(WaitingDraft(task, "ann", encode(Draft.of(BOTH)), True, None, ""))
    swap(far.near)
    far.line.come_up()
    with line._wire:
        line._sender.send_all()
    kept = far.near.queue.load_draft(task, "ann")
    assert kept
    draft = decode(kept.body)
    assert draft
    assert names_of(draft) == ["sprite", "coke"]


def test_what_was_claimed_ahead_offers_a_class_that_came_since(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is claimed and no lease renewed meanwhile: the labeler looks at one image for long."""
    monkeypatch.setattr(open_line, "_IDLE_SECONDS", 0.05)
    monkeypatch.setattr(open_line, "_CLASSES_SECONDS", 0.05)
    session, line = far.sit()
    begun(session, line)
    merged = far.near.edits.merge_classes("soda", ("coke",), "sprite", "eve")
    eventually(lambda: line._class_list.edit == merged.id)
    far.near.edits.undo(merged.id, "eve")
    eventually(lambda: "coke" in line._class_list.classes.names)
    label(session)
    assert session.class_list.classes.names == ("coke", "diet_coke", "sprite")
    session.end()
