"""Tasks that someone filtered and goes through in the order of the list, instead of the queue's."""

from __future__ import annotations

from typing import NamedTuple


class ListedTasks(NamedTuple):
    """The `paths` of their images, the `position` of the open one among them, and how the first and all of them are
    counted (the list may be longer than what is held here)."""

    paths: tuple[str, ...]
    position: int
    first: int
    total: int

    @property
    def words(self) -> str:
        """3 of 10."""
        return f"{self.first + self.position:,} of {self.total:,}"
