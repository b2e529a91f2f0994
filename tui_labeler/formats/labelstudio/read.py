"""Label Studio's tasks, each with annotations and predictions, coordinates in percent of the image.

Of several annotations of a task the one marked as ground truth counts, else the last that was not cancelled. A task
without one is only listed; with predictions alone it is proposed. Rectangles without rotation, polygons and choices are
taken; rotated boxes, brushes, ellipses and the rest are counted. The minimal export (JSON-MIN) has the same results under
the names of their controls, and so have the tables (CSV, TSV), whose cells are JSON where they are no plain text.

A task may show several images: a result is one of the image that its `to_name` means.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec

from tui_labeler.formats.labelstudio.signature import TABLES, candidates
from tui_labeler.formats.labelstudio.table import table_rows
from tui_labeler.formats.labelstudio.tasks import json_tasks
from tui_labeler.formats.reading import Reading, image_size, polygon, sized_box, turned_corners
from tui_labeler.formats.records import LeftOut, Place, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.formats.source import Source
from tui_labeler.formats.urls import names_of, parts_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.patterns import is_image

Fields = dict[str, Any]
_IMAGE_KEYS = ("image", "img", "url", "image_url", "photo", "picture", "captioning", "ocr")
# Between results: what is no object on the image.
_NO_OBJECTS = frozenset({"relation", "textarea", "rating", "number", "datetime", "taxonomy", "ranker", "pairwise"})
_CHOICE_KEYS = ("choice", "choices", "class", "label")


def read(source: Source, reading: Reading) -> Iterator[ReadImage]:
    """Raises BadInput for what is no list of tasks."""
    for name in (*candidates(source), *source.ending(*TABLES)) if source.is_folder else source.files:
        tasks = (
            table_rows(source, name, reading) if name.lower().endswith(TABLES) else json_tasks(source, name, reading)
        )
        for place, task in tasks:
            try:
                yield from _Task(place, task, reading).images()
            except BadInput as error:
                reading.bad_entry(error)


class _Task:
    """One task on its way. Raises BadInput where its image is not named."""

    def __init__(self, place: Place, task: Any, reading: Reading) -> None:
        if not isinstance(task, dict):
            raise BadInput(f"{place} is no task.", "Export it anew.")
        self._place, self._task, self._reading = place, task, reading
        data = task.get("data")
        self._data: Fields = data if isinstance(data, dict) else task
        self._size = (0, 0)

    def images(self) -> Iterator[ReadImage]:
        """The task's image, or each of its images that a result is of."""
        results, stated = self._results()
        self._classed = {result.get("id") for result in results if isinstance(result, dict) and _classes(result)}
        main, keys = _main_key(self._data), _image_keys(self._data)
        controls = {_control(result) for result in results if _is_object(result)}
        by_key: dict[str, list[tuple[int, Any]]] = {}
        unknown: list[LeftOut] = []
        for number, result in enumerate(results, 1):
            if _control(result) in keys:
                by_key.setdefault(_control(result), []).append((number, result))
            elif len(controls) < 2 or len(keys) < 2:
                by_key.setdefault(main, []).append((number, result))
            elif _is_object(result):
                unknown.append(LeftOut("other_image", Place(self._place, ", result ", number)))
        if not by_key or unknown:
            by_key.setdefault(main, [])
        for key, numbered in by_key.items():
            yield self._image(key, numbered, stated, unknown if key == main else [])

    def _image(self, key: str, results: list[tuple[int, Any]], stated: Stated, left: list[LeftOut]) -> ReadImage:
        """The image under a key of the data, with its results, and with what was left out of it before."""
        names = _names(self._place, self._data, self._task, key)
        self._size = (0, 0)
        regions: list[ReadRegion] = []
        tags: list[str] = []
        for number, result in results:
            self._add(result, Place(self._place, ", result ", number), regions, tags, left)
        return ReadImage(
            names,
            self._place,
            tuple(regions),
            tuple(dict.fromkeys(tags)),
            *self._size,
            unit=Unit.SHARES,
            stated=stated,
            left_out=tuple(left),
        )

    def _results(self) -> tuple[list[Any], Stated]:
        """The results that count, and what they say of the image."""
        listed = self._task.get("annotations", self._task.get("completions"))
        annotations = (
            [annotation for annotation in listed if isinstance(annotation, dict)] if isinstance(listed, list) else []
        )
        kept = [annotation for annotation in annotations if not annotation.get("was_cancelled")]
        chosen = next((annotation for annotation in kept if annotation.get("ground_truth")), kept[-1] if kept else None)
        if chosen is not None:
            results = _results_of(self._place, chosen)
            if older := sum(bool(annotation.get("result")) for annotation in kept if annotation is not chosen):
                self._reading.report.add("older_answer", self._place, older)
            return results or [], Stated.LABELED if results else Stated.LISTED if results is None else Stated.EMPTY
        if "data" not in self._task and (minimal := self._minimal()) is not None:
            return minimal, Stated.LABELED if minimal else Stated.LISTED
        predictions = [
            prediction for prediction in _list(self._task.get("predictions")) if isinstance(prediction, dict)
        ]
        if predictions and _list(predictions[-1].get("result")):
            return _list(predictions[-1]["result"]), Stated.PROPOSED
        return [], Stated.LISTED

    def _minimal(self) -> list[Any] | None:
        """The results of a task in the minimal form: each control's list, or its one choice."""
        results: list[Any] = []
        for key, value in self._task.items():
            if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
                results += [_of_minimal(item, key) for item in value]
            elif (key in _CHOICE_KEYS and isinstance(value, str)) or (isinstance(value, dict) and "choices" in value):
                choices = value.get("choices") if isinstance(value, dict) else [value]
                results.append({"type": "choices", "value": {"choices": choices}})
        return results

    def _add(self, result: Any, place: Place, regions: list[ReadRegion], tags: list[str], left: list[LeftOut]) -> None:
        kind = result.get("type", "") if isinstance(result, dict) else ""
        value = result.get("value") if isinstance(result, dict) else None
        if not isinstance(value, dict) or kind in _NO_OBJECTS or (_is_object(result) and "choices" in value):
            self._reading.pass_over_values((value or kind,), place)  # also choices about a region
            return
        try:
            if result.get("original_width"):
                size = (_number(result.get(f"original_{key}")) for key in ("width", "height"))
                self._size = image_size(place, *size)
            if _is_object(result) and len(names := _classes(result)) > 1:
                what = f"{place}: it has {len(names)} labels, where a region has one class."
                left.append(self._reading.left_out("bad_region", place, BadInput(what, "Keep one of them.")))
                return
            region = self._region(place, value, result)
        except BadInput as error:
            left.append(self._reading.left_out("bad_box", place, error))
            return
        if isinstance(region, ReadRegion):
            regions.append(region)
        elif region == "no_class" and result.get("id") in self._classed:
            return  # a rectangle whose class is another result of the same id, with the same corners
        elif region:
            left.append(LeftOut(region, place))
        else:
            tags += [str(choice) for choice in _list(value.get("choices"))]

    def _region(self, place: Place, value: Fields, result: Fields) -> ReadRegion | str:
        """A region, why there is none, or nothing for a choice."""
        if isinstance(value.get("choices"), list):
            return ""
        score = result.get("score")
        sure = min(max(float(score), 0.0), 1.0) if isinstance(score, (int, float)) and score == score else 1.0
        kind = str(result.get("type", "")).lower()
        names = _classes(result)
        if not names and (kind in ("rectangle", "polygon", "ellipse", "brush", "keypoint") or "width" in value):
            return "no_class" if kind in ("rectangle", "polygon") else "shape"
        name = str(names[0]) if names else ""
        turned = _number(result.get("image_rotation")) % 360
        if name and {"x", "y", "width", "height"} <= value.keys() and "radiusX" not in value:
            numbers = [_number(value[key]) / 100 for key in ("x", "y", "width", "height")]
            box = sized_box(place, *numbers)
            rotation = _number(value.get("rotation")) % 360
            if rotation or turned:
                if turned or not all(self._size):
                    return "rotated"  # in shares, what is turned can be told only from the image's size
                return ReadRegion(name, points=_turned(box, rotation, Size(*self._size)), confidence=sure, rotated=True)
            return ReadRegion(name, box, confidence=sure)
        points = value.get("points")
        if name and isinstance(points, list):
            try:
                flat = [_number(coordinate) / 100 for point in points for coordinate in (point[0], point[1])]
            except (TypeError, IndexError, KeyError):
                raise BadInput(f"{place}: its points are no pairs of numbers.", "Export it anew.") from None
            if turned:
                return "rotated"
            outline = polygon(place, flat)
            return ReadRegion(name, points=outline, confidence=sure) if outline else "degenerate"
        if name and value.get("rectanglelabels"):
            raise BadInput(f"{place}: a part of its rectangle is missing.", "Export it anew.")
        return "shape"


