"""Rows of a table brought together by the image that they name, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from tui_labeler.formats.buckets import Buckets
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Place
from tui_labeler.formats.values import Entry
from tui_labeler.model.errors import BadInput

Row = dict[str, str]


def grouped_entries(
    rows: Iterable[tuple[Place, Row]], key: str, expected: int, reading: Reading
) -> Iterator[tuple[Entry, list[tuple[Place, Row]]]]:
    """`grouped_rows`, each as an entry that is named by its image; what names none is told to `reading`."""
    for image, places in grouped_rows(rows, key, expected):
        try:
            yield Entry(places[0][0], reading).named(image), places
        except BadInput as error:
            reading.bad_entry(error)


def grouped_rows(
    rows: Iterable[tuple[Place, Row]], key: str, expected: int
) -> Iterator[tuple[str, list[tuple[Place, Row]]]]:
    """(image, its rows) by the column `key`, in a memory that does not grow with the table of `expected` bytes."""
    encode = msgspec.json.Encoder().encode
    start = ""
    with Buckets(expected) as buckets:
        for place, row in rows:
            start = str(place.start)
            buckets.add(row[key], encode((place.number, row)))
        decode = msgspec.json.Decoder(list[tuple[int | str, Row]]).decode
        for bucket in buckets:
            images: dict[str, list[tuple[Place, Row]]] = {}
            for number, row in decode(bucket):
                images.setdefault(row[key], []).append((Place(start, ", line ", number), row))
            yield from images.items()
