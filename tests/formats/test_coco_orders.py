"""COCO's two lists in every order: the same images with the same labels come out, and the same messages."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats import samples
from tui_labeler.formats import buckets, jsonstream
from tui_labeler.formats.coco import read as coco_read
from tui_labeler.formats.coco.scan import Scan
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage, Unit
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import TaskType
from tui_labeler.model.transfers import ReadOptions

Data = dict[str, list[dict[str, Any]]]


def made(images: int, most: int = 5) -> Data:
    """Images with up to `most` annotations each: boxes, polygons, several polygons, none, and tags."""
    shapes: tuple[dict[str, Any], ...] = (
        {"bbox": [1, 2.5, 10, 20], "segmentation": []},
        {"bbox": [3, 4, 5, 0], "score": 0.25},
        {"bbox": [1, 1, 9, 9], "segmentation": [[1, 1, 10, 1, 10, 10]]},
        {"bbox": [1, 1, 9, 9], "segmentation": [[1, 1, 10, 1, 10, 10], [20, 20, 30, 20, 30, 30.5]]},
        {"segmentation": [[1, 1, 2, 2]]},
        {},
    )
    annotations = [
        {"id": image * most + n + 1, "image_id": image + 1, "category_id": n % 2 + 1, **shapes[(image + n) % 6]}
        for image in range(images)
        for n in range((image * 7) % (most + 1))
    ]
    return {
        "images": [{"id": n + 1, "file_name": f"{n}.jpg", "width": 64, "height": 48} for n in range(images)],
        "annotations": annotations,
        "categories": [{"id": 1, "name": "coke"}, {"id": 2, "name": "sprite"}],
    }


def read_coco(path: Path) -> list[ReadImage]:
    return samples.read("coco", path)


def read_strictly(path: Path) -> list[ReadImage]:
    """What is wrong is an error, with its place."""
    return samples.read("coco", path, Reading(ReadOptions(strict=True), TaskType.SEGMENTATION))


def read(path: Path, data: Data) -> list[ReadImage]:
    path.write_text(json.dumps(data))
    return read_coco(path)


def plain(images: list[ReadImage]) -> list[object]:
    """What can be compared: images by name, without their places, and regions in any order."""
    comparable = [
        (
            image.names,
            sorted(map(repr, image.regions)),
            sorted(image.tags),
            image.width,
            image.height,
            image.unit.value,
            [left.reason for left in image.left_out],
        )
        for image in images
    ]
    return sorted(comparable, key=repr)


def shuffled(data: Data, seed: int, *lists: str) -> Data:
    chance = random.Random(seed)
    return {key: chance.sample(rows, len(rows)) if key in lists else rows for key, rows in data.items()}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many blocks, and many buckets in files, of a file that is small."""
    monkeypatch.setattr(jsonstream, "BLOCK", 700)
    monkeypatch.setattr(buckets, "_BUCKET", 3000)
    monkeypatch.setattr(buckets, "_FLUSH", 100)


ORDERS: dict[str, Callable[[Data], Data]] = {
    "annotations in no order": lambda data: shuffled(data, 1, "annotations"),
    "images in no order": lambda data: shuffled(data, 2, "images"),
    "both in no order": lambda data: shuffled(data, 3, "images", "annotations"),
    "annotations before images": lambda data: {key: data[key] for key in ("annotations", "categories", "images")},
    "one annotation too late": lambda data: data | {"annotations": [*data["annotations"][1:], data["annotations"][0]]},
    "ids as texts": lambda data: {
        "images": [row | {"id": f"i{row['id']}"} for row in data["images"]],
        "annotations": [
            row | {"image_id": f"i{row['image_id']}", "id": f"a{row['id']}"} for row in data["annotations"]
        ],
        "categories": data["categories"],
    },
    "ids as fractions": lambda data: {
        "images": data["images"],
        "annotations": [row | {"image_id": row["image_id"] + 0.0} for row in data["annotations"]],
        "categories": data["categories"],
    },
    "large ids": lambda data: {
        "images": [row | {"id": row["id"] + (1 << 70)} for row in data["images"]],
        "annotations": [row | {"image_id": row["image_id"] + (1 << 70)} for row in data["annotations"]],
        "categories": data["categories"],
    },
}


