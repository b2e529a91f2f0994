"""The application: its workspace, its themes, and which screen comes first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.events import Event
from textual.screen import Screen
from textual.theme import Theme

from tui_labeler import patience
from tui_labeler.imaging.colours import use_inks
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import ProjectState
from tui_labeler.model.text import safe_text
from tui_labeler.places import Places
from tui_labeler.settings import Settings
from tui_labeler.tui import theming
from tui_labeler.tui.classcolours import class_variables
from tui_labeler.tui.clipboard import Sent, keep_in_file, send_to_clipboard
from tui_labeler.tui.flows.unsent import tell_unsent
from tui_labeler.tui.inputqueue import InputQueue, Waiting, told
from tui_labeler.tui.paletteapp import PaletteApp
from tui_labeler.tui.routes import ScreenRoutes
from tui_labeler.tui.services import Routes, SavesAtEnd, SaysInPlace
from tui_labeler.tui.workers import work
from tui_labeler.workspace import Workspace

R = TypeVar("R")
_REFRESH_LOOK = 15.0
# Each may be stuck for as long as a datastore may be silent.
_THREADS = 64
# How long a stop of the process waits for its own writes.
_WRITTEN_SECONDS = 2.0


class LabelerApp(PaletteApp):
    """tui-labeler on one workspace. `start` is "projects", "label" or "review" (with `project`)."""

    TITLE = "tui-labeler"
    ENABLE_COMMAND_PALETTE = True
    CSS_PATH = Path(__file__).with_name("app.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True),
        Binding("ctrl+l,exclamation_mark", "messages", "Messages", show=False),
    ]

    def __init__(
        self,
        workspace: Workspace,
        settings: Settings,
        places: Places,
        start: str = "projects",
        project: str = "",
        **terminal: Any,
    ) -> None:
        """`terminal`: what is known of it (see DepthApp and GraphicsApp)."""
        self._theme_files: dict[str, theming.ThemeFile] = {}
        super().__init__(**terminal)
        self.workspace = workspace
        self.settings = settings
        self.places = places
        self.routes: Routes = ScreenRoutes(self)
        self.labeler = workspace.team.person or settings.get("labeler").value
        self.failure: BaseException | None = None
        self._refresh_said = ""
        # Whether toasts tell of something that failed; they go before the next thing is done.
        self.failures_shown = False
        # Before anything is drawn: a theme that comes later costs another reading of every stylesheet.
        self._theme_problems = self._load_themes()
        self._start, self._project = start, project
        self._events: asyncio.AbstractEventLoop | None = None
        self.input = InputQueue(self, super().on_event, self.tell_dropped)

    def get_default_screen(self) -> Screen[Any]:
        """The list of projects is what everything else stands on."""
        from tui_labeler.tui.screens.projects import ProjectsScreen

        return self._with_styles(ProjectsScreen())

    def push_screen(self, screen: Any, *args: Any, **kwargs: Any) -> Any:
        return super().push_screen(self._with_styles(screen), *args, **kwargs)

    def switch_screen(self, screen: Any) -> Any:
        return super().switch_screen(self._with_styles(screen))

    def _with_styles(self, screen: Screen[R]) -> Screen[R]:
        """Reads the styles that the screen has beside it. Left to Textual, a screen that comes with new ones costs another
        parsing of every style known so far, and of every widget that is there: 30 to 110 ms."""
        if self.css_monitor is not None:
            self.css_monitor.add_paths(screen.css_path)
        for path in screen.css_path:
            if not self.stylesheet.has_source(str(path)):
                self.stylesheet.add_source(path.read_text("utf-8"), read_from=(str(path), ""))
        return screen

    async def on_mount(self) -> None:
        if self._theme_problems:
            text = "\n".join(safe_text(problem, 300) for problem in self._theme_problems[:4])
            self.notify(text, severity="warning", markup=False)
        self._events = asyncio.get_running_loop()
        # A thread that is stuck in a read does not keep the app from ending.
        patience.begin()
        self._events.set_default_executor(patience.DaemonThreads(_THREADS))
        for number in (signal.SIGHUP, signal.SIGTERM):
            # Not every host of an event loop can take signals (the test runner's threads cannot).
            with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
                self._events.add_signal_handler(number, self._hang_up, number)
        self.run_worker(self.tell_depth_once(self._is_news), group="depth")
        if self._start == "label":
            from tui_labeler.tui.screens.label import LabelScreen

            await self.push_screen(LabelScreen(self._project))
        elif self._start == "review":
            self.routes.review(self._project)
        self.set_interval(_REFRESH_LOOK, self._refresh_due)
        self.call_after_refresh(self.ready_for_keys.set)
        self._clean_up()
        warn = partial(self.notify, severity="warning", markup=False, timeout=20)
        self.run_worker(tell_unsent(self, self._start != "label", warn), group="unsent")

    @work(exclusive=True, group="cleaning")
    async def _clean_up(self) -> None:
        await asyncio.to_thread(self.workspace.clean_up)

    def _is_news(self, text: str) -> bool:
        """Whether this was never told in this workspace; it is now. May be called from any thread."""
        key = "told:colours"
        if self._start == "label" or self.workspace.memory.recall(key) == text:
            return False
        with contextlib.suppress(
            LabelerError
        ):  # a workspace that cannot be written to is looked at: told again next time
            self.workspace.memory.remember(key, text)
        return True

    def action_help_quit(self) -> None:
        """Ctrl+C, which many press to leave; where text is selected it copies."""
        whole = "Esc leads out of a screen, Ctrl+Q out of the app. Nothing is lost."
        self.notify_briefly(whole, "Esc leads out, Ctrl+Q out of the app.")

    async def action_quit(self) -> None:
        """Leaves, unless a screen has something that is not on the disk yet: then it asks."""
        for screen in self.screen_stack:
            if isinstance(screen, Waiting) and screen.holds_back(self.exit):
                return
        self.exit()

    async def on_event(self, event: Event) -> None:
        """A person's keys and clicks go through one queue; everything else as ever."""
        await (self.input.take(event) if self.input.takes(event) else super().on_event(event))

    def tell_dropped(self, keys: Sequence[Event]) -> None:
        """Keys (or pastes) that were meant for what did not come."""
        self.notify(told(len(keys)), severity="warning", markup=False)

    @property
    def keys_wait(self) -> bool:
        """Whether more was typed than was handled so far."""
        return self.input.has_more

    def drop_input(self) -> None:
        """What was typed before this moment's surprise was meant for something else: it is dropped, and that is told."""
        self.input.drop()

    def hang_up(self) -> None:
        """The terminal is gone; may be called from any thread."""
        if self._events is not None and not self._events.is_closed():
            self._events.call_soon_threadsafe(self._hang_up, signal.SIGHUP)

    def exit(self, *args: Any, **kwargs: Any) -> None:
        """Whoever waits for a datastore that does not answer waits no longer."""
        patience.give_up()
        super().exit(*args, **kwargs)

    def action_suspend_process(self) -> None:
        """Stopped in the middle of a write, it would keep all others from writing until it goes on."""
        with self.workspace.pause_writes(_WRITTEN_SECONDS):
            super().action_suspend_process()

    async def on_unmount(self) -> None:
        self.workspace.azure.stop()

    def _hang_up(self, number: signal.Signals) -> None:
        """The line broke or someone ended us: what was typed a moment ago is saved at once, then the door closes."""
        for screen in self.screen_stack:
            if isinstance(screen, SavesAtEnd):
                screen.save_now()
        self.exit(return_code=128 + int(number))

    # Themes

    def _load_themes(self) -> list[str]:
        """Makes the themes known and takes the chosen one; what is wrong with any of them."""
        themes, problems = theming.load_themes(self.places.themes)
        self._theme_files = {theme.name: theme for theme in themes}
        self.take_looks()
        wanted = self.settings.get("theme").value
        known = {theme.name for theme in themes}
        if wanted not in known:
            problems.append(f"There is no theme “{wanted}”; there are: {', '.join(sorted(known))}.")
            wanted = "dark"
        self.own_themes = [theme.name for theme in themes]
        self.theme = wanted
        return problems

    def take_looks(self) -> None:
        """Each theme as it is for as many colours as are drawn now."""
        for theme_file in self._theme_files.values():
            self.register_theme(theme_file.looks[self.depth.colours].theme)

    def _take_inks(self, theme: Theme) -> None:
        if theme_file := self._theme_files.get(theme.name):
            use_inks(theme_file.looks[self.depth.colours].inks)

    def get_css_variables(self) -> dict[str, str]:
        """Asked for whenever a theme is taken, before anything is drawn with it: then its inks are in force, too."""
        self._take_inks(self.current_theme)
        return super().get_css_variables()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The colours of classes under names, beside those that Textual knows."""
        return super().get_theme_variable_defaults() | class_variables()

    # Clipboard

    def send(self, text: str, what: str) -> None:
        """Puts `text` on the clipboard of the person's terminal, and into a file; says what was done."""
        way = send_to_clipboard(text, self.write_to_terminal, os.environ)
        file: Path | None = None
        with contextlib.suppress(OSError):
            file = keep_in_file(text, self.places.state)
        sent = Sent(text, way, file)
        whole = safe_text(f"{what}: {sent.words}")
        if isinstance(self.screen, SaysInPlace) and self.screen.say_sent(sent):
            self.remember_told(whole)
        else:
            self.notify_briefly(whole, safe_text(f"{what}: {sent.brief}"))

    def copy_to_clipboard(self, text: str) -> None:
        """What a person selects with the mouse, or copies from a field, takes the same way."""
        super().copy_to_clipboard(text)
        self.send(text, "Selection")

    # Incremental refresh, at each project's interval while the app runs

    @work(exclusive=True, group="refresh")
    async def _refresh_due(self) -> None:
        try:
            for project in await asyncio.to_thread(self.workspace.projects.summaries):
                if project.status is ProjectState.RUNNING:
                    result = await asyncio.to_thread(self.workspace.projects.refresh_due, project.name)
                    if result and (result.added or result.changed or result.missing):
                        text = f"{project.name}: {result.added} new, {result.changed} changed, {result.missing} missing"
                        self.notify(safe_text(text), title="Refreshed", markup=False)
            self._refresh_said = ""
        except LabelerError as error:
            if (text := safe_text(error, 300)) != self._refresh_said:  # a datastore out of reach is told once
                self._refresh_said = text
                self.notify(text, title="Refresh", severity="warning", markup=False)

    # The end

    def input_failed(self, error: Exception) -> None:
        """No key would lead out: the app ends, and says why."""
        self.failure = error
        if self._events is not None and not self._events.is_closed():
            self._events.call_soon_threadsafe(partial(self.exit, return_code=1))

    def bell(self) -> None:
        """Textual rings while it handles the exception that ends the app, and afterwards shows a traceback with all
        local values, secrets among them. This is the one public place to learn which exception it is."""
        if (error := sys.exc_info()[1]) is not None and self.return_code:
            self.failure = error
        super().bell()
