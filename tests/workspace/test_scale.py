"""Lists and numbers that cost the same however many tasks there are, and say the same as counting them does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import msgspec
import pytest

from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.store import blocks
from tui_labeler.store.database import Transaction
from tui_labeler.workspace import Workspace


def test_pages_and_counts_are_those_of_a_walk(
    open_workspace: Callable[[], Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "BLOCK", 8)
    workspace = open_workspace()
    images = make_images(tmp_path / "images", 20)
    workspace.datasets.add_datastore("cans", str(images))
    workspace.projects.create(make_spec())
    workspace.projects.create(make_spec("other"))
    make_images(images / "later", 15)
    workspace.projects.refresh("soda")
    workspace.projects.refresh("other")
    for name in ("image_00003.jpg", "later/image_00004.jpg"):
        (images / name).unlink()
    for _ in range(9):
        lease = workspace.queue.claim("soda", "ann", "t")
        assert lease
        workspace.queue.submit(lease.task, "ann", COKE, "t")
    workspace.projects.refresh("soda")
    everything = workspace.tasks.page("soda", TaskFilter(), 0, 100)
    assert [task.path for task in everything[:3]] == [f"image_{number:05d}.jpg" for number in range(3)]
    assert len(everything) == 35
    assert [workspace.tasks.position(task) for task in everything] == list(range(1, 36))
    filters = [TaskFilter(), TaskFilter(missing=True), *(TaskFilter(state) for state in TaskState)]
    for chosen in filters:
        whole = workspace.tasks.page("soda", chosen, 0, 100)
        passed = [
            task for task in everything if chosen.state in (None, task.state) and task.missing <= (not chosen.state)
        ]
        if not chosen.missing:
            assert list(whole) == passed
        assert workspace.tasks.count("soda", chosen) == len(whole)
        for offset in range(0, 37, 3):
            assert workspace.tasks.page("soda", chosen, offset, 4) == whole[offset : offset + 4]


def test_no_list_of_a_screen_walks_over_all_tasks(workspace: Workspace) -> None:
    """What SQLite says that it will do, for the queries of the labeling screen and of lists."""
    if workspace._database.dialect.kind != "sqlite":
        pytest.skip("PostgreSQL plans by what is in the tables")
    from tui_labeler.store import bulk, prelabels, task_queries

    plans: list[str] = []

    class Explained:
        """A transaction that notes the plan of each statement."""

        def __init__(self, tx: Transaction) -> None:
            self.dialect, self._tx = tx.dialect, tx

        def all(self, sql: str, *values: object) -> list[tuple[object, ...]]:
            plans.extend(str(row[3]) for row in self._tx.all(f"EXPLAIN QUERY PLAN {sql}", *values))
            return self._tx.all(sql, *values)

        def stream(self, sql: str, *values: object) -> Iterator[tuple[object, ...]]:
            return iter(self.all(sql, *values))

    with workspace._database.read() as tx:
        explained = cast(Transaction, Explained(tx))
        task_queries.recent_regions(explained, 1, 200)
        task_queries.submitted_by(explained, 1, "soda", "ann", 50)
        list(prelabels.teaching(explained, 1, 200, 0.0))
        task_queries.tasks_of(explained, 1, "soda", range(1, 201))
        bulk.count(explained, 1, iter([list(range(1, 1001))]), bulk.unlabeling)
    assert len(plans) > 3
    assert [plan for plan in plans if plan.startswith("SCAN") or "TEMP B-TREE" in plan] == []
    assert [plan for plan in plans if plan.startswith("SEARCH t ") and "(project_id=?)" in plan] == []


def test_a_filter_with_more_than_a_state_is_counted(workspace: Workspace) -> None:
    chosen = TaskFilter(TaskState.INCOMPLETE, name="00004")
    assert workspace.tasks.count("soda", chosen) == 1
    assert workspace.tasks.count("soda", msgspec.structs.replace(chosen, name="nothing")) == 0
