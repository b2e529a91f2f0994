"""CSV, one row a region (or a tag), as RFC 4180 has it, and safe to open in a spreadsheet; written and read.

Corners are in pixels, from the upper left. An image without regions has one row whose label is empty. A text that a
spreadsheet would run as a formula gets an apostrophe in front (OWASP's rule), and loses it again when it is read here.

Tables of others are read by the names of their columns: `filename,cell_type,xmin,xmax,ymin,ymax` is understood as well.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tui_labeler.interchange.buckets import Buckets
from tui_labeler.interchange.clipping import clipped_box, clipped_points
from tui_labeler.interchange.files import durable
from tui_labeler.interchange.reading import (
    Place,
    ReadImage,
    ReadRegion,
    corner_box,
    file_size,
    image_size,
    opened,
    polygon,
)
from tui_labeler.interchange.records import LabeledImage, Progress, Rows, Tally, Written, told
from tui_labeler.interchange.urls import names_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, bounds
from tui_labeler.model.project import ProjectSpec, TaskType

FILE_NAME = "labels.csv"
COLUMNS = ("image", "width", "height", "label", "x_min", "y_min", "x_max", "y_max", "polygon", "part")

# What makes a spreadsheet run a cell: OWASP's characters, with their full-width forms.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
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


def write(folder: Path, spec: ProjectSpec, rows: Rows, progress: Progress) -> Written:
    """Writes `labels.csv`; the last column says which part of a split an image is in."""
    tally = Tally()
    kind = spec.details.type
    with durable(folder / FILE_NAME) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="", write_through=False)
        put = csv.writer(text).writerow  # RFC 4180: commas, CRLF, quotes doubled
        put(COLUMNS)
        for image in told(rows, progress):
            cells = list(_cells(kind, image))
            for row in cells or [("",) * 6]:
                size = image.labels.size
                put((safe_cell(image.path), size.width, size.height, safe_cell(row[0]), *row[1:], image.part))
            tally.row(image, len(cells))
            tally.leave_out("degenerate", len(image.labels.regions) + len(image.labels.tags) - len(cells))
        text.flush()
        tally.bytes = file.tell()
        text.detach()
    return tally.written(FILE_NAME)


def _cells(kind: TaskType, image: LabeledImage) -> Iterator[tuple[str, ...]]:
    """(label, four corners, polygon) of each region; the corners of a tag are empty."""
    labels = image.labels
    for tag in labels.tags:
        yield (tag, "", "", "", "", "")
    for region in labels.regions:
        if kind is TaskType.SEGMENTATION:
            points = clipped_points(region, labels.size)
            if points is not None:
                flat = " ".join(f"{_number(x)} {_number(y)}" for x, y in points)
                yield (region.name, *_corners(bounds(tuple(points))), flat)
        else:
            box = clipped_box(region, labels.size)
            if box is not None:
                yield (region.name, *_corners(box), "")


def _corners(box: Box) -> tuple[str, str, str, str]:
    return _number(box.x0), _number(box.y0), _number(box.x1), _number(box.y1)


def _number(value: float) -> str:
    """The shortest text that is the same number, without an exponent that a spreadsheet might not know."""
    text = repr(value)
    return text.removesuffix(".0") if "e" not in text else f"{value:.20f}".rstrip("0").rstrip(".")


def safe_cell(text: str) -> str:
    """`text` as a cell that no spreadsheet runs."""
    return f"'{text}" if _FORMULA.match(text) else text


def plain_cell(text: str) -> str:
    """The text that `safe_cell` made the cell of."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


# Reading


class _Row(msgspec.Struct, array_like=True):
    """A row on its way through a bucket."""

    image: str
    line: int
    width: int
    height: int
    region: ReadRegion | None
    tag: str


def read(path: Path) -> Iterator[ReadImage]:
    """The rows of an image may stand anywhere in the file. Raises BadInput with file and line."""
    path = path / FILE_NAME if path.is_dir() else path
    encode = msgspec.json.Encoder().encode
    with Buckets(file_size(path)) as buckets, opened(path) as binary:
        try:
            for row in _rows(path, io.TextIOWrapper(binary, "utf-8-sig", newline="")):
                buckets.add(row.image, encode(row))
        except UnicodeDecodeError as error:
            raise BadInput(f"{path.name} is not UTF-8 ({error.reason}).", "Save it as UTF-8.") from None
        decode = msgspec.json.Decoder(list[_Row]).decode
        for bucket in buckets:
            images: dict[str, list[_Row]] = {}
            for row in decode(bucket):
                images.setdefault(row.image, []).append(row)
            for image, rows in images.items():
                yield _image(path, image, rows)


def _image(path: Path, image: str, rows: list[_Row]) -> ReadImage:
    place = Place(path.name, ", line ", rows[0].line)
    regions = tuple(row.region for row in rows if row.region is not None)
    return ReadImage(
        _names(image), place, regions, tuple(row.tag for row in rows if row.tag), rows[0].width, rows[0].height
    )


def _names(image: str) -> tuple[str, ...]:
    """A blank around a name may be a part of it, or of the table."""
    return tuple(dict.fromkeys((*names_of(image), *names_of(image.strip()))))


def _rows(path: Path, text: io.TextIOWrapper) -> Iterator[_Row]:
    csv.field_size_limit(_MOST_CELL)  # the module's own limit is an outline of 3,000 points
    reader = csv.reader(_lines(path, text), strict=True)
    try:
        columns = _columns(path, next(reader, []))
        for cells in reader:
            if cells:
                yield _row(Place(path.name, ", line ", reader.line_num), reader.line_num, columns, cells)
    except csv.Error as error:
        raise BadInput(f"{path.name}, line {reader.line_num}: {error}.", "Nothing was imported.") from None


def _lines(path: Path, text: io.TextIOWrapper) -> Iterator[str]:
    """Lines of a bounded length: a file without line ends would otherwise fill the memory."""
    number = 0
    while line := text.readline(_MOST_LINE):
        number += 1
        if len(line) == _MOST_LINE and not line.endswith("\n"):
            raise BadInput(
                f"{path.name}, line {number}: the line is longer than {_MOST_LINE >> 20} million characters."
            )
        yield line


def _columns(path: Path, header: list[str]) -> dict[str, int]:
    """Our name of a column -> its place."""
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        name = _OURS.get(title.strip().lower().replace(" ", "_"))
        if name is not None and name not in found:
            found[name] = place
    if "image" not in found or "label" not in found:
        mend = f"Name the columns in the first line, for example: {','.join(COLUMNS[:8])}."
        raise BadInput(f"{path.name}, line 1: there is no column for the image and for the label.", mend)
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
