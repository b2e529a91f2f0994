"""What PostgreSQL has to know and to be asked, so that it does not look at every task for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.postgres import Server, require_psycopg
from tests.workspace.conftest import make_images, make_spec
from tui_labeler.model.transfers import ImportChoices
from tui_labeler.store.open_tasks import in_order
from tui_labeler.store.postgres import DIALECT
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.upkeep import move


def _known_rows(workspace: Workspace, table: str) -> float:
    with workspace._database.read() as tx:
        (rows,) = tx.one("SELECT reltuples FROM pg_class WHERE relname = ?", table) or (0,)
    return float(rows)


def _workspace(server: Server, folder: Path, images: int) -> Workspace:
    workspace = Workspace(server.fresh(), folder / "exports", folder=folder)
    workspace.datasets.add_datastore("cans", str(make_images(folder / "images", images)))
    workspace.projects.create(make_spec())
    return workspace


def test_the_size_of_a_table_is_known_as_soon_as_it_has_grown(postgres: Server, tmp_path: Path) -> None:
    """Else a claim looks at every task of a new project until the server has looked at the table by itself."""
    workspace = _workspace(postgres, tmp_path, 500)
    assert _known_rows(workspace, "task") == 500
    workspace.close()


def test_the_sizes_of_moved_tables_are_known(postgres: Server, tmp_path: Path) -> None:
    source = Workspace(tmp_path / "w.db", tmp_path / "exports")
    source.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 300)))
    source.projects.create(make_spec())
    source.close()
    target = postgres.fresh()
    move(tmp_path / "w.db", target, tmp_path)
    moved = Workspace(target, tmp_path / "exports", folder=tmp_path)
    assert _known_rows(moved, "task") == 300
    moved.close()


@pytest.mark.parametrize("state", ["incomplete", "needs_review"])
def test_the_next_task_is_found_without_looking_at_others(postgres: Server, tmp_path: Path, state: str) -> None:
    """Behind those of another project, and behind those that are done."""
    workspace = _workspace(postgres, tmp_path, 10)
    workspace.projects.create(make_spec("done"))
    with workspace._database.write() as tx:
        for project, kind in ((1, state), (2, "completed"), (2, state)):
            tx.run(
                "INSERT INTO task (project_id, path, size, version, state) "
                "SELECT ?, ? || n, 1, '', ? FROM generate_series(1, 10000) n",
                *(project, f"far/{kind}", kind),
            )
        tx.run("ANALYZE task")
        where, order = in_order(DIALECT, state)
        question = f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT t.id FROM task t WHERE {where} {order} LIMIT 1"  # noqa: S608
        row = tx.one(question, 2, 0)
    workspace.close()
    assert row
    plan = row[0] if isinstance(row[0], list) else json.loads(str(row[0]))
    scan = plan[0]["Plan"]["Plans"][0]
    assert scan["Index Name"] == "task_queue", scan
    assert scan.get("Rows Removed by Filter", 0) == 0


@pytest.mark.parametrize("prelabel", [False, True])
def test_an_import_asks_the_server_a_batch_at_a_time(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prelabel: bool
) -> None:
    """Not entry by entry: over a line of 20 ms that was a minute for each thousand images."""
    require_psycopg()
    import psycopg

    workspace = _workspace(postgres, tmp_path, 600)
    labels = tmp_path / "labels.json"
    names = [f"image_{number:05d}.jpg" if number % 2 else f"elsewhere/image_{number:05d}.jpg" for number in range(600)]
    labels.write_text(
        json.dumps(
            {
                "images": [{"id": n, "file_name": name, "width": 64, "height": 48} for n, name in enumerate(names)],
                "annotations": [
                    {"id": n, "image_id": n, "category_id": 1, "bbox": [1, 2, 20, 20]} for n in range(len(names))
                ],
                "categories": [{"id": 1, "name": "coke"}],
            }
        )
    )
    ways: list[object] = []
    execute = psycopg.Cursor.execute

    def counted(self: psycopg.Cursor, *args: object, **named: object) -> psycopg.Cursor:  # type: ignore[type-arg]
        ways.append(args[0])
        return execute(self, *args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(psycopg.Cursor, "execute", counted)
    result = workspace.exchange.import_labels("soda", labels, "", ImportChoices(prelabel=prelabel))
    asked = len(ways)
    undone = workspace.exchange.undo_import(result.id)
    workspace.close()
    assert result.imported == 600
    assert result.matched_by == {"path": 300, "name": 300}
    assert undone.restored == 600
    assert asked < 120
    assert len(ways) - asked < 30
