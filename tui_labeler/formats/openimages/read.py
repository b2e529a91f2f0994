"""Open Images read: `…-annotations-bbox.csv` (a row a box, in shares) and `…-imagelabels.csv` (a row a class of an image).

Images are named by their ids, without suffix. Classes are codes (`/m/011k07`); a `class-descriptions….csv` in the same
folder says their names. A class with the confidence 0 was looked for and is not there.
"""

from __future__ import annotations

from collections.abc import Iterator

from tui_labeler.formats.grouped import grouped_entries
from tui_labeler.formats.openimages.signature import is_table
from tui_labeler.formats.reading import Reading, corner_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.source import FileSource, Source
from tui_labeler.formats.tables import table_cells, table_rows
from tui_labeler.formats.values import Entry, number_of
from tui_labeler.model.errors import BadInput

_BOX = ("XMin", "YMin", "XMax", "YMax")
_MASK_BOX = ("BoxXMin", "BoxYMin", "BoxXMax", "BoxYMax")
_FLAGS = ("IsGroupOf", "IsDepiction")
_COLUMNS = ("ImageID", "LabelName", "Confidence", "Source", *_BOX, *_MASK_BOX, *_FLAGS)


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where there is no such table."""
    names = _names(source, reading)
    count = 0
    for name in source.ending(".csv", ".txt") if source.is_folder else source.files:
        if not is_table(source.head(name)):
            if not source.is_folder:
                raise BadInput(f"{source.shown(name)} has no columns ImageID and LabelName.", "Name its format.")
            if not _is_description(name):
                reading.pass_over("other_file", source.shown(name))
            continue
        count += 1
        rows = table_rows(source, name, reading, _COLUMNS)
        for entry, rows_of_image in grouped_entries(rows, "ImageID", source.size(name), reading):
            yield _image(entry, rows_of_image, names, reading)
    if not count:
        raise BadInput(f"There is no table of Open Images in {source.path}.", "Name the file.")


def _image(
    entry: Entry, rows: list[tuple[Place, dict[str, str]]], names: dict[str, str], reading: Reading
) -> ReadImage:
    entry.unit = Unit.SHARES
    machine = True
    for place, row in rows:
        code = row["LabelName"]
        name = names.get(code, code)
        machine = machine and row["Source"].lower() == "machine"
        box = next((keys for keys in (_BOX, _MASK_BOX) if row[keys[0]]), None)
        with entry.part(place, "bad_box"):
            sure = min(max(number_of(place, row["Confidence"] or "1", "confidence"), 0.0), 1.0)
            if not name:
                entry.leave("no_class", place)
            elif box is not None:
                corners = (number_of(place, row[key], key) for key in box)
                entry.regions.append(ReadRegion(name, corner_box(place, *corners), confidence=sure))
                reading.pass_over_values((row[flag] == "1" for flag in _FLAGS), place)
            elif sure > 0:
                entry.tags.append(name)
            else:
                reading.pass_over("not_there", place)
    return entry.image(labeled=Stated.PROPOSED if machine else Stated.LABELED)


def _is_description(name: str) -> bool:
    return "class-description" in name.rpartition("/")[2].lower()


def _names(source: Source, reading: Reading) -> dict[str, str]:
    """Code -> name, of all descriptions beside the tables."""
    around = source.folder if isinstance(source, FileSource) else source
    names: dict[str, str] = {}
    for name in around.ending(".csv"):
        if _is_description(name):
            cells = (row for _, row in table_cells(around, name, reading) if len(row) > 1)
            names |= {row[0]: row[1] for row in cells if row[0].lower() != "labelname"}
    return names
