"""Proposals for tasks: put, replaced, submitted, dropped, and counted right all the way."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workspace.conftest import COKE, SIZE, make_images, make_spec
from tui_labeler.model.edits import EditKind, TaskEdit
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Task, TaskFilter
from tui_labeler.store import counters
from tui_labeler.workspace import Workspace

GUESS = Labels(SIZE, (Region("coke", Box(1, 2, 30, 41), confidence=0.75, model="fewshot 1"),))
BY_MODEL = Prelabel(GUESS, "fewshot 1", 0.75)
BROUGHT = Prelabel(COKE, "coco import", by_model=False)


def all_tasks(workspace: Workspace) -> tuple[Task, ...]:
    return workspace.tasks.page("soda", TaskFilter(), 0, 100)


def counted(workspace: Workspace) -> int:
    """The dashboard's number; it has to be what counting anew gives."""
    shown = workspace.projects.status("soda").queue.prelabeled
    with workspace._database.write() as tx:
        counters.recount_states(tx, 1)
    assert workspace.projects.status("soda").queue.prelabeled == shown
    return shown


def test_a_proposal_waits_and_becomes_history(workspace: Workspace) -> None:
    first, second = all_tasks(workspace)[:2]
    assert workspace.proposals.put("soda", [(first, BY_MODEL), (second, BY_MODEL)]) == 2
    assert counted(workspace) == 2
    assert workspace.projects.status("soda").queue.manual == 4
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease is not None
    assert lease.task.prelabeled
    prelabel = workspace.proposals.get(lease.task)
    assert prelabel is not None
    assert (prelabel.labels, prelabel.source, prelabel.confidence, prelabel.by_model) == (
        GUESS,
        "fewshot 1",
        0.75,
        True,
    )
    assert prelabel.at > 0
    workspace.queue.submit(lease.task, "ann", COKE, "t")
    assert counted(workspace) == 1
    assert workspace.proposals.get(lease.task) == prelabel, "what was proposed stays to be compared"
    counts = workspace.proposals.counts("soda")
    assert (counts.waiting, counts.past) == (1, 1)
    assert workspace.proposals.put("soda", [(first, BY_MODEL)]) == 0, "a submitted task takes no proposal"


def test_a_model_never_replaces_what_a_person_brought_along(workspace: Workspace) -> None:
    task = all_tasks(workspace)[0]
    assert workspace.proposals.put("soda", [(task, BY_MODEL)]) == 1
    assert workspace.proposals.put("soda", [(task, BROUGHT)]) == 1
    assert workspace.proposals.put("soda", [(task, BY_MODEL)]) == 0
    assert workspace.proposals.drop_of_models("soda") == 0
    prelabel = workspace.proposals.get(task)
    assert prelabel is not None
    assert prelabel.source == "coco import"
    assert counted(workspace) == 1
    assert workspace.proposals.drop(task)
    assert not workspace.proposals.drop(task)
    assert counted(workspace) == 0


def test_labels_that_the_project_does_not_take_change_nothing(workspace: Workspace) -> None:
    first, second = all_tasks(workspace)[:2]
    wrong = msgspec.structs.replace(BY_MODEL, labels=Labels(SIZE, (Region("fanta", Box(0, 0, 9, 9)),)))
    nan = msgspec.structs.replace(BY_MODEL, labels=Labels(SIZE, (Region("coke", Box(0, 0, float("nan"), 9)),)))
    for bad in (wrong, nan, msgspec.structs.replace(BY_MODEL, confidence=float("nan"))):
        with pytest.raises(BadInput, match="image_00001"):
            workspace.proposals.put("soda", [(first, BY_MODEL), (second, bad)])
    assert counted(workspace) == 0


def test_a_changed_image_loses_its_proposal_and_a_vanished_one_its_place(workspace: Workspace, images: Path) -> None:
    workspace.proposals.put("soda", [(task, BY_MODEL) for task in all_tasks(workspace)])
    os.utime(images / "image_00000.jpg", (1, 1))
    (images / "image_00001.jpg").unlink()
    workspace.projects.refresh("soda")
    assert counted(workspace) == 4
    changed, vanished = all_tasks(workspace)[:2]
    assert workspace.proposals.get(changed) is None
    assert not changed.prelabeled
    assert workspace.proposals.drop(vanished)
    make_images(images, 6)
    workspace.projects.refresh("soda")
    counted(workspace)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["model", "brought", "submit", "skip", "drop", "drop all"]), st.integers(0, 5)))
)
def test_the_count_is_right_whatever_happens(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("w")
    workspace = Workspace(folder / "w.db", folder / "x")
    workspace.datasets.add_datastore("cans", str(make_images(folder / "images", 6)))
    workspace.projects.create(make_spec())
    tasks = all_tasks(workspace)
    for what, index in steps:
        task = tasks[index]
        if what in ("model", "brought"):
            workspace.proposals.put("soda", [(task, BY_MODEL if what == "model" else BROUGHT)])
        elif what == "drop":
            workspace.proposals.drop(task)
        elif what == "drop all":
            workspace.proposals.drop_of_models("soda")
        else:
            workspace.queue.submit(task, "ann", COKE if what == "submit" else None)
    waiting = workspace.proposals.counts("soda").waiting
    assert counted(workspace) == waiting
    workspace.close()


def test_boxes_too_unsure_to_show_reach_whoever_labels_and_count_as_nothing(workspace: Workspace) -> None:
    first = all_tasks(workspace)[0]
    unsure = (Box(40, 40, 60.5, 70.0), Box(5, 5, 9, 9))
    entry = msgspec.structs.replace(BY_MODEL, candidates=unsure)
    assert workspace.proposals.put("soda", [(first, entry)]) == 1
    session = workspace.sessions.labeling("soda", "ann")
    session.begin()
    assert session.task is not None
    assert session.task.id == first.id
    assert session.proposed == GUESS
    assert session.candidates == unsure
    session.submit(session.start, SIZE)
    assert session.candidates == (), "those are of the image before"
    assert workspace.assist.use("soda").proposed == 1
    assert workspace.proposals.past("soda", "fewshot 1", 5) == ((GUESS, Labels(SIZE)),)
    assert workspace.proposals.training_labels("soda", 5)[0][2] == GUESS.regions


def test_a_proposal_that_nobody_saw_does_not_wait_again(workspace: Workspace) -> None:
    task = all_tasks(workspace)[0]
    workspace.proposals.put("soda", [(task, BY_MODEL)])
    workspace.queue.submit(task, "ann", COKE)  # as an import or another client does: it was never open
    assert not workspace.tasks.get("soda", task.path).prelabeled
    workspace.edits.apply("soda", [task.id], TaskEdit(EditKind.UNLABEL), "ann")
    assert counted(workspace) == workspace.proposals.counts("soda").waiting == 0
