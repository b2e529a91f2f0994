"""Choosing the colours: each is shown at once, and kept with Enter."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.text import safe_text
from tui_labeler.tui.dialogs import dialog_styles

if TYPE_CHECKING:
    from tui_labeler.tui.services import AppServices


class ThemesScreen(ModalScreen[None]):
    """A list of themes over the screen that they colour."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "leave", "Leave")]
    CSS_PATH = dialog_styles("themes.tcss")

    @property
    def services(self) -> AppServices:
        return cast("AppServices", self.app)

    def compose(self) -> ComposeResult:
        self._before = self.app.theme
        with Vertical(classes="dialog") as box:
            box.border_title = "Theme"
            yield OptionList(*(Option(Content(safe_text(name)), name) for name in self.services.own_themes))
            yield Static("↑↓ look · Enter keeps · Esc leaves", classes="hint")

    def on_mount(self) -> None:
        names = self.services.own_themes
        self.query_one(OptionList).highlighted = names.index(self._before) if self._before in names else 0

    @on(OptionList.OptionHighlighted)
    def _look(self, event: OptionList.OptionHighlighted) -> None:
        if event.option.id:
            self.app.theme = event.option.id

    @on(OptionList.OptionSelected)
    def _keep(self, event: OptionList.OptionSelected) -> None:
        try:
            self.services.settings.set("theme", event.option.id or "dark")
        except LabelerError as error:
            self.notify(safe_text(error), severity="error", markup=False)
        self.dismiss()

    def action_leave(self) -> None:
        self.app.theme = self._before
        self.dismiss()
