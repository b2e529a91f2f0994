"""Create ML's JSON written: `annotations.json` beside its images, as Create ML wants them, in a folder for each part.

Coordinates are pixels; x and y are the box's centre, the origin is the upper left corner (Create ML's defaults). An image
on which a person saw nothing has no annotations, and is `verified`, which labelImg says so; Create ML passes over it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from tui_labeler.formats.clipping import clipped_box
from tui_labeler.formats.files import flush_below
from tui_labeler.formats.unique_names import UniqueNames
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.project import ProjectSpec

FILE_NAME = "annotations.json"


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Images lie flat in the folder under names of their own; without them the names are the paths in the datastore."""
    tally = Tally()
    parts = rows.parts("train", "validation")
    for name in parts:
        (folder / name).mkdir()
    names = UniqueNames(rows.paths())
    lists = {name: (folder / name / FILE_NAME).open("xb", buffering=1 << 18) for name in parts}
    try:
        for image in told(rows, progress):
            part = part_name(image, "train", "validation")
            called = image.path
            if rows.place is not None:
                called = names.name(image.path)
                rows.place(image.path, folder / part / called)
            annotations = _annotations(image)
            entry = {"image": called, "verified": True, "annotations": annotations}
            file = lists[part]
            tally.bytes += file.write((b",\n" if file.tell() else b"[\n") + msgspec.json.encode(entry))
            tally.row(image, len(annotations))
            tally.leave_out("degenerate", len(image.labels.regions) - len(annotations))
        for file in lists.values():
            tally.bytes += file.write(b"\n]\n" if file.tell() else b"[]\n")
    finally:
        for file in lists.values():
            file.close()
    flush_below(folder)
    return tally.written(*(f"{name}/{FILE_NAME}" for name in parts))


def _annotations(image: LabeledImage) -> list[dict[str, Any]]:
    annotations = []
    for region in image.labels.regions:
        box = clipped_box(region, image.labels.size)
        if box is not None:
            x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
            sides = {"x": x, "y": y, "width": box.width, "height": box.height}
            annotations.append({"label": region.name, "coordinates": sides})
    return annotations
