"""COCO's annotations brought to their images where both lists stand in the same order: read side by side (a merge join)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count, groupby, islice
from operator import ne

from tui_labeler.formats.coco.convert import Converter, Label
from tui_labeler.formats.coco.schema import AnnotationDecoder, Id, decode_images
from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.records import ReadImage


def side_by_side(images: JsonStream, annotations: JsonStream, converter: Converter) -> Iterator[ReadImage]:
    """Images in the order of the file. Raises BadInput with the place of what is wrong."""
    runs = _runs(annotations, converter)
    wanted, labels = next(runs)
    for first, rows in images.array(decode_images, "images"):
        for number, row in enumerate(rows, first):
            if row.id == wanted:
                image = converter.image(row, number, labels)
                wanted, labels = next(runs)
            else:
                image = converter.image(row, number, [])
            if image is not None:
                yield image
    if wanted is not None:
        raise converter.changed()


def _runs(annotations: JsonStream, converter: Converter) -> Iterator[tuple[Id | None, list[Label]]]:
    """The labels of one image after the other, with its id; at the end no id, again and again."""
    key: Id | None = None
    run: list[Label] = []
    for first, rows in annotations.array(AnnotationDecoder().decode, "annotations"):
        labels = converter.labels(rows, count(first))
        ids = [row.image_id for row in rows]
        start = 0
        for image_id, length in lengths(ids):
            end = start + length
            if image_id == key:  # the block before ended in the midst of the run
                run += labels[start:end]
            else:
                if key is not None:
                    yield key, run
                key, run = image_id, labels[start:end]
            start = end
    yield key, run
    while True:
        yield None, []


def lengths(ids: list[Id]) -> Iterable[tuple[Id, int]]:
    """The ids that stand together, and how many do: counted at once where each stands in one place, as it should."""
    counts = Counter(ids)
    if sum(map(ne, ids, islice(ids, 1, None))) == len(counts) - 1:
        return counts.items()
    return [(image_id, len(list(same))) for image_id, same in groupby(ids)]
