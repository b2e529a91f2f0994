"""Labels of another kind than the project's, in files of every format: they are counted with their places, and the labels
that the project takes are taken."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tui_labeler.formats import registry
from tui_labeler.formats.format import WHOLE_IMAGES
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.transfers import ImportPreview
from tui_labeler.workspace import Workspace

CORNERS = {"left": 10, "top": 20, "width": 20, "height": 20}
SHARES = {"left": 0.1, "top": 0.25, "width": 0.2, "height": 0.25}
JOB = {"human-annotated": "yes", "type": "groundtruth/object-detection", "class-map": {"0": "cat"}}
TOLD = {"human-annotated": "yes", "type": "groundtruth/image-classification", "class-name": "night"}
STUDIO = {"original_width": 64, "original_height": 48}
PERCENT = {"x": 25, "y": 25, "width": 50, "height": 50}
POINTS = [{"x": 10, "y": 20}, {"x": 30, "y": 20}, {"x": 30, "y": 40}]
CAT = {"bbox": [10, 20, 20, 20], "image_id": 1, "category_id": 1}
COCO: dict[str, Any] = {
    "images": [{"id": 1, "file_name": "a.jpg", "width": 64, "height": 48}],
    "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "night"}],
}
API = {"id": "a", "originalImageUri": "https://x/a.jpg", "width": 64, "height": 48}


def result(kind: str, number: str = "r", **value: Any) -> dict[str, Any]:
    return {"id": number, "type": kind, "value": value, **STUDIO}


def via(attributes: dict[str, str], **about: Any) -> dict[str, Any]:
    region = {
        "shape_attributes": {"name": "rect", "x": 10, "y": 20, "width": 20, "height": 20},
        "region_attributes": {"class": "cat"} | attributes,
    }
    return {"a.jpg1": {"filename": "a.jpg", "size": 1, "regions": [region], "file_attributes": about}}


# Format -> its files with a box “cat” of a.jpg and more than that; what is counted in a project with boxes.
BESIDE: dict[str, tuple[dict[str, Any], dict[str, int]]] = {
    "azureml": (
        {
            "a.jsonl": {
                "image_url": "a.jpg",
                "label": [{"label": "cat", "topX": 0.1, "topY": 0.1, "bottomX": 0.5, "bottomY": 0.5}, "night"],
            }
        },
        {"tags": 1},
    ),
    "coco": (
        {
            "a.json": COCO
            | {
                "annotations": [
                    CAT | {"id": 1, "keypoints": [15, 25, 2], "attributes": {"occluded": False, "pose": "sitting"}},
                    {"id": 2, "image_id": 1, "category_id": 2},
                    {"id": 3, "image_id": 1, "caption": "A cat."},
                ]
            }
        },
        {"tags": 1, "keypoint_list": 1, "attribute": 2},
    ),
    "yolo": (
        {"data.yaml": "names: [cat]\nkpt_shape: [2, 3]\n", "labels/a.txt": "0 .5 .5 .2 .2 .5 .5 2 .6 .6 1\n"},
        {"keypoint_list": 1},
    ),
    "voc": (
        {
            "a.xml": "<annotation><filename>a.jpg</filename>"
            "<object><name>cat</name><bndbox><xmin>10</xmin><ymin>20</ymin><xmax>30</xmax><ymax>40</ymax></bndbox>"
            "<part><name>head</name><bndbox><xmin>1</xmin></bndbox></part><actions><jumping>1</jumping></actions>"
            "<attributes><attribute><name>occluded</name><value>True</value></attribute>"
            "<attribute><name>colour</name><value>red</value></attribute></attributes></object>"
            "<object><name>cat</name><deleted>1</deleted></object></annotation>"
        },
        {"part": 1, "deleted": 1, "attribute": 2},
    ),
    "csv": ({"a.csv": "image,label,x1,y1,x2,y2\na.jpg,cat,10.5,20,30,40\na.jpg,night,,,,\n"}, {"tags": 1}),
    "customvision": (
        {
            "a.json": [
                API
                | {
                    "tags": [{"tagName": "cat"}, {"tagName": "night"}],
                    "regions": [{"tagName": "cat", **SHARES}],
                }
            ]
        },
        {"tags": 1},
    ),
    "labelme": (
        {
            "a.json": {
                "version": "5.0.0",
                "flags": {"night": True, "rain": False},
                "shapes": [
                    {
                        "label": "cat",
                        "points": [[10, 20], [30, 40]],
                        "shape_type": "rectangle",
                        "flags": {"blurred": True, "cut": False},
                        "description": "asleep",
                    }
                ],
                "imagePath": "a.jpg",
                "imageData": None,
                "imageHeight": 48,
                "imageWidth": 64,
            }
        },
        {"tags": 1, "attribute": 2},
    ),
    "labelstudio": (
        {
            "a.json": [
                {
                    "data": {"image": "a.jpg"},
                    "annotations": [
                        {"result": [result("choices", "x", choices=["day"])]},
                        {
                            "result": [
                                result("rectanglelabels", rectanglelabels=["cat"], **PERCENT),
                                result("choices", choices=["blurred"], **PERCENT),
                                result("choices", "c", choices=["night"]),
                                result("textarea", "t", text=["a note"]),
                            ]
                        },
                    ],
                }
            ]
        },
        {"older_answer": 1, "tags": 1, "attribute": 2},
    ),
    "cvat": (
        {
            "annotations.xml": "<annotations><version>1.1</version><meta><task><labels><label><name>cat</name>"
            "<attributes><attribute><name>colour</name></attribute></attributes></label></labels></task></meta>"
            '<image id="0" name="a.jpg" width="64" height="48"><tag label="night">'
            '<attribute name="rain">no</attribute></tag>'
            '<box label="cat" xtl="10" ytl="20" xbr="30" ybr="40"><attribute name="colour">red</attribute>'
            '<attribute name="wet">false</attribute></box></image></annotations>'
        },
        {"tags": 1, "attribute": 2},
    ),
    "createml": (
        {
            "a.json": [
                {
                    "image": "a.jpg",
                    "annotations": [
                        {"label": "cat", "coordinates": {"x": 20, "y": 30, "width": 20, "height": 20}},
                        "night",
                    ],
                }
            ]
        },
        {"tags": 1},
    ),
    "vott": (
        {
            "a-asset.json": {
                "asset": {"name": "a.jpg", "size": {"width": 64, "height": 48}},
                "regions": [
                    {"type": "RECTANGLE", "tags": ["cat"], "boundingBox": CORNERS, "points": POINTS},
                    {"type": "RECTANGLE", "tags": ["cat", "night"], "boundingBox": CORNERS, "points": POINTS},
                ],
            }
        },
        {"bad_region": 1},
    ),
    "aws": (
        {
            "a.manifest": {
                "source-ref": "s3://b/a.jpg",
                "boxes": {"annotations": [{"class_id": 0, **CORNERS}], "image_size": [{"width": 64, "height": 48}]},
                "boxes-metadata": JOB,
                "light": 1,
                "light-metadata": TOLD,
            }
        },
        {"tags": 1},
    ),
    "supervisely": (
        {
            "meta.json": {"classes": [], "tags": []},
            "ds/ann/a.jpg.json": {
                "description": "",
                "tags": [{"name": "night", "value": None}, {"name": "lux", "value": 3}],
                "size": {"width": 64, "height": 48},
                "objects": [
                    {
                        "classTitle": "cat",
                        "geometryType": "rectangle",
                        "tags": [{"name": "asleep"}],
                        "points": {"exterior": [[10, 20], [30, 40]], "interior": []},
                    }
                ],
            },
        },
        {"tags": 1, "attribute": 2},
    ),
    "huggingface": (
        {
            "metadata.jsonl": {
                "file_name": "a.jpg",
                "objects": {"bbox": [[10, 20, 20, 20]], "categories": ["cat"], "pose": ["asleep"], "area": [400]},
                "label": "night",
                "caption": "A cat.",
            }
        },
        {"tags": 1, "column": 2},
    ),
    "via": ({"a.json": via({"colour": "red"}, caption="night")}, {"tags": 1, "attribute": 1}),
    "openimages": (
        {
            "b.csv": "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\na,x,cat,1,0.1,0.5,0.2,0.6\n"
            "a,verification,night,1,,,,\na,verification,dog,0,,,,\n"
        },
        {"tags": 1, "not_there": 1},
    ),
    "vertex": (
        {
            "a.jsonl": {
                "imageGcsUri": "gs://b/a.jpg",
                "boundingBoxAnnotations": [{"displayName": "cat", "xMin": 0.1, "yMin": 0.2, "xMax": 0.5, "yMax": 0.6}],
                "classificationAnnotations": [{"displayName": "night"}],
            }
        },
        {"tags": 1},
    ),
}
# These have a place for boxes alone, or for classes alone.
ONE_KIND = {"folders", "kitti", "dota", "wider", "mot", "coco-results"}


def test_every_reader_is_tried() -> None:
    assert {label_format.name for label_format in registry.readable()} == BESIDE.keys() | ONE_KIND


def looked_at(home: Path, format_name: str, kind: TaskType) -> ImportPreview:
    """What a project of the kind, whose only image is a.jpg, would take of the format's files."""
    images, labels = home / "images", home / "labels"
    images.mkdir()
    Image.new("RGB", (64, 48)).save(images / "a.jpg")
    for name, content in BESIDE[format_name][0].items():
        path = labels / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    workspace = Workspace(home / "workspace.db", home / "exports", folder=home)
    try:
        workspace.datasets.add_datastore("d", str(images))
        spec = ProjectSpec(Details("p", kind), dataset=DatasetChoice("d", "d"), classes=Classes(("cat", "night")))
        workspace.projects.create(spec)
        return workspace.exchange.preview_import("p", labels, format_name)
    finally:
        workspace.close()


@pytest.mark.parametrize("format_name", BESIDE)
def test_what_a_project_with_boxes_does_not_take_is_counted(format_name: str, tmp_path: Path) -> None:
    preview = looked_at(tmp_path, format_name, TaskType.DETECTION)
    expected = BESIDE[format_name][1]
    assert (preview.matched, preview.labels, dict(preview.classes)) == (1, 1, {"cat": 1})
    assert preview.left_out == expected
    assert preview.review == ("bad_region" in expected)  # only an object that is missing needs another look
    assert {reason: bool(places) for reason, places in preview.places.items()} == dict.fromkeys(expected, True)


@pytest.mark.parametrize("format_name", [name for name, (_, counted) in BESIDE.items() if "tags" in counted])
def test_regions_are_counted_where_a_project_takes_classes(format_name: str, tmp_path: Path) -> None:
    assert set(WHOLE_IMAGES) <= set(registry.get(format_name).reads)
    preview = looked_at(tmp_path, format_name, TaskType.MULTILABEL)
    assert preview.classes["night"] == 1
    assert preview.left_out["regions"] == 1
