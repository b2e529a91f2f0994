"""How a team is made, led and made anew, on servers and by owners of many kinds."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.postgres import Server
from tests.workspace.conftest import COKE, make_spec
from tests.workspace.shop import role_called
from tui_labeler.model.errors import BadInput, NoRole, NotAllowed, WorkspaceError
from tui_labeler.model.team import Member, Role, Standing
from tui_labeler.workspace import Workspace


@pytest.mark.parametrize("name", ["80 %I labels?", 'o\'Brien "{labeler}" $$ \\'])
def test_a_database_may_be_called_anything(postgres: Server, tmp_path: Path, images: Path, name: str) -> None:
    made = postgres.fresh().split("/")[3].split("?")[0]
    quoted = name.replace('"', '""')
    postgres.sql("postgres", f'ALTER DATABASE {made} RENAME TO "{quoted}"')
    owner = Workspace(postgres.url(quote(name, safe="")), tmp_path, folder=tmp_path)
    owner.datasets.add_datastore("cans", str(images))
    owner.projects.create(make_spec())
    owner.team.make()
    who = f"Ann-Marie % '?' {made}"
    assert owner.team.add(who, Role.LABELER)
    assert who in {member.name for member in owner.team.members()}
    ann = Workspace(postgres.url(quote(name, safe=""), quote(who, safe="")), tmp_path, folder=tmp_path)
    lease = ann.queue.claim("soda", who, "token")
    assert lease
    ann.queue.submit(lease.task, who, COKE, "token")
    with pytest.raises(NotAllowed):
        ann.projects.pause("soda")
    ann.close()
    owner.team.make()  # an upgrade gives the rules anew
    assert owner.team.remove(who) == 0
    owner.close()


def test_the_last_owner_stays(postgres: Server, home: Path) -> None:
    workspace = Workspace(postgres.fresh(), home / "exports", folder=home)
    with pytest.raises(NotAllowed, match="workspace init"):
        workspace.team.members()
    workspace.team.make()
    me = workspace.team.person
    assert workspace.team.members() == (Member(me, Role.OWNER),)
    for leave in (lambda: workspace.team.remove(me), lambda: workspace.team.change(me, Role.LABELER)):
        with pytest.raises(NotAllowed, match="only owner"):
            leave()
    for name in ("", "pg_read_all_data", "public", "a\nb", "x" * 64):
        with pytest.raises(BadInput, match="cannot be a login"):
            workspace.team.add(name, Role.LABELER)
    workspace.team.make()
    workspace.close()


def test_owners_without_other_rights_make_and_lead_a_team(postgres: Server, home: Path) -> None:
    """Who makes the workspace owns the database and may make roles; an owner whom they add may add existing logins."""
    postgres.sql("postgres", "CREATE ROLE founder LOGIN CREATEROLE", "CREATE DATABASE founded OWNER founder")
    postgres.sql("postgres", "CREATE ROLE helper LOGIN", 'CREATE ROLE "o\'Brien ""x""" LOGIN')
    founder = Workspace(postgres.url("founded", "founder"), home / "exports", folder=home)
    founder.team.make()
    founder.team.add("deputy", Role.OWNER)
    deputy = Workspace(postgres.url("founded", "deputy"), home / "exports", folder=home)
    assert not deputy.team.add("helper", Role.LABELER)
    assert not deputy.team.add('o\'Brien "x"', Role.REVIEWER)
    with pytest.raises(NotAllowed, match="CREATE ROLE"):
        deputy.team.add("unknown_login", Role.LABELER)
    deputy.team.change("helper", Role.REVIEWER)
    for leave in (lambda: deputy.team.remove("founder"), lambda: founder.team.change("founder", Role.REVIEWER)):
        with pytest.raises(NotAllowed, match="“founder” owns the database “founded”") as refused_owner:
            leave()
    assert 'ALTER DATABASE "founded" OWNER TO' in refused_owner.value.mend
    postgres.sql("postgres", "ALTER DATABASE founded OWNER TO deputy")
    deputy.team.remove("founder")
    assert [member.name for member in deputy.team.members()] == ["deputy", "helper", 'o\'Brien "x"']
    deputy.close()
    founder.close()
    postgres.sql("postgres", "CREATE DATABASE bare")
    postgres.sql("bare", "GRANT CREATE ON SCHEMA public TO helper")
    helper = Workspace(postgres.url("bare", "helper"), home / "exports", folder=home)
    with pytest.raises(NotAllowed, match="CREATEROLE"):
        helper.team.make()
    helper.close()
    with pytest.raises(NoRole, match="is “helper”'s alone") as refused:
        Workspace(postgres.url("bare", "founder"), home / "exports", folder=home)
    assert "As “helper”: tui-labeler workspace init, then tui-labeler team add founder" in refused.value.mend
    postgres.sql("bare", "REASSIGN OWNED BY helper TO founder")
    Workspace(postgres.url("bare", "founder"), home / "exports", folder=home).close()


