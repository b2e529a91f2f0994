"""What only a workspace on a PostgreSQL can do, or fail at."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.postgres import Bouncer, Server, require_psycopg
from tests.workspace.conftest import COKE, SIZE, make_images
from tui_labeler.model.errors import LabelerError, Unreachable, WorkspaceError
from tui_labeler.store import counters
from tui_labeler.store.database import Ask
from tui_labeler.store.postgres import address_of
from tui_labeler.store.postgres_database import PostgresDatabase
from tui_labeler.store.postgres_transaction import PostgresTransaction
from tui_labeler.workspace import Workspace


def test_threads_never_get_the_same_task_and_none_is_refused(shared: Workspace, tmp_path: Path, images: Path) -> None:
    make_images(images, 120)
    shared.projects.refresh("soda")
    taken: list[str] = []
    failed: list[LabelerError] = []

    def label(number: int) -> None:
        token = f"t{number}"
        try:
            lease = shared.queue.claim("soda", f"labeler{number}", token)
            while lease is not None:
                taken.append(lease.task.path)
                lease = shared.queue.submit_and_claim(lease.task, f"labeler{number}", COKE, token)
        except LabelerError as error:
            failed.append(error)

    threads = [threading.Thread(target=label, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(taken) == len(set(taken)) == 120
    before = shared.projects.status("soda")
    assert (before.completed, before.classes["coke"], before.incomplete) == (120, 120, 0)
    with shared._database.write() as tx:
        assert counters.fold(tx) > 0
    assert shared.projects.status("soda") == before, "the same numbers, in fewer rows"
    shared.close()


def test_connections_that_were_cut_while_idle_are_replaced(shared: Workspace, postgres: Server) -> None:
    lease = shared.queue.claim("soda", "ann", "t")
    assert lease
    postgres.sql("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    shared.queue.submit(lease.task, "ann", COKE, "t")
    assert shared.projects.status("soda").completed == 1
    shared.close()


def test_how_often_the_server_is_waited_for(shared: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these costs what the way to the server and back costs: 150 ms on a far line."""
    ways: list[str] = []
    send = PostgresTransaction._send

    def counted(self: PostgresTransaction, begin: Sequence[str], asked: Sequence[Ask]) -> object:
        ways.append("; ".join((*begin, *(sql for sql, _ in asked))))
        return send(self, begin, asked)

    session = shared.sessions.labeling("soda", "ann")
    session.begin()
    session.submit(session.start.added(COKE.regions[0]), SIZE)
    monkeypatch.setattr(PostgresTransaction, "_send", counted)
    session.save(session.start.added(COKE.regions[0]))
    assert len(ways) <= 3, ways
    ways.clear()
    session.submit(session.start.added(COKE.regions[0]), SIZE)
    assert len(ways) <= 6, ways
    ways.clear()
    shared.projects.status("soda")
    assert len(ways) <= 2, ways
    shared.close()


def test_a_read_that_fails_leaves_a_connection_that_works(shared: Workspace) -> None:
    database = shared._database
    with pytest.raises(WorkspaceError), database.read() as tx:
        tx.one("SELECT 1 / 0")
    for _ in range(3):
        with database.read() as tx:
            assert tx.one("SELECT COUNT(*) FROM project") == (1,)
    with database.read():
        pass
    assert shared.projects.status("soda").total == 6
    shared.close()


def test_times_are_the_servers(shared: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 86_400)
    lease = shared.queue.claim("soda", "ann", "t")
    assert lease
    assert lease.until < now + 86_400
    assert abs(shared.now() - now) < 3600
    shared.close()


def test_a_mark_changes_with_what_others_write(shared: Workspace) -> None:
    import time

    def after(known: object) -> object:
        for _ in range(500):
            if (mark := shared.change_mark()) != known:
                return mark
            time.sleep(0.01)
        return known

    first = after(None)
    assert first is not None
    shared.projects.pause("soda")
    assert after(first) != first
    shared.close()


