"""The titles of the columns of a list of tasks; a click sorts by one."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widgets import Static

from tui_labeler.model.tasks import TaskOrder
from tui_labeler.model.text import fitted, padded

_BEFORE = 3  # cells before the first column: the mark of a row


class Heads(Static):
    """One line; the column by which the rows are sorted has an arrow."""

    class Chosen(Message):
        """A person clicked the title of a column."""

        def __init__(self, order: TaskOrder) -> None:
            super().__init__()
            self.order = order

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__("", id=id)
        self._columns: dict[str, int] = {}

    def show(self, columns: Mapping[str, int], order: TaskOrder, backwards: bool) -> None:
        self._columns = dict(columns)
        arrow = " ▼" if backwards else " ▲"
        is_plain = order is TaskOrder.IMAGE and not backwards
        titles = {name: f"{name}{arrow}" if name == order and not is_plain else name for name in columns}
        parts: list[str | tuple[str, str]] = [" " * _BEFORE]
        for name, room in columns.items():
            text = padded(fitted(titles[name], room), room)
            parts += [(text, "bold $accent") if titles[name] != name else text, " "]
        self.update(Content.assemble(*parts))

    def on_click(self, event: Click) -> None:
        left = _BEFORE
        for name, room in self._columns.items():
            if left <= event.x < left + room + 1 and name in set(TaskOrder):
                self.post_message(self.Chosen(TaskOrder(name)))
            left += room + 1
