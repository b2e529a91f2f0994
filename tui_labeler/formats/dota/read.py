"""DOTA read: `x1 y1 x2 y2 x3 y3 x4 y4 class difficulty` a line, below lines that name the image's source (`imagesource:`,
`gsd:`). Corners that make an upright box are one; others are a rotated box. A file without objects says so.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.dota.signature import HEAD, LINE
from tui_labeler.formats.labelfiles import read_files
from tui_labeler.formats.reading import Reading, polygon
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated
from tui_labeler.formats.source import Source
from tui_labeler.formats.tables import text_lines
from tui_labeler.formats.values import Entry, number_of, spanned_box
from tui_labeler.model.errors import BadInput


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is DOTA's."""

    def is_own(name: str, head: bytes) -> bool:
        return not head.strip() or bool(LINE.match(head) or HEAD.match(head))

    yield from read_files(
        source,
        reading,
        "DOTA",
        is_own,
        lambda name: _image(source, name, reading),
        "A line has four corners.",
        "labelTxt",
    )


def _image(source: Source, name: str, reading: Reading) -> ReadImage:
    stem = name[: -len(".txt")].replace("labelTxt", "images")
    entry = Entry(Place(source.shown(name)), reading, stem=stem)
    for place, line in text_lines(source, name, reading):
        cells = line.replace(",", " ").split()
        if not cells or ":" in cells[0] or cells[:2] == ["acquisition", "dates:"]:
            continue
        with entry.part(place, "bad_box"):
            if len(cells) < 9:
                raise BadInput(f"{place}: a label has four corners and a class.", "Correct it in the file.")
            flat = [number_of(place, cell, "coordinate") for cell in cells[:8]]
            label = " ".join(cells[8:-1] if len(cells) > 9 and cells[-1].isdecimal() else cells[8:])
            entry.regions.append(_region(place, label, flat))
    return entry.image(Stated.EMPTY)


def _region(place: Place, name: str, flat: list[float]) -> ReadRegion:
    xs, ys = flat[::2], flat[1::2]
    corners = set(zip(xs, ys, strict=True))
    if len(corners) == 4 and corners == {(x, y) for x in xs for y in ys}:
        return ReadRegion(name, spanned_box(place, xs, ys))
    return ReadRegion(name, points=polygon(place, flat), rotated=True)
