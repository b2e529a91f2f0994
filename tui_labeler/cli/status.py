"""`tui-labeler status`: progress of a project, once or kept on the screen."""

from __future__ import annotations

import time

import click

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.output import decorated, iso, json_option, print_json, say, show
from tui_labeler.cli.session import session, workspace
from tui_labeler.model.durations import parse_duration
from tui_labeler.model.errors import BadInput, LabelerError
from tui_labeler.model.tasks import Status
from tui_labeler.model.text import plural
from tui_labeler.workspace import Workspace


@click.command(name="status")
@click.argument("name", required=False, shell_complete=complete_project)
@click.option("--watch", is_flag=False, flag_value="2", metavar="[SECONDS]", help="Keep it on the screen.")
@json_option
@click.pass_context
def command(ctx: click.Context, name: str | None, watch: str | None, as_json: bool) -> None:
    """Progress of the project NAME, or of every project.

    With --watch, refreshes that are due are run, too.
    """
    if watch is not None and as_json:
        raise BadInput("--watch keeps the status on the screen, and --json is one document.", "Give one of them.")
    opened = workspace(ctx, create=session(ctx).is_default)
    if watch is not None:
        _watch(opened, name, _seconds(watch))
        return
    statuses = _statuses(opened, name)
    if as_json:
        documents = [status_document(status) for status in statuses]
        print_json(documents[0] if name else documents)
        return
    if not statuses:
        say("No projects yet. Start with: tui-labeler project template > project.toml")
    _show_all(statuses)


def _seconds(text: str) -> float:
    try:
        seconds = float(parse_duration(text)) if text[-1:] in "smhd" else float(text)
    except ValueError:
        seconds = 0.0
    if not 0.2 <= seconds <= 86400:
        raise BadInput(f"--watch takes seconds from 0.2 on, not “{text[:40]}”.")
    return seconds


def _statuses(opened: Workspace, name: str | None) -> list[Status]:
    return [
        opened.projects.status(wanted)
        for wanted in ([name] if name else [project.name for project in opened.projects.summaries()])
    ]


def _watch(opened: Workspace, name: str | None, seconds: float) -> None:
    """Shows the status anew whenever it changed, and runs the refreshes that are due, until it is interrupted."""
    shown: list[Status] = []
    while True:
        for status in _statuses(opened, name):
            try:
                opened.projects.refresh_due(status.name)
            except LabelerError as error:
                say(f"{status.name} could not be refreshed: {error}")
        statuses = _statuses(opened, name)
        if statuses != shown:
            if decorated():
                click.clear()
            _show_all(statuses)
            shown = statuses
        time.sleep(seconds)


def _show_all(statuses: list[Status]) -> None:
    for index, status in enumerate(statuses):
        if index:
            show("")
        show_status(status)


def status_document(status: Status) -> dict[str, object]:
    """The status as the contract of the command line has it."""
    return {
        "name": status.name,
        "status": status.status,
        "type": status.type,
        "total": status.total,
        "completed": status.completed,
        "skipped": status.skipped,
        "needs_review": status.stale,
        "incomplete": status.incomplete,
        "missing": status.missing,
        "percent": status.percent,
        "classes": status.classes,
        "labelers": status.labelers,
        "queue": status.queue,
        "last_refresh": iso(status.last_refresh),
    }


def show_status(status: Status) -> None:
    """A few lines for people."""
    show(f"{status.name}  {status.type.caption}  {status.status.value}")
    show(
        f"  {status.completed:,} of {status.total:,} labeled ({status.percent:.2f} %): {status.skipped:,} skipped, "
        f"{status.stale:,} need review, {status.incomplete:,} incomplete"
    )
    if status.missing:
        show(f"  {plural(status.missing, 'image')} vanished from the datastore; labels are kept")
    regions = sum(status.classes.values())
    for name, count in status.classes.items():
        share = f"  {100 * count / regions:5.1f} %" if regions else ""
        show(f"    {name}: {count:,}{share}")
    if status.labelers:
        show("  Labelers: " + ", ".join(f"{name} {count:,}" for name, count in status.labelers.items()))
    show(f"  Queue: {status.queue.manual:,} manual, {status.queue.prelabeled:,} prelabeled")
    show(f"  Last refresh: {iso(status.last_refresh)}")
