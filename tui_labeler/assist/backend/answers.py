"""What a backend answers, as labels: results in percent of the image, as Label Studio has them.

Nothing of it is believed: what is not a sound region is passed on as one that `validate.clean` counts and throws away.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from tui_labeler.formats.reading import turned_corners
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

# A result without a score is neither sure nor unsure.
_UNSCORED = 0.5
_MOST = 5_000
_MOST_POINTS = 10_000
# Kinds of results that are answers to nothing that was asked.
_BESIDE = frozenset({"textarea", "number", "rating", "datetime", "taxonomy", "relation", "pairwise", "ranker"})
# A region that no project takes.
_NONSENSE = Region("", Box(math.nan, math.nan, math.nan, math.nan))


class StrangeAnswer(ValueError):
    """The answer is not one of this protocol; the text says what it is."""


def labels_of(content: bytes, kind: TaskType, classes: Sequence[str], size: Size) -> Labels:
    """The labels in the answer to one task, in the coordinates of `size`. Raises StrangeAnswer."""
    results, overall = _results(content)
    names = {name.casefold(): name for name in classes} | {name: name for name in classes}
    regions: list[Region] = []
    tags: dict[str, float] = {}
    for result in results:
        if isinstance(result, dict) and str(result.get("type", "")).lower() in _BESIDE:
            continue
        fields = result.get("value") if isinstance(result, dict) else None
        if not isinstance(fields, dict):
            regions.append(_NONSENSE)
            continue
        sure = _score(result.get("score", fields.get("score")), overall)
        if isinstance(fields.get("choices"), list):
            tags |= {names.get(_key(choice, names), str(choice)[:200]): sure for choice in fields["choices"][:_MOST]}
        else:
            regions.append(_region(fields, kind, names, classes, size, sure))
    if not kind.has_regions:
        ordered = dict(sorted(tags.items(), key=lambda entry: -entry[1]))
        return Labels(size, tags=tuple(ordered), tag_confidences=tuple(ordered.values()))
    return Labels(size, tuple(regions))


def results_of(content: bytes) -> Iterator[tuple[dict[str, Any], float, dict[str, Any]]]:
    """(what each result in the answer to one question says, how sure it is of that, the result). Raises StrangeAnswer."""
    results, overall = _results(content)
    for result in results:
        fields = result.get("value") if isinstance(result, dict) else None
        if isinstance(fields, dict):
            yield fields, _score(result.get("score", fields.get("score")), overall), result


def region_of(fields: dict[str, Any], kind: TaskType, classes: Sequence[str], size: Size, sure: float) -> Region:
    """One result's box or polygon, of the only class; what is not sound in it is NaN, or has no points."""
    return _region(fields, kind, {}, classes, size, sure)


def _results(content: bytes) -> tuple[list[Any], float]:
    """(the results for the one task, the score of the prediction)."""
    prediction = _prediction(content)
    results = prediction.get("result", [])
    if not isinstance(results, list):
        raise StrangeAnswer("its prediction has no list of results")
    if len(results) > _MOST:
        raise StrangeAnswer(f"{len(results):,} results for one image")
    return results, _score(prediction.get("score"), _UNSCORED)


def _prediction(content: bytes) -> dict[str, Any]:
    """The one prediction for the one task; an empty one where the backend has none."""
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise StrangeAnswer("not JSON") from None
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list):
        raise StrangeAnswer("JSON without a list of results")
    if len(results) > 1:
        raise StrangeAnswer(f"answers for {len(results):,} images, where one was asked about")
    prediction = results[0] if results else {}
    if isinstance(prediction, list):  # several predictions for the task: the first one counts
        prediction = prediction[0] if prediction else {}
    if not isinstance(prediction, dict):
        raise StrangeAnswer("a prediction that is none")
    return prediction


def _region(
    fields: dict[str, Any], kind: TaskType, names: dict[str, str], classes: Sequence[str], size: Size, sure: float
) -> Region:
    class_name = _class_name(fields, names, classes)
    points = fields.get("points")
    if isinstance(points, list):
        corners = tuple(_points(points, size))
        if len(corners) != len(points) or kind is not TaskType.SEGMENTATION:
            return _NONSENSE
        return Region(class_name, points=corners, confidence=sure)
    x, y, width, height = (_number(fields.get(key)) for key in ("x", "y", "width", "height"))
    across, down = size.width / 100, size.height / 100
    box = Box(x * across, y * down, (x + width) * across, (y + height) * down)
    rotation = _number(fields.get("rotation", 0))
    if rotation and box.is_finite() and math.isfinite(rotation):
        box = _extent_of_turned(box, rotation)
    return Region(class_name, box, confidence=sure)


def _extent_of_turned(box: Box, degrees: float) -> Box:
    """What a box covers that is turned around its upper left corner, as Label Studio turns them."""
    corners = turned_corners(box, degrees)
    dx, dy = box.x0 - corners[0][0], box.y0 - corners[0][1]
    across, down = [x + dx for x, _ in corners], [y + dy for _, y in corners]
    return Box(min(across), min(down), max(across), max(down))


def _points(points: list[Any], size: Size) -> Iterator[tuple[float, float]]:
    """Those that are pairs of numbers, inside the image within a rounding."""
    for point in points[:_MOST_POINTS]:
        if isinstance(point, list) and len(point) == 2:
            x, y = (_number(coordinate) for coordinate in point)
            if -0.5 <= x <= 100.5 and -0.5 <= y <= 100.5:
                yield min(max(x, 0.0), 100.0) / 100 * size.width, min(max(y, 0.0), 100.0) / 100 * size.height


def _class_name(fields: dict[str, Any], names: dict[str, str], classes: Sequence[str]) -> str:
    """A project of one class is meant where none is named: backends that look for a text do not repeat it."""
    lists = (value for key, value in fields.items() if key.endswith("labels") and isinstance(value, list))
    labels: list[object] = next(lists, [])
    if not labels:
        return classes[0] if len(classes) == 1 else ""
    return names.get(_key(labels[0], names), "")


def _key(name: object, names: dict[str, str]) -> str:
    """As it is written, else without regard to capitals."""
    return str(name) if str(name) in names else str(name).casefold()


def _score(value: object, otherwise: float) -> float:
    number = _number(value)
    return min(max(number, 0.0), 1.0) if math.isfinite(number) else otherwise


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan
