"""Edits of classes and what takes them back: work in progress follows them as labels do that were there before."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.workspace.conftest import SIZE
from tests.workspace.test_class_edits import classes_of, numbers
from tests.workspace.test_reused_names import LEFT, edit_of, names_of
from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.model.edits import undone_words
from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Basis, Task
from tui_labeler.workspace import Workspace

COKE, DIET, SPRITE = "coke", "diet_coke", "sprite"


def taken_back(workspace: Workspace, *edits: Callable[[], object]) -> None:
    """These edits, and then each taken back, the newest first."""
    for edit in edits:
        edit()
    for record in workspace.edits.records("soda"):
        if not record.undone and not record.reverses:
            workspace.edits.undo(record.id, "eve")


@pytest.mark.parametrize("how", ["merge", "delete"])
def test_a_class_whose_name_was_another_ones_for_a_while_stays_itself(workspace: Workspace, how: str) -> None:
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task
    path, known = session.task.path, edit_of(workspace)
    second = workspace.tasks.get("soda", "image_00001.jpg")
    drawn = Labels(SIZE, (Region(SPRITE, LEFT),))
    workspace.queue.save_draft(second, "bob", encode(Draft.of(drawn)), class_edit=known)
    taken_back(
        workspace,
        lambda: (
            workspace.edits.merge_classes("soda", (SPRITE,), COKE, "eve")
            if how == "merge"
            else workspace.edits.delete_class("soda", SPRITE, "eve")
        ),
        lambda: workspace.edits.rename_class("soda", DIET, SPRITE, "eve"),
    )
    assert set(workspace.projects.specification("soda").classes.names) == {COKE, DIET, SPRITE}
    session.submit(Draft.of(drawn), SIZE)
    assert classes_of(workspace, path) == [SPRITE]
    kept = workspace.queue.load_draft(second, "bob")
    assert kept
    draft = decode(kept.body)
    assert draft
    assert names_of(draft) == [SPRITE]
    late = workspace.tasks.get("soda", "image_00002.jpg")
    workspace.queue.submit(late, "bob", drawn, basis=Basis(None, "late", known))
    assert classes_of(workspace, late.path) == [SPRITE]


def test_what_was_taken_back_and_done_again_stands(workspace: Workspace) -> None:
    known = edit_of(workspace)
    merged = workspace.edits.merge_classes("soda", (DIET,), SPRITE, "eve")
    renamed = workspace.edits.rename_class("soda", COKE, "cola", "eve")
    workspace.edits.undo(renamed.id, "eve")
    workspace.edits.undo(workspace.edits.records("soda")[0].id, "eve")
    again = workspace.edits.records("soda")[0]
    assert workspace.projects.specification("soda").classes.names == ("cola", SPRITE)
    task = workspace.tasks.get("soda", "image_00000.jpg")
    workspace.queue.submit(task, "ann", Labels(SIZE, (Region(COKE, LEFT),)), basis=Basis(None, "late", known))
    assert classes_of(workspace, task.path) == ["cola"]
    with pytest.raises(NotAllowed) as refused:
        workspace.edits.undo(merged.id, "eve")
    assert refused.value.mend == f"Take edit {again.id} back first: tui-labeler project edits soda --undo {again.id}"


def test_the_newest_of_several_edits_is_to_be_taken_back_first(workspace: Workspace) -> None:
    first = workspace.edits.rename_class("soda", COKE, "cola", "eve")
    workspace.edits.rename_class("soda", "cola", "colas", "eve")
    newest = workspace.edits.merge_classes("soda", (DIET,), SPRITE, "eve")
    with pytest.raises(NotAllowed) as refused:
        workspace.edits.undo(first.id, "eve")
    command = f"tui-labeler project edits soda --undo {newest.id}"
    assert refused.value.mend == f"Take 2 edits back, the newest first: {command}"


class _Walk:
    """Edits of three classes and their undoing at random. Before each step somebody submits labels of every class, and
    somebody else draws the same and submits nothing."""

    def __init__(self, workspace: Workspace, seed: int) -> None:
        self.workspace, self.chance = workspace, random.Random(seed)
        self.begun: list[tuple[Task, Task, Labels, int]] = []
        self.done: list[str] = []

    def classes(self) -> tuple[str, ...]:
        return self.workspace.projects.specification("soda").classes.names

    def begin(self, stored: Task, drawn: Task) -> None:
        labels = Labels(SIZE, tuple(Region(name, Box(n, 1, n + 9, 20)) for n, name in enumerate(self.classes(), 1)))
        self.workspace.queue.submit(stored, "ann", labels)
        self.begun.append((stored, drawn, labels, edit_of(self.workspace)))

    def step(self) -> None:
        edits, names = self.workspace.edits, self.classes()
        standing = [record for record in edits.records("soda") if not record.undone]
        can_undo = [record for record in standing if not record.reverses] or standing[:1]
        free = [name for name in (COKE, DIET, SPRITE) if name not in names] or ["x"]
        one, other = self.chance.sample([*names, ""], 2)
        how = self.chance.choice(["rename", "merge", "delete", *(["undo"] * min(3, len(can_undo)))])
        if how == "undo":
            with suppress(NotAllowed):  # a later one stands, or the name is another class's
                edits.undo(can_undo[0].id if self.chance.random() < 0.8 else standing[0].id, "eve")
        elif how == "rename":
            edits.rename_class("soda", one or names[0], self.chance.choice(free), "eve")
        elif how == "merge" and one and other:
            edits.merge_classes("soda", (one,), other, "eve")
        elif len(names) > 1:
            edits.delete_class("soda", one or names[0], "eve", with_labels=True)
        self.done.append(f"{how} {one} {other} → {','.join(self.classes())}")

    def compare(self) -> None:
        for stored, drawn, labels, known in self.begun:
            wanted = classes_of(self.workspace, stored.path)
            self.workspace.queue.save_draft(drawn, "bob", encode(Draft.of(labels)), class_edit=known)
            kept = self.workspace.queue.load_draft(drawn, "bob")
            assert kept
            draft = decode(kept.body)
            assert draft
            assert names_of(draft) == wanted, (labels.class_counts(), known, self.done)


@pytest.mark.parametrize("seed", range(12))
def test_work_in_progress_becomes_what_labels_became_that_were_stored(workspace: Workspace, seed: int) -> None:
    tasks = [workspace.tasks.get("soda", f"image_{number:05d}.jpg") for number in range(6)]
    walk = _Walk(workspace, seed)
    for stored in tasks[:5]:
        walk.begin(stored, tasks[5])
        for _ in range(5):
            walk.step()
        walk.compare()
    numbers(workspace)


def test_what_arrived_after_a_merge_is_named_when_it_is_taken_back(workspace: Workspace) -> None:
    """It is stored as the class that there was; no labeler may write what an edit does."""
    tasks = [workspace.tasks.get("soda", f"image_0000{number}.jpg") for number in range(4)]
    drawn = Labels(SIZE, (Region(COKE, LEFT),))
    workspace.queue.submit(tasks[0], "ann", drawn)
    workspace.queue.submit(tasks[1], "ann", Labels(SIZE, (Region(SPRITE, LEFT),)))
    known = edit_of(workspace)
    merged = workspace.edits.merge_classes("soda", (COKE,), SPRITE, "eve")
    workspace.queue.submit(tasks[2], "ann", drawn, basis=Basis(None, "late", known))
    workspace.queue.submit(tasks[3], "ann", Labels(SIZE, (Region(DIET, LEFT),)))
    undone = workspace.edits.undo(merged.id, "eve")
    assert (undone.restored, undone.kept, undone.submitted) == (1, 0, 1)
    assert [classes_of(workspace, task.path) for task in tasks[:3]] == [[COKE], [SPRITE], [SPRITE]]
    kept = "1 image submitted since keeps the class that was merged into, whatever was drawn"
    assert undone_words(undone) == kept
