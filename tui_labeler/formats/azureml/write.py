"""Azure ML's format for AutoML for images: JSON Lines plus an `MLTable` file.

One line an image, as Azure ML's labeling service exported it and the AutoML trainer reads it (azureml-automl-dnn-vision
1.62, measured): corners divided by the image's size, in [0, 1], topX < bottomX and topY < bottomY, since the trainer
drops every other box in silence; `[]` for a background image; classes always as strings, because a column of mixed types
is refused; `image_url` as `mltable` 1.7 opens it. A split makes two such folders, `train` and `validation`.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from tui_labeler.formats.clipping import clip_polygon
from tui_labeler.formats.files import durable, sync_folder
from tui_labeler.formats.splitting import TRAIN, VALIDATION
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.geometry import Point, Size
from tui_labeler.model.project import ProjectSpec, TaskType
from tui_labeler.model.regions import Region

LINES_NAME = "annotations.jsonl"
TABLE_NAME = "MLTable"

# Microsoft's own text for AutoML images (azureml-examples, cli-automl-image-object-detection).
_TABLE = f"""\
$schema: https://azuremlschemas.azureedge.net/latest/MLTable.schema.json
type: mltable
paths:
  - file: ./{LINES_NAME}
transformations:
  - read_json_lines:
      encoding: utf8
      invalid_lines: error
      include_path_column: false
  - convert_column_types:
      - columns: image_url
        column_type: stream_info
"""


class _Details(msgspec.Struct, frozen=True):
    format: str
    width: str
    height: str


class _Row(msgspec.Struct, frozen=True):
    image_url: str
    image_details: _Details
    label: Any
    label_confidence: Any


class _BoxLabel(msgspec.Struct, frozen=True):
    label: str
    topX: float  # noqa: N815 - Azure's names
    topY: float  # noqa: N815
    bottomX: float  # noqa: N815
    bottomY: float  # noqa: N815
    isCrowd: int = 0  # noqa: N815


class _PolygonLabel(msgspec.Struct, frozen=True):
    label: str
    polygon: tuple[tuple[float, ...], ...]
    isCrowd: int = 0  # noqa: N815


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Writes `annotations.jsonl` and `MLTable` into `folder`, or into a folder for each part. Regions that the trainer
    would drop are left out, and counted under "degenerate"."""
    kind = spec.details.type
    encode = msgspec.json.Encoder().encode_into
    tally = Tally()
    line = bytearray(1024)
    folders = {part: folder / part for part in rows.parts(TRAIN, VALIDATION)} if rows.is_split else {"": folder}
    with ExitStack() as files:
        lines = {}
        for part, part_folder in folders.items():
            part_folder.mkdir(exist_ok=True)
            lines[part] = files.enter_context(durable(part_folder / LINES_NAME))
        for image in told(rows, progress):
            row, kept, left = _row(kind, image)
            encode(row, line)
            line += b"\n"
            tally.bytes += lines[part_name(image, TRAIN, VALIDATION) if rows.is_split else ""].write(line)
            tally.row(image, kept)
            tally.leave_out("degenerate", left)
    for part_folder in folders.values():
        with durable(part_folder / TABLE_NAME) as file:
            tally.bytes += file.write(_TABLE.encode())
        sync_folder(part_folder)
    return tally.written(*(f"{part}/{name}" if part else name for part in folders for name in (LINES_NAME, TABLE_NAME)))


def _row(kind: TaskType, image: LabeledImage) -> tuple[_Row, int, int]:
    """The line of an image, how many regions (or tags) it has, and how many were left out."""
    labels = image.labels
    suffix = image.path[image.path.rfind(".") + 1 :].lower()
    details = _Details(suffix, f"{labels.size.width}px", f"{labels.size.height}px")
    if kind is TaskType.CLASSIFICATION:
        return _Row(image.url, details, labels.tags[0], 1.0), 1, 0
    if kind is TaskType.MULTILABEL:
        return _Row(image.url, details, labels.tags, [1.0] * len(labels.tags)), len(labels.tags), 0
    written = []
    confidence = []
    for region in labels.regions:
        label = _box(region, labels.size) if kind is TaskType.DETECTION else _polygon(region, labels.size)
        if label is not None:
            written.append(label)
            confidence.append(region.confidence)
    return _Row(image.url, details, written, confidence), len(written), len(labels.regions) - len(written)


def _box(region: Region, size: Size) -> _BoxLabel | None:
    box = region.extent
    width, height = size.width, size.height
    x0, y0 = min(max(box.x0 / width, 0.0), 1.0), min(max(box.y0 / height, 0.0), 1.0)
    x1, y1 = min(max(box.x1 / width, 0.0), 1.0), min(max(box.y1 / height, 0.0), 1.0)
    return _BoxLabel(region.name, x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def _polygon(region: Region, size: Size) -> _PolygonLabel | None:
    """None where clipping leaves no area: the trainer recomputes the box from the points, and would drop it."""
    points: list[Point] = clip_polygon(region.points, size)
    flat = tuple(
        value for x, y in points for value in (min(max(x / size.width, 0.0), 1.0), min(max(y / size.height, 0.0), 1.0))
    )
    xs, ys = flat[::2], flat[1::2]
    if len(points) < 3 or not (min(xs) < max(xs) and min(ys) < max(ys)):
        return None
    return _PolygonLabel(region.name, (flat,))
