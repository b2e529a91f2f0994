"""A server that refuses: what a labeler does meanwhile is kept, it is said why, and it goes on once that is mended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE
from tests.workspace.farworkspace import Far, begun, eventually, label
from tui_labeler.labeling import open_line, server_line
from tui_labeler.labeling.open_line import AHEAD
from tui_labeler.model.errors import NoRole
from tui_labeler.model.team import Role
from tui_labeler.workspace import Workspace


@pytest.fixture
def far(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Far]:
    monkeypatch.setattr(open_line, "_MENDED_SECONDS", 0.05)
    opened = Far(postgres, tmp_path, 12)
    yield opened
    opened.close()


def test_a_database_that_is_renamed_while_people_label(far: Far, postgres: Server) -> None:
    session, line = far.sit()
    begun(session, line)
    name = far.url.rpartition("/")[2]
    others = "datname <> 'postgres' AND pid <> pg_backend_pid()"
    end_all = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"  # noqa: S608 - no values
    postgres.sql("postgres", f"ALTER DATABASE {name} ALLOW_CONNECTIONS false", end_all)
    done = [label(session)]
    eventually(lambda: "is closed" in line.why_cut())
    postgres.sql("postgres", f"ALTER DATABASE {name} RENAME TO away", "ALTER DATABASE away ALLOW_CONNECTIONS true")
    done.append(label(session))
    eventually(lambda: "does not exist" in line.why_cut())
    assert "2 submissions kept on this machine. It goes on by itself once that is mended." in line.why_cut()
    assert line.words == "offline · 2 kept"
    postgres.sql("postgres", f"ALTER DATABASE away RENAME TO {name}")
    eventually(lambda: line.words == "" and line.waiting == 0)
    assert far.submitted() == done
    assert far.told == []


def test_a_lock_of_the_administrators_holds_up_nothing_that_is_drawn(
    far: Far, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As ALTER TABLE and VACUUM FULL take one: the server answers nothing, and shows no error."""
    import psycopg

    monkeypatch.setattr(server_line, "_LATE_SECONDS", 3600.0)  # also before the line counts as cut
    session, line = far.sit()
    begun(session, line)
    session.nearby()
    with psycopg.connect(postgres.url(far.url.rpartition("/")[2])) as administrator:
        administrator.execute(
            "SET idle_in_transaction_session_timeout = '20s'"
        )  # whoever waits fails, and does not hang
        administrator.execute("LOCK TABLE submission IN ACCESS EXCLUSIVE MODE")
        done = []
        for _ in range(AHEAD):
            done.append(label(session))
            session.nearby()
        assert line.waiting == AHEAD
        assert session.task is not None
        session.save(session.start.added(COKE.regions[0]))
        assert line._journal.draft(session.task) is not None
        administrator.rollback()
    eventually(lambda: line.waiting == 0)
    assert far.submitted() == done


def test_a_role_that_is_taken_while_someone_labels_and_given_back(far: Far, postgres: Server) -> None:
    name = far.url.rpartition("/")[2]
    login = f"ann_{name}"
    far.near.team.make()
    far.near.team.add(login, Role.LABELER)
    far.far = Workspace(postgres.url(name, login), far.folder / "exports", folder=far.folder)
    session, line = far.sit(login)
    begun(session, line)
    far.near.team.remove(login)
    done = label(session)
    eventually(lambda: "has no role there" in line.why_cut())
    assert f"team add {login}" in line.why_cut()
    assert line.waiting == 1
    with pytest.raises(NoRole):
        line.status("soda")
    far.near.team.add(login, Role.LABELER)
    eventually(lambda: line.words == "" and line.waiting == 0)
    assert far.submitted() == [done]
    assert far.told == []
