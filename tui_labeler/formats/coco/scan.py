"""The first of two looks at a COCO file: whether it is whole, and how its annotations are brought to their images.

Only ids are decoded, in a tenth of the time of `json.load`, and kept as eight bytes each.
"""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import groupby, islice
from operator import lt
from typing import cast

import msgspec

from tui_labeler.formats.coco.schema import AnnotationKey, Categories, Category, Id, Key, SizedKey, plain_id, short_id
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.model.errors import BadInput

# Microsoft's own rule (coco2jsonl.py of azureml-examples): boxes whose numbers are all below it are shares of the size.
# Azure ML writes an area of 0 with each of them, so a file that states areas has pixels, however small.
NORMALISED_BELOW = 1.5
_PART = 1 << 16  # ids


class Scan(msgspec.Struct, frozen=True):
    """What is known before the first label is read. `images` and `annotations` are where the lists begin, in bytes.
    `in_order` says that the annotations stand in the order of their images, and that each has one; `normalised` that
    boxes are shares of the image's size."""

    categories: Categories
    images: int
    annotations: int
    in_order: bool
    normalised: bool


def scan(stream: JsonStream, name: str) -> Scan:
    """Raises BadInput for what is no COCO, and for ids that are used twice."""
    found: dict[str, int] = {}
    categories: Categories = {}
    images, annotations = _Ids(), _Annotations()
    for key in stream.members():
        if key not in ("images", "annotations", "categories"):
            continue
        if key in found:
            raise BadInput(f"{name} has “{key}” twice.", "Export it anew.")
        found[key] = stream.offset
        if key == "images":
            for _, rows in stream.array(msgspec.json.Decoder(list[Key]).decode, key):
                images.extend([row.id for row in rows])
        elif key == "annotations":
            for _, keys in stream.array(annotations.decode, key):
                annotations.extend(keys)
        else:
            categories = _categories(stream, name)
    for key in ("images", "annotations", "categories"):
        if key not in found:
            raise BadInput(f"{name} is no COCO: it has no “{key}”.", "Name its format with --format.")
    images.refuse_twice(name, "images", "image")
    annotations.ids.refuse_twice(name, "annotations", "annotation")
    in_order = annotations.images.follow(images)
    return Scan(categories, found["images"], found["annotations"], in_order, annotations.normalised)


class _Ids:
    """Ids in the order of the file."""

    def __init__(self) -> None:
        self._kept = array("q")
        self._are_numbers = True
        self._are_ascending = True

    def extend(self, ids: list[Id | None]) -> None:
        numbers = cast(list[int], ids)
        try:
            kept = array("q", numbers)  # it takes nothing but whole numbers of 64 bits
        except (TypeError, OverflowError):
            self._are_numbers = False
            numbers = [short_id(one) for one in ids if one is not None]
            kept = array("q", numbers)
        if self._are_ascending:
            several = [*self._kept[-1:], *numbers]
            self._are_ascending = all(map(lt, several, islice(several, 1, None)))
        self._kept += kept

    @property
    def last(self) -> int | None:
        return self._kept[-1] if self._kept else None

    def follow(self, others: _Ids) -> bool:
        """Whether these come in the order of `others`, with gaps or without."""
        if not (self._are_numbers and others._are_numbers):
            return False
        ahead = iter(others._kept)
        return all(one in ahead for one in self._kept)  # each search goes on where the one before ended

    def refuse_twice(self, name: str, place: str, what: str) -> None:
        """Raises BadInput."""
        twice = None if self._are_ascending else _twice(self._kept)
        if twice is None:
            return
        first = self._kept.index(twice)
        second = self._kept.index(twice, first + 1)
        which = f" {twice}" if self._are_numbers else ""
        raise BadInput(
            f"{name}: {place}[{first}] and {place}[{second}] have the same id{which}.", f"Give each {what} its own id."
        )


def _twice(ids: array[int]) -> int | None:
    """A number that is there twice, if any is: in parts, since a set of all of them takes ten times their memory."""
    count = len(ids) // _PART + 1
    parts = [array("q") for _ in range(count)]
    for one in ids:
        parts[one % count].append(one)
    for part in parts:
        if len(set(part)) < len(part):
            return next(one for one, times in Counter(part).items() if times > 1)
    return None


class _Annotations:
    """What is kept of the annotations: their own ids, and those of their images, once for all that stand together."""

    def __init__(self) -> None:
        self.ids, self.images = _Ids(), _Ids()
        self._largest = 0.0
        self._has_pixels = False
        self._keys = msgspec.json.Decoder(list[AnnotationKey]).decode
        self._sized = msgspec.json.Decoder(list[SizedKey]).decode

    @property
    def normalised(self) -> bool:
        return self._largest > 0 and not self._has_pixels

    def decode(self, text: bytes) -> list[AnnotationKey]:
        """Sizes are decoded only until one tells; in most files the first does."""
        if self._has_pixels:
            return self._keys(text)
        rows = self._sized(text)
        boxed = [row for row in rows if row.bbox]
        self._largest = max(self._largest, *(max(row.bbox or ()) for row in boxed), 0.0)
        self._has_pixels = self._largest >= NORMALISED_BELOW or any(row.area for row in boxed)
        return [*rows]

    def extend(self, rows: list[AnnotationKey]) -> None:
        self.ids.extend([row.id for row in rows])
        images: list[Id | None] = [one for one, _ in groupby([row.image_id for row in rows])]
        self.images.extend(images[1:] if images[:1] == [self.images.last] else images)


def _categories(stream: JsonStream, name: str) -> Categories:
    found: Categories = {}
    for first, rows in stream.array(msgspec.json.Decoder(list[Category]).decode, "categories"):
        for place, row in enumerate(rows, first):
            number = plain_id(row.id)
            if number in found:
                raise BadInput(f"{name}, categories[{place}]: the id {number} is used twice.", "Export it anew.")
            found[number] = row.name
    return found
