"""The entries of a COCO file, as far as they matter here, and their ids: numbers or texts, with gaps, in any order."""

from __future__ import annotations

from contextlib import suppress
from hashlib import blake2b
from typing import Annotated, Any, Literal, cast

import msgspec
from msgspec import Meta

from tui_labeler.formats.reading import MOST
from tui_labeler.formats.values import is_set

Id = int | float | str
Categories = dict[Id, str]
"""The name of each category by its id, as `plain_id` gives it."""

_HALF = 1 << 63  # of the numbers of 64 bits
NO_ID = "\0"  # of what has none


class Key(msgspec.Struct, gc=False):
    """Of an image, all that the first look needs."""

    id: Id


class AnnotationKey(msgspec.Struct, gc=False):
    """Of an annotation, all that is needed to bring it to its image."""

    image_id: Id


class SizedKey(AnnotationKey, gc=False):
    """And what tells pixels from shares of the image's size, and whether `iscrowd` tells anything."""

    bbox: list[float] | None = None
    area: float | None = None
    iscrowd: int | None = None


class Image(msgspec.Struct, gc=False):
    id: Id
    file_name: str | None = ""
    width: float | None = 0
    height: float | None = 0
    coco_url: str | None = ""
    absolute_url: str | None = ""


def decode_images(text: bytes) -> list[Image]:
    """A JSON list of images; fields that cannot be what they should are as if they were not there."""
    try:
        return _IMAGES(text)
    except msgspec.ValidationError:
        rows = (row if isinstance(row, dict) else {} for row in msgspec.json.decode(text, type=list[Any]))
        return [
            Image(
                id_of(row.get("id")),
                _text(row.get("file_name")),
                number_of(row.get("width")),
                number_of(row.get("height")),
                _text(row.get("coco_url")),
                _text(row.get("absolute_url")),
            )
            for row in rows
        ]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


_IMAGES = msgspec.json.Decoder(list[Image]).decode


class _OfImage(msgspec.Struct, gc=False):
    image_id: Id
    category_id: Id


_Coordinate = Annotated[float, Meta(ge=-MOST, le=MOST)]
_Corner = Annotated[float, Meta(ge=-MOST / 2, le=MOST / 2)]  # and a size more is within MOST, too
_Extent = Annotated[float, Meta(ge=0, le=MOST / 2)]


_Bbox = tuple[_Corner, _Corner, _Extent, _Extent]


_Nothing = Annotated[list[msgspec.Raw], Meta(max_length=0)] | None


class _Upright(msgspec.Struct, gc=False, forbid_unknown_fields=True):
    """Attributes of what is not turned, as CVAT writes them, and no others."""

    rotation: Annotated[float, Meta(ge=0, le=0)] = 0.0
    occluded: bool | None = None
    track_id: int | None = None
    keyframe: bool | None = None


class BoxAnnotation(_OfImage, gc=False):
    """An annotation that is a box with nothing wrong, as most are: the decoder has looked at its numbers already."""

    image_id: int
    category_id: int
    bbox: _Bbox
    segmentation: _Nothing = None
    keypoints: _Nothing = None
    score: Annotated[float, Meta(ge=0, le=1)] = 1.0
    attributes: _Upright | None = None
    ignore: Literal[0] | None = None
    iscrowd: Literal[0] | None = None
    bbox_mode: Literal[1] | None = None


class Annotation(_OfImage, gc=False):
    """An annotation with polygons, a box, both, or neither: their numbers, too, were looked at by the decoder."""

    bbox: _Bbox | None = None
    segmentation: list[list[_Coordinate]] | None = None
    keypoints: _Nothing = None
    score: float | None = None
    attributes: _Upright | None = None
    ignore: Literal[0] | None = None
    iscrowd: Literal[0] | None = None
    bbox_mode: Literal[1] | None = None


class OddAnnotation(_OfImage, gc=False):
    """Any annotation, as Python has it: what its fields are remains to be seen."""

    fields: dict[str, Any]


class Category(msgspec.Struct):
    id: Id
    name: str


class Boxes(list[BoxAnnotation]):
    """Annotations that are all boxes with nothing wrong."""


Block = Boxes | list[Annotation] | list[OddAnnotation]


class AnnotationDecoder:
    """Decodes a JSON list of annotations in the fastest way that takes all of them; in the last, nothing that is JSON is
    refused. Raises msgspec's errors."""

    def __init__(self) -> None:
        self._boxes = msgspec.json.Decoder(list[BoxAnnotation]).decode
        self._annotations = msgspec.json.Decoder(list[Annotation]).decode
        self._any = msgspec.json.Decoder(list[Any]).decode

    def decode(self, text: bytes) -> Block:
        with suppress(msgspec.ValidationError):
            return Boxes(self._boxes(text))
        with suppress(msgspec.ValidationError):
            return self._annotations(text)
        rows = (row if isinstance(row, dict) else {} for row in self._any(text))
        return [OddAnnotation(id_of(row.get("image_id")), id_of(row.get("category_id")), row) for row in rows]


class LooseKeys:
    """The same for the ids alone."""

    def __init__(self) -> None:
        self._keys = msgspec.json.Decoder(list[AnnotationKey]).decode
        self._sized = msgspec.json.Decoder(list[SizedKey]).decode
        self._any = msgspec.json.Decoder(list[Any]).decode

    def keys(self, text: bytes) -> list[AnnotationKey]:
        with suppress(msgspec.ValidationError):
            return self._keys(text)
        return [AnnotationKey(row.image_id) for row in self.sized(text)]

    def sized(self, text: bytes) -> list[SizedKey]:
        with suppress(msgspec.ValidationError):
            return self._sized(text)
        rows = (row if isinstance(row, dict) else {} for row in self._any(text))
        return [
            SizedKey(
                id_of(row.get("image_id")),
                numbers_of(row.get("bbox")),
                number_of(row.get("area")),
                is_set(row.get("iscrowd")),
            )
            for row in rows
        ]


def id_of(value: Any) -> Id:
    """An id, or one that nothing has."""
    return value if isinstance(value, (int, float, str)) and not isinstance(value, bool) else NO_ID


def number_of(value: Any) -> float | None:
    """A number, also one that was written as a text."""
    try:
        return float(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None
    except (ValueError, OverflowError):
        return None


def numbers_of(value: Any) -> list[float] | None:
    """A list of numbers; None for anything else."""
    if not isinstance(value, list):
        return None
    numbers = [number_of(item) for item in value]
    return None if None in numbers else [number for number in numbers if number is not None]


def plain_id(value: Id) -> int | str:
    """Some tools write 3.0 or "3" where they mean 3."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
    if (
        isinstance(value, str)
        and value.isdecimal()
        and value.isascii()
        and len(value) < 19
        and str(int(value)) == value
    ):
        return int(value)
    return value


def plain_ids(values: list[Id]) -> list[int | str]:
    """The same for many: nearly always they are whole numbers."""
    if set(map(type, values)) <= {int}:
        return cast(list[int | str], values)
    return [plain_id(value) for value in values]


def short_id(value: Id) -> int:
    """A number of 64 bits for any id: the id itself, if it is a whole number of that size."""
    plain = plain_id(value)
    if isinstance(plain, int) and -_HALF <= plain < _HALF:
        return plain
    return int.from_bytes(blake2b(str(plain).encode("utf-8", "replace"), digest_size=8).digest(), signed=True)
