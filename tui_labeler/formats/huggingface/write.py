"""Hugging Face's ImageFolder written: `train/metadata.jsonl` beside its images (and `validation/…` for a split), and the
dataset card `README.md`, whose YAML says which folder is which part.

A line has `file_name`, `width` and `height`, and `objects`: lists of `bbox` (x, y, width, height in pixels), `categories`
and, for polygons, `segmentation` (as in COCO); or `label` (`labels` for several) for the whole image. Classes stand as
names: `datasets` 4 and 5 do not heed a card that numbers them (measured). It passes over hidden files and folders, and
names that begin with two underscores: such images get names of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tui_labeler.formats.clipping import clipped_box, clipped_points
from tui_labeler.formats.files import flush_below
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import bounds
from tui_labeler.model.names import marked_name
from tui_labeler.model.project import ProjectSpec, TaskType

FILE_NAME = "metadata.jsonl"
_PARTS = ("train", "validation")
Fields = dict[str, Any]


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Images lie under their paths in the folder of their part. Raises BadInput for a part that `datasets` could not read
    together with the other one."""
    tally = Tally()
    parts = rows.parts(*_PARTS)
    for name in parts:
        (folder / name).mkdir()
    lists = {name: (folder / name / FILE_NAME).open("xb", buffering=1 << 18) for name in parts}
    labels_of_parts = dict.fromkeys(parts, 0)
    try:
        for image in told(rows, progress):
            part, called = part_name(image, *_PARTS), name_of(image.path)
            columns, kept = columns_of(spec.details.type, image)
            size = image.labels.size
            row = {"file_name": called, "width": size.width, "height": size.height} | columns
            tally.bytes += lists[part].write(msgspec.json.encode(row) + b"\n")
            if rows.place is not None:
                target = folder / part / called
                target.parent.mkdir(parents=True, exist_ok=True)
                rows.place(image.path, target)
            labels_of_parts[part] += kept
            tally.row(image, kept)
            tally.leave_out("degenerate", len(image.labels.regions) + len(image.labels.tags) - kept)
    finally:
        for file in lists.values():
            file.close()
    _require_types(labels_of_parts)
    tally.bytes += (folder / "README.md").write_bytes(_card(parts).encode())
    flush_below(folder)
    return tally.written(*(f"{name}/{FILE_NAME}" for name in parts), "README.md")


def _require_types(labels_of_parts: dict[str, int]) -> None:
    """`datasets` tells the types of a part from its labels, and refuses parts whose types differ (5.2, measured)."""
    for part, count in labels_of_parts.items():
        if not count and any(labels_of_parts.values()):
            raise BadInput(
                f"No image for {part} has a label, and Hugging Face's library cannot read such a metadata.jsonl.",
                "Choose another split, or --format huggingface-parquet.",
            )


def name_of(path: str) -> str:
    """The image's path below the folder of its part."""
    hidden = any(part.startswith((".", "__")) for part in path.split("/"))
    return marked_name(path).lstrip("_") if hidden else path


def columns_of(kind: TaskType, image: LabeledImage) -> tuple[Fields, int]:
    """What a row says besides its image, and how many regions or tags are in it."""
    labels = image.labels
    if kind is TaskType.CLASSIFICATION:
        return {"label": labels.tags[0]}, 1
    if kind is TaskType.MULTILABEL:
        return {"labels": list(labels.tags)}, len(labels.tags)
    boxes: list[tuple[float, ...]] = []
    names: list[str] = []
    outlines: list[list[list[float]]] = []
    for name, box, outline in _objects(kind, image):
        boxes.append(box)
        names.append(name)
        outlines.append([outline])
    objects: Fields = {"bbox": boxes, "categories": names}
    if kind is TaskType.SEGMENTATION:
        objects["segmentation"] = outlines
    return {"objects": objects}, len(boxes)


def _objects(kind: TaskType, image: LabeledImage) -> Iterator[tuple[str, tuple[float, ...], list[float]]]:
    for region in image.labels.regions:
        outline: list[float] = []
        if kind is TaskType.SEGMENTATION:
            points = clipped_points(region, image.labels.size)
            box = bounds(tuple(points)) if points is not None else None
            outline = [value for point in points or () for value in point]
        else:
            box = clipped_box(region, image.labels.size)
        if box is not None:
            yield region.name, (box.x0, box.y0, box.width, box.height), outline


def _card(parts: tuple[str, ...]) -> str:
    """Without it, `datasets` would guess the parts from the names of folders, and classes from them, too."""
    files = "".join(f"  - split: {part}\n    path: {part}/**\n" for part in parts)
    return f"---\nconfigs:\n- config_name: default\n  drop_labels: true\n  data_files:\n{files}---\n"
