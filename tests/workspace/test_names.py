"""Looking for a part of a name: the same tasks as by a look at every one, and few of them looked at."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import make_images, make_spec
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.store import blocks, filtering, names, projects
from tui_labeler.workspace import Workspace

FIRST = "image_00000.jpg"


@pytest.fixture
def workspace(open_workspace: Callable[[], Workspace], tmp_path: Path) -> Workspace:
    opened = open_workspace()
    opened.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 1)))
    opened.projects.create(make_spec())
    return opened


def put(workspace: Workspace, paths: list[str], bring_in: bool = True) -> None:
    """Tasks with these names, without images."""
    with workspace._database.write() as tx:
        project_id, last = projects.project(tx, "soda").id, blocks.last_id(tx)
        rows = ((project_id, path, TaskState.INCOMPLETE.value) for path in paths)
        tx.many("INSERT INTO task (project_id, path, size, version, state) VALUES (?, ?, 0, '', ?)", rows)
        blocks.count_added(tx, project_id, last)
        if bring_in:
            names.add(tx, project_id)


def looked_through(workspace: Workspace, name: str) -> int:
    """How many ids are looked at; all of them where there is no other way."""
    with workspace._database.read() as tx:
        ranges = names.ranges(tx, projects.project(tx, "soda").id, name)
        return blocks.last_id(tx) if ranges is None else sum(last - first + 1 for first, last in ranges)


def test_the_same_as_a_look_at_every_name(workspace: Workspace) -> None:
    draw = random.Random(4)
    letters = "abAB0123éÉß_“\n%/^[]*?\\"
    paths = [f"{''.join(draw.choices(letters, k=draw.randint(1, 12)))}{n:04d}" for n in range(700)]
    paths += [f"shelf/shot_{n:07d}.JPG" for n in range(1_500)]
    put(workspace, paths[:500])
    put(workspace, paths[500:1_800])
    put(workspace, paths[1_800:], bring_in=False)  # as an older version would
    paths.append(FIRST)
    wanted = [path[at : at + size] for path in draw.sample(paths, 30) for at, size in ((0, 3), (1, 5), (2, 20), (3, 1))]
    wanted += [name.swapcase() for name in wanted if "ß" not in name]
    for name in [*wanted, "shot_0001499.JPG", "shot_0001499.jpg", "0001", "nowhere", "%", "\\", "'"]:
        if name:
            chosen = TaskFilter(name=name)
            right = [path for path in paths if name.lower() in path.lower()]
            assert workspace.tasks.count("soda", chosen) == len(right), name
            assert {task.path for task in workspace.tasks.page("soda", chosen, 0, 5_000)} == set(right), name
    both = TaskFilter(name="0001", state=TaskState.INCOMPLETE)
    assert workspace.tasks.count("soda", both) == len([path for path in paths if "0001" in path])
    assert workspace.tasks.count("soda", TaskFilter(name="0001", state=TaskState.SKIPPED)) == 0


def test_capitals_and_small_letters_are_the_same(workspace: Workspace) -> None:
    found = {
        "IMG": ["img_001.jpg", "Img_002.JPG"],
        "img_": ["img_001.jpg", "Img_002.JPG"],
        ".jpg": [FIRST, "img_001.jpg", "Img_002.JPG", "Äpfel/ГРУША.jpg"],
        "äpfel": ["Äpfel/ГРУША.jpg"],
        "ÄPFEL/груша": ["Äpfel/ГРУША.jpg"],
        "ä": ["Äpfel/ГРУША.jpg"],
        "%": [],
        "G-00": [],
        "x" * 60_000: [],
        "ä" * 60_000: [],
    }
    put(workspace, ["img_001.jpg", "Img_002.JPG", "Äpfel/ГРУША.jpg"])
    for name, paths in found.items():
        chosen = TaskFilter(name=name)
        assert sorted(task.path for task in workspace.tasks.page("soda", chosen, 0, 9)) == sorted(paths), name[:9]
        assert workspace.tasks.count("soda", chosen) == len(paths), name[:9]
        assert len(workspace.tasks.find("soda", chosen, 0, 9).ids) == len(paths), name[:9]


def test_few_names_are_looked_at_however_many_there_are(workspace: Workspace) -> None:
    put(workspace, [f"shelf_{n // 5_000:02d}/shot_{n:07d}.jpg" for n in range(10_000)])
    few = 4 * names.BLOCK + blocks.BLOCK  # of the last block of ids all are looked at
    assert looked_through(workspace, "shot_0006789.jpg") <= few
    assert looked_through(workspace, "SHOT_0006789.Jpg") <= few
    assert looked_through(workspace, "nowhere.png") <= blocks.BLOCK
    assert looked_through(workspace, "sh") > 10_000, "two letters are nearly everywhere"
    put(workspace, [f"shelf_{n // 5_000:02d}/shot_{n:07d}.jpg" for n in range(10_000, 30_000)])
    assert looked_through(workspace, "shot_0006789.jpg") <= few
    with workspace._database.read() as tx:
        project_id = projects.project(tx, "soda").id
        for state in (None, TaskState.INCOMPLETE):
            where, values = filtering.filtered(tx, project_id, TaskFilter(name="shot_0006789.jpg", state=state))
            if tx.dialect.kind == "sqlite":
                plan = [str(row[3]) for row in tx.all(f"EXPLAIN QUERY PLAN SELECT COUNT(*) {where}", *values)]
                assert "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)" in plan
            else:
                tx.run("ANALYZE task")
                plan = [str(row[0]) for row in tx.all(f"EXPLAIN SELECT COUNT(*) {where}", *values)]
                assert any("task_pkey" in line for line in plan)
            assert not [line for line in plan if "SCAN t" in line or "Seq Scan" in line or "task_queue" in line], plan


def test_a_workspace_of_an_older_version_gets_it(workspace: Workspace) -> None:
    put(workspace, [f"shot_{n:07d}.jpg" for n in range(3_000)], bring_in=False)
    with workspace._database.write() as tx:
        tx.run("DELETE FROM name_part")
        tx.run("DELETE FROM name_indexed")
        names.add_all(tx)
    assert looked_through(workspace, "shot_0001234") < 3_000 + blocks.BLOCK
    assert workspace.tasks.count("soda", TaskFilter(name="shot_0001234")) == 1
    workspace.projects.delete("soda")
    with workspace._database.read() as tx:
        assert tx.all("SELECT 1 FROM name_part") == []


@pytest.mark.parametrize(
    "paths",
    [
        [f"train/image_{number:06d}.jpg" for number in range(256)],
        ["a", "ab", "abc", "abcd"],
        ["same.jpg", "same.jpg"],
        ["über/ä1.png", "zzz", "über/ä10.png"],
        [""],
    ],
)
def test_parts_of_names_that_begin_alike_are_those_of_each(paths: list[str]) -> None:
    each = set().union(*(names.parts(path) for path in paths))
    assert {part for part in names._parts_of_all(paths) if "\n" not in part} == each
