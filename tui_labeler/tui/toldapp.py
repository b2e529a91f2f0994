"""Keeps what the app says, so that it can be read whole when it is no longer shown."""

from __future__ import annotations

import time
from collections import deque
from typing import Any

from textual.notifications import SeverityLevel

from tui_labeler.model.text import safe_text
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.told import Told

# So many messages are kept, and so many characters of one are shown at once.
_KEPT_MESSAGES, _SHOWN = 200, 400


class ToldApp(GraphicsApp):
    """An app whose messages are kept."""

    def __init__(self, **terminal: Any) -> None:
        self.told: deque[Told] = deque(maxlen=_KEPT_MESSAGES)
        super().__init__(**terminal)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Shows it for a while, cut where it is long; whole it stays in the list of messages."""
        self.remember_told(message, severity)
        shown = message if len(message) <= _SHOWN else f"{message[:_SHOWN]}… (! reads it whole)"
        super().notify(shown, title=title, severity=severity, timeout=timeout, markup=markup)

    def remember_told(self, message: str, severity: SeverityLevel = "information") -> None:
        """Keeps what a screen says itself."""
        self.told.append(Told(time.time(), severity, safe_text(message)))

    def action_messages(self) -> None:
        """All that was said, whole."""
        from tui_labeler.tui.screens.messages import MessagesScreen

        self.push_screen(MessagesScreen(self.told))