def test_a_workspace_in_a_schema_of_its_own_is_open_to_its_team_alone(postgres: Server, home: Path) -> None:
    postgres.sql("postgres", "CREATE ROLE architect LOGIN CREATEROLE", "CREATE DATABASE schemed OWNER architect")
    postgres.sql("schemed", "CREATE SCHEMA labeling AUTHORIZATION architect")
    postgres.sql(
        "schemed", "ALTER DATABASE schemed SET search_path = labeling", "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    )
    architect = Workspace(postgres.url("schemed", "architect"), home / "exports", folder=home)
    architect.team.make()
    architect.team.add("mason", Role.LABELER)
    mason = Workspace(postgres.url("schemed", "mason"), home / "exports", folder=home)
    assert mason.team.standing == Standing("mason", Role.LABELER)
    mason.close()
    architect.team.remove("mason")
    postgres.sql("schemed", "GRANT CONNECT ON DATABASE schemed TO mason")
    with pytest.raises(NoRole, match="“mason” has no role there"):
        Workspace(postgres.url("schemed", "mason"), home / "exports", folder=home)
    architect.close()


def test_a_labeler_whose_program_is_newer_is_told_who_upgrades(postgres: Server, home: Path) -> None:
    owner = Workspace(postgres.fresh(), home / "exports", folder=home)
    owner.team.make()
    name = role_called(owner, Role.OWNER).removesuffix("_owner")
    owner.team.add(f"early_{name}", Role.LABELER)
    owner.close()
    postgres.sql(name, "UPDATE workspace_version SET version = version - 1")
    with pytest.raises(NotAllowed, match="was written by an older version") as refused:
        Workspace(postgres.url(name, f"early_{name}"), home / "exports", folder=home)
    assert "An owner opens it first" in refused.value.mend


def test_a_team_of_an_earlier_version_is_led_by_every_owner_after_init(postgres: Server, home: Path) -> None:
    """Before, each owner gave roles themselves; from PostgreSQL 16 on nobody else could take those."""
    old = Workspace(postgres.fresh(), home / "exports", folder=home)
    old.team.make()
    owner, labeler = role_called(old, Role.OWNER), role_called(old, Role.LABELER)
    first, second, helper = (f"{who}_{owner}" for who in ("first", "second", "helper"))
    name = owner.removesuffix("_owner")
    postgres.sql(
        name,
        "DROP FUNCTION team_hold",
        f"DROP OWNED BY {name}_keeper",
        f"DROP ROLE {name}_keeper",
        *(f"CREATE ROLE {who} LOGIN" for who in (first, second, helper)),
        f"GRANT {owner} TO {old.team.person}, {first} WITH ADMIN OPTION",
        f"SET SESSION AUTHORIZATION {first}",
        f"GRANT {owner} TO {second} WITH ADMIN OPTION",
        f"GRANT {labeler} TO {helper}",
    )
    old.team.change(helper, Role.REVIEWER)
    old.team.make()
    later = Workspace(postgres.url(name, second), home / "exports", folder=home)
    later.team.change(helper, Role.LABELER)
    later.team.remove(first)
    assert {member.name: member.role for member in later.team.members()} == {
        old.team.person: Role.OWNER,
        second: Role.OWNER,
        helper: Role.LABELER,
    }
    later.close()
    old.close()


def test_roles_that_were_left_on_another_server_are_named_and_made_anew(postgres: Server, home: Path) -> None:
    """As in a dump that is restored elsewhere."""
    url = postgres.fresh()
    old = Workspace(url, home / "exports", folder=home)
    old.team.make()
    owner = role_called(old, Role.OWNER)
    old.close()
    name = owner.removesuffix("_owner")
    postgres.sql("postgres", f"ALTER ROLE {owner} RENAME TO {name}_elsewhere")
    with pytest.raises(WorkspaceError, match=f"role “{owner}” is not on this server") as refused:
        Workspace(url, home / "exports", folder=home)
    assert "DROP TABLE team_role" in refused.value.mend
    postgres.sql(name, "DROP TABLE team_role")
    new = Workspace(url, home / "exports", folder=home)
    new.team.make()
    assert new.team.standing == Standing(new.team.person, Role.OWNER)
    assert role_called(new, Role.OWNER) == f"{name}_2_owner"
    new.close()


def test_a_file_has_no_team(home: Path) -> None:
    workspace = Workspace(home / "workspace.db", home / "exports")
    assert not workspace.team.make()
    assert workspace.team.person == ""
    with pytest.raises(NotAllowed, match="is a file"):
        workspace.team.members()
    workspace.close()
