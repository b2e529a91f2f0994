"""KITTI's object detection written: `training/label_2/*.txt` and `training/image_2` (and `validation/…` for a split).

A line has fifteen fields: class, truncated, occluded, alpha, the box's edges in pixels from 0, and what only 3D knows, with
the values that KITTI's own development kit has for “not known”. An image without boxes has an empty file. Images lie flat
under names of their own, since a label file finds its image by its name.
"""

from __future__ import annotations

from pathlib import Path

from tui_labeler.formats.clipping import clipped_box
from tui_labeler.formats.files import flush_below
from tui_labeler.formats.numbers import plain_number
from tui_labeler.formats.unique_names import UniqueNames
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import ProjectSpec

_PARTS = ("training", "validation")
_BEFORE = "0.00 0 -10"  # truncated, occluded, alpha
_AFTER = "-1 -1 -1 -1000 -1000 -1000 -10"  # height, width, length, location, rotation_y


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Raises BadInput for a class with a blank in its name."""
    tally = Tally()
    parts = rows.parts(*_PARTS)
    for name in parts:
        (folder / name / "label_2").mkdir(parents=True)
        if rows.place is not None:
            (folder / name / "image_2").mkdir()
    names = UniqueNames(rows.paths())
    for image in told(rows, progress):
        flat, part = names.name(image.path), part_name(image, *_PARTS)
        lines = _lines(image)
        with (folder / part / "label_2" / f"{flat[: flat.rfind('.')]}.txt").open("xb", buffering=0) as file:
            tally.bytes += file.write("".join(lines).encode())
        if rows.place is not None:
            rows.place(image.path, folder / part / "image_2" / flat)
        tally.row(image, len(lines))
        tally.leave_out("degenerate", len(image.labels.regions) - len(lines))
    flush_below(folder)
    kinds = ("label_2", "image_2") if rows.place is not None else ("label_2",)
    return tally.written(*(f"{part}/{kind}/" for part in parts for kind in kinds))


def _lines(image: LabeledImage) -> list[str]:
    lines = []
    for region in image.labels.regions:
        if len(region.name.split()) != 1:
            raise BadInput(
                f"KITTI has no place for the class “{region.name[:80]}”: blanks part the fields of its lines.",
                "Rename the class, or leave it out with --class.",
            )
        box = clipped_box(region, image.labels.size)
        if box is not None:
            edges = " ".join(plain_number(value) for value in (box.x0, box.y0, box.x1, box.y1))
            lines.append(f"{region.name} {_BEFORE} {edges} {_AFTER}\n")
    return lines
