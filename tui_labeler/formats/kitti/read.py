"""KITTI read: class, truncated, occluded, alpha, the box's corners (edges from 0), and seven numbers in space; a 16th is a
model's score, and then all of it is proposed, unless it is 1.

`DontCare` is no object: a part of the image that nobody labeled. A file without a line says that there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.kitti.signature import LINE
from tui_labeler.formats.labelfiles import read_files
from tui_labeler.formats.reading import Reading, corner_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated
from tui_labeler.formats.source import Source
from tui_labeler.formats.tables import text_lines
from tui_labeler.formats.values import Entry, is_number, number_of
from tui_labeler.model.errors import BadInput

_FIELDS = 14  # numbers after the class
_OTHER_FILES = ("readme", "classes.txt", "labels.txt", "train.txt", "val.txt", "test.txt", "trainval.txt")


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is KITTI's."""

    def is_own(name: str, head: bytes) -> bool:
        return not head.strip() or bool(LINE.match(head)) or (source.is_folder and not _is_other(name, head))

    yield from read_files(
        source,
        reading,
        "KITTI",
        is_own,
        lambda name: _image(source, name, reading),
        "A line has 15 fields.",
        "label_2",
    )


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
    start = next((at for at, cell in enumerate(cells) if at and is_number(cell)), len(cells))
    if len(cells) - start not in (_FIELDS, _FIELDS + 1):
        raise BadInput(
            f"{place}: a label has a class and {_FIELDS} numbers, this one {len(cells) - start}.", "Correct it."
        )
    return " ".join(cells[:start]), [number_of(place, cell, "number") for cell in cells[start:]]
