"""`tui-labeler demo`: a workspace of its own with generated images of cans, and the whole job done on it with `--run`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from tui_labeler.cli.export import export_document, show_export
from tui_labeler.cli.output import json_option, print_json, progress, say
from tui_labeler.cli.session import session
from tui_labeler.model.errors import NotFound, StorageError
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.progress import Progress, Step
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, Refresh
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import ExportResult
from tui_labeler.wholefiles import replace_file
from tui_labeler.workspace import Workspace

PROJECT = "soda"
CLASSES = ("coke", "diet_coke", "sprite")
LABELER = "demo"
_TRUTH = "boxes.json"

# What the generator knows of its images: file name -> (class, box) of each can.
Truth = dict[str, list[tuple[str, tuple[float, float, float, float]]]]


@click.command(name="demo")
@click.option(
    "--run", "unattended", is_flag=True, help="Do the whole job: create, label, export; print the dataset's name."
)
@json_option
@click.pass_context
def command(ctx: click.Context, unattended: bool, as_json: bool) -> None:
    """A workspace of its own with generated images of cans, and a project `soda`.

    On a terminal the app opens there. With --run, or without a terminal, the job is done unattended: the images that are
    still open are labeled from the generator's own boxes, and the dataset is exported.
    """
    folder = session(ctx).places.data / "demo"
    terminal = sys.stdin.isatty() and sys.stdout.isatty()
    with progress() as tell:
        truth = _images(folder, tell)
        session(ctx).apply_limits()
        azure = session(ctx).settings.azure()
        opened = Workspace(folder / "workspace.db", folder / "exports", azure=azure)
        ctx.find_root().obj["close"] = opened.close
        _project(opened, folder / "images", tell)
        result = None if terminal and not unattended and not as_json else _label_and_export(opened, truth, tell)
    if result is None:
        from tui_labeler.cli.opening import open_workspace

        open_workspace(ctx, opened)
    elif as_json:
        print_json(export_document(result))
    else:
        say(f"The demo workspace is {folder}.")
        show_export(result)


def _images(folder: Path, tell: Progress) -> Truth:
    """The generated photographs, made once; what is in them is kept beside them, and never shown to the app."""
    known = folder / _TRUTH
    if known.exists():
        found: Truth = json.loads(known.read_text("utf-8"))
        return found
    from tui_labeler.demo.scenes import write_scenes

    try:
        (folder / "images").mkdir(parents=True, exist_ok=True)
        scenes = write_scenes(folder / "images", progress=lambda done, total: tell(Step.DRAWING, done, total))
        truth: Truth = {scene.file_name: [(can.name, can.box) for can in scene.cans] for scene in scenes}
        replace_file(known, json.dumps(truth).encode())
    except OSError as error:
        mend = "Name a folder that can be written with --home."
        raise StorageError(f"The demo cannot be made in {folder}: {error.strerror}.", mend) from None
    return truth


def _project(opened: Workspace, images: Path, tell: Progress) -> None:
    """The project `soda`, unless it is there from an earlier time."""
    try:
        opened.status(PROJECT)
    except NotFound:
        if not any(store.name == "cans" for store in opened.datastores()):
            opened.add_datastore("cans", str(images))
        spec = ProjectSpec(
            details=Details(PROJECT),
            dataset=DatasetChoice("sodaObjects", "cans", "/"),
            refresh=Refresh(enabled=True),
            classes=Classes(CLASSES),
        )
        opened.create_project(spec, tell)


def _label_and_export(opened: Workspace, truth: Truth, tell: Progress) -> ExportResult:
    """Labels every open task from the generator's boxes, then exports."""
    from tui_labeler.imaging.decode import read_size

    total = opened.status(PROJECT).queue.manual
    token = f"demo-{id(opened)}"
    done = 0
    lease = opened.claim(PROJECT, LABELER, token)
    while lease is not None:
        size: Size = read_size(opened.read_image(PROJECT, lease.task.path))
        regions = tuple(Region(name, Box(*box)) for name, box in truth.get(lease.task.path, []))
        lease = opened.submit_and_claim(lease.task, LABELER, Labels(size, regions), token)
        done += 1
        tell(Step.LABELING, done, total)
    return opened.export(PROJECT, progress=tell)
