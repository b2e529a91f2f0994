"""Changing the ML assist of a project that exists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui_labeler.model.assist import EngineInfo
from tui_labeler.model.azure import Compute
from tui_labeler.model.project import Assist
from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.screens.fieldorder import field_after
from tui_labeler.tui.widgets.assistfields import AssistFields
from tui_labeler.tui.widgets.choices import Choices
from tui_labeler.tui.workers import work

Computes = Callable[[], Awaitable[tuple[str, tuple[Compute, ...]]]]


class AssistDialog(ModalScreen[Assist | None]):
    """None when it is left. `computes` asks Azure ML, where a workspace is in use, while the rest can be chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel"), Binding("ctrl+s", "keep", "Keep")]
    CSS_PATH = dialog_styles("assistdialog.tcss")

    def __init__(self, assist: Assist, engines: Sequence[EngineInfo], computes: Computes) -> None:
        super().__init__()
        self._found, self._engines, self._ask_computes = assist, engines, computes

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "ML assisted labeling"
            yield AssistFields(self._engines)
            yield Static("", classes="error")
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Keep (Ctrl+S)", id="yes", variant="primary")

    def on_mount(self) -> None:
        self.query_one(AssistFields).fill(self._found)
        self.query(Choices).first().focus()
        self._offer_computes()

    @work(exclusive=True, group="azure")
    async def _offer_computes(self) -> None:
        _, computes = await self._ask_computes()
        if self.is_attached:
            await self.query_one(AssistFields).offer(computes)

    @on(AssistFields.Changed)
    def _chosen(self) -> None:
        self.query_one(".error", Static).update(Content(safe_text(self.query_one(AssistFields).problem())))

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Choices.Submitted)
    def _taken(self, event: Choices.Submitted) -> None:
        """To the next field that the choice asks for, if it does."""
        if (after := field_after(self, event.choices)) is not None:
            after.focus()
        else:
            self.action_keep()

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def action_keep(self) -> None:
        fields = self.query_one(AssistFields)
        if not fields.problem():
            self.dismiss(fields.read())
