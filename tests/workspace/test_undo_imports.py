"""An import is a named thing, and gives back what each image had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui_labeler.model.errors import NotAllowed, NotFound
from tui_labeler.model.tasks import TaskState
from tui_labeler.model.transfers import ImportChoices
from tui_labeler.workspace import Workspace


def coco(path: Path, boxes: dict[str, tuple[float, ...]], rotation: float = 0.0) -> Path:
    images = [{"id": n, "file_name": name, "width": 64, "height": 48} for n, name in enumerate(boxes)]
    rows = [
        {"id": n, "image_id": n, "category_id": 1, "bbox": box, "attributes": {"rotation": rotation if n == 0 else 0.0}}
        for n, box in enumerate(boxes.values())
    ]
    rows.append({"id": 99, "image_id": 0, "category_id": 1, "bbox": [20, 20, 9, 9]})
    categories = [{"id": 1, "name": "coke"}]
    path.write_text(json.dumps({"images": images, "annotations": rows, "categories": categories}))
    return path


def states(workspace: Workspace, *names: str) -> list[TaskState]:
    return [workspace.tasks.get("soda", name).state for name in names]


NAMES = ("image_00000.jpg", "image_00001.jpg")


def test_what_was_there_comes_back_with_its_numbers(workspace: Workspace, tmp_path: Path) -> None:
    before = workspace.projects.status("soda")
    first = workspace.exchange.import_labels("soda", coco(tmp_path / "a.json", dict.fromkeys(NAMES, (1, 2, 3, 4))))
    between = workspace.projects.status("soda")
    replace = ImportChoices(replace=True, labeler="bob")
    file = coco(tmp_path / "b.json", dict.fromkeys(NAMES, (5, 5, 5, 5)), rotation=30)
    second = workspace.exchange.import_labels("soda", file, choices=replace)
    assert states(workspace, *NAMES) == [TaskState.STALE, TaskState.COMPLETED]
    task = workspace.tasks.get("soda", NAMES[0])
    assert workspace.exchange.review_reasons(task.id) == ("rotated",)
    assert [
        (entry.id, entry.file, entry.who, entry.imported, entry.review) for entry in workspace.exchange.imports("soda")
    ] == [
        (second.id, "b.json", "bob", 2, 1),
        (first.id, "a.json", "import", 2, 0),
    ]
    undone = workspace.exchange.undo_import(second.id)
    assert (undone.restored, undone.changed) == (2, 0)
    assert workspace.exchange.review_reasons(task.id) == ()
    after = workspace.projects.status("soda")
    assert (after.completed, after.classes, after.labelers) == (between.completed, between.classes, between.labelers)
    assert len(workspace.tasks.history(task)) == 2, "the history keeps both"
    assert workspace.exchange.undo_import(first.id).restored == 2
    last = workspace.projects.status("soda")
    assert (last.completed, last.incomplete, last.classes) == (before.completed, before.incomplete, before.classes)
    with pytest.raises(NotAllowed, match="taken back already"):
        workspace.exchange.undo_import(first.id)
    with pytest.raises(NotFound, match="no import 99"):
        workspace.exchange.undo_import(99)


def test_what_someone_changed_since_stays(workspace: Workspace, tmp_path: Path) -> None:
    first = workspace.exchange.import_labels("soda", coco(tmp_path / "a.json", dict.fromkeys(NAMES, (1, 2, 3, 4))))
    replace = ImportChoices(replace=True)
    workspace.exchange.import_labels("soda", coco(tmp_path / "b.json", {NAMES[1]: (7, 7, 7, 7)}), choices=replace)
    undone = workspace.exchange.undo_import(first.id)
    assert (undone.restored, undone.changed) == (1, 1)
    assert states(workspace, *NAMES) == [TaskState.INCOMPLETE, TaskState.COMPLETED]


def test_proposals_are_taken_back(workspace: Workspace, tmp_path: Path) -> None:
    file = coco(tmp_path / "a.json", dict.fromkeys(NAMES, (1, 2, 3, 4)))
    result = workspace.exchange.import_labels("soda", file, choices=ImportChoices(prelabel=True))
    assert all(workspace.tasks.get("soda", name).prelabeled for name in NAMES)
    assert workspace.exchange.undo_import(result.id).restored == 2
    assert not any(workspace.tasks.get("soda", name).prelabeled for name in NAMES)


def test_an_import_of_nothing_leaves_no_trace(workspace: Workspace, tmp_path: Path) -> None:
    result = workspace.exchange.import_labels("soda", coco(tmp_path / "a.json", {"none.jpg": (1, 2, 3, 4)}))
    assert (result.id, result.imported, result.nothing_taken) == (0, 0, True)
    assert workspace.exchange.imports() == ()
