"""What a filter lets through, a part at a time: the same tasks as by a look at each, and no more work for the first ones in
a large project than in a small one."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import pytest

from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.model.edits import EditKind, TaskEdit
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.store import blocks, bulk, counters, edits, finding, names, projects, submissions
from tui_labeler.store.database import Transaction
from tui_labeler.workspace import Workspace


def put(workspace: Workspace, project: str, first: int, last: int) -> None:
    """Tasks without images, beside the project's one image. Every fifth one has a label of class coke, by ann or bob."""
    if project not in [summary.name for summary in workspace.projects.summaries()]:
        workspace.projects.create(make_spec(project))
    with workspace._database.write() as tx:
        project_id, before = projects.project(tx, project).id, blocks.last_id(tx)
        tx.run(
            "INSERT INTO task (project_id, path, size, version, state, missing) "
            "WITH RECURSIVE g(n) AS (SELECT CAST(? AS BIGINT) UNION ALL SELECT n + 1 FROM g WHERE n < CAST(? AS BIGINT)) "
            "SELECT CAST(? AS BIGINT), 'shelf/shot_' || n || '.jpg', 0, '', CASE n % 5 WHEN 0 THEN 'completed' "
            "WHEN 1 THEN 'skipped' WHEN 2 THEN 'needs_review' ELSE 'incomplete' END, "
            "CASE WHEN n % 97 = 0 THEN 1 ELSE 0 END FROM g ORDER BY n",
            first,
            last - 1,
            project_id,
        )
        tx.run(
            "INSERT INTO submission (task_id, labeler, submitted, labels) SELECT id, "
            "CASE WHEN path LIKE '%0.jpg' THEN 'bob' ELSE 'ann' END, 0, CAST(? AS TEXT) "
            "FROM task WHERE id > ? AND state = 'completed'",
            msgspec.json.encode(COKE).decode(),
            before,
        )
        tx.run(
            "UPDATE task SET label_id = b.id FROM submission b WHERE b.task_id = task.id AND task.id > ? "
            "AND task.state = 'completed'",
            before,
        )
        blocks.count_added(tx, project_id, before)
        names.add(tx, project_id)
        counters.recount_states(tx, project_id)


@pytest.fixture
def workspace(open_workspace: Callable[[], Workspace], tmp_path: Path) -> Workspace:
    opened = open_workspace()
    opened.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 1)))
    return opened


FILTERS = [
    TaskFilter(name="jpg"),
    TaskFilter(name="t_1"),
    TaskFilter(name="T_12"),
    TaskFilter(name="77"),
    TaskFilter(name="nowhere"),
    TaskFilter(name="jpg", state=TaskState.SKIPPED),
    TaskFilter(name="jpg", missing=True),
    TaskFilter(class_name="coke"),
    TaskFilter(class_name="coke", name="shot_"),
    TaskFilter(class_name="coke", state=TaskState.COMPLETED, labeler="bob"),
    TaskFilter(class_name="sprite"),
    TaskFilter(labeler="ann"),
    TaskFilter(labeler="bob", name="00.jpg"),
    TaskFilter(state=TaskState.STALE, name="5"),
    TaskFilter(known=True, name="jpg"),
    TaskFilter(changed=True),
]


def test_part_by_part_as_by_a_look_at_each(workspace: Workspace) -> None:
    put(workspace, "soda", 0, 5_000)
    put(workspace, "large", 0, 6_000)
    put(workspace, "soda", 5_000, 9_000)
    draw = random.Random(7)
    with workspace._database.write() as tx:
        project_id = projects.project(tx, "soda").id
        tx.run("DELETE FROM name_indexed WHERE project_id = ?", project_id)  # as an older version left what came later
        tx.run("INSERT INTO name_indexed (project_id, upto) SELECT ?, MAX(id) - 3000 FROM task", project_id)
    for chosen in FILTERS:
        count = workspace.tasks.count("soda", chosen)
        whole = workspace.tasks.find("soda", chosen, 0, 20_000)
        assert (len(whole.ids), whole.after) == (count, None), chosen
        assert list(whole.ids) == sorted(set(whole.ids)), chosen
        found: list[int] = []
        after: int | None = 0
        while after is not None:
            limit = draw.choice((1, 40, 700, 3_000))
            part = workspace.tasks.find("soda", chosen, after, limit, draw.choice((None, 1, 5_000)))
            assert len(part.ids) <= limit
            found += part.ids
            assert part.after is None or part.after > after
            after = part.after
        assert found == list(whole.ids), chosen
        page = workspace.tasks.page("soda", chosen, 30, 50)
        assert [task.id for task in page] == list(whole.ids[30:80]), chosen


