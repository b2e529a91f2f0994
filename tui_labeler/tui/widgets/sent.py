"""That a text was copied is said where the text stands: beside it, for a while, and over nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from tui_labeler.model.text import cell_width
from tui_labeler.tui.clipboard import Sent
from tui_labeler.tui.linebreaks import break_lines

SAID_SECONDS = 10.0
"""What just happened is said for so long."""
_MARK, _BETWEEN = "✓ ", "  "


class SaysSent(Widget):
    """A widget with texts that can be copied; `sent` is the one that was, for a while. It stands behind the kind of widget
    among the bases of a class: styles go by the first one."""

    sent: Sent | None = None
    _sent_until: Timer | None = None

    def shows(self, text: str) -> bool:
        """Whether this is one of its texts."""
        raise NotImplementedError

    def draw(self) -> None:
        """Shows what it has anew, with the mark at the text that was sent."""
        raise NotImplementedError

    def is_seen(self) -> bool:
        """Whether it is on the screen, and not scrolled away."""
        return self.is_on_screen and bool(self.screen.find_widget(self).visible_region.area)

    def say_sent(self, sent: Sent) -> bool:
        """False where it does not show that text, or cannot be seen."""
        if not self.shows(sent.text) or not self.is_seen():
            return False
        self.unsay()
        self.sent = sent
        self._sent_until = self.set_timer(SAID_SECONDS, self.unsay)
        self.draw()
        return True

    def unsay(self) -> None:
        if self._sent_until is not None:
            self._sent_until.stop()
            self._sent_until = None
        if self.sent is not None:
            self.sent = None
            self.draw()


class SentLines(Static, SaysSent):
    """Lines, each with the text that is copied of it. What is longer than the widget goes on in the next line, `hanging`
    cells from the left."""

    DEFAULT_CSS = "SentLines { height: auto; }"

    def __init__(self, content: str = "", *, hanging: int = 0, **widget: Any) -> None:
        super().__init__(content, **widget)
        self._hanging = hanging
        self._lines: tuple[tuple[Content, str], ...] = ()

    def show(self, lines: Sequence[tuple[Content, str]]) -> None:
        """Of a line that cannot be copied the second text is empty."""
        self._lines = tuple(lines)
        self.draw()

    def shows(self, text: str) -> bool:
        return any(text == copied for _, copied in self._lines)

    def is_seen(self) -> bool:
        """It is brought to where it can be seen, unless it is on a page that is not shown."""
        if not all(node.display for node in self.ancestors_with_self if isinstance(node, Widget)):
            return False
        self.scroll_visible(animate=False)
        return True

    def on_resize(self) -> None:
        if self.sent is not None or self._hanging:
            self.draw()

    def draw(self) -> None:
        self.update(Content("\n").join(self._marked(self._broken(line), text) for line, text in self._lines))

    def _broken(self, line: Content) -> Content:
        width = self.size.width
        return break_lines(line, width, self._hanging) if self._hanging and width > 2 * self._hanging else line

    def _marked(self, line: Content, text: str) -> Content:
        if self.sent is None or text != self.sent.text:
            return line
        width = max(self.size.width, 20)
        last = cell_width(line.plain.rpartition("\n")[2]) % width
        room = width - last - len(_BETWEEN) - len(_MARK)
        return Content.assemble(line, _BETWEEN, (_MARK + self.sent.fitting(room), "$text-success"))
