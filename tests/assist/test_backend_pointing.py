"""A backend that is asked about a point or a box: what it is sent, the shapes that it answers with, and answers that are
none."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.assist.backend import StandIn, prediction, rectangle
from tests.assist.toys import Toys
from tui_labeler.assist.backend.interactive import InteractiveBackend
from tui_labeler.assist.engine import EngineError
from tui_labeler.model.backends import backend_address
from tui_labeler.model.geometry import Box, Size, polygon_area
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.model.project import Assist, TaskType

SIZE = Size(400, 200)
PIXELS = np.full((100, 200, 3), 128, np.uint8)
AT = Prompt((100, 100))
Answer = dict[str, Any]


def asked(backend: StandIn, prompt: Prompt = AT) -> tuple[Outline, ...]:
    model = InteractiveBackend(backend.url, TaskType.SEGMENTATION, ("ball", "crate"))
    sight = model.look(PIXELS, SIZE)
    assert backend.paths == [], "nothing is sent ahead"
    return model.outlines(sight, prompt)


def polygon(points: list[list[float]]) -> Answer:
    return {"type": "polygonlabels", "value": {"points": points, "polygonlabels": ["ball"]}, "score": 0.8}


def packed(mask: np.ndarray) -> list[int]:
    """A mask (height, width) as Label Studio packs it: single values and runs in turns."""
    values = np.repeat((mask * 255).astype(int).ravel(), 4)
    bits = f"{len(values):032b}" + f"{7:05b}" + "".join(f"{size - 1:04b}" for size in (3, 4, 8, 16))
    at = 0
    while at < len(values):
        end = at + 1
        while end < len(values) and values[end] == values[at] and end - at < 60_000:
            end += 1
        if end - at > 4:
            bits += "1" + "11" + f"{end - at - 1:016b}" + f"{values[at]:08b}"
        else:
            bits += "0" + "01" + f"{end - at - 1:04b}" + "".join(f"{value:08b}" for value in values[at:end])
        at = end
    bits += "0" * (-len(bits) % 8)
    return [int(bits[place : place + 8], 2) for place in range(0, len(bits), 8)]


def brush(mask: np.ndarray) -> Answer:
    height, width = mask.shape
    value = {"format": "rle", "rle": packed(mask), "brushlabels": ["ball"]}
    return {"type": "brushlabels", "value": value, "original_width": width, "original_height": height, "score": 0.9}


def test_a_point_is_asked_about_as_label_studio_does(backend: StandIn) -> None:
    backend.answer = lambda image: prediction(polygon([[20, 40], [30, 40], [30, 60], [20, 60]]))
    (outline,) = asked(backend)
    assert outline.points == ((80, 80), (120, 80), (120, 120), (80, 120))
    assert outline.confidence == 0.8
    (result,) = backend.asked[-1]["params"]["context"]["result"]
    assert result["type"] == "keypointlabels"
    assert (result["value"]["x"], result["value"]["y"]) == (25, 50)
    assert (result["original_width"], result["original_height"], result["is_positive"]) == (400, 200, True)
    config = backend.asked[-1]["label_config"]
    for control in ("KeyPointLabels", "RectangleLabels", "BrushLabels", "PolygonLabels"):
        assert f"<{control} " in config
    assert backend.images[-1].size == (200, 100)


def test_a_box_is_asked_about_and_boxes_and_masks_are_answers(backend: StandIn) -> None:
    backend.answer = lambda image: prediction(rectangle("ball", 10, 20, 30, 40), rectangle("crate", 80, 80, 10, 10))
    (outline,) = asked(backend, Prompt(box=Box(30, 30, 170, 130)))
    assert outline.box == Box(40, 40, 160, 120), "a detector's other objects are not meant"
    (result,) = backend.asked[-1]["params"]["context"]["result"]
    assert result["type"] == "rectanglelabels"
    assert result["value"]["width"] == pytest.approx(35)
    y, x = np.mgrid[:100, :200]
    disc = np.hypot(x - 50, y - 50) < 20
    backend.answer = lambda image: prediction(brush(disc))
    backend.paths.clear()
    (outline,) = asked(backend)
    assert outline.box.iou(Box(62, 62, 140, 140)) > 0.95
    assert polygon_area(outline.points) == pytest.approx(np.pi * 40**2, rel=0.04)


@pytest.mark.parametrize(
    ("content", "is_nothing"),
    [
        (b"no JSON", False),
        (b'{"results": "x"}', False),
        (prediction({"type": "brushlabels", "value": {"rle": [1, 2, 3]}}), False),
        (prediction({"type": "brushlabels", "value": {"rle": ["x"]}, "original_width": 10**9}), False),
        (prediction({"type": "brushlabels", "value": {"rle": [0] * 99}, "original_width": "y"}), False),
        (prediction({"type": "polygonlabels", "value": {"points": [[1, 2], ["x"]]}}), True),
        (prediction(rectangle("ball", float("nan"), 1, 1, 1)), True),
        (prediction(rectangle("ball", 90, 90, 5, 5)), True),
        (prediction({"type": "textarea", "value": {"text": ["hello"]}}), True),
        (json.dumps({"results": [{"result": [None, 3, {"value": 4}]}]}).encode(), True),
    ],
)
def test_answers_that_are_none_fail_softly(backend: StandIn, content: bytes, is_nothing: bool) -> None:
    backend.answer = lambda image: content
    if is_nothing:
        assert asked(backend) == ()
        return
    with pytest.raises(EngineError):
        asked(backend)


def test_nobody_is_asked_before_the_labeler_agreed(toys: Callable[..., Toys], backend: StandIn) -> None:
    made = toys(1, "ml-backend", model=backend.url)
    assist = made.workspace.assist
    assert assist.segmenter("toys") is None
    assist.agree("toys", "ann", backend_address(backend.url))
    segmenter = assist.segmenter("toys")
    assert segmenter is not None
    ((path, truth),) = made.truth.items()
    box = truth.regions[0].extent
    share = 100 / truth.size.width, 100 / truth.size.height
    backend.answer = lambda image: prediction(
        rectangle("ball", box.x0 * share[0], box.y0 * share[1], box.width * share[0], box.height * share[1])
    )
    point = Prompt(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
    (outline,) = segmenter.outlines(path, point).result(120)
    assert outline.box.iou(box) > 0.99
    spec = made.workspace.projects.specification("toys")
    made.workspace.projects.change("toys", msgspec.structs.replace(spec, assist=Assist(False)))
    assert assist.segmenter("toys") is None
