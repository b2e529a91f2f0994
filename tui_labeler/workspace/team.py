"""Who may do what in a workspace: the roles of a PostgreSQL. A file has none."""

from __future__ import annotations

from tui_labeler.model.errors import AlreadyExists, BadInput, NotAllowed, NotFound
from tui_labeler.model.team import Member, Role, Standing, password_command
from tui_labeler.model.workforce import labeler_problem
from tui_labeler.store import drafts, team, team_grants, team_setup
from tui_labeler.store.database import Database

_A_FILE = "is a file: whoever can open it may do everything."
_MOVE = "A team needs a PostgreSQL: tui-labeler workspace move FROM TO. Who labels a project is set there."


class Team:
    """The team of a workspace. All but `make` and `hand_over` raise NotAllowed where there are no roles."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def standing(self) -> Standing | None:
        """Who is signed in, and as what; None where the workspace has no roles."""
        return self._database.team

    @property
    def may_own(self) -> bool:
        """Whether whoever is signed in may do what an owner does."""
        return self._database.team is None or self._database.team.is_owner

    @property
    def person(self) -> str:
        """The login whose name stands on labels; empty where whoever labels says it themselves."""
        return self._database.team.person if self._database.team else ""

    def make(self) -> bool:
        """Makes the roles, and whoever is signed in an owner; what is there is only given its rules anew. Whether the
        workspace has roles: a file has none. Raises NotAllowed for who may not make roles."""
        if not self.can_have_roles:
            return False
        require_owner(self._database, "Making roles")
        with self._database.write() as tx:
            team_setup.make(tx)
        self._look_again()
        return True

    @property
    def can_have_roles(self) -> bool:
        """Whether the workspace is one that a team can share."""
        return self._database.dialect.kind == "postgres"

    @property
    def why_none(self) -> str:
        """Why the workspace cannot have a team, and what to do; empty where it can."""
        return "" if self.can_have_roles else f"This workspace {_A_FILE} {_MOVE}"

    @property
    def why_no_change(self) -> str:
        """Why whoever is signed in cannot change the team, in words; empty where they can."""
        try:
            self._require_roles()
            require_owner(self._database, "Changing the team")
        except NotAllowed as error:
            return str(error)
        return ""

    def names(self) -> tuple[str, ...]:
        """Whom to offer where a labeler is named; nobody where there are no roles."""
        return tuple(member.name for member in self.members()) if self._database.team else ()

    def members(self) -> tuple[Member, ...]:
        """By name."""
        self._require_roles()
        with self._database.read() as tx:
            return team.members(tx)

    def add(self, who: str, role: Role) -> bool:
        """Gives a login of the server a role; makes the login where there is none, and says whether it did. Raises
        AlreadyExists for someone of the team who has another role."""
        self._require_roles()
        require_owner(self._database, "Changing the team")
        with self._database.write() as tx:
            for member in team.members(tx):
                if member.name == who and member.role is not role:
                    what = f"“{who}” is of the team already, as {member.role.value}."
                    raise AlreadyExists(what, f"Another role: tui-labeler team role {who} {role.value}.")
            return team.add(tx, who, role)

    def password_command(self, who: str) -> str:
        """What an owner types in a shell to give a login a password."""
        return password_command(who, self._database.url)

    def change(self, who: str, role: Role) -> None:
        """Raises NotFound for who is not of the team, NotAllowed for the last owner and the database's."""
        self._require_roles()
        require_owner(self._database, "Changing the team")
        with self._database.write() as tx:
            team.change(tx, who, role)
        self._look_again()

    def remove(self, who: str) -> int:
        """Takes someone's role; their labels stay. Returns how many tasks they had open, which are open to others now."""
        self._require_roles()
        require_owner(self._database, "Changing the team")
        with self._database.write() as tx:
            had_open = team.remove(tx, who)
        self._look_again()
        return had_open

    def hand_over(self, who: str, to: str) -> tuple[int, int]:
        """Gives someone's drafts to another name: their own, where they sign in under another one now, or whoever goes on
        with their work. How many that are, and how many stayed, where the other one draws already. On a file, too. Raises
        NotFound where there are none, or where there is a team and the other one is not of it."""
        require_owner(self._database, "Handing over drafts")
        if problem := labeler_problem(to):
            raise BadInput(problem)
        with self._database.write() as tx:
            if self._database.team is not None:
                team.require_member(tx, to)
            went, stayed = drafts.hand_over(tx, who, to)
        if not went + stayed:
            raise NotFound(f"“{who}” has no drafts here.")
        return went, stayed

    def _look_again(self) -> None:
        """It may be oneself who has another role now, or none: then the server refuses the question."""
        person = self.person
        try:
            with self._database.read() as tx:
                self._database.team = team_grants.standing(tx)
        except NotAllowed:
            self._database.team = Standing(person, None)

    def _require_roles(self) -> None:
        if not self.can_have_roles:
            raise NotAllowed(f"The workspace {self._database.address} {_A_FILE}", _MOVE)
        if self._database.team is None:
            raise NotAllowed(
                f"The workspace {self._database.address} has no roles yet.", "Make them: tui-labeler workspace init."
            )


def require_owner(database: Database, what: str) -> None:
    """Raises NotAllowed where the workspace has roles and whoever is signed in is no owner: they would see a part of it."""
    if database.team is not None and not database.team.is_owner:
        raise NotAllowed(
            f"{what} needs the role owner; “{database.team.person}” is {database.team.role or 'not of the team'}.",
            "Ask an owner.",
        )
