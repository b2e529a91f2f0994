"""What the retired labeling service left: chosen, fetched, and handed to the import of a project."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import DataTable, Static

from tui_labeler.model.azure import Leftover
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import plural, safe_text, size_text
from tui_labeler.tui.actions import Action, bindings
from tui_labeler.tui.dialogs import JobDialog, Pick
from tui_labeler.tui.screens.base import HELP, THEME, LabelerScreen
from tui_labeler.tui.widgets.rowtable import Column, TextTable
from tui_labeler.tui.workers import work


class RescueScreen(LabelerScreen[None]):
    """Exports and labeled data assets of the workspace; Enter fetches one and goes on to the import."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("fetch", "enter", "Fetch", "Copy it here, and import its labels into a project.", shown="⏎"),
        THEME,
        HELP,
        Action("back", "escape,q", "Back", "Leave this screen.", shown="q"),
    )
    BINDINGS: ClassVar[list[BindingType]] = bindings(ACTIONS)
    HELP_TEXT = (
        "Azure ML's retired labeling service wrote its exports to `Labeling/export` of the workspace's default datastore, "
        "or registered them as data assets named `<project>_<date>_<time>`. Both stay where they are; a copy is imported."
    )
    CSS_PATH = "rescue.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[Leftover, ...] = ()

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", "Azure ML", "What is left")

    def compose_body(self) -> ComposeResult:
        yield TextTable(
            Column("Name", shrinks=True),
            Column("Kind", shrinks=True),
            Column("Files", right=True),
            Column("Size", right=True),
        )
        yield Static("", id="none")

    def on_mount(self) -> None:
        self.query_one(TextTable).focus()
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        azure = self.workspace.azure
        dialog = JobDialog[tuple[Leftover, ...]]("What is left in Azure ML", lambda tell: azure.leftovers.list(tell))
        leftovers = await self.app.push_screen_wait(dialog)
        if isinstance(leftovers, LabelerError):
            self.show_error(leftovers)
            self.query_one("#none", Static).update(Content(safe_text(leftovers, 400)))
            return
        self._found = leftovers or ()
        self.query_one(TextTable).show_rows(
            [(str(index), _cells(leftover)) for index, leftover in enumerate(self._found)]
        )
        self.query_one("#none", Static).update(
            "" if leftovers else "Nothing that holds labels is left in the workspace."
        )
        self.refresh_keys()

    def disabled_reason(self, action: str) -> str:
        return "There is nothing to fetch." if action == "fetch" and not self._found else ""

    @on(DataTable.RowSelected)
    async def _chosen(self) -> None:
        await self.action_perform("fetch")

    @work(exclusive=True, group="load")
    async def action_fetch(self) -> None:
        row = self.query_one(TextTable).cursor_row
        if row >= len(self._found):
            return
        leftover = self._found[row]
        folder = _folder(self.workspace.exchange.exports_folder, leftover.name)
        azure = self.workspace.azure
        dialog = JobDialog[tuple[str, ...]](
            f"Fetching {leftover.name}", lambda tell: azure.leftovers.fetch(leftover.name, folder, tell)
        )
        fetched = await self.app.push_screen_wait(dialog)
        if isinstance(fetched, LabelerError):
            self.show_error(fetched)
            return
        self.tell(f"{plural(len(fetched or ()), 'file')} copied to {folder}.")
        projects = await self.ask(self.workspace.projects.summaries) or ()
        if not projects:
            self.warn("There is no project to import into yet: create one of the same images, then press i on it.")
            return
        names = [project.name for project in projects]
        project: str | None = names[0]
        if len(names) > 1:
            project = await self.app.push_screen_wait(
                Pick("Import into which project?", {name: name for name in names})
            )
        if project is None:
            return
        if await self.services.routes.import_labels(project, str(folder)):
            self.tell(f"Labels were imported into “{project}”.")


def _cells(leftover: Leftover) -> tuple[str, ...]:
    files, size = f"{leftover.files:,}" if leftover.files else "", size_text(leftover.bytes) if leftover.bytes else ""
    return leftover.name, leftover.kind, files, size


def _folder(exports: Path, name: str) -> Path:
    safe = "".join(char if char.isalnum() or char in "-_." else "_" for char in name).strip("._") or "rescued"
    return exports / "rescued" / safe
