"""The entries of a COCO file, as far as they matter here, and their ids: numbers or texts, with gaps, in any order."""

from __future__ import annotations

from hashlib import blake2b
from typing import Annotated, cast

import msgspec
from msgspec import Meta

Id = int | float | str
Categories = dict[Id, str]
"""The name of each category by its id, as `plain_id` gives it."""

_HALF = 1 << 63  # of the numbers of 64 bits
_NOTHING = msgspec.Raw(b"null")


class Key(msgspec.Struct, gc=False):
    """Of an image, all that the first look needs."""

    id: Id


class AnnotationKey(msgspec.Struct, gc=False):
    """Of an annotation, all that is needed to bring it to its image."""

    image_id: Id
    id: Id | None = None


class SizedKey(AnnotationKey, gc=False):
    """And what tells pixels from shares of the image's size."""

    bbox: list[float] | None = None
    area: float | None = None


class Image(msgspec.Struct, gc=False):
    id: Id
    file_name: str = ""
    width: float | None = 0
    height: float | None = 0
    coco_url: str | None = ""
    absolute_url: str | None = ""


class _OfImage(msgspec.Struct, gc=False):
    image_id: Id
    category_id: Id


class Annotation(_OfImage, gc=False):
    bbox: list[float] | None = None
    segmentation: msgspec.Raw = _NOTHING
    score: float | None = None


_FAR = 5e8  # half of what a coordinate may be: a corner plus a size is within the limit then
_Corner = Annotated[float, Meta(ge=-_FAR, le=_FAR)]
_Extent = Annotated[float, Meta(ge=0, le=_FAR)]


class BoxAnnotation(_OfImage, gc=False):
    """An annotation that is a box with nothing wrong, as most are: the decoder has looked at its numbers already."""

    image_id: int
    category_id: int
    bbox: tuple[_Corner, _Corner, _Extent, _Extent]
    segmentation: Annotated[list[msgspec.Raw], Meta(max_length=0)] | None = None
    score: Annotated[float, Meta(ge=0, le=1)] = 1.0


class Category(msgspec.Struct):
    id: Id
    name: str


class Boxes(list[BoxAnnotation]):
    """A block of annotations that are all boxes."""


class AnnotationDecoder:
    """Decodes a JSON list of annotations, as boxes if all of them are. Raises msgspec's errors."""

    def __init__(self) -> None:
        self._boxes = msgspec.json.Decoder(list[BoxAnnotation]).decode
        self._any = msgspec.json.Decoder(list[Annotation]).decode

    def decode(self, text: bytes) -> Boxes | list[Annotation]:
        try:
            return Boxes(self._boxes(text))
        except msgspec.ValidationError:
            return self._any(text)


def plain_id(value: Id) -> int | str:
    """Some tools write 3.0 where they mean 3."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else str(value)
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
