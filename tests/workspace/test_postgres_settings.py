"""Databases that an administrator has set up otherwise: what is said, and what goes on as ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.postgres import Bouncer, Server, require_psycopg
from tests.workspace.conftest import COKE, SIZE, make_spec
from tests.workspace.farworkspace import eventually
from tui_labeler.model.errors import LabelerError, NoRole, NotAllowed, Unreachable, WorkspaceError
from tui_labeler.model.team import Role
from tui_labeler.store.postgres import address_of
from tui_labeler.store.postgres_database import PostgresDatabase
from tui_labeler.store.postgres_errors import explain
from tui_labeler.workspace import Workspace


@pytest.fixture
def made_bouncer(postgres: Server) -> Iterator[Callable[..., Bouncer]]:
    """Makes poolers before the server, which end with the test."""
    made: list[Bouncer] = []

    def make(**settings: Any) -> Bouncer:
        made.append(Bouncer(postgres, **settings))
        return made[-1]

    yield make
    for bouncer in made:
        bouncer.close()


def opened(server: Server, name: str, folder: Path, user: str = "") -> Workspace:
    return Workspace(server.url(name, user), folder, folder=folder)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_an_encoding_that_cannot_keep_every_name_is_refused(postgres: Server, tmp_path: Path, encoding: str) -> None:
    name = f"coded_{encoding.lower()}"
    postgres.sql("postgres", f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(WorkspaceError, match="its encoding is not UTF8") as refused:
        opened(postgres, name, tmp_path)
    assert "--encoding UTF8" in refused.value.mend


def test_a_search_path_to_nowhere_is_named(postgres: Server, tmp_path: Path) -> None:
    postgres.sql("postgres", "CREATE DATABASE pathless", "ALTER DATABASE pathless SET search_path = nowhere")
    with pytest.raises(WorkspaceError, match="search_path names no schema") as refused:
        opened(postgres, "pathless", tmp_path)
    assert "ALTER DATABASE" in refused.value.mend


def test_a_second_workspace_that_the_others_would_not_see_is_not_made(postgres: Server, tmp_path: Path) -> None:
    name = postgres.fresh().split("/")[3].split("?")[0]
    postgres.sql(name, "CREATE SCHEMA mine")
    postgres.sql(name, f"ALTER ROLE {postgres.user} IN DATABASE {name} SET search_path = mine")
    with pytest.raises(WorkspaceError, match="stands in the schema “public”, where your search_path") as refused:
        opened(postgres, name, tmp_path)
    postgres.sql("postgres", refused.value.mend.partition(": ")[2].rstrip("."))
    opened(postgres, name, tmp_path).close()
    postgres.sql("postgres", f"ALTER ROLE {postgres.user} IN DATABASE {name} RESET ALL")


def test_who_may_make_no_tables_is_told_by_whom(postgres: Server, tmp_path: Path) -> None:
    """From PostgreSQL 15 on not everyone may in the schema public."""
    postgres.sql("postgres", "CREATE DATABASE tableless STRATEGY file_copy", "CREATE ROLE tableless LOGIN")
    postgres.sql("tableless", "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    with pytest.raises(NotAllowed, match="you may not make its tables in the schema “public”") as refused:
        opened(postgres, "tableless", tmp_path, "tableless")
    postgres.sql("tableless", refused.value.mend.partition("right: ")[2].rstrip("."))
    opened(postgres, "tableless", tmp_path, "tableless").close()


def write_to_read_only(workspace: Workspace) -> None:
    with workspace._database.write() as tx:
        tx.one("SELECT set_config('transaction_read_only', 'on', true)")
        tx.run("DELETE FROM memo")


def test_a_server_that_became_read_only_is_asked_for_anew(shared: Workspace, postgres: Server) -> None:
    """A URL of several servers finds the new primary only when it connects."""
    database = shared._database
    with database.read() as tx:
        before = tx.one("SELECT pg_backend_pid()")
    with pytest.raises(WorkspaceError, match="is read-only") as refused:
        write_to_read_only(shared)
    assert "primary" in refused.value.mend
    with database.read() as tx:
        assert tx.one("SELECT pg_backend_pid()") != before
    shared.close()


SETTINGS = {
    "standard_conforming_strings": "off",
    "extra_float_digits": "-15",
    "row_security": "off",
    "default_transaction_isolation": "serializable",
    "bytea_output": "escape",
    "client_encoding": "SQL_ASCII",
    "DateStyle": "SQL, DMY",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Asia/Kolkata",
    "client_min_messages": "debug5",
    "lock_timeout": "10s",
}


def test_what_is_set_otherwise_for_a_login_changes_nothing(
    postgres: Server, tmp_path: Path, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = postgres.fresh().split("/")[3].split("?")[0]
    person = f"o'{name}\\ł"
    quoted = f'"{person}"'
    owner = opened(postgres, name, tmp_path)
    owner.datasets.add_datastore("cans", str(images))
    owner.projects.create(make_spec())
    owner.team.make()
    postgres.sql("postgres", *(f"ALTER ROLE {postgres.user} SET {key} = '{value}'" for key, value in SETTINGS.items()))
    owner.close()
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    try:
        owner = opened(postgres, name, tmp_path)
        owner.team.add(person, Role.LABELER)
        assert {member.name for member in owner.team.members()} == {person, postgres.user}
    finally:
        monkeypatch.delenv("PGCLIENTENCODING")
        postgres.sql("postgres", f"ALTER ROLE {postgres.user} RESET ALL")
    postgres.sql("postgres", *(f"ALTER ROLE {quoted} SET {key} = '{value}'" for key, value in SETTINGS.items()))
    labeler = opened(postgres, name, tmp_path, quote(person))
    session = labeler.sessions.labeling("soda", person)
    session.begin()
    assert session.task is not None
    lease = labeler.queue.take(session.task, person, session._token)
    assert abs(lease.until - labeler.now() - 600) < 60
    session.save(session.start.added(COKE.regions[0]))
    session.submit(session.start.added(COKE.regions[0]), SIZE)
    session.end()
    assert owner.projects.status("soda").labelers == {person: 1}
    assert owner.upkeep.check() == ()
    labeler.close()
    owner.close()


@pytest.mark.parametrize(
    ("said", "message", "mend"),
    [
        ('FATAL:  role "ann" does not exist', 'does not know you: role "ann"', "team add NAME"),
        ('FATAL:  database "labels" does not exist', 'does not exist: database "labels"', "createdb"),
        ('root certificate file "/r.crt" does not exist', "as safely as is asked for: root", "sslrootcert"),
        ("server does not support SSL, but SSL was required", "as safely as is asked for", "sslmode"),
        ("SSL error: unexpected eof while reading", "cannot be reached: SSL error: unexpected eof", "network"),
        ('FATAL:  permission denied for database "labels"\nDETAIL:  No.', "let you in: permission", "team add NAME"),
        ('FATAL:  no pg_hba.conf entry for host "h", no encryption', "refuses the sign-in: no pg_hba", "sslmode"),
        (
            'FATAL:  password authentication failed for user "ann"\n'
            'connection to server at "10.0.0.1", port 5432 failed: FATAL:  no pg_hba.conf entry, no encryption',
            'refuses the sign-in: password authentication failed for user "ann".',
            "~/.pgpass",
        ),
        ("session is read-only", "target_session_attrs asks for: session is read-only", "standby"),
        ('FATAL:  unrecognized configuration parameter "x"', "refuses a setting: unrec", "PGOPTIONS"),
        ("FATAL:  unsupported startup parameter: options", "refuses a setting: unsupp", "pgbouncer"),
        ("FATAL:  query_wait_timeout", "a pooler before it that has no connection free", "default_pool_size"),
        ("ERROR:  transaction blocks not allowed in statement pooling mode", "statement mode", "transaction"),
        ("FATAL:  sorry, too many clients already", "no more connections: sorry", "max_connections"),
        (
            "Connection refused\n\tIs the server running on that host?",
            "cannot be reached: Connection refused.",
            "network",
        ),
        ('FATAL:  database "labels" is not currently accepting connections', "is closed", "ALLOW_CONNECTIONS"),
    ],
)
def test_what_is_said_while_one_connects_is_named_with_its_mend(said: str, message: str, mend: str) -> None:
    """There is no code then. It is the line's trouble, so that what is submitted meanwhile is kept and sent again."""
    import psycopg

    text = f'connection failed: connection to server at "10.0.0.1", port 5432 failed: {said}'
    error: LabelerError = explain(psycopg.OperationalError(text), "postgresql://db/labels")
    assert message in error.message
    assert mend in error.mend
    assert isinstance(error, WorkspaceError | Unreachable)


