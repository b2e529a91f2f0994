"""Step 7: ML assist."""

from __future__ import annotations

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.assist import EngineInfo
from tui_labeler.model.problem import Problem
from tui_labeler.model.project import Assist, ProjectSpec, TaskType
from tui_labeler.tui.screens.azure import choices
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.widgets.assistfields import AssistFields
from tui_labeler.tui.workers import work


class AssistStep(StepPane):
    """Off, or an engine; one that cannot be used here says why, and what to install."""

    NAME = "ML assisted labeling"
    OPTIONAL = True
    LEAD = "A model learns from the first labels, and proposes the next ones: a key takes a proposal, or refuses it."
    FIELDS = ("assist.engine",)

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[TaskType, tuple[EngineInfo, ...]] = {}
        self._asked = False

    def _engines(self, kind: TaskType) -> tuple[EngineInfo, ...]:
        if kind not in self._known:
            self._known[kind] = self.wizard.workspace.assist.engines(kind)
        return self._known[kind]

    def compose_fields(self) -> ComposeResult:
        yield AssistFields(self._engines(TaskType.DETECTION))
        yield self.error_line("assist.engine")
        yield Static(
            "It trains in the background, on this machine, while you label: nobody waits for it. It switches its "
            "proposals off by itself where they would cost more keys than they save.",
            classes="hint label",
        )
        yield Static("", classes="hint", id="computes")

    @on(events.Show)
    @work(exclusive=True, group="azure")
    async def _show_computes(self) -> None:
        """Those of the Azure ML workspace, once, when the step is first looked at."""
        if self._asked:
            return
        self._asked = True
        text, computes = await choices.computes(self.wizard)
        if self.is_attached:
            self.query_one("#computes", Static).update(Content(text))
            await self.query_one(AssistFields).offer(computes)

    def fill(self, spec: ProjectSpec) -> None:
        self.query_one(AssistFields).fill(spec.assist)

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        return msgspec.structs.replace(spec, assist=self.query_one(AssistFields).read())

    def problems(self, spec: ProjectSpec) -> tuple[Problem, ...]:
        if not spec.assist.enabled:
            return ()
        chosen = next(
            (engine for engine in self._engines(spec.details.type) if engine.name == spec.assist.engine), None
        )
        if chosen is not None and chosen.problem:
            return (Problem("assist.engine", f"{chosen.problem} {chosen.mend}".rstrip()),)
        return tuple(Problem("assist.engine", problem.message) for problem in spec.assist.problems())

    @on(AssistFields.Changed)
    def _chosen(self) -> None:
        self.changed()


def assist_text(assist: Assist) -> str:
    """The choice in one line."""
    if not assist.enabled:
        return "off"
    least = f", from {assist.least:.0%} on" if assist.least > 0 else ""
    order = ", least sure first" if assist.unsure_first else ""
    return f"{assist.engine}{least}{order}"
