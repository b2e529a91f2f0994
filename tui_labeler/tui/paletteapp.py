"""What the command palette offers, and the keys that open it: Ctrl+P, and the colon where it is not typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.screen import Screen

from tui_labeler.model.text import safe_text
from tui_labeler.terminal.stopping import has_shell
from tui_labeler.tui.screens.base import LabelerScreen
from tui_labeler.tui.services import Routes
from tui_labeler.tui.toldapp import ToldApp


def _commands() -> type[Provider]:
    from tui_labeler.tui.palette import LabelerCommands

    return LabelerCommands


class PaletteApp(ToldApp):
    """An app whose palette knows the keys, projects and exports."""

    routes: Routes

    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "Commands", show=False, priority=True),
        Binding("colon", "command_palette", "Commands", show=False),
    ]

    def action_choose_theme(self) -> None:
        self.routes.themes()

    def action_azure(self) -> None:
        self.routes.azure()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette: what the screen can do, then what the app can."""
        if isinstance(screen, LabelerScreen):
            for action in screen.palette_actions():
                if action.name in ("choose", "move"):
                    continue  # no one command, but many
                reason = screen.disabled_reason(action.name)
                key = f"{action.key_text}  ·  " if action.key_text else ""
                text = f"{key}Not now: {safe_text(reason, 200)}" if reason else f"{key}{action.help}"
                # What cannot be done is found, too: chosen, it says why not.
                yield SystemCommand(screen.title_of(action), text, partial(screen.perform, action))
        own = {action.title for action in screen.palette_actions()} if isinstance(screen, LabelerScreen) else set()
        if "Azure ML" not in own:
            yield SystemCommand("Azure ML", "Sign in, and choose the workspace", self.action_azure)
        if "Theme" not in own:
            yield SystemCommand("Theme", "Choose the colours, and see them at once", self.action_choose_theme)
        yield SystemCommand("Messages", "All that was said, to be read whole: ! or Ctrl+L", self.action_messages)
        if has_shell():
            yield SystemCommand("Suspend", "Back to the shell; fg brings the app back", self.action_suspend_process)
        if "Quit" not in own:
            yield SystemCommand("Quit", "Leave tui-labeler; everything is saved", self.action_quit)
