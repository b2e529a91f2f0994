"""Whose work a moved workspace holds under a name that cannot sign in there, and how drafts get to who can."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE
from tests.workspace.shop import role_called
from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.model.errors import BadInput, NotAllowed, NotFound
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.team import Member, Role, Stranger
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.upkeep import move

DRAWN = Draft.of(COKE)


def draw(workspace: Workspace, labeler: str, *numbers: int) -> None:
    tasks = workspace.tasks.page("soda", TaskFilter(), 0, 10)
    for number in numbers:
        workspace.queue.save_draft(tasks[number], labeler, encode(DRAWN))


def submit(workspace: Workspace, labeler: str) -> None:
    lease = workspace.queue.claim("soda", labeler, "t")
    assert lease
    workspace.queue.submit(lease.task, labeler, COKE, "t")


def drawn_by(workspace: Workspace, labeler: str) -> list[int]:
    """The numbers of the images on which a labeler has a draft."""
    tasks = workspace.tasks.page("soda", TaskFilter(), 0, 10)
    kept = [workspace.queue.load_draft(task, labeler) for task in tasks]
    return [number for number, draft in enumerate(kept) if draft is not None and decode(draft.body) == DRAWN]


def test_a_move_names_who_is_no_login_there(workspace: Workspace, postgres: Server, home: Path, tmp_path: Path) -> None:
    postgres.sql("postgres", 'CREATE ROLE "moved ida" LOGIN')
    for labeler in ("moved bob", "moved eve", "moved ida"):
        submit(workspace, labeler)
    draw(workspace, "moved bob", 3, 4)
    moved = move(home / "workspace.db", postgres.fresh(), tmp_path)
    assert moved.strangers == (Stranger("moved bob", 2, 1), Stranger("moved eve", 0, 1))
    assert moved.strangers[0].words == "moved bob (2 drafts, 1 label)"
    assert move(home / "workspace.db", tmp_path / "file.db", tmp_path).strangers == (), "a file knows no logins"


def test_where_there_is_a_team_it_names_who_is_not_of_it(
    workspace: Workspace, postgres: Server, home: Path, tmp_path: Path
) -> None:
    url = postgres.fresh()
    target = Workspace(url, home / "exports", folder=home)
    target.team.make()
    login = f"ina_{role_called(target, Role.OWNER)}"
    target.team.add(login, Role.LABELER)
    target.close()
    draw(workspace, login, 1)
    draw(workspace, postgres.user, 2)
    draw(workspace, "postgres", 3)
    assert move(home / "workspace.db", url, tmp_path).strangers == (Stranger("postgres", 1, 0),)


def test_a_move_says_whose_roles_stay_behind(
    workspace: Workspace, postgres: Server, home: Path, tmp_path: Path
) -> None:
    url, target = postgres.fresh(), postgres.fresh()
    shared = Workspace(url, home / "exports", folder=home)
    shared.team.make()
    name = role_called(shared, Role.OWNER)
    rita, lea = f"rita_{name}", f"lea_{name}"
    shared.team.add(rita, Role.REVIEWER)
    shared.team.add(lea, Role.LABELER)
    shared.close()
    moved = move(url, target, tmp_path)
    assert moved.lacks_roles
    assert moved.members == (Member(lea, Role.LABELER), Member(rita, Role.REVIEWER)), "who moved it, owns it"
    there = Workspace(target, home / "exports", folder=home)
    there.team.make()
    there.team.add(lea, Role.LABELER)
    there.close()
    again = move(url, target, tmp_path)
    assert (again.lacks_roles, [member.name for member in again.members]) == (False, [rita])
    to_file = move(url, tmp_path / "file.db", tmp_path)
    assert (to_file.lacks_roles, to_file.members) == (False, ()), "a file has no roles"


@pytest.mark.parametrize("address", ["sqlite", "postgres"], indirect=True)
def test_drafts_are_handed_over_but_for_those_of_images_on_which_the_other_one_draws(workspace: Workspace) -> None:
    submit(workspace, "bob")
    draw(workspace, "bob", 0, 1, 2)
    draw(workspace, "eve", 2)
    assert workspace.team.hand_over("bob", "eve") == (2, 1)
    assert (drawn_by(workspace, "bob"), drawn_by(workspace, "eve")) == ([2], [0, 1, 2])
    history = workspace.tasks.history(workspace.tasks.page("soda", TaskFilter(), 0, 1)[0])
    assert [entry.labeler for entry in history] == ["bob"], "labels stay whose they are"
    with pytest.raises(NotFound, match="“ida” has no drafts"):
        workspace.team.hand_over("ida", "eve")
    with pytest.raises(BadInput):
        workspace.team.hand_over("bob", "")


def test_in_a_team_an_owner_hands_drafts_to_members(shared: Workspace, postgres: Server, home: Path) -> None:
    draw(shared, "os-user", 0, 1)
    shared.team.make()
    name = role_called(shared, Role.OWNER).removesuffix("_owner")
    shared.team.add(f"lea_{name}", Role.LABELER)
    lea = Workspace(postgres.url(name, f"lea_{name}"), home / "exports", folder=home)
    assert drawn_by(lea, f"lea_{name}") == []
    with pytest.raises(NotAllowed, match="role owner"):
        lea.team.hand_over("os-user", f"lea_{name}")
    with pytest.raises(NotFound, match="not of the team"):
        shared.team.hand_over("os-user", "somebody")
    assert shared.team.hand_over("os-user", f"lea_{name}") == (2, 0)
    assert drawn_by(lea, f"lea_{name}") == [0, 1]
    lea.close()
    shared.close()
