"""What is planned once a connection to a PostgreSQL, and sent by its name from then on."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.postgres import Bouncer, Server
from tests.workspace.conftest import COKE, make_images, make_spec
from tui_labeler.model.errors import WorkspaceError
from tui_labeler.store.database import PreparedStatement
from tui_labeler.workspace import Workspace

_PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'labeler_%'"


def _label_all(workspace: Workspace, who: str) -> None:
    lease = workspace.queue.claim("soda", who, who)
    while lease is not None:
        lease = workspace.queue.submit_and_claim(lease.task, who, COKE, who)


def test_what_is_sent_at_every_image_is_planned_once(shared: Workspace, postgres: Server) -> None:
    lease = shared.queue.claim("soda", "ann", "t")
    for _ in range(3):
        assert lease
        lease = shared.queue.submit_and_claim(lease.task, "ann", COKE, "t")
    with shared._database.read() as tx:
        known = tx.one(_PREPARED)
    assert known
    assert known[0] >= 6
    # On a new connection the statements are sent anew, and as they are.
    postgres.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    while lease is not None:
        lease = shared.queue.submit_and_claim(lease.task, "ann", COKE, "t")
    assert shared.projects.status("soda").labelers == {"ann": 6}
    shared.close()


def test_a_statement_that_failed_is_prepared_again(shared: Workspace) -> None:
    sql = PreparedStatement("SELECT 1 / n FROM (SELECT ?::int AS n) x")
    with shared._database.read() as tx:
        tx.one("SELECT 1")  # the connection is known from here
    with pytest.raises(WorkspaceError), shared._database.read() as tx:
        tx.one(sql, 0)
    for _ in range(2):
        with shared._database.read() as tx:
            assert tx.one(sql, 1) == (1,)
            assert tx.one("SELECT '100 % sure?'") == ("100 % sure?",)
    shared.close()


@pytest.mark.slow
def test_behind_a_pooler_nothing_is_prepared(images: Path, tmp_path: Path) -> None:
    server = Server()
    try:
        bouncer = Bouncer(server, connections=2)
        database = server.fresh().split("/")[3].split("?")[0]
        workspace = Workspace(bouncer.url(database), tmp_path / "exports", folder=tmp_path)
        workspace.datasets.add_datastore("cans", str(images))
        make_images(images, 40)
        workspace.projects.create(make_spec())
        crowd = [threading.Thread(target=_label_all, args=(workspace, f"labeler{number}")) for number in range(6)]
        for labeler in crowd:
            labeler.start()
        for labeler in crowd:
            labeler.join()
        assert workspace.projects.status("soda").completed == 40
        for _ in range(4):
            with workspace._database.read() as tx:
                assert tx.one(_PREPARED) == (0,)
        workspace.close()
        bouncer.close()
    finally:
        server.close()
