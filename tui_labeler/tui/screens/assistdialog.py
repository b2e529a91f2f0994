"""Changing the ML assist of a project that exists."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.assist import EngineInfo
from tui_labeler.model.azure import Compute
from tui_labeler.model.project import Assist
from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.screens.keepdialog import KeepDialog
from tui_labeler.tui.widgets.assistfields import AssistFields
from tui_labeler.tui.widgets.choices import Choices
from tui_labeler.tui.workers import work

Computes = Callable[[], Awaitable[tuple[str, tuple[Compute, ...]]]]


class AssistDialog(KeepDialog[Assist]):
    """`computes` asks Azure ML, where a workspace is in use, while the rest can be chosen."""

    NAME = "ML assisted labeling"
    CSS_PATH = dialog_styles("assistdialog.tcss")

    def __init__(self, assist: Assist, engines: Sequence[EngineInfo], computes: Computes) -> None:
        super().__init__()
        self._found, self._engines, self._ask_computes = assist, engines, computes

    def compose_fields(self) -> ComposeResult:
        yield AssistFields(self._engines)
        yield Static("", classes="error")

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

    def kept(self) -> Assist | None:
        fields = self.query_one(AssistFields)
        return None if fields.problem() else fields.read()
