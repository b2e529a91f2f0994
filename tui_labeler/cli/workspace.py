"""`tui-labeler workspace`: a workspace as a whole."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tui_labeler.cli.output import json_option, print_json, progress, show
from tui_labeler.cli.session import session, workspace
from tui_labeler.model.text import plural
from tui_labeler.places import workspace_address


@click.group(name="workspace")
def command() -> None:
    """The workspace itself: init, show, check, backup, move."""


@command.command()
@json_option
@click.pass_context
def init(ctx: click.Context, as_json: bool) -> None:
    """Make the workspace where there is none; on PostgreSQL with its roles, and you as their first owner."""
    opened = workspace(ctx)
    has_roles = opened.team.make()
    if as_json:
        print_json({"address": opened.upkeep.address, "roles": has_roles, "person": opened.team.person})
    elif has_roles:
        show(f"{opened.upkeep.address} is ready; {opened.team.person} is an owner. Next: tui-labeler team add NAME.")
    else:
        show(f"{opened.upkeep.address} is ready. A file has no roles: whoever can open it may do everything.")


@command.command(name="show")
@json_option
@click.pass_context
def show_(ctx: click.Context, as_json: bool) -> None:
    """Say where the workspace is, and what it holds."""
    opened = workspace(ctx)
    summaries = opened.projects.summaries()
    address, tasks = opened.upkeep.address, sum(summary.total for summary in summaries)
    if as_json:
        print_json({"address": address, "projects": len(summaries), "tasks": tasks})
    else:
        show(f"{address}: {plural(len(summaries), 'project')}, {plural(tasks, 'task')}")


@command.command()
@json_option
@click.pass_context
def check(ctx: click.Context, as_json: bool) -> None:
    """Look whether everything that the workspace holds fits together. Nothing is changed."""
    opened = workspace(ctx)
    with progress() as tell:
        problems = opened.upkeep.check(tell)
    if as_json:
        print_json({"address": opened.upkeep.address, "problems": problems})
    else:
        for problem in problems:
            show(problem)
        if not problems:
            show(f"{opened.upkeep.address}: everything fits together.")
    if problems:
        ctx.exit(1)


@command.command()
@click.argument("file")
@json_option
@click.pass_context
def backup(ctx: click.Context, file: str, as_json: bool) -> None:
    """Write all that the workspace holds now into FILE, which is a workspace itself: sqlite:///FILE."""
    path = Path(os.path.abspath(os.path.expanduser(file)))
    with progress() as tell:
        rows = workspace(ctx).upkeep.backup(path, tell)
    if as_json:
        print_json({"file": str(path), "rows": rows})
    else:
        show(f"{plural(rows, 'row')} are in {path}. To go back to it: tui-labeler workspace move sqlite:///{path} NEW")


@command.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@json_option
@click.pass_context
def move(ctx: click.Context, source: str, target: str, as_json: bool) -> None:
    """Copy everything from one workspace into a new one: sqlite:///FILE or postgresql://HOST/DATABASE.

    What was interrupted goes on where it was. FROM stays as it is.
    """
    from tui_labeler.workspace import upkeep

    places = session(ctx).places
    with progress() as tell:
        rows = upkeep.move(workspace_address(source), workspace_address(target), places.data, tell)
    if as_json:
        print_json({"from": source, "to": target, "rows": rows})
    else:
        show(f"{plural(rows, 'row')} are in {target}. From now on: tui-labeler config set workspace {target}")
