"""Label files of the wild, re-made small: each went wrong once, most of them silently."""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from typing import Any

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tui_labeler.formats import registry
from tui_labeler.formats.source import open_source

CAT = {"x": 10, "y": 25, "width": 20, "height": 25, "rotation": 0, "original_width": 100, "original_height": 80}


def result(to_name: str, label: str = "cat", **more: Any) -> dict[str, Any]:
    return {"type": "rectanglelabels", "to_name": to_name, "value": CAT | {"rectanglelabels": [label]}} | more


def tasks(results: list[Any], **data: str) -> dict[str, str | bytes]:
    return {"tasks.json": json.dumps([{"id": 1, "data": data, "annotations": [{"result": results}]}])}


def said(path: Path, format_name: str) -> dict[str, list[str]]:
    """The classes of each image, and why something of it was left out."""
    return {
        posixpath.basename(image.names[0]): [
            *(region.name for region in image.regions),
            *image.tags,
            *(o.reason for o in image.left_out),
        ]
        for image in read(format_name, path)
    }


def detected(path: Path) -> str:
    return registry.detect(path, open_source(path)).format.name


def test_a_result_is_of_the_image_that_its_control_shows(tmp_path: Path) -> None:
    both = [result("left"), result("right", "dog")]
    images = {"left": "/data/upload/1/a.jpg", "right": "/data/upload/1/b.jpg"}
    assert said(write(tmp_path, tasks(both, **images)), "labelstudio") == {"a.jpg": ["cat"], "b.jpg": ["dog"]}
    assert said(write(tmp_path, tasks(both[1:], **images)), "labelstudio") == {"b.jpg": ["dog"]}
    # One control, called otherwise; and two of which nobody knows what they show.
    one = [result("img")]
    assert said(write(tmp_path, tasks(one, image="a.jpg", small="b.jpg")), "labelstudio") == {"a.jpg": ["cat"]}
    odd = said(write(tmp_path, tasks([result("first"), result("second")], **images)), "labelstudio")
    assert odd == {"a.jpg": ["other_image", "other_image"]}


def test_a_rectangle_and_its_class_in_two_results_are_one(tmp_path: Path) -> None:
    bare = {"id": "r", "type": "rectangle", "to_name": "image", "value": CAT}
    named = {"id": "r", "type": "labels", "to_name": "image", "value": CAT | {"labels": ["cat"]}}
    alone = {"id": "s", "type": "rectangle", "to_name": "image", "value": CAT}
    path = write(tmp_path, tasks([bare, named, alone], image="a.jpg"))
    assert said(path, "labelstudio") == {"a.jpg": ["cat", "no_class"]}


@pytest.mark.parametrize(
    ("title", "cell", "expected"),
    [
        ("label", json.dumps([CAT | {"rectanglelabels": ["cat"]}]), ["cat"]),
        ("choice", "cat", ["cat"]),
        ("choice", json.dumps({"choices": ["cat", "dog"]}), ["cat", "dog"]),
    ],
)
def test_tables_of_label_studio(title: str, cell: str, expected: list[str], tmp_path: Path) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    table = (
        f"annotation_id,annotator,created_at,id,image,{title},lead_time\n1,1,2024,1,/data/1a2b3c4d-a.jpg,{quoted},3\n"
    )
    path = write(tmp_path, {"export.csv": table}) / "export.csv"
    assert detected(path) == detected(tmp_path) == "labelstudio"
    assert said(path, "labelstudio") == {"1a2b3c4d-a.jpg": expected}
