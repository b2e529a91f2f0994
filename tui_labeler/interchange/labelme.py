"""labelme's JSON: one file an image, or a folder of them. Rectangles and polygons are taken; circles, lines, points and
masks are counted ("shape")."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from tui_labeler.interchange.reading import Place, ReadImage, ReadRegion, corner_box, image_size, polygon, whole
from tui_labeler.interchange.urls import names_of
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


def read(path: Path) -> Iterator[ReadImage]:
    """Raises BadInput with file and place."""
    decode = msgspec.json.Decoder(_File).decode
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    if not files:
        raise BadInput(f"There is no .json file in {path}.", "Name the folder that labelme wrote into.")
    for one in files:
        shown = str(one.relative_to(path)) if path.is_dir() else one.name
        try:
            found = decode(whole(one, _MOST))
        except msgspec.ValidationError as error:
            raise BadInput(f"{shown} is not labelme's: {error}.", "Nothing was imported.") from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            what = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise BadInput(f"{shown} is no whole JSON: {what}.", "Nothing was imported.") from None
        yield _image(shown, found)


def _image(shown: str, file: _File) -> ReadImage:
    regions: list[ReadRegion] = []
    left_out: dict[str, int] = {}
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
            left_out["shape"] = left_out.get("shape", 0) + 1
    tags = tuple(name for name, on in (file.flags or {}).items() if on is True)
    place = Place(shown)
    width, height = image_size(place, file.imageWidth or 0, file.imageHeight or 0)
    return ReadImage(names_of(file.imagePath), place, tuple(regions), tags, width, height, left_out=left_out)