def test_messages_name_the_server_and_no_secret(postgres: Server, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be reached") as gone:
        PostgresDatabase("postgresql://ann@127.0.0.1:1/labels?connect_timeout=2", tmp_path)
    assert "127.0.0.1" in gone.value.message
    with pytest.raises(LabelerError, match="does not exist") as missing:
        PostgresDatabase(postgres.url("nothing_of_that_name"), tmp_path)
    assert "createdb" in missing.value.mend
    assert address_of("postgresql://ann:secret@host:5433/labels?password=hunter2") == "postgresql://host:5433/labels"
    assert address_of("postgresql://?service=team") == "postgresql://?service=team"


def test_a_newer_database_and_one_of_another_program_are_refused(postgres: Server, tmp_path: Path) -> None:
    url = postgres.fresh()
    name = url.split("/")[3].split("?")[0]
    postgres.sql(name, "UPDATE workspace_version SET version = 99")
    postgres.sql(name, "INSERT INTO memo VALUES ('schema/0098', 'holograms'), ('schema/0099', 'smells')")
    with pytest.raises(WorkspaceError, match=r"newer version \(schema 99, holograms, smells;"):
        PostgresDatabase(url, tmp_path)
    postgres.sql(name, "DROP TABLE workspace_version")
    with pytest.raises(WorkspaceError, match="another program"):
        PostgresDatabase(url, tmp_path)


def test_two_that_make_the_tables_at_once(postgres: Server, tmp_path: Path) -> None:
    postgres.sql("postgres", "CREATE DATABASE raced STRATEGY file_copy")
    failed: list[Exception] = []

    def opened() -> None:
        try:
            PostgresDatabase(postgres.url("raced"), tmp_path).close()
        except LabelerError as error:
            failed.append(error)

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_folder_of_one_machine_is_warned_of(shared: Workspace, images: Path, home: Path) -> None:
    (cans,) = shared.datasets.datastores()
    assert "network disk" in shared.datasets.warning(cans)
    shared.close()
    alone = Workspace(home / "alone.db", home / "exports")
    assert alone.datasets.warning(alone.datasets.add_datastore("cans", str(images))) == ""
    alone.close()


def test_without_the_driver_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(WorkspaceError) as error:
        PostgresDatabase("postgresql://host/labels", tmp_path)
    assert "pip install 'tui-labeler[team]'" in error.value.mend


def test_an_address_that_is_none(tmp_path: Path) -> None:
    require_psycopg()
    with pytest.raises(LabelerError, match="no address"):
        PostgresDatabase("postgresql://[", tmp_path)


def test_doctor_names_what_is_wrong_and_what_mends_it(postgres: Server, tmp_path: Path) -> None:
    url = postgres.fresh()
    name = url.split("/")[3].split("?")[0]
    workspace = Workspace(url, tmp_path, folder=tmp_path)
    diagnosis = {finding.check: finding for finding in workspace.upkeep.diagnose()}
    assert diagnosis["server"].found.startswith("PostgreSQL ")
    assert diagnosis["round trip"].found.endswith(" ms")
    assert diagnosis["connection"].found == "straight to the server"
    assert diagnosis["clock"].ok
    assert diagnosis["indexes"].ok
    assert not diagnosis["durability"].ok, "the tests' server does not wait for its disk"
    assert "ALTER SYSTEM SET fsync = on" in diagnosis["durability"].mend
    postgres.sql(name, "DROP INDEX task_queue")
    missing = {finding.check: finding for finding in workspace.upkeep.diagnose()}["indexes"]
    assert "task_queue" in missing.found
    postgres.sql(name, missing.mend.rstrip("."))
    assert all(finding.ok for finding in workspace.upkeep.diagnose() if finding.check != "durability")
    workspace.close()


@pytest.mark.slow
def test_doctor_sees_a_pooler_and_a_clock_that_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    server = Server()
    try:
        bouncer = Bouncer(server)
        workspace = Workspace(bouncer.url(server.fresh().split("/")[3].split("?")[0]), tmp_path, folder=tmp_path)
        now = time.time()
        monkeypatch.setattr(time, "time", lambda: now + 3600)
        diagnosis = {finding.check: finding for finding in workspace.upkeep.diagnose()}
        assert "pooler" in diagnosis["connection"].found
        assert not diagnosis["clock"].ok
        assert "ahead" in diagnosis["clock"].found
        workspace.close()
        bouncer.close()
    finally:
        server.close()
