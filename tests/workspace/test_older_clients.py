"""A program that is older than the tables of its workspace writes nothing any more, and says what it lacks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE
from tests.workspace.farworkspace import Far, begun, eventually, label
from tui_labeler.model.errors import NewerWorkspace, WorkspaceError
from tui_labeler.store import blocks, projects, schema
from tui_labeler.store.postgres_database import PostgresDatabase
from tui_labeler.workspace import Workspace


def _upgraded_by_another(workspace: Workspace) -> None:
    with workspace._database.write() as tx:
        tx.run("INSERT INTO memo (key, value) VALUES ('schema/0099', 'smells')")
        tx.run("UPDATE workspace_version SET version = 99")


def test_one_that_is_at_work_writes_nothing_more(workspace: Workspace, open_workspace: Callable[[], Workspace]) -> None:
    lease = workspace.queue.claim("soda", "ann", "t")
    assert lease
    _upgraded_by_another(open_workspace())
    before = workspace.projects.status("soda")
    for write in (
        lambda: workspace.queue.submit(lease.task, "ann", COKE, "t"),
        lambda: workspace.queue.save_draft(lease.task, "ann", "{}"),
        lambda: workspace.queue.claim("soda", "bob", "u"),
        lambda: workspace.projects.delete("soda"),
    ):
        with pytest.raises(NewerWorkspace, match=r"newer version \(schema 99, smells; this one knows \d+\)"):
            write()
    assert workspace.projects.status("soda") == before
    with pytest.raises(NewerWorkspace):
        open_workspace()


@pytest.mark.slow
def test_what_a_labeler_submits_meanwhile_is_kept_for_the_upgraded_program(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    far = Far(postgres, tmp_path, 12)
    session, line = far.sit()
    begun(session, line)
    _upgraded_by_another(far.near)
    done = label(session)
    eventually(lambda: line.words == "upgrade needed · 1 kept")
    assert "schema 99, smells" in line.why_cut()
    assert "1 submission kept on this machine" in line.why_cut()
    assert far.submitted() == []
    # As an upgraded program would go on.
    monkeypatch.setattr(schema, "latest", lambda kind: 99)
    eventually(lambda: line.words == "" and line.waiting == 0)
    assert far.submitted() == [done]
    session.end()
    far.close()


def test_one_from_before_states_were_counted_by_block_is_refused(shared: Workspace, postgres: Server) -> None:
    """It does not look at the version: the table itself refuses what it appends."""
    with shared._database.read() as tx:
        project = projects.project(tx, "soda")
    with (
        pytest.raises(WorkspaceError, match="tui-labeler is too old, upgrade it: states by block"),
        shared._database.write_rows() as tx,
    ):
        tx.run("INSERT INTO tally_delta (project_id, kind, key, n) VALUES (?, 'state', 'skipped', 1)", project.id)
    with shared._database.read() as tx:
        assert blocks.wrong_states(tx, project.id) == ()
    shared.close()


def test_counts_that_went_apart_are_mended(postgres: Server, shared: Workspace) -> None:
    lease = shared.queue.claim("soda", "ann", "t")
    assert lease
    shared.queue.submit(lease.task, "ann", COKE, "t")
    with shared._database.write() as tx:
        for statement in (
            "UPDATE state_block SET n = n + 3",
            'ALTER TABLE tally_delta DROP CONSTRAINT "tui-labeler is too old, upgrade it: states by block"',
            "ALTER TABLE edit DROP COLUMN running",
            "DROP TABLE shared_model",
            "ALTER TABLE project DROP COLUMN class_edit",
            "ALTER TABLE draft DROP COLUMN class_edit",
            "UPDATE workspace_version SET version = 11",
        ):
            tx.run(statement)
    shared.close()
    opened = PostgresDatabase(shared._database.url, shared._database.folder)
    with opened.read() as tx:
        project = projects.project(tx, "soda")
        assert blocks.wrong_states(tx, project.id) == ()
        assert projects.status(tx, project).completed == 1
        assert tx.one("SELECT version FROM workspace_version") == (schema.latest("postgres"),)
    opened.close()
