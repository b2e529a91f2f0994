"""VIA 3's project: files, and metadata that are shapes of them, whose attributes stand under numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.buckets import Buckets
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place, ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.values import Entry, Fields, fields_of, list_of, text_of
from tui_labeler.formats.via.shapes import Attributes, class_of, others_of, region_of_xy


class _Told(msgspec.Struct):
    """What a project says besides its metadata: names of attributes and of their options, names of files, and which file a
    view shows."""

    attributes: dict[str, tuple[str, dict[str, str]]] = {}
    files: dict[str, tuple[str, str]] = {}
    views: dict[str, str] = {}


def read_project(source: Source, name: str, reading: Reading) -> Iterator[ReadImage]:
    """Shapes that are times of a video are passed over. Raises BadInput where no attribute can be told to be the class."""
    shown = source.shown(name)
    told, seen = _Told({}, {}, {}), Attributes()
    encode = msgspec.json.Encoder().encode
    with Buckets(source.size(name)) as buckets:
        for member, key, value in _members(source, name):
            if member == "metadata":
                seen.seen(value.get("av"))
                buckets.add(text_of(value.get("vid")), encode([key, value]))
            else:
                _tell(told, member, key, value)
        seen.counts = type(seen.counts)({told.attributes.get(key, (key, {}))[0]: n for key, n in seen.counts.items()})
        wanted = seen.class_key(shown, dict(reading.options.columns).get("label", ""))
        key = next((key for key, (title, _) in told.attributes.items() if title == wanted), wanted)
        names = told.attributes.get(key, ("", {}))[1]
        decode = msgspec.json.Decoder(list[tuple[str, Any]]).decode
        spoken_of = set()
        for bucket in buckets:
            views: dict[str, list[tuple[str, Fields]]] = {}
            for at, value in decode(bucket):
                views.setdefault(text_of(fields_of(value).get("vid")), []).append((at, fields_of(value)))
            for view, rows in views.items():
                spoken_of.add(view)
                if (entry := _entry(shown, view, told, reading)) is not None:
                    _add(entry, rows, key, names, reading)
                    yield entry.image()
        for view in told.views:
            if view not in spoken_of and (entry := _entry(shown, view, told, reading)) is not None:
                yield entry.image()


def _members(source: Source, name: str) -> Iterator[tuple[str, str, Fields]]:
    decode = msgspec.json.Decoder(dict[str, Any]).decode
    with source.open(name) as file:
        stream = JsonStream(file, source.shown(name))
        for member in stream.members():
            if member in ("attribute", "file", "view", "metadata"):
                for _, items in stream.entries(decode, member):
                    for key, value in items.items():
                        yield member, key, fields_of(value)


def _tell(told: _Told, member: str, key: str, value: Fields) -> None:
    if member == "attribute":
        options = {number: text_of(text) for number, text in fields_of(value.get("options")).items()}
        told.attributes[key] = (text_of(value.get("aname")), options)
    elif member == "file":
        told.files[key] = (text_of(value.get("fname")), text_of(value.get("src")))
    else:
        files = list_of(value.get("fid_list"))
        if len(files) == 1:
            told.views[key] = text_of(files[0])


def _entry(shown: str, view: str, told: _Told, reading: Reading) -> Entry | None:
    texts = told.files.get(told.views.get(view, ""), ("", ""))
    place = Place(shown, ", view ", view)
    if not any(texts):
        reading.pass_over("no_image", place)
        return None
    return Entry(place, reading).named(*texts)


def _add(entry: Entry, rows: list[tuple[str, Fields]], key: str, names: dict[str, str], reading: Reading) -> None:
    for at, value in rows:
        where = Place(entry.place, ", metadata ", at)
        numbers = list_of(value.get("xy"))
        reading.pass_over_values(others_of(value.get("av"), key), where)
        with entry.part(where):
            said = class_of(where, value.get("av"), key)
            name = names.get(said, said)
            if not numbers:
                if name:
                    entry.tags.append(name)
                continue
            region = region_of_xy(where, name, numbers) if name else "no_class"
            entry.leave(region, where) if isinstance(region, str) else entry.regions.append(region)
