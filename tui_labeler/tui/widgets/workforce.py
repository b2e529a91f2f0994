"""The fields of a workforce: nobody in particular, named labelers, or a vendor."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui_labeler.model.text import safe_text
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.widgets.choices import Choice, Choices
from tui_labeler.tui.widgets.fields import Field

_ANYONE, _NAMED, _VENDOR = range(3)


class _Teammates(Suggester):
    """Completes the last of several names with one of the team that does not stand there yet."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._names = names

    async def get_suggestion(self, value: str) -> str | None:
        *before, last = value.split(",")
        typed = last.lstrip()
        chosen = {name.strip() for name in before}
        whole = next((name for name in self._names if name.startswith(typed) and name not in chosen), None)
        return None if not typed or whole is None else value + whole[len(typed) :]


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
        self._team: tuple[str, ...] = ()

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
            yield Field(placeholder="for example ann, bob", id="labelers")
            yield self._errors[0]
            yield Static("", classes="hint", id="team")
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

    def offer(self, team: Sequence[str]) -> None:
        """Names the people of the workspace's team, and completes what is typed with them."""
        self._team = tuple(team)
        self.query_one("#labelers", Input).suggester = _Teammates(self._team)
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
        hint = self.query_one("#team", Static)
        hint.display = bool(self._team)
        strangers = [name for name in self.read().labelers if name not in self._team] if self._team else []
        words = f"The team: {', '.join(self._team)} (→ completes a name)"
        if strangers:
            words += f"\nNot of the team, so they cannot sign in: {', '.join(strangers)}"
        hint.update(Content("\n".join(safe_text(line, 300) for line in words.split("\n"))))

    @on(Choices.Changed)
    @on(Input.Changed)
    def _typed(self) -> None:
        self._show()
        self.post_message(self.Changed())
