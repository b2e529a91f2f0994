"""What the app has said since it was opened, whole and with its time: `!` and Ctrl+L."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_labeler.tui.told import Told

_COLOURS = {"error": "$text-error", "warning": "$text-warning"}


class MessagesScreen(ModalScreen[None]):
    """The newest first; closed by any way out."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,enter,ctrl+l,exclamation_mark", "dismiss", "Close")]
    CSS_PATH = "messages.tcss"

    def __init__(self, messages: Sequence[Told]) -> None:
        super().__init__()
        self._messages = tuple(messages)

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Messages, the newest first"
            box.border_subtitle = "Esc closes"
            for told in reversed(self._messages):
                when = time.strftime("%H:%M:%S", time.localtime(told.at))
                text = (told.text, _COLOURS.get(told.severity, ""))
                yield Static(Content.assemble((f"{when}  ", "$foreground 60%"), text))
            if not self._messages:
                yield Static("Nothing has been said yet.")
