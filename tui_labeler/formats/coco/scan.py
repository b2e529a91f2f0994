"""The first of two looks at a COCO file: whether it is whole, and how its annotations are brought to their images.

Only ids are decoded, in a tenth of the time of `json.load`, and kept as eight bytes each.
"""

from __future__ import annotations

from array import array
from collections import Counter
from itertools import groupby, islice
from operator import lt
from typing import Any, cast

import msgspec

from tui_labeler.formats.coco.schema import (
    NO_ID,
    AnnotationKey,
    Categories,
    Category,
    Id,
    Key,
    LooseKeys,
    SizedKey,
    id_of,
    plain_id,
    short_id,
)
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import MOST, Reading
from tui_labeler.formats.records import Unit
from tui_labeler.model.errors import BadInput

# Microsoft's own rule (coco2jsonl.py of azureml-examples): boxes whose numbers are all below it are shares of the size.
NORMALISED_BELOW = 1.5
_PART = 1 << 16  # ids


class Scan(msgspec.Struct, frozen=True):
    """What is known before the first label is read. `images` and `annotations` are where the lists begin, in bytes.
    `in_order` says that the annotations stand in the order of their images, and that each has one; `unit` what the numbers
    of boxes are; `all_labeled` that the file says of every image that a person labeled it;
    `marks_crowds` that `iscrowd` is not set everywhere: where all have it, their writer meant nothing by it."""

    categories: Categories
    images: int
    annotations: int
    in_order: bool
    unit: Unit
    all_labeled: bool = False
    marks_crowds: bool = False


def scan(stream: JsonStream, name: str, reading: Reading) -> Scan:
    """The options' `coordinates` are what a person said of the numbers, if anything. Raises BadInput for what is no COCO,
    and for boxes whose numbers can be pixels or shares."""
    coordinates = reading.options.coordinates
    offsets: dict[str, int] = {}
    categories: Categories = {}
    images, annotations = _Ids(), _Annotations(bool(coordinates))
    all_labeled = False
    for key in stream.members():
        if key == "info":
            all_labeled = _all_labeled(stream)
        if key not in ("images", "annotations", "categories"):
            continue
        if key in offsets:
            raise BadInput(f"{name} has “{key}” twice.", "Export it anew.")
        if not stream.is_array:
            what = f"{name} is not COCO: its “{key}” is not a list."
            raise BadInput(what, "Name its format with --format, or export it as COCO.")
        offsets[key] = stream.offset
        if key == "images":
            for _, rows in stream.array(decode_image_keys, key):
                images.extend([*rows])
        elif key == "annotations":
            for _, keys in stream.array(annotations.decode, key):
                annotations.extend(keys)
        else:
            categories = _categories(stream, name, reading)
    for key in ("images", "annotations", "categories"):
        if key not in offsets:
            raise BadInput(f"{name} is not COCO: it has no “{key}”.", "Name its format with --format.")
    in_order = annotations.images.follow(images) and not images.has_twice()
    # Who marks its files as labeled writes pixels: this program does.
    unit = Unit(coordinates) if coordinates else Unit.PIXELS if all_labeled else annotations.unit(name)
    marks_crowds = annotations.marks_crowds
    return Scan(categories, offsets["images"], offsets["annotations"], in_order, unit, all_labeled, marks_crowds)


def _all_labeled(stream: JsonStream) -> bool:
    """Whether the file's own words say that every image in it was labeled: ours do, so that background images come back."""
    return stream.member_text("labeled") == "all"


_KEYS = msgspec.json.Decoder(list[Key]).decode


def decode_image_keys(text: bytes) -> list[Id]:
    """The id of each image; NO_ID for what has none."""
    try:
        return [row.id for row in _KEYS(text)]
    except msgspec.ValidationError:
        rows = msgspec.json.decode(text, type=list[Any])
        return [id_of(row.get("id")) if isinstance(row, dict) else NO_ID for row in rows]


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
            numbers = [short_id(image_id) for image_id in ids if image_id is not None]
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
        return all(number in ahead for number in self._kept)  # each search goes on where the one before ended

    def has_twice(self) -> bool:
        """Whether an id is used twice."""
        return not self._are_ascending and _twice(self._kept) is not None


