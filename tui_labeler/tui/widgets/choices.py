"""One of a few things as cards, each with a line of explanation: arrows or a click choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from tui_labeler.tui.actions import Action, local_bindings


@dataclass(frozen=True)
class Choice:
    """A card. `icon` is drawn in cells, two lines high, or empty."""

    title: str
    text: str
    icon: str = ""


class Choices(Vertical, can_focus=True):
    """`chosen` is the place of the card that is taken."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("step(-1)", "up,left,k", "Before", "On the cards: the one before."),
        Action("step(1)", "down,right,j", "After", "On the cards: the one after."),
        Action("take", "enter", "Go on", "On the cards: the one that is chosen; goes on."),
    )
    BINDINGS: ClassVar[list[BindingType]] = local_bindings(ACTIONS)
    DEFAULT_CSS = """
    Choices { height: auto; width: 100%; }
    Choices .card { height: auto; padding: 0 1; border-left: outer $panel; }
    Choices .card.-chosen { border-left: outer $border-blurred; background: $surface; }
    Choices:focus .card.-chosen { border-left: outer $border; background: $panel; }
    Choices.-spaced .card { margin-bottom: 1; }
    Choices .icon { width: 5; height: 2; color: $foreground 60%; }
    Choices .card.-chosen .icon { color: $accent; }
    Choices .mark { width: 2; height: 1; color: $foreground 60%; }
    Choices .card.-chosen .mark { color: $accent; }
    Choices .words { width: 1fr; height: auto; }
    """
    _TALL = 34
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

    class Submitted(Message):
        """Enter: the one that is chosen is meant."""

        def __init__(self, choices: Choices) -> None:
            super().__init__()
            self.choices = choices

        @property
        def control(self) -> Choices:
            return self.choices

    def __init__(self, options: Sequence[Choice], *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._options = tuple(options)

    def compose(self) -> ComposeResult:
        for option in self._options:
            with Horizontal(classes="card"):
                if option.icon:
                    yield Static(Content(option.icon), classes="icon")
                yield Static("", classes="mark")
                yield Static("", classes="words")

    def on_mount(self) -> None:
        self._draw()

    def on_resize(self) -> None:
        self.set_class(self.screen.size.height >= self._TALL, "-spaced")

    def _draw(self) -> None:
        for index, (card, option) in enumerate(zip(self.query(".card"), self._options, strict=True)):
            taken = index == self.chosen
            card.set_class(taken, "-chosen")
            card.query_one(".mark", Static).update("◉" if taken else "○")
            title = Content.styled(option.title, "bold" if taken else "")
            text = Content.styled(f"\n{option.text}", "$foreground 65%") if option.text else Content("")
            card.query_one(".words", Static).update(Content.assemble(title, text))

    def watch_chosen(self, chosen: int) -> None:
        if self.is_mounted:
            self._draw()
            # Where they are more than fit, and a screen lets them scroll.
            self.call_after_refresh(self.scroll_to_widget, self.query(".card")[chosen], animate=False)
            self.post_message(self.Changed(self, chosen))

    def action_step(self, by: int) -> None:
        self.chosen = (self.chosen + by) % len(self._options)

    def action_take(self) -> None:
        self.post_message(self.Submitted(self))

    def on_click(self, event: events.Click) -> None:
        clicked = event.widget
        for index, card in enumerate(self.query(".card")):
            if clicked is not None and card in clicked.ancestors_with_self:
                self.chosen = index
