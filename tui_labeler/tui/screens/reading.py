"""Labeling instructions, to be read while labeling."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from tui_labeler.model.project import Instructions
from tui_labeler.model.text import safe_text
from tui_labeler.tui.widgets.instructions import safe_markdown


class InstructionsScreen(ModalScreen[None]):
    """Closed by any way out."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,i,f2,enter", "dismiss", "Close")]
    CSS_PATH = "reading.tcss"

    def __init__(self, instructions: Instructions) -> None:
        super().__init__()
        self._found = instructions

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = "Instructions"
            box.border_subtitle = "Esc closes"
            if self._found.url:
                yield Static(Content(safe_text(self._found.url, 2000)))
            if self._found.text:
                yield Markdown(safe_markdown(self._found.text), open_links=False)
            if not self._found.url and not self._found.text:
                yield Static("The project has no instructions. Its owner can add some on the Details tab.")