def test_how_long_the_last_images_took_costs_the_same_in_a_large_project(workspace: Workspace) -> None:
    put(workspace, "small", 0, 1_000)
    put(workspace, "large", 0, 30_000)
    with workspace._database.write() as tx:
        tx.run("UPDATE submission SET seconds = 20, submitted = 1")
        steps = []
        for name in ("small", "large"):
            project_id = projects.project(tx, name).id
            last = tx.one("SELECT MAX(id) FROM task WHERE project_id = ?", project_id)
            assert last is not None
            tx.run(
                "INSERT INTO submission (task_id, labeler, submitted, seconds) SELECT id, 'ann', 1, 20 FROM task "
                "WHERE id > ? AND project_id = ?",
                last[0] - 600,
                project_id,
            )
            counted = Counted(tx)
            steps.append(counted.of(partial(submissions.recent_seconds, tx, project_id, 0.0)))
            assert len(submissions.recent_seconds(tx, project_id, 0.0)) == 400
        assert steps[1] <= 2 * steps[0] + 500


def test_more_is_said_only_where_there_is_more(workspace: Workspace) -> None:
    put(workspace, "soda", 0, 3_000)
    chosen = TaskFilter(name="shot_")
    last = workspace.tasks.find("soda", chosen, 0, 3_000)
    assert (len(last.ids), last.after) == (3_000, None)
    assert workspace.tasks.find("soda", chosen, 0, 2_999).after == last.ids[2_998]


class Counted:
    """Counts what reading takes: SQLite's steps, on PostgreSQL the rows of tasks and labels that are read."""

    def __init__(self, tx: Transaction) -> None:
        self._tx, self._steps = tx, 0

    def of(self, read: Callable[[], object]) -> int:
        before = self._now()
        if self._tx.dialect.kind == "sqlite":
            self._tx._connection.set_progress_handler(self._step, 10)  # type: ignore[attr-defined]
        read()
        if self._tx.dialect.kind == "sqlite":
            self._tx._connection.set_progress_handler(None, 0)  # type: ignore[attr-defined]
        return self._now() - before

    def _step(self) -> int:
        self._steps += 10
        return 0

    def _now(self) -> int:
        if self._tx.dialect.kind == "sqlite":
            return self._steps
        rows = self._tx.one(
            "SELECT SUM(seq_tup_read + idx_tup_fetch)::BIGINT FROM pg_stat_xact_user_tables "
            "WHERE relname IN ('task', 'submission', 'edit_task')"
        )
        assert rows
        return int(rows[0])


def test_the_first_rows_cost_the_same_in_a_large_project(workspace: Workspace) -> None:
    put(workspace, "small", 0, 999)
    put(workspace, "large", 0, 100_000)
    with workspace._database.write() as tx:
        if tx.dialect.kind == "postgres":
            tx.run("ANALYZE")
    middle = workspace.tasks.page("large", TaskFilter(), 50_000, 1)[0].id
    with workspace._database.read() as tx:
        counted, seen = Counted(tx), 0
        small, large = (projects.project(tx, name).id for name in ("small", "large"))
        for chosen in FILTERS:
            for limit, looks in ((50, None), (1_000, 1_024)):
                if looks is None and len(finding.find(tx, small, chosen, 0, limit).ids) < limit:
                    continue  # so few that all are looked at
                costs = [
                    counted.of(partial(finding.find, tx, number, chosen, 0, limit, looks)) for number in (small, large)
                ]
                assert costs[1] <= 1.5 * costs[0] + 100, (chosen, limit, costs)
                seen += 1
        assert counted.of(partial(finding.find, tx, large, TaskFilter(name="nowhere"), 0, 50)) < 4_000
        first = counted.of(partial(bulk.page_using, tx, small, ["coke"], 0, 50))
        for after in (0, middle):
            assert counted.of(partial(bulk.page_using, tx, large, ["coke"], after, 50)) <= 1.5 * first + 100
    assert seen > len(FILTERS)


def test_the_last_page_of_an_edit_costs_what_the_first_one_does(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(workspace, "soda", 0, 15_000)
    with workspace._database.write() as tx:
        if tx.dialect.kind == "postgres":
            tx.run("ANALYZE")
    costs: list[int] = []

    def counting(done: Callable[..., object]) -> Callable[..., object]:
        def do(tx: Transaction, *values: object) -> object:
            result: list[object] = []
            costs.append(Counted(tx).of(lambda: result.append(done(tx, *values))))
            return result[0]

        return do

    monkeypatch.setattr(bulk, "apply", counting(bulk.apply))
    monkeypatch.setattr(edits, "restore_page", counting(edits.restore_page))
    record = workspace.edits.apply(
        "soda", TaskFilter(class_name="coke"), TaskEdit(EditKind.RECLASS, "coke", "sprite"), "eve"
    )
    workspace.edits.undo(record.id, "eve")
    assert len(costs) == 2 * 3_000 // 250
    for pages in (costs[:12], costs[12:]):
        assert max(pages[1:]) <= 1.5 * pages[0] + 500, costs
