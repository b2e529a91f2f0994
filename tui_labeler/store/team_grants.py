"""A workspace's roles on the server: what they are called, who has them, how one is given and taken.

They are the server's, and named after the database; the table `team_role` says which they are. A file has none: whoever can
open it may do everything.
"""

from __future__ import annotations

from tui_labeler.model.errors import NotAllowed, WorkspaceError
from tui_labeler.model.team import Role, Standing
from tui_labeler.store.database import Transaction

# Of a row of pg_auth_members: PostgreSQL 15 has no such columns.
IN_EFFECT = (
    "(COALESCE((to_jsonb(a) ->> 'inherit_option')::boolean, true) "
    "OR COALESCE((to_jsonb(a) ->> 'set_option')::boolean, true))"
)


def quoted(name: str) -> str:
    """A name as SQL takes it."""
    return _written(name, '"')


def as_text(value: str) -> str:
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
        f"pg_has_role(session_user, (SELECT oid FROM pg_roles WHERE rolname = {as_text(names[role])}), 'USAGE')"
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


def has_keeper(tx: Transaction) -> bool:
    """Workspaces that an earlier version made on PostgreSQL 15 have none: there any owner takes what another one gave."""
    return tx.one(
        "SELECT 1 FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = ANY (current_schemas(false)) AND p.proname = 'team_hold'"
    ) == (1,)


def hold(tx: Transaction, who: str, gives: str, takes: list[str]) -> None:
    tx.all("SELECT team_hold(?, ?, ?)", who, gives, takes)


def revoke(tx: Transaction, who: str, names: dict[Role, str], also: str = "") -> None:
    """Owner comes last: it may be one's own, and gives the right to take the others."""
    for role in reversed(Role):
        if role not in names:
            continue
        tx.run(f"REVOKE {quoted(names[role])} FROM {quoted(who)} {also}")
        for _, grantor in held_roles(tx, who, [names[role]], "AND pg_has_role(a.grantor, 'USAGE')"):
            tx.run(f"REVOKE {quoted(names[role])} FROM {quoted(who)} GRANTED BY {quoted(grantor)} {also}")


def held_roles(tx: Transaction, who: str, names: list[str], where: str = "") -> list[tuple[str, str]]:
    """Of these roles those that someone has, each with who gave it."""
    return tx.all(
        "SELECT r.rolname::text, pg_get_userbyid(a.grantor)::text FROM pg_auth_members a "
        "JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member "
        f"WHERE m.rolname = ? AND r.rolname = ANY (?) AND {IN_EFFECT} {where}",
        who,
        names,
    )


def require_taken(tx: Transaction, who: str, names: dict[Role, str]) -> None:
    """Raises NotAllowed where someone gave it by hand: the server takes nothing then, and says no error."""
    for name, grantor in held_roles(tx, who, list(names.values())):
        statement = f"REVOKE {quoted(name)} FROM {quoted(who)} GRANTED BY {quoted(grantor)} CASCADE"
        raise NotAllowed(
            f"“{who}” was given the role “{name}” by “{grantor}”, who alone can take it.",
            f"As “{grantor}” or the superuser: {statement}; then the same command again.",
        )
