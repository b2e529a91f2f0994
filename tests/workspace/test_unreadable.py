"""Rows that nobody can read: of a file that was damaged, or that another program wrote. Each costs itself, and is named."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE, SIZE, make_spec
from tui_labeler.model.errors import NotFound, StorageError
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.progress import Step
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import Submission, Task, TaskFilter, TaskOrder, TaskState
from tui_labeler.model.transfers import ExportOptions
from tui_labeler.model.workforce import Workforce
from tui_labeler.workspace import Workspace, upkeep

DAMAGED = (
    "",
    "no JSON",
    "[]",
    '{"size":[64,48]',
    '{"size":[64,0]}',
    '{"size":[64,48],"regions":[{"name":"coke"}]}',
    '{"size":[64,48],"regions":[{"name":"coke","box":[1,2,3,1e999]}]}',
    '{"size":[64,48],"more":' + "[" * 100_000 + "]" * 100_000 + "}",
)


def damage(workspace: Workspace, table: str, column: str, text: str, where: str = "1 = 1") -> None:
    """As another program would, or a disk; not even a server's rules are in its way."""
    with workspace._database.write() as tx:
        if tx.dialect.kind == "postgres":
            tx.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        assert tx.run(f"UPDATE {table} SET {column} = ? WHERE {where}", text)


def said(workspace: Workspace) -> list[str]:
    """What a check of the workspace says."""
    return [fault.words for fault in workspace.upkeep.check()]


def labeled(workspace: Workspace, count: int = 3, who: str = "ann", project: str = "soda") -> list[Task]:
    tasks = []
    for _ in range(count):
        lease = workspace.queue.claim(project, who, f"{who}s")
        assert lease
        workspace.queue.submit(lease.task, who, COKE, f"{who}s")
        tasks.append(lease.task)
    return tasks


def labels_of(workspace: Workspace, task: Task) -> str:
    return f"id = (SELECT label_id FROM task WHERE id = {task.id})"


def test_a_move_brings_along_what_cannot_be_read(
    workspace: Workspace, address: Path | str, postgres: Server, home: Path
) -> None:
    """Onto a server that would take it from nobody else."""
    labeled(workspace, 2)
    damage(workspace, "submission", "labels", "x", "id = (SELECT MIN(id) FROM submission)")
    workspace.queue.give_back("anns")
    target = postgres.fresh()
    upkeep.move(address, target, home)
    moved = Workspace(target, home / "exports", folder=home)
    assert [entry.is_unreadable for entry in all_history(moved)] == [True, False]
    assert sum("cannot be read" in line for line in said(moved)) == 1
    moved.close()


def all_history(workspace: Workspace) -> list[Submission]:
    tasks = workspace.tasks.page("soda", TaskFilter(state=TaskState.COMPLETED), 0, 10)
    return [workspace.tasks.history(task)[0] for task in tasks]


@pytest.mark.parametrize("text", DAMAGED, ids=range(len(DAMAGED)))
def test_the_labels_of_one_image_cost_that_image_alone(workspace: Workspace, text: str) -> None:
    task, *others = labeled(workspace)
    damage(workspace, "submission", "labels", text, labels_of(workspace, task))
    page = workspace.tasks.page("soda", TaskFilter(state=TaskState.COMPLETED), 0, 10)
    counting = workspace.tasks.counting(page)
    assert [counting[row.id].is_unreadable for row in page] == [True, False, False]
    assert [counting[row.id].labels for row in page] == [None, COKE, COKE]
    entry = workspace.tasks.current_labels(page[0])
    assert entry
    assert (entry.labels, entry.is_unreadable, entry.labeler) == (None, True, "ann")
    assert workspace.tasks.history(task)[0].is_unreadable
    assert workspace.tasks.recent_regions("soda") == COKE.regions * 2
    assert len(workspace.tasks.sorted_ids("soda", TaskFilter(), TaskOrder.LABELS)) == 6
    assert workspace.proposals.training_labels("soda", 10) == tuple((one.path, COKE, ()) for one in others)
    assert workspace.quality.find_mistakes("soda") is not None
    (problem,) = [line for line in said(workspace) if "cannot be read" in line]
    assert f"labels of “{task.path}” in “soda”, by ann, cannot be read" in problem
    assert "Label it anew" in problem


