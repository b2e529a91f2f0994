"""The team as a screen, by keys: on a PostgreSQL, where it can be had, and what is said elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.postgres import Server
from tests.tui.conftest import MakeApp, settle, type_text
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.team import Member, Role, login_problem, password_command
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.dialogs import Confirm, Pick, Prompt
from tui_labeler.tui.screens.projects import ProjectsScreen
from tui_labeler.tui.screens.team import TeamScreen
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.rowtable import TextTable
from tui_labeler.workspace import Workspace

SIZE = (80, 24)
Shared = Callable[[str], Workspace]


@pytest.fixture
def shared(postgres: Server, home: Path) -> Iterator[Shared]:
    """A workspace on a PostgreSQL, as this login opens it; the first is its maker."""
    address, opened = postgres.fresh(), []
    name = address.split("/")[3].split("?")[0]

    def call(login: str) -> Workspace:
        opened.append(Workspace(postgres.url(name, login), home / "exports", folder=home))
        return opened[-1]

    yield call
    for workspace in opened:
        workspace.close()
    for login in ("team_ann", "team_bob", "team_new"):
        with suppress(Exception):
            postgres.sql(name, f"DROP OWNED BY {login}", f"DROP ROLE {login}")


def app_on(workspace: Workspace, home: Path) -> LabelerApp:
    places = find_places(str(home))
    return LabelerApp(workspace, Settings(places, {}), places)


def rows(pilot: Pilot[None]) -> list[list[str]]:
    table = pilot.app.screen.query_one(TextTable)
    return [[str(cell) for cell in table.get_row_at(index)] for index in range(table.row_count)]


def told(pilot: Pilot[None]) -> str:
    assert isinstance(pilot.app, LabelerApp)
    return " ".join(told.text for told in pilot.app.told)


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


@pytest.mark.slow
async def test_roles_are_made_and_people_come_change_and_go(shared: Shared, home: Path, postgres: Server) -> None:
    workspace = shared("")
    me = postgres.user
    app = app_on(workspace, home)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "T")
        assert isinstance(app.screen, TeamScreen)
        assert "no roles yet" in str(app.screen.query_one("#no-roles Static", Static).content)
        await press(pilot, "n")
        assert "press ⏎ to make them" in told(pilot)
        await press(pilot, "enter")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "y")
        assert rows(pilot) == [[f"{me} (you)", "owner", ""]]
        assert "everything, the team too" in str(app.screen.query_one("#may", Static).content)

        await press(pilot, "n")
        assert isinstance(app.screen, Prompt)
        await type_text(pilot, me)
        await settle(pilot)
        assert "is owner already" in str(app.screen.query_one(".error", Static).content)
        app.screen.query_one(Input).value = ""
        await type_text(pilot, "team_ann")
        await press(pilot, "enter")
        assert isinstance(app.screen, Pick)
        await press(pilot, "up", "enter")
        assert f"psql '{workspace._database.url}' -c '\\password team_ann'" in told(pilot), (
            "a new login has no password"
        )
        assert [row[:2] for row in rows(pilot)] == [[f"{me} (you)", "owner"], ["team_ann", "reviewer"]]

        table = app.screen.query_one(TextTable)
        assert table.cursor_row == 1, "the cursor stands on who came"
        await press(pilot, "enter", "down", "enter")
        assert Member("team_ann", Role.LABELER) in workspace.team.members()
        assert rows(pilot)[1][1] == "labeler"

        await press(pilot, "delete", "n")
        assert len(rows(pilot)) == 2, "no is no"
        await press(pilot, "delete", "y")
        assert [member.name for member in workspace.team.members()] == [me]
        assert len(rows(pilot)) == 1
        await press(pilot, "delete", "y")
        assert "only owner" in told(pilot)
        assert len(rows(pilot)) == 1
        await press(pilot, "escape")
        assert isinstance(app.screen, ProjectsScreen)


@pytest.mark.slow
async def test_a_labeler_looks_and_an_owner_who_leaves_is_told(shared: Shared, home: Path) -> None:
    owner = shared("")
    owner.team.make()
    owner.team.add("team_ann", Role.LABELER)
    owner.team.add("team_bob", Role.OWNER)
    app = app_on(shared("team_ann"), home)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "T", "slash", "t", "e", "a", "m")
        assert [row[:2] for row in rows(pilot)] == [["team_ann (you)", "labeler"], ["team_bob", "owner"]]
        await press(pilot, "enter", "enter")
        assert "needs the role owner; “team_ann” is labeler" in told(pilot)
        assert isinstance(app.screen, TeamScreen)
        owner.team.remove("team_bob")
        for _ in range(200):
            if len(rows(pilot)) == 1:
                break
            await pilot.pause(0.02)
        assert [row[0] for row in rows(pilot)] == ["team_ann (you)"], "what others change is followed"
    owner.team.add("team_bob", Role.OWNER)
    bob = shared("team_bob")
    app = app_on(bob, home)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "T", "end", "enter", "end", "enter")
        assert isinstance(app.screen, Confirm)
        await press(pilot, "y")
        assert bob.team.standing
        assert bob.team.standing.role is Role.LABELER
        await press(pilot, "n")
        assert isinstance(app.screen, TeamScreen), "who left the owners cannot add anybody"
        assert "needs the role owner" in told(pilot)


async def test_a_team_is_offered_where_there_can_be_one(shared: Shared, home: Path, make_app: MakeApp) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "Team" not in str(app.screen.query_one(KeyBar).render())
        await press(pilot, "T")
        assert isinstance(app.screen, ProjectsScreen)
        assert "is a file: whoever can open it may do everything" in told(pilot)
        assert "workspace move" in told(pilot)
    app = app_on(shared(""), home)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert "T Team" in str(app.screen.query_one(KeyBar).render())


async def test_a_server_that_ends_meanwhile_is_told(
    shared: Shared, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = shared("")
    workspace.team.make()

    def fail(*_: object) -> None:
        raise LabelerError("The server went away.")

    app = app_on(workspace, home)
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await press(pilot, "T")
        monkeypatch.setattr(type(workspace.team), "add", fail)
        await press(pilot, "n")
        await type_text(pilot, "team_new")
        await press(pilot, "enter", "enter")
        assert "The server went away" in told(pilot)
        assert len(rows(pilot)) == 1


@pytest.mark.parametrize("name", ["", " ", "public", "PG_X".lower(), "a\nb", "x" * 64, "é" * 32, "(consensus)"])
def test_names_that_no_login_can_have(name: str) -> None:
    assert "cannot be a login" in login_problem(name)


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("ann", "-c '\\password ann'"),
        ("Ann", "-c '\\password \"Ann\"'"),
        ('o\'Brien "x"', '-c \'\\password "o\'"\'"\'Brien ""x"""\''),
    ],
)
def test_the_password_command_is_one_that_a_shell_takes(name: str, command: str) -> None:
    url = "postgresql://db/labels"
    assert password_command(name, url) == f"psql {url} {command}"
    assert password_command(name, f"{url}?sslmode=require") == f"psql '{url}?sslmode=require' {command}"
