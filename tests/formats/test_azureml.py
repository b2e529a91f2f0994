"""Azure ML's JSON Lines and MLTable, checked by the trainer's own rules and opened with mltable where it is installed."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tui_labeler.formats.azureml import write as azureml
from tui_labeler.formats.clipping import clip_polygon
from tui_labeler.formats.writing import LabeledImage, Rows
from tui_labeler.model.geometry import Box, Size, bounds, polygon_area
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.workspace import Workspace

NAMES = ("coke", "diet coke é", "animal/dog", "7")


def make_spec(kind: TaskType) -> ProjectSpec:
    return ProjectSpec(Details("soda", kind), dataset=DatasetChoice("d"), classes=Classes(NAMES))


def write(folder: Path, kind: TaskType, images: list[LabeledImage]) -> tuple[list[dict[str, Any]], Any]:
    written = azureml.write(folder, make_spec(kind), Rows(lambda: images), lambda done: None)
    lines = (folder / azureml.LINES_NAME).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines], written


def trainer_takes(row: dict[str, Any]) -> None:
    """What AutoML's object detection data set asks of a row; it drops what does not hold, in silence."""
    assert set(row) == {"image_url", "image_details", "label", "label_confidence"}
    assert row["image_details"]["width"].endswith("px")
    assert len(row["label"]) == len(row["label_confidence"])
    for label in row["label"]:
        assert isinstance(label["label"], str)
        assert 0 <= label["topX"] < label["bottomX"] <= 1
        assert 0 <= label["topY"] < label["bottomY"] <= 1
        assert label["isCrowd"] == 0


numbers = st.floats(-50, 150, allow_nan=False)
regions = st.builds(Region, st.sampled_from(NAMES), st.builds(Box.between, numbers, numbers, numbers, numbers))


@settings(deadline=None)
@given(st.lists(regions, max_size=6))
def test_every_box_written_is_one_that_the_trainer_keeps(tmp_path_factory: Any, given_regions: list[Region]) -> None:
    folder = tmp_path_factory.mktemp("x")
    size = Size(100, 80)
    rows, written = write(
        folder, TaskType.DETECTION, [LabeledImage("a.jpg", "file:///a.jpg", Labels(size, tuple(given_regions)))]
    )
    trainer_takes(rows[0])
    assert written.regions + written.left_out.get("degenerate", 0) == len(given_regions)
    # Boxes that still have an extent as shares of the size: a height of 5e-324 has none.
    clipped = (region.extent.clipped(size) for region in given_regions)
    kept = [box for box in clipped if box.x0 / 100 < box.x1 / 100 and box.y0 / 80 < box.y1 / 80]
    assert len(rows[0]["label"]) == len(kept)
    for label, box in zip(rows[0]["label"], kept, strict=True):
        assert label["topX"] * 100 == pytest.approx(box.x0, abs=1e-6)
        assert label["bottomY"] * 80 == pytest.approx(box.y1, abs=1e-6)


def test_extremes(tmp_path: Path) -> None:
    images = [
        LabeledImage("empty.jpg", "file:///d/empty.jpg", Labels(Size(10, 10))),
        LabeledImage("pixel.png", "file:///d/pixel.png", Labels(Size(10, 10), (Region("7", Box(9, 9, 10, 10)),))),
        LabeledImage("tiny.gif", "file:///d/tiny.gif", Labels(Size(1, 1), (Region("coke", Box(0, 0, 1, 1)),))),
        LabeledImage(
            "x/a b#é.jpeg", "file:///d/x/a b#é.jpeg", Labels(Size(4, 4), (Region("diet coke é", Box(0, 0, 2, 2)),))
        ),
        LabeledImage("off.jpg", "file:///d/off.jpg", Labels(Size(10, 10), (Region("coke", Box(11, 0, 12, 3)),))),
    ]
    rows, written = write(tmp_path, TaskType.DETECTION, images)
    assert [len(row["label"]) for row in rows] == [0, 1, 1, 1, 0]
    assert (written.rows, written.regions, written.left_out) == (5, 3, {"degenerate": 1})
    assert rows[3]["image_url"] == "file:///d/x/a b#é.jpeg"
    assert rows[1]["label"][0]["label"] == "7"
    assert written.bytes == sum((tmp_path / name).stat().st_size for name in written.files)


