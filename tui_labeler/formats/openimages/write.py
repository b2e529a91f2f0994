"""Open Images' tables (version 5 and later) written, in `annotations/`; images lie in `images/train` and
`images/validation` where they come along.

`train-annotations-bbox.csv` has a row a box, its edges in shares of the upright image; `train-images-with-rotation.csv`
a row an image; `train-annotations-human-imagelabels.csv` says with Confidence 1 that a person saw a class on an image, with
0 that a person saw none: an image without boxes has that for every class. An image is known by its name without a suffix.
Labels are the class names themselves, since only Open Images has numbers for its own (/m/01abc).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tui_labeler.formats.clipping import clipped_box
from tui_labeler.formats.files import flush_below
from tui_labeler.formats.numbers import plain_number
from tui_labeler.formats.unique_names import UniqueNames
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.project import ProjectSpec, TaskType

_PARTS = ("train", "validation")
_FOLDER = "annotations"
_CLASSES = "class-descriptions-boxable.csv"
_BOXES, _IMAGES, _LABELS = "annotations-bbox.csv", "images-with-rotation.csv", "annotations-human-imagelabels.csv"
_TITLES = {
    _BOXES: "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside",
    _IMAGES: "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,OriginalSize,"
    "OriginalMD5,Thumbnail300KURL,Rotation",
    _LABELS: "ImageID,Source,LabelName,Confidence",
}
_NOT_KNOWN = (-1,) * 5

Put = Callable[[Iterable[Any]], Any]


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Classes for whole images need no table of boxes."""
    tally = Tally()
    parts = rows.parts(*_PARTS)
    kinds = (_BOXES, _IMAGES, _LABELS) if spec.details.type is TaskType.DETECTION else (_IMAGES, _LABELS)
    (folder / _FOLDER).mkdir()
    names = UniqueNames(rows.paths())
    files = [f"{_FOLDER}/{part}-{kind}" for part in parts for kind in kinds]
    with ExitStack() as stack:
        put = {name: _table(stack, folder / name, _TITLES[name.partition("-")[2]].split(",")) for name in files}
        for image in told(rows, progress):
            part, flat = part_name(image, *_PARTS), names.name(image.path)
            tables = {kind: put[f"{_FOLDER}/{part}-{kind}"] for kind in kinds}
            kept = _image(tables, spec, image, flat[: flat.rfind(".")], part)
            if rows.place is not None:
                target = folder / "images" / part / flat
                target.parent.mkdir(parents=True, exist_ok=True)
                rows.place(image.path, target)
            tally.row(image, kept)
            tally.leave_out("degenerate", len(image.labels.regions) + len(image.labels.tags) - kept)
        classes = _table(stack, folder / _FOLDER / _CLASSES, ())
        for name in spec.classes.names:
            classes((name, name))
    flush_below(folder)
    files.append(f"{_FOLDER}/{_CLASSES}")
    tally.bytes = sum((folder / name).stat().st_size for name in files)
    return tally.written(*files, *(f"images/{part}/" for part in parts if (folder / "images" / part).exists()))


def _table(stack: ExitStack, path: Path, titles: Iterable[str]) -> Put:
    file = stack.enter_context(path.open("x", encoding="utf-8", newline=""))
    put: Put = csv.writer(file, lineterminator="\n").writerow
    if titles:
        put(titles)
    return put


def _image(tables: dict[str, Put], spec: ProjectSpec, image: LabeledImage, called: str, part: str) -> int:
    """How many regions or tags were written."""
    labels = image.labels
    width, height = labels.size.width, labels.size.height
    tables[_IMAGES]((called, part, image.public_url, *("",) * 8, "0"))
    seen = dict.fromkeys(labels.tags)
    boxes = 0
    for region in labels.regions:
        box = clipped_box(region, labels.size)
        if box is not None:
            edges = (box.x0 / width, box.x1 / width, box.y0 / height, box.y1 / height)
            row = (called, "xclick", region.name, 1, *map(plain_number, edges), *_NOT_KNOWN)
            tables[_BOXES](row)
            seen[region.name] = None
            boxes += 1
    for name in seen or (() if labels.regions else spec.classes.names):
        tables[_LABELS]((called, "verification", name, 1 if seen else 0))
    return boxes + len(labels.tags)