def _twice(ids: array[int]) -> int | None:
    """A number that is there twice, if any is: in parts, since a set of all of them takes ten times their memory."""
    count = len(ids) // _PART + 1
    parts = [array("q") for _ in range(count)]
    for number in ids:
        parts[number % count].append(number)
    for part in parts:
        if len(set(part)) < len(part):
            return next(number for number, times in Counter(part).items() if times > 1)
    return None


class _Annotations:
    """What is kept of the annotations: the ids of their images, once for all that stand together."""

    def __init__(self, unit_is_known: bool) -> None:
        self.images = _Ids()
        self._evidence = _Evidence()
        self._unit_is_known, self._is_told = unit_is_known, False
        self._decoder = LooseKeys()

    def decode(self, text: bytes) -> list[AnnotationKey]:
        """Sizes and flags are decoded only until one tells; in most files the first do."""
        if self._is_told:
            return self._decoder.keys(text)
        rows = self._decoder.sized(text)
        self._evidence.add(rows)
        self._is_told = (self._unit_is_known or self._evidence.has_pixels) and self.marks_crowds
        return [*rows]

    @property
    def marks_crowds(self) -> bool:
        return self._evidence.has_singles

    def unit(self, name: str) -> Unit:
        return self._evidence.unit(name)

    def extend(self, rows: list[AnnotationKey]) -> None:
        images: list[Id | None] = [image_id for image_id, _ in groupby([row.image_id for row in rows])]
        self.images.extend(images[1:] if images[:1] == [self.images.last] else images)


class _Evidence:
    """What the numbers of boxes say: pixels, or shares of the image's size; and whether some are no crowds."""

    def __init__(self) -> None:
        self.has_pixels = self.has_singles = False
        self._boxes = self._beyond = 0
        self._has_fractions = self._has_areas = False

    def add(self, rows: list[SizedKey]) -> None:
        self.has_singles = self.has_singles or not all(row.iscrowd for row in rows)
        if self.has_pixels:
            return
        for row in rows:
            box = row.bbox
            if not box or len(box) != 4 or not 0 < box[2] <= MOST or not 0 < box[3] <= MOST:
                continue
            self._boxes += 1
            if max(box) >= NORMALISED_BELOW:
                self.has_pixels = True
                return
            # Boxes of others lead out of the image by a rounding, not by a twentieth of it.
            self._beyond += box[0] + box[2] > 1.05 or box[1] + box[3] > 1.05 or min(box) < -0.05
            self._has_fractions |= not all(number.is_integer() for number in box)
            self._has_areas |= bool(row.area)

    def unit(self, name: str) -> Unit:
        """Raises BadInput where the numbers of all boxes can be both."""
        if self.has_pixels or not self._boxes:
            return Unit.PIXELS
        if not self._beyond and (self._has_fractions or not self._has_areas):
            return Unit.SHARES  # boxes smaller than a pixel are none; Azure ML writes areas of 0 with its shares
        what = (
            f"{name}: the numbers of all its boxes are so small that they can be pixels or shares of the image's size."
        )
        raise BadInput(what, "Say which: --coordinates pixels, or --coordinates shares.")


def _categories(stream: JsonStream, name: str, reading: Reading) -> Categories:
    """Those that have an id and a name; annotations of others have no class."""
    categories: Categories = {}
    for first, rows in stream.array(msgspec.json.Decoder(list[Any]).decode, "categories"):
        for index, given in enumerate(rows, first):
            try:
                row = msgspec.convert(given, Category)
            except msgspec.ValidationError as error:
                what = f"{name}, categories[{index}]: {error}."
                reading.bad_entry(BadInput(what, "Give it an id and a name."))
                continue
            number = plain_id(row.id)
            if categories.get(number, row.name) != row.name:
                raise BadInput(f"{name}, categories[{index}]: the id {number} is used twice.", "Export it anew.")
            categories[number] = row.name
    return categories