def test_an_export_counts_and_names_what_it_cannot_read(workspace: Workspace, tmp_path: Path) -> None:
    task, *_ = labeled(workspace)
    first = workspace.exchange.export("soda", "coco")
    damage(workspace, "submission", "labels", "{", labels_of(workspace, task))
    result = workspace.exchange.export("soda", "coco", options=ExportOptions())
    assert (result.rows, result.left_out["unreadable_labels"], result.unreadable) == (2, 1, (task.path,))
    assert task.path in result.unreadable_words
    assert workspace.exchange.exports()[0].unreadable == (task.path,)
    with pytest.raises(StorageError, match=f"“{task.path}” cannot be read: the workspace is damaged"):
        workspace.exchange.export_again(first.name, tmp_path)
    assert not list(tmp_path.glob("soda_*")), "nothing half-written"
    damage(workspace, "submission", "labels", "{")
    with pytest.raises(Exception, match=r"There is nothing to export: labels of .* cannot be read"):
        workspace.exchange.export("soda", "coco")


def test_labels_of_another_kind_are_left_out_and_named(workspace: Workspace) -> None:
    """They can be read, and no format could write them."""
    task, *_ = labeled(workspace)
    for text in ('{"size":[64,48],"tags":["coke"]}', '{"size":[64,48],"regions":[{"name":"coke","box":[9,9,3,4]}]}'):
        damage(workspace, "submission", "labels", text, labels_of(workspace, task))
        for name in ("azureml", "coco", "openimages"):
            result = workspace.exchange.export("soda", name)
            assert (result.rows, result.left_out["impossible_labels"], result.unreadable) == (2, 1, (task.path,))
        lines = [line for line in said(workspace) if "none that the project takes" in line]
        assert len(lines) == 1
        assert f"“{task.path}” in “soda”, by ann," in lines[0]


def test_labeled_anew_it_is_mended(workspace: Workspace) -> None:
    task, *_ = labeled(workspace)
    damage(workspace, "submission", "labels", "x", labels_of(workspace, task))
    before = workspace.projects.status("soda")
    session = workspace.sessions.labeling("soda", "bob")
    session.open(task.path)
    assert session.start.regions == ()
    session.submit(session.start.added(COKE.regions[0]), SIZE)
    session.end()
    after = workspace.projects.status("soda")
    assert (after.completed, after.labelers) == (before.completed, {"ann": 2, "bob": 1})
    assert not [line for line in said(workspace) if "cannot be read" in line]


def test_classes_are_changed_around_it(workspace: Workspace) -> None:
    tasks = labeled(workspace)
    damage(workspace, "submission", "labels", '"name":"coke"', labels_of(workspace, tasks[0]))
    workspace.edits.rename_class("soda", "coke", "cola", "ann")
    assert workspace.tasks.recent_regions("soda")[0].name == "cola"
    entry = workspace.tasks.current_labels(workspace.tasks.get("soda", tasks[0].path))
    assert entry
    assert entry.is_unreadable


def test_proposals_that_cannot_be_read_are_none(workspace: Workspace) -> None:
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease
    workspace.queue.give_back("t")
    assert workspace.proposals.put("soda", [(lease.task, Prelabel(COKE, "model", 0.5, by_model=True))]) == 1
    damage(workspace, "prelabel", "labels", '{"size":[0,0]}')
    assert workspace.proposals.get(lease.task) is None
    assert any(f"proposed for “{lease.task.path}”" in line for line in said(workspace))
    labeled(workspace, 1)
    assert workspace.proposals.past("soda", "model", 10) == ()
    assert not said(workspace)


def several(workspace: Workspace) -> Workspace:
    spec = msgspec.structs.replace(make_spec("twice"), workforce=Workforce(labels=2, review=1.0, gold_every=50))
    workspace.projects.create(spec)
    return workspace


