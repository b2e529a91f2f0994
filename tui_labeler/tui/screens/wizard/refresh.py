"""Step 4: whether new images become tasks by themselves."""

from __future__ import annotations

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui_labeler.model.project import ProjectSpec, Refresh
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.widgets.choices import Choices


class RefreshStep(StepPane):
    """Off, or on at an interval."""

    NAME = "Incremental refresh"
    OPTIONAL = True
    LEAD = "The dataset is looked at again from time to time; new images become tasks of the project."
    FIELDS = ("refresh.every",)

    def compose_fields(self) -> ComposeResult:
        yield Choices(
            [
                ("Off", "Only when you press r on the dashboard."),
                ("Enable incremental refresh at regular intervals", "While the app, or status --watch, runs."),
            ]
        )
        yield Static("How often", classes="label")
        yield Input(placeholder="1h", id="every")
        yield Static("30s, 15m, 1h or 1d", classes="hint")
        yield self.error_line("refresh.every")

    def fill(self, spec: ProjectSpec) -> None:
        self.query_one(Choices).chosen = int(spec.refresh.enabled)
        self.query_one(Input).value = spec.refresh.every
        self.query_one(Input).disabled = not spec.refresh.enabled

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        enabled = bool(self.query_one(Choices).chosen)
        # What was typed while it is off does not matter, and must not keep anyone from going on.
        every = self.query_one(Input).value if enabled else "1h"
        return msgspec.structs.replace(spec, refresh=Refresh(enabled, every))

    @on(Choices.Changed)
    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one(Input).disabled = not self.query_one(Choices).chosen
        self.changed()
