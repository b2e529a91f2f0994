"""What tests of other people's files share: how such files are made small, and what is said of their images."""

from __future__ import annotations

import json
import posixpath
from pathlib import Path
from typing import Any

from tests.formats.samples import read
from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source

CAT = {"x": 10, "y": 25, "width": 20, "height": 25, "rotation": 0, "original_width": 100, "original_height": 80}


def result(to_name: str, label: str = "cat", **more: Any) -> dict[str, Any]:
    return {"type": "rectanglelabels", "to_name": to_name, "value": CAT | {"rectanglelabels": [label]}} | more


def tasks(results: list[Any], **data: str) -> dict[str, str | bytes]:
    return {"tasks.json": json.dumps([{"id": 1, "data": data, "annotations": [{"result": results}]}])}


def said(path: Path, format_name: str) -> dict[str, list[str]]:
    """The classes of each image, and why something of it was left out."""
    return {
        posixpath.basename(image.name): [
            *(region.name for region in image.regions),
            *image.tags,
            *(o.reason for o in image.left_out),
        ]
        for image in read(format_name, path)
    }


def detected(path: Path) -> str:
    return registry.detect(path, open_source(path)).format.name


OUT = [[26, 18, 60, 45], [32, 30, 58, 42]]  # two corners of boxes in 64×48 pixels


def of_coco(boxes: list[list[float]]) -> tuple[str, str]:
    rows = [{"id": n, "image_id": 1, "category_id": 1, "bbox": box} for n, box in enumerate(boxes)]
    images = [{"id": 1, "file_name": "image_00000.jpg", "width": 64, "height": 48}]
    return "a.json", json.dumps({"images": images, "annotations": rows, "categories": [{"id": 1, "name": "coke"}]})


def of_hugging_face(boxes: list[list[float]]) -> tuple[str, str]:
    objects = {"bbox": boxes, "category": ["coke"] * len(boxes)}
    return "metadata.jsonl", json.dumps({"file_name": "image_00000.jpg", "width": 64, "height": 48, "objects": objects})


def of_create_ml(boxes: list[list[float]]) -> tuple[str, str]:
    rows = [
        {"label": "coke", "coordinates": dict(zip(("x", "y", "width", "height"), box, strict=True))} for box in boxes
    ]
    return "a.json", json.dumps([{"image": "image_00000.jpg", "annotations": rows}])


def of_yolo(boxes: list[list[float]]) -> tuple[str, str]:
    return "image_00000.txt", "".join(f"0 {x / 64} {y / 48} {z / 64} {w / 48}\n" for x, y, z, w in boxes)
