"""`tui-labeler project`: template, create, list, show, pause, resume, delete, classes, edits."""

from __future__ import annotations

import sys

import click
import msgspec

from tui_labeler.cli import classes
from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.dataset import tell_passed_over
from tui_labeler.cli.output import json_option, print_json, progress, say, show, table
from tui_labeler.cli.projectinput import read_project_text
from tui_labeler.cli.session import session, workspace
from tui_labeler.cli.status import show_status, status_document
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import ProjectSpec
from tui_labeler.model.projectfile import TEMPLATE, parse_project
from tui_labeler.model.text import plural


@click.group(name="project")
def command() -> None:
    """Labeling projects."""


command.add_command(classes.command)
command.add_command(classes.edits)


@command.command()
def template() -> None:
    """Print a commented project file with all seven steps."""
    click.echo(TEMPLATE, nl=False)


@command.command()
@click.argument("file")
@json_option
@click.pass_context
def create(ctx: click.Context, file: str, as_json: bool) -> None:
    """Create a project from FILE (- is standard input); see `project template`."""
    spec = parse_project(read_project_text(file), "standard input" if file == "-" else file)
    opened = workspace(ctx)
    with progress() as tell:
        made = opened.projects.create(spec, tell)
    name = spec.details.name
    if as_json:
        print_json({"name": name, "tasks": made.added, "status": opened.projects.status(name).status})
        return
    show(f"Created the project {name}: {plural(made.added, 'task')}, {spec.details.type.caption}.")
    tell_passed_over(made.others, made.other_examples, made.unusable, made.unusable_examples)


@command.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the projects, newest first."""
    summaries = workspace(ctx).projects.summaries()
    if as_json:
        keys = ("name", "type", "status", "total", "completed", "skipped")
        print_json(
            [{key: getattr(summary, key) for key in keys} | {"needs_review": summary.stale} for summary in summaries]
        )
    elif summaries:
        rows = [
            (
                summary.name,
                summary.type.value,
                summary.status.value,
                summary.total,
                summary.completed,
                summary.skipped,
                summary.stale,
            )
            for summary in summaries
        ]
        columns = ("NAME", "TYPE", "STATUS", "TOTAL", "COMPLETED", "SKIPPED", "NEEDS REVIEW")
        table(columns, rows, right=frozenset(columns[3:]))
    else:
        say("No projects yet. Start with: tui-labeler project template > project.toml")


@command.command(name="show")
@click.argument("name", shell_complete=complete_project)
@json_option
@click.pass_context
def show_(ctx: click.Context, name: str, as_json: bool) -> None:
    """Show the specification of NAME, and its status."""
    opened = workspace(ctx)
    spec, status = opened.projects.specification(name), opened.projects.status(name)
    if as_json:
        print_json({"specification": spec, "status": status_document(status)})
        return
    for line in _as_toml(spec).splitlines():
        show(line)
    show("")
    show_status(status)


def _as_toml(spec: ProjectSpec) -> str:
    """The specification as a project file."""
    import tomlkit

    return tomlkit.dumps(msgspec.to_builtins(spec))


@command.command()
@click.argument("name", shell_complete=complete_project)
@json_option
@click.pass_context
def pause(ctx: click.Context, name: str, as_json: bool) -> None:
    """Hand out no more tasks of NAME."""
    opened = workspace(ctx)
    opened.projects.pause(name, session(ctx).labeler(opened))
    _told(name, "paused", as_json)


@command.command()
@click.argument("name", shell_complete=complete_project)
@json_option
@click.pass_context
def resume(ctx: click.Context, name: str, as_json: bool) -> None:
    """Hand out tasks of NAME again."""
    workspace(ctx).projects.resume(name)
    _told(name, "running", as_json)


def _told(name: str, status: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "status": status})
    else:
        show(f"The project {name} is {status}.")


@command.command()
@click.argument("name", shell_complete=complete_project)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def delete(ctx: click.Context, name: str, yes: bool, as_json: bool) -> None:
    """Delete NAME with its tasks and labels. Images and exports stay."""
    opened = workspace(ctx)
    lost = opened.projects.losses(name)
    what = f"{plural(lost.tasks, 'task')} and {plural(lost.submissions, 'submission')} of labels"
    if not yes:
        if not sys.stdin.isatty():
            raise BadInput(f"Deleting “{name}” loses {what}.", "Say --yes to do it.")
        say(f"Deleting “{name}” loses {what}. Images and exports stay.")
        click.confirm("Delete it?", abort=True, err=True)
    opened.projects.delete(name)
    if as_json:
        print_json({"name": name, "deleted": True, "tasks": lost.tasks, "submissions": lost.submissions})
    else:
        show(f"Deleted the project {name} ({what}). Images and exports stay; the name is free again.")
