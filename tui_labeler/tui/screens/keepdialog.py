"""What the dialogs that change a part of a project have in common: fields, and two ways out."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Button, Input

from tui_labeler.tui.screens.fieldorder import field_after
from tui_labeler.tui.widgets.choices import Choices

T = TypeVar("T")


class KeepDialog(ModalScreen[T | None], Generic[T]):
    """Ends with what stands in the fields; None when it is left."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Cancel"), Binding("ctrl+s", "keep", "Keep")]
    NAME: ClassVar[str] = ""

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as box:
            box.border_title = self.NAME
            # In low windows they scroll: the way out stays in sight.
            with VerticalScroll(classes="scrolled", can_focus=False):
                yield from self.compose_fields()
            with Horizontal():
                yield Button("Cancel (Esc)", id="no")
                yield Button("Keep (Ctrl+S)", id="yes", variant="primary")

    @abstractmethod
    def compose_fields(self) -> ComposeResult:
        """The fields, and where their problems stand."""

    @abstractmethod
    def kept(self) -> T | None:
        """What stands in the fields; None where that cannot be kept."""

    @on(Button.Pressed, "#no")
    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Choices.Submitted)
    def _submitted(self, event: Choices.Submitted) -> None:
        """To the next field that the choice asks for, if it does."""
        if (after := field_after(self, event.choices)) is not None:
            after.focus()
        else:
            self.action_keep()

    @on(Input.Submitted)
    @on(Button.Pressed, "#yes")
    def action_keep(self) -> None:
        if (kept := self.kept()) is not None:
            self.dismiss(kept)
