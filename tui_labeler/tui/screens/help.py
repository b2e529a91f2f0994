"""Help for where one is: some words, and every key of the screen below."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from tui_labeler.tui.actions import Action


class HelpScreen(ModalScreen[None]):
    """Opened by `?`, closed by any way out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "Close"),
        Binding("down,j", "scroll_by(1)", show=False),
        Binding("up,k", "scroll_by(-1)", show=False),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll { width: 76; max-width: 90%; height: auto; max-height: 90%; background: $surface;
        border: round $border; padding: 0 1; }
    HelpScreen Markdown { background: $surface; margin: 0; padding: 0 1; }
    HelpScreen .keys { padding: 0 1; }
    HelpScreen .hint { color: $text-muted; padding: 1 1 0 1; }
    """

    def __init__(self, text: str, actions: tuple[Action, ...]) -> None:
        super().__init__()
        self._text = text
        self._actions = actions

    def compose(self) -> ComposeResult:
        with VerticalScroll() as scroll:
            scroll.border_title = "Help"
            if self._text:
                yield Markdown(self._text)
            width = max(len(action.key_text) for action in self._actions) + 2
            lines = [
                Content.assemble((action.key_text.ljust(width), "bold $accent"), action.help or action.title)
                for action in self._actions
            ]
            yield Static(Content("\n").join(lines), classes="keys")
            yield Static("Esc closes · Ctrl+P searches every command · the mouse works everywhere", classes="hint")

    def action_scroll_by(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