@pytest.mark.parametrize("order", ORDERS)
def test_the_same_in_every_order(order: str, tmp_path: Path, small: None) -> None:
    data = made(200)
    images = read(tmp_path / "a.json", data)
    # Side by side: the file's own order.
    assert [image.names for image in images] == [(f"{n}.jpg",) for n in range(200)]
    assert sum(len(image.regions) for image in images) > 300
    assert any(image.tags for image in images)
    assert any(image.left_out for image in images)
    assert plain(read(tmp_path / "a.json", ORDERS[order](data))) == plain(images)


def test_only_boxes_across_blocks(tmp_path: Path, small: None) -> None:
    """More annotations on one image than a block holds, and images without any."""
    rows = [{"id": n, "image_id": 2, "category_id": 1, "bbox": [n, 1, 2, 3]} for n in range(100)]
    data = made(4) | {"annotations": rows}
    images = read(tmp_path / "a.json", data)
    assert [len(image.regions) for image in images] == [0, 100, 0, 0]
    assert [region.box.x0 for region in images[1].regions if region.box] == list(range(100))


@given(seed=st.integers(0, 10_000), images=st.integers(0, 12))
@settings(deadline=None, max_examples=50)
def test_any_order(tmp_path_factory: pytest.TempPathFactory, seed: int, images: int) -> None:
    path = tmp_path_factory.mktemp("orders") / "a.json"
    data = made(images)
    assert plain(read(path, shuffled(data, seed, "images", "annotations"))) == plain(read(path, data))


def test_shares_of_the_size_are_told_from_pixels_anywhere(tmp_path: Path, small: None) -> None:
    """One box of pixels behind many that could be shares; an area alone says nothing (Microsoft's own sample has some)."""
    rows = [{"id": n, "image_id": n + 1, "category_id": 1, "bbox": [0, 0, 0.5, 0.5], "area": 0} for n in range(99)]
    for last, unit in (({}, Unit.SHARES), ({"bbox": [0, 0, 9, 9]}, Unit.PIXELS), ({"area": 0.25}, Unit.SHARES)):
        images = read(tmp_path / "a.json", made(99, 0) | {"annotations": [*rows[:-1], rows[-1] | last]})
        assert {image.unit for image in images} == {unit}


def broken(data: Data, number: int, **changes: object) -> Data:
    rows = list(data["annotations"])
    rows[number] = rows[number] | changes
    return data | {"annotations": rows}


@pytest.mark.parametrize("seed", [0, 1], ids=["side by side", "in buckets"])
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"image_id": 7000}, ": there is no image with the id 7000"),
        ({"category_id": 9}, ": there is no category with the id 9"),
        ({"bbox": [1, 2, 3], "segmentation": []}, ": its box is not a list of four numbers"),
        ({"bbox": [1, 2, -3, 4], "segmentation": []}, ": the box has a negative size"),
        ({"bbox": [1, 2, 1e12, 4], "segmentation": []}, " is not a coordinate"),
        ({"segmentation": {"counts": "abc", "size": [4, 4]}}, ": its run-length encoded mask"),
        ({"segmentation": [[1, 2, "x", 4, 5, 6]]}, ": its outline is not a list of numbers"),
        ({"segmentation": [[1, 2, 3, 4, 5, 6, 7]]}, ": the polygon has an odd number"),
        ({"category_id": [1]}, ": there is no category"),
        ({"bbox": [1, 2, "x", 4]}, ": its box is not a list of four numbers"),
    ],
)
def test_the_place_of_what_is_wrong(
    seed: int, changes: dict[str, object], says: str, tmp_path: Path, small: None
) -> None:
    data = made(200)
    data = broken(shuffled(data, seed, "annotations") if seed else data, 150, **changes)
    path = tmp_path / "a.json"
    path.write_text(json.dumps(data))
    with pytest.raises(BadInput) as raised:
        read_strictly(path)
    assert "annotations[150]" in raised.value.message
    assert says in raised.value.message
    reading = Reading(kind=TaskType.SEGMENTATION)
    left = [
        omission
        for image in samples.read("coco", path, reading)
        for omission in image.left_out
        if "150]" in str(omission.place)
    ]
    assert len(left) + reading.report.counts.get("no_image", 0) == 1


