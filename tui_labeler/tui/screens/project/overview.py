"""The dashboard's first tab: progress, classes, queue, labelers, activity."""

from __future__ import annotations

import asyncio
import time

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ProjectState, Status
from tui_labeler.model.text import ago_text, padded, plural, safe_text
from tui_labeler.model.training import LEAST_IMAGES
from tui_labeler.tui.classcolours import class_style
from tui_labeler.tui.screens.project.assist import assist_part
from tui_labeler.tui.screens.project.pane import ProjectPane
from tui_labeler.tui.screens.project.quality import quality_part
from tui_labeler.tui.screens.project.training import training_part
from tui_labeler.tui.states import COLOURS, counts
from tui_labeler.tui.widgets.bars import share_bar
from tui_labeler.tui.widgets.donut import Donut
from tui_labeler.tui.workers import work

# So many labeled images Microsoft's documentation of AutoML for images recommends.
_RECOMMENDED = 50
_NAME = 14
_HOURS = 24
# How often Azure is asked for a training, in seconds: its jobs take from minutes to hours.
FOLLOW_TRAINING = 20.0


class OverviewPane(ProjectPane):
    """What a person wants to know at a glance."""

    _LARGE = 36
    _LOW = 26  # rows of the screen

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
        with VerticalScroll(classes="right"):
            yield Static("", classes="block -none", id="advice")
            yield Static("", classes="block", id="classes")
            yield Static("", classes="block", id="queue")
            yield Static("", classes="block -none", id="quality")
            yield Static("", classes="block -none", id="assist")
            yield Static("", classes="block", id="labelers")
            yield Static("", classes="block", id="activity")

    def opened(self) -> None:
        self.query_one(".right").focus()  # so that arrows scroll what does not fit

    def on_mount(self) -> None:
        self.set_interval(FOLLOW_TRAINING, self._follow_training)

    def on_resize(self) -> None:
        self.set_class(self.size.height >= self._LARGE and self.size.width >= 100, "-large")
        self.set_class(self.screen.size.height < self._LOW, "-low")
        self._draw()

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        first, self._shown = self._shown is None, (status, spec)
        self._draw()
        if first:
            self._follow_training()

    def _draw(self) -> None:
        if self._shown is None or not self.size.width:
            return
        status, spec = self._shown
        parts = counts(status)
        self.query_one("#labeled", Static).update(Content(f"{status.completed:,} / {status.total:,} images labeled"))
        self.query_one(Donut).show([(count, COLOURS[state]) for state, count in parts], f"{status.percent:.1f}%")
        self.query_one("#legend", Static).update(self._legend(status))
        advice = self.query_one("#advice", Static)
        text = _advice(status)
        advice.update(text)
        advice.set_class(not text, "-none")
        left = 46 if self.has_class("-large") else 34
        width = min(106, self.size.width - left - 7)
        self.query_one("#classes", Static).update(_classes(status, spec, width))
        self.query_one("#queue", Static).update(_queue(status, spec, self.owner.workspace.now()))
        self.query_one("#labelers", Static).update(_labelers(status, width))
        self.query_one("#activity", Static).update(_activity(status, width, self.owner.workspace.now()))
        self._show_assist(spec, width)

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
        part = self.query_one("#assist", Static)
        lines = [text for text in (assist_part(spec, state, use, now, width),) if text.plain]
        if owner.workspace.azure.account.configured or owner.training.last is not None:
            lines += training_part(owner.training, self._azure_problem, now)
        text = Content("\n").join(lines)
        part.update(text)
        part.set_class(not text.plain, "-none")

    async def _show_quality(self) -> None:
        """What a team lead has to know, where more than one person has a say."""
        figures = await self.owner.ask(self.owner.workspace.quality.figures, self.owner.project)
        part = self.query_one_optional("#quality", Static)
        if figures is not None and part is not None:
            text = quality_part(figures)
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

    def _legend(self, status: Status) -> Content:
        lines = []
        for state, count in counts(status):
            share = 100 * count / status.total if status.total else 0
            lines.append(
                Content.assemble(
                    ("■ ", f"${COLOURS[state]}"),
                    f"{state.caption:<14}{count:>9,}",
                    (f"{share:>7.1f}%", "$foreground 60%"),
                )
            )
        if status.missing:
            lines.append(Content.assemble(("□ Missing files", "$text-warning"), f"{status.missing:>10,}"))
        return Content("\n").join(lines)


