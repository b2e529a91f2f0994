"""`tui-labeler azure train`, `training` and `model`: a model that Azure ML trains on a project's newest export."""

from __future__ import annotations

import click
import msgspec

from tui_labeler.cli.output import iso, json_option, print_json, progress, show
from tui_labeler.cli.session import workspace
from tui_labeler.model.errors import NotFound
from tui_labeler.model.training import Training


@click.command()
@click.argument("project")
@click.option("--compute", default="", metavar="NAME", help="Where to train, instead of at the project's own compute.")
@json_option
@click.pass_context
def train(ctx: click.Context, project: str, compute: str, as_json: bool) -> None:
    """Have AutoML train a model on the newest registered export of PROJECT."""
    with progress() as tell:
        found = workspace(ctx).azure.training.start(project, compute, tell)
    if as_json:
        print_json(_document(project, found))
    else:
        show(f"Azure ML trains {found.job} on {found.export} at {found.compute}: {found.status}.")
        show(found.studio)


@click.command()
@click.argument("project")
@json_option
@click.pass_context
def training(ctx: click.Context, project: str, as_json: bool) -> None:
    """Show how far the training of PROJECT's model is."""
    with progress() as tell:
        found = workspace(ctx).azure.training.state(project, tell)
    if found is None:
        raise NotFound(f"Azure ML has trained no model for “{project}”.", "tui-labeler azure train PROJECT begins it.")
    if as_json:
        print_json(_document(project, found))
        return
    show(f"{found.job}  {found.status}")
    show(f"  On {found.export} at {found.compute}, since {iso(found.submitted)}")
    show(f"  {found.studio}")
    if found.taken:
        show(f"  Its model is in use since {iso(found.taken)}.")
    elif found.has_model:
        show(f"  Its model can be taken: tui-labeler azure model {project}")


@click.command()
@click.argument("project")
@json_option
@click.pass_context
def model(ctx: click.Context, project: str, as_json: bool) -> None:
    """Fetch the model that was trained for PROJECT, try it on an image, and use it."""
    with progress() as tell:
        found = workspace(ctx).azure.training.take(project, tell)
    if as_json:
        print_json(_document(project, found))
    else:
        show(f"{project} uses the model of {found.job} while someone labels, as long as its proposals save keys.")


def _document(project: str, found: Training) -> dict[str, object]:
    return msgspec.structs.asdict(found) | {
        "project": project,
        "submitted": iso(found.submitted),
        "taken": iso(found.taken or None),
        "over": found.is_over,
    }
