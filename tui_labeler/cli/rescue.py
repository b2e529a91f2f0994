"""`tui-labeler azure rescue`: what the retired labeling service left, and getting it here."""

from __future__ import annotations

from pathlib import Path

import click

from tui_labeler.cli.output import json_option, print_json, progress, say, show, table
from tui_labeler.cli.session import session, workspace
from tui_labeler.model.text import plural, size_text

_WORDS = {
    "azure": "Asking Azure",
    "library": "Loading Microsoft's azure-ai-ml (a few seconds)",
    "listing": "Files found",
    "files": "Files copied",
}


@click.group(name="rescue")
def command() -> None:
    """Labels that the retired service left in the workspace: list them, and copy them here to import."""


@command.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List exports under Labeling/export of the default datastore, and labeled data assets."""
    with progress(_WORDS) as tell:
        found = workspace(ctx).cloud.leftovers(tell)
    if as_json:
        print_json(found)
    elif found:
        rows = [(one.name, one.kind, one.files or "", size_text(one.bytes) if one.bytes else "") for one in found]
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
    folder = (to or _folder(ctx, name)).expanduser().absolute()
    with progress(_WORDS) as tell:
        names = workspace(ctx).cloud.fetch(name, folder, tell)
    if as_json:
        print_json({"name": name, "path": str(folder), "files": names})
    else:
        show(f"{plural(len(names), 'file')} of {name}:")
        show(str(folder))


def _folder(ctx: click.Context, name: str) -> Path:
    safe = "".join(char if char.isalnum() or char in "-_." else "_" for char in name).strip("._") or "rescued"
    return Path(session(ctx).settings.get("exports").value) / "rescued" / safe