def _results_of(place: Place, annotation: Fields) -> list[Any] | None:
    """What an annotation says; None where it says nothing. Some scripts write the list as a text. Raises BadInput for what
    is no list: it is not the word of a person who saw nothing."""
    given = annotation.get("result")
    if isinstance(given, str):
        with suppress(msgspec.DecodeError, RecursionError):  # the message below says it
            given = msgspec.json.decode(given)
    if given is None or isinstance(given, list):
        return given
    raise BadInput(f"{place}: its result is not a list.", "Export it anew.")


def _turned(box: Box, degrees: float, size: Size) -> tuple[tuple[float, float], ...]:
    """The corners of a box that is turned around its upper left corner, in shares of the image."""
    wide = Box(box.x0 * size.width, box.y0 * size.height, box.x1 * size.width, box.y1 * size.height)
    # Around the centre, then moved so that the upper left corner is where it was.
    corners = turned_corners(wide, degrees)
    dx, dy = wide.x0 - corners[0][0], wide.y0 - corners[0][1]
    return tuple(((x + dx) / size.width, (y + dy) / size.height) for x, y in corners)


def _of_minimal(value: Fields, control: str) -> Fields:
    return {
        "value": value,
        "to_name": control,  # it says less: on which image, only the control can tell
        "type": "rectanglelabels",
        **{key: value.get(key) for key in ("original_width", "original_height")},
    }


