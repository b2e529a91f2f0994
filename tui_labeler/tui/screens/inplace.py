"""Screens that say what just happened in their first line: nothing is covered by it."""

from __future__ import annotations

from typing import TypeVar

from textual.content import Content
from textual.timer import Timer

from tui_labeler.model.text import cell_width, fitted, safe_text
from tui_labeler.tui.clipboard import Sent
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.widgets.sent import SAID_SECONDS

R = TypeVar("R")
_CRUMBS = 33  # cells that the way here keeps in the first line
_BETWEEN = "   "
_LEAST_NAMED = 20  # cells in which what was copied is still recognized


class InPlaceScreen(LabelerScreen[R]):
    """`standing()` is what stands at the right end of the first line while nothing has just happened."""

    _just_told = ""
    _told_until: Timer | None = None

    def standing(self) -> Content | str:
        return ""

    def note(self) -> Content | str:
        if not self._just_told:
            return self.standing()
        return Content.assemble((f"✓ {self._just_told}", "$text-success"), _BETWEEN, self.standing())

    def tell(self, message: str) -> None:
        """In the first line for a while; as any screen does where that has no room for it, or lies under another one."""
        text = safe_text(message)
        if self._is_covered or cell_width(text) > self._told_room:
            super().tell(message)
            return
        self.services.remember_told(text)
        self._say(text)

    def say_sent(self, sent: Sent) -> bool:
        """Beside the text where it stands on the screen, else both in the first line."""
        if super().say_sent(sent):
            return True
        room = self._told_room
        # Beside a long way here the fewest words are better than a box over something else.
        text = fitted(sent.text, max(room - len(sent.brief) - 1, 1))
        said = f"{text} {sent.fitting(room - cell_width(text) - 1)}" if room >= _LEAST_NAMED else "Sent"
        if room >= len(said):
            self._say(said)
        return room >= len(said)

    @property
    def _told_room(self) -> int:
        """Cells for what just happened, beside what stands there in any case."""
        return self.size.width - _CRUMBS - len("✓ ") - len(_BETWEEN) - Content.assemble(self.standing()).cell_length

    def forget_failures(self) -> None:
        """What just happened was before that."""
        super().forget_failures()
        self._unsay()

    def _say(self, text: str) -> None:
        self._unsay()
        self._just_told = text
        self._told_until = self.set_timer(SAID_SECONDS, self._unsay)
        self.refresh_crumbs()

    def _unsay(self) -> None:
        if self._told_until is not None:
            self._told_until.stop()
            self._told_until = None
        if self._just_told:
            self._just_told = ""
            self.refresh_crumbs()
