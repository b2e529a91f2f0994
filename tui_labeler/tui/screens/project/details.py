"""The Details tab: what the project was created with, and what of it can be changed."""

from __future__ import annotations

import time
from textwrap import wrap

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from tui_labeler.model.project import Instructions, ProjectSpec, Refresh
from tui_labeler.model.tasks import Status
from tui_labeler.model.text import ago_text, padded, plural, safe_lines, safe_text
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.actions import Action
from tui_labeler.tui.dialogs import Prompt
from tui_labeler.tui.screens.base import WIDEST
from tui_labeler.tui.screens.project.assist import assist_line
from tui_labeler.tui.screens.project.pane import ProjectPane
from tui_labeler.tui.screens.project.projectsamples import ProjectSamples
from tui_labeler.tui.screens.wizard.assist import assist_text
from tui_labeler.tui.widgets.classtable import ClassTable
from tui_labeler.tui.widgets.qualityrules import rules_text
from tui_labeler.tui.workers import work

# As many labelers are named here, fewer on a low screen; the others are counted.
_MOST, _FEW = 100, 9
# Lines of the instructions that are shown where there is room for them.
_LINES = 12
_LOW = 36  # rows of a screen on which few classes have a line each
_HIGH = 44  # rows in which images have room, too
_FEW_CLASSES, _MANY_CLASSES = 5, 24
_KEY = 14  # cells of what a value is called, where one row has several

_ROWS = {
    "workforce": ("W", "Labelers"),
    "quality": ("Q", "Quality"),
    "refresh": ("R", "Refresh"),
    "classes": ("L", "Classes"),
    "instructions": ("I", "Instructions"),
    "assist": ("A", "ML assist"),
    "compute": ("U", "Compute"),
}
"""Of each row that can be changed: its key, and what it is called."""
_TITLES = {
    "workforce": "Change workforce",
    "quality": "Change quality",
    "refresh": "Change refresh",
    "classes": "Change classes",
    "instructions": "Change instructions",
    "assist": "Change ML assist",
    "compute": "Change compute",
}
CHANGES = tuple(
    Action(f"change_{name}", key, _TITLES[name], f"In Details: {_TITLES[name][:1].lower()}{_TITLES[name][1:]}.", False)
    for name, (key, _) in _ROWS.items()
)


