"""`tui-labeler show`: an image in the terminal, with a project's labels on it."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from tui_labeler.cli.completing import complete_project
from tui_labeler.cli.output import say
from tui_labeler.cli.session import Session, session, workspace
from tui_labeler.model.errors import BadInput, LabelerError, NotFound, StorageError
from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels
from tui_labeler.model.text import safe_text
from tui_labeler.terminal import graphics
from tui_labeler.terminal.graphics import Graphics
from tui_labeler.terminal.probe import Conversation
from tui_labeler.workspace import Workspace


@click.command(name="show")
@click.argument("image")
@click.option("--regions", is_flag=True, help="Draw the labels that a project has for it.")
@click.option(
    "--project",
    "name",
    metavar="NAME",
    shell_complete=complete_project,
    help="The project, where several have the image.",
)
@click.pass_context
def command(ctx: click.Context, image: str, regions: bool, name: str | None) -> None:
    """Draw IMAGE, a file, in the terminal."""
    from tui_labeler.datastores.local import read_file

    path = Path(os.path.expanduser(image)).absolute()
    session(ctx).apply_limits()
    try:
        data = read_file(str(path), str(path))
    except OSError as error:
        raise StorageError(f"The image {path} cannot be read: {error.strerror}.", "Check its name.") from None
    labels, names = _labels(workspace(ctx), path, name) if regions else (None, ())
    size = _print(ctx, data, labels, names)
    summary = ""
    if labels is not None:
        counted = ", ".join(f"{key} {count}" for key, count in labels.class_counts().items())
        summary = f" · {counted or 'nothing there'}"
    say(safe_text(f"{path.name}  {size.width}×{size.height}{summary}"))


def _print(ctx: click.Context, data: bytes, labels: Labels | None, names: tuple[str, ...]) -> Size:
    """Draws the image as well as the terminal can; the image's own size."""
    columns, lines = shutil.get_terminal_size()
    rows = max(lines - 2, 4)
    shown = _graphics(session(ctx))
    if shown.kind == graphics.CELLS:
        from rich.console import Console

        from tui_labeler.imaging.thumbnail import thumbnail

        picture, size = thumbnail(data, columns, rows, labels, names)
        Console(width=columns).print(picture)
        return size
    from tui_labeler.imaging.protocols.whole import whole_image
    from tui_labeler.imaging.thumbnail import pixel_thumbnail
    from tui_labeler.imaging.view import Grid

    width, height = shown.cell
    pixels, size, needed = pixel_thumbnail(data, columns, rows, labels, names, Grid(width, height, height / width))
    click.echo(whole_image(shown.kind, pixels, needed), color=True)
    return size


def _graphics(run: Session) -> Graphics:
    """How the terminal shows images; cells where the output is none."""
    wanted = run.settings.get("graphics").value
    if not (sys.stdin.isatty() and sys.stdout.isatty() and graphics.is_worth_asking(os.environ, wanted)):
        return Graphics()
    with Conversation() as conversation:
        answers = conversation.listen()
    return graphics.decide(os.environ, wanted, graphics.AUTO, answers, graphics.window_size())


def _labels(opened: Workspace, path: Path, wanted: str | None) -> tuple[Labels, tuple[str, ...]]:
    """The labels of the image in the project that has it. Raises NotFound, and BadInput where it is not clear which."""
    by_project: dict[str, Labels] = {}
    names: dict[str, tuple[str, ...]] = {}
    for project in opened.projects.summaries():
        if wanted in (None, project.name) and (labels := _of_project(opened, project.name, path)) is not None:
            by_project[project.name] = labels
            names[project.name] = opened.projects.specification(project.name).classes.names
    if not by_project:
        where = f"the project “{wanted}”" if wanted else "any project"
        raise NotFound(f"The image {path} has no labels in {where}.", "Leave --regions away to see the image alone.")
    if len(by_project) > 1:
        raise BadInput(f"Several projects have labels for {path.name}.", f"Add --project: {', '.join(by_project)}.")
    (only,) = by_project
    return by_project[only], names[only]


def _of_project(opened: Workspace, project: str, path: Path) -> Labels | None:
    spec = opened.projects.specification(project)
    stores = {store.name: store.url for store in opened.datasets.datastores()}
    store = spec.dataset.datastore or opened.datasets.get(spec.dataset.name).datastore
    root = Path(stores.get(store, "").removeprefix("file://"))
    if not path.is_relative_to(root):
        return None
    try:
        entry = opened.tasks.current_labels(opened.tasks.get(project, path.relative_to(root).as_posix()))
    except LabelerError:
        return None
    return entry.labels if entry else None
