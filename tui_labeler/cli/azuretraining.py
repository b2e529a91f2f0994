"""`tui-labeler azure train`, `training` and `model`: a model that Azure ML trains on a project's newest export."""

from __future__ import annotations

import click
import msgspec

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.output import iso, json_option, print_json, progress, show
from tui_labeler.cli.session import workspace
from tui_labeler.model.errors import NotFound
from tui_labeler.model.pace import span_text
from tui_labeler.model.training import Training


@click.command()
@click.argument("project", shell_complete=complete_project)
@click.option("--compute", default="", metavar="NAME", help="Where to train, instead of at the project's own compute.")
@json_option
@click.pass_context
def train(ctx: click.Context, project: str, compute: str, as_json: bool) -> None:
    """Have AutoML train a model on the newest registered export of PROJECT."""
    with progress() as tell:
        state = workspace(ctx).azure.training.start(project, compute, tell)
    if as_json:
        print_json(_document(project, state))
    else:
        show(f"Azure ML trains {state.job} on {state.export} at {state.compute}: {state.status}.")
        show(state.studio)


@click.command()
@click.argument("project", shell_complete=complete_project)
@click.option("--cancel", is_flag=True, help="Have Azure end it.")
@json_option
@click.pass_context
def training(ctx: click.Context, project: str, cancel: bool, as_json: bool) -> None:
    """Show how far the training of PROJECT's model is."""
    trainings = workspace(ctx).azure.training
    with progress() as tell:
        state = trainings.cancel(project, tell) if cancel else trainings.state(project, tell)
    if state is None:
        raise NotFound(f"Azure ML has trained no model for “{project}”.", "tui-labeler azure train PROJECT begins it.")
    if as_json:
        print_json(_document(project, state))
        return
    show(f"{state.job}  {state.status}  ({state.words})")
    show(f"  On {state.export} at {state.compute}, since {iso(state.submitted)}")
    if state.hours is not None:
        show(f"  It took {span_text(state.hours)} at most.")
    if state.score is not None:
        show(f"  {state.metric or 'Score'}: {state.score:.3f}")
    show(f"  {state.studio}")
    if state.taken:
        show(f"  Its model is in use since {iso(state.taken)}.")
    elif state.has_model:
        show(f"  Its model can be taken: tui-labeler azure model {project}")


@click.command()
@click.argument("project", shell_complete=complete_project)
@json_option
@click.pass_context
def model(ctx: click.Context, project: str, as_json: bool) -> None:
    """Fetch the model that was trained for PROJECT, try it on an image, and use it."""
    with progress() as tell:
        state = workspace(ctx).azure.training.take(project, tell)
    if as_json:
        print_json(_document(project, state))
    else:
        show(f"{project} uses the model of {state.job} while someone labels, as long as its proposals save keys.")


def _document(project: str, state: Training) -> dict[str, object]:
    return msgspec.structs.asdict(state) | {
        "project": project,
        "submitted": iso(state.submitted),
        "taken": iso(state.taken or None),
        "ended": iso(state.ended or None),
        "over": state.is_over,
    }
