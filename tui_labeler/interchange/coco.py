"""COCO: `annotations/instances_train.json` (and `instances_val.json` for a split), as COCO's own folders are laid out.

Written for the strictest reader (datumaro 1.13, measured): ids from 1, `area` and `iscrowd` in every annotation, sizes in
every image. Boxes are [x, y, width, height] in pixels; a box has `segmentation: []`, since readers would take a rectangle
there for a polygon that someone drew. `file_name` is the path in the datastore.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from tui_labeler.interchange.clipping import clipped_box, clipped_points
from tui_labeler.interchange.files import flush, sync_folder
from tui_labeler.interchange.records import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.geometry import Box, bounds, polygon_area
from tui_labeler.model.project import ProjectSpec, TaskType
from tui_labeler.model.regions import Region

_FOLDER = "annotations"


class _Image(msgspec.Struct):
    id: int
    file_name: str
    width: int
    height: int
    coco_url: str


class _Annotation(msgspec.Struct):
    id: int
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    area: float
    iscrowd: int
    segmentation: Any


class _Category(msgspec.Struct):
    id: int
    name: str
    supercategory: str


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Writes one JSON file a part, and the images into `images/train` and `images/val` if they come along."""
    tally = Tally()
    (folder / _FOLDER).mkdir()
    parts = {name: _Part(folder / _FOLDER / f"instances_{name}.json", spec) for name in rows.parts("train", "val")}
    try:
        for image in told(rows, progress):
            name = part_name(image, "train", "val")
            kept = parts[name].add(image)
            tally.row(image, kept)
            tally.leave_out("degenerate", len(image.labels.regions) - kept)
            if rows.place is not None:
                target = folder / "images" / name / image.path
                target.parent.mkdir(parents=True, exist_ok=True)
                rows.place(image.path, target)
        for part in parts.values():
            tally.bytes += part.finish()
    finally:
        for part in parts.values():
            part.close()
    sync_folder(folder / _FOLDER)
    files = [f"{_FOLDER}/instances_{name}.json" for name in parts]
    if rows.place is not None:
        files += [f"images/{name}/" for name in parts if (folder / "images" / name).exists()]
    return tally.written(*files)


class _Part:
    """One JSON file on its way. Images go into it at once; annotations wait in a file beside it, since they come after."""

    def __init__(self, path: Path, spec: ProjectSpec) -> None:
        self._path = path
        self._waiting_path = path.with_suffix(".partial")
        self._images: BinaryIO = path.open("xb", buffering=1 << 18)
        self._waiting: BinaryIO = self._waiting_path.open("w+b", buffering=1 << 18)
        self._images.write(b'{"images":[')
        self._polygons = spec.details.type is TaskType.SEGMENTATION
        self._ids = {name: number for number, name in enumerate(spec.classes.names, 1)}
        self._encode = msgspec.json.Encoder().encode_into
        self._line = bytearray(1024)
        self._image_id = self._annotation_id = 0

    def add(self, image: LabeledImage) -> int:
        """How many regions were written."""
        self._image_id += 1
        size = image.labels.size
        row = _Image(self._image_id, image.path, size.width, size.height, image.url)
        self._put(self._images, row, self._image_id == 1)
        before = self._annotation_id
        for region in image.labels.regions:
            found = self._shape(region, image)
            if found is not None:
                box, area, segmentation = found
                self._annotation_id += 1
                entry = _Annotation(
                    self._annotation_id,
                    self._image_id,
                    self._category(region.name),
                    (box.x0, box.y0, box.width, box.height),
                    area,
                    0,
                    segmentation,
                )
                self._put(self._waiting, entry, self._annotation_id == 1)
        return self._annotation_id - before

    def _shape(self, region: Region, image: LabeledImage) -> tuple[Box, float, Any] | None:
        if not self._polygons:
            box = clipped_box(region, image.labels.size)
            return None if box is None or box.area <= 0 else (box, box.area, ())
        points = clipped_points(region, image.labels.size)
        if points is None:
            return None
        flat = tuple(value for point in points for value in point)
        return bounds(tuple(points)), polygon_area(tuple(points)), (flat,)

    def _category(self, name: str) -> int:
        """A class that was taken out of the project since, and has labels, gets the next number."""
        return self._ids.setdefault(name, len(self._ids) + 1)

    def _put(self, file: BinaryIO, row: Any, first: bool) -> None:
        self._encode(row, self._line)
        file.write(b"\n" if first else b",\n")
        file.write(self._line)

    def finish(self) -> int:
        """Puts the parts together; the bytes of the file."""
        categories = [_Category(number, name, name.rpartition("/")[0]) for name, number in self._ids.items()]
        self._waiting.seek(0)
        self._images.write(b'\n],"annotations":[')
        shutil.copyfileobj(self._waiting, self._images, 1 << 20)
        self._images.write(b'\n],"categories":' + msgspec.json.encode(categories) + b"}\n")
        size = self._images.tell()
        flush(self._images)
        self._images.close()
        self._waiting.close()
        self._waiting_path.unlink()
        return size

    def close(self) -> None:
        self._images.close()
        self._waiting.close()
