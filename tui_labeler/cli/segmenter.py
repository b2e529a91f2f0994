"""`tui-labeler assist use` with a segmentation model: tried at the middle of an image, and taken."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from tui_labeler.cli.output import print_json, say, show, table
from tui_labeler.model.backends import is_backend
from tui_labeler.model.errors import BadInput
from tui_labeler.model.outlines import Segmented
from tui_labeler.workspace import Workspace

_MOST_FILES = 2


def outlined_with(
    opened: Workspace, project: str, models: tuple[str, ...], image: str, yes: bool, as_json: bool
) -> bool:
    """Tries the files as a segmentation model, and takes it. False where they are something else: the address of a backend,
    or one model file that takes no points."""
    from tui_labeler.assist.modelfiles import takes_points
    from tui_labeler.assist.segmenter.client import NoSegmenter

    files = _files(models)
    if not files or (len(files) == 1 and not takes_points(files[0])):
        return False
    if not opened.projects.specification(project).details.type.has_regions:
        if len(files) == 1:
            return False
        raise BadInput("A segmentation model outlines objects, and this project takes classes of whole images.")
    try:
        path, tried = opened.assist.try_segmenter(project, files, image)
    except NoSegmenter:
        if len(files) == 1:
            return False
        raise
    if not as_json:
        _show_tried(path, tried)
    confirm_use(project, yes)
    opened.assist.use_segmenter(project, files)
    if as_json:
        print_json({"project": project, "image": path, "tried": tried, "used": True})
    else:
        show(f"In {project}, k and two letters at an object outline it from now on.")
    return True


def confirm_use(project: str, yes: bool) -> None:
    """Asks whether what was tried is taken. Raises BadInput where nobody can be asked."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadInput("The model was tried, and not taken.", "Say --yes to use it.")
    click.confirm(f"Use it for {project}?", abort=True, err=True)


def _files(models: tuple[str, ...]) -> list[str]:
    """The model files that were named; none for the address of a backend. Raises BadInput."""
    from tui_labeler.assist.modelfiles import files_of

    if any(is_backend(model) for model in models):
        if len(models) > 1:
            raise BadInput("A backend is taken by its address alone.")
        return []
    paths = [Path(os.path.expanduser(model)).absolute() for model in models]
    files = [file for path in paths for file in (files_of(str(path)) if path.is_dir() else (str(path),))]
    if not files or len(files) > _MOST_FILES:
        raise BadInput(
            f"There are {len(files)} ONNX files, and a model has one or two." if files else "There is no ONNX file.",
            "Name the files: an encoder and a decoder of segment-anything, or one model.",
        )
    return files


def _show_tried(path: str, tried: Segmented) -> None:
    x, y = tried.point
    say(f"{path}: looked at in {tried.look_seconds:.2f} s, {tried.megabytes:.0f} MB; "
        f"what is at {x:.0f}, {y:.0f} outlined in {tried.point_seconds:.2f} s:")  # fmt: skip
    if not tried.outlines:
        say("It outlines nothing there.")
        return
    rows = [
        (f"{outline.confidence:.2f}", len(outline.points), *(f"{edge:.0f}" for edge in
         (outline.box.x0, outline.box.y0, outline.box.x1, outline.box.y1)))
        for outline in tried.outlines
    ]  # fmt: skip
    columns = ("CONFIDENCE", "POINTS", "X0", "Y0", "X1", "Y1")
    table(columns, rows, right=frozenset(columns))
