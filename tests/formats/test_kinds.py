"""The other task types, read back: polygons by pycocotools and labelformat, all four types by mltable."""

from __future__ import annotations

import json
import os
import subprocess
import warnings
from pathlib import Path

import pytest
from PIL import Image

from tests.formats.samples import CLASSES, Sample, make_spec
from tui_labeler.formats.splitting import TRAIN, VALIDATION
from tui_labeler.model.geometry import Size, polygon_area
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

STAR = ((40.0, 10.0), (60.5, 40.0), (90.0, 44.25), (64.0, 60.0), (70.0, 88.0), (40.0, 70.0), (12.0, 85.0), (20.0, 40.0))
BEYOND = ((-10.0, -10.0), (50.0, -10.0), (50.0, 20.0), (-10.0, 20.0))


def shapes(folder: Path) -> Sample:
    """A star, a rectangle that reaches over the corner, a line without an area, and an image with nothing."""
    folder.mkdir()
    for name in ("star.jpg", "none.jpg"):
        Image.new("RGB", (100, 100)).save(folder / name)
    regions = tuple(Region("animal/dog", points=points) for points in (STAR, BEYOND, ((1, 1), (5, 1), (9, 1))))
    images = (("star.jpg", Labels(Size(100, 100), regions)), ("none.jpg", Labels(Size(100, 100))))
    return Sample(make_spec(CLASSES, TaskType.SEGMENTATION), folder, images)


def test_polygons_in_pycocotools(tmp_path: Path) -> None:
    from pycocotools import coco

    written = shapes(tmp_path / "images").write("coco", tmp_path / "out")
    assert (written.regions, written.left_out) == (2, {"degenerate": 1})
    data = coco.COCO(str(tmp_path / "out" / "annotations" / "instances_train.json"))
    star, corner = data.loadAnns(data.getAnnIds(imgIds=[1]))
    assert star["segmentation"] == [[value for point in STAR for value in point]]
    assert star["bbox"] == [12.0, 10.0, 78.0, 78.0]
    assert star["area"] == pytest.approx(polygon_area(STAR))
    # The mask that pycocotools fills has the same area, but for the pixels along the edge.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pycocotools' arrays under NumPy 2
        mask = data.annToMask(star)
    assert mask.sum() == pytest.approx(polygon_area(STAR), rel=0.03)
    assert (corner["bbox"], corner["area"]) == ([0.0, 0.0, 50.0, 20.0], 1000.0)


@pytest.mark.parametrize("format_name", ["coco", "yolo"])
def test_polygons_in_labelformat(format_name: str, tmp_path: Path) -> None:
    from labelformat.formats import COCOInstanceSegmentationInput, YOLOv8InstanceSegmentationInput

    out = tmp_path / "out"
    shapes(tmp_path / "images").write(format_name, out)
    if format_name == "coco":
        read = COCOInstanceSegmentationInput(input_file=out / "annotations" / "instances_train.json")
    else:
        read = YOLOv8InstanceSegmentationInput(input_file=out / "data.yaml", input_split="train")
    objects = {label.image.filename: label.objects for label in read.get_labels()}
    star, corner = objects["star.jpg"]
    assert star.category.name == "animal/dog"
    (points,) = star.segmentation.polygons
    for point, wanted in zip(points, STAR, strict=True):
        assert point == pytest.approx(wanted, abs=1e-6)
    (points,) = corner.segmentation.polygons
    assert sorted(tuple(round(value, 6) for value in point) for point in points) == [(0, 0), (0, 20), (50, 0), (50, 20)]


def tagged(folder: Path, kind: TaskType) -> Sample:
    folder.mkdir()
    images = []
    for number in range(4):
        Image.new("RGB", (20, 10)).save(folder / f"{number}.jpg")
        tags = (CLASSES[number],) if kind is TaskType.CLASSIFICATION else CLASSES[: number + 1]
        images.append((f"{number}.jpg", Labels(Size(20, 10), tags=tags)))
    return Sample(make_spec(CLASSES, kind), folder, tuple(images))


_READ = """
import json, sys, mltable
frame = mltable.load(sys.argv[1]).to_pandas_dataframe()
for url in frame["image_url"]:
    with url.open() as file:
        assert file.read(2) == b"\\xff\\xd8"
print(json.dumps(frame["label"].tolist(), default=lambda array: array.tolist()))
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", [TaskType.CLASSIFICATION, TaskType.MULTILABEL, TaskType.SEGMENTATION])
def test_mltable_reads_each_part_of_each_type(kind: TaskType, tmp_path: Path) -> None:
    python = os.environ.get("TUI_LABELER_READERS_PYTHON", "")
    if not python:
        pytest.skip("TUI_LABELER_READERS_PYTHON names no interpreter that has mltable")
    images = tmp_path / "images"
    sample = shapes(images) if kind is TaskType.SEGMENTATION else tagged(images, kind)
    part_of = {path: VALIDATION if number == 1 else TRAIN for number, (path, _) in enumerate(sample.images)}
    sample.write("azureml", tmp_path / "out", part_of)
    printed = {}
    for part in (TRAIN, VALIDATION):
        command = [python, "-W", "ignore", "-c", _READ, str(tmp_path / "out" / part)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        printed[part] = json.loads(done.stdout.splitlines()[-1])
    if kind is TaskType.SEGMENTATION:
        ((star, corner),) = printed[TRAIN]
        assert star["polygon"] == [[value / 100 for point in STAR for value in point]]
        assert (corner["label"], len(corner["polygon"][0])) == ("animal/dog", 8)
        assert printed[VALIDATION] == [[]]
    elif kind is TaskType.CLASSIFICATION:
        assert printed == {TRAIN: [CLASSES[0], CLASSES[2], CLASSES[3]], VALIDATION: [CLASSES[1]]}
    else:
        assert printed[VALIDATION] == [list(CLASSES[:2])]
        assert printed[TRAIN] == [list(CLASSES[: n + 1]) for n in (0, 2, 3)]
