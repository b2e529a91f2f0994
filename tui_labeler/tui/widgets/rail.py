"""The steps of the wizard as a rail, as the retired service drew it: what is done, where one is, what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui_labeler.tui.actions import Action, local_bindings


class Mark(Enum):
    """How a step stands: its sign, and the colour of it."""

    CURRENT = ("●", "bold $primary")
    WRONG = ("✗", "$text-error")
    DONE = ("✓", "$text-success")
    AHEAD = ("○", "$foreground 65%")


@dataclass(frozen=True)
class Step:
    """A line of the rail. One can jump to a step that was `reached`."""

    name: str
    optional: bool
    mark: Mark
    reached: bool


class Rail(Widget, can_focus=True):
    """Arrows and Enter, a digit or a click jump to a step."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("move(-1)", "up,k", "Up", "In the list of steps: to the step above."),
        Action("move(1)", "down,j", "Down", "In the list of steps: to the step below."),
        Action("jump", "enter,space", "Go", "In the list of steps: go to the step; so do its digit and a click."),
    )
    BINDINGS: ClassVar[list[BindingType]] = local_bindings(ACTIONS)
    DEFAULT_CSS = """
    Rail { width: 30; height: 1fr; background: $surface; padding: 1 0; }
    """
    _WIDE, _TALL = 110, 30

    class Jumped(Message):
        """A person wants to go to a step."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._steps: tuple[Step, ...] = ()
        self._cursor = 0

    def show(self, steps: Sequence[Step], current: int) -> None:
        """Draws the steps; the cursor follows the current one unless a person is walking through the rail."""
        self._steps = tuple(steps)
        if not self.has_focus:
            self._cursor = current
        self.refresh()

    def fit(self, width: int, height: int) -> None:
        """Wide screens say which steps are optional, tall ones have lines between the steps."""
        self._wide, self._spaced = width >= self._WIDE, height >= self._TALL
        self.styles.width = 37 if self._wide else 30
        self.refresh()

    _wide = _spaced = False

    def render(self) -> Content:
        lines = []
        for index, step in enumerate(self._steps):
            sign, colour = step.mark.value
            here = self.has_focus and index == self._cursor
            name = f" {sign} {step.name}" + (" (optional)" if step.optional and self._wide else "")
            back = "bold $block-cursor-foreground on $block-cursor-background" if here else ""
            ink = back or (colour if step.reached or step.mark is Mark.CURRENT else "$foreground 65%")
            lines.append(Content.styled(name.ljust(self.size.width), ink))
            if self._spaced and index + 1 < len(self._steps):
                reached = self._steps[index + 1].reached
                lines.append(Content.styled(" │", "$primary" if reached else "$foreground 25%"))
        return Content("\n").join(lines)

    def action_move(self, by: int) -> None:
        to = self._cursor + by
        if 0 <= to < len(self._steps) and self._steps[to].reached:
            self._cursor = to
            self.refresh()

    def action_jump(self) -> None:
        self._jump(self._cursor)

    def _jump(self, step: int) -> None:
        if step < len(self._steps) and self._steps[step].reached:
            self.post_message(self.Jumped(step))

    def on_key(self, event: events.Key) -> None:
        if event.character and event.character in "12345678":
            event.stop()
            self._jump(int(event.character) - 1)

    def on_click(self, event: events.Click) -> None:
        self._jump((event.y - 1) // (2 if self._spaced else 1))

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