def _classes(result: Fields) -> list[Any]:
    value = result.get("value")
    fields = value if isinstance(value, dict) else {}
    return next((labels for key in fields if key.endswith("labels") and (labels := _list(fields[key]))), [])


def _control(result: Any) -> str:
    """The control that a result is of; it is called like the data that it shows, if people left it so."""
    name = result.get("to_name") if isinstance(result, dict) else None
    return name if isinstance(name, str) else ""


def _is_object(result: Any) -> bool:
    """Whether it is something on an image."""
    value = result.get("value") if isinstance(result, dict) else None
    return isinstance(value, dict) and ("x" in value or "points" in value or "rle" in value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return 0.0 if value is None else float("nan")
    try:
        return float(value)
    except (ValueError, OverflowError):
        return float("nan")


def _image_keys(data: Fields) -> tuple[str, ...]:
    """Under which keys of the data an image is."""
    return tuple(
        key
        for key, value in data.items()
        if isinstance(value, str) and (key in _IMAGE_KEYS or is_image(parts_of(value)[0]))
    )


def _main_key(data: Fields) -> str:
    """The key of the image, or of the first text that can be one."""
    texts = [key for key in _IMAGE_KEYS if isinstance(data.get(key), str)]
    texts += [key for key, value in data.items() if isinstance(value, str) and key not in _IMAGE_KEYS]
    return next((key for key in texts if data[key]), "")


def _names(place: Place, data: Fields, task: Fields, key: str) -> tuple[str, ...]:
    """From the data under `key`; a local file stands in the query (`/data/local-files/?d=…`), a file of a storage in
    `fileuri`."""
    text = data.get(key)
    if not isinstance(text, str) or not text:
        raise BadInput(f"{place}: its data names no image.", "Export it anew.")
    query = parse_qs(parts_of(text)[1])
    inner = [path for parameter in ("d", "fileuri") for path in query.get(parameter, [])]
    inner += [address for path in inner if (address := _encoded_address(path))]
    names = [candidate for name in (*inner[::-1], unquote(text), text) for candidate in names_of(name)]
    upload = task.get("file_upload")
    if isinstance(upload, str) and upload and key == _main_key(data):
        names += names_of(upload)
    return tuple(dict.fromkeys(names))


def _encoded_address(text: str) -> str:
    """The address that Label Studio's links to storages have as base64 (`/tasks/1/resolve/?fileuri=…`); else nothing."""
    try:
        address = base64.urlsafe_b64decode(text.strip().replace(" ", "+").replace("+", "-").replace("/", "_")).decode()
    except ValueError:
        return ""
    return address if "://" in address[:12] else ""
