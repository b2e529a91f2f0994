"""The wizard: seven steps and a last look, behind a rail; nothing that was typed is ever lost."""

from __future__ import annotations

import asyncio
import contextlib
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import RefreshResult
from tui_labeler.model.text import plural
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.dialogs import Confirm, JobDialog
from tui_labeler.tui.screens.azure.choices import register_dataset
from tui_labeler.tui.screens.base import HELP_BESIDE_FIELDS
from tui_labeler.tui.screens.wizard import half_typed
from tui_labeler.tui.screens.wizard.dataset import DatasetStep
from tui_labeler.tui.screens.wizard.details import DetailsStep
from tui_labeler.tui.screens.wizard.half_typed import HalfTyped
from tui_labeler.tui.screens.wizard.review import ReviewStep
from tui_labeler.tui.screens.wizard.step import StepPane
from tui_labeler.tui.screens.wizard.steps import LAST, StepsScreen
from tui_labeler.tui.widgets.rail import Rail
from tui_labeler.tui.workers import work


class WizardScreen(StepsScreen):
    """Ends with the name of the project that was created, or None."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("next", "f3,ctrl+n", "Next", "The next step; on the last one, create the project.", shown="F3"),
        Action("previous", "f2", "Back", "The step before.", shown="F2"),
        Action("rail", "f4", "Steps", "To the list of steps, to jump to any that was reached.", shown="F4"),
        Action("start_over", "f8", "Start over", "Throw away what was typed.", shown="F8"),
        HELP_BESIDE_FIELDS,
        Action("back", "escape", "Leave", "To the projects; what was typed is kept."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(ACTIONS),
        Binding("pageup", "page(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
    ]
    LEADS_ANYWHERE = False
    HELP_TEXT = (
        "Seven steps describe a project; the last page shows everything once. **Tab** goes from field to field, "
        "**Enter** in a field goes on, **PgUp** and **PgDn** scroll. What you type is kept, also when the terminal is "
        "closed: `n` continues it."
    )
    CSS_PATH = "wizard.tcss"

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", "Create project")

    def on_mount(self) -> None:
        # One short read, and no waiting: a person types on while the screen appears.
        try:
            draft = half_typed.recall(self.workspace, self.services.labeler)
        except LabelerError as error:
            self.show_error(error)
        else:
            if draft is not None:
                self.spec, self.step, self._reached = draft.spec, min(draft.step, LAST), min(draft.reached, LAST)
                self.tell("Continued where you left it. F8 starts over.")
        self._fill()
        self._show(self.step)
        self._learn_names()

    @work(exclusive=True, group="load")
    async def _learn_names(self) -> None:
        projects = await self.ask(self.workspace.projects.summaries)
        self.query_one(DetailsStep).taken = frozenset(project.name for project in projects or ())
        self.refresh_problems()

    def _fill(self) -> None:
        for pane in self.query(StepPane):
            pane.fill(self.spec)

    # What is typed

    @on(StepPane.Changed)
    def _typed(self, event: StepPane.Changed) -> None:
        pane = self._pane(self.step)
        if (read := pane.read(self.spec)) == self.spec:
            return  # the program filled the fields
        self.spec = read
        self._showing_errors.add(self.step)
        pane.show_problems(pane.problems(self.spec))
        self._draw_rail()
        self._keep()

    def refresh_problems(self) -> None:
        """After a step learned something that nobody typed."""
        pane = self._pane(self.step)
        if isinstance(pane, ReviewStep):
            pane.fill(self.spec)
        elif self.step in self._showing_errors:
            pane.show_problems(pane.problems(self.spec))
        self._draw_rail()

    def reread(self) -> None:
        """After a step chose something by itself: what is shown is what counts, and errors that it mends go."""
        self.spec = self._pane(self.step).read(self.spec)
        self.refresh_problems()
        self._keep()

    @work(exclusive=True, group="keep")
    async def _keep(self) -> None:
        """After a breath, so that a word costs one write, and on the disk before anyone could close a terminal."""
        await asyncio.sleep(0.15)
        await self.ask(self._remember)

    def _remember(self) -> None:
        half_typed.remember(self.workspace, self.services.labeler, HalfTyped(self.spec, self.step, self._reached))

    def save_now(self) -> None:
        with contextlib.suppress(LabelerError):  # the app is being ended from outside: there is nobody to tell
            self._remember()

    def open_problems(self) -> list[str]:
        """Every problem that keeps the project from being created, with the step it belongs to."""
        return [
            f"{number + 1}. {pane.NAME}: {problem.message}"
            for number in range(LAST)
            for pane in [self._pane(number)]
            for problem in pane.problems(self.spec)
        ]

    @work(exclusive=True, group="dialog")
    async def action_start_over(self) -> None:
        if await self.app.push_screen_wait(
            Confirm("Start over?", "Everything typed here would be gone.", "Start over")
        ):
            self.spec, self.step, self._reached = ProjectSpec(), 0, 0
            self._showing_errors.clear()
            self._fill()
            self._show(0)

    def action_back(self) -> None:
        """Out of the list of steps first, then out of the wizard."""
        if self.query_one(Rail).has_focus:
            self._pane(self.step).focus_first()
        else:
            self._leave(None)

    @work(exclusive=True, group="keep")
    async def _leave(self, made: str | None) -> None:
        """What was typed is on the disk before the screen goes; what was created is forgotten."""
        if made:
            await self.ask(half_typed.forget, self.workspace, self.services.labeler)
        else:
            await self.ask(self._remember)
        self.dismiss(made)

    # Creating

    @work(exclusive=True, group="dialog")
    async def _create(self) -> None:
        spec = self.spec
        if problems := self.open_problems():
            self._pane(LAST).fill(spec)
            self.warn(problems[0])
            return
        dialog = JobDialog[RefreshResult](
            f"Creating {spec.details.name}", lambda tell: self.workspace.projects.create(spec, tell)
        )
        made = await self.app.push_screen_wait(dialog)
        if isinstance(made, LabelerError):
            self.show_error(made)
        elif made is not None:
            self.tell(f"“{spec.details.name}” has {plural(made.total, 'task')}.")
            if self.query_one(DatasetStep).registers:
                await register_dataset(self, spec.dataset.name)
            self._leave(spec.details.name)
