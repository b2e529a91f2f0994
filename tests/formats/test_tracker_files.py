"""Small files made after what public trackers tell of imports that went wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.test_labels_beside import CAT, COCO, PERCENT, result
from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Stated
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box
from tui_labeler.model.transfers import ReadOptions


def test_a_result_that_is_no_list_is_not_the_word_of_a_person_who_saw_nothing(tmp_path: Path) -> None:
    box = [result("rectanglelabels", rectanglelabels=["cat"], **PERCENT)]
    given = {"text.jpg": json.dumps(box), "null.jpg": None, "broken.jpg": "[{", "number.jpg": 3, "nothing.jpg": []}
    tasks = [{"data": {"image": name}, "annotations": [{"result": value}]} for name, value in given.items()]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(tasks))
    reading = Reading()
    images = {image.name: image for image in registry.get("labelstudio").read(open_source(path), reading)}
    assert {name: image.stated for name, image in images.items()} == {
        "text.jpg": Stated.LABELED,
        "null.jpg": Stated.LISTED,
        "nothing.jpg": Stated.EMPTY,
    }
    assert len(images["text.jpg"].regions) == 1
    assert reading.report.counts == {"bad_entry": 2}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"bbox": [[1, 2, 3, 4], [5, 6, 7, 8]], "label": ["cat", "night"]}, ["cat", "night"]),
        ({"bbox": [1, 2, 3, 4], "label": "cat"}, ["cat"]),
        ({"boxes": [[1, 2, 3, 4]], "category": ["cat"], "label": "night"}, ["cat"]),
        ({"bbox": [], "label": "night"}, []),
    ],
)
def test_boxes_in_a_column_of_their_own(row: dict[str, Any], expected: list[str], tmp_path: Path) -> None:
    path = tmp_path / "metadata.jsonl"
    path.write_text(json.dumps({"file_name": "a.jpg"} | row))
    (image,) = registry.get("huggingface").read(open_source(path), Reading())
    assert [region.name for region in image.regions] == expected
    assert not expected or image.regions[0].box == Box(1, 2, 4, 6)
    assert image.tags == (("night",) if row.get("label") == "night" else ())


def test_a_second_box_of_a_voc_object_is_told(tmp_path: Path) -> None:
    box = "<bndbox><xmin>10</xmin><ymin>20</ymin><xmax>30</xmax><ymax>40</ymax></bndbox>"
    path = tmp_path / "a.xml"
    path.write_text(f"<annotation><filename>a.jpg</filename><object><name>cat</name>{box}{box}</object></annotation>")
    (image,) = registry.get("voc").read(open_source(path), Reading())
    assert (len(image.regions), [left.reason for left in image.left_out]) == (1, ["bad_region"])


def test_a_category_without_a_name_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": None}, "dog"]
    annotations = [CAT, CAT | {"category_id": 2}]
    path.write_text(json.dumps(COCO | {"categories": categories, "annotations": annotations}))
    reading = Reading()
    (image,) = registry.get("coco").read(open_source(path), reading)
    assert ([region.name for region in image.regions], [left.reason for left in image.left_out]) == (
        ["cat"],
        ["unknown_class"],
    )
    assert reading.report.counts == {"bad_entry": 2}
    with pytest.raises(BadInput, match=r"categories\[1\]"):
        list(registry.get("coco").read(open_source(path), Reading(ReadOptions(strict=True))))
