"""Classes change, labels follow, and the history keeps what was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.workspace.conftest import COKE, SIZE
from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.model.edits import EditKind, TaskEdit
from tui_labeler.model.errors import BadInput, NotAllowed, NotFound
from tui_labeler.model.geometry import Box
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Basis, Status, TaskFilter, TaskOrder, TaskState
from tui_labeler.store.checking import problems
from tui_labeler.workspace import Workspace

BOTH = Labels(SIZE, (Region("coke", Box(1, 2, 30, 40)), Region("sprite", Box(5, 6, 20, 30))))
NAMES = [f"image_{number:05d}.jpg" for number in range(4)]


@pytest.fixture
def labeled(workspace: Workspace) -> Workspace:
    """Four images: one by ann, two by bob, one skipped."""
    for name, who, labels in zip(NAMES, ("ann", "bob", "bob", "bob"), (COKE, BOTH, COKE, None), strict=True):
        workspace.queue.submit(workspace.tasks.get("soda", name), who, labels)
    return workspace


def classes_of(workspace: Workspace, name: str) -> list[str]:
    entry = workspace.tasks.current_labels(workspace.tasks.get("soda", name))
    return [region.name for region in entry.labels.regions] if entry and entry.labels else []


def numbers(workspace: Workspace) -> dict[str, object]:
    """The dashboard's numbers, after a check that a count gives the same."""
    with workspace._database.read() as tx:
        assert list(problems(tx, lambda n: None)) == []
    status: Status = workspace.projects.status("soda")
    wanted = ("completed", "skipped", "stale", "incomplete", "classes", "labelers", "activity")
    return {key: getattr(status, key) for key in wanted}


def exported(workspace: Workspace, folder: Path) -> str:
    result = workspace.exchange.export("soda", "coco", folder)
    return (Path(result.path) / result.files[0]).read_text()


def test_a_class_is_renamed_and_its_labels_follow(labeled: Workspace, tmp_path: Path) -> None:
    before = numbers(labeled)
    task = labeled.tasks.get("soda", NAMES[1])
    submitted = labeled.tasks.current_labels(task)
    record = labeled.edits.rename_class("soda", "coke", "cola", "eve")
    assert (record.images, record.labels, record.who) == (3, 3, "eve")
    assert labeled.projects.specification("soda").classes.names == ("cola", "diet_coke", "sprite")
    assert classes_of(labeled, NAMES[1]) == ["cola", "sprite"]
    after = numbers(labeled)
    assert after == before | {"classes": {"cola": 3, "diet_coke": 0, "sprite": 1}}, "who labeled, and when, stays"
    history = labeled.tasks.history(task)
    assert [entry.labels and entry.labels.regions[0].name for entry in history] == ["cola", "coke"]
    assert history[1] == submitted
    assert [entry.at for entry in history] == [history[1].at] * 2
    assert [category["name"] for category in json.loads(exported(labeled, tmp_path))["categories"]] == [
        "cola",
        "diet_coke",
        "sprite",
    ]


def test_an_export_of_before_is_written_again_as_it_was(labeled: Workspace, tmp_path: Path) -> None:
    result = labeled.exchange.export("soda", "coco", tmp_path / "first")
    labeled.edits.rename_class("soda", "coke", "cola", "eve")
    again = labeled.exchange.export_again(result.name, tmp_path / "again")
    file = result.files[0]
    assert (Path(again.path) / file).read_bytes() == (Path(result.path) / file).read_bytes()


def test_what_was_labeled_since_is_renamed_back_too(labeled: Workspace) -> None:
    before = numbers(labeled)
    record = labeled.edits.rename_class("soda", "coke", "cola", "eve")
    cola = Labels(SIZE, (Region("cola", Box(3, 3, 9, 9)),))
    labeled.queue.submit(labeled.tasks.get("soda", NAMES[0]), "ann", cola)
    undone = labeled.edits.undo(record.id, "eve")
    assert (undone.restored, undone.kept) == (3, 0)
    assert classes_of(labeled, NAMES[0]) == classes_of(labeled, NAMES[2]) == ["coke"]
    assert numbers(labeled)["classes"] == before["classes"]
    with pytest.raises(NotAllowed, match="taken back already"):
        labeled.edits.undo(record.id, "eve")


def test_subclasses_go_with_their_parent(labeled: Workspace) -> None:
    spec = labeled.projects.specification("soda")
    wider = msgspec.structs.replace(spec.classes, names=(*spec.classes.names, "coke/cherry"))
    labeled.projects.change("soda", msgspec.structs.replace(spec, classes=wider))
    labeled.edits.rename_class("soda", "coke", "cola", "eve")
    assert labeled.projects.specification("soda").classes.names == ("cola", "diet_coke", "sprite", "cola/cherry")


