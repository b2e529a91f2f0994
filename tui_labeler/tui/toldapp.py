"""Keeps what the app says, so that it can be read whole when it is no longer shown."""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable
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
    """An app whose messages are kept. The newest stands in the last line, at its right end, beside the most important keys;
    when its time is over, one that is still to be read is seen again."""

    def __init__(self, **terminal: Any) -> None:
        self.told: deque[Told] = deque(maxlen=_KEPT_MESSAGES)
        # Until when warnings and errors are shown, in the clock's seconds.
        self._failures_until: list[float] = []
        # Until when each message is shown, and how many cells of the last line it takes.
        self._covered: list[tuple[float, int]] = []
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
            shown = f"{self.messages_key()} shows {more} more · {shown}"
        elif not self._has_room(shown, severity):
            shown = _without_folders(shown)
            if not self._has_room(shown, severity):
                shown = f"{self.messages_key()} shows it all · {shown}"
        if severity != "information":
            self._failures_until.append(now + (timeout or self.NOTIFICATION_TIMEOUT))
        self._put(shown, severity, timeout, markup)

    def _put(self, shown: str, severity: SeverityLevel, timeout: float | None, markup: bool) -> None:
        """Into the last line; the keys there make room for it."""
        super().notify(shown, severity=severity, timeout=timeout, markup=markup)
        seconds = timeout or self.NOTIFICATION_TIMEOUT
        share = _NEWS if severity == "information" else 1
        cells = min(cell_width(shown) + _EDGE, int(self.size.width * share))
        self._covered.append((time.monotonic() + seconds, cells))
        self.call_after_refresh(self._show_newest)
        self.set_timer(seconds + _AFTER, self._show_newest)

    def notify_briefly(self, whole: str, brief: str) -> None:
        """Shows the safe text `whole` where the line has room, else `brief`; the list of messages has it whole."""
        if self._has_room(whole, "information"):
            self.notify(whole, markup=False)
            return
        self.remember_told(whole)
        self._put(brief, "information", None, markup=False)

    async def tell_depth_once(self, remember: Callable[[str], bool]) -> None:
        """Where less than all colours are drawn: how many; what to set for more stands in the list of messages:
        who is here for the first time needs the keys more. `remember` says whether it is new."""
        depth = self.depth
        if not depth.mend:
            return
        if await asyncio.to_thread(remember, f"{depth.colours} {depth.why}"):
            whole = safe_text(f"{self.depth.words} ({self.depth.why}). {self.depth.mend}")
            self.notify_briefly(whole, f"{self.depth.words}: {self.messages_key()} says why")

    def _has_room(self, text: str, severity: SeverityLevel) -> bool:
        return cell_width(text) <= self.size.width * (_NEWS if severity == "information" else 1) - _EDGE

    async def on_mount(self) -> None:
        self.screen_change_signal.subscribe(self, lambda screen: self.call_after_refresh(self._show_newest))

    def on_click(self) -> None:
        """A click takes a message away."""
        self.call_after_refresh(self._clicked_away)

    def _clicked_away(self) -> None:
        now = time.monotonic()
        left = len(self.screen.query("ToastHolder")) if self.screen_stack else 0
        self._covered = [covered for covered in self._covered if covered[0] > now][:left]
        self._show_newest()

    def _show_newest(self) -> None:
        """Of those that are still to be read the newest stands in the line."""
        if not self.screen_stack:  # the app is being left
            return
        places = list(self.screen.query("ToastHolder"))
        for place in places:
            place.display = place is places[-1]
        now = time.monotonic()
        self._covered = [covered for covered in self._covered if covered[0] > now]
        from tui_labeler.tui.widgets.keybar import KeyBar

        for bar in self.screen.query(KeyBar):
            bar.make_room(self._covered[-1][1] if places and self._covered else 0)

    def clear_notifications(self) -> None:
        """None is shown any longer; in the list they stay."""
        self._failures_until.clear()
        self._covered.clear()
        super().clear_notifications()
        self.call_after_refresh(self._show_newest)

    def messages_key(self) -> str:
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
