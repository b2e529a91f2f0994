"""A dialog in which one types a part of a name and chooses one of the rows that are left."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_labeler.tui.widgets.fields import Field

R = TypeVar("R")


class SearchDialog(ModalScreen[R | None], Generic[R]):
    """Gives what the chosen row stands for; None when left. Focus stays in the field: the arrows move in the rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, title: str, placeholder: str, hint: str = "") -> None:
        super().__init__()
        self._title, self._placeholder, self._hint = title, placeholder, hint

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = self._title
            yield Field(placeholder=self._placeholder)
            yield OptionList()
            if self._hint:
                yield Static(self._hint, classes="hint")

    def on_mount(self) -> None:
        self.search("")

    def search(self, wanted: str) -> None:
        """Lists what fits what was typed, by `list_rows`."""
        raise NotImplementedError

    def answer(self, row: str) -> R:
        """What the row with this id stands for."""
        raise NotImplementedError

    def list_rows(self, rows: list[Option], highlighted: int = 0) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(rows)
        if rows:
            options.highlighted = highlighted

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.search(event.value.strip())

    @on(Input.Submitted)
    def _entered(self) -> None:
        rows = self.query_one(OptionList)
        if rows.highlighted is not None:
            self._choose(rows.get_option_at_index(rows.highlighted))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self._choose(event.option)

    def _choose(self, option: Option) -> None:
        self.dismiss(self.answer(option.id or ""))

    def action_move(self, by: int) -> None:
        rows = self.query_one(OptionList)
        if rows.option_count:
            rows.highlighted = ((rows.highlighted or 0) + by) % rows.option_count

    def action_leave(self) -> None:
        self.dismiss(None)
