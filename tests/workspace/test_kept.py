"""Work that waits on a labeler's machine finds its workspace: under another address, in another place, never in a copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE
from tests.workspace.farworkspace import Far, begun, eventually, label
from tests.workspace.shop import role_called
from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.labeling.journal import Journal, KeptSubmission, WaitingDraft, journals
from tui_labeler.labeling.kept import kept
from tui_labeler.model.errors import NotAllowed, NotFound
from tui_labeler.model.tasks import Basis, TaskFilter
from tui_labeler.model.team import Role
from tui_labeler.store import identity
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.upkeep import move


@pytest.fixture
def far(postgres: Server, tmp_path: Path) -> Iterator[Far]:
    opened = Far(postgres, tmp_path, 8)
    yield opened
    opened.close()


def leave_work(far: Far) -> list[str]:
    """Two images that ann labels while the server is away, until she leaves."""
    session, line = far.sit()
    begun(session, line)
    far.line.go_down()
    done = [label(session) for _ in range(2)]
    line.close()
    far.lines.remove(line)
    far.line.come_up()
    with far.near._database.write() as tx:
        tx.run("UPDATE task SET lease_until = 1 WHERE lease_token IS NOT NULL")
    return done


def sit(workspace: Workspace, state: Path, labeler: str = "ann") -> list[str]:
    """What a labeler who begins to label there is told."""
    told: list[str] = []
    line = workspace.sessions.open_line("soda", labeler, state, told.append, lambda: None)
    session = workspace.sessions.labeling("soda", labeler, line)
    session.begin()
    if line is not None:
        eventually(lambda: line.waiting == 0 and not list(line._journal.drafts()))
    session.end()
    if line is not None:
        line.close()
    return told


def labeled(workspace: Workspace) -> list[str]:
    return [task.path for task in workspace.tasks.page("soda", TaskFilter(), 0, 100) if task.state.value == "completed"]


def test_what_is_kept_is_sent_to_the_same_workspace_by_another_address(far: Far) -> None:
    done = leave_work(far)
    assert far.near.upkeep.address != far.far.upkeep.address
    (found,) = far.near.sessions.unsent("ann", far.folder / "state")
    assert found.found == "2 submissions of ann's: not sent yet."
    assert "sent when you label here: tui-labeler label soda" in found.mend
    assert sit(far.near, far.folder / "state") == []
    assert labeled(far.near) == done
    assert far.near.sessions.unsent("ann", far.folder / "state") == []
    assert far.near.upkeep.check() == ()


def test_what_an_earlier_version_kept_is_sent(far: Far) -> None:
    """It knew a workspace by its address alone."""
    state = far.folder / "state"
    first, second = far.near.tasks.page("soda", TaskFilter(), 0, 2)
    old = Journal(journals(state, far.near.upkeep.address, "ann"))
    old.add(KeptSubmission(first, "ann", COKE, "token", 1.0, Basis(None, sent_as="name")))
    old.keep_draft(WaitingDraft(second, "ann", encode(Draft.of(COKE)), True, None, "token"))
    old.close()
    assert far.near.sessions.unsent("ann", state)[0].mend.startswith("It is sent when you label here")
    other = far.far.sessions.unsent("bob", state)[0]
    assert other.found.startswith("1 submission and 1 draft of ann's: not sent yet, kept by an earlier version")
    assert f"--take {journals(state, far.near.upkeep.address, 'ann').name}" in other.mend
    sit(far.near, state)
    assert labeled(far.near) == [first.path]
    draft = far.near.queue.load_draft(second, "ann")
    assert draft is not None
    assert decode(draft.body) == Draft.of(COKE)
    assert [folder.name for folder in (state / "journal").iterdir()] == [
        journals(state, far.near.upkeep.identity.id, "ann").name
    ], "nothing stays under the former name"


@pytest.mark.parametrize("kind", ["postgres", "sqlite"])
def test_what_is_kept_follows_a_workspace_that_moves(far: Far, postgres: Server, tmp_path: Path, kind: str) -> None:
    done = leave_work(far)
    target: Path | str = postgres.fresh() if kind == "postgres" else tmp_path / "moved.db"
    move(far.near._database.url, target, tmp_path)
    moved = Workspace(target, tmp_path / "exports", folder=tmp_path)
    assert moved.upkeep.identity == far.near.upkeep.identity
    assert sit(moved, tmp_path / "state") == []
    assert labeled(moved) == done
    assert list(kept(tmp_path / "state")) == []
    assert moved.upkeep.check() == ()
    moved.close()


def test_a_copy_takes_nothing_that_is_kept_for_the_original(far: Far, postgres: Server, tmp_path: Path) -> None:
    state, done = tmp_path / "state", leave_work(far)
    far.near.upkeep.backup(tmp_path / "backup.db")
    original = far.near.upkeep.identity
    beside = Workspace(tmp_path / "backup.db", tmp_path / "exports")
    assert beside.upkeep.identity.copy_of == original.id != beside.upkeep.identity.id
    sit(beside, state)
    assert labeled(beside) == []
    (found,) = beside.sessions.unsent("ann", state)
    assert found.found == f"2 submissions of ann's, kept for {far.far.upkeep.address}: not sent yet."
    assert f"--workspace {far.url} label soda; or, if this copy of it has taken its place" in found.mend.replace(
        "'", ""
    )
    name = found.mend.rpartition(" ")[2]
    with pytest.raises(NotAllowed, match="you label as bob"):
        beside.sessions.take_kept("bob", state, name)
    with pytest.raises(NotFound, match="under the name"):
        beside.sessions.take_kept("ann", state, "0123")
    beside.sessions.take_kept("ann", state, name)
    assert sit(beside, state) == []
    assert labeled(beside) == done
    assert labeled(far.near) == []
    beside.close()


def test_a_backup_that_is_restored_gets_what_was_kept(far: Far, postgres: Server, tmp_path: Path) -> None:
    far.near.upkeep.backup(tmp_path / "backup.db")
    done = leave_work(far)
    target = postgres.fresh()
    move(tmp_path / "backup.db", target, tmp_path, restore=True)
    restored = Workspace(target, tmp_path / "exports", folder=tmp_path)
    assert restored.upkeep.identity == far.near.upkeep.identity
    sit(restored, tmp_path / "state")
    assert labeled(restored) == done
    restored.close()


def test_a_labeler_reads_which_workspace_it_is_and_cannot_change_it(shared: Workspace, postgres: Server) -> None:
    shared.team.make()
    name = role_called(shared, Role.OWNER).removesuffix("_owner")
    shared.team.add(f"ida_{name}", Role.LABELER)
    ida = Workspace(postgres.url(name, f"ida_{name}"), Path("exports"), folder=Path())
    assert ida.upkeep.identity == shared.upkeep.identity != identity.Identity()
    with ida._database.write() as tx:
        assert tx.run("UPDATE memo SET value = 'other' WHERE key = ?", identity.ID) == 0
    with pytest.raises(NotAllowed):
        ida.memory.remember(identity.COPY_OF, "other")
    ida.close()
    shared.close()


@pytest.mark.parametrize("address", ["sqlite", "postgres"], indirect=True)
def test_every_workspace_has_an_id_that_stays(
    open_workspace: Callable[[], Workspace], postgres: Server, tmp_path: Path
) -> None:
    first, again = open_workspace(), open_workspace()
    assert first.upkeep.identity == again.upkeep.identity
    assert len(first.upkeep.identity.id) == 32
    name = f"other_{first.upkeep.identity.id}"
    if first._database.url.startswith("postgresql"):
        postgres.sql("postgres", f"CREATE DATABASE {name}")
        other = Workspace(postgres.url(name), tmp_path, folder=tmp_path)
    else:
        other = Workspace(tmp_path / "other.db", tmp_path)
    assert other.upkeep.identity.id != first.upkeep.identity.id
    other.close()


def test_what_one_kept_under_a_former_name_is_ones_own_where_one_says_so(far: Far, tmp_path: Path) -> None:
    """A person was whoever the settings named; now they are their login."""
    state, done = tmp_path / "state", leave_work(far)
    (found,) = far.near.sessions.unsent("ann smith", state)
    (one,) = kept(state)
    sends = "It is sent when ann labels here: tui-labeler label soda"
    assert found.mend == f"{sends}; or, if that was you: tui-labeler workspace kept --take {one.name} --mine"
    with pytest.raises(NotAllowed, match="you label as ann smith") as refused:
        far.near.sessions.take_kept("ann smith", state, one.name)
    assert "--mine" in refused.value.mend
    far.near.sessions.take_kept("ann smith", state, one.name, mine=True)
    assert sit(far.near, state, "ann smith") == []
    assert labeled(far.near) == done
    history = far.near.tasks.history(far.near.queue.task("soda", done[0]))
    assert [entry.labeler for entry in history] == ["ann smith"]
