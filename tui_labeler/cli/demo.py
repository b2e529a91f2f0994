"""`tui-labeler demo`: a workspace of its own with generated images of cans, and the whole job done on it with `--run`."""

from __future__ import annotations

import errno
import fcntl
import json
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tui_labeler.cli import typed
from tui_labeler.cli.export import export_document, show_export
from tui_labeler.cli.output import can_move_cursor, json_option, print_json, progress, say
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
    terminal = sys.stdin.isatty() and sys.stdout.isatty() and can_move_cursor()
    with progress() as tell:
        with _alone(folder, tell):
            was_there = _known(folder) is not None
            truth = make_images(folder, tell)
            session(ctx).apply_limits()
            azure = session(ctx).settings.azure()
            opened = Workspace(folder / "workspace.db", folder / "exports", azure=azure)
            ctx.find_root().obj["close"] = opened.close
            _project(opened, folder / "images", tell)
        result = None if terminal and not unattended and not as_json else _label_and_export(opened, truth, tell)
    if result is None:
        if not was_there:
            typed.forget()  # while the photographs were drawn: meant for no screen
        from tui_labeler.cli.opening import open_workspace

        open_workspace(ctx, opened)
    elif as_json:
        print_json(export_document(result))
    else:
        say("The demo is a workspace of its own. What is in it:")
        say(f"  {in_demo(folder, 'exports', PROJECT)}")
        show_export(result)


def in_demo(folder: Path, *words: str) -> str:
    """A command on the demo's workspace, as one types it."""
    return f"tui-labeler --home {shlex.quote(str(folder))} {shlex.join(words)}"


@contextmanager
def _alone(folder: Path, tell: Progress) -> Iterator[None]:
    """One demo at a time is made in `folder`; a second one waits until the first is there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".making").open("w")
    except OSError as error:
        raise _not_made(folder, error) from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(Step.OTHER_DEMO, 0, 0)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _not_made(folder: Path, error: OSError) -> StorageError:
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    mend = "Make room there, or name" if is_full else "Name"
    mend += " a folder that can be written with --home."
    return StorageError(f"The demo cannot be made in {folder}: {error.strerror}.", mend)


def _known(folder: Path) -> Truth | None:
    """What an earlier run drew, if all of it is still there."""
    try:
        truth: Truth = json.loads((folder / _TRUTH).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return truth if all((folder / "images" / name).is_file() for name in truth) else None


def make_images(folder: Path, tell: Progress) -> Truth:
    """The generated photographs, made once; what is in them is kept beside them, and never shown to the app."""
    if (known := _known(folder)) is not None:
        return known
    from tui_labeler.demo.scenes import write_scenes

    try:
        (folder / "images").mkdir(parents=True, exist_ok=True)
        for half_written in (folder / "images").glob(".*.tmp"):
            half_written.unlink()
        scenes = write_scenes(folder / "images", progress=lambda done, total: tell(Step.DRAWING, done, total))
        truth: Truth = {scene.file_name: [(can.name, can.box) for can in scene.cans] for scene in scenes}
        replace_file(folder / _TRUTH, json.dumps(truth).encode())
    except OSError as error:
        raise _not_made(folder, error) from None
    return truth


def _project(opened: Workspace, images: Path, tell: Progress) -> None:
    """The project `soda`, unless it is there from an earlier time."""
    try:
        opened.projects.status(PROJECT)
    except NotFound:
        if not any(store.name == "cans" for store in opened.datasets.datastores()):
            opened.datasets.add_datastore("cans", str(images))
        spec = ProjectSpec(
            details=Details(PROJECT),
            dataset=DatasetChoice("sodaObjects", "cans", "/"),
            refresh=Refresh(enabled=True),
            classes=Classes(CLASSES),
        )
        opened.projects.create(spec, tell)


def _label_and_export(opened: Workspace, truth: Truth, tell: Progress) -> ExportResult:
    """Labels every open task from the generator's boxes, then exports."""
    from tui_labeler.imaging.decode import read_size

    total = opened.projects.status(PROJECT).queue.manual
    token = f"demo-{id(opened)}"
    done = 0
    lease = opened.queue.claim(PROJECT, LABELER, token)
    while lease is not None:
        size: Size = read_size(opened.tasks.read_image(PROJECT, lease.task.path))
        regions = tuple(Region(name, Box(*box)) for name, box in truth.get(lease.task.path, []))
        lease = opened.queue.submit_and_claim(lease.task, LABELER, Labels(size, regions), token)
        done += 1
        tell(Step.LABELING, done, total)
    return opened.exchange.export(PROJECT, progress=tell)
