"""The panel beside the canvas: classes with their digits, counts and eyes, then what one looks at."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui_labeler.imaging.colours import hex_colour
from tui_labeler.labeling.editor import Editor
from tui_labeler.model.project import TaskType
from tui_labeler.model.text import safe_text

_HEAD = 2
# A piece of a line: text, a theme variable or #rrggbb, and whether it is bold.
Piece = tuple[str, str, bool]
Line = tuple[Piece, ...]


class ClassPanel(Widget):
    """Repaints the lines that changed and no other: a key on the canvas must not cost a panel."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "ClassPanel { width: 26; height: 1fr; background: $surface; }"

    class Picked(Message):
        """A class was clicked; `eye` where its eye was."""

        def __init__(self, place: int, eye: bool) -> None:
            super().__init__()
            self.place = place
            self.eye = eye

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[Line] = []
        self._first = 0

    def show(self, editor: Editor, facts: list[tuple[str, str]]) -> None:
        """The classes around the chosen one, as many as fit, and lines of (name, value) below."""
        width = self.size.width - 2
        room = max(3, self.size.height - _HEAD - len(facts) - 2)
        self._first = max(0, min(editor.chosen - room // 2, len(editor.names) - room))
        counts: dict[str, int] = {}
        for name in (*(region.name for region in editor.draft.regions), *editor.draft.tags):
            counts[name] = counts.get(name, 0) + 1
        lines: list[Line] = [(("Tags", "foreground", True), ("   ? all keys", "secondary", False)), ()]
        for place in range(self._first, min(self._first + room, len(editor.names))):
            lines.append(_row(editor, place, counts.get(editor.names[place], 0), width))
        lines.append(())
        for key, value in facts:
            shown = safe_text(value, max(4, width - 6))
            lines.append(((f"{key:<6}", "secondary", False), (shown, "foreground", False)))
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
        for text, name, bold in self._lines[y]:
            colour = Color.parse(name if name.startswith("#") else variables[name])
            segments.append(Segment(text, Style(color=colour.rich_color, bgcolor=back, bold=bold)))
        return Strip(segments).adjust_cell_length(self.size.width, ground)

    def on_click(self, event: events.Click) -> None:
        if event.y >= _HEAD:
            self.post_message(self.Picked(self._first + event.y - _HEAD, event.x >= self.size.width - 3))


def _row(editor: Editor, place: int, count: int, width: int) -> Line:
    name = editor.names[place]
    chosen = place == editor.chosen
    eye = "  "
    if editor.kind.has_regions:
        mark = "◉" if chosen else "○"
        eye = " ×" if name in editor.hidden_classes else "  "
    else:
        marks = ("◉", "○") if editor.kind is TaskType.CLASSIFICATION else ("☑", "☐")
        mark = marks[0] if name in editor.draft.tags else marks[1]
    room = max(3, width - 11)
    return (
        (f"{place + 1} " if place < 9 else "  ", "footer-key-foreground", True),
        (f"{mark} ", "foreground", False),
        ("■ ", hex_colour(place), False),
        (safe_text(name, room).ljust(room), "foreground", chosen),
        (f"{count:>3}" if count else "   ", "foreground", False),
        (eye, "error", False),
    )