def test_two_classes_become_one_and_come_apart_again(labeled: Workspace) -> None:
    before = numbers(labeled)
    record = labeled.edits.merge_classes("soda", ("sprite",), "coke", "eve")
    assert labeled.projects.specification("soda").classes.names == ("coke", "diet_coke")
    assert (record.images, record.labels) == (1, 1)
    assert numbers(labeled) == before | {"classes": {"coke": 4, "diet_coke": 0}}
    labeled.edits.undo(record.id, "eve")
    assert labeled.projects.specification("soda").classes.names == ("coke", "diet_coke", "sprite")
    assert numbers(labeled) == before
    assert classes_of(labeled, NAMES[1]) == ["coke", "sprite"]


def test_a_class_goes_with_its_labels_only_when_that_is_said(labeled: Workspace) -> None:
    before = numbers(labeled)
    assert labeled.edits.usage("soda", "coke") == (3, 3)
    with pytest.raises(NotAllowed, match="has 3 labels on 3 images"):
        labeled.edits.delete_class("soda", "coke", "eve")
    labeled.edits.delete_class("soda", "diet_coke", "eve")
    record = labeled.edits.delete_class("soda", "coke", "eve", with_labels=True)
    assert numbers(labeled) == before | {"classes": {"sprite": 1}}, "an image without objects stays completed"
    with pytest.raises(BadInput, match="only label class"):
        labeled.edits.delete_class("soda", "sprite", "eve", with_labels=True)
    undone = labeled.edits.undo(record.id, "eve")
    assert (undone.restored, undone.kept) == (3, 0)
    assert numbers(labeled) == before | {"classes": {"coke": 3, "sprite": 1}}


def test_what_is_wrong_changes_nothing(labeled: Workspace) -> None:
    before = numbers(labeled)
    for wrong, error in (
        (lambda: labeled.edits.rename_class("soda", "pepsi", "cola", "eve"), NotFound),
        (lambda: labeled.edits.rename_class("soda", "coke", "sprite", "eve"), BadInput),
        (lambda: labeled.edits.rename_class("soda", "coke", " x", "eve"), BadInput),
        (lambda: labeled.edits.merge_classes("soda", ("coke",), "coke", "eve"), BadInput),
        (lambda: labeled.edits.reorder_classes("soda", ("coke", "coke"), "eve"), BadInput),
    ):
        with pytest.raises(error):
            wrong()
    assert numbers(labeled) == before
    assert labeled.edits.records("soda") == ()


def test_edits_of_classes_are_taken_back_from_the_end(labeled: Workspace) -> None:
    merged = labeled.edits.merge_classes("soda", ("sprite",), "coke", "eve")
    renamed = labeled.edits.rename_class("soda", "coke", "cola", "eve")
    with pytest.raises(NotAllowed, match=f"Take edit {renamed.id} back first"):
        labeled.edits.undo(merged.id, "eve")
    labeled.edits.undo(renamed.id, "eve")
    labeled.edits.undo(merged.id, "eve")
    assert classes_of(labeled, NAMES[1]) == ["coke", "sprite"]


def test_the_order_is_taken_back(labeled: Workspace) -> None:
    record = labeled.edits.reorder_classes("soda", ("sprite",), "eve")
    assert labeled.projects.specification("soda").classes.names == ("sprite", "coke", "diet_coke")
    labeled.edits.undo(record.id, "eve")
    assert labeled.projects.specification("soda").classes.names == ("coke", "diet_coke", "sprite")


