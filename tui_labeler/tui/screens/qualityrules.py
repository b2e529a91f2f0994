"""Changing how many people label an image of a project that exists, who looks over, how often known images come."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui_labeler.model.project import Workforce
from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.widgets.qualityrules import RULES, QualityRules


class QualityRulesEditor(ModalScreen[Workforce | None]):
    """None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel"), Binding("ctrl+s", "keep", "Keep")]
    CSS_PATH = dialog_styles("qualityrules.tcss")

    def __init__(self, workforce: Workforce) -> None:
        super().__init__()
        self._workforce = workforce

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "Quality"
            yield QualityRules({name: Static("", classes="error -none", id=f"error-{name}") for name in RULES})
            yield Static(
                "It holds from now on; completed images stay as they are. An image is made a known one in Data (*).",
                classes="hint",
            )
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Keep (Ctrl+S)", id="yes", variant="primary")

    def on_mount(self) -> None:
        self.query_one(QualityRules).fill(self._workforce)
        first = self.query(Input).first()
        first.focus()
        first.select_all()

    def _read(self) -> Workforce:
        return self.query_one(QualityRules).applied(self._workforce)

    @on(QualityRules.Changed)
    def _typed(self) -> None:
        messages = {problem.field.partition(".")[2]: problem.message for problem in self._read().problems()}
        for name in RULES:
            line = self.query_one(f"#error-{name}", Static)
            line.update(Content(safe_text(messages.get(name, ""))))
            line.set_class(name not in messages, "-none")

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def action_keep(self) -> None:
        workforce = self._read()
        if not workforce.problems():
            self.dismiss(workforce)
