"""Changing the instructions of a project that exists."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Static

from tui_labeler.model.project import Instructions
from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.typeddialog import TypedDialog
from tui_labeler.tui.widgets.instructions import InstructionsFields


class InstructionsEditor(TypedDialog[Instructions]):
    """None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "keep", "Keep")]
    CSS_PATH = dialog_styles("instructions.tcss")

    def __init__(self, project: str, instructions: Instructions) -> None:
        super().__init__(project)
        self._found = instructions

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "Labeling instructions"
            yield InstructionsFields()
            yield Static("", classes="error")
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Keep (Ctrl+S)", id="yes", variant="primary")

    def on_mount(self) -> None:
        self.query_one(InstructionsFields).fill(self._found)

    @on(Button.Pressed, "#no")
    async def _leave(self) -> None:
        await self.action_leave()

    @on(Button.Pressed, "#yes")
    def action_keep(self) -> None:
        instructions = self.query_one(InstructionsFields).read()
        if problems := instructions.problems():
            self.query_one(".error", Static).update(Content(safe_text(problems[0].message)))
        else:
            self.take(instructions)
