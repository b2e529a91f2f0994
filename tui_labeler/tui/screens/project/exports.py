"""The Exports tab: the datasets made from this project, newest first."""

from __future__ import annotations

import time

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import DataTable, Static

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ExportResult, Status
from tui_labeler.model.text import safe_text, size_text
from tui_labeler.tui.screens.project.pane import ProjectPane


class ExportsPane(ProjectPane):
    """A table; Enter opens an export with everything that can be copied from it."""

    DEFAULT_CSS = """
    ExportsPane { layout: vertical; padding: 1 2; }
    ExportsPane DataTable { height: 1fr; background: $background; }
    ExportsPane #none { display: none; }
    ExportsPane.-none DataTable { display: none; }
    ExportsPane.-none #none { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._exports: tuple[ExportResult, ...] | None = None

    def compose(self) -> ComposeResult:
        yield DataTable[Text](cursor_type="row")
        yield Static(
            Content.assemble(
                "No dataset has been exported yet.\n\n", ("e", "bold $accent"), "  writes one from the labels so far."
            ),
            id="none",
        )

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        for name in ("Dataset name", "Created (UTC)", "Images", "Labels", "Format", "Size"):
            table.add_column(name)

    def opened(self) -> None:
        self.query_one(DataTable).focus()

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        self._read()

    @work(exclusive=True, group="exports")
    async def _read(self) -> None:
        found = await self.owner.ask(self.owner.workspace.exports, self.owner.project)
        if found is None or found == self._exports or not self.is_attached:
            return
        self._exports = found
        table = self.query_one(DataTable)
        table.clear()
        for one in found:
            when = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(one.created))
            cells = (
                safe_text(one.name, 60),
                when,
                f"{one.rows:,}",
                f"{one.regions:,}",
                one.format,
                size_text(one.bytes),
            )
            table.add_row(*(Text(cell) for cell in cells), key=one.name)
        self.set_class(not found, "-none")

    @on(DataTable.RowSelected)
    def _open(self, event: DataTable.RowSelected) -> None:
        from tui_labeler.tui.screens.export import ExportScreen

        chosen = next((one for one in self._exports or () if one.name == event.row_key.value), None)
        if chosen is not None:
            self.app.push_screen(ExportScreen(chosen))
