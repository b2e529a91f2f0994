"""The classes of a project, one a line: its key, its colour, its name, and how many labels it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.text import cell_width, fitted, padded, plural, safe_text
from tui_labeler.tui.classcolours import class_style
from tui_labeler.tui.widgets.bars import share_bar

_KEYS = 9  # classes that have a digit
_NUMBERS = 9 + 8  # cells of a count and of its share
_WIDEST_NAME = 40
_LEAST_BAR, _WIDEST_BAR = 12, 32


class ClassTable(Static):
    """A table without lines; the classes for which there is no room are counted."""

    DEFAULT_CSS = "ClassTable { width: 1fr; height: auto; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__("", id=id)
        self._names: tuple[str, ...] = ()
        self._counts: Mapping[str, int] = {}
        self._most = 0

    def show(self, names: Sequence[str], counts: Mapping[str, int], most: int) -> None:
        """`counts` are the labels of each class; at most `most` classes have a line."""
        self._names, self._counts, self._most = tuple(names), counts, most
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        # One that is left out would take the line that says so.
        most = self._most if len(self._names) <= self._most else self._most - 1
        shown = self._names[:most]
        room = max(12, min(_WIDEST_NAME, self.size.width - _NUMBERS - 4))
        room = min(room, max([12, *(cell_width(safe_text(name)) for name in shown)]))
        total = sum(self._counts.values())
        bar = min(_WIDEST_BAR, self.size.width - 4 - room - _NUMBERS - 1)
        bar = bar if bar >= _LEAST_BAR else 0
        title = plural(total, "label").rjust(4 + room + bar + bool(bar) + _NUMBERS - 8)
        lines = [Content.styled(title, "$foreground 60%")]
        for index, name in enumerate(shown):
            count = self._counts.get(name, 0)
            lines.append(
                Content.assemble(
                    (f"{index + 1} " if index < _KEYS else "  ", "bold"),
                    ("■ ", class_style(index)),
                    padded(fitted(name, room), room),
                    *self._bar(count / total if total else 0, bar, index),
                    f"{count:>9,}",
                    (f"{count / total:>8.1%}" if total else "", "$foreground 60%"),
                )
            )
        if (more := len(self._names) - len(shown)) > 0:
            lines.append(Content.styled(f"    and {more:,} more", "$foreground 60%"))
        self.update(Content("\n").join(lines))

    def _bar(self, share: float, width: int, index: int) -> tuple[tuple[str, str], ...]:
        """The share as a line, behind a blank; nothing where there is no room for one."""
        if not width:
            return ()
        filled = share_bar(share, width).rstrip(" ")
        return (" ", ""), (filled, class_style(index)), ("─" * (width - len(filled)), "$foreground 15%")
