"""`tui-labeler import`: labels from another tool's files."""

from __future__ import annotations

from pathlib import Path

import click

from tui_labeler.cli.completing import complete_project, one_of
from tui_labeler.cli.output import json_option, print_json, progress, say, show
from tui_labeler.cli.session import workspace
from tui_labeler.model.errors import BadInput, NotAllowed
from tui_labeler.model.left_out import left_out_lines, left_out_text
from tui_labeler.model.text import plural
from tui_labeler.model.transfers import (
    ImportChoices,
    ImportCounts,
    ImportPreview,
    ImportResult,
    ReadOptions,
    UndoResult,
)

_SHOWN = 8


def _readable() -> tuple[str, ...]:
    from tui_labeler.workspace.peek import readable_formats

    return readable_formats()


landing_option = click.option(
    "--as",
    "landing",
    type=click.Choice(["completed", "prelabel"]),
    default="completed",
    show_default=True,
    help="Labels that count, or proposals to be reviewed.",
)
add_classes_option = click.option("--add-classes", is_flag=True, help="Add classes that the project does not have.")


@click.command(name="import")
@click.argument("name", required=False, shell_complete=complete_project)
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option(
    "--format",
    "format_name",
    default="",
    shell_complete=one_of(_readable),
    help="The file's format; told from the file if it is not given.",
)
@landing_option
@add_classes_option
@click.option("--map", "renamed", multiple=True, metavar="OLD=NEW", help="Take a class under another name.")
@click.option("--drop", "dropped", multiple=True, metavar="CLASS", help="Leave a class out.")
@click.option("--replace", is_flag=True, help="Also for images that have labels; those stay in the history.")
@click.option("--labeler", default="import", show_default=True, help="Whose labels they are.")
@click.option("--match-doubtful", is_flag=True, help="Also take what only a doubtful step matched; see --dry-run.")
@click.option("--strict", is_flag=True, help="Refuse a file with anything wrong in it.")
@click.option(
    "--listed",
    type=click.Choice(["open", "empty"]),
    default="open",
    show_default=True,
    help="Images that the file only lists stay open, or have nothing on them.",
)
@click.option("--encoding", default="", help="Of texts that are not UTF-8: gbk, cp1252, shift_jis, …")
@click.option(
    "--rotated",
    type=click.Choice(["leave", "enclose"]),
    default="leave",
    show_default=True,
    help="Leave rotated boxes out, or take the upright box around them.",
)
@click.option(
    "--coordinates", type=click.Choice(["pixels", "shares"]), help="What the numbers are, where it is left open."
)
@click.option(
    "--corners", type=click.Choice(["edges", "pixels"]), help="Counted from 0, or from 1 as VOC does (voc, csv)."
)
@click.option("--box", type=click.Choice(["corners", "size", "center"]), help="What the four numbers of a box are.")
@click.option(
    "--values",
    type=click.Choice(["confidence", "track", "polygon", "keypoints"]),
    help="What follows a box in a line (yolo).",
)
@click.option("--column", "columns", multiple=True, metavar="WHAT=TITLE", help="Which column is image, label, … (csv).")
@click.option("--dry-run", is_flag=True, help="Say what would be imported, and change nothing.")
@click.option("--undo", type=int, metavar="ID", help="Take an earlier import back; `imports` lists them.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    name: str | None,
    path: Path | None,
    format_name: str,
    landing: str,
    add_classes: bool,
    renamed: tuple[str, ...],
    dropped: tuple[str, ...],
    replace: bool,
    labeler: str,
    match_doubtful: bool,
    strict: bool,
    listed: str,
    encoding: str,
    rotated: str,
    coordinates: str | None,
    corners: str | None,
    box: str | None,
    values: str | None,
    columns: tuple[str, ...],
    dry_run: bool,
    undo: int | None,
    as_json: bool,
) -> None:
    """Read labels from the file, folder or zip PATH into the tasks of NAME: all of them, or none.

    What cannot be taken is counted by reason; an image of which an object was left out needs review. `--undo ID` gives
    back what each image had before an import, where nobody changed it since.
    """
    if undo is not None:
        if name or path:
            raise BadInput("--undo takes the number of an import, and nothing else.", "tui-labeler imports lists them.")
        _undo(ctx, undo, as_json)
        return
    if not name or path is None:
        raise BadInput("An import needs a project and a file.", "tui-labeler import PROJECT PATH.")
    reading = ReadOptions(
        encoding, rotated, coordinates or "", corners or "", box or "", _columns(columns), values or "", strict, listed
    )
    choices = ImportChoices(
        _renamed(renamed, dropped), add_classes, replace, landing == "prelabel", labeler, match_doubtful, reading
    )
    opened = workspace(ctx)
    with progress() as tell:
        if dry_run:
            preview = opened.exchange.preview_import(name, path, format_name, tell, choices)
        else:
            result = opened.exchange.import_labels(name, path, format_name, choices, tell)
    if dry_run:
        print_json(_preview_document(preview)) if as_json else _show_preview(preview)
        return
    print_json(import_document(result)) if as_json else show_import(result, landing)
    if result.nothing_taken:
        mend = "Look at what the file holds: --dry-run."
        raise NotAllowed(f"Nothing of {path.name} was imported: {_why_nothing(result)}.", mend)


