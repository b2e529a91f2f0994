"""A shared workspace with a team in it, and what roles are called on the server."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tests.postgres import Server
from tests.workspace.conftest import COKE, SIZE, make_spec
from tui_labeler.model.tasks import Task
from tui_labeler.model.team import Role
from tui_labeler.model.workforce import Workforce
from tui_labeler.store import team_grants
from tui_labeler.workspace import Workspace


class Shop:
    """A workspace with roles and two projects: everyone labels `soda`, Ann alone `secret`."""

    def __init__(self, server: Server, home: Path, images: Path) -> None:
        self.server, self.home = server, home
        self.address = server.fresh()
        self.name = self.address.split("/")[3].split("?")[0]
        self.owner = Workspace(self.address, home / "exports", folder=home)
        self.owner.datasets.add_datastore("cans", str(images))
        self.owner.projects.create(make_spec())
        secret = msgspec.structs.replace(make_spec("secret"), workforce=Workforce((self.login("ann"),)))
        self.owner.projects.create(msgspec.structs.replace(secret, dataset=make_spec().dataset))
        self.owner.team.make()
        for who, role in (("ann", Role.LABELER), ("bob", Role.LABELER), ("rita", Role.REVIEWER), ("olga", Role.OWNER)):
            assert self.owner.team.add(self.login(who), role)

    def login(self, who: str) -> str:
        """Logins are the server's, which the tests share."""
        return f"{who}_{self.name}"

    def opened(self, who: str) -> Workspace:
        return Workspace(self.server.url(self.name, self.login(who)), self.home / f"{who}_exports", folder=self.home)

    def sql(self, who: str, statement: str) -> int | str:
        """How many rows it did something to, or why it was refused."""
        import psycopg

        with psycopg.connect(self.server.url(self.name, self.login(who)), autocommit=True) as connection:
            try:
                return connection.execute(statement.encode()).rowcount
            except psycopg.Error as error:
                return error.sqlstate or "?"


def role_called(workspace: Workspace, role: Role) -> str:
    with workspace._database.read() as tx:
        return team_grants.role_names(tx)[role]


def submitted(shop: Shop, who: str, project: str = "soda", path: str = "") -> Task:
    """Labels the next task as this person, or the one at a path."""
    workspace = shop.opened(who)
    session = workspace.sessions.labeling(project, workspace.team.person)
    if path:
        session.open(path)
    else:
        session.begin()
    assert session.task is not None
    task = session.task
    session.save(session.start.added(COKE.regions[0]))
    session.submit(session.start.added(COKE.regions[0]), SIZE)
    session.end()
    workspace.close()
    return task
