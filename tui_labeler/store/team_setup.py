"""The roles of a workspace on PostgreSQL, made. What they may do stands in `migrations/team.postgres.sql`."""

from __future__ import annotations

import re
from pathlib import Path

from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.review import MERGED, TAKEN_OVER
from tui_labeler.model.team import Member, Role
from tui_labeler.store import counters
from tui_labeler.store.database import Transaction
from tui_labeler.store.team import members
from tui_labeler.store.team_grants import as_text, has_keeper, hold, quoted, revoke, role_names

_RULES = Path(__file__).with_name("migrations") / "team.postgres.sql"
_WORD = re.compile(r"\{(\w+)\}")
_KEEPER = "keeper"
# From PostgreSQL 16 on a role is taken by whoever gave it alone: one role, the keeper, gives and takes all of them, for any
# owner. It may give no others, whatever it is asked.
_HOLD = """CREATE OR REPLACE FUNCTION team_hold(who text, gives text, takes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $hold$ DECLARE taken text; BEGIN
    IF gives <> '' THEN EXECUTE format('GRANT %I TO %I', gives, who); END IF;
    FOREACH taken IN ARRAY takes LOOP EXECUTE format('REVOKE %I FROM %I', taken, who); END LOOP;
END $hold$"""


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
                f"As the server's superuser: ALTER ROLE … CREATEROLE; ALTER DATABASE {quoted(database)} OWNER TO …",
            )
        _make_roles(tx, database)
    elif may_make and not has_keeper(tx):
        _make_keeper(tx, names, members(tx))
    if may_make:
        _open_schema(tx)
    apply_rules(tx)


def _make_roles(tx: Transaction, database: str) -> None:
    names = _free_names(tx, database)
    for name in names.values():
        tx.run(f"CREATE ROLE {quoted(name)} NOLOGIN")
    owner = quoted(names[Role.OWNER])
    tx.run(f"GRANT {quoted(names[Role.REVIEWER])}, {quoted(names[Role.LABELER])} TO {owner} WITH ADMIN OPTION")
    (schema,) = tx.one("SELECT current_schema()::text") or ("public",)
    tx.run(f"GRANT USAGE, CREATE ON SCHEMA {quoted(schema)} TO {owner}")
    (founder,) = tx.one("SELECT session_user::text") or ("",)
    _make_keeper(tx, names, (Member(founder, Role.OWNER),))
    tx.run("CREATE TABLE team_role (role TEXT PRIMARY KEY, name TEXT NOT NULL)")
    for role, name in names.items():
        tx.run("INSERT INTO team_role (role, name) VALUES (?, ?)", role.value, name)
    everyone = ", ".join(quoted(name) for name in names.values())
    tx.run(f"REVOKE CONNECT, TEMPORARY ON DATABASE {quoted(database)} FROM PUBLIC")
    tx.run(f"GRANT CONNECT ON DATABASE {quoted(database)} TO {everyone}")
    tx.run(f"GRANT CREATE ON DATABASE {quoted(database)} TO {owner}")
    kinds = {"r": "TABLE", "v": "VIEW", "f": "FUNCTION"}
    for name, kind in tx.all(
        "SELECT c.relname::text, c.relkind::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'v') "
        "UNION SELECT proname::text, 'f' FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE n.nspname = current_schema() AND proname <> 'team_hold' "
        "AND (proname LIKE 'team\\_%' OR proname IN ('require_labels', 'require_outline'))"
    ):
        tx.run(f"ALTER {kinds[kind]} {quoted(name)} OWNER TO {owner}")


def _open_schema(tx: Transaction) -> None:
    """One that is not `public` is open to nobody else, and the owner role cannot open what is not its own."""
    everyone = ", ".join(quoted(name) for name in role_names(tx).values())
    (schema,) = tx.one("SELECT current_schema()::text") or ("public",)
    tx.run(f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {everyone}")


def _make_keeper(tx: Transaction, names: dict[Role, str], team: tuple[Member, ...]) -> None:
    """What `team` has by others, it has by the keeper then."""
    keeper = quoted(f"{names[Role.OWNER].removesuffix(Role.OWNER.value)}{_KEEPER}")
    for member in team:
        revoke(tx, member.name, names, "CASCADE")
    tx.run(f"CREATE ROLE {keeper} NOLOGIN")
    tx.run(f"GRANT {', '.join(quoted(name) for name in names.values())} TO {keeper} WITH ADMIN OPTION")
    tx.run(_HOLD)
    tx.run("REVOKE ALL ON FUNCTION team_hold FROM PUBLIC")
    tx.run(f"GRANT EXECUTE ON FUNCTION team_hold TO {quoted(names[Role.OWNER])}")
    # Who gives a function away has to be of the role that gets it, for so long.
    tx.run(f"GRANT {keeper} TO SESSION_USER")
    tx.run(f"ALTER FUNCTION team_hold OWNER TO {keeper}")
    for member in team:
        hold(tx, member.name, names[member.role], [])
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
        tx.run(f"SET LOCAL ROLE {quoted(names[Role.OWNER])}")


def apply_rules(tx: Transaction) -> None:
    """Gives the roles what they may do, with the tables as they are; nothing where there are no roles."""
    names = role_names(tx)
    if not names:
        return
    become_owner(tx)
    (schema,) = tx.one("SELECT current_schema()::text") or ("public",)
    words = {role.value: quoted(name) for role, name in names.items()}
    words |= {f"{role.value}_text": as_text(name) for role, name in names.items()}
    words |= {"schema": quoted(schema), "schema_text": as_text(schema)}
    words |= {"merged": ", ".join(as_text(name) for name in sorted(MERGED)), "fold": counters.FOLD}
    words |= {"now": "extract(epoch FROM clock_timestamp())::float8", "taken_over": as_text(TAKEN_OVER)}
    # At once: a name may hold what stands for another one.
    tx.run(_WORD.sub(lambda match: words.get(match[1], match[0]), _RULES.read_text("utf-8")))
