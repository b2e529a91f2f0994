"""What was looked at to find what is wrong."""

from __future__ import annotations

import msgspec


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at, what was found, and what mends it."""

    check: str
    ok: bool
    found: str
    mend: str = ""
