"""The classes of a project with their colours, as many on a line as there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.text import fitted
from tui_labeler.tui.classcolours import class_style

_BETWEEN = 2
_KEYS = 9  # classes that have a digit
_LEAST, _UNKNOWN = 4, 40  # cells of a name; and before the first layout


class ClassList(Static):
    """A class's colour never parts from its name, as it would where a line is broken at any blank."""

    DEFAULT_CSS = "ClassList { width: 1fr; height: auto; }"

    def __init__(self, most: int, *, keys: bool = False, classes: str | None = None, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        """As many as `most` are named, the others counted. With `keys`, the digits of the first nine are shown."""
        super().__init__("", classes=classes, id=id)
        self._most, self._keys = most, keys
        self._names: tuple[str, ...] = ()

    def show(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        parts = [self._part(class_index, name) for class_index, name in enumerate(self._names[: self._most])]
        if (more := len(self._names) - self._most) > 0:
            parts.append(Content(f"and {more:,} more"))
        lines: list[list[Content]] = [[]]
        left = self.size.width
        for part in parts:
            if lines[-1] and part.cell_length > left:
                lines.append([])
                left = self.size.width
            lines[-1].append(part)
            left -= part.cell_length + _BETWEEN
        self.update(Content("\n").join(Content(" " * _BETWEEN).join(line) for line in lines))

    def _part(self, class_index: int, name: str) -> Content:
        key = f"{class_index + 1} " if self._keys and class_index < _KEYS else ""
        # A line that is too long would be broken behind the digit, where a name has no blank.
        room = max(self.size.width - len(key) - 2, _LEAST) if self.size.width else _UNKNOWN
        return Content.assemble((key, "bold"), ("■ ", class_style(class_index)), fitted(name, room))