class DetailsPane(ProjectPane):
    """The seven steps: at each that may change its key, beside it what it is."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Status, ProjectSpec] | None = None
        self._chosen_row = next(iter(_ROWS))

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            with Vertical(classes="column"):
                with Horizontal(classes="row facts"):
                    yield Static("", id="facts-names")
                    yield Static("", id="facts-text")
                for name in ("workforce", "quality", "refresh"):
                    yield from self._row(name)
                yield ProjectSamples()
            with Vertical(classes="column"):
                yield from self._row("classes", ClassTable(id="classes-text"))
                for name in ("instructions", "assist", "compute"):
                    yield from self._row(name)

    def _row(self, name: str, value: Static | None = None) -> ComposeResult:
        key, called = _ROWS[name]
        with Horizontal(classes="row", id=f"{name}-row"):
            yield Static(f"⇧{key}", classes="key")
            yield Button(called, id=name, compact=True)
            yield value or Static("", id=f"{name}-text")

    def opened(self) -> None:
        self.query_one(f"#{self._chosen_row}", Button).focus()

    def on_descendant_focus(self) -> None:
        self.owner.refresh_keys()  # which say what Enter does

    def on_resize(self) -> None:
        self.set_class(self.screen.size.width >= WIDEST, "-columns")
        self.set_class(self.screen.size.height < _LOW, "-low")
        self.set_class(self.screen.size.height >= _HIGH, "-high")
        self._draw()

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        if self._shown != (status, spec):
            self._shown = (status, spec)
            self._draw()

    def _draw(self) -> None:
        if self._shown is None or not self.size.width:
            return
        status, spec = self._shown
        dataset = spec.dataset
        source = f"{dataset.datastore}, path {dataset.path}" if dataset.datastore else "an existing dataset"
        self._set_facts(
            ("Name", safe_text(spec.details.name, 300)),
            ("Task type", spec.details.type.caption),
            ("Dataset", f"{safe_text(dataset.name, 300)}  ({safe_text(source, 300)})"),
            (
                "Images",
                f"{status.total:,}" + (f", and {status.missing:,} whose files are missing" if status.missing else ""),
            ),
            ("Created", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(status.created))),
        )
        self._set("workforce", *_workforce_rows(spec.workforce, _FEW if self.has_class("-low") else _MOST))
        self._set("quality", *(rules_text(spec.workforce) or (("", "one person's word for each image"),)))
        every = f"every {safe_text(spec.refresh.every, 20)}" if spec.refresh.enabled else "off"
        if status.last_refresh is not None:
            every += f"; the last one {ago_text(self.owner.workspace.now() - status.last_refresh)}"
        self._set("refresh", ("", every))
        most = _FEW_CLASSES if self.has_class("-low") else _MANY_CLASSES
        self.query_one(ClassTable).show(spec.classes.names, status.classes, most)
        self.query_one("#instructions-text", Static).update(self._instructions(spec.instructions))
        model = (("Model file", safe_text(spec.assist.model, 300)),) if spec.assist.model else ()
        self._set("assist", ("", safe_text(assist_text(spec.assist), 200)), *model)
        self._show_help(spec, model)
        self._set("compute", ("", safe_text(spec.assist.compute, 200) or "none chosen in Azure ML"))

        samples = self.query_one(ProjectSamples)
        self.call_after_refresh(samples.show_project, self.owner.project, spec.classes.names, bool(status.completed))

    @work(exclusive=True, group="assist")
    async def _show_help(self, spec: ProjectSpec, model: tuple[tuple[str, str], ...]) -> None:
        """Whether the model is of use, beside what was chosen."""
        state = await self.owner.ask(self.owner.workspace.assist.state, self.owner.project)
        if state is None or not self.is_attached:
            return
        room = self.query_one("#assist-text").size.width
        helps = assist_line(spec, state, max(20, room)).plain.removeprefix("ML assist ")
        if helps:
            self._set("assist", ("", safe_text(assist_text(spec.assist), 200)), ("", helps), *model)

    def _set_facts(self, *rows: tuple[str, str]) -> None:
        """What cannot be changed. A name that is broken moves the names of the rows below it down, too."""
        names, texts = self.query_one("#facts-names", Static), self.query_one("#facts-text", Static)
        width = max(20, self.query_one("#facts-text").size.width)
        broken = [(name, wrap(text, width, break_on_hyphens=False) or [""]) for name, text in rows]
        names.update("\n".join(name + "\n" * (len(lines) - 1) for name, lines in broken))
        texts.update(Content("\n".join("\n".join(lines) for _, lines in broken)))

    def _set(self, name: str, *rows: tuple[str, str]) -> None:
        """Each row is (what, how); the first is called by the row's button where it is not called anything itself."""
        lines = [
            Content.assemble((padded(what, _KEY) if what else "", "$foreground 60%"), safe_text(how, 2000))
            for what, how in rows
        ]
        self.query_one(f"#{name}-text", Static).update(Content("\n").join(lines))

    def _instructions(self, instructions: Instructions) -> Content:
        lines = safe_lines(instructions.text).splitlines()
        if instructions.url:
            return Content(safe_text(instructions.url, 400))
        said = Content(f"{plural(len(lines), 'line')} of Markdown" if lines else "none")
        if not lines or not self.has_class("-columns"):
            return said
        width = max(20, self.query_one("#instructions-text").size.width)
        broken = [part for line in lines[:_LINES] for part in wrap(line, width) or [""]]
        more = ["…"] if len(broken) > _LINES or len(lines) > _LINES else []
        return Content.assemble(said, ("\n" + "\n".join(broken[:_LINES] + more), "$foreground 60%"))

    @property
    def focused_change(self) -> str:
        """What Enter does here: the title of the row that has the focus."""
        return next((_TITLES[button.id or ""] for button in self.query(Button) if button.has_focus), "")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.change(event.button.id or "")

    def change(self, name: str) -> None:
        """Opens what changes the row of this name; Enter changes the same one again."""
        self._chosen_row = name  # where the tab is only just on its way to the front, too
        self.query_one(f"#{name}", Button).focus()
        {
            "workforce": self._change_workforce,
            "quality": self._change_quality,
            "refresh": self._change_refresh,
            "classes": self._change_classes,
            "instructions": self._change_instructions,
            "assist": self._change_assist,
            "compute": self._change_assist,
        }[name]()

    @work(exclusive=True)
    async def _change_workforce(self) -> None:
        from tui_labeler.tui.screens.workforce import WorkforceEditor

        spec = self.owner.spec
        assert spec is not None
        team = await self.owner.ask(self.owner.workspace.team.names) or ()
        workforce = await self.app.push_screen_wait(WorkforceEditor(spec.workforce, team))
        if workforce is not None:
            await self._keep(msgspec.structs.replace(spec, workforce=workforce), spec)

    @work(exclusive=True)
    async def _change_quality(self) -> None:
        from tui_labeler.tui.screens.qualityrules import QualityRulesEditor

        spec = self.owner.spec
        assert spec is not None
        workforce = await self.app.push_screen_wait(QualityRulesEditor(spec.workforce))
        if workforce is not None:
            await self._keep(msgspec.structs.replace(spec, workforce=workforce), spec)

    @work(exclusive=True)
    async def _change_refresh(self) -> None:
        spec = self.owner.spec
        assert spec is not None

        def parsed(text: str) -> Refresh:
            off = text.strip() in ("", "off")
            return Refresh(False, spec.refresh.every) if off else Refresh(True, text.strip())

        typed = await self.app.push_screen_wait(
            Prompt(
                "Incremental refresh",
                "How often: 30s, 15m, 1h or 1d; off ends it",
                spec.refresh.every if spec.refresh.enabled else "off",
                lambda text: next((problem.message for problem in parsed(text).problems()), ""),
            )
        )
        if typed is not None:
            await self._keep(msgspec.structs.replace(spec, refresh=parsed(typed)), spec)

    @work(exclusive=True, group="other screen")
    async def _change_classes(self) -> None:
        await self.owner.services.routes.classes(self.owner.project)
        await self.owner.reload()

    @work(exclusive=True)
    async def _change_instructions(self) -> None:
        from tui_labeler.tui.screens.instructions import InstructionsEditor

        spec = self.owner.spec
        assert spec is not None
        instructions = await self.app.push_screen_wait(InstructionsEditor(self.owner.project, spec.instructions))
        if instructions is not None:
            await self._keep(msgspec.structs.replace(spec, instructions=instructions), spec)

    @work(exclusive=True)
    async def _change_assist(self) -> None:
        from tui_labeler.tui.screens.assistdialog import AssistDialog
        from tui_labeler.tui.screens.azure import choices

        spec, owner = self.owner.spec, self.owner
        assert spec is not None
        engines = await owner.ask(owner.workspace.assist.engines, spec.details.type)
        assist = await self.app.push_screen_wait(
            AssistDialog(spec.assist, engines or (), lambda: choices.computes(owner))
        )
        if assist is not None:
            await self._keep(msgspec.structs.replace(spec, assist=assist), spec)

    async def _keep(self, spec: ProjectSpec, made_from: ProjectSpec) -> None:
        owner = self.owner
        await owner.ask(owner.workspace.projects.change, owner.project, spec, made_from)
        await owner.reload()


def _workforce_rows(workforce: Workforce, most: int) -> tuple[tuple[str, str], ...]:
    names = ", ".join(safe_text(name, 100) for name in workforce.labelers[:most])
    if (more := len(workforce.labelers) - most) > 0:
        names += f" and {more:,} more"
    vendor = (("Vendor", safe_text(workforce.vendor, 200)),) if workforce.vendor else ()
    return (("", names or "anyone who can open the workspace"), *vendor)
