"""Vertex AI read: JSON Lines (an image a line), and CSV (a row a box: use, address, class, and two or four corners in
shares of the image's size; or an image with its classes).

An image without annotations is only listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tui_labeler.formats.grouped import grouped_entries
from tui_labeler.formats.jsonlines import json_lines
from tui_labeler.formats.reading import Reading, polygon
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Unit
from tui_labeler.formats.source import Source
from tui_labeler.formats.tables import table_cells
from tui_labeler.formats.values import Entry, Fields, fields_of, list_of, number_of, spanned_box, text_of
from tui_labeler.formats.vertex.signature import has_titles, kind_of
from tui_labeler.model.errors import BadInput

_COORDINATES = 8


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is Vertex's."""
    count = 0
    for name in source.ending(".jsonl", ".json", ".csv") if source.is_folder else source.files:
        kind = kind_of(source.head(name))
        if not kind:
            if not source.is_folder:
                raise BadInput(f"{source.shown(name)} has no gs:// addresses of images.", "Name its format.")
            reading.pass_over("other_file", source.shown(name))
            continue
        count += 1
        yield from _lines(source, name, reading) if kind == "json" else _table(source, name, reading)
    if not count:
        raise BadInput(f"There is no file of Vertex AI in {source.path}.", "Name the file.")


def _lines(source: Source, name: str, reading: Reading) -> Iterator[ReadImage]:
    for place, row in json_lines(source, name, reading):
        try:
            yield _image(place, row, reading)
        except BadInput as error:
            reading.bad_entry(error)


def _get(fields: Fields, key: str) -> Any:
    """A field by its name, or by the one that Python's packages give it (`display_name`)."""
    if key in fields:
        return fields[key]
    return fields.get("".join(f"_{char.lower()}" if char.isupper() else char for char in key))


def _image(place: Place, row: Fields, reading: Reading) -> ReadImage:
    entry = Entry(place, reading).named(text_of(_get(row, "imageGcsUri")))
    entry.unit = Unit.SHARES
    for number, item in enumerate(list_of(_get(row, "boundingBoxAnnotations")), 1):
        annotation = fields_of(item)
        where = Place(place, ", box ", number)
        name = text_of(_get(annotation, "displayName"))
        with entry.part(where, "bad_box"):
            if not name:
                entry.leave("no_class", where)
                continue
            # A side at 0 is left out by protocol buffers' JSON.
            x0, x1, y0, y1 = (_side(where, annotation, key) for key in ("xMin", "xMax", "yMin", "yMax"))
            if x1 < x0 or y1 < y0:
                raise BadInput(f"{where}: its corners are in the wrong order.", "Correct it in the file.")
            entry.regions.append(ReadRegion(name, spanned_box(where, [x0, x1], [y0, y1])))
    for number, item in enumerate(list_of(_get(row, "polygonAnnotations")), 1):
        annotation = fields_of(item)
        where = Place(place, ", polygon ", number)
        with entry.part(where, "bad_polygon"):
            flat = [_side(where, fields_of(p), key) for p in list_of(annotation.get("vertexes")) for key in ("x", "y")]
            outline = polygon(where, flat)
            name = text_of(_get(annotation, "displayName"))
            if name and outline:
                entry.regions.append(ReadRegion(name, points=outline))
            else:
                entry.leave("degenerate" if name else "no_class", where)
    several = list_of(_get(row, "classificationAnnotations"))
    for item in (_get(row, "classificationAnnotation"), *several):
        entry.tags += filter(None, (text_of(_get(fields_of(item), "displayName")),))
    if _get(row, "segmentationAnnotation"):
        entry.leave("mask", place)
    return entry.image()


def _side(place: Place, fields: Fields, key: str) -> float:
    value = _get(fields, key)
    return 0.0 if value is None else number_of(place, value, key)


def _table(source: Source, name: str, reading: Reading) -> Iterator[ReadImage]:
    def rows() -> Iterator[tuple[Place, dict[str, str]]]:
        table = table_cells(source, name, reading)
        if has_titles(source.head(name)):
            next(table, None)
        for place, cells in table:
            if not cells[0].lower().startswith("gs://"):
                cells = cells[1:]
            yield place, {"image": cells[0] if cells else ""} | {str(at): cell for at, cell in enumerate(cells[1:])}

    for entry, rows_of_image in grouped_entries(rows(), "image", source.size(name), reading):
        entry.unit = Unit.SHARES
        for place, row in rows_of_image:
            with entry.part(place, "bad_box"):
                _add_row(entry, place, [cell for key, cell in row.items() if key != "image"])
        yield entry.image()


def _add_row(entry: Entry, place: Place, cells: list[str]) -> None:
    """A class with corners, or classes alone."""
    corners = cells[1 : 1 + _COORDINATES]
    if len(cells) < 5 or not all(_is_number(cell) for cell in corners):
        entry.tags += filter(None, cells)
        return
    if not any(corners):
        entry.tags += filter(None, cells[:1])
        return
    if not cells[0]:
        entry.leave("no_class", place)
        return
    xs, ys = ([number_of(place, cell, "coordinate") for cell in corners[at::2] if cell] for at in (0, 1))
    if len(xs) != len(ys) or len(xs) < 2:
        raise BadInput(f"{place}: a part of the box is missing.", "Correct it in the file.")
    if len(xs) == 2 and (xs[1] < xs[0] or ys[1] < ys[0]):
        raise BadInput(f"{place}: its corners are in the wrong order.", "Correct it in the file.")
    entry.regions.append(ReadRegion(cells[0], spanned_box(place, xs, ys)))


def _is_number(text: str) -> bool:
    try:
        float(text or 0)
    except ValueError:
        return False
    return True
