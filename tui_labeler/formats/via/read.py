"""VIA read: an object an image (annotations of version 1 and 2, and within a project), version 3's project, and tables with
a row a region.

VIA has no classes, but attributes. The class is the only attribute of the regions, or the one with a usual name (class,
label, …); else a person says which. Images without regions are only listed: VIA writes all that were opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place, ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.values import Entry, fields_of, text_of
from tui_labeler.formats.via.shapes import Attributes, class_of, others_of, region_of, tags_of
from tui_labeler.formats.via.signature import kind_of
from tui_labeler.formats.via.table import read_table
from tui_labeler.formats.via.version3 import read_project
from tui_labeler.model.errors import BadInput


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is VIA's, and where it cannot be told which attribute is the class."""
    count = 0
    for name in source.ending(".json", ".csv") if source.is_folder else source.files:
        kind = kind_of(name, source.ends(name))
        if not kind:
            if not source.is_folder:
                raise BadInput(f"{source.shown(name)} is not VIA's: it has no shape_attributes.", "Name its format.")
            reading.pass_over("other_file", source.shown(name))
            continue
        count += 1
        if kind == "region_shape_attributes":
            yield from read_table(source, name, reading)
        elif kind == "metadata":
            yield from read_project(source, name, reading)
        else:
            yield from _Annotations(source, name, kind, reading).images()
    if not count:
        raise BadInput(f"There is no file of VIA in {source.path}.", "Name the file.")


class _Annotations:
    """One file of version 1 or 2, looked at twice: first at its attributes."""

    def __init__(self, source: Source, name: str, kind: str, reading: Reading) -> None:
        self._source, self._name, self._kind, self._reading = source, name, kind, reading
        self._shown = source.shown(name)

    def images(self) -> Iterator[ReadImage]:
        of_regions, of_images = Attributes(), Attributes()
        for _, item in self._items():
            of_images.seen(item.get("file_attributes"))
            for region in _regions(item):
                of_regions.seen(fields_of(region).get("region_attributes"))
        chosen = dict(self._reading.options.columns).get("label", "")
        key = of_regions.class_key(self._shown, chosen)
        try:
            image_key = of_images.class_key(self._shown, "")
        except BadInput:
            image_key = ""  # notes on images: only regions need a class
        for place, item in self._items():
            try:
                yield self._image(place, item, key, image_key)
            except BadInput as error:
                self._reading.bad_entry(error)

    def _items(self) -> Iterator[tuple[Place, dict[str, Any]]]:
        decode = msgspec.json.Decoder(dict[str, Any]).decode
        with self._source.open(self._name) as file:
            stream = JsonStream(file, self._shown)
            if self._kind == "project":
                for member in stream.members():
                    if member == "_via_img_metadata":
                        for _, items in stream.entries(decode, member):
                            yield from self._placed(items)
            else:
                for _, items in stream.entries(decode, "images"):
                    yield from self._placed(items)

    def _placed(self, items: dict[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
        for key, item in items.items():
            yield Place(self._shown, ", image ", key), fields_of(item)

    def _image(self, place: Place, item: dict[str, Any], key: str, image_key: str) -> ReadImage:
        entry = Entry(place, self._reading).named(text_of(item.get("filename")), text_of(item.get("fileref")))
        for number, value in enumerate(_regions(item), 1):
            fields = fields_of(value)
            where = Place(place, ", region ", number)
            self._reading.pass_over_values(others_of(fields.get("region_attributes"), key), where)
            with entry.part(where):
                name = class_of(where, fields.get("region_attributes"), key)
                region = region_of(where, name, fields_of(fields.get("shape_attributes"))) if name else "no_class"
                entry.leave(region, where) if isinstance(region, str) else entry.regions.append(region)
        entry.tags += tags_of(item.get("file_attributes"), image_key)
        self._reading.pass_over_values(others_of(item.get("file_attributes"), image_key), place)
        return entry.image()


def _regions(item: dict[str, Any]) -> list[Any]:
    """A list; in version 1 an object with numbers."""
    regions = item.get("regions")
    return list(regions.values()) if isinstance(regions, dict) else regions if isinstance(regions, list) else []