def test_classification(tmp_path: Path) -> None:
    tagged = [LabeledImage("a.jpg", "file:///a.jpg", Labels(Size(9, 9), tags=("coke",)))]
    rows, _ = write(tmp_path, TaskType.CLASSIFICATION, tagged)
    assert (rows[0]["label"], rows[0]["label_confidence"]) == ("coke", 1.0)
    both = [LabeledImage("a.jpg", "file:///a.jpg", Labels(Size(9, 9), tags=("coke", "7")))]
    (tmp_path / "both").mkdir()
    rows, _ = write(tmp_path / "both", TaskType.MULTILABEL, both)
    assert (rows[0]["label"], rows[0]["label_confidence"]) == (["coke", "7"], [1.0, 1.0])


@settings(deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=8))
def test_clipped_polygons_lie_inside_and_never_grow(points: list[tuple[float, float]]) -> None:
    size = Size(100, 80)
    clipped = tuple(clip_polygon(tuple(points), size))
    for x, y in clipped:
        assert -1e-6 <= x <= 100 + 1e-6
        assert -1e-6 <= y <= 80 + 1e-6
    if len(clipped) >= 3:
        box = bounds(tuple(points)).clipped(size)
        assert polygon_area(clipped) <= box.area * 4 + 1e-3


def test_polygons(tmp_path: Path) -> None:
    star = Region("coke", points=((1, 1), (5, 1), (3, 4)))
    line = Region("coke", points=((1, 1), (5, 1), (9, 1)))
    rows, written = write(
        tmp_path, TaskType.SEGMENTATION, [LabeledImage("a.jpg", "file:///a.jpg", Labels(Size(10, 10), (star, line)))]
    )
    assert rows[0]["label"][0]["polygon"] == [[0.1, 0.1, 0.5, 0.1, 0.3, 0.4]]
    assert written.left_out == {"degenerate": 1}


def test_the_same_labels_give_the_same_bytes(tmp_path: Path) -> None:
    images = [
        LabeledImage(f"{n}.jpg", f"file:///{n}.jpg", Labels(Size(9, 9), (Region("coke", Box(1, 1, 3, n + 2)),)))
        for n in range(5)
    ]
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, TaskType.DETECTION, images)
    for name in (azureml.LINES_NAME, azureml.TABLE_NAME):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def _mltable_python() -> str:
    python = os.environ.get("TUI_LABELER_MLTABLE_PYTHON", "")
    if not python:
        pytest.skip("TUI_LABELER_MLTABLE_PYTHON names no interpreter that has mltable")
    return python


_OPEN = """
import sys, json, mltable
frame = mltable.load(sys.argv[1]).to_pandas_dataframe()
sizes = []
for url in frame["image_url"]:
    with url.open() as file:
        sizes.append(len(file.read()))
print(json.dumps({"rows": len(frame), "sizes": sizes, "labels": [len(one) for one in frame["label"]]}))
"""


@pytest.mark.slow
def test_mltable_opens_every_image_of_an_export(tmp_path: Path) -> None:
    python = _mltable_python()
    names = ["a.jpg", "b c.jpg", "d#e.jpg", "f%20g.jpg", "é.png", "sub/a.jpg"]
    (tmp_path / "images" / "sub").mkdir(parents=True)
    for number, name in enumerate(names):
        Image.new("RGB", (20 + number, 20)).save(tmp_path / "images" / name)
    workspace = Workspace(tmp_path / "w.db", tmp_path / "exports")
    workspace.datasets.add_datastore("d", str(tmp_path / "images"))
    workspace.projects.create(ProjectSpec(Details("soda"), dataset=DatasetChoice("s", "d"), classes=Classes(NAMES)))
    for number in range(len(names)):
        lease = workspace.queue.claim("soda", "ann", "t")
        assert lease
        regions = tuple(Region("coke", Box(0, 0, 5, 5 + n)) for n in range(number))
        workspace.queue.submit(lease.task, "ann", Labels(Size(20, 20), regions), "t")
    result = workspace.exchange.export("soda")
    workspace.close()
    done = subprocess.run([python, "-c", _OPEN, result.path], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["rows"] == len(names)
    assert sorted(told["labels"]) == list(range(len(names)))
    assert sorted(told["sizes"]) == sorted((tmp_path / "images" / name).stat().st_size for name in names)
