"""Step 7: ML assist."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static, Switch

from tui_labeler.model.project import ProjectSpec
from tui_labeler.tui.screens.wizard.step import StepPane


class AssistStep(StepPane):
    """The switch is there and disabled, with the reason."""

    NAME = "ML assisted labeling"
    OPTIONAL = True
    LEAD = "A model that is trained on the first labels proposes the next ones."
    FIELDS = ("assist.enabled",)
    DEFAULT_CSS = "AssistStep Horizontal { height: 3; } AssistStep Horizontal Static { padding: 1; width: 1fr; }"

    def compose_fields(self) -> ComposeResult:
        with Horizontal():
            yield Switch(False, disabled=True)
            yield Static("Enable ML assisted labeling")
        yield self.error_line("assist.enabled")
        yield Static(
            "Not available: this version has no engine for it yet. The choice is kept in the project, and can be "
            "changed there when it has one. Go on with Next.",
            classes="hint",
        )

    def fill(self, spec: ProjectSpec) -> None:
        self.query_one(Switch).value = spec.assist.enabled
