"""The Exports tab: the datasets made from this project, newest first."""

from __future__ import annotations

import time
from typing import ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import DataTable, Static

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ExportResult, Status
from tui_labeler.model.text import safe_text, size_text
from tui_labeler.tui.actions import Action
from tui_labeler.tui.screens.project.pane import ProjectPane

_WIDE = 100


class ExportsPane(ProjectPane):
    """A table; Enter opens an export with everything that can be copied from it."""

    ACTIONS: ClassVar[tuple[Action, ...]] = (
        Action("open", "enter", "Open", "In the list of exports: everything that can be copied from it."),
    )
    DEFAULT_CSS = """
    ExportsPane { layout: vertical; padding: 1 1; }
    ExportsPane DataTable { height: 1fr; background: $background; overflow-x: hidden; }
    ExportsPane #none { display: none; padding: 0 1; }
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

    def opened(self) -> None:
        self.query_one(DataTable).focus()

    def show_status(self, status: Status, spec: ProjectSpec) -> None:
        self._read()

    @work(exclusive=True, group="exports")
    async def _read(self) -> None:
        found = await self.owner.ask(self.owner.workspace.exchange.exports, self.owner.project)
        if found is None or found == self._exports or not self.is_attached:
            return
        self._exports = found
        self._fill()
        self.set_class(not found, "-none")

    def on_resize(self) -> None:
        if self._exports:
            self._fill()

    def _fill(self) -> None:
        """A row an export. The name may take what the other columns leave; the day and minute come where there is room."""
        table = self.query_one(DataTable)
        row = table.cursor_row
        table.clear(columns=True)
        found = self._exports or ()
        if not found:
            return
        rest = [_cells(one, self.size.width >= _WIDE) for one in found]
        heads = ("Created (UTC)", "Images", "Labels", "Format", "Size")
        widths = [max(len(head), *(len(cells[at]) for cells in rest)) for at, head in enumerate(heads)]
        name = min(max(len(one.name) for one in found), self.size.width - 2 - 2 - sum(widths) - 2 * len(widths))
        table.add_column("Dataset name", width=max(name, 12))
        for head, width in zip(heads, widths, strict=True):
            table.add_column(Text(head), width=width)
        for one, cells in zip(found, rest, strict=True):
            texts = [Text(cell, justify="right" if at in (1, 2, 4) else "left") for at, cell in enumerate(cells)]
            table.add_row(Text(safe_text(one.name, max(name, 12)), style="bold"), *texts, key=one.name)
        table.move_cursor(row=row, animate=False)

    @on(DataTable.RowSelected)
    def _open(self, event: DataTable.RowSelected) -> None:
        chosen = next((one for one in self._exports or () if one.name == event.row_key.value), None)
        if chosen is not None:
            self.owner.services.routes.export_result(chosen)


def _cells(one: ExportResult, wide: bool) -> tuple[str, ...]:
    when = time.strftime("%Y-%m-%d %H:%M:%S" if wide else "%m-%d %H:%M", time.gmtime(one.created))
    return when, f"{one.rows:,}", f"{one.regions:,}", safe_text(one.format, 20), size_text(one.bytes)
