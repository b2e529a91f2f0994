"""Step 2: who labels, and how far their word is enough."""

from __future__ import annotations

import asyncio

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import ProjectSpec
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.widgets.qualityrules import RULES, QualityRules
from tui_labeler.tui.widgets.workforce import WorkforceFields
from tui_labeler.tui.workers import work


class WorkforceStep(StepPane):
    """Anyone, named labelers, or a vendor; below it how many people label an image, and who looks over."""

    NAME = "Add workforce"
    OPTIONAL = True
    LEAD = "Who labels the images."
    FIELDS = ("workforce.labelers", "workforce.vendor", *(f"workforce.{name}" for name in RULES))

    def compose_fields(self) -> ComposeResult:
        yield WorkforceFields(self.error_line("workforce.labelers"), self.error_line("workforce.vendor"))
        yield Static("Where one person's word is not enough", classes="hint label")
        yield QualityRules({name: self.error_line(f"workforce.{name}") for name in RULES})

    def on_mount(self) -> None:
        self._offer_team()

    @work(exclusive=True, group="team")
    async def _offer_team(self) -> None:
        try:
            team = await asyncio.to_thread(self.wizard.workspace.team.names)
        except LabelerError:
            return  # names can be typed without it
        if (fields := self.query_one_optional(WorkforceFields)) is not None:
            fields.offer(team)

    def fill(self, spec: ProjectSpec) -> None:
        self.query_one(WorkforceFields).fill(spec.workforce)
        self.query_one(QualityRules).fill(spec.workforce)

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        workforce = self.query_one(QualityRules).applied(self.query_one(WorkforceFields).read())
        return msgspec.structs.replace(spec, workforce=workforce)

    @on(WorkforceFields.Changed)
    @on(QualityRules.Changed)
    def _typed(self) -> None:
        self.changed()
