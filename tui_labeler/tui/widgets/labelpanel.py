"""The panel beside the canvas: classes with their digits, counts and eyes, what one looks at, and the keys."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui_labeler.imaging.colours import hex_colour
from tui_labeler.model.project import TaskType
from tui_labeler.model.text import safe_text
from tui_labeler.tui.labelkeys import KeyRow
from tui_labeler.tui.panelstate import PanelState

# A piece of a line: text, a theme variable or #rrggbb, and whether it is bold.
Piece = tuple[str, str, bool]


@dataclass(frozen=True)
class Line:
    """`command` or `place` (of a class) is what a click on it means; neither for a line that is only read."""

    pieces: tuple[Piece, ...] = ()
    command: str = ""
    place: int = -1


class LabelPanel(Widget):
    """Repaints the lines that changed and no other: a key on the canvas must not cost a panel."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "LabelPanel { width: 26; height: 1fr; background: $surface; }"

    class Picked(Message):
        """A class was clicked; `eye` where its eye was."""

        def __init__(self, place: int, eye: bool) -> None:
            super().__init__()
            self.place = place
            self.eye = eye

    class Commanded(Message):
        """A command was clicked."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []
        self._state: PanelState | None = None

    def on_resize(self) -> None:
        if self._state is not None:
            self.show(self._state)

    def show(self, state: PanelState) -> None:
        """The classes around the chosen one, the facts, and as many keys as there is room for."""
        self._state = state
        width, height = self.size.width - 2, self.size.height
        lines = [_tabs(), Line(), _heading("Tags", "find_class", "/ finds")]
        lines += _classes(state, max(3, height - len(lines) - len(state.facts) - 2), width)
        lines.append(Line())
        for key, value in state.facts:
            shown = safe_text(value, max(4, width - 7))
            lines.append(Line(((f"{key:<7}", "secondary", False), (shown, "foreground", False))))
        lines += _keys(state.keys, height - len(lines))
        before, self._lines = self._lines, lines
        for row in range(max(len(before), len(lines))):
            if before[row : row + 1] != lines[row : row + 1]:
                self.refresh(Region(0, row, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        back = self.background_colors[1].rich_color
        ground = Style(bgcolor=back)
        if y >= len(self._lines):
            return Strip.blank(self.size.width, ground)
        variables = self.app.theme_variables
        segments = [Segment(" ", ground)]
        for text, name, bold in self._lines[y].pieces:
            colour = Color.parse(name if name.startswith("#") else variables[name])
            segments.append(Segment(text, Style(color=colour.rich_color, bgcolor=back, bold=bold)))
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def on_click(self, event: events.Click) -> None:
        line = self._lines[event.y] if event.y < len(self._lines) else Line()
        if line.place >= 0:
            self.post_message(self.Picked(line.place, event.x >= self.size.width - 3))
        elif line.command:
            self.post_message(self.Commanded(line.command))


def _tabs() -> Line:
    """The retired service's two tabs. Tasks is where one is."""
    return Line(
        (
            ("Tasks", "foreground", True),
            ("   ", "foreground", False),
            ("i ", "footer-key-foreground", True),
            ("Instructions", "secondary", False),
        ),
        command="instructions",
    )


def _heading(title: str, command: str, hint: str) -> Line:
    return Line(((f"{title:<7}", "primary", True), (hint, "secondary", False)), command=command)


def _classes(state: PanelState, room: int, width: int) -> list[Line]:
    first = max(0, min(state.chosen - room // 2, len(state.names) - room))
    return [_class(state, place, width) for place in range(first, min(first + room, len(state.names)))]


def _class(state: PanelState, place: int, width: int) -> Line:
    name = state.names[place]
    chosen = place == state.chosen
    set_, unset = ("☑", "☐") if state.kind is TaskType.MULTILABEL else ("◉", "○")
    mark = set_ if (chosen if state.kind.has_regions else name in state.ticked) else unset
    count = state.counts.get(name, 0)
    room = max(3, width - 11)
    pieces = (
        (f"{place + 1} " if place < 9 else "  ", "footer-key-foreground", True),
        (f"{mark} ", "foreground", False),
        ("■ ", hex_colour(place), False),
        (set_cell_size(safe_text(name, room), room), "foreground", chosen),
        (f"{count:>3}" if count else "   ", "foreground", False),
        (" ×" if name in state.hidden else "  ", "error", False),
    )
    return Line(pieces, place=place)


def _keys(rows: tuple[KeyRow, ...], room: int) -> list[Line]:
    """A heading and rows; those that need Esc first stand dimmed below a heading of their own."""
    lines: list[Line] = []
    ready = True
    for row in rows:
        if not lines:
            lines += [Line(), _heading("Keys", "help", "? shows all")]
        if ready and not row.ready:
            lines += [Line(), Line((("After Esc", "secondary", False),))]
            ready = False
        colours = ("footer-key-foreground", "foreground") if row.ready else ("secondary", "secondary")
        lines.append(
            Line(((f"{row.key:<7}", colours[0], row.ready), (row.title, colours[1], False)), command=row.command)
        )
    return lines[: max(room, 0)] if room >= 4 else []
