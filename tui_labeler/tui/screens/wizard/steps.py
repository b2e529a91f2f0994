"""The steps of the wizard behind their rail, and the ways from one to another."""

from __future__ import annotations

from abc import abstractmethod

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, ContentSwitcher, Input

from tui_labeler.model.project import ProjectSpec
from tui_labeler.tui.actions import Action
from tui_labeler.tui.screens.fieldorder import field_after
from tui_labeler.tui.screens.wizard.assist import AssistStep
from tui_labeler.tui.screens.wizard.classes import ClassesStep
from tui_labeler.tui.screens.wizard.dataset import DatasetStep
from tui_labeler.tui.screens.wizard.details import DetailsStep
from tui_labeler.tui.screens.wizard.instructions import InstructionsStep
from tui_labeler.tui.screens.wizard.refresh import RefreshStep
from tui_labeler.tui.screens.wizard.review import ReviewStep
from tui_labeler.tui.screens.wizard.step import StepHost, StepPane
from tui_labeler.tui.screens.wizard.summary import Summary
from tui_labeler.tui.screens.wizard.workforce import WorkforceStep
from tui_labeler.tui.widgets.choices import Choices
from tui_labeler.tui.widgets.rail import Mark, Rail, Step

_STEPS = (DetailsStep, WorkforceStep, DatasetStep, RefreshStep, ClassesStep, InstructionsStep, AssistStep, ReviewStep)
LAST = len(_STEPS) - 1
"""The page that shows everything once; what creates the project."""


class StepsScreen(StepHost):
    """Shows one step at a time. What becomes of what is typed, a subclass says."""

    def __init__(self) -> None:
        super().__init__()
        self.spec = ProjectSpec()
        self.step = 0
        self._reached = 0
        self._showing_errors: set[int] = set()

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            yield Rail(id="rail")
            with Vertical(classes="page"):
                with ContentSwitcher():
                    for number, step in enumerate(_STEPS):
                        pane = step()
                        pane.id = f"step-{number}"
                        yield pane
                with Horizontal(classes="buttons"):
                    yield Button("Back", id="back")
                    yield Button("Next", id="next", variant="primary")
            yield Summary(id="summary")

    def _pane(self, step: int) -> StepPane:
        return self.query_one(f"#step-{step}", StepPane)

    def is_at(self, pane: StepPane) -> bool:
        """Whether this is the step that is shown."""
        return pane is self._pane(self.step)

    def matched(self) -> str:
        """How many images the dataset has, as far as it is known."""
        return self.query_one(DatasetStep).matched

    @abstractmethod
    def _keep(self) -> object:
        """Soon, what was typed is on the disk, and where one is."""

    @abstractmethod
    def _create(self) -> object:
        """Creates the project of `spec`."""

    # Going through the steps

    def _show(self, step: int) -> None:
        self.step = step
        self._reached = max(self._reached, step)
        self.query_one(ContentSwitcher).current = f"step-{step}"
        pane = self._pane(step)
        if isinstance(pane, ReviewStep):
            pane.fill(self.spec)
        pane.scroll_home(animate=False)
        self.query_one("#back", Button).disabled = step == 0
        last = step == LAST
        button = self.query_one("#next", Button)
        button.label = "Create project" if last else "Next"
        button.refresh(layout=True)
        self._draw_rail()
        self.refresh_keys()
        pane.focus_first()
        self._keep()

    def _draw_rail(self) -> None:
        steps = []
        for number, pane in enumerate(self.query(StepPane)):
            wrong = number < LAST and number in self._showing_errors and bool(pane.problems(self.spec))
            done = Mark.DONE if number <= self._reached else Mark.AHEAD
            mark = Mark.CURRENT if number == self.step else Mark.WRONG if wrong else done
            steps.append(Step(pane.NAME, pane.OPTIONAL, mark, number <= self._reached))
        self.query_one(Rail).show(steps, self.step)
        self.query_one(Summary).show(self.spec, self.matched(), self._reached)
        self.set_class(self.step == LAST, "-last")  # where everything stands in the page itself

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self.query_one(Rail).fit(event.size.width, event.size.height)

    def title_of(self, action: Action) -> str:
        return "Create" if action.name == "next" and self.step == LAST else action.title

    def disabled_reason(self, action: str) -> str:
        return "This is the first step." if action == "previous" and self.step == 0 else ""

    @on(Button.Pressed, "#next")
    def action_next(self) -> None:
        self.forget_failures()
        if self.step == LAST:
            self._create()
            return
        pane = self._pane(self.step)
        self.spec = pane.read(self.spec)
        self._showing_errors.add(self.step)
        problems = pane.problems(self.spec)
        pane.show_problems(problems)
        if problems:
            self._draw_rail()
            self.call_after_refresh(pane.focus_problem)
        else:
            self._show(self.step + 1)

    @on(Button.Pressed, "#back")
    def action_previous(self) -> None:
        if self.step:
            self._show(self.step - 1)

    def action_page(self, by: int) -> None:
        pane = self._pane(self.step)
        pane.scroll_relative(y=by * max(1, pane.size.height - 2), animate=False)

    def action_rail(self) -> None:
        self.query_one(Rail).focus()

    @on(Rail.Jumped)
    def _jump(self, event: Rail.Jumped) -> None:
        self._show(event.step)

    @on(Input.Submitted)
    @on(Choices.Submitted)
    def _entered(self, event: Input.Submitted | Choices.Submitted) -> None:
        """Enter in a field or on a choice goes to the next field, and from the last one to the next step."""
        pane = self._pane(self.step)
        after = field_after(pane, event.control)
        if after is not None:
            after.focus()
        else:
            self.action_next()
