"""labelme's JSON: one file an image, or a folder of them. Rectangles and polygons are taken; circles, lines, points and
masks are counted ("shape")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from tui_labeler.formats.reading import Reading, corner_box, image_size, polygon
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of
from tui_labeler.model.errors import BadInput

_MOST = 256 << 20  # a file may hold the image itself, in base64


class _Shape(msgspec.Struct):
    label: str
    points: list[tuple[float, float]]
    shape_type: str = "polygon"


class _File(msgspec.Struct):
    shapes: list[_Shape]
    imagePath: str  # noqa: N815 - labelme's names
    imageHeight: float | None = 0  # noqa: N815
    imageWidth: float | None = 0  # noqa: N815
    flags: dict[str, Any] | None = None


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput with file and place."""
    decode = msgspec.json.Decoder(_File).decode
    files = source.ending(".json") if source.is_folder else source.files
    if not files:
        raise BadInput(f"There is no .json file in {source.path}.", "Name the folder that labelme wrote into.")
    for name in files:
        shown = source.shown(name)
        try:
            found = decode(source.read(name, _MOST))
        except msgspec.ValidationError as error:
            raise BadInput(f"{shown} is not labelme's: {error}.", "Nothing was imported.") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise BadInput(f"{shown} is no whole JSON: {what}.", "Nothing was imported.") from None
        yield _image(shown, found)


def _image(shown: str, file: _File) -> ReadImage:
    regions: list[ReadRegion] = []
    left_out: list[LeftOut] = []
    for number, shape in enumerate(file.shapes):
        place = Place(shown, ", shapes[", number, "]")
        flat = [value for point in shape.points for value in point]
        if shape.shape_type == "rectangle" and len(shape.points) in (2, 4):
            # Two opposite corners in any order; newer versions write all four.
            xs, ys = flat[::2], flat[1::2]
            regions.append(ReadRegion(shape.label, corner_box(place, min(xs), min(ys), max(xs), max(ys))))
        elif shape.shape_type == "polygon" and (points := polygon(place, flat)):
            regions.append(ReadRegion(shape.label, points=points))
        else:
            left_out.append(LeftOut("shape", place))
    tags = tuple(name for name, on in (file.flags or {}).items() if on is True)
    place = Place(shown)
    width, height = image_size(place, file.imageWidth or 0, file.imageHeight or 0)
    return ReadImage(names_of(file.imagePath), place, tuple(regions), tags, width, height, left_out=tuple(left_out))
