"""Finding a class by a part of its name."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui_labeler.imaging.colours import hex_colour
from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import dialog_styles
from tui_labeler.tui.widgets.fields import Field


class FindClass(ModalScreen[int | None]):
    """The place of the class that was chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Cancel"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]
    CSS_PATH = dialog_styles("findclass.tcss")

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__()
        self._names = names

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = "Find a class"
            yield Field(placeholder="A part of its name")
            yield OptionList()

    def on_mount(self) -> None:
        self._list("")

    def _list(self, wanted: str) -> None:
        rows = self.query_one(OptionList)
        rows.clear_options()
        rows.add_options(
            Option(Content.assemble(("■ ", hex_colour(place)), safe_text(name, 40)), str(place))
            for place, name in enumerate(self._names)
            if wanted.casefold() in name.casefold()
        )
        if rows.option_count:
            rows.highlighted = 0

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._list(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        rows = self.query_one(OptionList)
        if rows.highlighted is not None:
            self._chosen(rows.get_option_at_index(rows.highlighted))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self._chosen(event.option)

    def _chosen(self, option: Option) -> None:
        self.dismiss(int(option.id or 0))

    def action_move(self, by: int) -> None:
        rows = self.query_one(OptionList)
        if rows.option_count:
            rows.highlighted = ((rows.highlighted or 0) + by) % rows.option_count

    def action_leave(self) -> None:
        self.dismiss(None)