def _why_nothing(result: ImportResult) -> str:
    if not result.read:
        return "it has no labels"
    if result.unmatched == result.read:
        return "none of its images is one of the project"
    reasons = left_out_text(result.left_out)
    return f"none of its labels can be taken ({reasons})" if reasons else "none of its labels can be taken"


def _undo(ctx: click.Context, number: int, as_json: bool) -> None:
    result = workspace(ctx).exchange.undo_import(number)
    if as_json:
        print_json({"id": result.id, "restored": result.restored, "changed_since": result.changed})
    else:
        show_undo(result)


def show_undo(result: UndoResult) -> None:
    show(f"Import {result.id} taken back: {plural(result.restored, 'task')} have again what they had")
    if result.changed:
        show(f"{plural(result.changed, 'task')} changed since, or open at someone: left as they are")


def _columns(columns: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for assignment in columns:
        what, equals, title = assignment.partition("=")
        if not (what and equals and title):
            raise BadInput(f"--column: “{assignment[:60]}” is not WHAT=TITLE.", "For example: --column image=photo.")
        pairs.append((what.strip(), title))
    return tuple(pairs)


def _renamed(renamed: tuple[str, ...], dropped: tuple[str, ...]) -> dict[str, str]:
    mapping = dict.fromkeys(dropped, "")
    for assignment in renamed:
        old, equals, new = assignment.partition("=")
        if not (old and equals and new):
            raise BadInput(f"--map: “{assignment[:60]}” is not OLD=NEW.", "For example: --map can=coke.")
        mapping[old] = new
    return mapping


def import_document(result: ImportResult) -> dict[str, object]:
    """The import as the contract of the command line has it."""
    return _counts(result) | {
        "id": result.id,
        "imported": result.imported,
        "kept": result.kept,
        "busy": result.busy,
        "added_classes": result.added,
    }


def _preview_document(preview: ImportPreview) -> dict[str, object]:
    return _counts(preview) | {
        "classes": preview.classes,
        "unknown_classes": preview.unknown,
        "labeled": preview.labeled,
    }


def _counts(counts: ImportCounts) -> dict[str, object]:
    return {
        "format": counts.format,
        "detected": counts.why,
        "read": counts.read,
        "matched": counts.matched,
        "matched_by": counts.matched_by,
        "unmatched": counts.unmatched_names,
        "unmatched_count": counts.unmatched,
        "ambiguous": counts.ambiguous_names,
        "ambiguous_count": counts.ambiguous,
        "doubtful": counts.doubtful_names,
        "doubtful_count": counts.doubtful,
        "labels": counts.labels,
        "empty": counts.empty,
        "needs_review": counts.review,
        "left_out": counts.left_out,
        "places": counts.places,
    }


def _show_preview(preview: ImportPreview) -> None:
    because = f" ({preview.why})" if preview.why else ""
    show(
        f"{preview.format}{because}: {plural(preview.read, 'image')}, something for "
        f"{plural(preview.matched, 'task')} of the project"
    )
    show(f"{plural(preview.labels, 'label')}; {plural(preview.empty, 'image')} with nothing on it")
    if preview.labeled:
        show(f"{plural(preview.labeled, 'task')} have labels already, and keep them unless --replace")
    for name, count in preview.classes.items():
        show(f"  {name}: {count:,}")
    for name, count in preview.unknown.items():
        show(f"  {name}: {count:,}  (unknown: --add-classes, --map or --drop)")
    if preview.matched_by:
        show("Matched by " + ", ".join(f"{step}: {n:,}" for step, n in preview.matched_by.items()))
    _show_rest(preview)


def show_import(result: ImportResult, landing: str) -> None:
    what = "proposed for" if landing == "prelabel" else "imported into"
    show(f"{plural(result.labels, 'label')} {what} {plural(result.imported, 'task')} ({result.format})")
    if result.added:
        show(f"Added {plural(len(result.added), 'class', 'classes')}: {', '.join(result.added)}")
    if result.kept:
        show(f"{plural(result.kept, 'task')} had labels, and kept them")
    if result.busy:
        show(f"{plural(result.busy, 'task')} open at someone: passed over")
    _show_rest(result)
    if result.id:
        say(f"Take it back with: tui-labeler import --undo {result.id}")


def _show_rest(counts: ImportCounts) -> None:
    """What was not taken, with examples, on standard error."""
    if counts.review:
        say(f"{plural(counts.review, 'image')} in need of review, because something of it was left out")
    if counts.unmatched:
        say(f"{plural(counts.unmatched, 'image')} of no task: {_examples(counts.unmatched_names, counts.unmatched)}")
    if counts.ambiguous:
        shown = _examples(counts.ambiguous_names, counts.ambiguous)
        what = "that could be more than one, and were not taken (paths in the file would tell them apart)"
        say(f"{plural(counts.ambiguous, 'image')} {what}: {shown}")
    if counts.doubtful:
        shown = _examples(counts.doubtful_names, counts.doubtful)
        say(
            f"{plural(counts.doubtful, 'image')} matched doubtfully, and not taken (--match-doubtful takes them): {shown}"
        )
    for line in left_out_lines(counts.left_out, counts.places):
        say(f"Left out: {line}")


def _examples(names: tuple[str, ...], count: int) -> str:
    more = f" and {count - _SHOWN:,} more" if count > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
