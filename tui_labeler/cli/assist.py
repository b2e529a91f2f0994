"""`tui-labeler assist`: status, use, remove."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.output import iso, json_option, print_json, say, show, table
from tui_labeler.cli.segmenter import confirm_use, outlined_with
from tui_labeler.cli.session import session, workspace
from tui_labeler.model.backends import BackendAddress, backend_address, is_backend
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box
from tui_labeler.model.regions import Labels
from tui_labeler.model.text import plural
from tui_labeler.workspace import Workspace

_SHOWN = 12


@click.group(name="assist")
def command() -> None:
    """ML assist: models that propose labels."""


@command.command()
@click.argument("name", shell_complete=complete_project)
@json_option
@click.pass_context
def status(ctx: click.Context, name: str, as_json: bool) -> None:
    """How the model of the project NAME does."""
    opened = workspace(ctx)
    spec, state = opened.projects.specification(name), opened.assist.state(name)
    use, counts = opened.assist.use(name), opened.proposals.counts(name)
    if as_json:
        document = {
            "project": name,
            "enabled": spec.assist.enabled,
            "engine": spec.assist.engine,
            "proposing": state.is_on and spec.assist.enabled,
            "reason": state.reason,
            "failure": state.failure,
            "model": state.model,
            "trained": iso(state.trained_at or None),
            "images": state.images,
            "next_at": state.next_at,
            "seconds": state.seconds,
            "megabytes": state.megabytes,
            "held_back": state.quality,
            "segmenter": spec.assist.segmenter,
            "elsewhere": opened.assist.elsewhere(name),
            "waiting": counts.waiting,
            "used": use,
            "engines": opened.assist.engines(spec.details.type),
        }
        print_json(document)
        return
    if not spec.assist.enabled:
        show(f"ML assist of {name} is off. Change it in the project's details.")
    else:
        show(f"{name}: {spec.assist.engine}, {'proposing' if state.is_on else 'not proposing'}")
    elsewhere = opened.assist.elsewhere(name)
    for line in (state.reason, state.failure, elsewhere):
        if line:
            show(line)
    if spec.assist.enabled and spec.assist.segmenter and not elsewhere:
        show("A segmentation model outlines what k and two letters point at.")
    quality = state.quality
    if state.trained_at:
        what = "Measured" if spec.assist.model else "Trained"
        show(f"{what} {iso(state.trained_at)} on {plural(state.images, 'image')} in {state.seconds:.0f} s, "
             f"{state.megabytes:.0f} MB; again at {state.next_at:,} labeled images.")  # fmt: skip
    if state.trained_at and quality.images:
        show(f"On labels held back: {quality.keys:.2f} keys a label, {quality.keys_without:.2f} without it.")
        rows = [
            (
                figures.name,
                f"{figures.precision:.2f}",
                f"{figures.recall:.2f}",
                figures.labels,
                "yes" if figures.is_shown else "no",
            )
            for figures in quality.classes
        ]
        columns = ("CLASS", "PRECISION", "RECALL", "LABELS", "SHOWN")
        table(columns, rows, right=frozenset(columns[1:4]))
    show(f"{plural(counts.waiting, 'image')} with proposals; {use.taken:,} of {use.proposed:,} proposals taken, "
         f"about {plural(use.keys_saved, 'key')} saved.")  # fmt: skip


@command.command()
@click.argument("models", metavar="FILE…|FOLDER|URL", nargs=-1, required=True)
@click.option(
    "--project",
    "name",
    metavar="NAME",
    shell_complete=complete_project,
    help="The project; not needed where there is only one.",
)
@click.option(
    "--classes", metavar="A,B,…", default="", help="The model's classes in its order, as the project names them."
)
@click.option("--image", default="", metavar="PATH", help="The image to try it on, by its path in the datastore.")
@click.option("--yes", is_flag=True, help="Take it without asking; for a URL, also agree to send images there.")
@json_option
@click.pass_context
def use(
    ctx: click.Context, models: tuple[str, ...], name: str | None, classes: str, image: str, yes: bool, as_json: bool
) -> None:
    """Try a model on one image, show what it proposes, and use it.

    FILE is an ONNX file: a detector or a classifier proposes labels. A segment-anything model (an encoder and a decoder:
    two files, or the folder that they are in) outlines what is pointed at. URL is the address of a server that speaks
    Label Studio's ML backend protocol."""
    opened = workspace(ctx)
    project = name or _only_project(opened)
    opened.projects.specification(project)  # one that is not there is told before anything is asked
    if outlined_with(opened, project, models, image, yes, as_json):
        return
    model = models[0]
    address = backend_address(model) if is_backend(model) else None
    if address is not None:
        model, shown = address.url, address.url
        _agree(project, address, yes)
    else:
        model = str(Path(os.path.expanduser(model)).absolute())
        shown = Path(model).name
    names = tuple(part.strip() for part in classes.split(",") if part.strip())
    path, tried = opened.assist.try_model(project, model, names, image)
    if not as_json:
        _show_tried(path, tried.labels, tried.nonsense, tried.seconds)
    confirm_use(project, yes)
    opened.assist.use_model(project, model, names)
    if address is not None:
        opened.assist.agree(project, session(ctx).settings.get("labeler").value, address)
    if as_json:
        print_json({"project": project, "image": path, "labels": tried.labels, "nonsense": tried.nonsense,
                    "seconds": tried.seconds, "used": True})  # fmt: skip
    else:
        show(f"{project} uses {shown} from now on, while someone labels, as long as its proposals save keys.")


