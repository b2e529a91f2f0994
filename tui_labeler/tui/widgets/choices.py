"""One of a few things, each with a line of explanation: arrows or a click choose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static


class Choices(Vertical, can_focus=True):
    """(title, explanation) for each choice; `chosen` is the place of the one that is taken."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,left,k", "step(-1)", show=False),
        Binding("down,right,j", "step(1)", show=False),
    ]
    DEFAULT_CSS = """
    Choices { height: auto; width: 100%; padding: 0 1; border-left: outer $border-blurred; }
    Choices:focus { border-left: outer $border; background: $surface; }
    Choices Static { height: auto; }
    Choices .text { color: $text-muted; padding-left: 2; }
    """
    chosen = reactive(0)

    class Changed(Message):
        """Another one was chosen."""

        def __init__(self, choices: Choices, chosen: int) -> None:
            super().__init__()
            self.choices = choices
            self.chosen = chosen

        @property
        def control(self) -> Choices:
            return self.choices

    def __init__(self, options: Sequence[tuple[str, str]], *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._options = tuple(options)

    def compose(self) -> ComposeResult:
        for place, (_, text) in enumerate(self._options):
            yield Static("", classes="title", name=str(place))
            if text:
                yield Static(text, classes="text", name=str(place))

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        for place, line in enumerate(self.query(".title").results(Static)):
            taken = place == self.chosen
            mark = ("◉ ", "$accent") if taken else ("○ ", "$foreground 60%")
            line.update(Content.assemble(mark, (self._options[place][0], "bold" if taken else "")))

    def watch_chosen(self, chosen: int) -> None:
        if self.is_mounted:
            self._draw()
            self.post_message(self.Changed(self, chosen))

    def action_step(self, by: int) -> None:
        self.chosen = (self.chosen + by) % len(self._options)

    def on_click(self, event: events.Click) -> None:
        if event.widget is not None and event.widget.name:
            self.chosen = int(event.widget.name)
