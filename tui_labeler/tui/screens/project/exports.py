"""The Exports tab: the datasets made from this project, newest first."""

from __future__ import annotations

import time

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import DataTable, Static

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ExportResult, Status
from tui_labeler.model.text import safe_lines, size_text
from tui_labeler.tui.screens.project.pane import ProjectPane
from tui_labeler.tui.widgets.rowtable import Column, TextTable
from tui_labeler.tui.workers import work

_COLUMNS = (
    Column("Dataset name", shrinks=True, bold=True),
    Column("Created (UTC)"),
    Column("Images", right=True),
    Column("Labels", right=True),
    Column("Format"),
    Column("Size", right=True),
)


class ExportsPane(ProjectPane):
    """A table; Enter opens an export with everything that can be copied from it."""

    def __init__(self) -> None:
        super().__init__()
        self._exports: tuple[ExportResult, ...] | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield TextTable(*_COLUMNS)
            with VerticalScroll(id="content", can_focus=False):
                yield Static("", id="facts")
                yield Static("", id="snippet")
        yield Static("", id="none")

    def opened(self) -> None:
        self.query_one(DataTable).focus()

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        none = "No dataset has been exported yet.\n\n"
        why = self.owner.disabled_reason("export")
        said = (why, "") if why else (("e", "bold $accent"), "  writes one from the labels so far.")
        self.query_one("#none", Static).update(Content.assemble(none, *said))
        self._read()

    @work(exclusive=True, group="exports")
    async def _read(self) -> None:
        exports = await self.owner.ask(self.owner.workspace.exchange.exports, self.owner.project)
        if exports is None or exports == self._exports or not self.is_attached:
            return
        self._exports = exports
        self._fill()
        self.set_class(not exports, "-none")

    def _fill(self) -> None:
        self.query_one(TextTable).show_rows([(export.name, _cells(export)) for export in self._exports or ()])

    @on(DataTable.RowHighlighted)
    def _show(self, event: DataTable.RowHighlighted) -> None:
        """What the selected export holds, beside the list."""
        from tui_labeler.tui.screens.export import export_facts, snippet

        name = event.row_key.value
        export = next((export for export in self._exports or () if export.name == name), None)
        if export is not None:
            self.query_one("#facts", Static).update(export_facts(export))
            code = snippet(export).rstrip().replace("\n\n", "\n")
            self.query_one("#snippet", Static).update(Content(safe_lines(code)[:2000]))

    @on(DataTable.RowSelected)
    def _open(self, event: DataTable.RowSelected) -> None:
        chosen = next((export for export in self._exports or () if export.name == event.row_key.value), None)
        if chosen is not None:
            self.owner.services.routes.export_result(chosen)


def _cells(export: ExportResult) -> tuple[str, ...]:
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(export.created))
    return export.name, when, f"{export.rows:,}", f"{export.regions:,}", export.format, size_text(export.bytes)
