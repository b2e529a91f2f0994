"""The roles of a workspace on PostgreSQL: made, given, taken. What they may do stands in `migrations/team.postgres.sql`.

A workspace's roles are the server's, and named after the database; the table `team_role` says which they are. A file has
none: whoever can open it may do everything.
"""

from __future__ import annotations

import re
from pathlib import Path

from tui_labeler.model.errors import BadInput, NotAllowed, NotFound, WorkspaceError
from tui_labeler.model.review import MERGED
from tui_labeler.model.team import LOGIN_RULE, Member, Role, Standing, login_problem
from tui_labeler.store import counters, leases
from tui_labeler.store.database import Transaction

_RULES = Path(__file__).with_name("migrations") / "team.postgres.sql"
_WORD = re.compile(r"\{(\w+)\}")
_KEEPER = "keeper"
# Of a row of pg_auth_members: PostgreSQL 15 has no such columns.
_IN_EFFECT = (
    "(COALESCE((to_jsonb(a) ->> 'inherit_option')::boolean, true) "
    "OR COALESCE((to_jsonb(a) ->> 'set_option')::boolean, true))"
)
# From PostgreSQL 16 on a role is taken by whoever gave it alone: one role, the keeper, gives and takes all of them, for any
# owner. It may give no others, whatever it is asked.
_HOLD = """CREATE OR REPLACE FUNCTION team_hold(who text, gives text, takes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $hold$ DECLARE taken text; BEGIN
    IF gives <> '' THEN EXECUTE format('GRANT %I TO %I', gives, who); END IF;
    FOREACH taken IN ARRAY takes LOOP EXECUTE format('REVOKE %I FROM %I', taken, who); END LOOP;
END $hold$"""


def _quoted(name: str) -> str:
    """A name as SQL takes it."""
    return _written(name, '"')


def _text(value: str) -> str:
    return _written(value, "'")


def _written(text: str, quote: str) -> str:
    """A question mark would be taken for the place of a value."""
    doubled = text.replace(quote, 2 * quote)
    if "?" not in text:
        return f"{quote}{doubled}{quote}"
    escaped = doubled.replace("\\", "\\\\").replace("?", "\\003F")
    return f"U&{quote}{escaped}{quote}"


def role_names(tx: Transaction) -> dict[Role, str]:
    """What the workspace's roles are called on the server; nothing where it has none."""
    if tx.dialect.kind != "postgres":
        return {}
    there = tx.one(
        "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = ANY (current_schemas(false)) AND c.relname = 'team_role'"
    )
    return {Role(role): name for role, name in tx.all("SELECT role, name FROM team_role")} if there else {}


def standing(tx: Transaction) -> Standing | None:
    """Who is signed in; None where the workspace has no roles."""
    names = role_names(tx)
    if not names:
        return None
    roles = list(Role)
    questions = ", ".join(
        f"pg_has_role(session_user, (SELECT oid FROM pg_roles WHERE rolname = {_text(names[role])}), 'USAGE')"
        for role in roles
    )
    person, *answers = tx.one(f"SELECT session_user::text, {questions}") or ("",)
    if None in answers:
        raise WorkspaceError(
            f"The workspace's role “{names[roles[answers.index(None)]]}” is not on this server.",
            "Bring the roles along (pg_dumpall --roles-only), or make new ones, as the database's owner: "
            "DROP TABLE team_role; then tui-labeler workspace init.",
        )
    return Standing(person, next((role for role, is_member in zip(roles, answers, strict=True) if is_member), None))


def make(tx: Transaction) -> None:
    """Makes the roles, gives them the tables, and makes whoever is signed in an owner; nothing but the rules is made anew
    where they are there. Raises NotAllowed for who may not make roles."""
    database, may_make = tx.one(
        "SELECT current_database()::text, rolsuper OR (rolcreaterole AND pg_has_role(d.datdba, 'MEMBER')) "
        "FROM pg_roles r, pg_database d WHERE r.rolname = current_user AND d.datname = current_database()"
    ) or ("", False)
    names = role_names(tx)
    if not names:
        if not may_make:
            raise NotAllowed(
                f"Roles in the database “{database}” are made by its owner, who may make roles.",
                f"As the server's superuser: ALTER ROLE … CREATEROLE; ALTER DATABASE {_quoted(database)} OWNER TO …",
            )
        _make_roles(tx, database)
    elif may_make and not _has_keeper(tx):
        _make_keeper(tx, names, members(tx))
    apply_rules(tx)


