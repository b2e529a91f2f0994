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

from tui_labeler.formats.clipping import clipped_box, clipped_points
from tui_labeler.formats.files import flush_below, sync_folder
from tui_labeler.formats.writing import LabeledImage, Progress, Rows, Tally, Written, part_name, told
from tui_labeler.model.geometry import Size, bounds, polygon_area
from tui_labeler.model.project import ProjectSpec, TaskType
from tui_labeler.model.regions import Region
from tui_labeler.wholefiles import flush

_FOLDER = "annotations"


class _Image(msgspec.Struct):
    id: int
    file_name: str
    width: int
    height: int
    coco_url: str


class _Annotation(msgspec.Struct, gc=False):
    id: int
    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    area: float
    iscrowd: int
    segmentation: Any


_Shape = tuple[tuple[float, float, float, float], float, tuple[Any, ...]]
"""bbox, area and segmentation of an annotation."""


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
    if rows.place is not None:
        flush_below(folder)
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
        # That every image in it was labeled cannot be said otherwise: readers take one without annotations for listed only.
        self._images.write(b'{"info":{"description":"tui-labeler","labeled":"all"},\n"images":[')
        self._polygons = spec.details.type is TaskType.SEGMENTATION
        self._ids = {name: number for number, name in enumerate(spec.classes.names, 1)}
        self._encode = msgspec.json.Encoder().encode_into
        self._line = bytearray(1024)
        self._image_id = self._annotation_id = 0

    def add(self, image: LabeledImage) -> int:
        """How many regions were written."""
        self._image_id += 1
        size = image.labels.size
        row = _Image(self._image_id, image.path, size.width, size.height, image.public_url)
        self._put(self._images, row, self._image_id == 1)
        number, image_id, annotations = self._annotation_id, self._image_id, []
        known, shape_of = self._ids, self._polygon if self._polygons else _box
        for region in image.labels.regions:
            shape = shape_of(region, size)
            if shape is not None:
                number += 1
                category = known.get(region.name) or self._category(region.name)
                annotations.append(_Annotation(number, image_id, category, shape[0], shape[1], 0, shape[2]))
        if annotations:
            self._put(self._waiting, annotations, self._annotation_id == 0)
        self._annotation_id = number
        return len(annotations)

    def _polygon(self, region: Region, size: Size) -> _Shape | None:
        points = clipped_points(region, size)
        if points is None:
            return None
        box = bounds(tuple(points))
        flat = tuple(value for point in points for value in point)
        return (box.x0, box.y0, box.width, box.height), polygon_area(tuple(points)), (flat,)

    def _category(self, name: str) -> int:
        """A class that was taken out of the project since, and has labels, gets the next number."""
        return self._ids.setdefault(name, len(self._ids) + 1)

    def _put(self, file: BinaryIO, row: Any, first: bool) -> None:
        """One entry, or the annotations of an image, on a line of their own."""
        self._encode(row, self._line)
        file.write(b"\n" if first else b",\n")
        file.write(memoryview(self._line)[1:-1] if isinstance(row, list) else self._line)

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


def _box(region: Region, size: Size) -> _Shape | None:
    """The corners of nearly every box lie inside: those are not clipped first, which halves the time of an export."""
    box = region.box or region.extent
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    if not (0 <= x0 < x1 <= size.width and 0 <= y0 < y1 <= size.height):
        clipped = clipped_box(region, size)
        if clipped is None:
            return None
        x0, y0, x1, y1 = clipped.x0, clipped.y0, clipped.x1, clipped.y1
    width, height = x1 - x0, y1 - y0
    area = width * height
    return ((x0, y0, width, height), area, ()) if area > 0 else None
