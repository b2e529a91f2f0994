"""What labeling one image and labeling a sheet have in common: keys, dialogs, and a way out that loses nothing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from typing import ClassVar

import msgspec
from textual import events, on
from textual.binding import BindingType
from textual.content import Content

from tui_labeler.imaging.colours import use_colour_numbers
from tui_labeler.labeling.keys import Command
from tui_labeler.model.classlist import ClassList
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.tasks import ProjectState, Status
from tui_labeler.tui import labelkeys
from tui_labeler.tui.actions import Action
from tui_labeler.tui.flows.unsaved import may_leave, write_aside
from tui_labeler.tui.screens.labelbody import LabelingBody
from tui_labeler.tui.session_worker import DiskThread
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.tui.workers import work

# Seconds between two looks at what others have done.
_FOLLOW = 1.0
# So many classes are told when they have changed.
_TOLD_CLASSES = 9
# Keys that mean the same on every screen.
_APPS_OWN = frozenset({"ctrl+q", "ctrl+p", "ctrl+c", "ctrl+z", "ctrl+l", "exclamation_mark"})


def layout_key(project: str) -> str:
    """Under which the workspace remembers how many images stand beside each other."""
    return f"layout:{project}"


class LabelingScreen(LabelingBody):
    """Keys go to whatever holds the drafts."""

    ACTIONS: ClassVar[tuple[Action, ...]] = labelkeys.footer(None)
    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = "Canvas"
    LEADS_ANYWHERE = False

    def __init__(self, project: str) -> None:
        super().__init__(project)
        self._spec = ProjectSpec()
        self._class_list: ClassList | None = None  # of the image that opened last
        self._pending = 0
        self._mark: Hashable | None = None

    def crumbs(self) -> tuple[str, ...]:
        return ("Projects", self.project, "Label")

    def note(self) -> Content | str:
        words = "tasks left in the project" if self.size.width >= 130 else "left"
        unsafe = ("● not saved yet", "bold $text-error") if self.disk.unsaved else ""
        line = (f"● {self.line_words()}", "bold $text-warning") if self.line_words() else ""
        parts = [part for part in (line, unsafe, *self.standing(), f"{self._pending:,} {words}") if part]
        between: list[str | tuple[str, str]] = []
        for part in parts:
            between += ["  ", part] if between else [part]
        return Content.assemble(*between)

    def line_words(self) -> str:
        """How the line to a server stands, where it is not whole."""
        return ""

    def standing(self) -> tuple[str | tuple[str, str], ...]:
        """Where what is open stands, for the first line."""
        return ()

    def on_mount(self) -> None:
        self.set_interval(_FOLLOW, self._follow)

    # Classes that an owner changes meanwhile

    def renew_classes(self, now: ClassList) -> None:
        """What opens next has these classes. Keys that were typed for others are dropped, and the labeler is told."""
        before, self._class_list = self._class_list, now
        if before == now:
            return
        self._spec = msgspec.structs.replace(self._spec, classes=now.classes)
        use_colour_numbers(now.classes.colour_numbers)
        became = now.since(before.edit, before.classes.names) if before is not None else {}
        self.use_classes(now.classes.names, became)
        if before is not None and not now.keys_as_in(before):
            self.unforeseen()
            names = now.classes.names
            listed = ", ".join(f"{number} {name}" for number, name in enumerate(names[:_TOLD_CLASSES], 1))
            more = " …" if len(names) > _TOLD_CLASSES else ""
            self.tell(f"The label classes have changed: {listed}{more}")

    @abstractmethod
    def use_classes(self, names: tuple[str, ...], became: Mapping[str, str]) -> None:
        """Before something else opens; `became` says what became of the names of those before."""

    # What the screen has to know

    @property
    @abstractmethod
    def names(self) -> tuple[str, ...]:
        """The classes."""

    @property
    @abstractmethod
    def keymap(self) -> dict[str, Command]:
        """key -> command."""

    @abstractmethod
    async def press(self, key: str) -> None:
        """One key."""

    @abstractmethod
    async def command(self, name: str) -> None:
        """A command by its name, whatever keys mean now."""

    @abstractmethod
    async def choose(self, class_index: int) -> None:
        """A class, by its index in the list."""

    # Keys and clicks

    async def on_key(self, event: events.Key) -> None:
        if event.key in _APPS_OWN and event.key not in self.keymap:
            return
        event.stop()
        event.prevent_default()
        await self.press(event.key)

    def takes(self, key: str) -> bool:
        """Whether a tool takes this key for something else than its command now."""
        return False

    def palette_actions(self) -> tuple[Action, ...]:
        return labelkeys.help_rows(self.keymap, self.takes, self._spec.details.type)

    async def perform(self, action: Action) -> None:
        """A click in the last line, or the palette."""
        await self._do_row(action.name)

    @on(LabelPanel.Commanded)
    async def _commanded(self, event: LabelPanel.Commanded) -> None:
        await self._do_row(event.command)
        self.query_one(Canvas).focus()

    async def _do_row(self, name: str) -> None:
        await (self.press(name) if name in labelkeys.PRESSED else self.command(name))

    # Where there is no image

    def do_offer(self, name: str) -> bool:
        """Whether `name` was one of those that lead on from an empty queue."""
        return self.empty_queue.begin(self, self, name)

    @abstractmethod
    def go_on(self) -> None:
        """Opens what the queue has now."""

    @abstractmethod
    def review(self, paths: tuple[str, ...]) -> None:
        """Opens tasks that are not in the queue, one after the other."""

    @abstractmethod
    def show_done(self, status: Status) -> None:
        """There is no task to be had: why, and what can be done now."""

    # What others do

    def _follow(self) -> None:
        """Asks one cheap question: whether anyone has written since."""
        mark = self.change_mark()
        if mark is not None and mark != self._mark and self.is_current and not self.is_opening:
            self._mark = mark
            self._recount()

    @work(exclusive=True, group="pending")
    async def _recount(self) -> None:
        status = await self.ask(self.workspace.projects.status, self.project)
        if status is not None and self.is_attached:
            self.tell_pending(status)
            if self.empty_queue.is_done and not self.is_opening:
                is_started = self.empty_queue.is_paused and status.status is ProjectState.RUNNING
                self.empty_queue.is_paused = status.status is ProjectState.PAUSED
                if is_started and status.incomplete + status.stale:
                    self.go_on()
                else:
                    self.show_done(status)

    # Leaving

    @property
    @abstractmethod
    def disk(self) -> DiskThread:
        """Where drafts go."""

    def saving(self) -> None:
        """Something became safe, or could not be saved; called in the disk's thread."""
        with suppress(RuntimeError):  # the app has ended
            self.app.call_later(self.refresh_crumbs)

    def leave(self) -> None:
        """Leaves as soon as nothing is lost by it."""
        if not self.holds_back(self.dismiss):
            self.dismiss()

    def holds_back(self, leave: Callable[[], object]) -> bool:
        if not self.disk.unsaved:
            return False
        self._leave_when_saved(leave)
        return True

    @work(exclusive=True, group="leaving")
    async def _leave_when_saved(self, leave: Callable[[], object]) -> None:
        if await may_leave(self, self.disk, self.project):
            leave()

    def save_now(self) -> None:
        """Called when the app is ended from outside: what the workspace does not take goes into files."""
        write_aside(self, self.disk, self.project)

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
        self.leave()

    def unforeseen(self) -> None:
        """What was typed before this could be seen was meant for something else."""
        self.services.drop_input()

    # Dialogs

    def open_dialog(self, command: str) -> bool:
        """Whether `command` was one of those that open something over the screen."""
        if command == "help":
            from tui_labeler.tui.screens.help import HelpScreen

            self.app.push_screen(HelpScreen(self.HELP_TEXT, self.palette_actions(), self.disabled_reason))
        elif command == "instructions":
            from tui_labeler.tui.screens.reading import InstructionsScreen

            self.app.push_screen(InstructionsScreen(self._spec.instructions))
        elif command == "find_class":
            from tui_labeler.tui.screens.findclass import FindClass

            self.app.push_screen(FindClass(self.names), self._class_found)
        elif command == "panel":
            self.toggle_panel()
        else:
            return False
        return True

    async def _class_found(self, class_index: int | None) -> None:
        if class_index is not None:
            await self.choose(class_index)

    def tell_pending(self, status: Status) -> None:
        pending = status.incomplete + status.stale
        if pending != self._pending:
            self._pending = pending
            self.refresh_crumbs()