def _make_roles(tx: Transaction, database: str) -> None:
    names = _free_names(tx, database)
    for name in names.values():
        tx.run(f"CREATE ROLE {_quoted(name)} NOLOGIN")
    owner = _quoted(names[Role.OWNER])
    tx.run(f"GRANT {_quoted(names[Role.REVIEWER])}, {_quoted(names[Role.LABELER])} TO {owner} WITH ADMIN OPTION")
    (schema,) = tx.one("SELECT current_schema()::text") or ("public",)
    tx.run(f"GRANT USAGE, CREATE ON SCHEMA {_quoted(schema)} TO {owner}")
    (founder,) = tx.one("SELECT session_user::text") or ("",)
    _make_keeper(tx, names, (Member(founder, Role.OWNER),))
    tx.run("CREATE TABLE team_role (role TEXT PRIMARY KEY, name TEXT NOT NULL)")
    for role, name in names.items():
        tx.run("INSERT INTO team_role (role, name) VALUES (?, ?)", role.value, name)
    everyone = ", ".join(_quoted(name) for name in names.values())
    tx.run(f"REVOKE CONNECT, TEMPORARY ON DATABASE {_quoted(database)} FROM PUBLIC")
    tx.run(f"GRANT CONNECT ON DATABASE {_quoted(database)} TO {everyone}")
    tx.run(f"GRANT CREATE ON DATABASE {_quoted(database)} TO {owner}")
    kinds = {"r": "TABLE", "v": "VIEW", "f": "FUNCTION"}
    for name, kind in tx.all(
        "SELECT c.relname::text, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'v') "
        "UNION SELECT proname::text, 'f' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = current_schema() AND proname LIKE 'team\\_%' AND proname <> 'team_hold'"
    ):
        tx.run(f"ALTER {kinds[kind]} {_quoted(name)} OWNER TO {owner}")


def _has_keeper(tx: Transaction) -> bool:
    """Workspaces that an earlier version made on PostgreSQL 15 have none: there any owner takes what another one gave."""
    return tx.one(
        "SELECT 1 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = ANY (current_schemas(false)) AND p.proname = 'team_hold'"
    ) == (1,)


def _make_keeper(tx: Transaction, names: dict[Role, str], team: tuple[Member, ...]) -> None:
    """What `team` has by others, it has by the keeper then."""
    keeper = _quoted(f"{names[Role.OWNER].removesuffix(Role.OWNER.value)}{_KEEPER}")
    for member in team:
        _revoke(tx, member.name, names, "CASCADE")
    tx.run(f"CREATE ROLE {keeper} NOLOGIN")
    tx.run(f"GRANT {', '.join(_quoted(name) for name in names.values())} TO {keeper} WITH ADMIN OPTION")
    tx.run(_HOLD)
    tx.run("REVOKE ALL ON FUNCTION team_hold FROM PUBLIC")
    tx.run(f"GRANT EXECUTE ON FUNCTION team_hold TO {_quoted(names[Role.OWNER])}")
    # Who gives a function away has to be of the role that gets it, for so long.
    tx.run(f"GRANT {keeper} TO SESSION_USER")
    tx.run(f"ALTER FUNCTION team_hold OWNER TO {keeper}")
    for member in team:
        _hold(tx, member.name, names[member.role], [])
    tx.run(f"REVOKE {keeper} FROM SESSION_USER")


def _free_names(tx: Transaction, database: str) -> dict[Role, str]:
    """Names that no role of the server has: another database of this name may have left some."""
    short = database.encode()[:40].decode(errors="ignore")
    for place in range(1, 1000):
        stem = f"{short}{f'_{place}' if place > 1 else ''}_"
        names = {role: f"{stem}{role.value}" for role in Role}
        if not tx.all("SELECT 1 FROM pg_roles WHERE rolname IN (?, ?, ?, ?)", *names.values(), f"{stem}{_KEEPER}"):
            return names
    raise NotAllowed(f"The server has a thousand roles named after “{database}”.", "Drop those of earlier databases.")


def become_owner(tx: Transaction) -> None:
    """What this transaction makes belongs to the workspace's owners, whoever of them makes it."""
    if names := role_names(tx):
        tx.run(f"SET LOCAL ROLE {_quoted(names[Role.OWNER])}")


def apply_rules(tx: Transaction) -> None:
    """Gives the roles what they may do, with the tables as they are; nothing where there are no roles."""
    names = role_names(tx)
    if not names:
        return
    become_owner(tx)
    (schema,) = tx.one("SELECT current_schema()::text") or ("public",)
    words = {role.value: _quoted(name) for role, name in names.items()}
    words |= {f"{role.value}_text": _text(name) for role, name in names.items()}
    words |= {"schema": _quoted(schema), "schema_text": _text(schema)}
    words |= {"merged": ", ".join(_text(name) for name in sorted(MERGED)), "fold": counters.FOLD}
    # At once: a name may hold what stands for another one.
    tx.run(_WORD.sub(lambda match: words.get(match[1], match[0]), _RULES.read_text("utf-8")))


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
            f"JOIN pg_roles m ON m.oid = a.member WHERE r.rolname = ? AND m.rolcanlogin AND {_IN_EFFECT}",
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


