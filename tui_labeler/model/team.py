"""Who may do what in a workspace that a team shares."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Role(StrEnum):
    """An owner may do everything; a reviewer labels and reviews in all projects, and exports; a labeler labels in the
    projects where they are of the workforce, or where nobody in particular is named."""

    OWNER = "owner"
    REVIEWER = "reviewer"
    LABELER = "labeler"


class Member(msgspec.Struct, frozen=True):
    """Someone of the team: the login's name, which stands on their labels."""

    name: str
    role: Role
    has_open: int = 0
    """How many tasks they have open."""


class Standing(msgspec.Struct, frozen=True):
    """Who is signed in, and as what; None for a person who has no role here."""

    person: str
    role: Role | None

    @property
    def is_owner(self) -> bool:
        return self.role is Role.OWNER
