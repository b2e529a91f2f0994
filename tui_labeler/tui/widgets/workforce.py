"""The fields of a workforce: nobody in particular, named labelers, or a vendor."""

from __future__ import annotations

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, Static

from tui_labeler.model.project import Workforce
from tui_labeler.tui.widgets.choices import Choice, Choices
from tui_labeler.tui.widgets.fields import Field

_ANYONE, _NAMED, _VENDOR = range(3)


class WorkforceFields(Vertical):
    """`fill` shows, `read` takes; an error line of the form's own stands below each field."""

    DEFAULT_CSS = """
    WorkforceFields { height: auto; }
    WorkforceFields #named, WorkforceFields #vendored { height: auto; display: none; margin-top: 1; }
    WorkforceFields .-shown { display: block !important; }
    WorkforceFields Choices { margin-top: 1; }
    """

    class Changed(Message):
        """A person chose or typed."""

    def __init__(self, labelers_error: Static, vendor_error: Static) -> None:
        super().__init__()
        self._errors = (labelers_error, vendor_error)
        self._filled = Workforce()

    def compose(self) -> ComposeResult:
        yield Choices(
            [
                Choice("Off", "Whoever can open the workspace may label."),
                Choice("Named labelers", "Only the people that you name."),
                Choice("A vendor labeling company", "Its name is kept with the project."),
            ]
        )
        with Vertical(id="named"):
            yield Static("Labelers, separated by commas")
            yield Field(placeholder="ann, bob", id="labelers")
            yield self._errors[0]
        with Vertical(id="vendored"):
            yield Static("Vendor")
            yield Field(placeholder="Name of the company", id="vendor")
            yield self._errors[1]

    def fill(self, force: Workforce) -> None:
        self._filled = force  # what has no field here stays as it is: several labelers an image, review, quotas
        self.query_one(Choices).chosen = _VENDOR if force.vendor else _NAMED if force.labelers else _ANYONE
        self.query_one("#labelers", Input).value = ", ".join(force.labelers)
        self.query_one("#vendor", Input).value = force.vendor
        self._show()

    def read(self) -> Workforce:
        chosen = self.query_one(Choices).chosen
        typed = self.query_one("#labelers", Input).value.split(",") if chosen == _NAMED else []
        vendor = self.query_one("#vendor", Input).value if chosen == _VENDOR else ""
        labelers = tuple(name.strip() for name in typed if name.strip())
        return msgspec.structs.replace(self._filled, labelers=labelers, vendor=vendor)

    def _show(self) -> None:
        chosen = self.query_one(Choices).chosen
        self.query_one("#named").set_class(chosen == _NAMED, "-shown")
        self.query_one("#vendored").set_class(chosen == _VENDOR, "-shown")

    @on(Choices.Changed)
    @on(Input.Changed)
    def _typed(self) -> None:
        self._show()
        self.post_message(self.Changed())
