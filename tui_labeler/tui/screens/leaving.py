"""A completed image was changed and is about to be left: the change counts only once it is submitted."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import dialog_styles


class LeaveChanged(ModalScreen[str]):
    """ "submit", "keep" (as a draft, which counts nowhere), or "stay"."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,s", "answer('submit')", "Submit"),
        Binding("k", "answer('keep')", "Keep as a draft"),
        Binding("escape,q,n", "answer('stay')", "Stay"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]
    CSS_PATH = dialog_styles("leaving.tcss")

    def __init__(self, path: str, state: str) -> None:
        super().__init__()
        self._path, self._state = path, state

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "This image was changed"
            yield Static(
                Content.assemble(
                    (safe_text(self._path, 60), "bold"),
                    f" is {self._state.lower()}. What you changed does not count until it is submitted.",
                )
            )
            hint = "tui-labeler config set corrections submit: without this question"
            yield Static(hint, classes="hint")
            with Horizontal():
                yield Button("Stay (Esc)", id="stay")
                yield Button("Keep as a draft (k)", id="keep")
                yield Button("Submit (Enter)", id="submit", variant="primary")

    def on_mount(self) -> None:
        self.query_one("#submit", Button).focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id or "stay")

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)
