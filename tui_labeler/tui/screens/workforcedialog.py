"""What the dialogs that change a part of a project's workforce have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui_labeler.model.text import safe_text
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.screens.fieldorder import field_after
from tui_labeler.tui.widgets.choices import Choices
from tui_labeler.tui.widgets.qualityrules import QualityRules
from tui_labeler.tui.widgets.workforce import WorkforceFields


class WorkforceDialog(ModalScreen[Workforce | None]):
    """A problem stands below its field as one types, and is not kept. None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel"), Binding("ctrl+s", "keep", "Keep")]
    NAME: ClassVar[str] = ""
    # Fields of a workforce whose problems are shown here.
    FIELDS: ClassVar[tuple[str, ...]] = ()

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = self.NAME
            yield from self.compose_fields()
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Keep (Ctrl+S)", id="yes", variant="primary")

    @abstractmethod
    def compose_fields(self) -> ComposeResult:
        """The fields; `error_line(field)` where the field's problem is to stand."""

    @abstractmethod
    def read(self) -> Workforce:
        """The workforce with what stands in the fields."""

    def error_line(self, field: str) -> Static:
        return Static("", classes="error -none", id=f"error-{field}")

    @on(WorkforceFields.Changed)
    @on(QualityRules.Changed)
    def _typed(self) -> None:
        messages = {problem.field.partition(".")[2]: problem.message for problem in self.read().problems()}
        for field in self.FIELDS:
            line = self.query_one(f"#error-{field}", Static)
            line.update(Content(safe_text(messages.get(field, ""))))
            line.set_class(field not in messages, "-none")

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Choices.Submitted)
    def _chosen(self, event: Choices.Submitted) -> None:
        """To the field that the choice asks for, if it does."""
        if (after := field_after(self, event.choices)) is not None:
            after.focus()
        else:
            self.action_keep()

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def action_keep(self) -> None:
        workforce = self.read()
        if not workforce.problems():
            self.dismiss(workforce)
