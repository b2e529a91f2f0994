"""Azure ML's labeled JSON Lines, of its first and its second version, and of AutoML's own examples.

A row's `image_url` is `AmlDatastore://…` (version 1), `azureml://…` short or long (version 2), or any URL; `label` is a
class, a list of classes, or a list of boxes or polygons in shares of the image's size. A folder is read by its
`MLTable`'s JSON Lines, and so are the two folders of a split.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.reading import Reading, corner_box, image_size, polygon
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Unit
from tui_labeler.formats.source import FileSource, Source
from tui_labeler.formats.urls import names_of
from tui_labeler.model.errors import BadInput

_MOST_LINE = 64 << 20
_COORDINATES = ("topX", "topY", "bottomX", "bottomY")


class _Details(msgspec.Struct):
    width: str | float = 0
    height: str | float = 0


class _Label(msgspec.Struct):
    label: str | int
    topX: float | None = None  # noqa: N815 - Azure's names
    topY: float | None = None  # noqa: N815
    bottomX: float | None = None  # noqa: N815
    bottomY: float | None = None  # noqa: N815
    isCrowd: Any = 0  # noqa: N815
    polygon: list[list[float]] | None = None


class _Row(msgspec.Struct):
    image_url: str
    label: str | int | list[Any] = []
    image_details: _Details | None = None
    label_confidence: float | list[float] | None = None


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput with file and line."""
    decode = msgspec.json.Decoder(_Row).decode
    convert = msgspec.convert
    source, files = _files(source)
    for name in files:
        shown = source.shown(name)
        with source.open(name) as file:
            number = 0
            while line := file.readline(_MOST_LINE):
                number += 1
                place = Place(shown, ", line ", number)
                if len(line) == _MOST_LINE and not line.endswith(b"\n"):
                    raise BadInput(f"{place}: the line is longer than {_MOST_LINE >> 20} MB.")
                line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                if line.isspace() or not line:
                    continue
                try:
                    row = decode(line)
                    labels = convert(row.label, list[_Label | str | int]) if isinstance(row.label, list) else row.label
                except msgspec.ValidationError as error:
                    raise BadInput(f"{place}: {_words(error)}.", "Nothing was imported.") from None
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                    what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
                    raise BadInput(f"{place} is no JSON: {what}.", "Nothing was imported.") from None
                yield _image(place, row, labels)


def _files(source: Source) -> tuple[Source, tuple[str, ...]]:
    """The JSON Lines files of a file or folder, in the order of their names, and where they are."""
    if isinstance(source, FileSource):
        if source.path.name != "MLTable":
            return source, source.files
        source = source.folder
    found = source.ending(".jsonl")
    if not found:
        raise BadInput(f"There is no .jsonl file in {source.path}.", "Name the file, or the folder that holds it.")
    return source, found


def _words(error: msgspec.ValidationError) -> str:
    return str(error).replace(" - at `$.", " at `")


def _image(place: Place, row: _Row, labels: Any) -> ReadImage:
    names = names_of(row.image_url)
    width = height = 0
    if row.image_details is not None:
        sizes = (_pixels(place, row.image_details.width), _pixels(place, row.image_details.height))
        width, height = image_size(place, *sizes)
    if not isinstance(labels, list):
        return ReadImage(names, place, tags=(str(labels),), width=width, height=height)
    confidence = row.label_confidence if isinstance(row.label_confidence, list) else []
    regions: list[ReadRegion] = []
    tags: list[str] = []
    left_out: list[LeftOut] = []
    for number, label in enumerate(labels):
        if not isinstance(label, _Label):
            tags.append(str(label))
            continue
        sure = min(max(confidence[number], 0.0), 1.0) if number < len(confidence) else 1.0
        where = Place(place, ", label ", number + 1)
        found = list(_regions(where, label, sure))
        regions += found
        if not found:
            left_out.append(LeftOut("degenerate", where))
    return ReadImage(
        names, place, tuple(regions), tuple(tags), width, height, unit=Unit.SHARES, left_out=tuple(left_out)
    )


def _regions(place: Place, label: _Label, confidence: float) -> Iterator[ReadRegion]:
    """One for a box, one for each ring of a polygon."""
    name = str(label.label)
    if label.polygon is not None:
        for ring in label.polygon:
            if points := polygon(place, ring):
                yield ReadRegion(name, points=points, confidence=confidence)
        return
    corners = [getattr(label, key) for key in _COORDINATES]
    if None in corners:
        missing = ", ".join(key for key, value in zip(_COORDINATES, corners, strict=True) if value is None)
        raise BadInput(f"{place}: {missing} is missing.", "Correct it in the file.")
    yield ReadRegion(name, corner_box(place, *corners), confidence=confidence)


def _pixels(place: Place, value: str | float) -> float:
    """`"400px"` or 400."""
    try:
        return float(value.strip().removesuffix("px")) if isinstance(value, str) else float(value)
    except ValueError:
        raise BadInput(f"{place}: “{value}” is no width or height.", "Correct it in the file.") from None
