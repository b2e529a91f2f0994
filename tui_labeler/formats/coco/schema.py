"""The entries of a COCO file, as far as they matter here, and their ids: numbers or texts, with gaps, in any order."""

from __future__ import annotations

from contextlib import suppress
from hashlib import blake2b
from typing import Annotated, cast

import msgspec
from msgspec import Meta

from tui_labeler.formats.reading import MOST

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


_Coordinate = Annotated[float, Meta(ge=-MOST, le=MOST)]
_Corner = Annotated[float, Meta(ge=-MOST / 2, le=MOST / 2)]  # and a size more is within MOST, too
_Extent = Annotated[float, Meta(ge=0, le=MOST / 2)]


_Bbox = tuple[_Corner, _Corner, _Extent, _Extent]


class BoxAnnotation(_OfImage, gc=False):
    """An annotation that is a box with nothing wrong, as most are: the decoder has looked at its numbers already."""

    image_id: int
    category_id: int
    bbox: _Bbox
    segmentation: Annotated[list[msgspec.Raw], Meta(max_length=0)] | None = None
    score: Annotated[float, Meta(ge=0, le=1)] = 1.0


class Annotation(_OfImage, gc=False):
    """An annotation with polygons, a box, both, or neither: their numbers, too, were looked at by the decoder."""

    bbox: _Bbox | None = None
    segmentation: list[list[_Coordinate]] | None = None
    score: float | None = None


class OddAnnotation(_OfImage, gc=False):
    """Any annotation: what its segmentation is remains to be seen."""

    bbox: list[float] | None = None
    segmentation: msgspec.Raw = _NOTHING
    score: float | None = None


class Category(msgspec.Struct):
    id: Id
    name: str


class Boxes(list[BoxAnnotation]):
    """Annotations that are all boxes with nothing wrong."""


Block = Boxes | list[Annotation] | list[OddAnnotation]


class AnnotationDecoder:
    """Decodes a JSON list of annotations in the fastest way that takes all of them. Raises msgspec's errors."""

    def __init__(self) -> None:
        self._boxes = msgspec.json.Decoder(list[BoxAnnotation]).decode
        self._annotations = msgspec.json.Decoder(list[Annotation]).decode
        self._any = msgspec.json.Decoder(list[OddAnnotation]).decode

    def decode(self, text: bytes) -> Block:
        with suppress(msgspec.ValidationError):
            return Boxes(self._boxes(text))
        with suppress(msgspec.ValidationError):
            return self._annotations(text)
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
