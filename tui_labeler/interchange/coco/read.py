"""COCO read in a stream: also Azure ML's own export, whose boxes are shares of the image's size and whose sizes are 0.

Images and annotations are two lists, in any order, and memory does not grow with the file. It is looked at twice: first
at the ids alone (survey), then at everything. Where the annotations stand in the order of their images, as in most
exports, both lists are read side by side (merge); else rows are brought together in buckets (deal).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tui_labeler.interchange.coco.deal import in_buckets
from tui_labeler.interchange.coco.labels import Labeler
from tui_labeler.interchange.coco.merge import side_by_side
from tui_labeler.interchange.coco.survey import survey
from tui_labeler.interchange.jsonstream import JsonStream, Window
from tui_labeler.interchange.reading import ReadImage, opened
from tui_labeler.model.errors import BadInput


def read(path: Path) -> Iterator[ReadImage]:
    """A file, or a folder with `annotations/*.json` as COCO lays it out. Raises BadInput with file and place."""
    if not path.is_dir():
        yield from _read_file(path)
        return
    files = sorted((path / "annotations").glob("*.json")) or sorted(path.glob("*.json"))
    if not files:
        raise BadInput(f"There is no .json file in {path}.", "Name the file.")
    for one in files:
        yield from _read_file(one)


def _read_file(path: Path) -> Iterator[ReadImage]:
    with opened(path) as file:
        if file.seekable():
            yield from _twice(file, path.name)
            return
        with tempfile.TemporaryFile(prefix="tui-labeler-") as copy:  # a pipe
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield from _twice(copy, path.name)


def _twice(file: BinaryIO, name: str) -> Iterator[ReadImage]:
    found = survey(JsonStream(file, name), name)
    images = JsonStream(Window(file, found.images), name, found.images)
    annotations = JsonStream(Window(file, found.annotations), name, found.annotations)
    labeler = Labeler(name, found.categories, found.normalised)
    if found.in_order:
        yield from side_by_side(images, annotations, labeler)
    else:
        yield from in_buckets(images, annotations, labeler, os.fstat(file.fileno()).st_size)
