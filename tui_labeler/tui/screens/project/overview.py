"""The dashboard's first tab: progress, classes, queue, labelers, activity."""

from __future__ import annotations

import asyncio

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import Status
from tui_labeler.tui.screens.base import WIDEST
from tui_labeler.tui.screens.project import statusparts
from tui_labeler.tui.screens.project.assist import assist_line, assist_part
from tui_labeler.tui.screens.project.pane import ProjectPane
from tui_labeler.tui.screens.project.projectsamples import ProjectSamples
from tui_labeler.tui.screens.project.quality import quality_part
from tui_labeler.tui.screens.project.training import training_part
from tui_labeler.tui.states import COLOURS, counts
from tui_labeler.tui.widgets.donut import Donut
from tui_labeler.tui.widgets.exportcard import ExportCard
from tui_labeler.tui.widgets.sent import SentLines
from tui_labeler.tui.workers import work

# How often Azure is asked for a training, in seconds: its jobs take from minutes to hours.
FOLLOW_TRAINING = 20.0


class OverviewPane(ProjectPane):
    """What a person wants to know at a glance."""

    _LARGE = 36
    _LOW = 26  # rows of the screen
    _FEW_CLASSES, _BELOW_CLASSES = 8, 14  # the queue and some labelers are seen below the classes
    _HIGH = 29  # rows in which the activity has room below the ring

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Status, ProjectSpec] | None = None
        self._azure_problem = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="left"):
            yield Static("", classes="head", id="labeled")
            with Horizontal(classes="ring"):
                yield Donut(id="donut")
            yield Static("", id="legend")
            yield Static("", id="pace")
            yield Static("", id="activity-left")
            yield ExportCard(brief=True, id="newest-line")
            yield Static("", id="assist-line", classes="-none")
        with VerticalScroll(classes="right"):
            with Vertical(classes="column"):
                yield Static("", classes="block -none", id="advice")
                yield Static("", classes="block", id="classes")
                yield Static("", classes="block", id="queue")
                yield Static("", classes="block -none", id="quality")
                yield Static("", classes="block", id="labelers")
            with Vertical(classes="column"):
                yield SentLines("", classes="block -none", id="assist")
                yield ExportCard(classes="block", id="newest")
                yield Static("", classes="block", id="activity")
                yield ProjectSamples()

    def opened(self) -> None:
        self.query_one(".right").focus()  # so that arrows scroll what does not fit

    def on_mount(self) -> None:
        self.set_interval(FOLLOW_TRAINING, self._follow_training)

    def on_resize(self) -> None:
        width, height = self.size
        self.set_class(height >= self._LARGE and width >= 100, "-large")
        self.set_class(self.screen.size.height < self._LOW, "-low")
        self.set_class(self._is_in_columns, "-columns")
        self.set_class(self._is_in_columns and height >= self._HIGH, "-high")
        self._draw()

    @property
    def _is_in_columns(self) -> bool:
        return self.screen.size.width >= WIDEST

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        first, self._shown = self._shown is None, (status, spec)
        self._draw()
        if first:
            self._follow_training()

    def _draw(self) -> None:
        if self._shown is None or not self.size.width:
            return
        status, spec = self._shown
        self._draw_left(status, spec)
        advice = self.query_one("#advice", Static)
        text = statusparts.advice_part(status)
        advice.update(text)
        advice.set_class(not text, "-none")
        width, now = self._column_width(), self.owner.workspace.now()
        most = max(self._FEW_CLASSES, self.size.height - self._BELOW_CLASSES)
        self.query_one("#classes", Static).update(statusparts.classes_part(status, spec, width, most))
        self.query_one("#queue", Static).update(statusparts.queue_part(status, spec, now, width))
        self.query_one("#labelers", Static).update(statusparts.labelers_part(status, width))
        self.query_one("#activity", Static).update(statusparts.activity_part(status, width, now))
        self.query_one("#newest", ExportCard).show(self.owner.newest, self._why_no_export(), now)
        samples = self.query_one(ProjectSamples)
        self.call_after_refresh(samples.show_project, self.owner.project, spec.classes.names, bool(status.completed))
        self._show_assist(spec, width)

    def _draw_left(self, status: Status, spec: ProjectSpec) -> None:
        """The ring, what it says in numbers, and how long the rest takes."""
        owner, parts, width = self.owner, counts(status), self._left_width()
        self.query_one("#labeled", Static).update(Content(f"{status.completed:,} / {status.total:,} images labeled"))
        self.query_one(Donut).show([(count, COLOURS[state]) for state, count in parts], f"{status.percent:.1f}%")
        self.query_one("#legend", Static).update(statusparts.legend(status))
        is_low = self.has_class("-low")
        self.set_class(is_low and bool(status.missing), "-tight")
        pace = statusparts.pace_line if is_low else statusparts.pace_part
        self.query_one("#pace", Static).update(pace(status, spec, owner.images_an_hour, width))
        activity = statusparts.activity_part(status, width, owner.workspace.now())
        self.query_one("#activity-left", Static).update(activity)
        self.query_one("#newest-line", ExportCard).show(
            owner.newest, statusparts.why_no_export(status), owner.workspace.now()
        )

    def _why_no_export(self) -> str:
        return self.owner.disabled_reason("export") or "None yet: e writes the labels as a dataset."

    def _left_width(self) -> int:
        """Cells of the ring's column."""
        return 46 if self._is_in_columns or self.has_class("-large") else 34

    def _column_width(self) -> int:
        """Cells that the parts beside the ring have for their lines."""
        room = self.size.width - self._left_width()
        return min(84, (room - 4) // 2 - 4) if self._is_in_columns else min(106, room - 7)

    @work(exclusive=True, group="assist")
    async def _show_assist(self, spec: ProjectSpec, width: int) -> None:
        """The model's standing; where it is on, it goes to work as long as the app runs."""
        owner = self.owner
        if not spec.workforce.is_plain:
            await self._show_quality()
        if spec.assist.enabled:
            await owner.ask(owner.workspace.assist.assistant, owner.project)
        state = await owner.ask(owner.workspace.assist.state, owner.project)
        use = await owner.ask(owner.workspace.assist.use, owner.project)
        if state is None or use is None or not self.is_attached:
            return
        now = owner.workspace.now()
        part = self.query_one("#assist", SentLines)
        assist = assist_part(spec, state, use, now, width, always=self._is_in_columns)
        lines = [(assist, ""), (Content(""), "")] if assist.plain else []
        if owner.workspace.azure.account.configured or owner.training.last is not None:
            lines += training_part(owner.training, self._azure_problem, now, width, self._is_in_columns)
        lines = lines[:-1] if lines and not lines[-1][0].plain else lines
        part.show(lines)
        part.set_class(not lines, "-none")
        line = assist_line(spec, state, self._left_width())
        self.query_one("#assist-line", Static).update(line)
        self.query_one("#assist-line").set_class(not line.plain, "-none")

    async def _show_quality(self) -> None:
        """What a team lead has to know, where more than one person has a say."""
        figures = await self.owner.ask(self.owner.workspace.quality.figures, self.owner.project)
        part = self.query_one_optional("#quality", Static)
        if figures is not None and part is not None:
            text = quality_part(figures, self._column_width())
            part.update(text)
            part.set_class(not text.plain, "-none")

    @work(exclusive=True, group="training")
    async def _follow_training(self) -> None:
        """Asks Azure how far a training is, in a thread; whoever is not there to be asked is a line, not a message."""
        owner = self.owner
        last = owner.training.last
        if last is None or last.is_over or not owner.is_active:
            return
        try:
            training = await asyncio.to_thread(owner.workspace.azure.training.state, owner.project)
            problem = ""
        except LabelerError as error:
            training, problem = last, str(error)
        if self.is_attached and (training != last or problem != self._azure_problem):
            self._azure_problem = problem
            await owner.reload()
