"""Changing the workforce of a project that exists."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.screens.workforcedialog import WorkforceDialog
from tui_labeler.tui.widgets.workforce import WorkforceFields


class WorkforceEditor(WorkforceDialog):
    """Who labels; `team` is offered as one types."""

    NAME = "Workforce"
    FIELDS = ("labelers", "vendor")
    CSS_PATH = dialog_styles("workforce.tcss")

    def __init__(self, workforce: Workforce, team: Sequence[str] = ()) -> None:
        super().__init__()
        self._workforce, self._team = workforce, team

    def compose_fields(self) -> ComposeResult:
        yield WorkforceFields(self.error_line("labelers"), self.error_line("vendor"))

    def on_mount(self) -> None:
        fields = self.query_one(WorkforceFields)
        fields.fill(self._workforce)
        fields.offer(self._team)

    def read(self) -> Workforce:
        return self.query_one(WorkforceFields).read()