def test_a_pooler_without_a_free_connection_is_named_before_its_patience_ends(
    postgres: Server, made_bouncer: Callable[..., Bouncer], tmp_path: Path
) -> None:
    name = postgres.fresh().split("/")[3].split("?")[0]
    bouncer = made_bouncer(connections=1, mode="session")
    first = Workspace(bouncer.url(name), tmp_path, folder=tmp_path)
    with pytest.raises(
        Unreachable, match="a pooler before it that has no connection free: no answer for 1 sec"
    ) as refused:
        Workspace(f"{bouncer.url(name)}&connect_timeout=1", tmp_path, folder=tmp_path)
    assert "pool_mode = transaction" in refused.value.mend
    first.close()
    Workspace(bouncer.url(name), tmp_path, folder=tmp_path).close()


def test_a_pooler_in_statement_mode_is_named(
    postgres: Server, made_bouncer: Callable[..., Bouncer], tmp_path: Path
) -> None:
    name = postgres.fresh().split("/")[3].split("?")[0]
    bouncer = made_bouncer(mode="statement")
    with pytest.raises(WorkspaceError, match="a pooler in statement mode") as refused:
        Workspace(bouncer.url(name), tmp_path, folder=tmp_path)
    assert "pool_mode = transaction" in refused.value.mend


