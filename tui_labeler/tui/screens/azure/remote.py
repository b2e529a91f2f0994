"""A project of Azure ML's retired labeling service: the dashboard that its counts allow."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.azure import RemoteExport, RemoteProject
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import safe_text
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.dialogs import Confirm, JobDialog, Pick
from tui_labeler.tui.screens.base import HELP, THEME, LabelerScreen
from tui_labeler.tui.widgets.bigname import big_name
from tui_labeler.tui.widgets.donut import Donut
from tui_labeler.tui.widgets.sent import SentLines
from tui_labeler.tui.workers import work
from tui_labeler.workspace import Progress

T = TypeVar("T")
_FORMATS = (
    ("Dataset", "A dataset, registered as a data asset"),
    ("Coco", "A COCO file in the default datastore"),
    ("CSV", "A CSV file in the default datastore"),
)


class RemoteScreen(LabelerScreen[None]):
    """Its progress, and what the API can still do."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("export", "e", "Export", "Have the service write a dataset of its labels, and register it."),
        Action("export_as", "E", "Export as", "Choose: a dataset, or a COCO or CSV file in the default datastore."),
        Action("copy", "c", "Copy", "What was exported: the data asset's name, or the place of the files."),
        Action("pause", "p", "Pause", "Pause the project in Azure, or start it again."),
        Action("refresh", "r", "Refresh", "Ask Azure again."),
        Action("delete", "delete,x", "Delete", "Delete the project in Azure with its labels; asks first."),
        THEME,
        HELP,
        Action("back", "escape,q", "Back", "Back to the list of projects.", shown="q"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP_TEXT = (
        "This project is one of **Azure ML's own labeling service**, which was retired on 30 September 2026. Its labels "
        "can be exported, and imported into a project here."
    )
    CSS_PATH = "remote.tcss"

    def __init__(self, project: RemoteProject) -> None:
        super().__init__()
        self._project = project
        self._export: RemoteExport | None = None

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", f"{self._project.name} (Azure ML)")

    def note(self) -> Content | str:
        return safe_text(self._project.status, 40)

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            with Vertical(classes="left"):
                yield Static("", id="labeled")
                yield Donut(id="donut")
                yield Static("", id="legend")
            with VerticalScroll(classes="right", can_focus=False):
                yield Static("", id="facts")
                yield Static("", id="said")
                yield SentLines("", id="exported")

    def on_mount(self) -> None:
        self._show()
        self._ask_again()

    def _show(self) -> None:
        project = self._project
        total, done, skipped = project.total or 0, project.completed or 0, project.skipped or 0
        rest = max(0, total - done - skipped)
        labeled = f"{done:,} / {total:,} assets labeled" if project.total is not None else "Azure tells no counts"
        self.query_one("#labeled", Static).update(labeled)
        parts = [(done, "success"), (skipped, "secondary"), (rest, "border-blurred")]
        self.query_one(Donut).show(parts, f"{project.percent:.2f}%" if project.percent is not None else "–")
        names = ("Completed", "Skipped", "Incomplete")
        legend = [
            Content.assemble(("■ ", f"${colour}"), f"{name:<12}{count:>8,}")
            for name, (count, colour) in zip(names, parts, strict=True)
        ]
        self.query_one("#legend", Static).update(Content("\n").join(legend))
        rows = [
            ("Kind", f"{project.media} {project.annotation}".strip() or "not told"),
            ("Classes", ", ".join(project.classes) or "not told"),
            ("Dataset", project.data_id.rpartition("/workspaces/")[2] or "not told"),
            ("Refresh", "on" if project.incremental_refresh else "off"),
            ("Refreshed", project.last_refresh or "not told"),
            ("Created", project.created or "not told"),
            ("Instructions", project.instructions or "none"),
        ]
        lines = [Content.assemble((key.ljust(13), "$foreground 60%"), safe_text(value, 300)) for key, value in rows]
        self.query_one("#facts", Static).update(Content("\n").join(lines))
        self.query_one("#said", Static).update(Content(safe_text("\n".join(project.messages)).replace("␊", "\n")))
        self.query_one("#exported", SentLines).show(self._exported())
        self.refresh_crumbs()
        self.refresh_keys()

    def _exported(self) -> list[tuple[Content, str]]:
        """The lines that say so; of the plain name with what is copied."""
        if self._export is None:
            return []
        copied = _copied(self._export)
        name = safe_text(copied)
        drawn = big_name(name, max(20, self.size.width - 40)) if self._export.asset else name
        # Large letters cannot be selected: the plain name stands below them.
        large = [drawn] if drawn != name else []
        above = [f"Exported as {safe_text(self._export.format, 40)}:", *large]
        return [*((Content(line), "") for line in above), (Content(name), copied), (Content("c copies it."), "")]

    # What can be done

    def disabled_reason(self, action: str) -> str:
        if action == "copy" and self._export is None:
            return "Nothing has been exported yet: press e."
        if action in ("export", "export_as") and not self._project.completed:
            return "No asset is labeled yet."
        return ""

    @work(exclusive=True, group="remote")
    async def _ask_again(self) -> None:
        project = await self.ask(self.workspace.azure.retired_projects.get, self._project.name)
        if project is not None and self.is_attached:
            self._project = project
            self._show()

    def action_refresh(self) -> None:
        self._ask_again()

    def action_export(self) -> None:
        self._begin_export("Dataset")

    @work(exclusive=True, group="dialog")
    async def action_export_as(self) -> None:
        if chosen := await self.app.push_screen_wait(Pick("Export as", dict(_FORMATS))):
            self._begin_export(chosen)

    @work(exclusive=True, group="remote")
    async def _begin_export(self, format_name: str) -> None:
        azure, name = self.workspace.azure, self._project.name

        def export(tell: Progress) -> RemoteExport:
            return azure.retired_projects.export(name, format_name, tell)

        dialog = JobDialog[RemoteExport](f"Azure exports {name}", export)
        result = await self.app.push_screen_wait(dialog)
        if isinstance(result, LabelerError):
            self.show_error(result)
        elif result is not None:
            self._export = result
            self._show()

    def action_copy(self) -> None:
        if self._export is not None:
            self.services.send(_copied(self._export), "Name" if self._export.asset else "Place")

    @work(exclusive=True, group="remote")
    async def action_pause(self) -> None:
        azure, project = self.workspace.azure, self._project

        def change(tell: Progress) -> bool:
            (azure.retired_projects.resume if project.status == "Paused" else azure.retired_projects.pause)(
                project.name, tell
            )
            return True

        result = await self.app.push_screen_wait(JobDialog[bool](f"{project.name}", change))
        if isinstance(result, LabelerError):
            self.show_error(result)
        self._ask_again()

    @work(exclusive=True, group="remote")
    async def action_delete(self) -> None:
        project = self._project
        text = "Azure deletes its labels with it, and its name cannot be used there again. Export them first (e)."
        if await self.app.push_screen_wait(Confirm(f"Delete “{project.name}” in Azure?", text, "Delete")):
            before = self.is_attached
            await self.ask(self.workspace.azure.retired_projects.delete, project.name)
            if before and self.is_attached:
                self.dismiss()


def _copied(export: RemoteExport) -> str:
    return export.asset or f"{export.container}/{export.path}"
