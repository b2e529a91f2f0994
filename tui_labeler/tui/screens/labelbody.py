"""The places of a labeling screen: canvas, panel, the line that says what to do next, the notice without an image."""

from __future__ import annotations

from abc import abstractmethod
from typing import Self

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Region
from textual.widgets import Static

from tui_labeler.model.text import safe_text, whole_parts
from tui_labeler.tui.actions import Action
from tui_labeler.tui.inputqueue import Waiting
from tui_labeler.tui.panelstate import PanelState
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.screens.emptyqueue import EmptyQueue
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.classstrip import ClassStrip
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.tui.widgets.overview import Overview
from tui_labeler.tui.widgets.promptline import PromptLine

# From so many columns on, the panel stands beside the image unless it is hidden.
_WIDE = 100


class LabelingBody(Waiting, LabelerScreen[None]):
    """Keys wait for what is shown here. What that is, a subclass says."""

    CSS_PATH = "labelbody.tcss"

    def __init__(self, project: str) -> None:
        super().__init__()
        self.project = project
        self.empty_queue = EmptyQueue(project)
        self._message = ""
        # Whether the panel is shown, in a wide window (True) and in a narrow one, where a person chose.
        self._panel: dict[bool, bool] = {}

    @abstractmethod
    def prompt(self) -> str:
        """What to do next, in a few words."""

    def on_resize(self, event: events.Resize) -> None:
        super().on_resize(event)
        self._place_panel()

    def _place_panel(self) -> None:
        """Below 100 columns the image has the whole width, and the classes a line; a key brings the panel back."""
        wide = self.size.width >= _WIDE
        self.set_class(self._panel.get(wide, wide), "-panel")

    def show_panel(self, state: PanelState) -> None:
        """In the panel and in the line of classes, whichever can be seen."""
        self.query_one(LabelPanel).show(state)
        self.query_one(ClassStrip).show(state)

    def toggle_panel(self) -> None:
        self._panel[self.size.width >= _WIDE] = not self.has_class("-panel")
        self._place_panel()

    def compose_body(self) -> ComposeResult:
        with Horizontal(classes="body"):
            with Vertical(classes="stage"):
                yield Canvas()
                yield Static("Opening…", id="notice")
            with Vertical(classes="side"):
                yield LabelPanel()
                yield Overview()
        yield ClassStrip()
        yield PromptLine("", id="prompt")

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """After a dialog, say: whatever stood over the canvas is painted over, too."""
        if repaint and not regions:
            for canvas in self.query(Canvas):
                canvas.forget()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    # Telling

    def say(self, text: str) -> None:
        """Instead of what to do next, until the next key."""
        self._message = text
        self.draw_prompt()

    def draw_prompt(self) -> None:
        room = max(20, self.size.width - 2)
        text = safe_text(self._message, room) if self._message else whole_parts(safe_text(self.prompt()), room)
        self.query_one(PromptLine).show(text)

    def show_notice(self, text: str) -> None:
        """Instead of the canvas: why there is nothing to look at."""
        lines = [safe_text(line, 200) for line in text.split("\n")]
        self.query_one("#notice", Static).update(Content("\n".join(lines)))
        self.set_class(True, "-notice")
        self._message = ""
        self.query_one(PromptLine).show("")

    def hide_notice(self) -> None:
        self.empty_queue.close()
        self.set_class(False, "-notice")

    def offer(self, actions: tuple[Action, ...], is_done: bool = False) -> None:
        """In the last line and the panel: what can be done instead of labeling."""
        self.empty_queue.offer(actions, is_done)
        self.query_one(KeyBar).show(actions)
