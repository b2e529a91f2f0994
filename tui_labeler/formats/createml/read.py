"""Create ML's JSON read: `[{"image", "annotations": [{"label", "coordinates": {x, y, width, height}}]}]`.

An image may stand alone, without the list. Coordinates are pixels, and x and y the box's centre, unless a person says
otherwise (Create ML itself can be told to read them from the corner). An image without annotations is only listed,
unless labelImg marked it as verified.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from tui_labeler.formats.createml.signature import is_entry
from tui_labeler.formats.jsonlists import json_list
from tui_labeler.formats.reading import Reading, box_of
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.source import Source
from tui_labeler.formats.values import Entry, Fields, fields_of, list_of, numbers_of, path_of, text_of
from tui_labeler.model.errors import BadInput

_SIDES = ("x", "y", "width", "height")
_NAMES = ("image", "imagefilename", "filename", "imageURL")


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is a list of images, or one image."""
    reading.box_is = "" if reading.options.box else "center"
    for place, item in json_list(source, reading, "images", is_entry):
        try:
            yield _image(place, fields_of(item), reading)
        except BadInput as error:
            reading.bad_entry(error)


def _image(place: Place, item: Fields, reading: Reading) -> ReadImage:
    entry = Entry(place, reading).named(*(path_of(item.get(key)) for key in _NAMES))
    entry.folder = posixpath.dirname(place.start) if isinstance(place.start, str) else ""
    entry.unit = Unit(reading.options.coordinates or "pixels")
    annotations = item.get("annotations", item.get("annotation", item.get("label")))
    if isinstance(annotations, str):
        entry.tags += filter(None, (annotations.strip(),))
    for number, annotation in enumerate(list_of(annotations), 1):
        where = Place(place, ", annotation ", number)
        if isinstance(annotation, str):
            entry.tags += filter(None, (annotation.strip(),))
            continue
        with entry.part(where, "bad_box"):
            _add(entry, where, fields_of(annotation), reading.options.box or "center")
    return entry.image(Stated.EMPTY if item.get("verified") is True else Stated.LISTED)


def _add(entry: Entry, place: Place, annotation: Fields, box_is: str) -> None:
    label: Any = annotation.get("label", annotation.get("class"))
    names = [name for value in (label if isinstance(label, list) else [label]) if (name := text_of(value))]
    if not names:
        entry.leave("no_class", place)
        return
    if annotation.get("coordinates") is None:
        entry.tags += names
        return
    if len(names) > 1:
        raise BadInput(f"{place}: it has {len(names)} labels, where a region has one class.", "Keep one of them.")
    numbers = numbers_of(place, fields_of(annotation["coordinates"]), _SIDES)
    entry.regions.append(ReadRegion(names[0], box_of(place, numbers, box_is)))
