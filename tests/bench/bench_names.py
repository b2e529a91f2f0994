"""Looking for a part of a name as Data does it (the first rows, then 10,000 of them, or all that there are), a page in the
middle of one state, of missing images, of known ones: in a project of a thousand tasks and in a large one.

python -m tests.bench.bench_names [TASKS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.postgres import Server
from tests.workspace.conftest import make_images, make_spec
from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.store import blocks, counters, gold, names, projects
from tui_labeler.tui.screens.project.datarows import DataRows
from tui_labeler.workspace import Workspace

_ROUNDS = 5
_NAMES = ("shot_{:07d}.jpg", "0{:06d}", "3{:03d}.j", "{:02d}.jpg", "shot_", ".jpg", "5")


def fill(workspace: Workspace, folder: Path, name: str, tasks: int) -> None:
    """A project whose tasks are there without images; every second one is skipped, every seventh one missing, and 200 are
    known."""
    make_images(folder / "images", 1)
    if not workspace.datasets.datastores():
        workspace.datasets.add_datastore("cans", str(folder / "images"))
    workspace.projects.create(make_spec(name))
    with workspace._database.write() as tx:
        project = projects.project(tx, name)
        first = blocks.last_id(tx)
        rows = (
            (
                project.id,
                f"shelf_{n // 10_000:02d}/shot_{n:07d}.jpg",
                "skipped" if n % 2 else "incomplete",
                int(n % 7 == 3),
            )
            for n in range(tasks)
        )
        tx.many("INSERT INTO task (project_id, path, size, version, state, missing) VALUES (?, ?, 0, '', ?, ?)", rows)
        ids = [row[0] for row in tx.all("SELECT id FROM task WHERE project_id = ? ORDER BY id", project.id)]
        for task_id in ids[:: tasks // 200]:
            gold.put(tx, project.id, task_id, Labels(Size(1, 1)), "ann", 0.0)
        blocks.count_added(tx, project.id, first)
        began = time.perf_counter()
        names.add(tx, project.id)
        took = time.perf_counter() - began
        counters.recount_states(tx, project.id)
    sys.stdout.write(f"  the names of {tasks:,} tasks were brought in in {took:.1f} s\n")


def milliseconds(what: Callable[[], object]) -> float:
    waits = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        what()
        waits.append((time.perf_counter() - began) * 1000)
    return statistics.median(waits)


def measure(workspace: Workspace, project: str, tasks: int) -> dict[str, float]:
    seconds: dict[str, float] = {}
    for pattern in _NAMES:
        chosen = TaskFilter(name=pattern.format(tasks // 3))
        label = f"“{chosen.name}”, {workspace.tasks.count(project, chosen):,} tasks"
        seconds[f"rows  {label}"] = milliseconds(
            lambda chosen=chosen: shown(workspace, project, chosen).count(again=True)
        )  # type: ignore[misc]
        seconds[f"10000 {label}"] = milliseconds(lambda chosen=chosen: found(shown(workspace, project, chosen)))  # type: ignore[misc]
        seconds[f"page  {label}"] = milliseconds(lambda chosen=chosen: workspace.tasks.page(project, chosen, 0, 50))  # type: ignore[misc]
    filters = {
        "all": TaskFilter(),
        "a state": TaskFilter(state=TaskState.SKIPPED),
        "the missing": TaskFilter(missing=True),
        "the known": TaskFilter(known=True),
    }
    for words, chosen in filters.items():
        count = workspace.tasks.count(project, chosen)
        seconds[f"count of {words}"] = milliseconds(lambda chosen=chosen: workspace.tasks.count(project, chosen))  # type: ignore[misc]
        for share in (0.0, 0.25, 0.5):
            seconds[f"page of {words}, at {share:.0%}"] = milliseconds(
                lambda chosen=chosen, at=int(count * share): workspace.tasks.page(project, chosen, at, 50)  # type: ignore[misc]
            )
    return seconds


def shown(workspace: Workspace, project: str, chosen: TaskFilter) -> DataRows:
    rows = DataRows(workspace, project)
    rows.filter(chosen)
    return rows


def found(rows: DataRows) -> None:
    rows.count(again=True)
    while rows.is_short:
        rows.find_more()


def main(tasks: int) -> None:
    folder = Path(tempfile.mkdtemp())
    server = Server(durable=True)
    try:
        for kind, address in (("SQLite", folder / "workspace.db"), ("PostgreSQL", server.fresh())):
            workspace = Workspace(address, folder / "exports", folder=folder)
            sys.stdout.write(f"{kind}\n")
            fill(workspace, folder, "small", 1_000)
            fill(workspace, folder, "large", tasks)
            if kind == "PostgreSQL":
                server.sql(str(address).split("/")[3].split("?")[0], "VACUUM ANALYZE")
            for project, size in (("small", 1_000), ("large", tasks)):
                for what, wait in measure(workspace, project, size).items():
                    sys.stdout.write(f"  {size:>9,} {what:<44} {wait:7.1f} ms\n")
            workspace.close()
    finally:
        server.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
