"""labelme's JSON: one file an image, or a folder of them. Rectangles, polygons and masks are taken, and so are the rotated
boxes of X-AnyLabeling where that is asked for; circles, lines and points are counted."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.labelme.signature import looks_like_labelme
from tui_labeler.formats.pngmasks import png_mask
from tui_labeler.formats.reading import Reading, corner_box, image_size, polygon
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of
from tui_labeler.formats.values import Fields, fields_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import TaskType

_MOST = 256 << 20  # a file may hold the image itself, in base64


class _File(msgspec.Struct):
    """What is needed; the image that a file may hold is never made a Python text."""

    shapes: list[Any]
    imagePath: str | None = ""  # noqa: N815 - labelme's names
    imageHeight: Any = 0  # noqa: N815
    imageWidth: Any = 0  # noqa: N815
    flags: Any = None


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput where no file is labelme's."""
    decode = msgspec.json.Decoder(_File).decode
    count = 0
    for name in source.ending(".json") if source.is_folder else source.files:
        shown = source.shown(name)
        try:
            if source.is_folder and not looks_like_labelme(source.ends(name)):
                reading.pass_over("other_file", shown)
                continue
            file = decode(_as_utf8(source.read(name, _MOST), shown, reading))
        except msgspec.ValidationError as error:
            _refuse(source, reading, BadInput(f"{shown} is not labelme's: {error}.", "Name its format."))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            _refuse(source, reading, BadInput(f"{shown} is not complete JSON: {what}.", "Correct the file."))
        except BadInput as error:
            _refuse(source, reading, error)
        else:
            count += 1
            yield _image(shown, name[: name.rfind(".")], file, reading)
    if not count and not reading.report.counts.get("bad_file"):
        raise BadInput(f"There is no file of labelme in {source.path}.", "Name the folder that labelme wrote into.")


def _refuse(source: Source, reading: Reading, error: BadInput) -> None:
    """A file that cannot be read costs itself, in a folder."""
    if not source.is_folder:
        raise error
    reading.bad_entry(error, "bad_file")


def _as_utf8(data: bytes, shown: str, reading: Reading) -> bytes:
    """As JSON wants it; labelme on other systems wrote the system's own encoding."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    if reading.options.encoding or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return reading.text(data, shown).encode("utf-8", "surrogatepass")
    return data


def _image(shown: str, stem: str, file: _File, reading: Reading) -> ReadImage:
    regions: list[ReadRegion] = []
    left: list[LeftOut] = []
    for number, shape in enumerate(file.shapes):
        place = Place(shown, ", shapes[", number, "]")
        try:
            region = _region(place, shape, reading.kind is TaskType.SEGMENTATION)
        except BadInput as error:
            left.append(reading.left_out("bad_region", place, error))
            continue
        if isinstance(region, str):
            left.append(LeftOut(region, place))
        else:
            regions.append(region)
            _count_attributes(place, shape, reading)
    tags = tuple(name for name, on in fields_of(file.flags).items() if on is True and name not in _OWN_FLAGS)
    place = Place(shown)
    width = height = 0
    try:
        width, height = image_size(place, _size(file.imageWidth), _size(file.imageHeight))
    except BadInput as error:
        left.append(reading.left_out("bad_entry", place, error))
    stated = Stated.LABELED if file.shapes or tags else Stated.EMPTY
    names = names_of(file.imagePath) if file.imagePath else ()
    return ReadImage(names, place, tuple(regions), tags, width, height, stated=stated, stem=stem, left_out=tuple(left))


def _count_attributes(place: Place, shape: Fields, reading: Reading) -> None:
    values = [shape.get("description"), *fields_of(shape.get("flags")).values()]
    reading.pass_over_values((*values, *fields_of(shape.get("attributes")).values()), place)


_OWN_FLAGS = frozenset({"checked"})


def _size(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0


def _region(place: Place, shape: Any, masks: bool) -> ReadRegion | str:
    """A region, or why there is none; `masks` says whether outlines are wanted, not only boxes. Raises BadInput for what
    cannot be read."""
    points = shape.get("points") if isinstance(shape, dict) else None
    label = shape.get("label") if isinstance(shape, dict) else None
    if isinstance(label, bool) or not isinstance(label, (str, int, float)) or label == "":
        raise BadInput(f"{place}: it has no label.", "Correct it in the file.")
    try:
        flat = [float(value) for point in points or () for value in (point[0], point[1])]
    except (TypeError, ValueError, IndexError, KeyError, OverflowError):
        raise BadInput(f"{place}: its points are no pairs of numbers.", "Correct it in the file.") from None
    name = f"{label:g}" if isinstance(label, float) else str(label)
    kind = shape.get("shape_type") or "polygon"
    if kind == "rectangle" and len(flat) in (4, 8):
        # Two opposite corners in any order; newer versions write all four.
        xs, ys = flat[::2], flat[1::2]
        return ReadRegion(name, corner_box(place, min(xs), min(ys), max(xs), max(ys)))
    if kind in ("polygon", "rotation"):
        outline = polygon(place, flat)
        if not outline:
            return "degenerate"
        return ReadRegion(name, points=outline, rotated=kind == "rotation")
    if kind == "mask" and len(flat) == 4:
        return _mask(place, name, flat, shape.get("mask") if masks else None)
    return "shape"


def _mask(place: Place, name: str, flat: list[float], data: Any) -> ReadRegion:
    """What labelme's AI tools leave: the corner pixels of a box, the last one included, and a PNG of what is within."""
    box = corner_box(place, flat[0], flat[1], flat[2] + 1, flat[3] + 1)
    if not isinstance(data, str):
        return ReadRegion(name, box)
    try:
        png = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise BadInput(f"{place}: its mask is not base64.", "Export it anew.") from None
    return ReadRegion(name, box, mask=png_mask(png, int(flat[0]), int(flat[1]), place))
