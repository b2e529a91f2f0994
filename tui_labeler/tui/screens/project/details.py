"""The Details tab: what the project was created with, and what of it can be changed."""

from __future__ import annotations

import time

import msgspec
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Static

from tui_labeler.model.project import ProjectSpec, Refresh, Workforce
from tui_labeler.model.tasks import Status
from tui_labeler.model.text import plural, safe_text
from tui_labeler.tui.dialogs import Prompt
from tui_labeler.tui.screens.project.pane import ProjectPane
from tui_labeler.tui.screens.wizard.assist import assist_text
from tui_labeler.tui.widgets.classlist import ClassList
from tui_labeler.tui.widgets.qualityrules import rules_text
from tui_labeler.tui.workers import work

_WIDTH = 16
# As many names of a list are shown here; the others are counted.
_MOST = 100


class DetailsPane(ProjectPane):
    """The seven steps, with a button at each that may change."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[ProjectSpec, float] | None = None

    def compose(self) -> ComposeResult:
        with VerticalScroll(can_focus=False):
            for name, title in (
                ("facts", ""),
                ("workforce", "Change workforce"),
                ("quality", "Change quality"),
                ("refresh", "Change refresh"),
                ("classes", "Change classes"),
                ("instructions", "Change instructions"),
                ("assist", "Change ML assist"),
            ):
                with Horizontal(classes="row"):
                    if name == "classes":
                        yield Static("Classes", classes="key")
                        yield ClassList(_MOST, keys=True, id="classes-text")
                    else:
                        yield Static("", id=f"{name}-text")
                    if title:
                        yield Button(title, id=name, compact=True)

    def opened(self) -> None:
        self.query(Button).first().focus()

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        if self._shown == (spec, status.created):
            return
        self._shown = (spec, status.created)
        created = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(status.created))
        dataset = spec.dataset
        source = f"{dataset.datastore}, path {dataset.path}" if dataset.datastore else "an existing dataset"
        self._set(
            "facts",
            ("Name", safe_text(spec.details.name, 300)),
            ("Task type", spec.details.type.caption),
            ("Dataset", f"{safe_text(dataset.name, 300)}  ({safe_text(source, 300)})"),
            ("Created", created),
        )
        names = ", ".join(safe_text(name, 100) for name in spec.workforce.labelers[:_MOST])
        if (more := len(spec.workforce.labelers) - _MOST) > 0:
            names += f" and {more:,} more"
        vendor = (("Vendor", safe_text(spec.workforce.vendor, 200)),) if spec.workforce.vendor else ()
        self._set("workforce", ("Labelers", names or "anyone who can open the workspace"), *vendor)
        self._set("quality", *_quality_rows(spec.workforce))
        self._set(
            "refresh", ("Refresh", f"every {safe_text(spec.refresh.every, 20)}" if spec.refresh.enabled else "off")
        )
        self.query_one(ClassList).show(spec.classes.names)
        text = spec.instructions
        lines = len(text.text.splitlines())
        said = safe_text(text.url, 400) if text.url else (f"{plural(lines, 'line')} of Markdown" if lines else "none")
        self._set("instructions", ("Instructions", said))
        model = (("Model file", safe_text(spec.assist.model, 300)),) if spec.assist.model else ()
        compute = (("Azure compute", safe_text(spec.assist.compute, 200)),) if spec.assist.compute else ()
        self._set("assist", ("ML assist", safe_text(assist_text(spec.assist), 200)), *model, *compute)

    def _set(self, name: str, *rows: tuple[str, str]) -> None:
        lines = [Content.assemble((key.ljust(_WIDTH), "$foreground 60%"), value) for key, value in rows]
        self.query_one(f"#{name}-text", Static).update(Content("\n").join(lines))

    @on(Button.Pressed)
    def _change(self, event: Button.Pressed) -> None:
        {
            "workforce": self._change_workforce,
            "quality": self._change_quality,
            "refresh": self._change_refresh,
            "classes": self._change_classes,
            "instructions": self._change_instructions,
            "assist": self._change_assist,
        }[event.button.id or ""]()

    @work(exclusive=True)
    async def _change_workforce(self) -> None:
        from tui_labeler.tui.screens.workforce import WorkforceEditor

        spec = self.owner.spec
        assert spec is not None
        team = await self.owner.ask(self.owner.workspace.team.names) or ()
        workforce = await self.app.push_screen_wait(WorkforceEditor(spec.workforce, team))
        if workforce is not None:
            await self._keep(msgspec.structs.replace(spec, workforce=workforce))

    @work(exclusive=True)
    async def _change_quality(self) -> None:
        from tui_labeler.tui.screens.qualityrules import QualityRulesEditor

        spec = self.owner.spec
        assert spec is not None
        workforce = await self.app.push_screen_wait(QualityRulesEditor(spec.workforce))
        if workforce is not None:
            await self._keep(msgspec.structs.replace(spec, workforce=workforce))

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
            await self._keep(msgspec.structs.replace(spec, refresh=parsed(typed)))

    @work(exclusive=True)
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
            await self._keep(msgspec.structs.replace(spec, instructions=instructions))

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
            await self._keep(msgspec.structs.replace(spec, assist=assist))

    async def _keep(self, spec: ProjectSpec) -> None:
        owner = self.owner
        await owner.ask(owner.workspace.projects.change, owner.project, spec)
        await owner.reload()


def _quality_rows(workforce: Workforce) -> tuple[tuple[str, str], ...]:
    rules = rules_text(workforce)
    rows = tuple((what, safe_text(how, 300)) for what, how in rules)
    return rows or (("Quality", "one person's word for each image"),)
