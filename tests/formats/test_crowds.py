"""A crowd is several objects in one: left out and counted, where its mark tells crowds from others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tui_labeler.formats.reading import Reading

IMAGE = {"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}
RLE = {"segmentation": {"size": [80, 100], "counts": [4020, 20, 3960]}}


def coco(*marks: dict[str, Any]) -> dict[str, str | bytes]:
    rows = [{"id": n, "image_id": 1, "category_id": 1, "bbox": [10, 20, 20, 20]} | m for n, m in enumerate(marks)]
    whole = {"images": [IMAGE], "annotations": rows, "categories": [{"id": 1, "name": "cat"}]}
    return {"a.json": json.dumps(whole)}


def azureml(*marks: dict[str, Any]) -> dict[str, str | bytes]:
    corners = {"label": "cat", "topX": 0.1, "topY": 0.2, "bottomX": 0.3, "bottomY": 0.4}
    return {"a.jsonl": json.dumps({"image_url": "a.jpg", "label": [corners | mark for mark in marks]})}


def huggingface(*marks: dict[str, Any]) -> dict[str, str | bytes]:
    columns: dict[str, list[Any]] = {"bbox": [[10, 20, 20, 20]] * len(marks), "category": ["cat"] * len(marks)}
    columns["iscrowd"] = [mark["iscrowd"] for mark in marks]
    return {"metadata.jsonl": json.dumps({"file_name": "a.jpg", "objects": columns})}


def taken(files: dict[str, str | bytes], format_name: str, folder: Path) -> tuple[int, list[str]]:
    (image,) = read(format_name, write(folder, files) / next(iter(files)))
    return len(image.regions), [omission.reason for omission in image.left_out]


@pytest.mark.parametrize("mark", [1, True, "1", "true", 1.0])
def test_crowds_are_left_out(mark: object, tmp_path: Path) -> None:
    assert taken(coco({"iscrowd": 0}, {"iscrowd": mark}), "coco", tmp_path) == (1, ["crowd"])
    assert taken(azureml({}, {"isCrowd": mark}), "azureml", tmp_path) == (1, ["crowd"])
    assert taken(huggingface({"iscrowd": 0}, {"iscrowd": mark}), "huggingface", tmp_path) == (1, ["crowd"])


def test_a_mark_that_all_have_says_nothing(tmp_path: Path) -> None:
    assert taken(coco({"iscrowd": 1}, {"iscrowd": 1} | RLE), "coco", tmp_path) == (2, [])
    assert taken(azureml({"isCrowd": 1}, {"isCrowd": 1}), "azureml", tmp_path) == (2, [])


@pytest.mark.parametrize("places", [[0], [1999], range(1000)])
def test_one_without_the_mark_may_stand_anywhere(places: list[int], tmp_path: Path) -> None:
    """Blocks of the file before it, or behind, have the mark everywhere."""
    marks = [{"iscrowd": int(at not in places)} for at in range(2000)]
    assert taken(coco(*marks), "coco", tmp_path)[0] == len(places)


def test_masks_are_marked_as_crowds_by_many_tools(tmp_path: Path) -> None:
    path = write(tmp_path, coco({"iscrowd": 0}, {"iscrowd": 1} | RLE)) / "a.json"
    reading = Reading()
    (image,) = read("coco", path, reading)
    assert (len(image.regions), image.left_out, reading.report.counts) == (2, (), {"crowd_mask": 1})
    mask = {"iscrowd": 1, "attributes": {"occluded": False}}
    assert taken(coco({"iscrowd": 0}, mask | RLE), "coco", tmp_path) == (2, [])


@pytest.mark.parametrize(("mode", "right"), [(0, 30.0), (1, 40.0)])
def test_detectron_says_what_its_four_numbers_are(mode: int, right: float, tmp_path: Path) -> None:
    path = write(tmp_path, coco({"bbox": [10, 20, 30, 40], "bbox_mode": mode})) / "a.json"
    assert [region.box.x1 for image in read("coco", path) for region in image.regions if region.box] == [right]
    assert taken(coco({"bbox_mode": 3}), "coco", tmp_path) == (0, ["bad_box"])
