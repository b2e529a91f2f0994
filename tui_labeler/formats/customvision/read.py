"""Azure Custom Vision's `tagged-images.json`, as its labs hand it out: `{"files": [{"filename", "tags": [...]}]}`.

A tag has a class and a box (left, top, width, height) in shares of the image's size; one without a box is a class for the
whole image.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading, sized_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Unit
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of
from tui_labeler.model.errors import BadInput


class _Tag(msgspec.Struct):
    tag: str
    left: float | None = None
    top: float | None = None
    width: float | None = None
    height: float | None = None


class _File(msgspec.Struct):
    filename: str
    tags: list[_Tag] = []


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput with file and place."""
    for name in source.ending(".json") if source.is_folder else source.files:
        yield from _read_file(source, name)


def _read_file(source: Source, name: str) -> Iterator[ReadImage]:
    shown = source.shown(name)
    with source.open(name) as file:
        stream = JsonStream(file, shown)
        found = False
        for key in stream.members():
            if key == "files":
                found = True
                for first, files in stream.array(msgspec.json.Decoder(list[_File]).decode, key):
                    for number, one in enumerate(files, first):
                        yield _image(Place(shown, ", files[", number, "]"), one)
        if not found:
            raise BadInput(f"{shown} is no tagged-images.json: it has no “files”.", "Name its format with --format.")


def _image(place: Place, file: _File) -> ReadImage:
    regions: list[ReadRegion] = []
    tags: list[str] = []
    for number, tag in enumerate(file.tags):
        numbers = (tag.left, tag.top, tag.width, tag.height)
        if all(value is None for value in numbers):
            tags.append(tag.tag)
            continue
        x, y, width, height = (value for value in numbers if value is not None) if None not in numbers else (0.0,) * 4
        if None in numbers:
            raise BadInput(f"{place}, tag {number + 1}: a part of its box is missing.", "Correct it in the file.")
        where = Place(place, ", tag ", number + 1)
        regions.append(ReadRegion(tag.tag, sized_box(where, x, y, width, height)))
    return ReadImage(names_of(file.filename), place, tuple(regions), tuple(dict.fromkeys(tags)), unit=Unit.SHARES)
