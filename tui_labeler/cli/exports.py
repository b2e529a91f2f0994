"""`tui-labeler exports`: what was exported before."""

from __future__ import annotations

import click

from tui_labeler.cli.export import export_document
from tui_labeler.cli.output import iso, json_option, print_json, say, table
from tui_labeler.cli.session import workspace


@click.command(name="exports")
@click.argument("name", required=False)
@json_option
@click.pass_context
def command(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """Earlier exports of the project NAME, or of all; newest first."""
    opened = workspace(ctx)
    found = opened.exchange.exports(name)
    if name and not found:
        opened.projects.status(name)  # a name that is no project is said to be none
    if as_json:
        print_json([export_document(one) for one in found])
    elif found:
        rows = [(one.name, one.format, one.rows, iso(one.created), one.path) for one in found]
        table(("NAME", "FORMAT", "ROWS", "CREATED", "PATH"), rows, right=frozenset({"ROWS"}))
    else:
        say("No exports yet. Make one: tui-labeler export PROJECT.")
