"""KITTI read: class, truncated, occluded, alpha, the box's corners (edges from 0), and seven numbers in space; a 16th is a
model's score, and then all of it is proposed, unless it is 1.

`DontCare` is no object: a part of the image that nobody labeled. A file without a line says that there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.kitti.signature import LINE
from tui_labeler.formats.reading import Reading, corner_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated
from tui_labeler.formats.source import Source
from tui_labeler.formats.tables import text_lines
from tui_labeler.formats.values import Entry, number_of
from tui_labeler.model.errors import BadInput

_FIELDS = 14  # numbers after the class
_OTHER_FILES = ("readme", "classes.txt", "labels.txt", "train.txt", "val.txt", "test.txt", "trainval.txt")


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is KITTI's."""
    count = 0
    for name in source.ending(".txt") if source.is_folder else source.files:
        head = source.head(name)
        if head.strip() and not LINE.match(head) and (not source.is_folder or _is_other(name, head)):
            if not source.is_folder:
                raise BadInput(f"{source.shown(name)}, line 1: it is no label of KITTI.", "A line has 15 fields.")
            reading.pass_over("other_file", source.shown(name))
            continue
        count += 1
        try:
            yield _image(source, name, reading)
        except BadInput as error:
            reading.bad_entry(error, "bad_file")
    if not count:
        raise BadInput(f"There is no label file of KITTI in {source.path}.", "Name the folder label_2.")


def _is_other(name: str, head: bytes) -> bool:
    """A text of something else, not a label file whose first line is broken."""
    first = head.strip().split(b"\n", 1)[0]
    return name.rpartition("/")[2].lower().startswith(_OTHER_FILES) or len(first.split()) < 8


def _image(source: Source, name: str, reading: Reading) -> ReadImage:
    stem = name[: -len(".txt")].replace("label_2/", "image_2/")
    entry = Entry(Place(source.shown(name)), reading, stem=stem)
    proposed = False
    for place, line in text_lines(source, name, reading):
        if not line.strip():
            continue
        with entry.part(place, "bad_box"):
            label, numbers = _fields(place, line)
            if label.lower() == "dontcare":
                reading.pass_over("ignored", place)
                continue
            sure = 1.0
            if len(numbers) > _FIELDS:
                # Scores of detectors have no common scale: beyond 0 to 1 they say nothing here.
                # Datumaro writes a score of 1 beside a person's labels.
                sure = numbers[_FIELDS] if 0 <= numbers[_FIELDS] <= 1 else 1.0
                proposed = proposed or numbers[_FIELDS] != 1
            entry.regions.append(ReadRegion(label, corner_box(place, *numbers[3:7]), confidence=sure))
    return entry.image(Stated.EMPTY, Stated.PROPOSED if proposed else Stated.LABELED)


def _fields(place: Place, line: str) -> tuple[str, list[float]]:
    """The class, which may have blanks in it, and the numbers behind it."""
    cells = line.split()
    start = next((at for at, cell in enumerate(cells) if at and _is_number(cell)), len(cells))
    if len(cells) - start not in (_FIELDS, _FIELDS + 1):
        raise BadInput(
            f"{place}: a label has a class and {_FIELDS} numbers, this one {len(cells) - start}.", "Correct it."
        )
    return " ".join(cells[:start]), [number_of(place, cell, "number") for cell in cells[start:]]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
