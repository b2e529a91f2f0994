"""COCO read in a stream: also Azure ML's own export, whose boxes are shares of the image's size and whose sizes are 0.

Ids may be numbers or texts, with gaps, in any order; images and annotations may come in either order. Annotations are
brought to their images in buckets (see buckets), so that memory does not grow with the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

import msgspec

from tui_labeler.interchange.buckets import Buckets
from tui_labeler.interchange.jsonstream import JsonStream
from tui_labeler.interchange.reading import (
    Place,
    ReadImage,
    ReadRegion,
    file_size,
    image_size,
    opened,
    polygon,
    sized_box,
)
from tui_labeler.interchange.urls import names_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box

Id = int | float | str

# Microsoft's own rule (coco2jsonl.py of azureml-examples): boxes whose numbers are all below it are shares of the size.
# Azure ML writes an area of 0 with each of them, so a file that states areas has pixels, however small.
NORMALISED_BELOW = 1.5
_NO_POLYGON = 8  # bytes: "[]", "[[]]" or "null" is no outline


_NOTHING = msgspec.Raw(b"null")


class _Image(msgspec.Struct, gc=False):
    id: Id
    file_name: str = ""
    width: float | None = 0
    height: float | None = 0
    coco_url: str | None = ""
    absolute_url: str | None = ""


class _Annotation(msgspec.Struct, gc=False):
    image_id: Id
    category_id: Id
    id: Id | None = None
    bbox: list[float] | None = None
    segmentation: msgspec.Raw = _NOTHING
    score: float | None = None
    area: float | None = None


class _Category(msgspec.Struct):
    id: Id
    name: str


class _Entry(msgspec.Struct, array_like=True, gc=False):
    """An image (`bbox` and so on empty) or an annotation, on its way through a bucket."""

    key: int | str
    place: int
    image: _Image | None
    category: int | str
    bbox: list[float] | None
    segmentation: msgspec.Raw
    score: float | None


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
    name = path.name
    with Buckets(file_size(path)) as buckets, opened(path) as file:
        categories, normalised = _deal(JsonStream(file, name), name, buckets)
        decode = msgspec.json.Decoder(list[_Entry]).decode
        for bucket in buckets:
            images: dict[int | str, tuple[_Entry, list[_Entry]]] = {}
            waiting: list[_Entry] = []
            for entry in decode(bucket):
                if entry.image is None:
                    waiting.append(entry)
                elif entry.key in images:
                    places = f"images[{images[entry.key][0].place}] and images[{entry.place}]"
                    raise BadInput(f"{name}: {places} have the same id {entry.key}.", "Give each image its own id.")
                else:
                    images[entry.key] = (entry, [])
            for entry in waiting:
                if entry.key not in images:
                    place = f"{name}, annotations[{entry.place}]"
                    raise BadInput(f"{place}: there is no image with the id {entry.key}.", "Export it anew.")
                images[entry.key][1].append(entry)
            for found, annotations in images.values():
                yield _image(name, found, annotations, categories, normalised)


def _deal(stream: JsonStream, name: str, buckets: Buckets) -> tuple[dict[int | str, str], bool]:
    """Puts images and annotations into buckets; the classes, and whether boxes are shares of the size."""
    categories: dict[int | str, str] | None = None
    annotations = _Annotations(name, buckets)
    encode = msgspec.json.Encoder().encode
    found = set()
    for key in stream.members():
        if key in found and key in ("images", "annotations", "categories"):
            raise BadInput(f"{name} has “{key}” twice.", "Export it anew.")
        found.add(key)
        if key == "images":
            for first, images in stream.array(msgspec.json.Decoder(list[_Image]).decode, key):
                for place, image in enumerate(images, first):
                    number = _id(image.id)
                    buckets.add(number, encode(_Entry(number, place, image, 0, None, _NOTHING, None)))
        elif key == "annotations":
            annotations.take(stream)
        elif key == "categories":
            categories = _categories(stream, name)
    for key in ("images", "annotations", "categories"):
        if key not in found:
            raise BadInput(f"{name} is no COCO: it has no “{key}”.", "Name its format with --format.")
    return categories or {}, annotations.normalised


class _Annotations:
    """Annotations on their way into the buckets: their ids are looked at, and whether all boxes are shares."""

    def __init__(self, name: str, buckets: Buckets) -> None:
        self._name, self._buckets = name, buckets
        self._largest = 0.0
        self._has_areas = False

    @property
    def normalised(self) -> bool:
        return 0 < self._largest < NORMALISED_BELOW and not self._has_areas

    def take(self, stream: JsonStream) -> None:
        encode, add = msgspec.json.Encoder().encode, self._buckets.add
        ids = array("q")  # eight bytes each
        largest, areas = 0.0, False
        for first, rows in stream.array(msgspec.json.Decoder(list[_Annotation]).decode, "annotations"):
            for place, row in enumerate(rows, first):
                key = row.image_id if type(row.image_id) is int else _id(row.image_id)
                category = row.category_id if type(row.category_id) is int else _id(row.category_id)
                box = row.bbox
                if box:
                    largest = max(largest, max(box))
                    areas = areas or bool(row.area)
                if row.id is not None:
                    ids.append(row.id if type(row.id) is int and abs(row.id) < 1 << 62 else _hash(row.id))
                add(key, encode(_Entry(key, place, None, category, box, row.segmentation, row.score)))
        self._largest, self._has_areas = largest, areas
        self._refuse_twice(ids)

    def _refuse_twice(self, ids: array[int]) -> None:
        if all(one < other for one, other in pairwise(ids)):
            return
        ordered = sorted(ids)
        for one, other in pairwise(ordered):
            if one == other:
                first = ids.index(one)
                second = ids.index(one, first + 1)
                places = f"annotations[{first}] and annotations[{second}]"
                raise BadInput(f"{self._name}: {places} have the same id.", "Give each annotation its own id.")


def _categories(stream: JsonStream, name: str) -> dict[int | str, str]:
    found: dict[int | str, str] = {}
    for first, rows in stream.array(msgspec.json.Decoder(list[_Category]).decode, "categories"):
        for place, row in enumerate(rows, first):
            number = _id(row.id)
            if number in found:
                raise BadInput(f"{name}, categories[{place}]: the id {number} is used twice.", "Export it anew.")
            found[number] = row.name
    return found


def _id(value: Id) -> int | str:
    """Some tools write 3.0 where they mean 3."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
    return value


