"""Azure ML's labeled JSON Lines, of its first and its second version, and of AutoML's own examples.

A row's `image_url` is `AmlDatastore://…` (version 1), `azureml://…` short or long (version 2), or any URL; `label` is a
class, a list of classes, or a list of boxes or polygons in shares of the image's size. A folder is read by its
`MLTable`'s JSON Lines, and so are the two folders of a split. Who makes such files by hand often writes pixels: a file
whose numbers are mostly too large for shares is refused until a person says what they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from tui_labeler.formats.azureml.signature import files_of_rows
from tui_labeler.formats.jsonlines import decode_json, numbered_lines
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading, corner_box, image_size, polygon
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.source import FileSource, Source
from tui_labeler.formats.urls import names_of
from tui_labeler.formats.values import Fields, is_set
from tui_labeler.model.errors import BadInput

_COORDINATES = ("topX", "topY", "bottomX", "bottomY")
_BEYOND = 2.0  # no share is larger, not even of a box that leads out of its image
_LOOK = 200  # rows that are looked at before the first is given


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput with file and line."""
    source, files = _files(source)
    for name in files:
        unit, marks_crowds = _looked(source, name, reading)
        for place, row in _rows(source, name, reading):
            try:
                if isinstance(row, BadInput):
                    raise row
                yield _image(place, row, unit, marks_crowds, reading)
            except BadInput as error:
                reading.bad_entry(error)


def _rows(source: Source, name: str, reading: Reading) -> Iterator[tuple[Place, Fields | BadInput]]:
    """The rows, or what is wrong with one: a line each, or the items of a list. Raises BadInput for lines beyond
    `MOST_LINE`."""
    shown = source.shown(name)
    if source.head(name).lstrip().startswith(b"["):
        with source.open(name) as file:
            for first, rows in JsonStream(file, shown).array(msgspec.json.Decoder(list[Any]).decode, "rows"):
                for number, row in enumerate(rows, first):
                    place = Place(shown, ", rows[", number, "]")
                    yield place, row if isinstance(row, dict) else _no_row(place)
        return
    for place, line in numbered_lines(source, name):
        try:
            fields: Fields | BadInput = _row(line, place, reading)
        except BadInput as error:
            fields = error
        yield place, fields


def _no_row(place: Place) -> BadInput:
    return BadInput(f"{place} is not an object with image_url and label.", "Correct it in the file.")


def _files(source: Source) -> tuple[Source, tuple[str, ...]]:
    """The JSON Lines files of a file or folder, in the order of their names, and where they are."""
    if isinstance(source, FileSource):
        if source.path.name != "MLTable":
            return source, source.files
        source = source.folder
    files = files_of_rows(source) or source.ending(".jsonl")
    if not files:
        raise BadInput(f"There is no .jsonl file in {source.path}.", "Name the file, or the folder that holds it.")
    return source, files


def _row(line: bytes, place: Place, reading: Reading) -> Fields:
    """The object of a line. Raises BadInput."""
    if reading.options.encoding:
        line = reading.text(line, str(place)).encode()
    try:
        row = decode_json(line)
    except ValueError as error:
        raise BadInput(f"{place} is not valid JSON: {error}.", "Correct it in the file.") from None
    if not isinstance(row, dict):
        raise _no_row(place)
    return row


def _looked(source: Source, name: str, reading: Reading) -> tuple[Unit, bool]:
    """What the first rows say: the unit, and whether `isCrowd` tells some objects from others (it is not set everywhere).
    The format has shares. Raises BadInput where most numbers are too large for that."""
    boxes = large = crowds = 0
    first = ""
    for place, row in islice(_rows(source, name, reading), _LOOK):
        if isinstance(row, BadInput):
            continue
        for label in row.get("label", []) if isinstance(row.get("label"), list) else []:
            numbers = _all_numbers(label)
            if numbers:
                boxes += 1
                large += max(numbers) > _BEYOND
                crowds += is_set(label.get("isCrowd"))
                first = first or (str(place) if max(numbers) > _BEYOND else "")
    marks_crowds = crowds < boxes
    if reading.options.coordinates:
        return Unit(reading.options.coordinates), marks_crowds
    if large * 2 > boxes:
        what = f"{first}: its numbers are too large for shares of the image's size; they may be pixels."
        raise BadInput(what, "Say which: --coordinates pixels, or --coordinates shares.")
    return Unit.SHARES, marks_crowds


