"""`tui-labeler azure jobs`: projects of the retired labeling service, where it still answers."""

from __future__ import annotations

import click
import msgspec

from tui_labeler.cli.output import json_option, print_json, progress, say, show, table
from tui_labeler.cli.projectinput import read_project_text
from tui_labeler.cli.session import workspace
from tui_labeler.model.azure import RemoteProject
from tui_labeler.model.errors import BadInput
from tui_labeler.model.projectfile import parse_project
from tui_labeler.model.text import plural


@click.group(name="jobs")
def command() -> None:
    """Projects of Azure ML's own labeling service (retired on 30 September 2026), where it still answers."""


@command.command(name="list")
@json_option
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List the projects of the workspace."""
    with progress() as tell:
        projects = workspace(ctx).azure.retired_projects.list(tell)
    if as_json:
        print_json([_document(project) for project in projects])
    elif projects:
        rows = [
            (project.name, project.annotation or project.media, project.status, _counts(project))
            for project in projects
        ]
        table(("NAME", "TYPE", "STATUS", "LABELED"), rows)
    else:
        say("The workspace has no labeling projects.")


@command.command(name="show")
@click.argument("name")
@json_option
@click.pass_context
def show_(ctx: click.Context, name: str, as_json: bool) -> None:
    """Show the project NAME with its progress."""
    with progress() as tell:
        project = workspace(ctx).azure.retired_projects.get(name, tell)
    if as_json:
        print_json(_document(project))
        return
    show(f"{project.name}  {project.media} {project.annotation}  {project.status}")
    show(f"  {_counts(project)}, {project.skipped or 0:,} skipped")
    show(f"  Classes: {', '.join(project.classes) or 'none told'}")
    show(f"  Dataset: {project.data_id or 'none told'}")
    for message in project.messages:
        show(f"  {message}")


@command.command()
@click.argument("file", metavar="FILE")
@click.option("--data", required=True, metavar="NAME[:VERSION]", help="The data asset with the images.")
@json_option
@click.pass_context
def create(ctx: click.Context, file: str, data: str, as_json: bool) -> None:
    """Create a project there from a project file (- is standard input) and a data asset."""
    spec = parse_project(read_project_text(file), file)
    with progress() as tell:
        project = workspace(ctx).azure.retired_projects.create(spec, data, tell)
    if as_json:
        print_json(_document(project))
    else:
        show(f"Created the labeling project {project.name} in Azure: {project.status}.")


@command.command()
@click.argument("name")
@json_option
@click.pass_context
def pause(ctx: click.Context, name: str, as_json: bool) -> None:
    """Pause the project NAME."""
    workspace(ctx).azure.retired_projects.pause(name)
    _done(name, "paused", as_json)


@command.command()
@click.argument("name")
@json_option
@click.pass_context
def resume(ctx: click.Context, name: str, as_json: bool) -> None:
    """Start the project NAME again."""
    with progress() as tell:
        workspace(ctx).azure.retired_projects.resume(name, tell)
    _done(name, "running", as_json)


@command.command()
@click.argument("name")
@click.option("--format", "format_name", default="Dataset", show_default=True, help="Dataset, Coco or CSV.")
@json_option
@click.pass_context
def export(ctx: click.Context, name: str, format_name: str, as_json: bool) -> None:
    """Have the service write the labels of NAME; prints where they are."""
    with progress() as tell:
        exported = workspace(ctx).azure.retired_projects.export(name, format_name, tell)
    if as_json:
        print_json(exported)
        return
    if exported.rows is not None:
        show(plural(exported.rows, "row"))
    show(exported.asset or f"{exported.container}/{exported.path}")


@command.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def delete(ctx: click.Context, name: str, yes: bool, as_json: bool) -> None:
    """Delete the project NAME with its labels, in Azure."""
    if not yes:
        raise BadInput(f"Deleting “{name}” in Azure takes its labels with it.", "Say so with --yes.")
    workspace(ctx).azure.retired_projects.delete(name)
    _done(name, "deleted", as_json)


def _done(name: str, state: str, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "status": state})
    else:
        show(f"The labeling project {name} is {state} in Azure.")


def _counts(project: RemoteProject) -> str:
    if project.total is None:
        return "no counts told"
    return f"{project.completed or 0:,} of {project.total:,} labeled ({project.percent or 0:.2f} %)"


def _document(project: RemoteProject) -> dict[str, object]:
    return msgspec.structs.asdict(project) | {"percent": project.percent}
