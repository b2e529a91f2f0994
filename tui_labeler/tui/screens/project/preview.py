"""A project at a glance, beside the list of projects: its ring, classes, labelers, newest export and images. Where there is
no room beside the list, it stands below it in a few lines."""

from __future__ import annotations

import asyncio
from typing import cast

from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_labeler.imaging.colours import use_colour_numbers
from tui_labeler.model.errors import NotFound
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import fitted, plural, safe_text
from tui_labeler.tui.screens.base import WIDE, WIDEST, LabelerScreen
from tui_labeler.tui.screens.project import statusparts
from tui_labeler.tui.screens.project.assist import assist_line
from tui_labeler.tui.screens.project.glance import Glance, glance_lines, rest_line
from tui_labeler.tui.screens.project.projectsamples import ProjectSamples
from tui_labeler.tui.states import COLOURS, counts, project_state
from tui_labeler.tui.widgets.donut import Donut
from tui_labeler.tui.widgets.exportcard import ExportCard
from tui_labeler.tui.workers import work

# The cursor rests so long on a row before its project is read, in seconds: held keys do not queue up reading.
_RESTS = 0.08
_NARROW, _WIDTH, _WIDEST = 44, 54, 84
_SPACIOUS = 200
_MOST_CLASSES = 12
_HIGH = 44  # rows in which images have room below everything else


class ProjectPreview(VerticalScroll):
    """Follows the cursor of a list; empty where no project of one's own is selected."""

    can_focus = False

    def __init__(self) -> None:
        super().__init__(id="preview")
        self.newest: ExportResult | None = None
        self._shown: Glance | None = None

    @staticmethod
    def columns(screen: int) -> int:
        """How many cells it takes of a screen of so many: the list has the first say."""
        if screen < WIDEST:
            return _NARROW
        return _WIDTH if screen < _SPACIOUS else _WIDEST

    def compose(self) -> ComposeResult:
        yield Static("", id="preview-name")
        with Horizontal(classes="ring"):
            yield Donut(id="preview-donut")
            yield Static("", id="preview-legend")
        yield ExportCard(id="preview-export", classes="block")
        for part in ("classes", "labelers", "activity", "assist", "facts"):
            yield Static("", id=f"preview-{part}", classes="block")
        yield ProjectSamples(id="preview-samples", classes="block")
        yield Static("", id="preview-lines")
        yield ExportCard(brief=True, id="preview-newest")

    def on_resize(self) -> None:
        self.set_class(self.size.width > _WIDTH and not self._is_below, "-spacious")
        self.set_class(self.size.height >= _HIGH, "-high")
        self._draw()

    @property
    def _is_below(self) -> bool:
        """Whether it stands below the list."""
        return self.app.size.width < WIDE

    @work(exclusive=True, group="preview")
    async def show(self, project: str) -> None:
        """The state of this project; an empty name shows nothing."""
        await asyncio.sleep(_RESTS)
        if not self.is_attached:
            return
        self.set_class(not project, "-none")
        if not project:
            self.newest = None
            return
        screen = cast("LabelerScreen[None]", self.screen)
        loaded = await screen.ask(self._read, project)
        if loaded is None or not self.is_attached:
            return
        self._shown, self.newest = loaded, loaded.newest
        use_colour_numbers(loaded.spec.classes.colour_numbers)
        self._draw()
        screen.refresh_keys()

    def _read(self, project: str) -> Glance | None:
        space = cast("LabelerScreen[None]", self.screen).workspace
        try:
            status = space.projects.status(project)
            return Glance(
                status,
                space.projects.specification(project),
                next(iter(space.exchange.exports(project)), None),
                space.exchange.images_an_hour(status),
                space.assist.state(project),
            )
        except NotFound:
            return None  # deleted meanwhile: the list says so at its next look

    def _draw(self) -> None:
        if self._shown is None:
            return
        now = cast("LabelerScreen[None]", self.screen).workspace.now()
        why = statusparts.why_no_export(self._shown.status)
        self.query_one("#preview-newest", ExportCard).show(self.newest, why, now)
        if self._is_below:
            self._say("lines", Content("\n").join(glance_lines(self._shown, self.size.width - 2)))
            return
        status, spec = self._shown.status, self._shown.spec
        width = max(30, self.size.width - 4)
        name = Content.styled(fitted(safe_text(spec.details.name), width), "bold")
        words, colour = project_state(status)
        caption = spec.details.type.caption
        between = "  " if len(caption) + 2 + len(words) <= width else "\n"
        kind = Content.assemble((caption, "$foreground 60%"), between, (words, f"$text-{colour}"))
        self._say("name", Content("\n").join([name, kind]))
        self.query_one(Donut).show(
            [(count, COLOURS[state]) for state, count in counts(status)], f"{status.percent:.1f}%"
        )
        rest = Content.styled(rest_line(self._shown), "bold")
        self._say("legend", Content("\n").join([statusparts.legend(status), Content(""), rest]))
        self.query_one("#preview-export", ExportCard).show(self.newest, f"none yet: {why.partition(': ')[2]}", now)
        self._say("classes", statusparts.classes_part(status, spec, width, _MOST_CLASSES))
        self._say("labelers", statusparts.labelers_part(status, width))
        self._say("activity", statusparts.activity_part(status, width, now))
        self._say("assist", assist_line(spec, self._shown.assist, width))
        dataset = f"{safe_text(spec.dataset.name, 60)} · {plural(status.total, 'image')}"
        self._say("facts", Content.assemble(("Dataset  ", "$foreground 60%"), dataset))
        samples = self.query_one(ProjectSamples)
        self.call_after_refresh(samples.show_project, spec.details.name, spec.classes.names, bool(status.completed))

    def _say(self, part: str, text: Content) -> None:
        self.query_one(f"#preview-{part}", Static).update(text)
