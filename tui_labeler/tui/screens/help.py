"""Help for where one is: some words, and every key of the screen below."""

from __future__ import annotations

import re
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

# What an action's help begins with where it can be done in one place alone.
_OWN = re.compile(r"((?:In|On) [^:.]{2,40}): (.+)", re.DOTALL)


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
            before = ""
            for group, words, action in _by_situation(self._actions):
                if group != before:
                    before = group
                    yield Static(group, classes="group")
                with Horizontal(classes="row"):
                    reason = safe_text(self._reason(action.name), 200)
                    keys = Content.styled(action.key_text.rjust(width), "$foreground 65%" if reason else "bold $accent")
                    yield Static(keys, classes="key").set_styles(f"width: {width + 2};")
                    text = Content(words)
                    if reason:
                        text = Content.assemble(text, (f" Not now: {reason}", "$text-warning"))
                    yield Static(text, classes="text")
            yield Static("Esc closes · Ctrl+P searches every command · the mouse works everywhere", classes="hint")

    def action_scroll_by(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def _by_situation(actions: tuple[Action, ...]) -> list[tuple[str, str, Action]]:
    """(heading, words, action): first what can be done anywhere here, then what a tab, a list or a field has for itself:
    its help says that at the beginning (“In Data: …”)."""
    rows = []
    for action in actions:
        group, words = action.group, action.help or action.title
        if not group and (own := _OWN.match(words)):
            group, words = own[1], own[2][:1].upper() + own[2][1:]
        rows.append((group, words, action))
    groups = list(dict.fromkeys(group for group, _, _ in rows))
    return sorted(rows, key=lambda row: (row[0] != "", groups.index(row[0])))
