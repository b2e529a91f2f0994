"""What is done to many tasks goes page by page: others work meanwhile, and what is interrupted stands as far as it went."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.workspace.conftest import COKE, SIZE, make_spec
from tests.workspace.test_class_edits import BOTH, NAMES, classes_of, numbers
from tests.workspace.test_running_edits import at_page, killed
from tui_labeler.model.edits import EditKind, TaskEdit
from tui_labeler.model.errors import Cancelled, NotFound
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.workspace import Workspace, following, taskedits

OPEN = "image_00004.jpg"
ALL = TaskFilter(name="image")
SKIP = TaskEdit(EditKind.SKIP)
UNLABEL = TaskEdit(EditKind.UNLABEL)
RECLASS = TaskEdit(EditKind.RECLASS, "coke", "sprite")


@pytest.fixture(autouse=True)
def _pages_of_one_task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "PAGE", 1)
    monkeypatch.setattr(taskedits, "PAGE", 1)


@pytest.fixture
def labeled(workspace: Workspace) -> Workspace:
    """Four images: one by ann, two by bob, one skipped; a proposal for another one and for the first."""
    proposed = Prelabel(COKE, "model", 0.9)
    workspace.proposals.put("soda", [(workspace.tasks.get("soda", name), proposed) for name in (NAMES[0], OPEN)])
    for name, who, labels in zip(NAMES, ("ann", "bob", "bob", "bob"), (COKE, BOTH, COKE, None), strict=True):
        workspace.queue.submit(workspace.tasks.get("soda", name), who, labels)
    return workspace


@pytest.mark.parametrize("edit", [SKIP, TaskEdit(EditKind.REOPEN), UNLABEL, RECLASS], ids=lambda edit: edit.kind.name)
def test_others_work_between_two_pages(
    labeled: Workspace, open_workspace: Callable[[], Workspace], edit: TaskEdit
) -> None:
    before = numbers(labeled)
    ids = [labeled.tasks.get("soda", name).id for name in (*NAMES, OPEN)]
    seen: list[dict[str, object]] = []

    def work() -> None:
        colleague = open_workspace()
        seen.append(numbers(colleague))
        colleague.queue.submit(colleague.tasks.get("soda", NAMES[1]), "cat", BOTH)
        colleague.queue.submit(colleague.tasks.get("soda", NAMES[0]), "cat", BOTH)  # its page was done already

    record = labeled.edits.apply("soda", ids, edit, "eve", at_page(1, work))
    assert len(seen) == 1
    assert record == msgspec.structs.replace(labeled.edits.records("soda")[0], passed=record.passed)
    assert classes_of(labeled, NAMES[0]) == ["coke", "sprite"]
    numbers(labeled)
    undone = labeled.edits.undo(record.id, "eve")
    assert (undone.restored, undone.kept) == (record.images - 1, 1)
    assert classes_of(labeled, NAMES[1]) == ["coke", "sprite"]
    assert numbers(labeled)["labelers"] == {"bob": 1, "cat": 2}
    assert numbers(labeled)["skipped"] == before["skipped"]


def test_what_was_killed_stands_as_far_as_it_went(labeled: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    before = numbers(labeled)
    with pytest.raises(MemoryError):
        labeled.edits.apply("soda", ALL, SKIP, "eve", at_page(2, killed))
    colleague = open_workspace()
    (record,) = colleague.edits.records("soda")
    assert (record.words, record.images, record.labels) == ("2 images skipped", 2, 3)
    assert numbers(colleague)["skipped"] == 3
    again = colleague.edits.apply("soda", ALL, SKIP, "eve")
    assert numbers(colleague)["completed"] == 0
    for number in (again.id, record.id):
        colleague.edits.undo(number, "eve")
    assert numbers(colleague) == before


def test_cancelled_is_as_before(labeled: Workspace) -> None:
    before = numbers(labeled)

    def cancel() -> None:
        raise Cancelled

    for edit in (SKIP, UNLABEL, RECLASS):
        with pytest.raises(Cancelled):
            labeled.edits.apply("soda", ALL, edit, "eve", at_page(2, cancel))
        assert numbers(labeled) == before
    assert [bool(record.undone) for record in labeled.edits.records("soda")] == [True] * 3


def test_taking_back_what_is_under_way_stops_it(labeled: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    before = numbers(labeled)

    def take_back() -> None:
        colleague = open_workspace()
        colleague.edits.undo(colleague.edits.records("soda")[0].id, "fay")

    labeled.edits.apply("soda", ALL, UNLABEL, "eve", at_page(1, take_back))
    assert numbers(labeled) == before


def test_taking_back_goes_on_after_a_kill(labeled: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    before = numbers(labeled)
    record = labeled.edits.apply("soda", ALL, SKIP, "eve")
    with pytest.raises(MemoryError):
        labeled.edits.undo(record.id, "eve", at_page(1, killed))
    colleague = open_workspace()
    colleague.edits.preview("soda", ALL, SKIP, "eve")  # needs all in one state
    assert numbers(colleague) == before
    assert colleague.edits.records("soda")[0].undone


def test_a_class_that_is_gone_meanwhile_ends_it(labeled: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    with pytest.raises(NotFound, match="coke"):
        labeled.edits.apply("soda", ALL, RECLASS, "eve", at_page(1, lambda: _rename(open_workspace())))
    assert labeled.edits.records("soda")[1].images == 1
    assert [classes_of(labeled, name) for name in NAMES[:3]] == [["sprite"], ["cola", "sprite"], ["cola"]]
    numbers(labeled)


def _rename(workspace: Workspace) -> None:
    workspace.edits.rename_class("soda", "coke", "cola", "fay")


def test_a_tags_class_goes_page_by_page(open_workspace: Callable[[], Workspace], images: Path, tmp_path: Path) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(images))
    workspace.projects.create(make_spec("soda", TaskType.MULTILABEL))
    tags = [("coke",), ("coke", "sprite"), ("sprite",), ("coke",)]
    for name, names in zip(NAMES, tags, strict=True):
        workspace.queue.submit(workspace.tasks.get("soda", name), "ann", Labels(SIZE, tags=names))
    before = numbers(workspace)
    with pytest.raises(MemoryError):
        workspace.edits.delete_class("soda", "coke", "eve", True, at_page(1, killed))
    colleague = open_workspace()
    assert colleague.projects.status("soda").classes == {"diet_coke": 0, "sprite": 2}
    assert (colleague.projects.status("soda").completed, before["completed"]) == (3, 4), "one page has followed"
    lease = colleague.queue.take(colleague.tasks.get("soda", NAMES[0]), "bob", "token")
    colleague.queue.submit(lease.task, "bob", Labels(SIZE, tags=("sprite",)), "token")
    assert [
        task.path for task in colleague.tasks.page("soda", TaskFilter(class_name="coke", class_is_region=False), 0, 9)
    ]
    (record,) = colleague.edits.records("soda")
    colleague.edits.preview("soda", ALL, SKIP, "eve")  # needs all in one state
    assert (colleague.projects.status("soda").completed, numbers(colleague)["classes"]) == (
        3,
        {"diet_coke": 0, "sprite": 3},
    )
    assert colleague.edits.records("soda")[0].images == 3
    undone = colleague.edits.undo(record.id, "eve")
    assert (undone.restored, undone.kept) == (2, 1)
    assert numbers(colleague)["classes"] == {"coke": 2, "diet_coke": 0, "sprite": 3}
