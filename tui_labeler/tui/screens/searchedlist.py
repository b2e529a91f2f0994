"""Screens with a list whose rows are searched by name."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar

from textual import on
from textual.widgets import Input

from tui_labeler.tui.screens.base import SEARCHING, LabelerScreen
from tui_labeler.tui.widgets.rowtable import RowTable
from tui_labeler.tui.widgets.searchfield import SearchField

R = TypeVar("R")


class SearchedListScreen(LabelerScreen[R]):
    """Composes a `SearchField`, and declares the action `search`. Escape leaves the search first, then the screen."""

    FIELD_ACTIONS = SEARCHING

    @abstractmethod
    def _table(self) -> RowTable:
        """The list."""

    @abstractmethod
    def _fill(self) -> None:
        """Lists the rows that match what is typed."""

    @property
    def search_field(self) -> SearchField:
        return self.query_one(SearchField)

    def action_search(self) -> None:
        self.search_field.open()

    @on(Input.Changed, "#search")
    def _typed(self) -> None:
        self._fill()

    @on(Input.Submitted, "#search")
    def action_to_list(self) -> None:
        self._table().focus()

    def action_back(self) -> None:
        if self.search_field.is_open:
            self.close_search()
        else:
            self.leave()

    def leave(self) -> None:
        """Leaves the screen."""
        self.dismiss()

    def close_search(self) -> None:
        self.search_field.close()
        self._table().focus()
