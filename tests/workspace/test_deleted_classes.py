"""A class is deleted while somebody uses it: what goes with it is said, and nothing is submitted that nobody saw."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import COKE, SIZE, make_images, make_spec
from tests.workspace.test_class_edits import classes_of, numbers
from tests.workspace.test_reused_names import BOTH, edit_of, names_of
from tui_labeler.labeling.draft import Draft, encode
from tui_labeler.model.errors import ClassGone
from tui_labeler.model.project import TaskType
from tui_labeler.model.tasks import Basis, TaskState
from tui_labeler.workspace import Workspace


def test_the_image_stays_open_with_the_rest(workspace: Workspace) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task
    path = session.task.path
    workspace.edits.delete_class("soda", "coke", "eve")
    with pytest.raises(ClassGone, match="“coke” was deleted meanwhile, and 1 label here with it"):
        session.submit(Draft.of(BOTH), SIZE)
    assert session.task.path == path
    assert names_of(session.start) == ["sprite"]
    assert workspace.tasks.get("soda", path).state is TaskState.INCOMPLETE
    session.submit(session.start, SIZE)
    assert classes_of(workspace, path) == ["sprite"]
    numbers(workspace)


def test_what_arrived_before_the_deletion_is_not_refused_when_it_is_sent_again(workspace: Workspace) -> None:
    task, basis = workspace.tasks.get("soda", "image_00000.jpg"), Basis(None, "once", edit_of(workspace))
    workspace.queue.submit(task, "ann", BOTH, basis=basis)
    workspace.edits.delete_class("soda", "coke", "eve", with_labels=True)
    workspace.queue.submit(task, "ann", BOTH, basis=basis)
    assert classes_of(workspace, task.path) == ["sprite"]
    numbers(workspace)


def test_a_draft_says_what_is_gone_of_it(workspace: Workspace) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    session.save(Draft().added(BOTH.regions[0]).added(BOTH.regions[1]))
    session.end()
    assert workspace.edits.drafts_using("soda", "coke") == 1
    assert workspace.edits.drafts_using("soda", "diet_coke") == 0
    workspace.edits.rename_class("soda", "coke", "cola", "eve")
    assert workspace.edits.drafts_using("soda", "cola") == 1
    workspace.edits.delete_class("soda", "cola", "eve")
    session.begin()
    assert names_of(session.start) == ["sprite"]
    assert session.lost == "“coke” was deleted meanwhile, and 1 label here with it."


def test_a_sheet_submits_the_others(open_workspace: Callable[[], Workspace], tmp_path: Path) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 4)))
    workspace.projects.create(make_spec("kinds", TaskType.MULTILABEL))
    sheet = workspace.sessions.sheet("kinds", "ann")
    first, second = sheet.claim(2).items()
    workspace.edits.delete_class("kinds", "coke", "eve")
    both = {first[0]: (first[1].tagged(("coke", "sprite")), SIZE), second[0]: (second[1].tagged(("sprite",)), SIZE)}
    with pytest.raises(ClassGone, match=first[0]):
        sheet.submit(both)
    assert workspace.tasks.get("kinds", second[0]).state is TaskState.COMPLETED
    assert sheet.claim(2)[first[0]].tags == ("sprite",)


def test_nothing_is_asked_of_a_draft_that_does_not_use_it(workspace: Workspace) -> None:
    task = workspace.tasks.get("soda", "image_00000.jpg")
    workspace.queue.save_draft(task, "ann", encode(Draft.of(COKE)), class_edit=edit_of(workspace))
    workspace.edits.delete_class("soda", "sprite", "eve")
    contents = workspace.queue.contents(task, "ann")
    assert contents.draft
    assert not contents.draft.lost
