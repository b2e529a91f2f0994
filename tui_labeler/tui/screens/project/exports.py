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
from tui_labeler.model.text import size_text
from tui_labeler.tui.screens.base import WIDEST
from tui_labeler.tui.screens.project.pane import ProjectPane
from tui_labeler.tui.widgets.rowtable import Column, TextTable
from tui_labeler.tui.widgets.sent import SaysSent, SentLines
from tui_labeler.tui.workers import work

_COLUMNS = (
    Column("Dataset name", shrinks=True, bold=True),
    Column("Created (UTC)", spare=True),  # the name holds it
    Column("Images", right=True),
    Column("Labels", right=True),
    Column("Format"),
    Column("Size", right=True),
)
_HIGH = 30  # rows of the screen in which the snippet has room below the list


class ExportTable(TextTable, SaysSent):
    """The exports. At the end of the row whose name was copied it says so, where its size stands else: every name that fits
    stays whole."""

    def __init__(self) -> None:
        super().__init__(*_COLUMNS)
        self._exports: tuple[ExportResult, ...] = ()

    def show(self, exports: tuple[ExportResult, ...]) -> None:
        self._exports = exports
        self.draw()

    def shows(self, text: str) -> bool:
        return any(export.name == text for export in self._exports)

    def draw(self) -> None:
        sent = self.sent.text if self.sent is not None else ""
        rows = {export.name: _cells(export) for export in self._exports}
        self.show_rows([(name, (*cells[:-1], "✓ sent") if name == sent else cells) for name, cells in rows.items()])

    @property
    def chosen(self) -> ExportResult | None:
        """The export that the cursor stands on."""
        return self._exports[self.cursor_row] if self.is_valid_row_index(self.cursor_row) else None


class ExportsPane(ProjectPane):
    """A table; Enter opens an export with everything that can be copied from it."""

    def __init__(self) -> None:
        super().__init__()
        self._exports: tuple[ExportResult, ...] | None = None

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield ExportTable()
            with VerticalScroll(id="content", can_focus=False):
                yield SentLines(id="facts", hanging=11)
                yield SentLines(id="snippet", hanging=4)
        yield Static("", id="none")

    def on_resize(self) -> None:
        self.set_class(self.screen.size.height < _HIGH and self.screen.size.width < WIDEST, "-low")

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
        self.query_one(ExportTable).show(exports)
        self.set_class(not exports, "-none")

    @property
    def chosen(self) -> ExportResult | None:
        """The export that the cursor stands on."""
        return self.query_one(ExportTable).chosen

    @on(DataTable.RowHighlighted)
    def _show(self, event: DataTable.RowHighlighted) -> None:
        """What the selected export holds, beside the list or below it."""
        from tui_labeler.tui.screens.export import code_lines, fact_lines, snippet

        name = event.row_key.value
        export = next((export for export in self._exports or () if export.name == name), None)
        if export is not None:
            self.query_one("#facts", SentLines).show(fact_lines(export))
            self.query_one("#snippet", SentLines).show(code_lines(snippet(export)))

    @on(DataTable.RowSelected)
    def _open(self, event: DataTable.RowSelected) -> None:
        chosen = next((export for export in self._exports or () if export.name == event.row_key.value), None)
        if chosen is not None:
            self.owner.services.routes.export_result(chosen)


def _cells(export: ExportResult) -> tuple[str, ...]:
    when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(export.created))
    return export.name, when, f"{export.rows:,}", f"{export.regions:,}", export.format, size_text(export.bytes)
