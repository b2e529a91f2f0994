"""What labeling one image and labeling a sheet have in common: the places of the screen, and the dialogs over it."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import Status
from tui_labeler.model.text import safe_text, whole_parts
from tui_labeler.tui import labelkeys
from tui_labeler.tui.actions import Action
from tui_labeler.tui.inputqueue import Waiting
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.tui.widgets.overview import Overview


def layout_key(project: str) -> str:
    """Under which the workspace remembers how many images stand beside each other."""
    return f"layout:{project}"


class LabelingScreen(Waiting, LabelerScreen[None]):
    """Canvas, panel, and a line that says what to do next. Keys go to whatever holds the drafts."""

    ACTIONS: ClassVar[tuple[Action, ...]] = labelkeys.footer(None)
    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = "Canvas"
    DEFAULT_CSS = """
    LabelingScreen .side { width: 26; background: $surface; }
    LabelingScreen .stage { width: 1fr; height: 1fr; }
    LabelingScreen #notice { display: none; width: 1fr; height: 1fr; content-align: center middle; padding: 0 4; }
    LabelingScreen.-notice #notice { display: block; }
    LabelingScreen.-notice Canvas { display: none; }
    LabelingScreen #prompt { height: 1; background: $surface; padding: 0 1; }
    """

    def __init__(self, project: str) -> None:
        super().__init__()
        self.project = project
        self._spec = ProjectSpec()
        self._pending = 0
        self._message = ""

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", self.project, "Label")

    def note(self) -> Content | str:
        words = "Approximate pending tasks in project" if self.size.width >= 110 else "Pending"
        return f"{words}: {self._pending:,}"

    def compose_body(self) -> ComposeResult:
        with Horizontal(classes="body"):
            with Vertical(classes="stage"):
                yield Canvas()
                yield Static("Opening…", id="notice")
            with Vertical(classes="side"):
                yield LabelPanel()
                yield Overview()
        yield Static("", id="prompt")

    # What the screen has to know

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The classes."""

    @property
    @abstractmethod
    def keymap(self) -> dict[str, str]:
        """key -> command."""

    @abstractmethod
    def prompt(self) -> str:
        """What to do next, in a few words."""

    @abstractmethod
    async def press(self, key: str) -> None:
        """One key."""

    @abstractmethod
    async def command(self, name: str) -> None:
        """A command by its name, whatever keys mean now."""

    @abstractmethod
    async def choose(self, place: int) -> None:
        """A class, by its place in the list."""

    # Keys and clicks

    async def on_key(self, event: events.Key) -> None:
        if event.key in ("ctrl+q", "ctrl+p"):
            return
        event.stop()
        event.prevent_default()
        await self.press(event.key)

    async def perform(self, action: Action) -> None:
        """A click in the last line, or the palette."""
        await self._do_row(action.name)

    @on(LabelPanel.Commanded)
    async def _commanded(self, event: LabelPanel.Commanded) -> None:
        await self._do_row(event.command)
        self.query_one(Canvas).focus()

    async def _do_row(self, name: str) -> None:
        await (self.press(name) if name in labelkeys.PRESSED else self.command(name))

    # Waiting

    @property
    def is_opening(self) -> bool:
        """Whether other images are on their way; keys wait for them, or are dropped if they do not come."""
        return not self.ready.is_set()

    def is_way_out(self, key: str) -> bool:
        return self.keymap.get(key) == "back" or key == "escape"

    def tell_waiting(self) -> None:
        self.say("Still opening… Keys wait for the image; Esc leaves.")

    def give_up(self) -> None:
        self.dismiss()

    def unforeseen(self) -> None:
        """What was typed before this could be seen was meant for something else."""
        self.services.drop_input()

    # Dialogs

    def open_dialog(self, command: str) -> bool:
        """Whether `command` was one of those that open something over the screen."""
        if command == "help":
            from tui_labeler.tui.screens.help import HelpScreen

            self.app.push_screen(HelpScreen(self.HELP_TEXT, labelkeys.help_rows(self.keymap)))
        elif command == "instructions":
            from tui_labeler.tui.screens.reading import InstructionsScreen

            self.app.push_screen(InstructionsScreen(self._spec.instructions))
        elif command == "find_class":
            from tui_labeler.tui.screens.findclass import FindClass

            self.app.push_screen(FindClass(self.names), self._class_found)
        else:
            return False
        return True

    async def _class_found(self, place: int | None) -> None:
        if place is not None:
            await self.choose(place)

    # Telling

    def say(self, text: str) -> None:
        """Instead of what to do next, until the next key."""
        self._message = text
        self.draw_prompt()

    def draw_prompt(self) -> None:
        room = max(20, self.size.width - 2)
        text = safe_text(self._message, room) if self._message else whole_parts(safe_text(self.prompt()), room)
        self._write_prompt(text)

    def _write_prompt(self, text: str) -> None:
        """Written at every key, changed or not: the screen then paints the canvas before it calls that painted."""
        self.query_one("#prompt", Static).update(Content(text), layout=False)

    def show_notice(self, text: str) -> None:
        """Instead of the canvas: why there is nothing to look at."""
        lines = [safe_text(line, 200) for line in text.split("\n")]
        self.query_one("#notice", Static).update(Content("\n".join(lines)))
        self.set_class(True, "-notice")
        self._message = ""
        self._write_prompt("")

    def hide_notice(self) -> None:
        self.set_class(False, "-notice")

    def tell_pending(self, status: Status) -> None:
        self._pending = status.incomplete + status.needs_review
        self.refresh_crumbs()
