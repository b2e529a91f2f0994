"""Keeps what the app says, so that it can be read whole when it is no longer shown."""

from __future__ import annotations

import re
import time
from collections import deque
from typing import Any

from textual.notifications import SeverityLevel

from tui_labeler.model.text import cell_width, safe_text
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.told import Told

# So many messages are kept, and so many characters of one are shown at once.
_KEPT_MESSAGES, _SHOWN = 200, 400
_AFTER = 0.05  # seconds after a message's time, when Textual has taken it away
# The folders of an absolute path: what is wrong with the file comes after them, and would be cut.
_FOLDERS = re.compile(r"(?<![^\s“(])(?:/[^/\s]+){2,}/(?=[^/\s])")
_NEWS = 0.6  # of the line, for what is no failure; as in the stylesheet
_EDGE = 3  # cells of the last line that are not the message's


class ToldApp(GraphicsApp):
    """An app whose messages are kept. The newest stands in the last line, at its right end, over the keys and nothing else;
    when its time is over, one that is still to be read is seen again."""

    def __init__(self, **terminal: Any) -> None:
        self.told: deque[Told] = deque(maxlen=_KEPT_MESSAGES)
        # Until when warnings and errors are shown, in the clock's seconds.
        self._failures_until: list[float] = []
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
        """Shows it for a while, in one line; whole it stays in the list of messages."""
        whole = f"{title}: {message}" if title else message
        self.remember_told(whole, severity)
        shown = " ".join(whole.split())
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        now = time.monotonic()
        self._failures_until = [until for until in self._failures_until if until > now]
        more = len(self._failures_until)
        if more:
            shown = f"{self._messages_key()} shows {more} more · {shown}"
        elif not self._has_room(shown, severity):
            shown = _without_folders(shown)
            if not self._has_room(shown, severity):
                shown = f"{self._messages_key()} shows it all · {shown}"
        if severity != "information":
            self._failures_until.append(now + (timeout or self.NOTIFICATION_TIMEOUT))
        super().notify(shown, severity=severity, timeout=timeout, markup=markup)
        self.call_after_refresh(self._show_newest)
        self.set_timer((timeout or self.NOTIFICATION_TIMEOUT) + _AFTER, self._show_newest)

    def notify_briefly(self, whole: str, brief: str) -> None:
        """Shows the safe text `whole` where the line has room, else `brief`; the list of messages has it whole."""
        if self._has_room(whole, "information"):
            self.notify(whole, markup=False)
            return
        self.remember_told(whole)
        super().notify(brief, markup=False)
        self.call_after_refresh(self._show_newest)

    def _has_room(self, text: str, severity: SeverityLevel) -> bool:
        return cell_width(text) <= self.size.width * (_NEWS if severity == "information" else 1) - _EDGE

    async def on_mount(self) -> None:
        self.screen_change_signal.subscribe(self, lambda screen: self.call_after_refresh(self._show_newest))

    def on_click(self) -> None:
        """A click takes a message away."""
        self.call_after_refresh(self._show_newest)

    def _show_newest(self) -> None:
        """Of those that are still to be read the newest stands in the line."""
        if not self.screen_stack:  # the app is being left
            return
        places = list(self.screen.query("ToastHolder"))
        for place in places:
            place.display = place is places[-1]

    def clear_notifications(self) -> None:
        """None is shown any longer; in the list they stay."""
        self._failures_until.clear()
        super().clear_notifications()

    def _messages_key(self) -> str:
        """What opens the list of messages here: a mark that is typed into a field, or means something else, does not."""
        here = self.screen.active_bindings.get("exclamation_mark")
        is_free = here is not None and here.binding.action == "messages"
        from textual.widgets import Input, TextArea  # which takes long, and is there with the first message

        return "!" if is_free and not isinstance(self.focused, Input | TextArea) else "Ctrl+L"

    def remember_told(self, message: str, severity: SeverityLevel = "information") -> None:
        """Keeps what a screen says itself."""
        self.told.append(Told(time.time(), severity, safe_text(message)))

    def action_messages(self) -> None:
        """All that was said, whole."""
        from tui_labeler.tui.screens.messages import MessagesScreen

        self.push_screen(MessagesScreen(self.told))


def _without_folders(message: str) -> str:
    """The message with the names of files alone, for a line that has no room for their paths."""
    return _FOLDERS.sub("…/", message)
