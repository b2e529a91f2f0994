"""The table of projects: rows under columns that may change, with the cursor where it was."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text

from tui_labeler.tui.widgets.rowtable import RowTable

Column = tuple[Text, int]
"""A title, and its cells."""


class ProjectTable(RowTable):
    """Rows are known by their keys."""

    def __init__(self) -> None:
        super().__init__(cursor_type="row", cursor_foreground_priority="renderable", id="projects")
        self._shown: tuple[Column, ...] = ()

    def has(self, columns: Sequence[Column]) -> bool:
        """Whether these are the columns that are shown."""
        return self._shown == tuple(columns)

    def show(
        self, columns: Sequence[Column], rows: Iterable[tuple[str, Sequence[Text]]], select: str, from_top: bool
    ) -> None:
        """The cursor goes to the row `select` where there is one, else it stays in its row, or where that is gone too (or
        `from_top`) goes to one that is there."""
        before, row = self.row_key, self.cursor_row
        self.clear(columns=not self.has(columns))
        if not self.has(columns):
            self._shown = tuple(columns)
            for title, width in columns:
                self.add_column(title, width=width)
        for key, cells in rows:
            self.add_row(*cells, key=key)
        name = select if select in self.rows else before
        near = 0 if from_top else min(row, max(self.row_count - 1, 0))
        self.move_cursor(row=self.get_row_index(name) if name in self.rows else near, animate=False)

    @property
    def row_key(self) -> str:
        """Of the row that the cursor stands in; empty where there is none."""
        if not self.row_count or not self.is_valid_row_index(self.cursor_row):
            return ""
        return self.coordinate_to_cell_key((self.cursor_row, 0)).row_key.value or ""  # type: ignore[arg-type]
