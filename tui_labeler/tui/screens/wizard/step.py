"""What every step of the wizard has: a title, fields, and an error at its field as one types."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static

from tui_labeler.model.problem import Problem
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.text import safe_text
from tui_labeler.tui.screens.base import LabelerScreen, is_shown
from tui_labeler.tui.screens.fieldorder import NEEDED, UNANSWERABLE


class StepHost(LabelerScreen[str | None]):
    """The screen around the steps, as far as a step needs it."""

    spec: ProjectSpec

    @abstractmethod
    def matched(self) -> str:
        """How many images the dataset has, as far as it is known."""

    @abstractmethod
    def open_problems(self) -> list[str]:
        """Every problem that keeps the project from being created, with the step it belongs to."""

    @abstractmethod
    def refresh_problems(self) -> None:
        """After a step learned something that nobody typed."""

    @abstractmethod
    def is_at(self, pane: StepPane) -> bool:
        """Whether this is the step that is shown."""

    @abstractmethod
    def reread(self) -> None:
        """After a step chose something by itself: what is shown is what counts, and errors that it mends go."""

    @abstractmethod
    def action_next(self) -> None:
        """The next step; on the last one, the project is created."""


class StepPane(VerticalScroll, can_focus=False):
    """One step. `fill` shows a specification in the fields, `read` takes the fields into one."""

    NAME: ClassVar[str] = ""
    OPTIONAL: ClassVar[bool] = False
    LEAD: ClassVar[str] = ""
    # Fields of Problem that are shown at a place of their own in this step.
    FIELDS: ClassVar[tuple[str, ...]] = ()

    class Changed(Message):
        """A person changed something in this step."""

    @property
    def wizard(self) -> StepHost:
        return cast(StepHost, self.screen)

    def compose(self) -> ComposeResult:
        optional = " (optional)" if self.OPTIONAL else ""
        yield Static(Content.assemble((self.NAME, "bold $primary"), (optional, "$foreground 60%")), classes="title")
        if self.LEAD:
            yield Static(self.LEAD, classes="lead")
        yield from self.compose_fields()

    def compose_fields(self) -> ComposeResult:
        """The fields; `error_line(field)` where the field's problem is to stand."""
        yield from ()

    def error_line(self, field: str) -> Static:
        return Static("", classes="error -none", id=_error_id(field))

    def fill(self, spec: ProjectSpec) -> None:
        """Shows the specification."""

    def read(self, spec: ProjectSpec) -> ProjectSpec:
        """The specification with what stands in the fields."""
        return spec

    def problems(self, spec: ProjectSpec) -> tuple[Problem, ...]:
        """What is wrong with this step."""
        return tuple(problem for problem in spec.problems() if problem.field in self.FIELDS)

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Puts each problem at its field, and takes away those that are mended."""
        for field in self.FIELDS:
            self.show_error(field, "\n".join(problem.message for problem in problems if problem.field == field))

    def show_error(self, field: str, text: str) -> None:
        """Puts `text` at the field; an empty one takes the line away."""
        line = self.query_one_optional(f"#{_error_id(field)}", Static)
        if line is None:
            return  # a worker ends after its screen has gone
        line.update(Content("\n".join(safe_text(part, 400) for part in text.split("\n"))))
        line.set_class(not text, "-none")

    def focus_problem(self) -> None:
        """The focus to the field above the first error that is shown."""
        field = None
        for widget in self.query("*"):
            if widget.has_class("error") and is_shown(widget) and field is not None:
                break
            if widget.has_class(UNANSWERABLE) or not widget.focusable or not is_shown(widget):
                continue
            if not isinstance(widget, Button) or widget.has_class(NEEDED):
                field = widget
        else:
            field = None
        if field is None:
            self.focus_first()
        else:
            field.focus()

    def focus_first(self) -> None:
        """The focus to the first field, at once: the next key is meant for it."""
        for widget in self.query("*"):
            if widget.focusable and is_shown(widget):
                self.screen.set_focus(widget)
                return

    def changed(self) -> None:
        self.post_message(self.Changed())


def _error_id(field: str) -> str:
    return f"error-{field.replace('.', '-')}"
