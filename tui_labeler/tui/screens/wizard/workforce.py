"""Step 2: who labels."""

from __future__ import annotations

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui_labeler.model.project import ProjectSpec, Workforce
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.widgets.choices import Choices

_ANYONE, _NAMED, _VENDOR = range(3)


class WorkforceStep(StepPane):
    """Anyone, named labelers, or a vendor."""

    NAME = "Workforce"
    OPTIONAL = True
    LEAD = "Who labels the images."
    FIELDS = ("workforce.labelers", "workforce.vendor")
    DEFAULT_CSS = """
    WorkforceStep #named, WorkforceStep #vendored { height: auto; display: none; }
    WorkforceStep .-shown { display: block !important; }
    """

    def compose_fields(self) -> ComposeResult:
        yield Choices(
            [
                ("Anyone", "Whoever can open the workspace may label."),
                ("Named labelers", "Only the people that you name."),
                ("A vendor", "A labeling company; its name is kept with the project."),
            ]
        )
        with Vertical(id="named"):
            yield Static("Labelers, separated by commas", classes="label")
            yield Input(placeholder="ann, bob", id="labelers")
            yield self.error_line("workforce.labelers")
        with Vertical(id="vendored"):
            yield Static("Vendor", classes="label")
            yield Input(placeholder="Name of the company", id="vendor")
            yield self.error_line("workforce.vendor")

    def fill(self, spec: ProjectSpec) -> None:
        force = spec.workforce
        self.query_one(Choices).chosen = _VENDOR if force.vendor else _NAMED if force.labelers else _ANYONE
        self.query_one("#labelers", Input).value = ", ".join(force.labelers)
        self.query_one("#vendor", Input).value = force.vendor
        self._show()

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        chosen = self.query_one(Choices).chosen
        typed = self.query_one("#labelers", Input).value.split(",") if chosen == _NAMED else []
        labelers = tuple(name.strip() for name in typed if name.strip())
        vendor = self.query_one("#vendor", Input).value if chosen == _VENDOR else ""
        return msgspec.structs.replace(spec, workforce=Workforce(labelers, vendor))

    def _show(self) -> None:
        chosen = self.query_one(Choices).chosen
        self.query_one("#named").set_class(chosen == _NAMED, "-shown")
        self.query_one("#vendored").set_class(chosen == _VENDOR, "-shown")

    @on(Choices.Changed)
    @on(Input.Changed)
    def _typed(self) -> None:
        self._show()
        self.changed()
