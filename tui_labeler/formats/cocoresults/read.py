"""COCO results read: `[{"image_id", "category_id", "bbox" or "segmentation", "score"}]`, all of it proposed.

The numbers are those of the COCO file that the model was run on; it has to lie beside the results. Some tools name images
and classes themselves (`file_name`, `category_name`), and Ultralytics writes the image's name without suffix as its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.buckets import Buckets
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.masks import run_lengths
from tui_labeler.formats.reading import Reading, polygon, sized_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.source import FileSource, Source
from tui_labeler.formats.values import Entry, Fields, fields_of, list_of, number_of, share_of, text_of
from tui_labeler.model.errors import BadInput

_KEYS = (b'"categories"', b'"images"')
_NUMBERS = "a list of detections (COCO results) names images and classes by numbers"
_MEND = "Put the COCO file that the model was run on (its images and categories) into the same folder."


class _About(msgspec.Struct):
    """What the COCO file beside the results says: names and sizes of images, and names of classes, by their ids."""

    images: dict[str, tuple[str, int, int]] = {}
    classes: dict[str, str] = {}
    name: str = ""


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where nothing says what the numbers mean."""
    for name in source.ending(".json") if source.is_folder else source.files:
        yield from _Results(source, name, reading).images()


class _Results:
    """One file. Detections of an image may stand anywhere."""

    def __init__(self, source: Source, name: str, reading: Reading) -> None:
        self._source, self._name, self._reading = source, name, reading
        self._shown = source.shown(name)
        self._about = _about(source, name)

    def images(self) -> Iterator[ReadImage]:
        encode = msgspec.json.Encoder().encode
        with Buckets(self._source.size(self._name)) as buckets:
            for number, row in self._rows():
                result = fields_of(row)
                key = text_of(result.get("image_id")) or text_of(result.get("file_name"))
                if not key:
                    what = f"{self._shown}, results[{number}]: it has no image_id."
                    self._reading.bad_entry(BadInput(what, "Correct it in the file."))
                    continue
                buckets.add(key, encode([key, number, result]))
            decode = msgspec.json.Decoder(list[tuple[str, int, Fields]]).decode
            for bucket in buckets:
                images: dict[str, list[tuple[int, Fields]]] = {}
                for key, number, result in decode(bucket):
                    images.setdefault(key, []).append((number, result))
                for key, rows in images.items():
                    try:
                        yield self._image(key, rows)
                    except BadInput as error:
                        if not self._about.name:
                            raise  # the same for all of them
                        self._reading.bad_entry(error)

    def _rows(self) -> Iterator[tuple[int, Any]]:
        with self._source.open(self._name) as file:
            stream = JsonStream(file, self._shown)
            if not stream.is_array:
                raise BadInput(f"{self._shown} is not a list of detections.", "Name its format with --format.")
            for first, rows in stream.array(msgspec.json.Decoder(list[Any]).decode, "results"):
                yield from enumerate(rows, first)

    def _image(self, key: str, rows: list[tuple[int, Fields]]) -> ReadImage:
        entry = Entry(Place(self._shown, ", results[", rows[0][0], "]"), self._reading)
        known = self._about.images.get(key)
        name = next((text for _, row in rows if (text := text_of(row.get("file_name")))), "")
        if known is not None:
            name, entry.size = known[0], known[1:]
        elif not name and not key.isdecimal():
            name = key  # Ultralytics' ids are the images' names
        if not name:
            raise BadInput(f"{entry.place}: {_NUMBERS}, and no file here says which image {key[:40]} is.", _MEND)
        entry.named(name)
        entry.unit = Unit(self._reading.options.coordinates or "pixels")
        for number, row in rows:
            where = Place(self._shown, ", results[", number, "]")
            label = self._class(where, row)
            if not label:
                entry.leave("unknown_class", where)
                continue
            with entry.part(where, "bad_box"):
                entry.regions.append(_region(where, label, row))
        return entry.image(labeled=Stated.PROPOSED)

    def _class(self, place: Place, row: Fields) -> str:
        key = text_of(row.get("category_id"))
        label = text_of(row.get("category_name")) or self._about.classes.get(key, "")
        if not label and not self._about.name:
            raise BadInput(f"{place}: {_NUMBERS}, and no file here says which class {key[:40]} is.", _MEND)
        return label


def _region(place: Place, name: str, row: Fields) -> ReadRegion:
    sure = share_of(row.get("score"))
    outline = row.get("segmentation")
    mask = None
    points: tuple[tuple[float, float], ...] = ()
    if isinstance(outline, dict):
        mask = run_lengths(list_of(outline.get("size")), outline.get("counts"), place)
    elif len(rings := list_of(outline)) == 1:
        points = polygon(place, [number_of(place, coordinate, "coordinate") for coordinate in list_of(rings[0])])
    values = [number_of(place, coordinate, "coordinate") for coordinate in list_of(row.get("bbox"))]
    if len(values) == 4:
        return ReadRegion(name, sized_box(place, *values), points, sure, mask=mask)
    if values or not (points or mask):
        raise BadInput(f"{place}: a bbox has four numbers, this one {len(values)}.", "Correct it in the file.")
    return ReadRegion(name, None, points, sure, mask=mask)


def _about(source: Source, name: str) -> _About:
    """The one COCO file beside the results. Raises BadInput where there are several."""
    around = source.folder if isinstance(source, FileSource) else source
    coco_files = [
        path
        for path in around.ending(".json")
        if path != name and path.count("/") <= 1 and all(key in around.ends(path) for key in _KEYS)
    ]
    if not coco_files:
        return _About()
    if len(coco_files) > 1:
        what = f"{source.shown(name)} are results, and several COCO files lie beside them: {', '.join(coco_files[:4])}."
        raise BadInput(what, "Leave the one there that the model was run on.")
    about = _About({}, {}, coco_files[0])
    decode = msgspec.json.Decoder(list[Any]).decode
    with around.open(coco_files[0]) as file:
        stream = JsonStream(file, around.shown(coco_files[0]))
        for key in stream.members():
            if key not in ("images", "categories"):
                continue
            for _, rows in stream.array(decode, key):
                for row in map(fields_of, rows):
                    number = text_of(row.get("id"))
                    if key == "categories":
                        about.classes[number] = text_of(row.get("name"))
                    else:
                        sizes = (row.get("width"), row.get("height"))
                        width, height = (side if isinstance(side, int) and 0 < side < 10**6 else 0 for side in sizes)
                        about.images[number] = (text_of(row.get("file_name")), width, height)
    return about
