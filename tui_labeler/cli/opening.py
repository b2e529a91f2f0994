"""From the command line into the app."""

from __future__ import annotations

import os
import sys

import click

from tui_labeler.cli.output import can_move_cursor
from tui_labeler.cli.session import session, workspace
from tui_labeler.model.errors import BadInput
from tui_labeler.model.text import safe_text
from tui_labeler.terminal import graphics
from tui_labeler.terminal.depth import is_worth_asking
from tui_labeler.terminal.probe import Conversation
from tui_labeler.workspace import Workspace


def open_app(ctx: click.Context, start: str = "projects", project: str = "") -> None:
    """Opens the app on the workspace of this run. Raises BadInput where there is no terminal to open it in."""
    open_workspace(ctx, workspace(ctx), start, project)


def open_workspace(ctx: click.Context, opened: Workspace, start: str = "projects", project: str = "") -> None:
    """Opens the app on `opened`, and ends with its exit code."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise BadInput("The app needs a terminal.", "In a script, use a command: see tui-labeler --help.")
    if not can_move_cursor():
        name = safe_text(os.environ.get("TERM") or "unknown", 40)
        mend = "Use another one; if this one can after all: TERM=xterm-256color tui-labeler. Commands work: see --help."
        raise BadInput(f"A terminal that is called “{name}” (TERM) cannot show the app.", mend)
    # Read when Textual is imported: how long a frame waits for the one before it. Two keys in one frame's time are answered
    # in 14 ms instead of 23, for the same bytes at a keyboard's speed; where nothing changes, its clock stands.
    os.environ.setdefault("TEXTUAL_FPS", "120")
    # Colours are written by the app's own filter, which can change them while it runs: Textual is to leave them alone.
    os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"
    run = session(ctx)
    color = run.color
    pixels = graphics.is_worth_asking(os.environ, run.settings.get("graphics").value)
    with Conversation(pixels or is_worth_asking(os.environ, color)) as conversation:
        # The terminal answers while this is imported.
        from tui_labeler.tui.launch import run_app

        code = run_app(opened, run.settings, run.places, conversation, color, start, project)
    ctx.exit(code)
