"""`ml-backend`: what is sent, what is understood, and what a backend that is slow, down or hostile comes to."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import numpy as np
import pytest

from tests.assist.backend import StandIn, prediction, rectangle
from tests.assist.drawn import CLASSES, SIZE, example
from tui_labeler.assist import validate
from tui_labeler.assist.backend import client
from tui_labeler.assist.backend.answers import StrangeAnswer, labels_of
from tui_labeler.assist.backend.engine import BackendModel, MlBackend
from tui_labeler.assist.backend.wording import label_config
from tui_labeler.assist.engine import EngineUnreachable, ImageRefused, Subject
from tui_labeler.assist.engine_client import EngineProcess
from tui_labeler.model.backends import backend_address
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import Assist, TaskType

PIXELS = np.zeros((150, 200, 3), np.uint8)


def tell(what: str, done: int, total: int) -> None:
    pass


@pytest.fixture
def model(backend: StandIn) -> Iterator[BackendModel]:
    fitted = MlBackend(backend.url).fit((), Subject(TaskType.DETECTION, CLASSES), tell)
    assert isinstance(fitted, BackendModel)
    yield fitted
    fitted.close()


def test_it_is_asked_as_label_studio_asks(backend: StandIn, model: BackendModel) -> None:
    proposed = model.propose(example(1).pixels, SIZE)
    assert backend.paths == ["/health", "/setup", "/predict"]
    said = backend.asked[0]
    assert set(said) == {"tasks", "model_version", "project", "label_config", "params"}
    assert said["params"] == {"login": None, "password": None, "context": None}
    view = ElementTree.fromstring(said["label_config"])
    assert [(part.tag, part.get("toName")) for part in view] == [("Image", None), ("RectangleLabels", "image")]
    assert [label.get("value") for label in view.iter("Label")] == list(CLASSES)
    assert view[0].get("value") == "$image"
    assert backend.images[0].size == (SIZE.width, SIZE.height)
    difference = np.abs(np.asarray(backend.images[0]).astype(int) - example(1).pixels)
    assert difference.mean() < 6, "it got the pixels that are labeled"
    (region,) = proposed.regions
    assert (region.name, region.confidence) == ("ball", 0.9)
    assert (region.extent.x0, region.extent.y0, region.extent.x1, region.extent.y1) == (20, 30, 80, 90)


def test_the_image_is_there_for_one_question_only(backend: StandIn, model: BackendModel) -> None:
    import urllib.error
    import urllib.request

    model.propose(PIXELS, SIZE)
    model.propose(PIXELS, SIZE)
    urls = [said["tasks"][0]["data"]["image"] for said in backend.asked]
    assert len(set(urls)) == 2, "backends keep what they fetched by its URL"
    assert all(url.startswith("http://127.0.0.1:") for url in urls)
    for url in (*urls, urls[0].rsplit("/", 2)[0] + "/"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(url, timeout=5)


def test_one_that_does_not_fetch_gets_the_image_in_the_request(backend: StandIn, model: BackendModel) -> None:
    backend.reads = ("inline",)
    backend.answer = lambda image: prediction(*([rectangle("ball", 1, 1, 9, 9)] if image else []))
    assert len(model.propose(PIXELS, SIZE).regions) == 1
    assert len(model.propose(PIXELS, SIZE).regions) == 1
    ways = [said["tasks"][0]["data"]["image"][:5] for said in backend.asked]
    assert ways == ["http:", "data:", "data:"], "and from then on at once"


@pytest.mark.parametrize(
    ("kind", "result", "shown"),
    [
        (TaskType.DETECTION, rectangle("Ball", 0, 0, 50, 50), "ball"),
        (TaskType.DETECTION, rectangle("ball", math.nan, 0, 50, 50), ""),
        (TaskType.DETECTION, rectangle("ball", 120, 0, 50, 50), ""),
        (TaskType.DETECTION, rectangle("zebra", 0, 0, 50, 50), ""),
        (TaskType.DETECTION, {"type": "rectanglelabels", "value": {"rectanglelabels": ["ball"], "x": 1}}, ""),
        (TaskType.DETECTION, {"type": "rectanglelabels", "value": {"x": 1, "y": 1, "width": 9, "height": 9}}, ""),
        (TaskType.DETECTION, {"type": "rectanglelabels", "value": ["x"]}, ""),
        (TaskType.DETECTION, 7, ""),
        (TaskType.DETECTION, rectangle("ball", 10**400, 0, 50, 50), ""),
        (TaskType.SEGMENTATION, {"value": {"polygonlabels": ["ball"], "points": [[0, 0], [50, 0], [50, 50]]}}, "ball"),
        (TaskType.SEGMENTATION, {"value": {"polygonlabels": ["ball"], "points": [[0, 0], [50, 0], [50]]}}, ""),
        (TaskType.SEGMENTATION, {"value": {"polygonlabels": ["ball"], "points": [[0, 0], [50, 0], [5000, 9]]}}, ""),
        (TaskType.SEGMENTATION, rectangle("ball", 0, 0, 50, 50), ""),
        (TaskType.CLASSIFICATION, {"value": {"choices": ["ball"]}, "type": "choices", "score": 0.6}, "ball"),
        (TaskType.CLASSIFICATION, {"value": {"choices": ["zebra"]}, "type": "choices"}, ""),
    ],
)
def test_what_is_answered_becomes_labels_or_nothing(kind: TaskType, result: object, shown: str) -> None:
    content = json.dumps({"results": [{"result": [result]}]}).encode()
    cleaned = validate.clean(labels_of(content, kind, CLASSES, SIZE), kind, CLASSES, SIZE, "m")
    names = [region.name for region in cleaned.labels.regions] + list(cleaned.labels.tags)
    assert names == ([shown] if shown else [])
    assert cleaned.nonsense == (0 if shown else 1)


def test_results_beside_the_question_are_no_nonsense() -> None:
    content = prediction({"type": "textarea", "value": {"text": ["ball."]}}, {"type": "number", "value": {"number": 1}})
    assert labels_of(content, TaskType.DETECTION, CLASSES, SIZE).regions == ()


def test_a_turned_rectangle_is_what_it_covers() -> None:
    turned = rectangle("ball", 50, 0, 50, 50)
    turned["value"]["rotation"] = 90  # around its upper left corner: it lies to the left of it then
    (region,) = labels_of(prediction(turned), TaskType.DETECTION, CLASSES, Size(100, 100)).regions
    assert [round(edge) for edge in (region.extent.x0, region.extent.y0, region.extent.x1, region.extent.y1)] == [
        0, 0, 50, 50]  # fmt: skip


def test_one_class_is_meant_where_none_is_named() -> None:
    unnamed = {"type": "rectanglelabels", "value": {"x": 1, "y": 1, "width": 9, "height": 9}}
    (region,) = labels_of(prediction(unnamed), TaskType.DETECTION, ("ball",), SIZE).regions
    assert region.name == "ball"


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>", b"[]", b"{}", b'{"results": 3}', b'{"results": [3]}', b'{"results": [{}, {}]}',
     b'{"results": [{"result": {}}]}', b"[" * 100_000, b"\xff\xfe", b'{"results": [' + b"1" * 9000 + b"]}"],
)  # fmt: skip
def test_an_answer_of_another_kind_is_named(content: bytes) -> None:
    with pytest.raises(StrangeAnswer):
        labels_of(content, TaskType.DETECTION, CLASSES, SIZE)


def test_no_prediction_is_none() -> None:
    for content in (b'{"results": []}', b'{"results": [[]]}', b'{"results": [{"result": []}]}'):
        assert labels_of(content, TaskType.DETECTION, CLASSES, SIZE).regions == ()


def _huge(backend: StandIn) -> None:
    backend.answer = lambda image: b'{"results": [{"result": [' + b'"x", ' * 2_000_000 + b"1]}]}"


def _redirecting(backend: StandIn) -> None:
    backend.status, backend.headers = 307, {"Location": backend.url + "/elsewhere"}


def _broken(backend: StandIn) -> None:
    backend.status = 500


def _html(backend: StandIn) -> None:
    backend.answer = lambda image: b"<html><body>It works!</body></html>"


def _many(backend: StandIn) -> None:
    backend.answer = lambda image: prediction(*[rectangle("ball", 1, 1, 2, 2)] * 6000)


@pytest.mark.parametrize(
    ("manners", "said"),
    [(_huge, "more than 8 MB"), (_redirecting, "redirect"), (_broken, "HTTP 500"), (_html, "not JSON"),
     (_many, "6,000 results")],
)  # fmt: skip
def test_a_hostile_answer_is_one_image_lost_and_then_told(
    backend: StandIn, model: BackendModel, manners: Callable[[StandIn], None], said: str
) -> None:
    manners(backend)
    for _ in range(2):
        with pytest.raises(ImageRefused, match=said):
            model.propose(PIXELS, SIZE)
    with pytest.raises(EngineUnreachable, match=said):
        model.propose(PIXELS, SIZE)
    assert "/elsewhere" not in backend.paths


def test_a_password_comes_from_the_environment_and_goes_nowhere_unencrypted(
    backend: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.wants = "Basic " + base64.b64encode(b"ann:s3cret").decode()
    subject = Subject(TaskType.DETECTION, CLASSES)
    with pytest.raises(EngineUnreachable, match="TUI_LABELER_BACKEND_PASSWORD"):
        MlBackend(backend.url).fit((), subject, tell)
    monkeypatch.setenv("TUI_LABELER_BACKEND_USER", "ann")
    monkeypatch.setenv("TUI_LABELER_BACKEND_PASSWORD", "s3cret")
    process = EngineProcess("ml-backend", TaskType.DETECTION, CLASSES, backend.url)
    try:
        process.fit(tell)
    finally:
        process.stop()
    assert backend.paths[-1] == "/setup"
    with pytest.raises(EngineUnreachable, match="without encryption"):
        MlBackend("http://gpu.example").fit((), subject, tell)


def test_one_that_cannot_fetch_is_told_where_from(backend: StandIn, model: BackendModel) -> None:
    backend.reads, backend.status = (), 500
    for _ in range(2):
        with pytest.raises(ImageRefused):
            model.propose(PIXELS, SIZE)
    with pytest.raises(EngineUnreachable, match=r"never fetched an image from http://127\.0\.0\.1:"):
        model.propose(PIXELS, SIZE)


@pytest.mark.parametrize("drips", [False, True])
def test_one_that_takes_its_time_is_given_up(
    backend: StandIn, model: BackendModel, monkeypatch: pytest.MonkeyPatch, drips: bool
) -> None:
    """Also where a byte comes again and again."""
    monkeypatch.setattr(client, "PREDICT_SECONDS", 0.3)
    backend.drips, backend.pause = drips, 0.0 if drips else 60.0
    with pytest.raises(EngineUnreachable, match="did not answer within"):
        model.propose(PIXELS, SIZE)


def test_one_that_is_down_is_told(backend: StandIn, model: BackendModel) -> None:
    backend.stop()
    with pytest.raises(EngineUnreachable, match="cannot be reached"):
        model.propose(PIXELS, SIZE)
    with pytest.raises(EngineUnreachable, match="cannot be reached"):
        MlBackend(backend.url).fit((), Subject(TaskType.DETECTION, CLASSES), tell)


@pytest.mark.parametrize(
    ("text", "said"),
    [("http://ann:secret@host:9090", "password"), ("http://ann@host", "before the @"), ("ftp://host", "not the address"),
     ("http://", "not the address"), ("http://host:x", "not the address"), ("http://host/?token=1", "more than a host"),
     ("http://host:9090#x", "more than a host"), ("http://ho st", "not the address"),
     ("http://host/?api_key=abc", "password or a token"), ("http://host:99999", "not the address"),
     ("http://[::1", "not the address"), ("http:host", "not the address"), ("http://host\x1b[2J", "not the address")],
)  # fmt: skip
def test_an_address_that_is_none_or_holds_a_credential_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said) as refused:
        backend_address(text)
    assert "secret" not in str(refused.value)
    assert "abc" not in str(refused.value)
    assert Assist(True, "ml-backend", model=text).problems()


def test_who_can_read_what_is_sent_is_said() -> None:
    for text in ("https://gpu.lan", "http://localhost:9090", "http://127.8.1.1", "http://[::1]:9090/x/"):
        assert not backend_address(text).warning
    assert "not encrypted" in backend_address("http://localhost.evil.example:9090").warning
    assert "not encrypted" in backend_address("http://192.168.1.9:9090").warning
    assert backend_address("http://[::1]:9090/x/").url == "http://[::1]:9090/x"


def test_names_of_classes_stay_names_in_the_configuration() -> None:
    names = ('a"b', "<c>", "d & e", "ü’")
    for kind in TaskType:
        view = ElementTree.fromstring(label_config(kind, names))
        assert [part.get("value") for part in view[1]] == list(names)
