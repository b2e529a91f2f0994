"""Databases that an administrator has set up otherwise: what is said, and what goes on as ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import Server
from tui_labeler.model.errors import LabelerError, NotAllowed, Unreachable, WorkspaceError
from tui_labeler.store.postgres import address_of, explain
from tui_labeler.workspace import Workspace


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


def test_a_stranger_is_told_to_be_added(postgres: Server, tmp_path: Path) -> None:
    name = postgres.fresh().split("/")[3].split("?")[0]
    postgres.sql("postgres", "CREATE ROLE stranger LOGIN")
    with pytest.raises(NotAllowed, match="does not let you") as refused:
        opened(postgres, name, tmp_path, "stranger")
    assert "team add NAME" in refused.value.mend


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
