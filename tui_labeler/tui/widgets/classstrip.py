"""The classes in one line, where the image has the room of the panel: digits, colours, counts, the chosen one marked."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui_labeler.model.text import cell_width, fitted, safe_text
from tui_labeler.tui.classcolours import class_variable
from tui_labeler.tui.panelstate import PanelState, class_mark, last_segment
from tui_labeler.tui.widgets.labelpanel import LabelPanel

_MOST = 24  # cells of one name
# A class: its place in the list, and pieces of (text, theme variable or #rrggbb, bold).
_Item = tuple[int, tuple[tuple[str, str, bool], ...]]


class ClassStrip(Widget):
    """As many classes around the chosen one as there is room for, and how many more there are."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "ClassStrip { height: 1; padding: 0; }"

    class More(Message):
        """What leads to the classes that are not shown was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._state: PanelState | None = None
        self._drawn: tuple[_Item, ...] = ()
        self._hint, self._width = "", 0

    def show(self, state: PanelState) -> None:
        """Repaints only where what is seen has changed: most keys change nothing here."""
        self._state = state
        before = (self._drawn, self._hint)
        self._lay_out(state)
        if before != (self._drawn, self._hint):
            self.refresh()

    def on_resize(self) -> None:
        if self._state is not None:
            self.show(self._state)

    def _lay_out(self, state: PanelState) -> None:
        self._width = self.size.width
        room = self._width - 2
        items = [_item(state, class_index) for class_index in state.listed]
        widths = [sum(cell_width(text) for text, _, _ in item[1]) + 2 for item in items]
        at = state.listed.index(state.cursor) if state.cursor in state.listed else 0
        if sum(widths) - 2 > room:
            room -= len(f"+{len(items):,} more: {state.hints['find_class']}") + 2
        first = 0
        while first < at and sum(widths[first : at + 1]) > room:
            first += 1
        last = first
        while last < len(items) and sum(widths[first : last + 1]) - 2 <= room:
            last += 1
        self._drawn = tuple(items[first:last])
        left_out = len(items) - len(self._drawn)
        self._hint = f"+{left_out:,} more: {state.hints['find_class']}" if left_out else ""
        if state.typed is not None:
            self._hint = f"code: {state.typed}_"

    def render_line(self, y: int) -> Strip:
        if self._state is not None and self._width != self.size.width:
            self._lay_out(self._state)  # painted before it was told its size
        back = self.background_colors[1].rich_color
        ground = Style(bgcolor=back)
        variables = self.app.theme_variables
        segments = [Segment(" ", ground)]
        for _, pieces in self._drawn:
            for text, name, bold in pieces:
                colour = Color.parse(name if name.startswith("#") else variables[name])
                segments.append(Segment(text, Style(color=colour.rich_color, bgcolor=back, bold=bold)))
            segments.append(Segment("  ", ground))
        hint = Color.parse(variables["secondary"]).rich_color
        segments.append(Segment(self._hint, Style(color=hint, bgcolor=back)))
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def on_click(self, event: events.Click) -> None:
        column = 1
        for class_index, pieces in self._drawn:
            end = column + sum(cell_width(text) for text, _, _ in pieces)
            if column <= event.x < end:
                self.post_message(LabelPanel.Picked(class_index, False))
                return
            column = end + 2
        if self._hint:
            self.post_message(LabelPanel.Commanded("find_class"))


def _item(state: PanelState, class_index: int) -> _Item:
    name = state.names[class_index]
    chosen = class_index == (state.cursor if state.typed is not None else state.chosen)
    count = state.counts.get(name, 0)
    ink = "primary" if chosen else "foreground"
    shown = fitted(last_segment(safe_text(name), _MOST), _MOST)
    pieces = [
        (f"{state.codes[class_index]} ", "footer-key-foreground", True),
        (class_mark(state, class_index), ink, chosen),
        ("■ ", class_variable(class_index), False),
        (shown, ink, chosen),
    ]
    if count:
        pieces.append((f" {count}", "foreground", False))
    if name in state.hidden:
        pieces.append((" ×", "error", False))
    return class_index, tuple(pieces)
