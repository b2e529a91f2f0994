"""Tasks that someone filtered and goes through in the order of the list, instead of the queue's."""

from __future__ import annotations

from typing import NamedTuple

from tui_labeler.model.text import at_least


class ListedTasks(NamedTuple):
    """The `paths` of their images, the `position` of the open one among them, and how the first and all of them are
    counted: `total`, or more than that where it `has_more`. `is_part`: others follow that are not held here."""

    paths: tuple[str, ...]
    position: int
    first: int
    total: int
    has_more: bool = False
    is_part: bool = False

    @property
    def words(self) -> str:
        """3 of 10."""
        return f"{self.first + self.position:,} of {at_least(self.total, self.has_more)}"

    @property
    def end_words(self) -> str:
        """Behind the last one that is held here."""
        if self.is_part:
            last = self.first + len(self.paths) - 1
            return f"{last:,} of {at_least(self.total, self.has_more)} are done: the rows behind them are in Data."
        return f"That was the last of {self.total:,}."
