"""The part of the app that knows how many colours its terminal has, and changes that while it runs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.message import Message

from tui_labeler.terminal.answers import CELLS_AGAIN, FENCE, QUESTIONS, Answers
from tui_labeler.terminal.depth import DEPTHS, TRUE, Depth
from tui_labeler.terminal.probe import LateAnswers
from tui_labeler.terminal.screen import terminal_number
from tui_labeler.terminal.stopping import has_shell, stop_group
from tui_labeler.tui.consoleglyphs import GlyphFilter
from tui_labeler.tui.listening import listening

if TYPE_CHECKING:
    from tui_labeler.imaging.palette import Palette

_UNKNOWN = Depth(TRUE, "not looked for")
_KEY = "f9"


class DepthApp(App[None]):
    """An app with a `depth`. Its widgets are drawn through a filter, its pictures with `palette` (None: direct colour)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_KEY, "next_depth", "Colours", show=False, priority=True),
        # Where a screen or a field takes back changes by this key, it does that.
        Binding("ctrl+z", "suspend_process", "Suspend", show=False),
    ]

    class Answered(Message):
        """The terminal answered after the app had started."""

        def __init__(self, answers: Answers) -> None:
            super().__init__()
            self.answers = answers

    def __init__(
        self,
        depth: Depth = _UNKNOWN,
        late: tuple[Answers, str] | None = None,
        decide: Callable[[Answers], Depth] | None = None,
        can_be_asked: bool = False,
    ) -> None:
        """`late`: what was answered so far, and what else came meanwhile; `decide` says what follows from answers, and
        `can_be_asked` whether there is a terminal that gives any."""
        self.write_to_terminal: Callable[[str], None] = lambda sequence: None
        # The terminal's screen may not be what was written: it has another size, or someone else wrote on it.
        self.is_screen_doubtful = True
        # Whether the terminal repeats a character by its count, as it said when it was asked.
        self.repeats_blanks = late is not None and late[0].repeats
        self._decide, self._can_be_asked = decide, can_be_asked
        self.late_answers = LateAnswers(*(late or (Answers(complete=True), "")), self._told)
        self._decided = depth
        self._depth_filter: LineFilter | None = None
        # What stands in for characters that the terminal lacks; empty where it has all.
        self.glyphs: Mapping[int, str] = {}
        self._glyph_filter: LineFilter | None = None
        # Set once there is a screen that takes keys.
        self.ready_for_keys = threading.Event()
        self._take_depth(depth)
        super().__init__()

    def _take_depth(self, depth: Depth) -> None:
        self.depth = depth
        self.palette: Palette | None = None
        self._depth_filter = None
        if depth.colours == TRUE:
            return  # without NumPy, which the first screen can do without
        from tui_labeler.imaging.palette import palette_of
        from tui_labeler.tui.depth import DepthFilter

        self.palette = palette_of(depth.colours, depth.sixteen)
        if self.palette is not None:
            self._depth_filter = DepthFilter(self.palette)

    def use_glyphs(self, glyphs: Mapping[int, str]) -> None:
        """Before the app runs: characters that stand in for others, as `str.translate` takes them."""
        self.glyphs, self._glyph_filter = glyphs, GlyphFilter(glyphs)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and last those that know the terminal's characters and colours."""
        own = (self._glyph_filter, self._depth_filter)
        return [*super().get_line_filters(), *(line_filter for line_filter in own if line_filter is not None)]

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver, which lends its way to write, listens for late answers, and goes on after a stop."""
        return listening(super().get_driver_class(), self)

    def ask_terminal(self) -> None:
        """Asks it again, for it may be another one; what was written so far may be lost by that."""
        if self._can_be_asked:
            self.repeats_blanks = False
            self.late_answers.begin()
            self.write_to_terminal("".join(QUESTIONS) + FENCE)

    def ask_cell(self) -> None:
        """Asks the terminal again how large a cell is."""
        if self._can_be_asked and not self.late_answers.awaited:
            self.late_answers.go_on()
            self.write_to_terminal(CELLS_AGAIN)

    def action_suspend_process(self) -> None:
        """Gives the terminal back to the shell that started the app, until that has the app go on."""
        if has_shell():
            has_stopped = False
            with suppress(SuspendNotSupported), self.suspend():
                print("tui-labeler waits for you; fg brings it back.", file=sys.__stderr__, flush=True)
                has_stopped = stop_group(terminal_number())
            if has_stopped:
                return
        self.notify("There is no shell that could bring the app back, so it stays. Ctrl+Q leaves.", severity="warning")

    def take_terminal_again(self) -> None:
        """After the process was stopped and goes on."""
        self.is_screen_doubtful = True
        self.ask_terminal()
        self.refresh(layout=True)

    def leave_terminal(self) -> int:
        """Another program gets the terminal. How many answers to our questions are still to come."""
        return 0

    def input_failed(self, error: Exception) -> None:
        """Keys cannot be read any more; called in the driver's thread."""

    def terminal_answered(self, count: int) -> None:
        """Status answers came; called in the driver's thread."""

    def _told(self, answers: Answers) -> None:
        self.post_message(self.Answered(answers))  # from the driver's thread

    def on_depth_app_answered(self, event: Answered) -> None:
        self.repeats_blanks = event.answers.repeats
        if self._decide is not None and (depth := self._decide(event.answers)) != self._decided:
            self._decided = depth  # what a person chose by its key stays, where the terminal says the same as before
            self.change_depth(depth)

    def change_depth(self, depth: Depth) -> None:
        """Draws everything anew with so many colours."""
        self._take_depth(depth)
        self.take_looks()
        self.refresh_css(animate=False)

    def take_looks(self) -> None:
        """Called when the number of colours is another: themes may be others then."""

    def action_next_depth(self) -> None:
        """The next number of colours, until the app ends."""
        colours = DEPTHS[(DEPTHS.index(self.depth.colours) + 1) % len(DEPTHS)]
        depth = Depth(colours, "chosen by its key", sixteen=self.depth.sixteen)
        self.change_depth(depth)
        self.notify(
            f"{depth.words}, until you leave; F9 has the next. To keep it: tui-labeler config set color {colours}",
            markup=False,
        )
