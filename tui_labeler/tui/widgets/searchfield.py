"""A field above a list that is searched: hidden until it is asked for."""

from __future__ import annotations

from typing import ClassVar

from tui_labeler.tui.widgets.fields import Field

_OPEN = "-open"


class SearchField(Field):
    """What is typed here is held against the names of the rows."""

    DEFAULT_CSS: ClassVar[str] = "SearchField { display: none; } SearchField.-open { display: block; }"

    def __init__(self) -> None:
        super().__init__(placeholder="Search by name", id="search")

    def matches(self, name: str) -> bool:
        """Whether the name holds what was typed, in whatever case."""
        return self.value.casefold() in name.casefold()

    @property
    def is_open(self) -> bool:
        return self.has_class(_OPEN)

    def open(self) -> None:
        self.add_class(_OPEN)
        self.focus()

    def close(self) -> None:
        """All rows are shown again."""
        self.value = ""
        self.remove_class(_OPEN)
