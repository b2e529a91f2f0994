"""Azure Custom Vision's `tagged-images.json`, as its labs hand it out: `{"files": [{"filename", "tags": [...]}]}`; and what
its API answers to GetTaggedImages (see `answer`).

A tag has a class and a box (left, top, width, height) in shares of the image's size; one without a box is a class for the
whole image.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.customvision.answer import image_of_answer
from tui_labeler.formats.customvision.signature import is_answer
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading, sized_box
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of
from tui_labeler.model.errors import BadInput

_SIDES = ("left", "top", "width", "height")


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput for what is no such file."""
    for name in source.ending(".json") if source.is_folder else source.files:
        shown = source.shown(name)
        if source.is_folder and b'"files"' not in source.head(name) and not is_answer(source.head(name)):
            reading.pass_over("other_file", shown)
            continue
        with source.open(name) as file:
            stream = JsonStream(file, shown)
            if stream.is_array:
                for first, images in stream.array(msgspec.json.Decoder(list[Any]).decode, "images"):
                    for number, item in enumerate(images, first):
                        try:
                            yield image_of_answer(Place(shown, ", images[", number, "]"), item, reading)
                        except BadInput as error:
                            reading.bad_entry(error)
                continue
            has_files = False
            for key in stream.members():
                if key == "files":
                    has_files = True
                    for first, files in stream.array(msgspec.json.Decoder(list[Any]).decode, key):
                        for number, item in enumerate(files, first):
                            place = Place(shown, ", files[", number, "]")
                            try:
                                yield _image(place, item, reading)
                            except BadInput as error:
                                reading.bad_entry(error)
            if not has_files:
                what = f"{shown} is not a tagged-images.json: it has no “files”."
                raise BadInput(what, "Name its format with --format.")


def _image(place: Place, file: Any, reading: Reading) -> ReadImage:
    name = file.get("filename") if isinstance(file, dict) else None
    if not isinstance(name, str) or not name:
        raise BadInput(f"{place}: it has no filename.", "Correct it in the file.")
    regions: list[ReadRegion] = []
    tags: list[str] = []
    left: list[LeftOut] = []
    given = file.get("tags")
    entries = given if isinstance(given, list) else []
    for number, tag in enumerate(entries, 1):
        where = Place(place, ", tag ", number)
        try:
            region = _region(where, tag)
        except BadInput as error:
            left.append(reading.left_out("bad_box", where, error))
            continue
        if isinstance(region, str):
            tags.append(region)
        else:
            regions.append(region)
    stated = Stated.LABELED if entries else Stated.LISTED
    unique = tuple(dict.fromkeys(tags))
    return ReadImage(
        names_of(name), place, tuple(regions), unique, unit=Unit.SHARES, stated=stated, left_out=tuple(left)
    )


def _region(place: Place, tag: Any) -> ReadRegion | str:
    """A box, or a class for the whole image."""
    name = tag.get("tag") if isinstance(tag, dict) else None
    if not isinstance(name, str) or not name:
        raise BadInput(f"{place}: it has no class.", "Correct it in the file.")
    numbers = [tag.get(key) for key in _SIDES]
    if all(number is None for number in numbers):
        return name
    if not all(isinstance(number, (int, float)) and not isinstance(number, bool) for number in numbers):
        raise BadInput(f"{place}: a part of its box is missing.", "Correct it in the file.")
    return ReadRegion(name, sized_box(place, *(float(number) for number in numbers if number is not None)))