@command.command()
@click.argument("which", metavar="model|segmenter", type=click.Choice(("model", "segmenter")))
@click.option(
    "--project",
    "name",
    metavar="NAME",
    shell_complete=complete_project,
    help="The project; not needed where there is only one.",
)
@json_option
@click.pass_context
def remove(ctx: click.Context, which: str, name: str | None, as_json: bool) -> None:
    """Use what `assist use` took no longer.

    `model` is the model file or the backend that proposes: instead of it the engine that learns from the project's labels
    does. `segmenter` is the segmentation model that outlines what is pointed at. Labels stay as they are."""
    opened = workspace(ctx)
    project = name or _only_project(opened)
    assist = opened.projects.specification(project).assist
    was = assist.model if which == "model" else assist.segmenter
    if not was:
        missing = "no model file and no backend" if which == "model" else "no segmentation model"
        raise BadInput(f"{project} uses {missing}.", f"See: tui-labeler assist status {project}.")
    if which == "model":
        opened.assist.remove_model(project)
        shown = was if is_backend(was) else Path(was).name
        now = (
            f"{project} uses {shown} no longer; {opened.projects.specification(project).assist.engine} learns instead."
        )
    else:
        opened.assist.remove_segmenter(project)
        now = f"{project} uses its segmentation model no longer."
    if as_json:
        print_json({"project": project, "which": which, "removed": True})
    else:
        show(now)


def _agree(project: str, address: BackendAddress, yes: bool) -> None:
    """Nothing is sent before a person has agreed; trying it sends an image, too. Raises BadInput where nobody can be
    asked."""
    if address.warning:
        say(address.warning)
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput(f"Images of {project} would be sent to {address.host}.", "Say --yes to agree.")
    click.confirm(f"Send images of {project} to {address.host}, one now and others while you label?",
                  abort=True, err=True)  # fmt: skip


def _only_project(opened: Workspace) -> str:
    summaries = opened.projects.summaries()
    if len(summaries) != 1:
        names = ", ".join(summary.name for summary in summaries[:8]) or "none yet"
        raise BadInput("Which project is it for?", f"Add --project NAME; there are: {names}.")
    return summaries[0].name


def _show_tried(path: str, labels: Labels, nonsense: int, seconds: float) -> None:
    say(f"{path}, {labels.size.width}×{labels.size.height}, in {seconds:.2f} s:")
    if labels.tags:
        show(", ".join(f"{tag} {sure:.0%}" for tag, sure in labels.sure_tags))
    elif labels.regions:
        rows = [
            (region.name, f"{region.confidence:.2f}", *(f"{value:.0f}" for value in _corners(region.extent)))
            for region in labels.regions[:_SHOWN]
        ]
        columns = ("CLASS", "CONFIDENCE", "X0", "Y0", "X1", "Y1")
        table(columns, rows, right=frozenset(columns[1:]))
        if len(labels.regions) > _SHOWN:
            say(f"and {len(labels.regions) - _SHOWN} more")
    else:
        say("It proposes nothing for this image.")
    if nonsense:
        say(f"{plural(nonsense, 'proposal')} could not be used: boxes outside, or classes that the project has not.")


def _corners(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1
