"""Who may do what in a workspace that a team shares."""

from __future__ import annotations

import re
import shlex
from enum import StrEnum

import msgspec

from tui_labeler.model.review import MERGED
from tui_labeler.model.text import is_showable, plural

_LONGEST = 63
"""Bytes of a name on PostgreSQL; what is longer would be cut."""
LOGIN_RULE = f"It is one line of at most {_LONGEST} bytes, such as ann."
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class Role(StrEnum):
    """An owner may do everything; a reviewer labels and reviews in all projects, and exports; a labeler labels in the
    projects where they are of the workforce, or where nobody in particular is named."""

    OWNER = "owner"
    REVIEWER = "reviewer"
    LABELER = "labeler"

    @property
    def words(self) -> str:
        """What whoever has the role may do."""
        return _MAY[self]


_MAY = {
    Role.OWNER: "everything, the team too",
    Role.REVIEWER: "labels and reviews in all projects, and exports",
    Role.LABELER: "labels in projects that name them, or nobody",
}


class Member(msgspec.Struct, frozen=True):
    """Someone of the team: the login's name, which stands on their labels."""

    name: str
    role: Role
    has_open: int = 0
    """How many tasks they have open."""


class Stranger(msgspec.Struct, frozen=True):
    """Someone who has drafts or labels in a workspace, and cannot sign in to it under their name."""

    name: str
    drafts: int
    labels: int

    @property
    def words(self) -> str:
        """bob (2 drafts, 40 labels)."""
        counts = [plural(n, one) for n, one in ((self.drafts, "draft"), (self.labels, "label")) if n]
        return f"{self.name} ({', '.join(counts)})"


class Standing(msgspec.Struct, frozen=True):
    """Who is signed in, and as what; None for a person who has no role here."""

    person: str
    role: Role | None

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER


def login_problem(name: str) -> str:
    """Why nobody can be called so on a PostgreSQL; empty where somebody can."""
    is_taken = name.lower() in ("public", "none") or name.startswith("pg_") or name in MERGED
    if not name.strip() or not is_showable(name) or len(name.encode("utf-8", "replace")) > _LONGEST or is_taken:
        return f"“{name[:80]}” cannot be a login of PostgreSQL."
    return ""


def password_command(name: str, url: str) -> str:
    """What somebody who may change the login types in a shell to give it a password, on the server of `url`."""
    quoted = name if _PLAIN_NAME.fullmatch(name) else '"' + name.replace('"', '""') + '"'
    return f"psql {shlex.quote(url)} -c {shlex.quote(chr(92) + 'password ' + quoted)}"
