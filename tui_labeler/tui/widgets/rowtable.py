"""Tables of rows: Home and End lead to the first and the last one, and no cell is cut while there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.widgets import DataTable

from tui_labeler.model.text import cell_width, fitted, safe_text

_PADDING = 2  # cells: a blank at either side of a column
_LEAST = 8


@dataclass(frozen=True)
class Column:
    """A column of a `TextTable`. Where the table is wider than its place, one that is `spare` is left out; then one that
    `shrinks` gives up cells."""

    title: str
    shrinks: bool = False
    spare: bool = False
    right: bool = False
    bold: bool = False


class RowTable(DataTable[Text]):
    """A table whose cursor is a whole row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("home", "row_at(0)", "First row", show=False),
        Binding("end", "row_at(-1)", "Last row", show=False),
    ]

    def action_row_at(self, index: int) -> None:
        if self.row_count:
            self.move_cursor(row=index % self.row_count, animate=False)


class TextTable(RowTable):
    """Rows of texts under fixed columns, as wide as their longest cell; cut only where there is no room."""

    DEFAULT_CSS = "TextTable { overflow-x: hidden; background: $background; }"

    def __init__(self, *columns: Column, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(cursor_type="row", id=id)
        self._columns_of = columns
        self._texts: list[tuple[str, tuple[str, ...]]] = []
        self._widths: dict[int, int] = {}

    def show_rows(self, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Each row is (key, texts of its cells, from anywhere). The cursor stays in its row."""
        self._texts = [(key, tuple(safe_text(cell) for cell in cells)) for key, cells in rows]
        self._draw()

    def on_resize(self) -> None:
        if self._widths and self._fitting() != self._widths:
            self._draw()

    def _fitting(self) -> dict[int, int]:
        """The columns that are shown, by their index, with their widths."""
        room = self.size.width - self.styles.scrollbar_size_vertical
        shown = list(range(len(self._columns_of)))
        while True:
            columns = [self._columns_of[index] for index in shown]
            cells = [[texts[index] for index in shown] for _, texts in self._texts]
            spare = next((index for index in reversed(shown) if self._columns_of[index].spare), None)
            if spare is None or table_width(columns, cells) <= room:
                return dict(zip(shown, fit_columns(columns, cells, room), strict=True))
            shown.remove(spare)

    def _draw(self) -> None:
        row = self.cursor_row
        self._widths = widths = self._fitting()
        self.clear(columns=True)
        for index, width in widths.items():
            self.add_column(Text(self._columns_of[index].title), width=width)
        for key, texts in self._texts:
            cells = (_cell(texts[index], self._columns_of[index], width) for index, width in widths.items())
            self.add_row(*cells, key=key)
        self.move_cursor(row=min(row, max(len(self._texts) - 1, 0)), animate=False)


def table_width(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> int:
    """Cells of a table in which nothing is cut."""
    return sum(_whole(columns, rows)) + _PADDING * len(columns)


def _whole(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    return [
        max([cell_width(column.title), *(cell_width(texts[index]) for texts in rows)])
        for index, column in enumerate(columns)
    ]


def fit_columns(columns: Sequence[Column], rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """The width of each column without its padding, together at most `room` cells: what is missing is taken from the
    widest of those that shrink."""
    widths = _whole(columns, rows)
    over = sum(widths) + _PADDING * len(widths) - room
    while over > 0:
        able = [index for index, column in enumerate(columns) if column.shrinks and widths[index] > _LEAST]
        if not able:
            break
        widest = sorted({widths[index] for index in able}, reverse=True)
        group = [index for index in able if widths[index] == widest[0]]
        step = min(widest[0] - (widest[1] if len(widest) > 1 else _LEAST), -(-over // len(group)))
        for index in group:
            taken = min(step, over)
            widths[index] -= taken
            over -= taken
    return widths


def _cell(text: str, column: Column, width: int) -> Text:
    return Text(fitted(text, width), "bold" if column.bold else "", justify="right" if column.right else "left")