def _all_numbers(label: Any) -> list[float]:
    if not isinstance(label, dict):
        return []
    rings = label.get("polygon")
    values = [value for ring in rings if isinstance(ring, list) for value in ring] if isinstance(rings, list) else []
    values += [label.get(key) for key in _COORDINATES]
    return [float(value) for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]


def _image(place: Place, row: Fields, unit: Unit, marks_crowds: bool, reading: Reading) -> ReadImage:
    url = row.get("image_url")
    if not isinstance(url, str) or not url:
        raise BadInput(f"{place}: it has no image_url.", "Correct it in the file.")
    names = names_of(url)
    left: list[LeftOut] = []
    width = height = 0
    details = row.get("image_details")
    details = details if isinstance(details, dict) else row
    try:
        width, height = image_size(place, _pixels(place, details.get("width")), _pixels(place, details.get("height")))
    except BadInput:
        width = height = 0  # the image itself says it
    labels = row.get("label")
    if isinstance(labels, (str, int, float)) and not isinstance(labels, bool):
        return ReadImage(names, place, tags=(_text(labels),), width=width, height=height)
    if not isinstance(labels, list):
        if labels is None:
            return ReadImage(names, place, width=width, height=height, stated=Stated.LISTED)
        raise BadInput(f"{place}: its label is neither a class nor a list.", "Correct it in the file.")
    given = row.get("label_confidence")
    confidence = given if isinstance(given, list) else []
    regions: list[ReadRegion] = []
    tags: list[str] = []
    for number, label in enumerate(labels):
        where = Place(place, ", label ", number + 1)
        if isinstance(label, (str, int)) and not isinstance(label, bool):
            tags.append(_text(label))
            continue
        if marks_crowds and isinstance(label, dict) and is_set(label.get("isCrowd")):
            left.append(LeftOut("crowd", where))
            continue
        sure = confidence[number] if number < len(confidence) else 1.0
        sure = min(max(float(sure), 0.0), 1.0) if isinstance(sure, (int, float)) else 1.0
        try:
            label_regions = _regions(where, label, sure, unit)
        except BadInput as error:
            left.append(reading.left_out("bad_box", where, error))
            continue
        regions += label_regions
        if not label_regions:
            left.append(LeftOut("degenerate", where))
    stated = Stated.LABELED if labels else Stated.EMPTY
    return ReadImage(names, place, tuple(regions), tuple(tags), width, height, unit, stated, left_out=tuple(left))


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _regions(place: Place, label: Any, confidence: float, unit: Unit) -> list[ReadRegion]:
    """One for a box, one for each ring of a polygon. Raises BadInput."""
    name = label.get("label") if isinstance(label, dict) else None
    if name is None or isinstance(name, (list, dict, bool)) or name == "":
        raise BadInput(f"{place}: it has no class.", "Correct it in the file.")
    numbers = _all_numbers(label)
    if unit is Unit.SHARES and numbers and max(map(abs, numbers)) > _BEYOND:
        raise BadInput(
            f"{place}: {max(numbers, key=abs):g} is not a share of the image's size.", "Correct it in the file."
        )
    rings = label.get("polygon")
    if rings is not None:
        regions = []
        for ring in rings if isinstance(rings, list) else []:
            if not isinstance(ring, list) or not all(isinstance(coordinate, (int, float)) for coordinate in ring):
                raise BadInput(f"{place}: its polygon is not a list of numbers.", "Correct it in the file.")
            if points := polygon(place, [float(coordinate) for coordinate in ring]):
                regions.append(ReadRegion(_text(name), points=points, confidence=confidence))
        return regions
    corners = [label.get(key) for key in _COORDINATES]
    missing = [
        key
        for key, value in zip(_COORDINATES, corners, strict=True)
        if isinstance(value, bool) or not isinstance(value, (int, float))
    ]
    if missing:
        raise BadInput(f"{place}: {', '.join(missing)} is missing.", "Correct it in the file.")
    return [ReadRegion(_text(name), corner_box(place, *map(float, corners)), confidence=confidence)]


def _pixels(place: Place, value: Any) -> float:
    """`"400px"`, 400, or nothing."""
    if value is None or isinstance(value, bool):
        return 0.0
    try:
        return float(value.strip().removesuffix("px") or 0) if isinstance(value, str) else float(value)
    except (TypeError, ValueError):
        raise BadInput(f"{place}: “{value}” is not a width or height.", "Correct it in the file.") from None
