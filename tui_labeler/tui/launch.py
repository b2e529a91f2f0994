"""Running the app, and what is left on the terminal when it ends."""

from __future__ import annotations

import io
import os
import sys
from functools import partial

from rich.console import Console

from tui_labeler.places import Places
from tui_labeler.settings import Settings
from tui_labeler.terminal import depth as depths
from tui_labeler.terminal import graphics
from tui_labeler.terminal.answers import Answers
from tui_labeler.terminal.consolefont import CONSOLE_GLYPHS, is_console
from tui_labeler.terminal.graphics import Graphics, window_size
from tui_labeler.terminal.probe import Conversation
from tui_labeler.terminal.screen import own_screen
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.hangup import HangUpWatch
from tui_labeler.workspace import Workspace


def run_app(
    workspace: Workspace,
    settings: Settings,
    places: Places,
    conversation: Conversation,
    color: str,
    start: str = "projects",
    project: str = "",
) -> int:
    """Runs the app until it is left; returns the exit code. A crash writes a report without secrets and names it.

    `conversation` has been begun with the terminal; `color` is the setting.
    """
    decide = partial(depths.decide, os.environ, color, tmux_features=depths.ask_tmux(os.environ))
    answers = conversation.listen()
    depth = decide(answers)
    wanted, glyphs = settings.get("graphics").value, settings.get("glyphs").value

    def decide_graphics(answers: Answers) -> Graphics:
        return graphics.decide(os.environ, wanted, glyphs, answers, window_size())

    app = LabelerApp(
        workspace,
        settings,
        places,
        start,
        project,
        depth=depth,
        late=conversation.late(),
        can_be_asked=conversation.asked,
        decide=decide,
        graphics=decide_graphics(answers),
        decide_graphics=decide_graphics,
    )
    if is_console(os.environ):
        app.use_glyphs(CONSOLE_GLYPHS)
    # Textual's own traceback shows local values; ours is the report.
    app.error_console = Console(file=io.StringIO())
    # Long work runs in threads beside the app: they give way to a key within a millisecond, not within Python's five.
    sys.setswitchinterval(0.001)
    watch = HangUpWatch(app.hang_up)
    watch.start()
    try:
        with own_screen():
            app.run()
    finally:
        watch.stop()
    if app.failure is None:
        return app.return_code or 0
    from tui_labeler.reports import write_report

    path = write_report(places.reports, app.failure)
    where = f"A report without names or secrets is in {path}." if path else "No report could be written."
    print(f"Error: Something unforeseen went wrong ({type(app.failure).__name__}).\n{where}", file=sys.stderr)  # noqa: T201
    print("Everything that was labeled is saved.", file=sys.stderr)  # noqa: T201
    return 1
