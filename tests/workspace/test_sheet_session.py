"""Several tasks at once under leases, with drafts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import SIZE, make_images, make_spec
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import TaskType
from tui_labeler.workspace import Workspace


@pytest.fixture
def kinds(open_workspace: Callable[[], Workspace], tmp_path: Path) -> Workspace:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 10)))
    workspace.projects.create(make_spec("kinds", TaskType.CLASSIFICATION))
    return workspace


def test_two_sheets_never_share_an_image(kinds: Workspace) -> None:
    ann, bob = kinds.sessions.sheet("kinds", "ann"), kinds.sessions.sheet("kinds", "bob")
    mine, theirs = ann.claim(6), bob.claim(6)
    assert len(mine) == 6
    assert len(theirs) == 4
    assert not set(mine) & set(theirs)
    ann.end()
    assert set(bob.claim(9)) >= set(mine) - set(theirs), "what was given back can be had"


def test_drafts_go_over_to_another_layout_and_submitting_clears_them(kinds: Workspace) -> None:
    ann = kinds.sessions.sheet("kinds", "ann")
    drafts = ann.claim(4)
    first = next(iter(drafts))
    ann.save(first, drafts[first].tagged(("coke",)))
    again = ann.claim(9)
    assert again[first].tags == ("coke",)
    ann.end()
    session = kinds.sessions.labeling("kinds", "ann")
    session.begin()
    assert session.task
    assert session.task.path == first
    assert session.start.tags == ("coke",)
    session.end()
    drafts = ann.claim(2)
    ann.submit({path: (draft.tagged(("sprite",)), SIZE) for path, draft in drafts.items()})
    status = kinds.projects.status("kinds")
    assert status.completed == 2
    assert status.classes["sprite"] == 2
    assert kinds.projects.losses("kinds").drafts == 0
    assert not ann.leases


def test_what_is_submitted_before_a_refusal_stays(kinds: Workspace) -> None:
    ann = kinds.sessions.sheet("kinds", "ann")
    (first_path, first), (second_path, second) = ann.claim(2).items()
    with pytest.raises(BadInput):
        ann.submit({first_path: (first.tagged(("coke",)), SIZE), second_path: (second, SIZE)})
    assert kinds.projects.status("kinds").completed == 1
    ann.skip(second_path)
    assert kinds.projects.status("kinds").skipped == 1
