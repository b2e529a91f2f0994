"""Changing how many people label an image of a project that exists, who looks over, how often known images come."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.screens.workforcedialog import WorkforceDialog
from tui_labeler.tui.widgets.qualityrules import RULES, QualityRules


class QualityRulesEditor(WorkforceDialog):
    """How far the workforce's word is enough."""

    NAME = "Quality"
    FIELDS = RULES
    CSS_PATH = dialog_styles("qualityrules.tcss")

    def __init__(self, workforce: Workforce) -> None:
        super().__init__()
        self._workforce = workforce

    def compose_fields(self) -> ComposeResult:
        yield QualityRules({name: self.error_line(name) for name in RULES})
        yield Static(
            "It holds from now on; completed images stay as they are. An image is made a known one in Data (*).",
            classes="hint",
        )

    def on_mount(self) -> None:
        self.query_one(QualityRules).fill(self._workforce)
        first = self.query(Input).first()
        first.focus()
        first.select_all()

    def read(self) -> Workforce:
        return self.query_one(QualityRules).applied(self._workforce)
