"""`tui-labeler import`: labels from another tool's files."""

from __future__ import annotations

from pathlib import Path

import click

from tui_labeler.cli.output import json_option, print_json, progress, say, show
from tui_labeler.cli.session import workspace
from tui_labeler.model.errors import BadInput
from tui_labeler.model.text import plural
from tui_labeler.model.transfers import ImportChoices, ImportPreview, ImportResult, left_out_text

_SHOWN = 8


@click.command(name="import")
@click.argument("name")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--format", "format_name", default="", help="The file's format; told from the file if it is not given.")
@click.option(
    "--as",
    "landing",
    type=click.Choice(["completed", "prelabel"]),
    default="completed",
    show_default=True,
    help="Labels that count, or proposals to be reviewed.",
)
@click.option("--add-classes", is_flag=True, help="Add classes that the project does not have.")
@click.option("--map", "renamed", multiple=True, metavar="OLD=NEW", help="Take a class under another name.")
@click.option("--drop", "dropped", multiple=True, metavar="CLASS", help="Leave a class out.")
@click.option("--replace", is_flag=True, help="Also for images that have labels; those stay in the history.")
@click.option("--labeler", default="import", show_default=True, help="Whose labels they are.")
@click.option("--dry-run", is_flag=True, help="Say what would be imported, and change nothing.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    name: str,
    path: Path,
    format_name: str,
    landing: str,
    add_classes: bool,
    renamed: tuple[str, ...],
    dropped: tuple[str, ...],
    replace: bool,
    labeler: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Read labels from the file or folder PATH into the tasks of NAME: all of them, or none.

    Formats: azureml (JSON Lines, old and new), coco, csv, yolo, voc, customvision, labelme, labelstudio.
    """
    choices = ImportChoices(_renamed(renamed, dropped), add_classes, replace, landing == "prelabel", labeler)
    opened = workspace(ctx)
    with progress() as tell:
        if dry_run:
            preview = opened.exchange.preview_import(name, path, format_name, tell)
        else:
            result = opened.exchange.import_labels(name, path, format_name, choices, tell)
    if dry_run:
        print_json(_preview_document(preview)) if as_json else _show_preview(preview)
    else:
        print_json(import_document(result)) if as_json else show_import(result, landing)


def _renamed(renamed: tuple[str, ...], dropped: tuple[str, ...]) -> dict[str, str]:
    found = dict.fromkeys(dropped, "")
    for one in renamed:
        old, equals, new = one.partition("=")
        if not (old and equals and new):
            raise BadInput(f"--map: “{one[:60]}” is not OLD=NEW.", "For example: --map can=coke.")
        found[old] = new
    return found


def import_document(result: ImportResult) -> dict[str, object]:
    """The import as the contract of the command line has it."""
    return {
        "read": result.read,
        "matched": result.matched,
        "unmatched": result.unmatched_names,
        "unmatched_count": result.unmatched,
        "ambiguous": result.ambiguous_names,
        "ambiguous_count": result.ambiguous,
        "imported": result.imported,
        "labels": result.labels,
        "kept": result.kept,
        "busy": result.busy,
        "added_classes": result.added,
        "left_out": result.left_out,
        "format": result.format,
    }


def _preview_document(preview: ImportPreview) -> dict[str, object]:
    return {
        "read": preview.read,
        "matched": preview.matched,
        "unmatched": preview.unmatched_names,
        "unmatched_count": preview.unmatched,
        "ambiguous": preview.ambiguous_names,
        "ambiguous_count": preview.ambiguous,
        "labels": preview.labels,
        "classes": preview.classes,
        "unknown_classes": preview.unknown,
        "labeled": preview.labeled,
        "empty": preview.empty,
        "left_out": preview.left_out,
        "format": preview.format,
    }


def _show_preview(preview: ImportPreview) -> None:
    show(f"{preview.format}: {plural(preview.read, 'image')}, {preview.matched:,} of them tasks of the project")
    show(f"{plural(preview.labels, 'label')}; {plural(preview.empty, 'image')} with nothing on it")
    if preview.labeled:
        show(f"{plural(preview.labeled, 'task')} have labels already, and keep them unless --replace")
    for name, count in preview.classes.items():
        show(f"  {name}: {count:,}")
    for name, count in preview.unknown.items():
        show(f"  {name}: {count:,}  (unknown: --add-classes, --map or --drop)")
    _show_rest(preview.unmatched, preview.unmatched_names, preview.ambiguous, preview.ambiguous_names, preview.left_out)


def show_import(result: ImportResult, landing: str) -> None:
    what = "proposed for" if landing == "prelabel" else "imported into"
    show(f"{plural(result.labels, 'label')} {what} {plural(result.imported, 'task')} ({result.format})")
    if result.added:
        show(f"Added {plural(len(result.added), 'class', 'classes')}: {', '.join(result.added)}")
    if result.kept:
        show(f"{plural(result.kept, 'task')} had labels, and kept them")
    if result.busy:
        show(f"{plural(result.busy, 'task')} are open at someone, and were passed over")
    _show_rest(result.unmatched, result.unmatched_names, result.ambiguous, result.ambiguous_names, result.left_out)


def _show_rest(
    unmatched: int, names: tuple[str, ...], ambiguous: int, doubtful: tuple[str, ...], left_out: dict[str, int]
) -> None:
    """What was not taken, with examples, on standard error."""
    if unmatched:
        say(f"{plural(unmatched, 'image')} of no task: {_examples(names, unmatched)}")
    if ambiguous:
        say(f"{plural(ambiguous, 'image')} that could be more than one: {_examples(doubtful, ambiguous)}")
    if left_out:
        say(f"Left out: {left_out_text(left_out)}")


def _examples(names: tuple[str, ...], count: int) -> str:
    more = f" and {count - _SHOWN:,} more" if count > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
