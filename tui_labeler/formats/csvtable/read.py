"""Tables of others and our own, read by the names of their columns: `filename,cell_type,xmin,xmax,ymin,ymax` is
understood as well."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import msgspec

from tui_labeler.formats.buckets import Buckets
from tui_labeler.formats.csvtable.cells import COLUMNS, plain_cell
from tui_labeler.formats.reading import Reading, corner_box, image_size, polygon
from tui_labeler.formats.records import Place, ReadImage, ReadRegion
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of
from tui_labeler.model.errors import BadInput

_MOST_LINE = 4 << 20  # characters of a line
_MOST_CELL = 1 << 20  # of a cell: an outline of some 25,000 points

# Names of columns in the tables of others -> ours.
_ALIASES = {
    "image": "image file filename file_name image_name image_path path img image_id",
    "width": "width image_width img_width",
    "height": "height image_height img_height",
    "label": "label class class_name name category cell_type tag label_name",
    "x_min": "x_min xmin x1 left x0 topx",
    "y_min": "y_min ymin y1 top y0 topy",
    "x_max": "x_max xmax x2 right bottomx",
    "y_max": "y_max ymax y2 bottom bottomy",
    "polygon": "polygon points",
}
_OURS = {alias: name for name, aliases in _ALIASES.items() for alias in aliases.split()}


class _Row(msgspec.Struct, array_like=True):
    """A row on its way through a bucket."""

    image: str
    line: int
    width: int
    height: int
    region: ReadRegion | None
    tag: str


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """The rows of an image may stand anywhere in the file. Raises BadInput with file and line."""
    for name in source.ending(".csv") if source.is_folder else source.files:
        yield from _read_file(source, name)


def _read_file(source: Source, name: str) -> Iterator[ReadImage]:
    encode = msgspec.json.Encoder().encode
    shown = source.shown(name)
    with Buckets(source.size(name)) as buckets, source.open(name) as binary:
        try:
            for row in _rows(shown, io.TextIOWrapper(binary, "utf-8-sig", newline="")):
                buckets.add(row.image, encode(row))
        except UnicodeDecodeError as error:
            raise BadInput(f"{shown} is not UTF-8 ({error.reason}).", "Save it as UTF-8.") from None
        decode = msgspec.json.Decoder(list[_Row]).decode
        for bucket in buckets:
            images: dict[str, list[_Row]] = {}
            for row in decode(bucket):
                images.setdefault(row.image, []).append(row)
            for image, rows in images.items():
                yield _image(shown, image, rows)


def _image(shown: str, image: str, rows: list[_Row]) -> ReadImage:
    place = Place(shown, ", line ", rows[0].line)
    regions = tuple(row.region for row in rows if row.region is not None)
    return ReadImage(
        _names(image), place, regions, tuple(row.tag for row in rows if row.tag), rows[0].width, rows[0].height
    )


def _names(image: str) -> tuple[str, ...]:
    """A blank around a name may be a part of it, or of the table."""
    return tuple(dict.fromkeys((*names_of(image), *names_of(image.strip()))))


def _rows(shown: str, text: io.TextIOWrapper) -> Iterator[_Row]:
    csv.field_size_limit(_MOST_CELL)  # the module's own limit is an outline of 3,000 points
    reader = csv.reader(_lines(shown, text), strict=True)
    try:
        columns = _columns(shown, next(reader, []))
        for cells in reader:
            if cells:
                yield _row(Place(shown, ", line ", reader.line_num), reader.line_num, columns, cells)
    except csv.Error as error:
        raise BadInput(f"{shown}, line {reader.line_num}: {error}.", "Nothing was imported.") from None


def _lines(shown: str, text: io.TextIOWrapper) -> Iterator[str]:
    """Lines of a bounded length: a file without line ends would otherwise fill the memory."""
    number = 0
    while line := text.readline(_MOST_LINE):
        number += 1
        if len(line) == _MOST_LINE and not line.endswith("\n"):
            raise BadInput(f"{shown}, line {number}: the line is longer than {_MOST_LINE >> 20} million characters.")
        yield line


def _columns(shown: str, header: list[str]) -> dict[str, int]:
    """Our name of a column -> its place."""
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        name = _OURS.get(title.strip().lower().replace(" ", "_"))
        if name is not None and name not in found:
            found[name] = place
    if "image" not in found or "label" not in found:
        mend = f"Name the columns in the first line, for example: {','.join(COLUMNS[:8])}."
        raise BadInput(f"{shown}, line 1: there is no column for the image and for the label.", mend)
    return found


def _row(place: Place, line: int, columns: dict[str, int], cells: list[str]) -> _Row:
    def cell(name: str) -> str:
        at = columns.get(name, -1)
        return cells[at].strip() if 0 <= at < len(cells) else ""

    at = columns["image"]
    image, label = plain_cell(cells[at]) if at < len(cells) else "", plain_cell(cell("label"))
    if not image.strip():
        raise BadInput(f"{place}: the image's name is empty.", "Correct it in the file.")
    width, height = image_size(place, *(_float(place, cell(name) or "0") for name in ("width", "height")))
    corners = [cell(name) for name in ("x_min", "y_min", "x_max", "y_max")]
    region = None
    if label and (outline := cell("polygon")):
        points = polygon(place, [_float(place, one) for one in outline.replace(",", " ").split()])
        region = ReadRegion(label, points=points)
    elif label and any(corners):
        x0, y0, x1, y1 = (_float(place, one) for one in corners)
        region = ReadRegion(label, corner_box(place, x0, y0, x1, y1))
    return _Row(image, line, width, height, region, label if region is None else "")


def _float(place: Place, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{place}: “{text[:40]}” is no number.", "Correct it in the file.") from None
