"""How long work tells how far it is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with what is being done ("listing", "tasks", "rows"), how many are done, and of how many (0: unknown)."""


def silent(what: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
