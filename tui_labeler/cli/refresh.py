"""`tui-labeler refresh`: what changed in the datastore."""

from __future__ import annotations

import click

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.dataset import tell_passed_over
from tui_labeler.cli.output import json_option, print_json, progress, show
from tui_labeler.cli.session import workspace
from tui_labeler.model.text import plural


@click.command(name="refresh")
@click.argument("name", shell_complete=complete_project)
@click.option("--allow-missing", is_flag=True, help="Believe it where most images are gone at once.")
@json_option
@click.pass_context
def command(ctx: click.Context, name: str, allow_missing: bool, as_json: bool) -> None:
    """Look for new, changed and vanished images of NAME now."""
    with progress() as tell:
        result = workspace(ctx).projects.refresh(name, tell, allow_missing)
    if as_json:
        print_json({"added": result.added, "changed": result.changed, "missing": result.missing, "total": result.total})
        return
    show(
        f"{result.added:,} added, {result.changed:,} changed, {result.missing:,} missing; "
        f"{plural(result.total, 'image')} in all."
    )
    tell_passed_over(result.others, result.other_examples, result.unusable, result.unusable_examples)
