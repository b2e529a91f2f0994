"""What Custom Vision's API answers: images, each with its id, its tags and regions (GetTaggedImages, GetImages), or with
predictions (QueryPredictions). REST writes `tagName`, the Python package `tag_name`.

The service knows no file names: who downloads images calls them by their id, which is also the end of their URL.
"""

from __future__ import annotations

from typing import Any

from tui_labeler.formats.reading import Reading, sized_box
from tui_labeler.formats.records import Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.values import Entry, Fields, fields_of, list_of, numbers_of, share_of, text_of

_SIDES = ("left", "top", "width", "height")


def image_of_answer(place: Place, value: Any, reading: Reading) -> ReadImage:
    """An image without tags is only listed. Raises BadInput for what names none."""
    image = fields_of(value)
    uri = _either(image, "originalImageUri", "original_image_uri")
    entry = Entry(place, reading).named(text_of(image.get("id")), text_of(uri).partition("?")[0])
    entry.unit = Unit.SHARES
    entry.sized(image.get("width"), image.get("height"))
    for number, region in enumerate(list_of(image.get("regions")), 1):
        _add(entry, Place(place, ", region ", number), fields_of(region), 1.0)
    reading.tags_repeat = True
    entry.tags += (name for tag in list_of(image.get("tags")) if (name := _tag(fields_of(tag))))
    if entry.regions or entry.tags or entry.left:
        return entry.image()
    for number, item in enumerate(list_of(image.get("predictions")), 1):
        prediction = fields_of(item)
        _add(entry, Place(place, ", prediction ", number), prediction, share_of(prediction.get("probability")))
    return entry.image(labeled=Stated.PROPOSED)


def _either(fields: Fields, *keys: str) -> Any:
    return next((fields[key] for key in keys if fields.get(key) is not None), None)


def _tag(fields: Fields) -> str:
    return text_of(_either(fields, "tagName", "tag_name"))


def _add(entry: Entry, place: Place, fields: Fields, sure: float) -> None:
    """A region of a person, or a prediction of a region or of the whole image."""
    name = _tag(fields)
    if not name:
        entry.leave("no_class", place)
        return
    box = _either(fields, "boundingBox", "bounding_box")
    sides = fields_of(box) if box is not None else fields
    if box is None and "left" not in fields:
        if sure >= 0.5:  # every class has a probability; this is the service's own threshold
            entry.tags.append(name)
        return
    with entry.part(place, "bad_box"):
        entry.regions.append(ReadRegion(name, sized_box(place, *numbers_of(place, sides, _SIDES)), confidence=sure))
