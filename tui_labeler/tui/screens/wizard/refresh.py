"""Step 4: whether new images become tasks by themselves."""

from __future__ import annotations

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui_labeler.model.project import ProjectSpec, Refresh
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.widgets.fields import Field
from tui_labeler.tui.widgets.toggle import Toggle


class RefreshStep(StepPane):
    """A switch, and the interval while it is on."""

    NAME = "Incremental refresh"
    OPTIONAL = True
    LEAD = (
        "Your dataset will be periodically checked for new images. Any new images will be added as new tasks on the "
        "project."
    )
    FIELDS = ("refresh.every",)

    def compose_fields(self) -> ComposeResult:
        yield Static("Enable incremental refresh at regular intervals", classes="label")
        yield Toggle()
        with Vertical(id="interval"):
            yield Static("How often", classes="label")
            yield Field(placeholder="for example 1h", id="every")
            yield self.error_line("refresh.every")
            yield Static("30s, 15m, 1h or 1d. It happens while the app, or status --watch, runs.", classes="hint")
        yield Static("r on the dashboard looks for new images at any time.", classes="hint label")

    def fill(self, spec: ProjectSpec) -> None:
        self.query_one(Toggle).value = spec.refresh.enabled
        self.query_one(Input).value = spec.refresh.every
        self._show()

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        enabled = self.query_one(Toggle).value
        # What was typed while it is off does not matter, and must not keep anyone from going on.
        every = self.query_one(Input).value if enabled else "1h"
        return msgspec.structs.replace(spec, refresh=Refresh(enabled, every))

    def _show(self) -> None:
        self.query_one("#interval").display = self.query_one(Toggle).value

    @on(Toggle.Changed)
    @on(Input.Changed)
    def _typed(self) -> None:
        self._show()
        self.changed()
