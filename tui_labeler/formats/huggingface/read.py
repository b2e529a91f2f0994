"""Hugging Face's datasets read: `metadata.jsonl` of an ImageFolder, or parquet with the same columns.

A row names its image (`file_name`), and has `objects` (lists of `bbox` and of classes, or a list of objects), or one class
(`label`). Boxes are x, y, width, height in pixels, as COCO's, unless all their numbers are shares. Where a class is a
number, the dataset card (README.md) or the parquet file may name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from typing import Any

from tui_labeler.formats.huggingface.card import class_names
from tui_labeler.formats.huggingface.parquet import parquet_rows
from tui_labeler.formats.jsonlines import json_lines
from tui_labeler.formats.reading import Reading, box_of, corner_box, polygon
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Unit
from tui_labeler.formats.source import FileSource, Source
from tui_labeler.formats.values import Entry, Fields, fields_of, is_set, list_of, number_of, path_of, share_of, text_of
from tui_labeler.model.errors import BadInput

Rows = Callable[[], Iterator[tuple[Place, Fields]]]

_OBJECTS = ("objects", "annotations", "faces", "litter", "object")
_BOXES = ("bbox", "bboxes", "box", "boxes")
_CLASSES = ("categories", "category", "labels", "label", "class", "classes", "class_id", "category_id", "name")
_NAMES = ("file_name", "image_file_name", "filename")
_OF_IMAGES = frozenset({*_NAMES, "image", "width", "height", "image_id", "id", "split"})  # taken, or nothing to take
_OF_OBJECTS = frozenset({"segmentation", "score", "id", "bbox_id", "image_id", "area", "iscrowd", "column"})
_EMPTY: tuple[Any, ...] = (None, "", [], {})
_IMAGE_CLASSES = ("label", "labels", "category", "class", "class_name")


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where there is no such file."""
    reading.box_is = "" if reading.options.box else "size"
    around = source.folder if isinstance(source, FileSource) else source
    names = class_names(around) if around.has("README.md") else {}
    tables: list[tuple[str, Rows, dict[str, list[str]]]] = []
    for name in source.ending(".jsonl") if source.is_folder else source.files:
        if name.lower().endswith(".parquet"):
            continue
        tables.append((name, lambda name=name: json_lines(source, name, reading), names))  # type: ignore[misc]
    for name in source.ending(".parquet"):
        rows, own = parquet_rows(source, name)
        tables.append((name, rows, names | own))
    if not tables:
        raise BadInput(f"There is no metadata.jsonl and no parquet file in {source.path}.", "Name the file.")
    for name, rows, known in tables:
        yield from _Table(source.shown(name), rows, known, reading, name.rpartition("/")[0]).images()


class _Table:
    """One file, looked at twice: first at what its numbers are."""

    def __init__(self, shown: str, rows: Rows, names: dict[str, list[str]], reading: Reading, folder: str) -> None:
        self._shown, self._names, self._reading, self._folder = shown, names, reading, folder
        self._rows: Rows = lambda: ((place, _with_objects(row)) for place, row in rows())
        self._unit = Unit(reading.options.coordinates) if reading.options.coordinates else self._looked()

    def _looked(self) -> Unit:
        """Shares, where there are boxes and no number of them is larger than 1."""
        largest, broken = -1.0, False
        for _, row in self._rows():
            for box, _, _ in _objects(row):
                for value in list_of(box):
                    broken = broken or (isinstance(value, float) and not value.is_integer())
                    if isinstance(value, (int, float)):
                        largest = max(largest, abs(value))
        return Unit.SHARES if broken and 0 < largest <= 1 else Unit.PIXELS

    def images(self) -> Iterator[ReadImage]:
        passed_over: set[str] = set()
        for place, row in self._rows():
            for title in _unread(row):
                if title not in passed_over:
                    passed_over.add(title)
                    self._reading.pass_over("column", f"{self._shown}: {title}")
            try:
                yield self._image(place, row)
            except BadInput as error:
                self._reading.bad_entry(error)

    def _image(self, place: Place, row: Fields) -> ReadImage:
        entry = Entry(place, self._reading)
        entry.unit = self._unit
        name = _name(row)
        entry.named(f"{self._folder}/{name}" if self._folder and name else "", name)
        entry.sized(row.get("width"), row.get("height"))
        column = next((key for key in _OBJECTS if key in row), "")
        for number, (box, label, more) in enumerate(_objects(row), 1):
            where = Place(place, ", object ", number)
            if is_set(more.get("iscrowd")):
                entry.leave("crowd", where)
                continue
            with entry.part(where, "bad_box"):
                name = self._class(column if column in self._names else more.get("column", column), label)
                if name:
                    entry.regions.append(self._region(where, name, box, more))
                else:
                    entry.leave("no_class", where)
        if key := next((key for key in _IMAGE_CLASSES if key in row), ""):
            labels = row[key] if isinstance(row[key], list) else [row[key]]
            entry.tags += (tag for label in labels if (tag := self._class(key, label)))
        return entry.image()

    def _class(self, column: str, label: Any) -> str:
        """A class by its name, or by its number where that is known."""
        names = self._names.get(column, [])
        if isinstance(label, int) and not isinstance(label, bool) and 0 <= label < len(names):
            return names[label]
        return text_of(label)

    def _region(self, place: Place, name: str, box: Any, more: Fields) -> ReadRegion:
        sure = share_of(more.get("score"))
        outline = list_of(more.get("segmentation"))
        flat = outline[0] if outline and isinstance(outline[0], list) else outline
        points = polygon(place, [number_of(place, coordinate, "coordinate") for coordinate in flat]) if flat else ()
        if box is None and points:
            return ReadRegion(name, points=points, confidence=sure)
        if isinstance(box, dict):
            keys = ("x", "y", "width", "height") if "x" in box else ("xmin", "ymin", "xmax", "ymax")
            values = [number_of(place, box.get(key), key) for key in keys]
            if keys[0] == "xmin":
                return ReadRegion(name, corner_box(place, *values), points, sure)
        else:
            values = [number_of(place, coordinate, "coordinate") for coordinate in list_of(box)]
        if len(values) != 4:
            raise BadInput(f"{place}: a bbox has four numbers, this one {len(values)}.", "Correct it in the file.")
        return ReadRegion(name, box_of(place, values, self._reading.options.box), points, sure)


