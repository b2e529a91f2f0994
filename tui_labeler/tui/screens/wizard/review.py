"""The last look before a project is created: everything once, and what is still wrong."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.text import safe_text
from tui_labeler.tui.screens.wizard.dataset import DatasetStep
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.screens.wizard.summary import specification_rows
from tui_labeler.tui.widgets.classlist import ClassList

_KEYS = (
    "Name",
    "Task type",
    "Workforce",
    "Quality",
    "Dataset",
    "Images",
    "Refresh",
    "Classes",
    "Instructions",
    "ML assist",
    "Azure ML",
)
_MOST_CLASSES = 40


class ReviewStep(StepPane):
    """Read only; Next creates."""

    NAME = "Review and create"
    _TALL = 34

    def compose_fields(self) -> ComposeResult:
        yield Static("", classes="error -none", id="open")
        with Vertical(id="rows"):
            for key in _KEYS:
                with Horizontal(classes="row"):
                    yield Static(key, classes="key")
                    yield ClassList(_MOST_CLASSES) if key == "Classes" else Static("", classes="value")
        yield Static("Everything is there: Enter creates the project.", classes="hint", id="ready")

    def on_resize(self) -> None:
        self.set_class(self.screen.size.height >= self._TALL, "-spaced")

    def fill(self, spec: ProjectSpec) -> None:
        self.query_one(ClassList).show(spec.classes.names)
        # In the order of _KEYS, but for the classes.
        values = (*specification_rows(spec, self.wizard.matched()).values(), safe_text(self._azure_text(spec), 200))
        for value, line in zip(values, self.query(".value").results(Static), strict=True):
            line.update(Content(value))
            if line.parent is not None:
                line.parent.display = bool(value)
        wrong = [Content(safe_text(text, 300)) for text in self.wizard.open_problems()]
        problems = self.query_one("#open", Static)
        problems.update(Content("\n").join(wrong))
        problems.set_class(not wrong, "-none")
        self.query_one("#ready").display = not wrong

    def _azure_text(self, spec: ProjectSpec) -> str:
        """What happens in Azure ML, or could; empty where nothing of it was chosen."""
        step = self.wizard.query_one(DatasetStep)
        parts = []
        if step.is_of_azure:
            parts.append("registers the dataset as a data asset" if step.registers else "does not register the dataset")
        if spec.assist.compute:
            parts.append(f"trains on exports at {spec.assist.compute}, when you ask for it")
        return "; ".join(parts)

    def focus_first(self) -> None:
        """There is nothing to fill in: the focus goes to the button that creates."""
        self.wizard.set_focus(self.wizard.query_one("#next"))
