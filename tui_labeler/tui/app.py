"""The application: its workspace, its themes, and which screen comes first."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import ProjectState
from tui_labeler.model.text import safe_text
from tui_labeler.places import Places
from tui_labeler.settings import Settings
from tui_labeler.tui import theming
from tui_labeler.tui.clipboard import keep_in_file, send_to_clipboard
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.workspace import Workspace

_REFRESH_LOOK = 15.0


class LabelerApp(App[None]):
    """tui-labeler on one workspace. `start` is "projects" or "label" (with `project`)."""

    TITLE = "tui-labeler"
    ENABLE_COMMAND_PALETTE = True
    # Toasts stand at the top: at the bottom they would cover the buttons that one is about to press.
    CSS = """
    ToastRack { dock: top; align: right top; margin: 1 0 0 0; }
    Toast { max-width: 76; width: auto; padding: 0 1; margin-bottom: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", "Quit", show=False, priority=True)]

    def __init__(
        self, workspace: Workspace, settings: Settings, places: Places, start: str = "projects", project: str = ""
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self.settings = settings
        self.places = places
        self.labeler = settings.get("labeler").value
        self.failure: BaseException | None = None
        self._start, self._project = start, project

    async def on_mount(self) -> None:
        self._load_themes()
        for number in (signal.SIGHUP, signal.SIGTERM):
            # Not every host of an event loop can take signals (the test runner's threads cannot).
            with contextlib.suppress(ValueError, RuntimeError, NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, self._hang_up, number)
        from tui_labeler.tui.screens.projects import ProjectsScreen

        await self.push_screen(ProjectsScreen())
        if self._start == "label":
            from tui_labeler.tui.screens.label import LabelScreen

            await self.push_screen(LabelScreen(self._project))
        self.set_interval(_REFRESH_LOOK, self._refresh_due)

    def _hang_up(self, number: signal.Signals) -> None:
        """The line broke or someone ended us: everything is saved as it is typed, so there is only the door to close."""
        self.exit(return_code=128 + int(number))

    # Themes

    def _load_themes(self) -> None:
        themes, problems = theming.load_themes(self.places.themes)
        for theme in themes:
            self.register_theme(theme)
        wanted = self.settings.get("theme").value
        known = {theme.name for theme in themes}
        if wanted not in known:
            problems.append(f"There is no theme “{wanted}”; there are: {', '.join(sorted(known))}.")
            wanted = "dark"
        self.own_themes = [theme.name for theme in themes]
        self.theme = wanted
        if problems:
            self.notify(safe_text("\n".join(problems), 600).replace("␊", "\n"), severity="warning", markup=False)

    def action_choose_theme(self) -> None:
        from tui_labeler.tui.screens.themes import ThemesScreen

        self.push_screen(ThemesScreen())

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette: what the screen can do, then what the app can."""
        if isinstance(screen, LabelerScreen):
            for action in screen.ACTIONS:
                if not screen.disabled_reason(action.name):
                    run = screen.action_perform
                    yield SystemCommand(action.title, action.help, lambda name=action.name, run=run: run(name))
        yield SystemCommand("Theme", "Choose the colours, and see them at once", self.action_choose_theme)
        yield SystemCommand("Quit", "Leave tui-labeler; everything is saved", self.action_quit)

    # Clipboard

    def send(self, text: str, what: str) -> None:
        """Puts `text` on the clipboard of the person's terminal, and into a file; says what was done."""

        def write(sequence: str) -> None:
            sys.__stdout__.write(sequence) if sys.__stdout__ else None
            if sys.__stdout__:
                sys.__stdout__.flush()

        said = send_to_clipboard(text, write, os.environ)
        try:
            path = keep_in_file(text, self.places.state)
            said += f"; also in {path}"
        except OSError:
            said += "; it could not be written to a file"
        self.notify(safe_text(f"{what}: {said}"), markup=False)

    # Incremental refresh, at each project's interval while the app runs

    @work(exclusive=True, group="refresh")
    async def _refresh_due(self) -> None:
        try:
            for project in await asyncio.to_thread(self.workspace.projects):
                if project.status is ProjectState.RUNNING:
                    found = await asyncio.to_thread(self.workspace.refresh_due, project.name)
                    if found and (found.added or found.changed or found.missing):
                        text = f"{project.name}: {found.added} new, {found.changed} changed, {found.missing} missing"
                        self.notify(safe_text(text), title="Refreshed", markup=False)
        except LabelerError as error:
            self.notify(safe_text(error, 300), title="Refresh", severity="warning", markup=False)

    # The end

    def bell(self) -> None:
        """Textual rings while it handles the exception that ends the app, and afterwards shows a traceback with all
        local values, secrets among them. This is the one public place to learn which exception it is."""
        if (error := sys.exc_info()[1]) is not None and self.return_code:
            self.failure = error
        super().bell()