def _with_objects(row: Fields) -> Fields:
    """A row whose boxes and classes are columns of their own, as one with objects; other rows as they are."""
    key = next((key for key in _BOXES if isinstance(row.get(key), list)), "")
    if not key or any(name in row for name in _OBJECTS):
        return row
    boxes = row[key] if all(isinstance(box, (list, dict)) for box in row[key]) else [row[key]]  # else one box
    label = next((name for name in _CLASSES if boxes and row.get(name) is not None), "")
    classes = row[label] if label and isinstance(row[label], list) else [row[label]] if label else []
    rest = {name: value for name, value in row.items() if name not in (key, label)}
    objects = [{"bbox": box, "label": one, "column": label} for box, one in zip_longest(boxes, classes[: len(boxes)])]
    return rest | {"objects": objects}


def _unread(row: Fields) -> Iterator[str]:
    """The columns of a row with something in them that nothing is taken from."""
    column = next((key for key in _OBJECTS if key in row), "")
    label = next((key for key in _IMAGE_CLASSES if key in row), "")
    for key, value in row.items():
        if key == column:
            for fields in value[:1] if isinstance(value, list) else [value]:
                inner = fields_of(fields)
                taken = {next((name for name in keys if name in inner), "") for keys in (_BOXES, _CLASSES)}
                more = (name for name in inner if name not in taken and name not in _OF_OBJECTS and inner[name])
                yield from (f"{key}.{name}" for name in more)
        elif key != label and key not in _OF_IMAGES and not key.endswith("_file_name") and value not in _EMPTY:
            yield key


def _name(row: Fields) -> str:
    for key in _NAMES:
        if text := path_of(row.get(key)):
            return text
    for key, value in row.items():
        if key.endswith("_file_name") and isinstance(value, str) and value:
            return value
    image = row.get("image")
    return path_of(image.get("path")) if isinstance(image, dict) else path_of(image)


def _objects(row: Fields) -> Iterator[tuple[Any, Any, Fields]]:
    """(box, class, the rest) of each object: a list of objects, or lists of their fields."""
    column = next((row[key] for key in _OBJECTS if key in row), None)
    if isinstance(column, list):
        for fields in map(fields_of, column):
            yield _first(fields, _BOXES), _first(fields, _CLASSES), fields
        return
    together = fields_of(column)
    boxes, classes = (list_of(_first(together, keys)) for keys in (_BOXES, _CLASSES))
    lists = {key: list_of(together.get(key)) for key in ("segmentation", "score", "iscrowd")}
    for at in range(max(len(boxes), len(lists["segmentation"]))):
        more = {key: some[at] for key, some in lists.items() if at < len(some)}
        yield boxes[at] if at < len(boxes) else None, classes[at] if at < len(classes) else None, more


def _first(fields: Fields, keys: tuple[str, ...]) -> Any:
    return next((fields[key] for key in keys if key in fields), None)
