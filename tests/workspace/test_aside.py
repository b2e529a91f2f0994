"""A draft that could not be saved goes back to the image that it was drawn on, and to no other of the same name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.labeling.aside import Aside, SetAside, files_aside
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.kept import kept_aside
from tui_labeler.model.errors import NotAllowed, NotFound
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Region
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.upkeep import move

PATH = "image_00000.jpg"
DRAWN = Draft.of(COKE)


def put(workspace: Workspace, state: Path, path: str = PATH) -> Aside:
    """Ann's draft of an image is set aside."""
    aside = workspace.sessions.aside(state)
    aside.put("soda", "ann", {path: DRAWN}, {path: workspace.tasks.get("soda", path).id})
    return aside


def back(workspace: Workspace, state: Path) -> tuple[str, ...]:
    return workspace.sessions.aside(state).bring_back("soda", "ann", workspace.tasks, workspace.queue)


def make_older(state: Path, seconds: float, draft: Draft = DRAWN) -> None:
    """What earlier versions wrote, so long ago: names alone."""
    (state / "unsaved").mkdir(parents=True, exist_ok=True)
    file = state / "unsaved" / "0123456789abcdef.json"
    words = {"project": "soda", "path": PATH, "labeler": "ann", "draft": draft, "class_edit": None}
    file.write_bytes(msgspec.json.encode(words))
    written = file.stat().st_mtime - seconds
    os.utime(file, (written, written))


@pytest.fixture
def other(workspace: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    """A second workspace, with a project and images of the same names."""
    opened = Workspace(tmp_path / "other" / "workspace.db", tmp_path / "exports")
    opened.datasets.add_datastore("cans", str(make_images(tmp_path / "others", 6)))
    opened.projects.create(make_spec())
    yield opened
    opened.close()


def test_a_new_project_of_the_same_name_takes_no_draft_of_the_deleted_one(workspace: Workspace, tmp_path: Path) -> None:
    put(workspace, tmp_path)
    workspace.projects.delete("soda")
    workspace.projects.create(make_spec())
    assert back(workspace, tmp_path) == ()
    assert workspace.queue.load_draft(workspace.tasks.get("soda", PATH), "ann") is None
    (one,) = kept_aside(tmp_path)
    assert (one.labelers, one.projects, one.path, one.drafts) == (("ann",), ("soda",), PATH, 1)
    assert one.where == workspace.upkeep.address
    put(workspace, tmp_path)
    assert len(list(kept_aside(tmp_path))) == 2, "one of the new project does not take the place of the other's"
    assert back(workspace, tmp_path) == (PATH,)
    assert [kept.name for kept in kept_aside(tmp_path)] == [one.name]


def test_another_workspace_takes_nothing_of_a_project_of_the_same_name(
    workspace: Workspace, other: Workspace, tmp_path: Path
) -> None:
    put(workspace, tmp_path)
    assert other.tasks.get("soda", PATH).id == workspace.tasks.get("soda", PATH).id
    assert back(other, tmp_path) == ()
    assert back(workspace, tmp_path) == (PATH,)


def test_it_follows_a_workspace_that_moves_and_no_ids_that_come_again(
    workspace: Workspace, home: Path, tmp_path: Path
) -> None:
    put(workspace, tmp_path)
    move(home / "workspace.db", tmp_path / "moved.db", tmp_path)
    moved = Workspace(tmp_path / "moved.db", tmp_path / "exports")
    (file,) = (tmp_path / "unsaved").iterdir()
    created = moved.tasks.project_created("soda")
    os.utime(file, (created - 1, created - 1))  # it was drawn before the project was made that has these ids now
    assert back(moved, tmp_path) == ()
    os.utime(file, (created + 1, created + 1))
    assert back(moved, tmp_path) == (PATH,)
    moved.close()


def test_a_person_says_that_it_belongs_to_the_new_project(workspace: Workspace, tmp_path: Path) -> None:
    aside = put(workspace, tmp_path)
    (one,) = kept_aside(tmp_path)
    workspace.projects.delete("soda")
    with pytest.raises(NotFound, match="no project"):
        workspace.sessions.take_kept("ann", tmp_path, one.name)
    workspace.projects.create(make_spec())
    with pytest.raises(NotAllowed, match="you label as bob"):
        workspace.sessions.take_kept("bob", tmp_path, one.name)
    with pytest.raises(NotFound, match="under the name"):
        aside.take("0123", "ann", False, workspace.tasks)
    taken = workspace.sessions.take_kept("ann", tmp_path, one.name)
    assert taken.words == "1 draft of ann's"
    assert back(workspace, tmp_path) == (PATH,)
    assert list(files_aside(tmp_path)) == []


def test_what_was_drawn_under_a_former_name_is_taken_with_mine(workspace: Workspace, tmp_path: Path) -> None:
    put(workspace, tmp_path)
    (one,) = kept_aside(tmp_path)
    workspace.sessions.take_kept("ann smith", tmp_path, one.name, mine=True)
    aside = workspace.sessions.aside(tmp_path)
    assert aside.bring_back("soda", "ann smith", workspace.tasks, workspace.queue) == (PATH,)


def test_what_an_earlier_version_wrote_comes_back_to_an_older_project(workspace: Workspace, tmp_path: Path) -> None:
    make_older(tmp_path, 3600)
    assert back(workspace, tmp_path) == (), "the project is newer than the file"
    make_older(tmp_path, 0, DRAWN.added(Region("coke", Box(10, 10, 65, 30))))
    assert back(workspace, tmp_path) == (), "the image has 64 columns"
    assert [one.where for one in kept_aside(tmp_path)] == ["not known"]
    make_older(tmp_path, 0)
    assert back(workspace, tmp_path) == (PATH,)


def test_a_file_of_now_can_be_read_by_an_earlier_version(workspace: Workspace, tmp_path: Path) -> None:
    put(workspace, tmp_path)
    ((_, aside),) = files_aside(tmp_path)

    class Earlier(msgspec.Struct):
        project: str
        path: str
        labeler: str
        draft: Draft
        class_edit: int | None = None

    assert msgspec.json.decode(msgspec.json.encode(aside), type=Earlier).draft == DRAWN
    assert isinstance(aside, SetAside)
