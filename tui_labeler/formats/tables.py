"""Texts of other tools by lines: tables with or without titles, larger than memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tui_labeler.formats.reading import Reading, encoding_of, not_in_encoding
from tui_labeler.formats.records import Place
from tui_labeler.formats.source import Source
from tui_labeler.model.errors import BadInput

_MOST_LINE = 4 << 20  # characters
_MOST_CELL = 1 << 20


def text_lines(source: Source, name: str, reading: Reading) -> Iterator[tuple[Place, str]]:
    """The lines without their ends, as UTF-8 or what the options say. Raises BadInput for what is neither, and for lines
    that are too long."""
    shown = source.shown(name)
    encoding = encoding_of(source.head(name)[:4], reading.options.encoding)
    encoding = "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding
    try:
        with source.open(name) as file, io.TextIOWrapper(file, encoding=encoding) as text:
            number = 0
            while line := text.readline(_MOST_LINE):
                number += 1
                if len(line) == _MOST_LINE and not line.endswith("\n"):
                    raise BadInput(
                        f"{shown}, line {number}: the line is longer than {_MOST_LINE >> 20} million characters."
                    )
                yield Place(shown, ", line ", number), line.rstrip("\r\n")
    except (UnicodeError, LookupError) as error:
        raise not_in_encoding(shown, encoding.removesuffix("-sig"), error) from None


def table_cells(source: Source, name: str, reading: Reading) -> Iterator[tuple[Place, list[str]]]:
    """The cells of each row that has some, separated by commas, semicolons or tabs as the first row is. Raises BadInput."""
    csv.field_size_limit(_MOST_CELL)
    lines = text_lines(source, name, reading)
    first = next(lines, None)
    if first is None:
        return
    delimiter = max(",;\t", key=first[1].count)
    last = first[0]

    def texts() -> Iterator[str]:
        nonlocal last
        yield first[1] + "\n"
        for place, line in lines:
            last = place
            yield line + "\n"

    try:
        for cells in csv.reader(texts(), delimiter=delimiter, strict=True):
            if any(cell.strip() for cell in cells):
                yield last, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise BadInput(f"{last}: {error}.", "Correct the file.") from None


def table_rows(
    source: Source, name: str, reading: Reading, columns: tuple[str, ...]
) -> Iterator[tuple[Place, dict[str, str]]]:
    """The rows below the titles, by `columns`; texts that are not there are empty. Titles are compared without case, and
    without the `#` that VIA puts before the first."""
    rows = table_cells(source, name, reading)
    titles = [title.lower().removeprefix("#").strip() for title in next(rows, (None, []))[1]]
    places = {column: titles.index(column.lower()) for column in columns if column.lower() in titles}
    for place, cells in rows:
        yield (
            place,
            {
                column: cells[places[column]] if places.get(column, len(cells)) < len(cells) else ""
                for column in columns
            },
        )
