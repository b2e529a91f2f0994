"""A switch on one line."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_labeler.tui.actions import Action, local_bindings


class Toggle(Widget, can_focus=True):
    """On or off: Enter, the space bar or a click change it."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("turn", "enter,space", "Switch", "On a switch: turn it on or off."),
        Action("turn(True)", "right,down", "On", "On a switch: turn it on."),
        Action("turn(False)", "left,up", "Off", "On a switch: turn it off."),
    )
    BINDINGS: ClassVar[list[BindingType]] = local_bindings(ACTIONS)
    DEFAULT_CSS = """
    Toggle { height: 1; width: 100%; padding: 0 1; border-left: outer $border-blurred; }
    Toggle:focus { border-left: outer $border; background: $panel; }
    """
    value = reactive(False)

    class Changed(Message):
        """A person, or the program, turned it."""

        def __init__(self, toggle: Toggle) -> None:
            super().__init__()
            self.toggle = toggle

        @property
        def control(self) -> Toggle:
            return self.toggle

    def render(self) -> Content:
        sign = ("━━●", "bold $text-success") if self.value else ("○──", "$foreground 60%")
        return Content.assemble(sign, "  On" if self.value else "  Off")

    def watch_value(self) -> None:
        if self.is_mounted:
            self.post_message(self.Changed(self))

    def action_turn(self, on: bool | None = None) -> None:
        self.value = not self.value if on is None else on

    def on_click(self) -> None:
        self.value = not self.value
