"""`tui-labeler azure rescue`: what the retired labeling service left, and getting it here."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tui_labeler.cli.imports import add_classes_option, import_document, landing_option, show_import
from tui_labeler.cli.output import json_option, print_json, progress, say, show, table
from tui_labeler.cli.session import session, workspace
from tui_labeler.model.text import plural, size_text
from tui_labeler.model.transfers import ImportChoices


@click.group(name="rescue")
def command() -> None:
    """Labels that the retired service left in the workspace: list them, and copy them here to import."""


@command.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List exports under Labeling/export of the default datastore, and labeled data assets."""
    with progress() as tell:
        leftovers = workspace(ctx).azure.leftovers.list(tell)
    if as_json:
        print_json(leftovers)
    elif leftovers:
        rows = [
            (leftover.name, leftover.kind, leftover.files or "", size_text(leftover.bytes) if leftover.bytes else "")
            for leftover in leftovers
        ]
        table(("NAME", "KIND", "FILES", "SIZE"), rows)
    else:
        say("Nothing that holds labels is left in the workspace.")


@command.command()
@click.argument("name")
@click.option("--to", type=click.Path(path_type=Path), metavar="DIR", help="Where to; without it beside the exports.")
@json_option
@click.pass_context
def get(ctx: click.Context, name: str, to: Path | None, as_json: bool) -> None:
    """Copy the leftover NAME (as `rescue list` names it, or a data asset) into a folder.

    The last line of standard output is that folder: what `tui-labeler import PROJECT FOLDER` takes.
    """
    folder = Path(os.path.expanduser(to or _folder(ctx, name))).absolute()
    with progress() as tell:
        names = workspace(ctx).azure.leftovers.fetch(name, folder, tell)
    if as_json:
        print_json({"name": name, "path": str(folder), "files": names})
    else:
        show(f"{plural(len(names), 'file')} of {name}:")
        show(str(folder))


@command.command(name="import")
@click.argument("name")
@click.argument("project")
@add_classes_option
@landing_option
@json_option
@click.pass_context
def import_(ctx: click.Context, name: str, project: str, add_classes: bool, landing: str, as_json: bool) -> None:
    """Fetch the leftover NAME, and import its labels into PROJECT: all of them, or none.

    `rescue get` and then `tui-labeler import` do the same in two steps, with more choices.
    """
    opened = workspace(ctx)
    folder = Path(os.path.expanduser(_folder(ctx, name))).absolute()
    choices = ImportChoices(add=add_classes, prelabel=landing == "prelabel")
    with progress() as tell:
        opened.projects.specification(project)  # before anything is fetched
        opened.azure.leftovers.fetch(name, folder, tell)
        result = opened.exchange.import_labels(project, folder, choices=choices, progress=tell)
    if as_json:
        print_json(import_document(result) | {"path": str(folder)})
    else:
        show_import(result, landing)


def _folder(ctx: click.Context, name: str) -> Path:
    safe = "".join(char if char.isalnum() or char in "-_." else "_" for char in name).strip("._") or "rescued"
    return Path(session(ctx).settings.get("exports").value) / "rescued" / safe
