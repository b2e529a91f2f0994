"""How long another labeler's submit waits while something is done to many labels: changed class, deleted labels, skipped,
reopened, each taken back; a class renamed; a tag's class deleted.

python -m tests.bench.bench_edits [TASKS] [sqlite|postgres]
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import msgspec

from tests.postgres import Server
from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.model.edits import EditKind, TaskEdit
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.store import blocks, counters, names, projects
from tui_labeler.workspace import Workspace

_OTHERS = 50  # images that the other labeler submits over and over
_BETWEEN = 0.02  # seconds between two of these


def fill(workspace: Workspace, folder: Path, name: str, kind: TaskType, tasks: int, labels: Labels) -> None:
    """A project with completed tasks, all by ann, behind those that the other labeler works on."""
    make_images(folder / "images", _OTHERS)
    if not workspace.datasets.datastores():
        workspace.datasets.add_datastore("cans", str(folder / "images"))
    workspace.projects.create(make_spec(name, kind))
    with workspace._database.write() as tx:
        project_id, before = projects.project(tx, name).id, blocks.last_id(tx)
        rows = ((project_id, f"shot_{n:07d}.jpg") for n in range(tasks))
        tx.many("INSERT INTO task (project_id, path, size, version, state) VALUES (?, ?, 0, '', 'completed')", rows)
        tx.run(
            "INSERT INTO submission (task_id, labeler, submitted, labels) "
            "SELECT id, 'ann', 0, CAST(? AS TEXT) FROM task WHERE id > ?",
            msgspec.json.encode(labels).decode(),
            before,
        )
        tx.run("UPDATE task SET label_id = b.id FROM submission b WHERE b.task_id = task.id AND task.id > ?", before)
        blocks.count_added(tx, project_id, before)
        names.add(tx, project_id)
        counters.recount_states(tx, project_id)
        counters.add(tx, project_id, [("labeler", "ann", tasks), ("class", "coke", tasks)])


def submit_meanwhile(address: str, folder: str, project: str, labels: Labels, stop: Event, waits: object) -> None:
    where = address if address.startswith("postgresql:") else Path(address)
    workspace = Workspace(where, Path(folder) / "exports", folder=Path(folder))
    tasks = workspace.tasks.page(project, TaskFilter(), 0, _OTHERS)
    submits: list[tuple[float, float, bool]] = []  # when it began and ended, and whether it was refused
    while not stop.is_set():
        for task in tasks:
            began, is_refused = time.monotonic(), False
            try:
                workspace.queue.submit(workspace.tasks.get(project, task.path), "bob", labels)
            except LabelerError:
                is_refused = True
            submits.append((began, time.monotonic(), is_refused))
            if stop.wait(_BETWEEN):
                break
    waits.put(submits)  # type: ignore[attr-defined]
    workspace.close()


def measure(address: str, folder: Path, project: str, labels: Labels, what: str, do: Callable[[], object]) -> None:
    context = multiprocessing.get_context("spawn")
    stop, waits = context.Event(), context.Queue()
    other = context.Process(target=submit_meanwhile, args=(address, str(folder), project, labels, stop, waits))
    other.start()
    time.sleep(2.0)
    began = time.monotonic()
    do()
    ended = time.monotonic()
    stop.set()
    submits = waits.get()
    other.join()
    during = [submit for submit in submits if submit[1] > began and submit[0] < ended]
    seconds = [until - since for since, until, _ in during] or [0.0]
    refused = sum(is_refused for _, _, is_refused in during)
    sys.stdout.write(
        f"  {what:<28} {ended - began:6.1f} s; {len(during):4} submits of another meanwhile: median "
        f"{statistics.median(seconds) * 1000:7.1f} ms, at worst {max(seconds) * 1000:7.0f} ms, {refused} refused\n"
    )
    sys.stdout.flush()


def main(tasks: int, kind: str) -> None:
    folder = Path(tempfile.mkdtemp())
    server = Server(durable=True) if kind == "postgres" else None
    address = str(server.fresh() if server else folder / "workspace.db")
    workspace = Workspace(address if server else Path(address), folder / "exports", folder=folder)
    tags, others = (Labels(Size(320, 240), tags=(name,)) for name in ("coke", "sprite"))
    fill(workspace, folder, "soda", TaskType.DETECTION, tasks, COKE)
    fill(workspace, folder, "tags", TaskType.CLASSIFICATION, tasks, tags)
    if server:
        server.sql(address.split("/")[3].split("?")[0], "VACUUM ANALYZE")
    ours = TaskFilter(labeler="ann")
    edits = workspace.edits

    def take_back(project: str) -> None:
        edits.undo(next(record.id for record in edits.records(project) if not record.undone), "eve")

    sys.stdout.write(f"{kind}, {tasks:,} labels\n")
    for words, edit in (
        ("change class", TaskEdit(EditKind.RECLASS, "coke", "sprite")),
        ("skip", TaskEdit(EditKind.SKIP)),
        ("reopen", TaskEdit(EditKind.REOPEN)),
        ("delete labels", TaskEdit(EditKind.UNLABEL)),
    ):
        chosen = TaskFilter(name="shot") if edit.kind is EditKind.SKIP else ours
        measure(address, folder, "soda", COKE, words, lambda e=edit, c=chosen: edits.apply("soda", c, e, "eve"))  # type: ignore[misc]
        measure(address, folder, "soda", COKE, f"{words}, taken back", lambda: take_back("soda"))
    measure(address, folder, "soda", COKE, "rename a class", lambda: edits.rename_class("soda", "coke", "cola", "eve"))
    measure(
        address, folder, "tags", others, "delete a tag's class", lambda: edits.delete_class("tags", "coke", "eve", True)
    )
    measure(address, folder, "tags", others, "the same, taken back", lambda: take_back("tags"))
    wrong = [state for name in ("soda", "tags") for state in _wrong(workspace, name)]
    sys.stdout.write(f"  numbers that a count does not give: {wrong or 'none'}\n")
    workspace.close()
    if server:
        server.close()


def _wrong(workspace: Workspace, name: str) -> list[str]:
    with workspace._database.write() as tx:
        counters.fold(tx)
        project_id = projects.project(tx, name).id
        said = counters.read(tx, project_id).get("state", {})
        counters.recount_states(tx, project_id)
        counted = counters.read(tx, project_id).get("state", {})
        return [state.value for state in TaskState if said.get(state, 0) != counted.get(state, 0)]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000, sys.argv[2] if len(sys.argv) > 2 else "sqlite")
