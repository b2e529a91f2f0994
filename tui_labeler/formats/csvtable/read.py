"""Tables read, our own and those of others: a row a region, a row an image, or a column a class (see columns).

A table of others is looked at once before it is read: whether its numbers are pixels or shares of the image's size, and
what the four numbers of a box are. Where all its rows leave two readings, a person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from tui_labeler.formats.buckets import Buckets
from tui_labeler.formats.csvtable.cells import plain_cell
from tui_labeler.formats.csvtable.columns import BoxKind, table_of
from tui_labeler.formats.csvtable.evidence import Evidence
from tui_labeler.formats.csvtable.numbers import (
    Four,
    boxes_in,
    classes_of_boxes,
    float_of,
    float_or_none,
    is_empty_list,
    says_no_box,
)
from tui_labeler.formats.csvtable.text import TableText
from tui_labeler.formats.reading import Reading, corner_box, image_size, polygon
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.source import Source, folder_of
from tui_labeler.formats.urls import names_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Point
from tui_labeler.model.project import TaskType

# A class and its number, in any order: what keras-retinanet and Roboflow put beside their tables.
_CLASS_AND_NUMBER = re.compile(rb"[^,;\n]+[,;] *\d{1,6}|\d{1,6} *[,;][^,;\n]+")
_BRACKETS = str.maketrans("[](),;", "      ")
_SAMPLES = re.compile(r"(?:.*/)?(?:sample_?)?submission[^/]*\.[ct]sv", re.I | re.S)
_NOTHING = frozenset({"", "nan", "null", "none", "n/a"})


class _Row(msgspec.Struct, array_like=True):
    """A row on its way through a bucket, or one of its boxes. `problem` is the reason why it has no region; `says_none`
    that it states that there is nothing."""

    image: str
    line: int
    width: int = 0
    height: int = 0
    label: str = ""
    box: Four | None = None
    points: tuple[Point, ...] = ()
    confidence: float = 1.0
    tags: tuple[str, ...] = ()
    problem: str = ""
    says_none: bool = False


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """The rows of an image may stand anywhere in the file. Raises BadInput with file and line."""
    names = source.ending(".csv", ".tsv") if source.is_folder else source.files
    if not names:
        raise BadInput(f"There is no table in {source.path}.", "Name the file.")
    for name in names:
        if len(names) > 1 and _SAMPLES.fullmatch(name):  # a competition's example of an answer: labels of nobody
            reading.pass_over("other_file", source.shown(name))
            continue
        try:
            reader = _Reader(source, name, reading)
        except BadInput as error:
            if len(names) == 1:
                raise
            if _is_class_list(source.head(name)):
                reading.pass_over("other_file", source.shown(name))
            else:
                reading.bad_entry(error, "bad_file")
            continue
        reading.box_is = reader.box_is if len(names) == 1 else ""
        yield from reader.images()


def _is_class_list(head: bytes) -> bool:
    """Whether a table that names no image lists classes, below titles or not."""
    lines = [line.strip() for line in head.splitlines() if line.strip()]
    return bool(lines) and all(_CLASS_AND_NUMBER.fullmatch(line) for line in lines[len(lines) > 1 :])


class _Reader:
    """Reads one table."""

    def __init__(self, source: Source, name: str, reading: Reading) -> None:
        self._source, self._name, self._reading = source, name, reading
        self._shown, self._folder = source.shown(name), folder_of(source, name)
        options = reading.options
        self._text = TableText(source, name, options.encoding)
        self._table = table_of(self._text.head(), self._shown, options.columns, reading.classes)
        if options.box:
            self._table.kind, self._table.kind_is_known = BoxKind(options.box), True
        self._unit = Unit(options.coordinates or "pixels")
        if not self._table.ours and self._table.box:
            self._look()

    @property
    def box_is(self) -> str:
        """See `Reading.box_is`."""
        kind = "" if self._reading.options.box or self._table.ours else self._table.kind.value
        return kind if kind in ("size", "center") else ""

    def images(self) -> Iterator[ReadImage]:
        encode = msgspec.json.Encoder().encode
        with Buckets(self._source.size(self._name)) as buckets:
            for row in self._rows():
                buckets.add(row.image, encode(row))
            decode = msgspec.json.Decoder(list[_Row]).decode
            for bucket in buckets:
                images: dict[str, list[_Row]] = {}
                for row in decode(bucket):
                    images.setdefault(row.image, []).append(row)
                for image, rows in images.items():
                    yield self._image(image, rows)

    def _image(self, image: str, rows: list[_Row]) -> ReadImage:
        place = Place(self._shown, ", line ", rows[0].line)
        regions: list[ReadRegion] = []
        tags: list[str] = []
        left: list[LeftOut] = []
        for row in rows:
            where = Place(self._shown, ", line ", row.line)
            if row.problem:
                left.append(LeftOut(row.problem, where))
            elif row.box is not None or row.points:
                box = Box(*row.box) if row.box is not None else None
                regions.append(ReadRegion(row.label, box, row.points, row.confidence))
            else:
                tags += row.tags
        stated = Stated.LABELED
        if not (regions or tags or left):
            says_none = self._table.states_empty or any(row.says_none for row in rows)
            stated = Stated.EMPTY if says_none else Stated.LISTED
        return ReadImage(
            _names(image),
            place,
            tuple(regions),
            tuple(dict.fromkeys(tags)),
            rows[0].width,
            rows[0].height,
            self._unit,
            stated,
            left_out=tuple(left),
            folder=self._folder,
        )

    # Looking

    def _look(self) -> None:
        """Goes through all numbers once, where they may be read in two ways."""
        options = self._reading.options
        evidence = Evidence()
        for _, cells in self._all_cells():
            for numbers in self._boxes(cells) or ():
                size = [float_or_none(self._cell(cells, key)) or 0.0 for key in ("width", "height")]
                evidence.add(numbers, (size[0], size[1]))
        if not self._table.kind_is_known:
            self._table.kind = evidence.kind(self._shown)
        if not options.coordinates:
            self._unit = evidence.unit(self._shown)

    def _boxes(self, cells: list[str]) -> list[Four] | None:
        """The numbers of a row's boxes: several only where they stand in one cell."""
        if self._table.box == ("box",):
            return boxes_in(self._cell(cells, "box"))
        parts = [float_or_none(self._cell(cells, key), self._table.delimiter) for key in self._table.box]
        x, y, z, w = parts if len(parts) == 4 else (None,) * 4
        return None if x is None or y is None or z is None or w is None else [(x, y, z, w)]

    # Rows

    def _all_cells(self) -> Iterator[tuple[int, list[str]]]:
        rows = self._text.rows(self._table.delimiter)
        if self._table.has_titles:
            next(rows, None)
        return rows

    def _rows(self) -> Iterator[_Row]:
        unread = self._table.unread()
        for line, cells in self._all_cells():
            self._tell_unread(unread, cells)
            place = Place(self._shown, ", line ", line)
            at = self._table.columns["image"]
            image = plain_cell(cells[at]) if at < len(cells) else ""
            if not image.strip():
                error = BadInput(f"{place}: the image's name is empty.", "Correct it in the file.")
                self._reading.bad_entry(error)
                continue
            try:
                yield from self._regions(place, self._row(place, line, image, cells), cells)
            except BadInput as error:
                left = self._reading.left_out("bad_box", place, error)
                yield _Row(image, line, problem=left.reason)

    def _tell_unread(self, unread: dict[int, str], cells: list[str]) -> None:
        """Each column with something in it from which nothing is taken, once; those are taken out of `unread`."""
        for at in [at for at in unread if at < len(cells) and cells[at].strip().lower() not in _NOTHING]:
            self._reading.pass_over("column", f"{self._shown}: {unread.pop(at)}")

    def _cell(self, cells: list[str], name: str) -> str:
        at = self._table.columns.get(name, -1)
        text = cells[at].strip() if 0 <= at < len(cells) else ""
        return "" if text.lower() in _NOTHING else text

    def _row(self, place: Place, line: int, image: str, cells: list[str]) -> _Row:
        """Raises BadInput."""
        if self._table.titles and any(cell.strip() for cell in cells[len(self._table.titles) :]):
            what = f"{place}: it has {len(cells)} cells below {len(self._table.titles)} titles."
            raise BadInput(what, "Put quotes around texts that hold commas.")
        label = plain_cell(self._cell(cells, "label"))
        try:
            sizes = (float_of(place, self._cell(cells, name) or "0") for name in ("width", "height"))
            width, height = image_size(place, *sizes)
        except BadInput:
            width = height = 0  # the image itself says it
        if self._table.classes:
            names = self._table.classes.items()
            tags = tuple(name for name, at in names if at < len(cells) and cells[at].strip().lower() in _TRUE)
            return _Row(image, line, width, height, tags=tags)
        sure = float_or_none(self._cell(cells, "confidence"))
        sure = sure if sure is not None and 0.0 <= sure <= 1.0 else 1.0
        row = _Row(image, line, width, height, label, confidence=sure)
        if label.startswith(("[{", '{"', "[[")):
            row.problem = "bad_region"  # regions in one cell, as other tools' JSON has them: no class is called so
            return row
        if outline := self._cell(cells, "polygon"):
            flat = [float_of(place, number) for number in outline.translate(_BRACKETS).split()]
            row.points = polygon(place, flat)
        return row

    def _regions(self, place: Place, row: _Row, cells: list[str]) -> list[_Row]:
        """The row itself, or a row for each of its boxes. Raises BadInput."""
        texts = [text for key in self._table.box if (text := self._cell(cells, key))]
        if row.problem or row.points or self._table.classes:
            row.problem = row.problem or ("" if row.label or not row.points else "no_class")
        elif texts and all(says_no_box(text) or is_empty_list(text) for text in texts):
            row.says_none = says_no_box(texts[0])
        elif texts and not row.label:
            row.problem = "no_class"
        elif texts:
            numbers = self._boxes(cells)
            if numbers is None:
                raise BadInput(f"{place}: “{', '.join(texts)[:60]}” is not a box.", "Correct it in the file.")
            classes = classes_of_boxes(row.label, len(numbers), place)
            boxes = [self._box(place, four) for four in numbers]
            pairs = zip(classes, boxes, strict=True)
            return [msgspec.structs.replace(row, label=name, box=box) for name, box in pairs]
        elif row.label:
            row.tags = self._several(row.label)
        return [row]

    def _box(self, place: Place, numbers: Four) -> Four:
        x, y, z, w = numbers
        if self._table.kind is BoxKind.SIZE:
            box = corner_box(place, x, y, x + z, y + w)
        elif self._table.kind is BoxKind.CENTER:
            box = corner_box(place, x - z / 2, y - w / 2, x + z / 2, y + w / 2)
        else:
            box = corner_box(place, x, y, z, w)
            if self._reading.options.corners == "pixels":
                return box.x0 - 1, box.y0 - 1, box.x1, box.y1
        return box.x0, box.y0, box.x1, box.y1

    def _several(self, label: str) -> tuple[str, ...]:
        """The classes of a cell; the project's own show where to cut, else what stands in no name."""
        known = self._reading.classes
        if label in known or self._reading.kind is not TaskType.MULTILABEL:
            return (label,)
        text = label.strip("[](){}")
        for delimiter in (",", ";", "|", "/", " "):
            parts = tuple(part.strip().strip("\"'") for part in text.split(delimiter))
            if len(parts) > 1 and all(part in known for part in parts):
                return parts
        inside = label != text  # a list, as Python and JSON write it
        for delimiter in (",",) if inside else ("|", ";"):
            parts = tuple(part.strip().strip("\"'") for part in text.split(delimiter))
            if all(parts) and (len(parts) > 1 or inside):
                return parts
        name = text.strip("\"' ")
        return (name,) if name in known else () if inside and not name else (label,)


_TRUE = frozenset({"1", "1.0", "true", "yes"})


def _names(image: str) -> tuple[str, ...]:
    """A blank around a name may be a part of it, or of the table."""
    return tuple(dict.fromkeys((*names_of(image), *names_of(image.strip()))))
