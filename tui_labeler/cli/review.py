"""`tui-labeler review`: opens the app at the review of a project."""

from __future__ import annotations

import click

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.opening import open_app
from tui_labeler.cli.session import workspace


@click.command(name="review")
@click.argument("name", shell_complete=complete_project)
@click.pass_context
def command(ctx: click.Context, name: str) -> None:
    """Look over what others labeled in NAME, in the app, the most doubtful first."""
    workspace(ctx).projects.status(name)  # a wrong name is told here, before the screen is taken
    open_app(ctx, "review", name)