def add(tx: Transaction, who: str, role: Role) -> bool:
    """Gives a login this role and no other one, and makes the login where the server has none; whether it did. Raises
    NotAllowed where the server has to make it, and BadInput for a name that no login can have."""
    _require_name(who)
    if role is not Role.OWNER:
        _require_other_owner(tx, who)
    is_new = not tx.all("SELECT 1 FROM pg_roles WHERE rolname = ?", who)
    if is_new:
        (may_make,) = tx.one("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user") or (False,)
        if not may_make:
            raise NotAllowed(
                f"The server has no login “{who}”, and you may not make one.",
                f"As someone who may: CREATE ROLE {_quoted(who)} LOGIN; then the same command again.",
            )
        tx.run(f"CREATE ROLE {_quoted(who)} LOGIN")
    _give(tx, who, role)
    return is_new


def change(tx: Transaction, who: str, role: Role) -> None:
    """Gives someone of the team another role. Raises NotFound, and NotAllowed for the last owner."""
    _require_member(tx, who)
    if role is not Role.OWNER:
        _require_other_owner(tx, who)
    _give(tx, who, role)


def remove(tx: Transaction, who: str) -> int:
    """Takes someone's role; what they have open is open to others. Their labels and the login stay. How many tasks they had
    open. Raises NotFound, and NotAllowed for the last owner."""
    _require_member(tx, who)
    _require_other_owner(tx, who)
    had_open = leases.release_labeler(tx, who)
    _take(tx, who, role_names(tx))
    return had_open


def _give(tx: Transaction, who: str, role: Role) -> None:
    """Takes the other ones."""
    names = role_names(tx)
    given = names.pop(role)
    if _has_keeper(tx):
        _hold(tx, who, given, list(names.values()))
    else:
        admin = " WITH ADMIN OPTION" if role is Role.OWNER else ""
        tx.run(f"GRANT {_quoted(given)} TO {_quoted(who)}{admin}")
        _revoke(tx, who, names)
    _require_taken(tx, who, names)


def _take(tx: Transaction, who: str, names: dict[Role, str]) -> None:
    if _has_keeper(tx):
        _hold(tx, who, "", list(names.values()))
    else:
        _revoke(tx, who, names)
    _require_taken(tx, who, names)


def _hold(tx: Transaction, who: str, gives: str, takes: list[str]) -> None:
    tx.all("SELECT team_hold(?, ?, ?)", who, gives, takes)


def _revoke(tx: Transaction, who: str, names: dict[Role, str], also: str = "") -> None:
    """Owner comes last: it may be one's own, and gives the right to take the others."""
    for role in reversed(Role):
        if role not in names:
            continue
        tx.run(f"REVOKE {_quoted(names[role])} FROM {_quoted(who)} {also}")
        for _, grantor in _held(tx, who, [names[role]], "AND pg_has_role(a.grantor, 'USAGE')"):
            tx.run(f"REVOKE {_quoted(names[role])} FROM {_quoted(who)} GRANTED BY {_quoted(grantor)} {also}")


def _held(tx: Transaction, who: str, names: list[str], where: str = "") -> list[tuple[str, str]]:
    """Of these roles those that someone has, each with who gave it."""
    return tx.all(
        "SELECT r.rolname::text, pg_get_userbyid(a.grantor)::text FROM pg_auth_members a "
        "JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member "
        f"WHERE m.rolname = ? AND r.rolname = ANY (?) AND {_IN_EFFECT} {where}",
        who,
        names,
    )


def _require_taken(tx: Transaction, who: str, names: dict[Role, str]) -> None:
    """Raises NotAllowed where someone gave it by hand: the server takes nothing then, and says no error."""
    for name, grantor in _held(tx, who, list(names.values())):
        statement = f"REVOKE {_quoted(name)} FROM {_quoted(who)} GRANTED BY {_quoted(grantor)} CASCADE"
        raise NotAllowed(
            f"“{who}” was given the role “{name}” by “{grantor}”, who alone can take it.",
            f"As “{grantor}” or the superuser: {statement}; then the same command again.",
        )


def _require_member(tx: Transaction, who: str) -> None:
    if who not in {member.name for member in members(tx)}:
        raise NotFound(f"“{who}” is not of the team.", f"Add them: tui-labeler team add {who} --role labeler.")


def _require_other_owner(tx: Transaction, who: str) -> None:
    owners = {member.name for member in members(tx) if member.role is Role.OWNER}
    if owners == {who}:
        raise NotAllowed(f"“{who}” is the only owner.", "Make someone else an owner first: tui-labeler team role.")


def _require_name(who: str) -> None:
    if problem := login_problem(who):
        raise BadInput(problem, LOGIN_RULE)
