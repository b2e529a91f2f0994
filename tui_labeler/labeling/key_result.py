"""What a key comes to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeyResult:
    """What came of a key: a `command` for whoever holds the editor (submit, zoom …), or a `message` to show."""

    command: str = ""
    message: str = ""
