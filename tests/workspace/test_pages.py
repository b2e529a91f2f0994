"""Pages of one state, or of missing images: found by numbers, the same as by walking there."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.model.tasks import Task, TaskFilter, TaskState
from tui_labeler.store import blocks, counters, names, projects, schema
from tui_labeler.workspace import Workspace

_TASKS = 9_000


@pytest.fixture
def workspace(open_workspace: Callable[[], Workspace], tmp_path: Path) -> Workspace:
    """A project of tasks over three blocks of ids, in two states: one state alone in the middle block, few missing."""
    opened = open_workspace()
    opened.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 1)))
    opened.projects.create(make_spec())
    with opened._database.write() as tx:
        project_id, last = projects.project(tx, "soda").id, blocks.last_id(tx)
        tx.run(
            "INSERT INTO task (project_id, path, size, version, state, missing) "
            "WITH RECURSIVE g(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM g WHERE n < CAST(? AS BIGINT) - 1) "
            "SELECT CAST(? AS BIGINT), 'shot_' || n || '.jpg', 0, '', CASE WHEN n / CAST(? AS BIGINT) = 1 "
            "OR n * 7919 % 10 < 5 THEN 'needs_review' ELSE 'incomplete' END, "
            "CASE WHEN n * 31 % 97 = 0 THEN 1 ELSE 0 END FROM g ORDER BY n",
            _TASKS,
            project_id,
            blocks.BLOCK,
        )
        blocks.count_added(tx, project_id, last)
        names.add(tx, project_id)
        counters.recount_states(tx, project_id)
    return opened


_FILTERS = [TaskFilter(), TaskFilter(missing=True), *(TaskFilter(state=state) for state in TaskState)]


def is_right(workspace: Workspace, draw: random.Random) -> None:
    """Pages and counts beside all the tasks, which are taken one block after the other."""
    tasks: list[Task] = []
    while page := workspace.tasks.page("soda", TaskFilter(), len(tasks), blocks.BLOCK):
        tasks += page
    assert len({task.id for task in tasks}) == _TASKS + 1
    for chosen in _FILTERS:
        wanted = [
            task
            for task in tasks
            if (not chosen.missing or task.missing)
            and (chosen.state is None or (task.state == chosen.state and not task.missing))
        ]
        assert workspace.tasks.count("soda", chosen) == len(wanted)
        for offset in (0, len(wanted) - 1, len(wanted), *(draw.randrange(_TASKS) for _ in range(4))):
            page = workspace.tasks.page("soda", chosen, max(offset, 0), 40)
            assert list(page) == wanted[max(offset, 0) :][:40], (chosen, offset)


def test_as_by_walking_there(workspace: Workspace) -> None:
    draw = random.Random(5)
    is_right(workspace, draw)
    for turn in range(40):  # across all blocks
        task = draw.choice(workspace.tasks.page("soda", TaskFilter(), draw.randrange(_TASKS - 50), 50))
        workspace.queue.submit(task, "ann", COKE if turn % 3 else None)
    is_right(workspace, draw)
    completed = workspace.tasks.page("soda", TaskFilter(state=TaskState.COMPLETED), 0, 10)
    with workspace._database.write() as tx:
        from tui_labeler.store import submissions

        for task in completed:
            submissions.reopen(tx, projects.project(tx, "soda").id, task)
        assert counters.fold(tx) >= 0
    is_right(workspace, draw)
    workspace.projects.refresh("soda", allow_missing=True)  # the files of all but one are gone
    is_right(workspace, draw)
    assert workspace.tasks.count("soda", TaskFilter(missing=True)) == _TASKS
    assert workspace.upkeep.check() == ()


def test_beside_others_who_submit(workspace: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    """While they do, and while their changes are summed."""
    others = [open_workspace() for _ in range(3)]

    def label(number: int) -> None:
        other_workspace, draw = others[number], random.Random(number)
        for _ in range(12):
            offset = draw.randrange(_TASKS - 1)
            (task,) = other_workspace.tasks.page("soda", TaskFilter(), offset, 1)
            other_workspace.queue.submit(task, f"p{number}", draw.choice((COKE, None)))
            with other_workspace._database.write_rows() as tx:
                counters.fold(tx)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(label, range(3)))
    is_right(workspace, random.Random(1))
    assert workspace.upkeep.check() == ()


def test_a_workspace_of_an_older_version_gets_them(workspace: Workspace) -> None:
    with workspace._database.write() as tx:
        if tx.dialect.many_writers:
            tx.run("DROP VIEW counted_block")
            tx.run("ALTER TABLE tally_delta DROP COLUMN block")
        tx.run("DROP TABLE state_block")
        scripts = {schema.number(script): script for script in schema.migrations(tx.dialect.kind)}
        for statement in schema.statements(scripts[11], tx.dialect):
            tx.run(statement)
    is_right(workspace, random.Random(2))
    assert workspace.upkeep.check() == ()
