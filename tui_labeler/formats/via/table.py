"""VIA's CSV: a row a region; shape and attributes are JSON in cells."""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.grouped import grouped_entries
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place, ReadImage
from tui_labeler.formats.source import Source
from tui_labeler.formats.tables import table_rows
from tui_labeler.formats.values import Entry
from tui_labeler.formats.via.shapes import Attributes, cell_of, class_of, others_of, region_of, tags_of
from tui_labeler.model.errors import BadInput

_COLUMNS = ("filename", "file_attributes", "region_shape_attributes", "region_attributes")


def read_table(source: Source, name: str, reading: Reading) -> Iterator[ReadImage]:
    """A row without a shape only lists its image. Raises BadInput as `Attributes` does."""
    of_regions, of_images = Attributes(), Attributes()
    for place, row in table_rows(source, name, reading, _COLUMNS):
        try:
            of_regions.seen(cell_of(place, row["region_attributes"]))
            of_images.seen(cell_of(place, row["file_attributes"]))
        except BadInput:
            continue  # told when it is read
    key = of_regions.class_key(source.shown(name), dict(reading.options.columns).get("label", ""))
    try:
        image_key = of_images.class_key(source.shown(name), "")
    except BadInput:
        image_key = ""  # notes on images: only regions need a class
    rows = table_rows(source, name, reading, _COLUMNS)
    for entry, rows_of_image in grouped_entries(rows, "filename", source.size(name), reading):
        for place, row in rows_of_image:
            with entry.part(place):
                _add(entry, place, row, (key, image_key), reading)
        yield entry.image()


def _add(entry: Entry, place: Place, row: dict[str, str], keys: tuple[str, str], reading: Reading) -> None:
    """`keys`: which attribute of a region is its class, and which of an image."""
    key, image_key = keys
    of_image = cell_of(place, row["file_attributes"])  # the same in each row of an image
    entry.tags += tags_of(of_image, image_key)
    if place is entry.place:
        reading.pass_over_values(others_of(of_image, image_key), place)
    shape = cell_of(place, row["region_shape_attributes"])
    if not shape:
        return
    of_region = cell_of(place, row["region_attributes"])
    reading.pass_over_values(others_of(of_region, key), place)
    name = class_of(place, of_region, key)
    region = region_of(place, name, shape) if name else "no_class"
    entry.leave(region, place) if isinstance(region, str) else entry.regions.append(region)
