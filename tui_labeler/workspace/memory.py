"""Small texts that are kept in the workspace by key."""

from __future__ import annotations

from tui_labeler.store import key_value
from tui_labeler.store.database import Database


class Memory:
    """What is remembered in a workspace besides projects: choices, hints that were read, what was registered in Azure."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, key: str, value: str | None) -> None:
        """Keeps a text under `key`; None forgets it."""
        with self._database.write() as tx:
            key_value.write(tx, key, value)

    def recall(self, key: str) -> str | None:
        """The text under `key`; None where there is none."""
        with self._database.read() as tx:
            return key_value.read(tx, key)