def test_an_outline_is_no_box_whatever_the_file_is_called(tmp_path: Path) -> None:
    data = broken(broken(made(9), 3, segmentation=[[1, 2, "x", 4, 5, 6]]), 4, bbox=[1, 2, 3], segmentation=[])
    path = tmp_path / "boxes.json"
    path.write_text(json.dumps(data))
    images = samples.read("coco", path, Reading(kind=TaskType.SEGMENTATION))
    reasons = {str(left.place)[-3:]: left.reason for image in images for left in image.left_out}
    assert (reasons["[3]"], reasons["[4]"]) == ("bad_polygon", "bad_box")


@pytest.mark.parametrize("seed", [0, 1], ids=["side by side", "in buckets"])
@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (b'"150.jpg", "width": 64', b'"150.jpg", "width": -64', "images[150]: an image of -64"),
        (b'"150.jpg"', b"null", "images[150]: it has no file_name"),
        (b'"150.jpg"', b"[7]", "images[150]: it has no file_name"),
        (b'"150.jpg"', b'""', "images[150]: it has no file_name"),
        (b'"150.jpg"', b'"15\xff0.jpg"', "a text that is not UTF-8"),
        (b'"150.jpg"', b'"15\\x0.jpg"', "scape"),
    ],
)
def test_the_place_of_a_wrong_image(
    seed: int, before: bytes, after: bytes, says: str, tmp_path: Path, small: None
) -> None:
    data = made(200)
    text = json.dumps(shuffled(data, seed, "annotations") if seed else data).encode()
    assert text.count(before) == 1
    (tmp_path / "a.json").write_bytes(text.replace(before, after))
    with pytest.raises(BadInput) as raised:
        read_strictly(tmp_path / "a.json")
    assert says in raised.value.message


def test_on_many_lines(tmp_path: Path, small: None) -> None:
    """As people print it who want to read it."""
    data = made(50)
    expected = plain(read(tmp_path / "a.json", data))
    for order in (data, shuffled(data, 1, "annotations")):
        (tmp_path / "b.json").write_text(json.dumps(order, indent=2))
        assert plain(read_coco(tmp_path / "b.json")) == expected


def test_images_with_the_same_id_far_apart(tmp_path: Path, small: None) -> None:
    data = made(200)
    data["images"][180]["id"] = 5
    path = tmp_path / "a.json"
    path.write_text(json.dumps(data))
    with pytest.raises(BadInput, match=r"images\[4\]: its id 5 is used twice"):
        read_strictly(path)
    assert len(read_coco(path)) == 198  # whose annotations are whose is not known, of these two


@pytest.mark.parametrize("order", ["in order", "annotations in no order"])
def test_a_pipe(order: str, tmp_path: Path) -> None:
    """It cannot be looked at twice, so it is copied."""
    data = made(50)
    text = json.dumps(ORDERS[order](data) if order in ORDERS else data)
    os.mkfifo(tmp_path / "pipe")
    writing = threading.Thread(target=(tmp_path / "pipe").write_text, args=(text,))
    writing.start()
    images = read_coco(tmp_path / "pipe")
    writing.join()
    assert plain(images) == plain(read(tmp_path / "a.json", data))


def test_a_file_that_changes_between_two_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look = coco_read.scan

    def then_change(stream: jsonstream.JsonStream, name: str, coordinates: str = "") -> Scan:
        scan = look(stream, name, coordinates)
        text = (tmp_path / "a.json").read_text()
        (tmp_path / "a.json").write_text(text.replace('"image_id": 1,', '"image_id": 7,'))
        return scan

    monkeypatch.setattr(coco_read, "scan", then_change)
    with pytest.raises(BadInput, match="changed while it was read"):
        read(tmp_path / "a.json", made(2, 1) | {"annotations": [{"id": 1, "image_id": 1, "category_id": 1}]})
