"""Backends that look for what a text names: each class is asked for by its name, and nothing else of them is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.assist.backend import StandIn, prediction, rectangle
from tui_labeler.assist.backend import texts
from tui_labeler.assist.backend.engine import BackendModel, MlBackend
from tui_labeler.assist.engine import ImageRefused, Subject
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType

CLASSES = ("can/diet_coke", "ball")
SIZE = Size(200, 150)
PIXELS = np.zeros((150, 200, 3), np.uint8)


@pytest.fixture
def model(backend: StandIn) -> Iterator[BackendModel]:
    fitted = MlBackend(backend.url).fit((), Subject(TaskType.DETECTION, CLASSES), lambda what, done, total: None)
    assert isinstance(fitted, BackendModel)
    yield fitted
    fitted.close()


def texts_asked(backend: StandIn) -> list[str]:
    contexts = [said["params"]["context"] for said in backend.asked]
    return ["" if context is None else context["result"][0]["value"]["text"][0] for context in contexts]


@pytest.mark.parametrize("way", ["fetched", "inline"])
def test_each_class_is_asked_for_by_its_own_words(backend: StandIn, model: BackendModel, way: str) -> None:
    backend.reads = (way,)
    boxes = {"diet coke": rectangle("diet coke", 10, 10, 20, 20), "ball": rectangle("ball", 50, 50, 20, 20)}
    backend.by_text = lambda text: prediction(boxes[text])
    for _ in range(2):
        proposed = model.propose(PIXELS, SIZE)
        assert {region.name: round(region.extent.x0) for region in proposed.regions} == {
            "can/diet_coke": 20,
            "ball": 100,
        }
    assert texts_asked(backend)[-2:] == ["diet coke", "ball"], "and nothing else, once it is known"
    asked = backend.asked[-1]
    (area,) = ElementTree.fromstring(asked["label_config"]).iter("TextArea")
    result = asked["params"]["context"]["result"][0]
    assert (result["from_name"], result["to_name"], result["type"]) == (
        area.get("name"),
        area.get("toName"),
        "textarea",
    )


@pytest.mark.parametrize("answer", [b"nonsense", prediction(), prediction({"value": {"rle": [1, 2]}}), b"[]"])
def test_one_that_knows_no_texts_is_asked_for_what_it_sees(
    backend: StandIn, model: BackendModel, answer: bytes
) -> None:
    backend.by_text = lambda text: answer
    for _ in range(3):
        assert model.propose(PIXELS, SIZE).regions == ()
    backend.by_text = None
    backend.asked.clear()
    assert [region.name for region in model.propose(PIXELS, SIZE).regions] == ["ball"]
    assert texts_asked(backend) == [""]


def test_what_is_no_box_is_thrown_away_and_lost_answers_are_told(backend: StandIn, model: BackendModel) -> None:
    backend.by_text = lambda text: prediction(rectangle(text, 1, 1, 9, 9))
    assert len(model.propose(PIXELS, SIZE).regions) == 2
    backend.by_text = lambda text: b"nonsense"
    with pytest.raises(ImageRefused, match="not JSON"):
        model.propose(PIXELS, SIZE)
    odd = json.dumps({"results": [{"result": [{"value": {"x": "a", "y": 1}}, {"value": ["x"]}, 7]}]}).encode()
    (region,) = texts.regions_of(odd, "ball", SIZE)
    assert not region.extent.is_finite(), "which is counted as nonsense"


def test_many_classes_are_not_asked_for_all() -> None:
    assert len(texts.asked_for([f"class {number}" for number in range(200)])) == 20
    assert texts.asked_for(["a/b_c", "_", "/"]) == (("a/b_c", "b c"), ("_", "_"), ("/", "/"))
