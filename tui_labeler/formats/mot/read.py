"""MOT read: `frame, track, left, top, width, height, counts, class, visible share` a line, or three numbers of the world
instead of the last two; what is not in `gt.txt` are detections, and proposed with their scores.

The challenge counts pixels from 1, as its description says; CVAT and datumaro write edges from 0, and leave a `labels.txt`
beside `gt.txt` with the names of the classes. Without one, classes are the challenge's own, or “object”. What does not
count there (the seventh number is 0) is passed over.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterator

import msgspec

from tui_labeler.formats.grouped import grouped_rows
from tui_labeler.formats.mot.signature import FILES, LINE
from tui_labeler.formats.reading import Reading, sized_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated
from tui_labeler.formats.source import FileSource, Source
from tui_labeler.formats.tables import table_cells, text_lines
from tui_labeler.formats.values import Entry, number_of
from tui_labeler.model.errors import BadInput

_CLASSES = (
    "pedestrian", "person on vehicle", "car", "bicycle", "motorbike", "non motorized vehicle", "static person",
    "distractor", "occluder", "occluder on the ground", "occluder full", "reflection", "crowd",
)  # fmt: skip
_MOST = 1 << 20


class _Sequence(msgspec.Struct):
    """Where a file's frames are, and what its numbers mean."""

    folder: str = "img1"
    suffix: str = ""
    size: tuple[int, int] = (0, 0)
    classes: tuple[str, ...] = ()
    from_0: bool = False
    is_truth: bool = True


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is MOT's."""
    names = source.ending(".txt") if source.is_folder else source.files
    names = tuple(name for name in names if LINE.match(source.head(name)))
    truth = tuple(name for name in names if name.endswith("gt.txt"))
    if not names:
        raise BadInput(f"There is no gt.txt of MOT in {source.path}.", "Name the folder of the sequence.")
    for name in truth or names:
        yield from _images(source, name, reading)


def _images(source: Source, name: str, reading: Reading) -> Iterator[ReadImage]:
    sequence = _sequence(source, name, reading)
    shift = 0.0 if (reading.options.corners or ("edges" if sequence.from_0 else "pixels")) == "edges" else 1.0

    def rows() -> Iterator[tuple[Place, dict[str, str]]]:
        for place, cells in table_cells(source, name, reading):
            yield place, {"frame": cells[0]} | {str(at): cell for at, cell in enumerate(cells)}

    for frame, rows_of_frame in grouped_rows(rows(), "frame", source.size(name)):
        entry = Entry(rows_of_frame[0][0], reading)
        entry.sized(*sequence.size)
        try:
            number = int(number_of(entry.place, frame, "frame"))
        except (BadInput, OverflowError, ValueError):
            reading.bad_entry(BadInput(f"{entry.place}: “{frame[:40]}” is not a frame.", "Correct it in the file."))
            continue
        base = f"{number:06d}{sequence.suffix}"
        root = name.rpartition("/")[0].rpartition("/")[0] if name.rpartition("/")[2] in FILES else ""
        entry.names = tuple(dict.fromkeys("/".join(filter(None, (root, sequence.folder, base))) for root in (root, "")))
        proposed = False
        for place, row in rows_of_frame:
            with entry.part(place, "bad_box"):
                proposed = _add(entry, place, list(row.values())[1:], sequence, shift, reading) or proposed
        if entry.regions or entry.left:
            yield entry.image(labeled=Stated.PROPOSED if proposed else Stated.LABELED)


def _add(entry: Entry, place: Place, cells: list[str], sequence: _Sequence, shift: float, reading: Reading) -> bool:
    """Whether it is a detection, and no person's."""
    numbers = [number_of(place, cell, "number") for cell in cells if cell]
    if len(numbers) < 6:
        raise BadInput(f"{place}: a line has six numbers at least, this one {len(numbers)}.", "Correct it in the file.")
    x, y, width, height = numbers[2:6]
    counts = numbers[6] if len(numbers) > 6 else 1.0
    has_class = len(numbers) in (8, 9)
    number = int(numbers[7]) if has_class and abs(numbers[7]) < 1000 else -1
    is_detection = not sequence.is_truth
    if not is_detection and counts == 0:
        reading.pass_over("ignored", place)
        return False
    name = sequence.classes[number - 1] if 1 <= number <= len(sequence.classes) else ""
    if not name and number > 0:
        entry.leave("unknown_class", place)
        return is_detection
    sure = counts if is_detection and 0 <= counts <= 1 else 1.0
    box = sized_box(place, x - shift, y - shift, width, height)
    entry.regions.append(ReadRegion(name or "object", box, confidence=sure))
    return is_detection


def _sequence(source: Source, name: str, reading: Reading) -> _Sequence:
    """From `seqinfo.ini` above, and `labels.txt` beside the file."""
    around = source.folder if isinstance(source, FileSource) else source
    folder, slash, _ = name.rpartition("/")
    sequence = _Sequence(classes=_CLASSES, is_truth=name.endswith("gt.txt"))
    labels = f"{folder}{slash}labels.txt"
    if around.has(labels):
        lines = tuple(line.strip() for _, line in text_lines(around, labels, reading))
        sequence.classes, sequence.from_0 = tuple(filter(None, lines)), True
    above = folder.rpartition("/")[0]
    info = f"{above}/seqinfo.ini" if above else "seqinfo.ini"
    if around.has(info):
        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(reading.text(around.read(info, _MOST), info))
            part = parser["Sequence"]
            sequence.folder, sequence.suffix = part.get("imDir", "img1"), part.get("imExt", "")
            sequence.size = part.getint("imWidth", 0), part.getint("imHeight", 0)
        except (configparser.Error, KeyError, ValueError, BadInput) as error:
            reading.bad_entry(BadInput(f"{info} cannot be read: {error}.", "Correct it."), "bad_file")
    return sequence
