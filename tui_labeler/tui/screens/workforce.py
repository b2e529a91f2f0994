"""Changing the workforce of a project that exists."""

from __future__ import annotations

from collections.abc import Sequence
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
from tui_labeler.tui.widgets.workforce import WorkforceFields


class WorkforceEditor(ModalScreen[Workforce | None]):
    """None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel"), Binding("ctrl+s", "keep", "Keep")]
    CSS_PATH = dialog_styles("workforce.tcss")

    def __init__(self, workforce: Workforce, team: Sequence[str] = ()) -> None:
        super().__init__()
        self._found, self._team = workforce, team

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "Workforce"
            yield WorkforceFields(*(Static("", classes="error", id=f"error-{name}") for name in ("labelers", "vendor")))
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Keep (Ctrl+S)", id="yes", variant="primary")

    def on_mount(self) -> None:
        fields = self.query_one(WorkforceFields)
        fields.fill(self._found)
        fields.offer(self._team)

    @on(WorkforceFields.Changed)
    def _typed(self) -> None:
        messages = {problem.field.partition(".")[2]: problem.message for problem in self._read().problems()}
        for name in ("labelers", "vendor"):
            self.query_one(f"#error-{name}", Static).update(Content(safe_text(messages.get(name, ""))))

    def _read(self) -> Workforce:
        return self.query_one(WorkforceFields).read()

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def action_keep(self) -> None:
        workforce = self._read()
        if not workforce.problems():
            self.dismiss(workforce)
