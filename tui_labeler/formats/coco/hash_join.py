"""COCO's annotations brought to their images in whatever order both stand: dealt into buckets first (a hash join).

Rows go through the buckets as they stand in the file: nothing is encoded anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import msgspec

from tui_labeler.formats.buckets import Buckets
from tui_labeler.formats.coco.convert import Converter, Label
from tui_labeler.formats.coco.scan import decode_image_keys
from tui_labeler.formats.coco.schema import (
    NO_ID,
    AnnotationDecoder,
    Block,
    Id,
    Image,
    LooseKeys,
    decode_images,
    plain_ids,
)
from tui_labeler.formats.jsonstream import JsonStream, wrong_value
from tui_labeler.formats.records import ReadImage
from tui_labeler.model.errors import BadInput

T = TypeVar("T")


def in_buckets(images: JsonStream, annotations: JsonStream, converter: Converter, size: int) -> Iterator[ReadImage]:
    """Images in the order of the buckets, which depends on their ids and on `size` alone: the file's, in bytes."""
    annotation_keys = LooseKeys().keys
    with Buckets(size) as some, Buckets(size) as others:
        decode = _keyed(decode_image_keys)
        for first, rows in images.array(decode, "images"):
            some.add_all(rows, first)
        decode = _keyed(lambda text: [row.image_id for row in annotation_keys(text)])
        for first, rows in annotations.array(decode, "annotations"):
            others.add_all(rows, first)
        decode_annotations = AnnotationDecoder().decode
        for text, numbers, other_text, other_numbers in zip(some, some.numbers, others, others.numbers, strict=True):
            image_rows = _decoded(decode_images, text, f"{converter.name}, images", numbers)
            keys = plain_ids([row.id for row in image_rows])
            annotation_rows = _decoded(decode_annotations, other_text, f"{converter.name}, annotations", other_numbers)
            labels = _labels_of(keys, annotation_rows, other_numbers, converter)
            twice = _named_twice(keys, image_rows)
            for key, row, number in zip(keys, image_rows, numbers, strict=True):
                if key in twice or key == NO_ID:
                    converter.same_id(row, number)
                elif (image := converter.image(row, number, labels.pop(key, []))) is not None:
                    yield image


def _keyed(decode_keys: Callable[[bytes], list[Id]]) -> Callable[[bytes], list[tuple[int | str, msgspec.Raw]]]:
    """A decoder of a list: the key of each row, and the row as it stands there."""
    decode_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode

    def decode(text: bytes) -> list[tuple[int | str, msgspec.Raw]]:
        return list(zip(plain_ids(decode_keys(text)), decode_rows(text), strict=True))

    return decode


def _decoded(decode: Callable[[bytes], T], text: bytes, list_name: str, numbers: Sequence[int]) -> T:
    """The rows of a bucket. Raises BadInput with the number that the wrong one has in the list `list_name`."""
    try:
        return decode(text)
    except msgspec.ValidationError as error:
        raise wrong_value(str(error), list_name, numbers) from None
    except (msgspec.DecodeError, UnicodeDecodeError):  # within a text, which was passed over so far
        for number, row in zip(numbers, msgspec.json.decode(text, type=list[msgspec.Raw]), strict=True):
            try:
                decode(b"[" + bytes(row) + b"]")
            except (msgspec.DecodeError, UnicodeDecodeError):
                what = "a text that is not UTF-8 or has a wrong escape"
                raise BadInput(f"{list_name}[{number}]: {what}.", "Export it anew; nothing was imported.") from None
        raise


def _named_twice(keys: list[int | str], images: list[Image]) -> set[int | str]:
    """Ids that several images have; the same image listed twice is one."""
    if len(set(keys)) == len(keys):
        return set()
    names: dict[int | str, str | None] = {}
    return {key for key, row in zip(keys, images, strict=True) if names.setdefault(key, row.file_name) != row.file_name}


def _labels_of(
    keys: list[int | str], annotations: Block, numbers: Sequence[int], converter: Converter
) -> dict[int | str, list[Label]]:
    """The labels of each image, by its id; annotations without an image are counted."""
    labels_by_id: dict[int | str, list[Label]] = {key: [] for key in keys}
    labels = converter.labels(annotations, numbers)
    wanted = plain_ids([row.image_id for row in annotations])
    if labels_by_id.keys() >= set(wanted):  # nearly always
        for key, label in zip(wanted, labels, strict=True):
            labels_by_id[key].append(label)
        return labels_by_id
    for index, (key, label) in enumerate(zip(wanted, labels, strict=True)):
        if key in labels_by_id:
            labels_by_id[key].append(label)
        else:
            converter.no_image(key, numbers[index])
    return labels_by_id