def test_who_labels_meanwhile_loses_nothing(labeled: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    """A session that began before goes on with the names that it knows: what it submits has those of now."""
    bob = open_workspace()
    lease = bob.queue.take(bob.tasks.get("soda", NAMES[2]), "bob", "token")
    proposed = Prelabel(COKE, "model", 0.5, by_model=False, at=1.0)
    bob.proposals.put("soda", [(bob.tasks.get("soda", "image_00004.jpg"), proposed)])
    bob.queue.save_draft(lease.task, "bob", encode(Draft.of(BOTH)), label_id=lease.task.label_id)
    labeled.edits.rename_class("soda", "coke", "cola", "eve")
    kept = bob.queue.load_draft(lease.task, "bob")
    assert kept is not None
    draft = decode(kept.body)
    assert draft is not None
    assert [region.name for region in draft.regions] == ["cola", "sprite"]
    prelabel = bob.proposals.get(bob.tasks.get("soda", "image_00004.jpg"))
    assert prelabel is not None
    assert prelabel.labels.regions[0].name == "cola"
    bob.proposals.put("soda", [(bob.tasks.get("soda", "image_00005.jpg"), proposed)])
    bob.queue.submit(lease.task, "bob", BOTH, "token", basis=Basis(lease.task.label_id, "sent"))
    assert classes_of(labeled, NAMES[2]) == ["cola", "sprite"]
    with pytest.raises(BadInput, match="not a label class"):
        bob.queue.submit(lease.task, "bob", Labels(SIZE, (Region("pepsi", Box(1, 1, 2, 2)),)))
    numbers(labeled)


# Many tasks


def test_many_are_skipped_reopened_and_unlabeled(labeled: Workspace) -> None:
    before = numbers(labeled)
    ids = [labeled.tasks.get("soda", name).id for name in NAMES]
    for name, changed in ((EditKind.SKIP, 3), (EditKind.REOPEN, 4), (EditKind.UNLABEL, 4)):
        expected = labeled.edits.preview("soda", ids, TaskEdit(name), "eve")
        assert numbers(labeled) == before, "looking changes nothing"
        record = labeled.edits.apply("soda", ids, TaskEdit(name), "eve")
        assert (record.images, record.passed) == (expected.images, expected.passed) == (changed, 0), name
        assert record.words == expected.words == labeled.edits.records("soda")[0].words
        assert numbers(labeled) != before
        undone = labeled.edits.undo(record.id, "eve")
        assert (undone.restored, undone.kept) == (changed, 0)
        assert numbers(labeled) == before, name
    assert [entry.labeler for entry in labeled.tasks.history(labeled.tasks.get("soda", NAMES[0]))] == ["eve", "ann"]


def test_a_class_changes_on_what_a_filter_lets_through(labeled: Workspace) -> None:
    record = labeled.edits.apply(
        "soda", TaskFilter(labeler="bob"), TaskEdit(EditKind.RECLASS, "coke", "diet_coke"), "eve"
    )
    assert (record.images, record.labels, record.words) == (2, 2, "“coke” became “diet_coke”: 2 labels on 2 images")
    assert numbers(labeled)["classes"] == {"coke": 1, "diet_coke": 2, "sprite": 1}
    assert numbers(labeled)["labelers"] == {"bob": 2, "ann": 1}
    labeled.queue.submit(labeled.tasks.get("soda", NAMES[1]), "ann", COKE)
    undone = labeled.edits.undo(record.id, "eve")
    assert (undone.restored, undone.kept) == (1, 1), "what somebody labeled since stays"
    assert numbers(labeled)["classes"] == {"coke": 3, "diet_coke": 0, "sprite": 0}


def test_what_somebody_has_open_is_passed_over(labeled: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    bob = open_workspace()
    bob.queue.take(bob.tasks.get("soda", NAMES[0]), "bob", "token")
    record = labeled.edits.apply("soda", TaskFilter(state=TaskState.COMPLETED), TaskEdit(EditKind.UNLABEL), "eve")
    assert (record.images, record.passed) == (2, 1)
    assert labeled.tasks.get("soda", NAMES[0]).state is TaskState.COMPLETED
    numbers(labeled)


def test_nothing_to_do_is_no_edit(labeled: Workspace) -> None:
    assert labeled.edits.apply("soda", TaskFilter(state=TaskState.SKIPPED), TaskEdit(EditKind.SKIP), "eve").id == 0
    assert labeled.edits.records("soda") == ()


def test_rows_are_sorted_by_each_column(labeled: Workspace) -> None:
    def order(column: TaskOrder, backwards: bool = False, **chosen: str) -> list[str]:
        ids = labeled.tasks.sorted_ids("soda", TaskFilter(**chosen), column, backwards)
        return [task.path[9:11] for task in labeled.tasks.of_ids("soda", ids)]

    everything = order(TaskOrder.IMAGE)
    assert order(TaskOrder.IMAGE, backwards=True) == everything[::-1]
    assert order(TaskOrder.STATE) == [*everything[:3], *everything[4:], "03"]
    assert order(TaskOrder.LABELS, backwards=True)[:4] == ["01", "00", "02", "03"]
    assert order(TaskOrder.LABELER, backwards=True)[:4] == ["01", "02", "03", "00"]
    assert order(TaskOrder.WHEN, backwards=True)[:4] == ["03", "02", "01", "00"]
    assert order(TaskOrder.WHEN, labeler="bob") == ["01", "02", "03"]
