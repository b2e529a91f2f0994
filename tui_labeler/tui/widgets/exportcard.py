"""A project's newest export, and the key that copies its name; that it was copied is said beside the name."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import ago_text, beginning, cell_width, fitted, plural, safe_text
from tui_labeler.tui.widgets.sent import SaysSent

_SENT = "  ✓ sent"
# Before the name in one line: as much as leaves it whole.
_SAYS_COPIES, _SAYS_SENT = (" copies ", " copy ", " "), (" sent ", " ")
_HEAD, _KEY, _COPIES = "Newest export", "c", " copies its name"


class ExportCard(Static, SaysSent):
    """Three lines: the head with its key, the name, and what it holds (or what has just become of its name). `brief`: the
    key and the name in one line."""

    DEFAULT_CSS = "ExportCard { height: auto; }"

    def __init__(
        self,
        brief: bool = False,
        *,
        id: str | None = None,  # noqa: A002 - Textual's word
        classes: str | None = None,
    ) -> None:
        super().__init__("", id=id, classes=classes)
        self._brief = brief
        self._newest: ExportResult | None = None
        self._is_known = False  # until then nothing is said
        self._now = 0.0
        self._why_none = ""

    def show(self, newest: ExportResult | None, why_none: str, now: float) -> None:
        """`why_none` says how the first one is made, or why it cannot be made yet."""
        if newest != self._newest:
            self.unsay()
        self._newest, self._why_none, self._now, self._is_known = newest, why_none, now, True
        self.draw()

    def shows(self, text: str) -> bool:
        return self._newest is not None and text == self._newest.name

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        if not self._is_known:
            return
        width = max(self.size.width, 20)
        if self._brief:
            lines = [self._line(self._newest, width)]
        elif self._newest is None:
            lines = [Content.styled(_HEAD, "bold"), Content.styled(self._why_none, "$foreground 60%")]
        else:
            lines = self._lines(self._newest, width)
        self.update(Content("\n").join(lines))

    def _line(self, newest: ExportResult | None, width: int) -> Content:
        if newest is None:
            return Content.styled(fitted(self._why_none, width), "$foreground 60%")
        key, ways = ("✓", _SAYS_SENT) if self.sent else (_KEY, _SAYS_COPIES)
        style = "bold $text-success" if self.sent else "bold $accent"
        room = width - 1 - cell_width(newest.name)
        does = next((words for words in ways if len(words) <= room), ways[0])
        return Content.assemble((key, style), does, fitted(newest.name, width - len(does) - 1))

    def _lines(self, newest: ExportResult, width: int) -> list[Content]:
        gap = max(3, width - len(_HEAD) - len(_KEY) - len(_COPIES))
        head = Content.assemble((_HEAD, "bold"), " " * gap, (_KEY, "bold $accent"), (_COPIES, "$foreground 60%"))
        name = fitted(newest.name, width - (cell_width(_SENT) if self.sent else 0))
        about = f"{safe_text(newest.format)} · {plural(newest.rows, 'image')} · {ago_text(self._now - newest.created)}"
        if self.sent is None:
            return [head, Content(name), Content.styled(beginning(about, width), "$foreground 60%")]
        sent = Content.assemble(name, (_SENT, "bold $text-success"))
        return [head, sent, Content.styled(fitted(self.sent.words, width), "$text-success")]