def _hash(value: Id) -> int:
    return int.from_bytes(blake2b(str(_id(value)).encode("utf-8", "replace"), digest_size=8).digest(), signed=True)


def _image(
    name: str, entry: _Entry, annotations: list[_Entry], categories: dict[int | str, str], unit: bool
) -> ReadImage:
    image = entry.image
    assert image is not None
    place = Place(name, ", images[", entry.place, "]")
    # Azure's coco_url holds the path in the datastore; other tools' a place on the web.
    texts = [text for text in (image.coco_url, image.file_name, image.absolute_url) if text]
    names = (
        names_of(texts[0]) if len(texts) == 1 else tuple(dict.fromkeys(one for text in texts for one in names_of(text)))
    )
    if not names:
        raise BadInput(f"{place}: it has no file_name.", "Export it anew.")
    width, height = image_size(place, image.width or 0, image.height or 0)
    regions: list[ReadRegion] = []
    tags: list[str] = []
    left_out: dict[str, int] = {}
    for one in annotations:
        where = Place(name, ", annotations[", one.place, "]")
        if one.category not in categories:
            raise BadInput(f"{where}: there is no category with the id {one.category}.", "Export it anew.")
        name_of = categories[one.category]
        if len(bytes(one.segmentation)) >= _NO_POLYGON:
            found = _polygons(where, name_of, one)
        elif not one.bbox:
            tags.append(name_of)
            continue
        else:
            found = [ReadRegion(name_of, _box(where, one.bbox), (), _sure(one))]
        regions += found
        if not found:
            left_out["degenerate"] = left_out.get("degenerate", 0) + 1
    unique = tuple(dict.fromkeys(tags))
    return ReadImage(names, place, tuple(regions), unique, width, height, unit, left_out=left_out)


def _sure(entry: _Entry) -> float:
    return 1.0 if entry.score is None else min(max(entry.score, 0.0), 1.0)


def _box(place: Place, bbox: list[float]) -> Box:
    if len(bbox) != 4:
        raise BadInput(f"{place}: a bbox has four numbers, this one {len(bbox)}.", "Export it anew.")
    return sized_box(place, *bbox)


def _polygons(place: Place, name: str, entry: _Entry) -> list[ReadRegion]:
    """One region; one for each polygon where an object is in several parts."""
    rings = [points for ring in _rings(place, entry.segmentation) if (points := polygon(place, ring))]
    if len(rings) > 1:
        return [ReadRegion(name, None, points, _sure(entry)) for points in rings]
    box = _box(place, entry.bbox) if entry.bbox else None
    return [ReadRegion(name, box, rings[0] if rings else (), _sure(entry))] if box or rings else []


def _rings(place: Place, raw: msgspec.Raw) -> list[list[float]]:
    data = bytes(raw)
    if data.lstrip().startswith(b"{"):
        mend = "Export polygons instead of masks; nothing was imported."
        raise BadInput(f"{place}: its segmentation is a run-length encoded mask (RLE), which has no outline.", mend)
    try:
        found: list[list[float]] = msgspec.json.decode(data, type=list[list[float]])
    except msgspec.DecodeError as error:
        raise BadInput(f"{place}: its segmentation is no list of polygons ({error}).", "Export it anew.") from None
    return found
