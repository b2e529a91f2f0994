"""Files of other tools, as their versions write them, small and neutral: name -> (format, files, what is read)."""

from __future__ import annotations

import base64
import io
import zlib
from typing import Any

from PIL import Image

from tests.formats.golden import Files

CENTER = {"x": 20, "y": 30, "width": 20, "height": 20}
CAT = ("cat", 10, 20, 30, 40)
CORNERS = {"left": 10, "top": 20, "width": 20, "height": 20}


def asset(name: str, regions: list[Any], **more: Any) -> dict[str, Any]:
    about = {
        "format": "jpg",
        "id": "0d3d",
        "name": name,
        "path": f"file:C:/pic/{name}",
        "size": {"width": 100, "height": 80},
    }
    return {"asset": about | more, "regions": regions, "version": "2.1.0"}


def region(kind: str = "RECTANGLE", tags: tuple[str, ...] = ("cat",), **more: Any) -> dict[str, Any]:
    points = [{"x": 10, "y": 20}, {"x": 30, "y": 20}, {"x": 30, "y": 40}]
    return {"id": "r", "type": kind, "tags": list(tags), "boundingBox": CORNERS, "points": points} | more


def job(kind: str, **more: Any) -> dict[str, Any]:
    about = {"job-name": "labeling-job/j", "human-annotated": "yes", "creation-date": "2020-01-01T00:00:00"}
    return about | {"type": f"groundtruth/{kind}"} | more


SIZE = [{"width": 100, "height": 80, "depth": 3}]
BOXES = {"annotations": [{"class_id": 0, **CORNERS}], "image_size": SIZE}
DETECTION = job("object-detection", **{"class-map": {"0": "cat"}, "objects": [{"confidence": 0.2}]})


def ann(objects: list[Any], tags: tuple[Any, ...] = ()) -> dict[str, Any]:
    return {"description": "", "tags": list(tags), "size": {"height": 80, "width": 100}, "objects": objects}


def sly(kind: str = "rectangle", **more: Any) -> dict[str, Any]:
    exterior = [[30, 40], [10, 20]] if kind == "rectangle" else [[10, 20], [30, 20], [30, 40]]
    points = {"exterior": exterior, "interior": []}
    return {"classTitle": "cat", "geometryType": kind, "tags": [], "points": points} | more


def bitmap(pixels: list[str], mode: str = "1") -> str:
    image = Image.new("L", (len(pixels[0]), len(pixels)))
    image.putdata([255 if pixel == "#" else 0 for row in pixels for pixel in row])
    if mode == "RGBA":
        whole = Image.new("RGBA", image.size, (255, 255, 255, 0))
        whole.putalpha(image)
        image = whole
    else:
        image = image.convert(mode)
    png = io.BytesIO()
    image.save(png, "PNG")
    return base64.b64encode(zlib.compress(png.getvalue())).decode()


CARD = (
    "---\nlicense: mit\ndataset_info:\n  features:\n  - name: objects\n    sequence:\n    - name: category\n"
    "      dtype:\n        class_label:\n          names:\n            '0': dog\n            '1': cat\n---\n# Pictures\n"
)
API = {"id": "0f1e", "created": "2020", "width": 100, "height": 80, "originalImageUri": "https://x/i/0f1e?sig=a"}
API_BOX = {"regionId": "g", "tagName": "cat", "left": 0.1, "top": 0.25, "width": 0.2, "height": 0.25}

