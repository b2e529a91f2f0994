"""The team of a workspace on PostgreSQL: who belongs to it, as what."""

from __future__ import annotations

from tui_labeler.model.errors import BadInput, NotAllowed, NotFound
from tui_labeler.model.review import MERGED
from tui_labeler.model.team import LOGIN_RULE, Member, Role, Stranger, login_problem
from tui_labeler.store import leases
from tui_labeler.store.database import Transaction
from tui_labeler.store.team_grants import IN_EFFECT, has_keeper, hold, quoted, require_taken, revoke, role_names


def members(tx: Transaction) -> tuple[Member, ...]:
    """The team by name: who has one of the roles itself. From PostgreSQL 16 on whoever made a role may give it, without
    having what it may do."""
    names = role_names(tx)
    if not names:
        return ()
    roles: dict[str, Role] = {}
    for role in reversed(Role):  # who has several counts as the highest
        for (name,) in tx.all(
            "SELECT m.rolname::text FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid "
            f"JOIN pg_roles m ON m.oid = a.member WHERE r.rolname = ? AND m.rolcanlogin AND {IN_EFFECT}",
            names.get(role, ""),
        ):
            roles[name] = role
    held: dict[str, int] = dict(
        tx.all("SELECT lease_labeler, COUNT(*) FROM task WHERE lease_token IS NOT NULL GROUP BY lease_labeler")
        if roles
        else []
    )
    return tuple(
        Member(name, roles[name], held.get(name, 0)) for name in sorted(roles, key=lambda name: (name.casefold(), name))
    )


def left_behind(source: Transaction, target: Transaction) -> tuple[Member, ...]:
    """Who has a role in a workspace, and none in the one that it was moved to; but for whoever moved it."""
    if target.dialect.kind != "postgres":
        return ()
    there = {member.name for member in members(target)}
    (mover,) = target.one("SELECT session_user::text") or ("",)
    return tuple(member for member in members(source) if member.name not in there | {mover})


def strangers(tx: Transaction) -> tuple[Stranger, ...]:
    """Whose drafts and labels are in the workspace, and who is not of its team or, where it has no roles yet, no login of
    the server. Nobody on a file: there a name is whatever whoever opens it says. What an import brought is nobody's."""
    if tx.dialect.kind != "postgres":
        return ()
    team = {member.name for member in members(tx)}
    known = team or {name for (name,) in tx.all("SELECT rolname::text FROM pg_roles WHERE rolcanlogin")}
    drafts: dict[str, int] = dict(tx.all("SELECT labeler, COUNT(*) FROM draft GROUP BY labeler"))
    labels: dict[str, int] = dict(tx.all("SELECT labeler, COUNT(*) FROM submission GROUP BY labeler"))
    passed = MERGED | {name for (name,) in tx.all("SELECT DISTINCT who FROM import") if name not in drafts}
    names = sorted((drafts.keys() | labels.keys()) - known - passed)
    return tuple(Stranger(name, drafts.get(name, 0), labels.get(name, 0)) for name in names)


def add(tx: Transaction, who: str, role: Role) -> bool:
    """Gives a login this role and no other one, and makes the login where the server has none; whether it did. Raises
    NotAllowed where the server has to make it, and BadInput for a name that no login can have."""
    _require_name(who)
    _require_login(tx, who)
    if role is not Role.OWNER:
        _require_led_without(tx, who)
    is_new = not tx.all("SELECT 1 FROM pg_roles WHERE rolname = ?", who)
    if is_new:
        (may_make,) = tx.one("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user") or (False,)
        if not may_make:
            raise NotAllowed(
                f"The server has no login “{who}”, and you may not make one.",
                f"As someone who may: CREATE ROLE {quoted(who)} LOGIN; then the same command again.",
            )
        tx.run(f"CREATE ROLE {quoted(who)} LOGIN")
    _give(tx, who, role)
    return is_new


def change(tx: Transaction, who: str, role: Role) -> None:
    """Gives someone of the team another role. Raises NotFound, and NotAllowed for the last owner and the database's."""
    require_member(tx, who)
    _require_login(tx, who)
    if role is not Role.OWNER:
        _require_led_without(tx, who)
    _give(tx, who, role)


def remove(tx: Transaction, who: str) -> int:
    """Takes someone's role; what they have open is open to others. Their labels and the login stay. How many tasks they had
    open. Raises NotFound, and NotAllowed for the last owner and the database's."""
    require_member(tx, who)
    _require_led_without(tx, who)
    had_open = leases.release_labeler(tx, who)
    _take(tx, who, role_names(tx))
    return had_open


def _give(tx: Transaction, who: str, role: Role) -> None:
    """Takes the other ones."""
    names = role_names(tx)
    given = names.pop(role)
    if has_keeper(tx):
        hold(tx, who, given, list(names.values()))
    else:
        admin = " WITH ADMIN OPTION" if role is Role.OWNER else ""
        tx.run(f"GRANT {quoted(given)} TO {quoted(who)}{admin}")
        revoke(tx, who, names)
    require_taken(tx, who, names)


def _take(tx: Transaction, who: str, names: dict[Role, str]) -> None:
    if has_keeper(tx):
        hold(tx, who, "", list(names.values()))
    else:
        revoke(tx, who, names)
    require_taken(tx, who, names)


def require_member(tx: Transaction, who: str) -> None:
    """Raises NotFound."""
    if who not in {member.name for member in members(tx)}:
        raise NotFound(f"“{who}” is not of the team.", f"Add them: tui-labeler team add {who} --role labeler.")


def _require_led_without(tx: Transaction, who: str) -> None:
    """Of the roles only the database's owner can make new ones or mend them; a superuser can whatever their role is."""
    owners = {member.name for member in members(tx) if member.role is Role.OWNER}
    if owners == {who}:
        raise NotAllowed(f"“{who}” is the only owner.", "Make someone else an owner first: tui-labeler team role.")
    owned = tx.one(
        "SELECT d.datname::text FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba "
        "WHERE d.datname = current_database() AND r.rolname = ? AND NOT r.rolsuper",
        who,
    )
    if owned is not None:
        raise NotAllowed(
            f"“{who}” owns the database “{owned[0]}”: nobody else could make or mend the workspace's roles.",
            f"As the server's superuser: ALTER DATABASE {quoted(owned[0])} OWNER TO …; then the same command again.",
        )


def _require_login(tx: Transaction, who: str) -> None:
    """Of a role that is there: someone signs in by its name, and has what its roles may do."""
    can_login, inherits = tx.one("SELECT rolcanlogin, rolinherit FROM pg_roles WHERE rolname = ?", who) or (True, True)
    if not can_login:
        raise BadInput(f"“{who}” is a role of the server, and no login.", "Name the login of a person.")
    if not inherits:
        raise NotAllowed(
            f"The login “{who}” is set to NOINHERIT: no role would let it in.",
            f"As the server's administrator: ALTER ROLE {quoted(who)} INHERIT; then the same command again.",
        )


def _require_name(who: str) -> None:
    if problem := login_problem(who):
        raise BadInput(problem, LOGIN_RULE)
