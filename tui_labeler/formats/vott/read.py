"""VoTT read: `{"assets": {id: {"asset", "regions"}}}` of an export, `{"asset", "regions"}` of `*-asset.json`, and version
1's `{"frames": {name: [...]}}`.

Corners are edges from 0. An image without regions is only listed: VoTT keeps those that someone merely looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import msgspec

from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading, corner_box, polygon, sized_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion
from tui_labeler.formats.source import Source
from tui_labeler.formats.values import Entry, Fields, fields_of, list_of, number_of, numbers_of, spanned_box, text_of
from tui_labeler.formats.vott.signature import kind_of
from tui_labeler.model.errors import BadInput

_MOST = 16 << 20
_BOXES = frozenset({"rectangle", "square", "rect", ""})


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """An image stands in an export and in its own file: the export counts. Raises BadInput where no file is VoTT's."""
    names = source.ending(".json", ".vott") if source.is_folder else source.files
    kinds = {name: kind_of(source.ends(name)) for name in names}
    has_whole = any(kind in ("assets", "frames") for kind in kinds.values())
    count = 0
    for name, kind in kinds.items():
        shown = source.shown(name)
        if not kind or (kind == "asset" and has_whole):
            if not source.is_folder:
                raise BadInput(f"{shown} is not VoTT's: it has no assets with regions.", "Export as VoTT JSON.")
            if not kind:
                reading.pass_over("other_file", shown)
            continue
        count += 1
        yield from _single(source, name, reading) if kind == "asset" else _whole(source, name, kind, reading)
    if not count:
        raise BadInput(f"There is no file of VoTT in {source.path}.", "Name the folder of its export.")


def _single(source: Source, name: str, reading: Reading) -> Iterator[ReadImage]:
    shown = source.shown(name)
    try:
        content = msgspec.json.decode(source.read(name, _MOST).removeprefix(b"\xef\xbb\xbf"))
        yield _asset(Place(shown), fields_of(content), reading)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reading.bad_entry(BadInput(f"{shown} is not complete JSON: {error}.", "Correct the file."), "bad_file")
    except BadInput as error:
        reading.bad_entry(error)


def _whole(source: Source, name: str, kind: str, reading: Reading) -> Iterator[ReadImage]:
    shown = source.shown(name)
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    with source.open(name) as file:
        stream = JsonStream(file, shown)
        for member in stream.members():
            if member != kind:
                continue
            for _, items in stream.entries(decode, kind):
                for key, item in items.items():
                    place = Place(shown, f", {kind}[", key, "]")
                    try:
                        image = _frame(place, key, item, reading) if kind == "frames" else _asset(place, item, reading)
                        yield image
                    except BadInput as error:
                        reading.bad_entry(error)


def _asset(place: Place, item: Any, reading: Reading) -> ReadImage:
    asset = fields_of(fields_of(item).get("asset"))
    path = text_of(asset.get("path")).removeprefix("file:")
    name = text_of(asset.get("name"))
    entry = Entry(place, reading).named(name, unquote(name), path, unquote(path))
    size = fields_of(asset.get("size"))
    entry.sized(size.get("width"), size.get("height"))
    for number, region in enumerate(list_of(fields_of(item).get("regions")), 1):
        where = Place(place, ", region ", number)
        with entry.part(where):
            _add(entry, where, fields_of(region), _region)
    return entry.image()


def _frame(place: Place, key: str, item: Any, reading: Reading) -> ReadImage:
    """An image of version 1; regions may be of a picture that was shown smaller."""
    entry = Entry(place, reading).named(key, unquote(key))
    for number, region in enumerate(list_of(item), 1):
        where = Place(place, ", region ", number)
        fields = fields_of(region)
        if number == 1:
            entry.sized(fields.get("width"), fields.get("height"))
        with entry.part(where):
            _add(entry, where, fields, _region_1)
    return entry.image()


def _add(entry: Entry, place: Place, fields: Fields, make: Any) -> None:
    names = [name for tag in list_of(fields.get("tags")) if (name := text_of(tag))]
    if not names:
        entry.leave("no_class", place)
        return
    if len(names) > 1:
        raise BadInput(f"{place}: it has {len(names)} tags, where a region has one class.", "Keep one of them.")
    region = make(place, names[0], fields)
    entry.leave(region, place) if isinstance(region, str) else entry.regions.append(region)


def _region(place: Place, name: str, fields: Fields) -> ReadRegion | str:
    kind = text_of(fields.get("type")).lower()
    points = [numbers_of(place, fields_of(point), ("x", "y")) for point in list_of(fields.get("points"))]
    if kind == "polygon":
        outline = polygon(place, [value for point in points for value in point])
        return ReadRegion(name, points=outline) if outline else "degenerate"
    if kind not in _BOXES:
        return "shape"
    box = fields.get("boundingBox")
    if isinstance(box, dict):
        return ReadRegion(name, sized_box(place, *numbers_of(place, box, ("left", "top", "width", "height"))))
    return ReadRegion(name, spanned_box(place, [x for x, _ in points], [y for _, y in points]))


def _region_1(place: Place, name: str, fields: Fields) -> ReadRegion | str:
    if text_of(fields.get("type")).lower() not in _BOXES:
        return "shape"
    corners = [number_of(place, fields.get(key), key) for key in ("x1", "y1", "x2", "y2")]
    return ReadRegion(name, corner_box(place, *corners))
