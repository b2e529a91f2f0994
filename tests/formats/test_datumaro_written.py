"""What datumaro writes, read here: the same images, classes and corners."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading

SCRIPT = """
import json, sys
import numpy as np
from pathlib import Path
from datumaro.components.annotation import Bbox, Label
from datumaro.components.dataset import Dataset
from datumaro.components.dataset_base import DatasetItem
from datumaro.components.media import Image

out = Path(sys.argv[1])
media = Image.from_numpy(np.zeros((80, 100, 3), np.uint8), ext=".jpg")
boxes = np.random.RandomState(3).randint(1, 40, (6, 3, 4)).tolist()
truth = {}
items, classes = [], []
for at in range(6):
    name, annotations = f"{at + 1:06d}", []
    for n, (x, y, w, h) in enumerate(boxes[at][: at % 4]):
        more = {"occluded": False, "truncated": 0.0}
        annotations.append(Bbox(x, y, w, h, label=n % 2, id=n, group=n, attributes=more))
    truth[name] = [[["cat", "dog"][n % 2], x, y, x + w, y + h] for n, (x, y, w, h) in enumerate(boxes[at][: at % 4])]
    items.append(DatasetItem(id=name, subset="train", media=media, annotations=annotations, attributes={"frame": at + 1}))
    classes.append(DatasetItem(id=name, media=media, annotations=[Label(at % 2)]))
for format_name in ("cvat", "mot_seq_gt", "kitti_detection", "open_images", "wider_face"):
    Dataset.from_iterable(items, categories=["cat", "dog"]).export(str(out / format_name), format_name, save_media=True)
Dataset.from_iterable(classes, categories=["cat", "dog"]).export(str(out / "imagenet"), "imagenet", save_media=True)
(out / "truth.json").write_text(json.dumps(truth))
"""
OURS = {
    "cvat": "cvat",
    "mot_seq_gt": "mot",
    "kitti_detection": "kitti",
    "open_images": "openimages",
    "wider_face": "wider",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    python = os.environ.get("TUI_LABELER_READERS_PYTHON", "")
    if not python:
        pytest.skip("TUI_LABELER_READERS_PYTHON names no interpreter that has datumaro")
    out = tmp_path_factory.mktemp("datumaro")
    subprocess.run([python, "-W", "ignore", "-c", SCRIPT, str(out)], check=True, capture_output=True, timeout=300)
    return out


@pytest.mark.parametrize("theirs", OURS)
def test_boxes(theirs: str, written: Path) -> None:
    truth: dict[str, list[Any]] = json.loads((written / "truth.json").read_text())
    by_image: dict[str, list[Any]] = {name: [] for name in truth}
    source = open_source(written / theirs)
    answer = registry.detect(written / theirs, source)
    assert answer.format.name == OURS[theirs]
    width, height = (100, 80) if theirs == "open_images" else (1, 1)
    for image in answer.format.read(source, Reading()):
        name = image.name.rpartition("/")[2].removesuffix(".jpg")
        assert not image.left_out
        for region in image.regions:
            box = region.box
            assert box is not None
            corners = (box.x0 * width, box.y0 * height, box.x1 * width, box.y1 * height)
            by_image[name].append([region.name, *(round(value, 6) for value in corners)])
    assert {name: sorted(rows) for name, rows in by_image.items()} == {
        name: sorted(rows) for name, rows in truth.items()
    }


def test_a_folder_a_class(written: Path) -> None:
    source = open_source(written / "imagenet")
    answer = registry.detect(written / "imagenet", source)
    assert answer.format.name == "folders"
    tags = {image.name.rpartition("/")[2]: image.tags for image in answer.format.read(source, Reading())}
    assert tags == {f"{at + 1:06d}.jpg": (("cat", "dog")[at % 2],) for at in range(6)}
