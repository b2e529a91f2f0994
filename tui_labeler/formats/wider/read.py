"""WIDER FACE read: for each image its path, the number of faces, and for each face x, y, width, height (edges from 0) and
six flags; lists of a model have a score instead, and are proposed.

An image with 0 faces has a line of zeros nevertheless, in most of such files. Faces marked as invalid are passed over: the
benchmark does not count them. The class is called “face”.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.reading import Reading, sized_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated
from tui_labeler.formats.source import Source
from tui_labeler.formats.tables import text_lines
from tui_labeler.formats.values import Entry, is_number, number_of
from tui_labeler.formats.wider.signature import LIST
from tui_labeler.model.errors import BadInput
from tui_labeler.model.patterns import is_image

_NAME = "face"
_FLAGS = 10  # numbers of a face with flags
_INVALID = 7


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is such a list."""
    count = 0
    for name in source.ending(".txt") if source.is_folder else source.files:
        if not LIST.match(source.head(name)):
            if not source.is_folder:
                raise BadInput(f"{source.shown(name)} is not a list of WIDER FACE.", "Name its format.")
            reading.pass_over("other_file", source.shown(name))
            continue
        count += 1
        yield from _list(source, name, reading)
    if not count:
        raise BadInput(f"There is no list of WIDER FACE in {source.path}.", "Name the file.")


def _list(source: Source, name: str, reading: Reading) -> Iterator[ReadImage]:
    entry: Entry | None = None
    stated, proposed = Stated.LISTED, False
    for place, line in text_lines(source, name, reading):
        cells = line.split()
        if not cells:
            continue
        if is_image(line.strip()):
            if entry is not None:
                yield entry.image(stated, Stated.PROPOSED if proposed else Stated.LABELED)
            entry, stated, proposed = Entry(place, reading).named(line.strip()), Stated.LISTED, False
        elif entry is None:
            reading.bad_entry(BadInput(f"{place}: a line before any image.", "Correct the file."))
        elif len(cells) == 1:
            stated = Stated.EMPTY if cells[0] == "0" else Stated.LISTED
        elif stated is not Stated.EMPTY or any(cell.strip("0.") for cell in cells):
            with entry.part(place, "bad_box"):
                name = _NAME
                if len(cells) > 4 and not is_number(cells[-1]):
                    name, cells = cells[-1], cells[:4]  # datumaro writes a class behind the flags that it has
                numbers = [number_of(place, cell, "number") for cell in cells]
                proposed = proposed or len(numbers) == 5
                _add(entry, place, name, numbers, reading)
    if entry is not None:
        yield entry.image(stated, Stated.PROPOSED if proposed else Stated.LABELED)


def _add(entry: Entry, place: Place, name: str, numbers: list[float], reading: Reading) -> None:
    if len(numbers) not in (4, 5, _FLAGS):
        raise BadInput(f"{place}: a face has 4, 5 or {_FLAGS} numbers, this one {len(numbers)}.", "Correct the file.")
    if len(numbers) == _FLAGS and numbers[_INVALID]:
        reading.pass_over("ignored", place)
        return
    sure = min(max(numbers[4], 0.0), 1.0) if len(numbers) == 5 else 1.0
    entry.regions.append(ReadRegion(name, sized_box(place, *numbers[:4]), confidence=sure))