def test_doctor_says_that_nobody_can_label(postgres: Server, tmp_path: Path) -> None:
    name = postgres.fresh().split("/")[3].split("?")[0]
    postgres.sql("postgres", f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    workspace = opened(postgres, name, tmp_path)
    server = {finding.check: finding for finding in workspace.upkeep.diagnose()}["server"]
    assert not server.ok
    assert "nobody can label" in server.found
    workspace.close()


def test_of_several_servers_each_reason_is_said_once(tmp_path: Path) -> None:
    require_psycopg()
    with pytest.raises(Unreachable) as refused:
        Workspace("postgresql://127.0.0.1:1,127.0.0.1:2/x?connect_timeout=2", tmp_path, folder=tmp_path)
    assert refused.value.message.endswith("cannot be reached: Connection refused.")


def test_passwords_that_others_can_read_are_passed_over_without_a_word_on_the_terminal(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """libpq would write it across the screen, at each connection anew."""
    import psycopg

    url, file = postgres.fresh(), tmp_path / "passwords"
    file.write_text("*:*:*:*:secret")
    file.chmod(0o644)
    monkeypatch.setenv("PGPASSFILE", str(file))
    Workspace(url, tmp_path, folder=tmp_path).close()
    assert capfd.readouterr().err == ""
    error = explain(psycopg.OperationalError("fe_sendauth: no password supplied"), "postgresql://db/labels")
    assert f"chmod 600 {file}" in error.mend


def sleep_too_long(workspace: Workspace) -> None:
    with workspace._database.read() as tx:
        tx.one("SELECT set_config('statement_timeout', '20ms', true)")
        tx.one("SELECT pg_sleep(60)")


def test_a_timeout_of_the_administrators_is_named(shared: Workspace) -> None:
    with pytest.raises(Unreachable, match="longer than its statement_timeout") as refused:
        sleep_too_long(shared)
    assert "ALTER ROLE" in refused.value.mend
    shared.close()


def test_no_more_connections_is_named(postgres: Server, tmp_path: Path) -> None:
    postgres.sql("postgres", "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
    with pytest.raises(Unreachable, match=r"takes no more connections: too many connections for role") as refused:
        opened(postgres, "postgres", tmp_path, "crowded")
    assert "pgbouncer" in refused.value.mend


@pytest.mark.parametrize("where", ["server", "pooler"])
def test_with_one_connection_transactions_wait_for_each_other(
    postgres: Server, made_bouncer: Callable[..., Bouncer], tmp_path: Path, where: str
) -> None:
    name = postgres.fresh().split("/")[3].split("?")[0]
    bouncer = made_bouncer(connections=1, mode="session") if where == "pooler" else None
    if bouncer is None:
        postgres.sql(
            name, "CREATE ROLE lone LOGIN CONNECTION LIMIT 1", "GRANT ALL ON ALL TABLES IN SCHEMA public TO lone"
        )
    url = f"{bouncer.url(name)}&connect_timeout=1" if bouncer else postgres.url(name, "lone")
    workspace = Workspace(url, tmp_path, folder=tmp_path)
    database, answers = workspace._database, list[object]()
    assert isinstance(database, PostgresDatabase)

    def ask() -> None:
        for _ in range(2):
            with database.read() as tx:
                answers.append(tx.one("SELECT 1"))

    thread = threading.Thread(target=ask)
    with database.read() as tx:
        tx.one("SELECT 1")
        thread.start()
        eventually(lambda: database._pool._full_until > 0)  # the server has refused another one
        assert answers == []
    thread.join()
    assert answers == [(1,), (1,)]
    workspace.close()


def test_a_stranger_is_told_whose_it_is(postgres: Server, tmp_path: Path) -> None:
    name = postgres.fresh().split("/")[3].split("?")[0]
    postgres.sql("postgres", "CREATE ROLE stranger LOGIN")
    with pytest.raises(NoRole, match=f"is “{postgres.user}”'s alone: it has no roles yet") as refused:
        opened(postgres, name, tmp_path, "stranger")
    assert refused.value.mend == (
        f"As “{postgres.user}”: tui-labeler workspace init, then tui-labeler team add stranger --role labeler."
    ), "and nothing that makes a labeler the owner of the tables"


def test_what_ends_an_idle_transaction_is_a_line_that_broke() -> None:
    """The journal keeps what was not confirmed, and sends it again."""
    import psycopg

    for state in ("25P03", "57P01", "57P05"):
        error = psycopg.errors.lookup(state)("terminating connection")
        said: LabelerError = explain(error, "postgresql://db/labels")
        assert isinstance(said, Unreachable), state


def test_a_workspace_is_called_by_its_service() -> None:
    assert address_of("postgresql:///?service=labels") == "postgresql://?service=labels"
    assert address_of("postgresql://ann@[::1]:5439/labels?sslmode=require") == "postgresql://[::1]:5439/labels"
