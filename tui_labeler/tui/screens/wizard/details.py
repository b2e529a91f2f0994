"""Step 1: the project's name, and what labelers do."""

from __future__ import annotations

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Static

from tui_labeler.model.problem import Problem
from tui_labeler.model.project import Details, ProjectSpec, TaskType
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.widgets.choices import Choice, Choices
from tui_labeler.tui.widgets.fields import Field

_TYPES = tuple(TaskType)
# As the retired service drew them: one tag, several tags, a frame, an outline.
_ICONS = {
    TaskType.CLASSIFICATION: "▐█▌●\n▐█▌",
    TaskType.MULTILABEL: "▐█▌●\n▐█▌●",
    TaskType.DETECTION: "┏━━┓\n┗━━┛",
    TaskType.SEGMENTATION: "╱━━╲\n╲━━╱",
}


class DetailsStep(StepPane):
    """Name and task type."""

    NAME = "Project details"
    FIELDS = ("details.name",)

    def __init__(self) -> None:
        super().__init__()
        self.taken: frozenset[str] = frozenset()

    def compose_fields(self) -> ComposeResult:
        yield Static("Project name", classes="label")
        yield Field(placeholder="for example soda", id="name")
        yield self.error_line("details.name")
        yield Static("Labeling task type", classes="label")
        yield Choices([Choice(kind.caption, kind.explanation, _ICONS[kind]) for kind in _TYPES], id="type")

    def fill(self, spec: ProjectSpec) -> None:
        self.query_one("#name", Input).value = spec.details.name
        self.query_one(Choices).chosen = _TYPES.index(spec.details.type)

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        details = Details(self.query_one("#name", Input).value, _TYPES[self.query_one(Choices).chosen])
        return msgspec.structs.replace(spec, details=details)

    def problems(self, spec: ProjectSpec) -> tuple[Problem, ...]:
        if spec.details.name in self.taken:
            return (Problem("details.name", f"There is a project “{spec.details.name}” already."),)
        return super().problems(spec)

    @on(Input.Changed)
    @on(Choices.Changed)
    def _typed(self) -> None:
        self.changed()
