"""The panel beside the canvas: classes with their digits, counts and eyes, then what one looks at."""

from __future__ import annotations

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_labeler.imaging.colours import hex_colour
from tui_labeler.labeling.editor import Editor
from tui_labeler.model.project import TaskType
from tui_labeler.model.text import safe_text

_HEAD = 2


class ClassPanel(Static):
    """Repaints only when its text changes: a key on the canvas must not cost a panel."""

    DEFAULT_CSS = """
    ClassPanel { width: 26; height: 1fr; background: $surface; padding: 0 1; }
    """

    class Picked(Message):
        """A class was clicked; `eye` where its eye was."""

        def __init__(self, place: int, eye: bool) -> None:
            super().__init__()
            self.place = place
            self.eye = eye

    def __init__(self) -> None:
        super().__init__("")
        self._shown: Content | None = None
        self._first = 0

    def show(self, editor: Editor, facts: list[tuple[str, str]]) -> None:
        """The classes around the chosen one, as many as fit, and lines of (name, value) below."""
        width = self.size.width - 2
        room = max(3, self.size.height - _HEAD - len(facts) - 2)
        self._first = max(0, min(editor.chosen - room // 2, len(editor.names) - room))
        counts: dict[str, int] = {}
        for name in (*(region.name for region in editor.draft.regions), *editor.draft.tags):
            counts[name] = counts.get(name, 0) + 1
        lines = [Content.assemble(("Tags", "bold"), ("   ? keys", "$foreground 60%")), Content("")]
        for place in range(self._first, min(self._first + room, len(editor.names))):
            lines.append(self._row(editor, place, counts.get(editor.names[place], 0), width))
        lines.append(Content(""))
        for key, value in facts:
            lines.append(
                Content.assemble((f"{key} ", "$foreground 60%"), safe_text(value, max(4, width - len(key) - 1)))
            )
        content = Content("\n").join(lines)
        if content != self._shown:
            self._shown = content
            self.update(content, layout=False)

    def _row(self, editor: Editor, place: int, count: int, width: int) -> Content:
        name = editor.names[place]
        digit = str(place + 1) if place < 9 else " "
        if editor.kind.has_regions:
            mark = "◉" if place == editor.chosen else "○"
            eye = " ×" if name in editor.hidden_classes else "  "
        else:
            marks = ("◉", "○") if editor.kind is TaskType.CLASSIFICATION else ("☑", "☐")
            mark, eye = marks[0] if name in editor.draft.tags else marks[1], "  "
        style = "bold" if place == editor.chosen else ""
        number = f"{count:>3}" if count else "   "
        text = safe_text(name, max(3, width - 11)).ljust(max(3, width - 11))
        return Content.assemble(
            (f"{digit} ", "bold $accent"),
            f"{mark} ",
            ("■ ", hex_colour(place)),
            (text, style),
            number,
            (eye, "$text-error"),
        )

    def on_click(self, event: events.Click) -> None:
        place = self._first + event.y - _HEAD
        if event.y >= _HEAD:
            self.post_message(self.Picked(place, event.x >= self.size.width - 3))
