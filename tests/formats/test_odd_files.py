"""Label files as people have them: what each kind means, re-made small."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.formats.samples import read
from tui_labeler.exchange.matching import cleaned, folded
from tui_labeler.formats import registry
from tui_labeler.formats.masks import run_lengths
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Stated, Unit
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, polygon_area
from tui_labeler.model.leftovers import is_leftover
from tui_labeler.model.transfers import ReadOptions

XML = (
    "<annotation>{head}<filename>a.jpg</filename><object><name>cat</name><bndbox><xmin>{x}</xmin><ymin>21</ymin>"
    "<xmax>30</xmax><ymax>40</ymax></bndbox></object></annotation>"
)


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def boxes(path: Path, format_name: str, reading: Reading | None = None) -> list[Box | None]:
    return [region.box for image in read(format_name, path, reading) for region in image.regions]


def coco(bbox: list[float], **more: object) -> str:
    images = [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}, {"id": 2, "file_name": "b.jpg"}]
    row = {"id": 1, "image_id": 1, "category_id": 1, "bbox": bbox} | more
    return json.dumps({"images": images, "annotations": [row], "categories": [{"id": 1, "name": "cat"}]})


def test_an_image_that_is_only_listed_is_not_said_to_be_empty(tmp_path: Path) -> None:
    write(tmp_path, {"a.json": coco([10, 20, 20, 20]), "y/data.yaml": "names: [cat]\n", "y/labels/a.txt": ""})
    write(tmp_path, {"y/images/a.jpg": "", "y/images/b.jpg": ""})
    assert [image.stated for image in read("coco", tmp_path / "a.json")] == [Stated.LABELED, Stated.LISTED]
    stated = {image.names[-1]: image.stated for image in read("yolo", tmp_path / "y")}
    assert stated == {"a.jpg": Stated.EMPTY, "b.jpg": Stated.LISTED}


@pytest.mark.parametrize(
    ("bbox", "area", "unit"),
    [
        ([0.1, 0.2, 0.3, 0.4], 0.12, Unit.SHARES),
        ([0, 0, 1, 1], 0, Unit.SHARES),
        ([10, 20, 1, 1], 1, Unit.PIXELS),
        ([0, 0, 1, 1], 1, None),
        ([0.5, 0.5, 1, 1], 0, None),
    ],
)
def test_pixels_or_shares(bbox: list[float], area: float, unit: Unit | None, tmp_path: Path) -> None:
    path = write(tmp_path, {"a.json": coco(bbox, area=area)}) / "a.json"
    if unit is not None:
        assert read("coco", path)[0].unit is unit
        return
    with pytest.raises(BadInput, match="pixels or shares") as raised:
        read("coco", path)
    assert "--coordinates pixels" in raised.value.mend
    for chosen in ("pixels", "shares"):
        assert read("coco", path, Reading(ReadOptions(coordinates=chosen)))[0].unit is Unit(chosen)


@pytest.mark.parametrize(
    ("lines", "yaml", "expected"),
    [
        ("0 .5 .5 .2 .2 17\n0 .5 .5 .2 .2 1\n", "", [1.0, 1.0]),  # tracks
        ("0 .5 .5 .2 .2 .75\n", "", [0.75]),
        ("0 .5 .5 .2 .2 .75 12\n", "", [0.75]),  # tracks with a confidence
        ("\ufeff0.0 .5 .5 .2 .2\r\n", "", [1.0]),
        ("0 .5 .5 .2 .2 .45 .45 2 .5 .5 1\n", "", [1.0]),  # keypoints that are seen: 2 is no share
        ("0 .5 .5 .2 .2 .45 .45 .5 .5\n", "kpt_shape: [2, 2]\n", [1.0]),
    ],
)
def test_what_follows_a_box(lines: str, yaml: str, expected: list[float], tmp_path: Path) -> None:
    root = write(tmp_path, {"data.yaml": f"names: [cat]\n{yaml}", "labels/a.txt": lines})
    regions = [region for image in read("yolo", root) for region in image.regions]
    assert [region.confidence for region in regions] == expected
    assert all(region.box is not None and abs(region.box.x0 - 0.4) < 1e-9 for region in regions)


def test_polygon_or_keypoints_is_asked(tmp_path: Path) -> None:
    line = "0 .5 .5 .4 .4 .35 .35 .65 .35 .65 .65\n"
    root = write(tmp_path, {"data.yaml": "names: [cat]\n", "labels/a.txt": line * 3})
    with pytest.raises(BadInput, match="a polygon, or a box with keypoints"):
        read("yolo", root)
    assert all(boxes(root, "yolo", Reading(ReadOptions(values="keypoints"))))
    assert not any(boxes(root, "yolo", Reading(ReadOptions(values="polygon"))))


def test_only_what_a_description_names_belongs_to_a_dataset(tmp_path: Path) -> None:
    label = "0 .5 .5 .2 .2\n"
    files: dict[str, str | bytes] = {
        "data.yaml": "train: ../train/images\nval: ../valid/images\nnames: [cat]\n",
        "README.roboflow.txt": "things\n",
        "train/labels/a.txt": label,
        "valid/labels/b.txt": label,
        "old/labels/c.txt": label,
        "__MACOSX/train/labels/._a.txt": "x",
    }
    reading = Reading()
    assert {image.name for image in read("yolo", write(tmp_path, files), reading)} == {
        "train/images/a",
        "valid/images/b",
    }


def test_voc_corners_by_their_writer(tmp_path: Path) -> None:
    labelimg = "<path>/x/a.jpg</path><source><database>Unknown</database></source>"
    standard = "<source><database>The VOC2007 Database</database></source>"
    for head, x, expected in ((labelimg, 11, 11), (standard, 11, 10), ("", 11, 10), ("", 0, 0), ("", 10.5, 10.5)):
        path = write(tmp_path, {"a.xml": XML.format(head=head, x=x)}) / "a.xml"
        (box,) = boxes(path, "voc")
        assert box is not None
        assert box.x0 == expected, (head, x)
    (box,) = boxes(path, "voc", Reading(ReadOptions(corners="pixels")))
    assert box is not None
    assert box.x0 == 9.5


@pytest.mark.parametrize(
    "table",
    [
        "filename;class;xmin;ymin;xmax;ymax\na.jpg;cat;10,0;20;30;40\n",
        "a.jpg,10,20,30,40,cat\n",
        "image_id,file_name,label,x,y,width,height\n7,a.jpg,cat,10,20,20,20\n",
        "image\tlabel\twidth\theight\tbbox\na.jpg\tcat\t100\t80\t[10, 20, 15, 40]\nb.jpg\tcat\t100\t80\t[90, 20, 91, 21]\n",
        "cat,10,20,20,20,a.jpg,100,80\n",
    ],
)
def test_tables(table: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"t.csv": table}) / "t.csv"
    first = {image.names[0]: image for image in read("csv", path)}["a.jpg"].regions[0]
    assert (first.name, first.box and (first.box.x0, first.box.y0, first.box.y1)) == ("cat", (10.0, 20.0, 40.0))


def test_two_readings_of_a_cell_are_asked(tmp_path: Path) -> None:
    path = write(tmp_path, {"t.csv": 'image,label,bbox\na.jpg,cat,"[10, 20, 30, 40]"\n'}) / "t.csv"
    with pytest.raises(BadInput, match="two corners, or a corner and a size"):
        read("csv", path)
    (box,) = boxes(path, "csv", Reading(ReadOptions(box="size")))
    assert box == Box(10, 20, 40, 60)


def test_a_zip_is_read_in_place_and_a_bomb_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("exp/annotations/instances_default.json", coco([10, 20, 20, 20]))
        packed.writestr("__MACOSX/exp/annotations/._instances_default.json", "x")
    assert registry.detect(tmp_path / "a.zip").format.name == "coco"
    assert boxes(tmp_path / "a.zip", "coco") == [Box(10, 20, 30, 40)]
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.json", b" " * (70 << 20))
    with pytest.raises(BadInput, match="more than 200 times what it is packed"):
        open_source(tmp_path / "b.zip").open("a.json")


def test_masks_have_outlines_and_a_box() -> None:
    """A square with a hole, and a pixel that touches it by a corner: columns of eight pixels."""
    counts = [9, 4, 4, 1, 2, 1, 4, 1, 2, 1, 4, 4, 8, 1]
    mask = run_lengths((8, 6), counts, "here")
    assert mask.box() == Box(1, 1, 6, 6)
    areas = sorted(polygon_area(outline) for outline in mask.outlines())
    assert areas == [1.0, 16.0]
    for bad in ([1, -2], [99], "\x7f", ["x"]):
        with pytest.raises(BadInput, match="run-length"):
            run_lengths((4, 4), bad, "here")


def test_names_that_a_person_would_match() -> None:
    assert folded("E\u0301.JPG") == folded("é.jpg")
    assert cleaned("my pic (1).jpg") == cleaned("my_pic_1.jpg")
    assert is_leftover("a/__MACOSX/b.jpg")
    assert is_leftover("a/._b.jpg")
    assert not is_leftover("a/macosx/b.jpg")
