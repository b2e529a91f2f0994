"""Databases that earlier versions wrote keep all they have."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.labeling.draft import Draft, encode
from tui_labeler.model.regions import Region
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.store.schema import migrations
from tui_labeler.store.sqlite_database import SqliteDatabase as Database
from tui_labeler.workspace import Workspace

_DRAWN = Draft().added(Region("sprite", COKE.regions[0].box))


def write_old(path: Path, images: Path, versions: int) -> None:
    """A database as it was after the first `versions` scripts: four tasks, one of them labeled, one leased and half drawn,
    one with a draft that is older than the labels that ann submitted."""
    path.parent.mkdir(parents=True)
    make_images(images, 4)
    with closing(sqlite3.connect(path)) as raw:
        for script in migrations()[:versions]:
            text = script.read_text("utf-8").replace("{identity}", "INTEGER PRIMARY KEY")
            raw.executescript(text.replace("{clustered}", "WITHOUT ROWID"))
        raw.execute("INSERT INTO workspace_version VALUES (?)", (versions,))
        raw.execute("INSERT INTO datastore VALUES (1, 'cans', ?, 'local', 0)", (images.as_uri(),))
        raw.execute("INSERT INTO dataset VALUES (1, 'cans_set', 1, '/', 0)")
        spec = msgspec.json.encode(make_spec()).decode()
        kind = make_spec().details.type.value
        raw.execute(
            "INSERT INTO project VALUES (5, 'soda', ?, 'running', ?, 1, NULL, 0, 0)",
            (kind, spec),
        )
        for number in range(4):
            state = "completed" if number in (0, 2) else "incomplete"
            label = number + 1 if number in (0, 2) else None
            raw.execute(
                "INSERT INTO task VALUES (?, 5, ?, 1, '', ?, 0, 0, ?)",
                (11 + number, f"image_{number:05d}.jpg", state, label),
            )
        labels = msgspec.json.encode(COKE).decode()
        for number in (0, 2):
            raw.execute("INSERT INTO submission VALUES (?, ?, 'ann', 50, 1, ?)", (number + 1, 11 + number, labels))
        raw.execute("INSERT INTO lease VALUES (12, 'bob', 'elsewhere', 'token', 4e9)")
        raw.executemany(
            "INSERT INTO draft (task_id, labeler, body, changed) VALUES (?, 'bob', ?, 40)",
            [(12, encode(_DRAWN)), (13, encode(_DRAWN))],
        )
        raw.execute("INSERT INTO tally VALUES (5, 'state', 'completed', 2), (5, 'state', 'incomplete', 2)")
        raw.commit()


@pytest.mark.parametrize("versions", [1, 2, 3])
def test_an_old_database_keeps_everything(versions: int, home: Path, tmp_path: Path) -> None:
    write_old(home / "workspace.db", tmp_path / "images", versions)
    workspace = Workspace(home / "workspace.db", home / "exports")
    tasks = workspace.tasks.page("soda", TaskFilter(), 0, 10)
    assert [(task.id, task.state) for task in tasks] == [
        (11, TaskState.COMPLETED),
        (12, TaskState.INCOMPLETE),
        (13, TaskState.COMPLETED),
        (14, TaskState.INCOMPLETE),
    ]
    assert workspace.tasks.history(tasks[0])[0].labels == COKE
    lease = workspace.queue.claim("soda", "eve", "e")
    assert lease
    assert lease.task.id == 14, "the lease is kept too"
    session = workspace.sessions.labeling("soda", "bob")
    session.open(tasks[2].path)
    assert session.start == _DRAWN
    assert session.newer is not None, "ann's labels are newer than what bob began"
    assert session.newer.labels == COKE
    workspace.projects.delete("soda")
    workspace.projects.create(make_spec())
    assert min(task.id for task in workspace.tasks.page("soda", TaskFilter(), 0, 10)) > 14
    workspace.close()


def test_rows_that_belong_to_nothing_stop_a_migration(home: Path, tmp_path: Path) -> None:
    from tui_labeler.model.errors import WorkspaceError

    write_old(home / "workspace.db", tmp_path / "images", 2)
    with closing(sqlite3.connect(home / "workspace.db")) as raw:
        raw.execute("DELETE FROM dataset")
        raw.commit()
    with pytest.raises(WorkspaceError, match="belong to nothing"):
        Database(home / "workspace.db")
    with closing(sqlite3.connect(home / "workspace.db")) as raw:
        assert raw.execute("SELECT version FROM workspace_version").fetchone() == (2,), "left as it was"
        assert raw.execute("SELECT COUNT(*) FROM lease").fetchone() == (1,)


def test_no_id_is_ever_used_again(open_workspace: Callable[[], Workspace], images: Path) -> None:
    workspace = open_workspace()
    workspace.datasets.add_datastore("cans", str(images))
    seen: set[int] = set()
    for _ in range(3):
        workspace.projects.create(make_spec())
        ids = {task.id for task in workspace.tasks.page("soda", TaskFilter(), 0, 10)}
        assert not ids & seen
        seen |= ids
        workspace.projects.delete("soda")
