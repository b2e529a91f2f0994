"""What the dialogs that change a part of a project's workforce have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.text import safe_text
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.screens.keepdialog import KeepDialog
from tui_labeler.tui.widgets.qualityrules import QualityRules
from tui_labeler.tui.widgets.workforce import WorkforceFields


class WorkforceDialog(KeepDialog[Workforce]):
    """A problem stands below its field as one types, and is not kept."""

    # Fields of a workforce whose problems are shown here; `error_line(field)` where each is to stand.
    FIELDS: ClassVar[tuple[str, ...]] = ()

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

    def kept(self) -> Workforce | None:
        workforce = self.read()
        return None if workforce.problems() else workforce
