"""Label Studio's JSON export: a list of tasks, each with annotations whose coordinates are percent of the image's size.

Of several annotations of a task the one marked as ground truth counts, else the last that was not cancelled. Rectangles
without rotation, polygons and choices are taken; rotated boxes, brushes, ellipses and the rest are counted. Files that were
uploaded there got eight characters in front of their names, which are taken off again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import msgspec

from tui_labeler.formats.jsonstream import JsonStream
from tui_labeler.formats.reading import Reading, image_size, polygon, sized_box
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Unit
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of, parts_of
from tui_labeler.model.errors import BadInput

_UPLOADED = re.compile(r"[0-9a-f]{8}-(.+)", re.S)


class _Value(msgspec.Struct):
    x: float | None = None
    y: float | None = None
    width: float | None = None
    height: float | None = None
    rotation: float | None = 0
    points: list[tuple[float, float]] | None = None
    rectanglelabels: list[str] | None = None
    polygonlabels: list[str] | None = None
    choices: list[str] | None = None


class _Result(msgspec.Struct):
    value: _Value | None = None
    type: str = ""
    original_width: float = 0
    original_height: float = 0
    score: float | None = None


class _Annotation(msgspec.Struct):
    result: list[_Result] = []
    was_cancelled: bool | None = False
    ground_truth: bool | None = False


class _Task(msgspec.Struct):
    data: dict[str, Any]
    annotations: list[_Annotation] = []
    file_upload: str | None = None


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Tasks without an annotation are passed over. Raises BadInput with file and place."""
    for name in source.ending(".json") if source.is_folder else source.files:
        shown = source.shown(name)
        with source.open(name) as file:
            stream = JsonStream(file, shown)
            if not stream.is_array:
                raise BadInput(f"{shown} is no list of tasks.", "Export from Label Studio as JSON.")
            for first, tasks in stream.array(msgspec.json.Decoder(list[_Task]).decode, "tasks"):
                for number, task in enumerate(tasks, first):
                    if (chosen := _counting(task)) is not None:
                        yield _image(Place(shown, ", tasks[", number, "]"), task, chosen)


def _counting(task: _Task) -> _Annotation | None:
    kept = [one for one in task.annotations if not one.was_cancelled]
    return next((one for one in kept if one.ground_truth), kept[-1] if kept else None)


def _image(place: Place, task: _Task, annotation: _Annotation) -> ReadImage:
    regions: list[ReadRegion] = []
    tags: list[str] = []
    left_out: list[LeftOut] = []
    width = height = 0
    for number, result in enumerate(annotation.result):
        where = Place(place, ", result ", number + 1)
        if result.original_width:
            width, height = image_size(where, result.original_width, result.original_height)
        value = result.value or _Value()
        region = _region(where, value, result.score)
        if region is not None:
            regions.append(region)
        elif value.choices:
            tags += value.choices
        else:
            reason = "rotated" if value.rectanglelabels and value.rotation else "shape"
            left_out.append(LeftOut(reason, where))
    names = _names(place, task)
    unique = tuple(dict.fromkeys(tags))
    return ReadImage(names, place, tuple(regions), unique, width, height, unit=Unit.SHARES, left_out=tuple(left_out))


def _region(place: Place, value: _Value, score: float | None) -> ReadRegion | None:
    """None for what is neither an upright rectangle nor a polygon with a class."""
    sure = 1.0 if score is None else min(max(score, 0.0), 1.0)
    if value.rectanglelabels and not value.rotation:
        numbers = [one for one in (value.x, value.y, value.width, value.height) if one is not None]
        if len(numbers) < 4:
            raise BadInput(f"{place}: a part of its rectangle is missing.", "Export it anew.")
        x, y, width, height = (one / 100 for one in numbers)
        return ReadRegion(value.rectanglelabels[0], sized_box(place, x, y, width, height), confidence=sure)
    if value.polygonlabels and value.points:
        points = polygon(place, [one / 100 for point in value.points for one in point])
        return ReadRegion(value.polygonlabels[0], points=points, confidence=sure) if points else None
    return None


def _names(place: Place, task: _Task) -> tuple[str, ...]:
    """From the data's `image`, or its only text; a local file stands in the query (`/data/local-files/?d=…`)."""
    texts = [value for value in task.data.values() if isinstance(value, str)]
    text = task.data.get("image") if isinstance(task.data.get("image"), str) else texts[0] if texts else ""
    if not isinstance(text, str) or not text:
        raise BadInput(f"{place}: its data names no image.", "Export it anew.")
    inner = parse_qs(parts_of(text)[1]).get("d", [])
    names = [one for name in (*inner, text) for one in names_of(name)]
    for name in tuple(names):
        if found := _UPLOADED.fullmatch(name[name.rfind("/") + 1 :]):
            names.append(found[1])
    return tuple(dict.fromkeys(names))