def _advice(status: Status) -> str:
    if status.status is ProjectState.PAUSED:
        return "Paused: nobody is given tasks. p starts it."
    if not status.type.has_regions or status.completed >= _RECOMMENDED:
        return ""
    if status.completed < LEAST_IMAGES:
        return (
            f"A detector cannot be trained yet: AutoML wants {LEAST_IMAGES} labeled images, and {_RECOMMENDED} are "
            "recommended."
        )
    return f"Enough for a first training; {_RECOMMENDED} labeled images are recommended."


def _head(text: str) -> Content:
    return Content.styled(text, "bold")


def _rows(rows: list[tuple[str, int, str]], total: int, width: int) -> list[Content]:
    """Name, bar, count and share, one a line; each row is (name, count, colour)."""
    names = [safe_text(name) for name, _, _ in rows]
    room = min(max(_NAME, *map(len, names)) + 1, width // 3) if names else _NAME
    bar = max(6, width - room - 15)
    lines = []
    for name, count, colour in rows:
        share = count / total if total else 0
        drawn = share_bar(share, bar)
        filled = drawn.rstrip(" ")
        lines.append(
            Content.assemble(
                padded(safe_text(name, room - 1), room - 1) + " ",
                (filled, colour),
                ("─" * (bar - len(filled)), "$foreground 15%"),
                f"{count:>7,}",
                (f"{share * 100:>7.1f}%", "$foreground 60%"),
            )
        )
    return lines


def _classes(status: Status, spec: ProjectSpec, width: int) -> Content:
    total = sum(status.classes.values())
    head = Content.assemble(_head("Label class distribution"), (f"   {plural(total, 'label')}", "$foreground 60%"))
    if not total:
        how = "Submit labels to see it" + (": l labels images." if status.status is ProjectState.RUNNING else ".")
        return Content("\n").join([head, Content.styled(how, "$foreground 60%")])
    names = list(spec.classes.names)
    rows = [(name, status.classes.get(name, 0), class_style(class_index)) for class_index, name in enumerate(names)]
    return Content("\n").join([head, *_rows(rows, total, width)])


def _queue(status: Status, spec: ProjectSpec, now: float) -> Content:
    count = status.queue.prelabeled
    prelabeled = f"{count:,}" if spec.assist.enabled or count else "–  (ML assist is off)"
    refreshed = "never" if status.last_refresh is None else ago_text(now - status.last_refresh)
    every = f", every {safe_text(spec.refresh.every, 20)}" if spec.refresh.enabled else ", r looks again"
    return Content("\n").join(
        [
            _head("Task queue"),
            Content.assemble("Manual".ljust(_NAME), (f"{status.queue.manual:,}", "bold")),
            Content.assemble("Prelabeled".ljust(_NAME), prelabeled),
            Content.assemble("Last refresh".ljust(_NAME), refreshed, (every, "$foreground 60%")),
        ]
    )


def _labelers(status: Status, width: int) -> Content:
    labelers = sorted(((n, name) for name, n in status.labelers.items() if n), reverse=True)
    if not labelers:
        return Content.assemble(_head("Labelers"), ("   nobody yet", "$foreground 60%"))
    total = sum(count for count, _ in labelers)
    shown = _rows([(name, count, "$primary") for count, name in labelers[:6]], total, width)
    if len(labelers) > 6:
        shown.append(Content.styled(f"and {len(labelers) - 6} more", "$foreground 60%"))
    return Content("\n").join([_head("Labelers"), *shown])


def _activity(status: Status, width: int, now: float) -> Content:
    """Submissions in each of the last hours, as little columns."""
    last = int(now // 3600)
    times = [time.strftime("%Y-%m-%dT%H", time.gmtime(hour * 3600)) for hour in range(last - _HOURS + 1, last + 1)]
    each = [status.activity.get(hour, 0) for hour in times]
    total = sum(each)
    head = Content.assemble(_head("Activity"), (f"   {total:,} submitted in {_HOURS} hours", "$foreground 60%"))
    if not total:
        return head
    top, wide = max(each), max(1, width // _HOURS)
    columns = "".join(("▁▂▃▄▅▆▇█"[min(7, count * 8 // (top + 1))] if count else "·") * wide for count in each)
    scale = "24 h ago".ljust(wide * _HOURS - 3) + "now"
    return Content("\n").join([head, Content.styled(columns, "$primary"), Content.styled(scale, "$foreground 60%")])