def test_answers_and_known_labels_that_cannot_be_read(workspace: Workspace) -> None:
    several(workspace)
    (task,) = labeled(workspace, 1, "ann", "twice")
    damage(workspace, "submission", "labels", "x")
    assert workspace.quality.answers(task) == {"ann": None}
    session = workspace.sessions.labeling("twice", "ann")
    session.open(task.path)
    assert session.start.regions == ()
    session.end()
    assert any("by ann cannot be read, and counts as a skip" in line for line in said(workspace))
    labeled(workspace, 1, "bob", "twice")
    workspace.gold.add("twice", task.path, "rita", COKE)
    damage(workspace, "gold", "labels", "x")
    assert workspace.gold.contains(task), "so that it can be withdrawn"
    assert any(f"known labels of “{task.path}” in “twice” cannot be read" in line for line in said(workspace))
    workspace.gold.remove("twice", task.path, "rita")
    assert workspace.quality.figures("twice").compared == 1


def test_review_passes_over_it_and_comes_to_the_others(workspace: Workspace) -> None:
    spec = msgspec.structs.replace(make_spec("seen"), workforce=Workforce(review=1.0))
    workspace.projects.create(spec)
    tasks = labeled(workspace, 4, "ann", "seen")
    for task in tasks[:2]:
        damage(workspace, "submission", "labels", "x", labels_of(workspace, task))
    assert [item.path for item in workspace.review.waiting("seen", "rita", 1)] == [tasks[2].path]
    assert len(workspace.review.waiting("seen", "rita", 9)) == 2
    damage(workspace, "review", "state", "well", f"task_id = {tasks[3].id}")
    assert workspace.review.standing(tasks[3]) is None
    assert any("state of review that there is not" in line for line in said(workspace))


def test_figures_of_quality_that_cannot_be_read(workspace: Workspace) -> None:
    several(workspace)
    labeled(workspace, 1, "ann", "twice")
    labeled(workspace, 1, "bob", "twice")
    before = workspace.quality.figures("twice")
    for number, key in enumerate(
        ("x", "[]", '["pair","ann"]', '["fleiss","many","units"]', '["alpha","x","y"]', "[1]")
    ):
        with workspace._database.write() as tx:
            if tx.dialect.kind == "postgres":
                tx.run("ALTER TABLE figure DISABLE TRIGGER USER")
            tx.run("INSERT INTO figure (project_id, key, n) SELECT MAX(id), ?, 1 FROM project", key)
        assert workspace.quality.figures("twice") == before
        assert sum("figures of quality of “twice”" in line for line in said(workspace)) == number + 1


def test_a_project_that_cannot_be_read_leaves_the_others(workspace: Workspace) -> None:
    workspace.projects.create(make_spec("other"))
    damage(workspace, "project", "spec", "x", "name = 'other'")
    assert {summary.name for summary in workspace.projects.summaries()} == {"soda", "other"}
    assert set(workspace.projects.news()) == {"soda", "other"}
    with pytest.raises(StorageError, match="“other” is like cannot be read"):
        workspace.projects.status("other")
    labeled(workspace)
    assert any("project “other” is like" in line for line in said(workspace))


def test_exports_edits_and_drafts_that_cannot_be_read(workspace: Workspace) -> None:
    tasks = labeled(workspace)
    kept, damaged = workspace.exchange.export("soda"), workspace.exchange.export("soda", "coco")
    damage(workspace, "export", "result", "x", f"name = '{damaged.name}'")
    assert workspace.exchange.exports() == (kept,)
    workspace.edits.rename_class("soda", "coke", "cola", "ann")
    damage(workspace, "edit", "mapping", "x")
    workspace.queue.save_draft(tasks[0], "bob", "x")
    lines = [line for line in said(workspace) if "cannot be read" in line]
    assert len(lines) == 3, lines
    assert any(damaged.name in line for line in lines)
    edit = workspace.edits.records("soda")[0]
    with pytest.raises(StorageError, match="the workspace is damaged"):
        workspace.edits.undo(edit.id, "ann")


