"""A backend that is asked about one point or box of an image: Label Studio's interactive context. Images are sent there
only when something is pointed at, and never ahead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tui_labeler.assist.backend.answers import StrangeAnswer, region_of, results_of
from tui_labeler.assist.backend.brush import decoded_brush
from tui_labeler.assist.backend.client import BackendClient
from tui_labeler.assist.backend.engine import BackendModel, MlBackend, Question, announce
from tui_labeler.assist.backend.wording import IMAGE, interactive_config
from tui_labeler.assist.engine import Subject
from tui_labeler.assist.outlining import outlines_of
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.backends import backend_address
from tui_labeler.model.geometry import Box, Size, bounds
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

SECONDS = 15.0
_POINT_WIDTH = 0.5  # of a key point, in percent: Label Studio's own
# What overlaps so little with a box that was drawn is an answer to something else.
_INSIDE = 0.3


@dataclass(frozen=True)
class Kept:
    """An image until it is pointed at."""

    pixels: Pixels
    size: Size


class InteractiveBackend:
    """Raises BadInput for what is no address of a backend. Nothing is sent before the first point."""

    side = MlBackend.side

    def __init__(self, url: str, kind: TaskType, classes: tuple[str, ...]) -> None:
        client = BackendClient(backend_address(url))
        self._subject = Subject(kind, classes)
        self._model = BackendModel(client, interactive_config(kind, classes), self._subject)
        self._is_announced = False

    def look(self, pixels: Pixels, size: Size) -> Kept:
        return Kept(pixels, size)

    def outlines(self, sight: Kept, prompt: Prompt) -> tuple[Outline, ...]:
        """Raises ImageRefused and EngineUnreachable."""
        if not self._is_announced:
            announce(self._model.client, self._model.config)
            self._is_announced = True
        question = _question(prompt, self._subject.classes, sight.size)
        labels = self._model.ask(question, sight.pixels, sight.size)
        surest_first = sorted(labels.regions, key=lambda region: -region.confidence)
        outlines = (_outline(region, sight.size) for region in surest_first)
        return tuple(outline for outline in outlines if outline is not None and _is_meant(outline, prompt))


def _question(prompt: Prompt, classes: tuple[str, ...], size: Size) -> Question:
    """What is at a point, or in a box; whatever shape the answer has."""

    def read(content: bytes, size: Size) -> Labels:
        regions: list[Region] = []
        for fields, sure, result in results_of(content):
            if isinstance(fields.get("rle"), list):
                regions += _of_brush(fields["rle"], result, sure, size, prompt)
            else:
                regions += _of_shape(fields, sure, size)
        return Labels(size, tuple(regions))

    return Question({"result": [_result(prompt, classes[:1], size)]}, read, SECONDS)


def _result(prompt: Prompt, label: tuple[str, ...], size: Size) -> dict[str, Any]:
    """The prompt as Label Studio sends what a person drew, in percent of the image."""
    across, down = 100 / size.width, 100 / size.height
    if prompt.box is not None:
        box = prompt.box
        name, kind = "box", "rectanglelabels"
        value: dict[str, Any] = {"width": box.width * across, "height": box.height * down, "rotation": 0}
        x, y = box.x0, box.y0
    else:
        assert prompt.point is not None
        name, kind, value = "point", "keypointlabels", {"width": _POINT_WIDTH}
        x, y = prompt.point
    value |= {"x": x * across, "y": y * down, kind: list(label)}
    return {
        "id": "asked",
        "type": kind,
        "from_name": name,
        "to_name": IMAGE,
        "original_width": size.width,
        "original_height": size.height,
        "image_rotation": 0,
        "is_positive": True,
        "value": value,
    }


def _of_brush(packed: list[Any], result: dict[str, Any], sure: float, size: Size, prompt: Prompt) -> Iterator[Region]:
    width, height = result.get("original_width", size.width), result.get("original_height", size.height)
    try:
        mask = decoded_brush(packed, int(width), int(height))
    except (ValueError, TypeError, OverflowError) as error:
        raise StrangeAnswer(f"a mask that cannot be read ({error})") from None
    for outline in outlines_of(mask[None], [sure], (mask.shape[1], mask.shape[0]), (1.0, 1.0), size, prompt):
        yield Region("", outline.box, outline.points, sure)


def _of_shape(fields: dict[str, Any], sure: float, size: Size) -> Iterator[Region]:
    """A polygon or a rectangle in the answer; nothing for what is neither."""
    kind = TaskType.SEGMENTATION if isinstance(fields.get("points"), list) else TaskType.DETECTION
    region = region_of(fields, kind, ("",), size, sure)
    if region.points and len(region.points) >= 3:
        yield Region("", bounds(region.points), region.points, sure)
    elif region.box is not None and region.box.is_finite():
        yield Region("", region.box, (), sure)


def _outline(region: Region, size: Size) -> Outline | None:
    assert region.box is not None
    box = region.box.clipped(size)
    corners = ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
    return Outline(box, region.points or corners, region.confidence) if box.area > 0 else None


def _is_meant(outline: Outline, prompt: Prompt) -> bool:
    """Backends that only detect answer with all objects."""
    if prompt.point is not None:
        return outline.box.contains(*prompt.point)
    box = prompt.box or Box(0, 0, 0, 0)
    return outline.box.iou(box) >= _INSIDE
