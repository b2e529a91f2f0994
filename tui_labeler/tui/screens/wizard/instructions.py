"""Step 6: what labelers should know."""

from __future__ import annotations

import msgspec
from textual import on
from textual.app import ComposeResult

from tui_labeler.model.project import ProjectSpec
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.widgets.instructions import InstructionsFields


class InstructionsStep(StepPane):
    """A URL, or Markdown with its preview."""

    NAME = "Labeling instructions"
    OPTIONAL = True
    LEAD = (
        "Instructions are used by the labelers to understand the task. Clear definitions of the labels give the best "
        "results."
    )
    FIELDS = ("instructions.url", "instructions.text")

    def compose_fields(self) -> ComposeResult:
        yield InstructionsFields(self.error_line("instructions.url"), self.error_line("instructions.text"))

    def fill(self, spec: ProjectSpec) -> None:
        self.query_one(InstructionsFields).fill(spec.instructions)

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        return msgspec.structs.replace(spec, instructions=self.query_one(InstructionsFields).read())

    @on(InstructionsFields.Changed)
    def _typed(self) -> None:
        self.changed()