def test_many_are_counted(workspace: Workspace) -> None:
    labeled(workspace, 6)
    with workspace._database.write() as tx:
        for name in ("answer", "submission"):
            if tx.dialect.kind == "postgres":
                tx.run(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        tx.run("UPDATE submission SET labels = 'x'")
        tx.many(
            "INSERT INTO draft (task_id, labeler, body, changed, project_id) SELECT MIN(id), ?, 'x', 0, 1 FROM task",
            [(f"bob {n}",) for n in range(30)],
        )
    assert "10 more drafts cannot be read." in said(workspace)


def test_a_copy_brings_along_what_cannot_be_read(workspace: Workspace, home: Path) -> None:
    labeled(workspace, 1)
    damage(workspace, "submission", "labels", "x")
    home.mkdir(exist_ok=True)
    workspace.upkeep.backup(home / "copy.db")
    copy = Workspace(home / "copy.db", home / "exports", folder=home)
    assert copy.tasks.history(copy.tasks.page("soda", TaskFilter(), 0, 1)[0])[0].is_unreadable
    copy.close()


def test_labels_that_can_be_read_are_read(workspace: Workspace) -> None:
    polygon = Labels(Size(64, 48), (Region("coke", None, ((1, 1), (9, 1), (9, 9))), Region("coke", Box(1, 1, 2, 2))))
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease
    workspace.queue.submit(lease.task, "ann", Labels(Size(1, 1)), "t")
    assert workspace.tasks.history(lease.task)[0].labels == Labels(Size(1, 1))
    with workspace._database.write() as tx:
        tx.run("UPDATE submission SET labels = ?", msgspec.json.encode(polygon).decode())
    assert workspace.tasks.history(lease.task)[0].labels == polygon


def test_labels_that_break_the_projects_rules_are_left_out_and_named(workspace: Workspace) -> None:
    """A server stores them for whoever sends them by SQL."""
    task, *_ = labeled(workspace)
    region = '{"name":"coke","box":[1,2,9,9]}'
    for text in (
        '{"size":[64,48],"regions":[{"name":"pepsi","box":[1,2,9,9]}]}',
        '{"size":[64,48],"regions":[{"name":"","box":[1,2,9,9]}]}',
        '{"size":[64,48],"regions":[{"name":"co\\u001b[2Jke","box":[1,2,9,9]}]}',
        '{"size":[1000000000000000000000000000000,48],"regions":[' + region + "]}",
        '{"size":[64,48],"regions":[{"name":"coke","points":[[1,2],[9,9],[1,9]]}]}',
        '{"size":[64,48],"regions":[{"name":"coke","box":[1,2,9,9],"points":[[1,2],[9,9],[1,9]]}]}',
    ):
        damage(workspace, "submission", "labels", text, labels_of(workspace, task))
        result = workspace.exchange.export("soda", "azureml")
        left = result.left_out.get("impossible_labels", 0) + result.left_out.get("unreadable_labels", 0)
        assert (result.rows, left, result.unreadable) == (2, 1, (task.path,)), text
        (line,) = [
            line for line in said(workspace) if "none that the project takes" in line or "cannot be read, and" in line
        ]
        assert f"“{task.path}” in “soda”, by ann," in line


def test_rows_of_what_is_gone_are_named_by_check_and_backup(workspace: Workspace, home: Path) -> None:
    task, *_ = labeled(workspace)
    with workspace._database.write() as tx:
        if tx.dialect.kind == "postgres":
            tx.run("SET LOCAL session_replication_role = replica")
            tx.run("DELETE FROM task WHERE id = ?", task.id)
    if workspace._database.dialect.kind == "sqlite":
        workspace.close()
        with closing(sqlite3.connect(home / "workspace.db")) as other:  # knows of no foreign keys
            other.execute("DELETE FROM task WHERE id = ?", (task.id,))
            other.commit()
        workspace = Workspace(home / "workspace.db", home / "exports")
    words = f"1 row of submission belongs to a task that is gone (such as {task.id})."
    assert words in said(workspace)
    home.mkdir(exist_ok=True)
    with pytest.raises(StorageError, match="It cannot be copied: 1 row of submission belongs to a task") as refused:
        workspace.upkeep.backup(home / "copy.db")
    assert refused.value.mend == "All such: tui-labeler workspace check."
    assert not [path.name for path in home.iterdir() if "copy" in path.name]


def test_an_export_of_a_project_that_is_deleted_meanwhile_leaves_nothing(workspace: Workspace, home: Path) -> None:
    labeled(workspace)

    owner = threading.Thread(target=lambda: workspace.projects.delete("soda"))

    def deletes(step: Step, done: int, total: int) -> None:
        if owner.ident is None:
            owner.start()
            owner.join()

    with pytest.raises(NotFound, match="“soda” was deleted meanwhile"):
        workspace.exchange.export("soda", "coco", progress=deletes)
    assert not list((home / "exports").glob("*"))
    assert workspace.exchange.exports() == ()
