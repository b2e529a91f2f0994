"""`tui-labeler export`: labels as a dataset."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tui_labeler.cli.output import iso, json_option, print_json, progress, say, show
from tui_labeler.cli.session import workspace
from tui_labeler.model.tasks import ExportResult
from tui_labeler.model.text import plural, size_text

# Why a task or a region is not in an export, in words.
_REASONS = {"needs_review": "in need of review", "degenerate": "boxes without extent inside the image"}


@click.command(name="export")
@click.argument("name")
@click.option("--format", "format_name", default="azureml", show_default=True, help="The dataset's format.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="The folder that gets the dataset's folder."
)
@click.option("--copy", is_flag=True, help="Send the generated name to your terminal's clipboard.")
@json_option
@click.pass_context
def command(ctx: click.Context, name: str, format_name: str, out: Path | None, copy: bool, as_json: bool) -> None:
    """Write the labels of NAME as a dataset.

    The last line of standard output is the generated dataset name.
    """
    with progress({"rows": "Writing"}) as tell:
        result = workspace(ctx).export(name, format_name, out, tell)
    if as_json:
        print_json(export_document(result))
    else:
        show_export(result)
    if copy:
        _copy(result.name)


def _copy(name: str) -> None:
    """Past a redirected standard output, to the terminal itself; without one there is no clipboard to reach."""
    from tui_labeler.tui.clipboard import send_to_clipboard

    try:
        with open("/dev/tty", "w") as terminal:

            def write(sequence: str) -> None:
                terminal.write(sequence)

            say(f"{send_to_clipboard(name, write, os.environ)}.")
    except OSError:
        say("There is no terminal whose clipboard could take the name.")


def export_document(result: ExportResult) -> dict[str, object]:
    """The export as the contract of the command line has it."""
    return {
        "name": result.name,
        "format": result.format,
        "rows": result.rows,
        "path": result.path,
        "files": result.files,
        "created": iso(result.created),
        "left_out": result.left_out,
    }


def show_export(result: ExportResult) -> None:
    """For people; the generated name stands alone on the last line."""
    show(
        f"{plural(result.rows, 'image')}, {plural(result.regions, 'label')}, {size_text(result.bytes)} in {result.path}"
    )
    if result.left_out:
        show("Left out: " + ", ".join(f"{n:,} {_REASONS.get(why, why)}" for why, n in result.left_out.items()))
    show(result.name)
