"""`tui-labeler imports`: what was imported before."""

from __future__ import annotations

import click

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.output import iso, json_option, print_json, say, table
from tui_labeler.cli.session import workspace
from tui_labeler.model.transfers import ImportRecord


@click.command(name="imports")
@click.argument("name", required=False, shell_complete=complete_project)
@json_option
@click.pass_context
def command(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """Earlier imports into the project NAME, or into all; newest first. `import --undo ID` takes one back."""
    opened = workspace(ctx)
    records = opened.exchange.imports(name)
    if name and not records:
        opened.projects.status(name)  # a name that is no project is said to be none
    if as_json:
        print_json([_document(record) for record in records])
    elif records:
        rows = [
            (
                record.id,
                record.project,
                record.file,
                record.format,
                record.imported,
                record.labels,
                record.who,
                iso(record.created),
                _state(record),
            )
            for record in records
        ]
        titles = ("ID", "PROJECT", "FILE", "FORMAT", "IMAGES", "LABELS", "WHO", "CREATED", "STATE")
        table(titles, rows, right=frozenset({"ID", "IMAGES", "LABELS"}))
    else:
        say("No imports yet. Make one: tui-labeler import PROJECT PATH.")


def _state(record: ImportRecord) -> str:
    if record.undone:
        return "taken back"
    return "proposals" if record.prelabel else f"{record.review:,} need review" if record.review else ""


def _document(record: ImportRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "project": record.project,
        "file": record.file,
        "format": record.format,
        "images": record.imported,
        "labels": record.labels,
        "needs_review": record.review,
        "as": "prelabel" if record.prelabel else "completed",
        "who": record.who,
        "created": iso(record.created),
        "undone": iso(record.undone) if record.undone else None,
    }
