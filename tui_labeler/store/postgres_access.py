"""Whether a workspace can be made in a PostgreSQL, and whom one that is there lets in: asked of the catalog, which
everybody may read."""

from __future__ import annotations

from tui_labeler.model.errors import NoRole, NotAllowed, WorkspaceError
from tui_labeler.store.database import Transaction

_PLACE = """SELECT current_database()::text, session_user::text, current_schema()::text,
    getdatabaseencoding() = 'UTF8', has_schema_privilege(current_schema(), 'CREATE')"""
_ELSEWHERE = """SELECT n.nspname::text, has_schema_privilege(n.oid, 'USAGE') FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'workspace_version' AND c.relkind = 'r'
    AND n.nspname <> ALL (current_schemas(false)) ORDER BY 1 LIMIT 1"""
_STRANGER = """SELECT session_user::text, MIN(pg_get_userbyid(c.relowner)::text),
    bool_and(NOT has_table_privilege(c.oid, 'SELECT')), EXISTS (SELECT 1 FROM pg_class t WHERE t.relname = 'team_role')
    FROM pg_class c WHERE c.relname = 'workspace_version'"""


def require_place(tx: Transaction, address: str, create: bool) -> None:
    """Raises LabelerError where no workspace can be made in the database, or should not."""
    database, person, schema, is_unicode, may_create = tx.one(_PLACE) or ("", "", "", True, True)
    if (elsewhere := tx.one(_ELSEWHERE)) is not None:  # a second one the others would not see
        if not elsewhere[1]:
            raise _no_role(f"The workspace {address}", person)
        raise WorkspaceError(
            f"The workspace {address} stands in the schema “{elsewhere[0]}”, where your search_path does not look.",
            f'Its owner: ALTER ROLE "{person}" IN DATABASE "{database}" SET search_path = "{elsewhere[0]}".',
        )
    if not create:
        raise WorkspaceError(f"There is no workspace in {address}.", "Make one: tui-labeler workspace init.")
    if not is_unicode:
        mend = "Make another one: createdb --encoding UTF8 --template template0 NAME."
        raise WorkspaceError(f"{address} does not keep names in every script: its encoding is not UTF8.", mend)
    if may_create is False:
        raise NotAllowed(
            f"There is no workspace in {address}, and you may not make its tables in the schema “{schema}”.",
            f'Its owner opens it first; or gives you the right: GRANT CREATE ON SCHEMA "{schema}" TO "{person}".',
        )


def require_upgradable(tx: Transaction, name: str, version: int, latest: int) -> None:
    """Raises NotAllowed where the tables, of an older version, are not the person's to change."""
    row = tx.one("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'workspace_version'::regclass")
    if row == (False,):
        raise NotAllowed(
            f"{name} was written by an older version (schema {version}; this one brings {latest}).",
            "An owner opens it first, with this version; until then, label with the version that you had.",
        )


def why_not_in(tx: Transaction, name: str) -> NoRole | None:
    """What is said to whom no part of the workspace is open; nothing to others, who may not do one thing. `name` is what
    the workspace is called."""
    person, founder, is_stranger, has_team = tx.one(_STRANGER) or ("", "", False, True)
    if not is_stranger:
        return None
    if has_team:
        return _no_role(name, person)
    return NoRole(
        f"{name} is “{founder}”'s alone: it has no roles yet.",
        f"As “{founder}”: tui-labeler workspace init, then tui-labeler team add {person} --role labeler.",
    )


def _no_role(name: str, person: str) -> NoRole:
    return NoRole(
        f"{name} does not let you in: “{person}” has no role there.",
        f"Ask an owner: tui-labeler team add {person} --role labeler.",
    )
