"""Help for where one is: some words, and every key of the screen below."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from tui_labeler.model.text import safe_text
from tui_labeler.tui.actions import Action


class HelpScreen(ModalScreen[None]):
    """Opened by `?`, closed by any way out."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,enter", "dismiss", "Close"),
        Binding("down,j", "scroll_by(1)", show=False),
        Binding("up,k", "scroll_by(-1)", show=False),
    ]
    CSS_PATH = "help.tcss"

    def __init__(self, text: str, actions: tuple[Action, ...], reason: Callable[[str], str] = lambda name: "") -> None:
        """`reason` says why an action cannot be done now (empty if it can)."""
        super().__init__()
        self._reason = reason
        self._text = text
        self._actions = actions

    def compose(self) -> ComposeResult:
        with VerticalScroll() as scroll:
            scroll.border_title = "Help"
            if self._text:
                yield Markdown(self._text, open_links=False)
            width = max(len(action.key_text) for action in self._actions)
            group = ""
            for action in self._actions:
                if action.group != group:
                    group = action.group
                    yield Static(group, classes="group")
                with Horizontal(classes="row"):
                    reason = safe_text(self._reason(action.name), 200)
                    keys = Content.styled(action.key_text.rjust(width), "$foreground 40%" if reason else "bold $accent")
                    yield Static(keys, classes="key").set_styles(f"width: {width + 2};")
                    text = Content(action.help or action.title)
                    if reason:
                        text = Content.assemble(text, (f" Not now: {reason}", "$text-warning"))
                    yield Static(text, classes="text")
            yield Static("Esc closes · Ctrl+P searches every command · the mouse works everywhere", classes="hint")

    def action_scroll_by(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)