GOLDEN: dict[str, tuple[str, Files, Any]] = {
    "createml roboflow": (
        "createml",
        {"_annotations.createml.json": [{"image": "a.jpg", "annotations": [{"label": "cat", "coordinates": CENTER}]}]},
        {"a.jpg": [CAT]},
    ),
    "createml labelimg": (
        "createml",
        {
            "a.json": [
                {"image": "a.jpg", "verified": False, "annotations": [{"label": "cat", "coordinates": CENTER}]},
                {"image": "b.jpg", "verified": True, "annotations": []},
                {"image": "c.jpg", "verified": False, "annotations": []},
            ]
        },
        {"a.jpg": [CAT], "b.jpg": "empty", "c.jpg": "listed"},
    ),
    "createml app": (
        "createml",
        {"a.json": [{"imagefilename": "a.jpg", "annotation": [{"coordinates": CENTER, "label": "cat"}]}]},
        {"a.jpg": [CAT]},
    ),
    "createml one bad": (
        "createml",
        {
            "a.json": [
                {
                    "image": "a.jpg",
                    "annotations": [{"label": "cat", "coordinates": CENTER | {"x": "no"}}, {"label": "x"}],
                },
                {"image": "b.jpg", "annotations": [{"coordinates": CENTER}]},
            ]
        },
        {"a.jpg": ["x", "-bad_box"], "b.jpg": ["-no_class"]},
    ),
    "vott export": (
        "vott",
        {
            "t-export.json": {
                "name": "t",
                "tags": [{"name": "cat"}],
                "assets": {
                    "1": asset("a.jpg", [region(), region("POLYGON"), region("POINT"), region(tags=())]),
                    "2": asset("b%20c.jpg", []),
                },
            },
            "1-asset.json": asset("a.jpg", [region()]),
        },
        {"a.jpg": [CAT, CAT, "-shape", "-no_class"], "b%20c.jpg": "listed"},
    ),
    "vott assets": (
        "vott",
        {
            "1-asset.json": asset("a.jpg", [region(boundingBox=None, points=[{"x": 10, "y": 20}, {"x": 30, "y": 40}])]),
            "2-asset.json": asset("b.jpg", [region(tags=("cat", "dog"))]),
        },
        {"a.jpg": [CAT], "b.jpg": ["-bad_region"]},
    ),
    "vott 1": (
        "vott",
        {
            "pics.json": {
                "frames": {
                    "a.jpg": [
                        {
                            "x1": 10,
                            "y1": 20,
                            "x2": 30,
                            "y2": 40,
                            "width": 100,
                            "height": 80,
                            "tags": ["cat"],
                            "type": "Rectangle",
                        }
                    ],
                    "b.jpg": [],
                },
                "framerate": "1",
                "inputTags": "cat",
                "visitedFrames": ["a.jpg", "b.jpg"],
            }
        },
        {"a.jpg": [CAT], "b.jpg": "listed"},
    ),
    "aws boxes": (
        "aws",
        {
            "output.manifest": [
                {"source-ref": "s3://b/in/a.jpg", "j": BOXES, "j-metadata": DETECTION},
                {"source-ref": "s3://b/in/b.jpg", "j": {"annotations": []}, "j-metadata": DETECTION},
                {"source-ref": "s3://b/in/c.jpg"},
                {
                    "source-ref": "s3://b/in/d.jpg",
                    "j-metadata": {"failure-reason": "x", "type": "groundtruth/object-detection"},
                },
            ]
        },
        {"in/a.jpg": [CAT], "in/b.jpg": "empty", "in/c.jpg": "listed"},
    ),
    "aws adjusted": (
        "aws",
        {
            "a.manifest": [
                {
                    "source-ref": "s3://b/a.jpg",
                    "j": {"annotations": []},
                    "j-metadata": DETECTION,
                    "k": BOXES,
                    "k-metadata": DETECTION | {"adjustment-status": "adjusted"},
                    "v": 0,
                    "v-metadata": job("label-verification", **{"class-name": "good"}),
                }
            ]
        },
        {"a.jpg": [CAT]},
    ),
    "aws classes": (
        "aws",
        {
            "a.manifest": [
                {
                    "source-ref": "s3://b/a.jpg",
                    "j": 1,
                    "j-metadata": job("image-classification", **{"class-name": "cat"}),
                },
                {
                    "source-ref": "s3://b/b.jpg",
                    "j": [0, 2],
                    "j-metadata": job("image-classification-multilabel", **{"class-map": {"0": "cat", "2": "dog"}}),
                },
                {"source-ref": "s3://b/c.jpg", "j-ref": "s3://b/m.png", "j-ref-metadata": job("semantic-segmentation")},
            ]
        },
        {"a.jpg": ["cat"], "b.jpg": ["cat", "dog"], "c.jpg": ["-mask"]},
    ),
    "supervisely": (
        "supervisely",
        {
            "p/meta.json": {"classes": [{"title": "cat", "shape": "any"}], "tags": []},
            "p/ds/ann/a.jpg.json": ann([sly(), sly("polygon"), sly("point"), sly(classTitle="")]),
            "p/ds/ann/b.jpg.json": ann([]),
            "p/ds/ann/c.jpg.json": ann([], ({"name": "night", "value": None}, {"name": "n", "value": 3})),
            "p/ds/ann/d.jpg.json": ann([sly("bitmap", bitmap={"data": bitmap([".#", "##"]), "origin": [10, 20]})]),
            "p/ds/ann/e.jpg.json": ann(
                [{"classTitle": "cat", "bitmap": {"data": bitmap(["#"], "RGBA"), "origin": [5, 6]}}]
            ),
            "p/ds/ann/f.jpg.json": b'{"objects": [{"classTitle": 1}], "size": ',
        },
        {
            "p/ds/img/a.jpg": [CAT, CAT, "-shape", "-no_class"],
            "p/ds/img/b.jpg": "listed",
            "p/ds/img/c.jpg": ["night"],
            "p/ds/img/d.jpg": [("cat", 10, 20, 12, 22)],
            "p/ds/img/e.jpg": [("cat", 5, 6, 6, 7)],
        },
    ),
    "huggingface lists": (
        "huggingface",
        {
            "train/metadata.jsonl": [
                {"file_name": "a.jpg", "objects": {"bbox": [[10, 20, 20, 20]], "categories": [1]}},
                {"file_name": "b.jpg", "objects": {"bbox": [], "categories": []}},
                {
                    "file_name": "c.jpg",
                    "objects": [{"bbox": [10, 20, 20, 20], "category": "cat"}, {"bbox": [1, 2], "category": "x"}],
                },
                {"text": "no image"},
            ],
        },
        {"train/a.jpg": [("1", 10, 20, 30, 40)], "train/b.jpg": "listed", "train/c.jpg": [CAT, "-bad_box"]},
    ),
    "huggingface card": (
        "huggingface",
        {
            "README.md": CARD.replace("\n", "\r\n"),
            "metadata.jsonl": [{"file_name": "a.jpg", "objects": {"bbox": [[0.1, 0.25, 0.2, 0.25]], "category": [1]}}],
        },
        {"a.jpg": [("cat", 0.1, 0.25, 0.3, 0.5)]},
    ),
    "huggingface classes": (
        "huggingface",
        {"metadata.jsonl": [{"file_name": "a.jpg", "label": "cat"}, {"file_name": "b.jpg", "label": None}]},
        {"a.jpg": ["cat"], "b.jpg": "listed"},
    ),
    "folders": (
        "folders",
        {f"set/{part}/{name}.jpg": b"" for part, name in (("train/cat", "1"), ("val/cat", "2"), ("train/dog", "3"))},
        {"set/train/cat/1.jpg": ["cat"], "set/val/cat/2.jpg": ["cat"], "set/train/dog/3.jpg": ["dog"]},
    ),
    "customvision api": (
        "customvision",
        {
            "t.json": [
                API | {"tags": [{"tagId": "t", "tagName": "cat"}], "regions": [API_BOX, API_BOX | {"left": None}]},
                API | {"id": "2", "originalImageUri": "", "tags": None, "regions": None},
            ]
        },
        {"0f1e": [("cat", 0.1, 0.25, 0.3, 0.5), "cat", "-bad_box"], "2": "listed"},
    ),
}
