"""Label files of the wild, re-made small: each went wrong once, most of them silently."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tests.formats.wild import CAT, OUT, detected, of_coco, result, said, tasks
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadRegion, Unit
from tui_labeler.formats.yolo.lists import lists_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box
from tui_labeler.model.left_out import left_out_text
from tui_labeler.model.project import TaskType
from tui_labeler.model.transfers import ReadOptions


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


@pytest.mark.parametrize("names", ["[no, 007, 1_0]", "\n  0: no\n  1: 007\n  2: 1_0", "\n- no\n- 007\n- 1_0"])
def test_names_of_classes_stay_as_they_were_written(names: str, tmp_path: Path) -> None:
    """YAML makes False, 7 and 10 of them."""
    lines = "".join(f"{number} .5 .5 .2 .2\n" for number in range(3))
    write(tmp_path, {"data.yaml": f"names: {names}\nkpt_shape: [4, 2]\n", "labels/a.txt": lines})
    assert said(tmp_path, "yolo") == {"a": ["no", "007", "1_0"]}


def test_two_lists_of_classes_that_differ_are_asked_about(tmp_path: Path) -> None:
    files = {"data.yaml": "names: [dog, cat]\n", "classes.txt": "cat\ndog\n", "labels/a.txt": "0 .5 .5 .2 .2\n"}
    write(tmp_path, files)
    with pytest.raises(BadInput, match=r"data\.yaml and .*classes\.txt list different classes"):
        read("yolo", tmp_path)
    assert said(tmp_path / "data.yaml", "yolo") == {"a": ["dog"]}
    (tmp_path / "classes.txt").write_text("dog\ncat\nbird\n")
    assert said(tmp_path, "yolo") == {"a": ["dog"]}


def test_lists_of_images_with_their_boxes(tmp_path: Path) -> None:
    lines = "my a.jpg 10,20,30,40,1 1,2,3,4,7\nb.jpg\nc.jpg 5,5,1,1,0\nfolder/d.png 0,0,5.5,6,0\nwhat\n"
    write(tmp_path, {"train/_annotations.txt": lines, "train/_classes.txt": "cat\ndog\n"})
    assert detected(tmp_path) == "yolo"
    images = read("yolo", tmp_path)
    assert [(image.name, image.stated.value, len(image.regions)) for image in images] == [
        ("my a.jpg", "labeled", 1),
        ("b.jpg", "listed", 0),
        ("c.jpg", "labeled", 0),
        ("folder/d.png", "labeled", 1),
    ]
    assert images[0].regions[0] == ReadRegion("dog", Box(10, 20, 30, 40))
    assert [[omission.reason for omission in image.left_out] for image in images] == [
        ["unknown_class"],
        [],
        ["bad_box"],
        [],
    ]


def test_lists_stand_above_the_label_files_of_which_few_are_opened_for_them(tmp_path: Path) -> None:
    labels: dict[str, str | bytes] = {f"labels/{number:03}.txt": "0 .5 .5 .2 .2\n" for number in range(200)}
    source = open_source(write(tmp_path, labels | {"classes.txt": "cat\n"}))
    assert lists_of(source) == []
    assert len(source._heads) <= 64
    write(tmp_path, {"train.txt": "a.jpg 10,20,30,40,0\n"})
    assert lists_of(open_source(tmp_path)) == ["train.txt"]


def test_a_label_file_called_like_the_whole_image(tmp_path: Path) -> None:
    write(tmp_path, {"classes.txt": "cat\n", "labels/a.jpg.txt": "0 .5 .5 .2 .2\n"})
    (image,) = read("yolo", tmp_path)
    assert image.stem == "images/a.jpg"
    assert "a.jpg" in image.names
    write(tmp_path, {"images/a.jpg": ""})
    (image,) = read("yolo", tmp_path)
    assert (image.stem, image.name) == ("", "images/a.jpg")


def voc(corners: tuple[float, float, float, float], tag: str = "annotation") -> str:
    fields = "".join(
        f"<{key}>{value}</{key}>" for key, value in zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=True)
    )
    inner = f"<filename>a.jpg</filename><object><name>cat</name><bndbox>{fields}</bndbox></object>"
    return f"<{tag}>{inner}</{tag}>"


def test_shares_in_voc(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": voc((0.1, 0.25, 0.3, 0.5)), "b.xml": voc((10, 20, 30, 40)), "c.xml": voc((1, 1, 1, 1))})
    images = {image.stem: image for image in read("voc", tmp_path)}
    assert [images[stem].unit for stem in "abc"] == [Unit.SHARES, Unit.PIXELS, Unit.PIXELS]
    assert images["a"].regions[0].box == Box(0.1, 0.25, 0.3, 0.5)
    (image,) = read("voc", tmp_path / "a.xml", Reading(ReadOptions(coordinates="pixels")))
    assert image.unit is Unit.PIXELS


def test_voc_with_a_capital_root(tmp_path: Path) -> None:
    write(tmp_path, {"a.xml": voc((10, 20, 30, 40), "Annotation")})
    assert detected(tmp_path) == "voc"
    assert said(tmp_path, "voc") == {"a.jpg": ["cat"]}


def test_a_panoptic_file_has_the_boxes_of_its_segments(tmp_path: Path) -> None:
    segments = [
        {"id": 5, "category_id": 1, "bbox": [10, 20, 20, 20]},
        {"id": 6, "category_id": 9, "bbox": [1, 2, 3, 4]},
        7,
    ]
    rows = [{"image_id": 1, "file_name": "a.png", "segments_info": segments}]
    text = {"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": rows, "categories": [{"id": 1, "name": "cat"}]}
    write(tmp_path, {"panoptic.json": json.dumps(text)})
    assert said(tmp_path, "coco") == {"a.jpg": ["cat", "unknown_class", "no_class"]}


@pytest.mark.parametrize("behind", ["{}", "[]", '"', "x", "}"])
def test_what_stands_behind_a_document_is_not_passed_over(behind: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"a.json": of_coco(OUT)[1] + "\n" + behind}) / "a.json"
    with pytest.raises(BadInput, match="goes on behind the end"):
        read("coco", path)
    path.write_bytes(of_coco(OUT)[1].encode() + b"\n \0\0")
    assert said(path, "coco") == {"image_00000.jpg": ["coke", "coke"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"dm_format_version": "1.0", "categories": {"label": {}}, "annotations": []}',
            "its “categories” is not a list",
        ),
        ('{"images": [{"file": "a.jpg"}], "detection_categories": {}}', "it has no “annotations”"),
    ],
)
def test_what_is_not_coco_is_told_so(text: str, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"a.json": text}) / "a.json"
    with pytest.raises(BadInput, match=message):
        read("coco", path)


def test_masks_of_labelme(tmp_path: Path) -> None:
    made = io.BytesIO()
    Image.new("1", (5, 4), 1).save(made, "PNG")
    points, mask = [[10, 20], [14, 23]], base64.b64encode(made.getvalue()).decode()
    shapes = [{"label": "cat", "shape_type": "mask", "points": points, "mask": text} for text in (mask, "?", None)]
    write(tmp_path, {"a.json": json.dumps({"shapes": shapes, "imagePath": "a.jpg", "imageData": None})})
    (image,) = read("labelme", tmp_path)
    assert [region.box for region in image.regions] == [Box(10, 20, 15, 24)] * 3
    (image,) = read("labelme", tmp_path, Reading(kind=TaskType.SEGMENTATION))
    assert [omission.reason for omission in image.left_out] == ["bad_region"]
    region = image.regions[0]
    assert region.mask is not None
    assert region.mask.box() == Box(10, 20, 15, 24)


def test_a_box_with_wrong_numbers_is_no_polygon(tmp_path: Path) -> None:
    rows = of_coco([[1, 2, 3, 4]])[1].replace("[1, 2, 3, 4]", "[NaN, 2, 3, 4]")
    assert said(write(tmp_path, {"a.json": rows}), "coco") == {"image_00000.jpg": ["bad_box"]}


def test_what_is_left_out_is_said_of_one_and_of_several() -> None:
    text = "1 file that has no labels, 2 shapes that are neither box nor polygon"
    assert left_out_text({"other_file": 1, "shape": 2}) == text


@pytest.mark.parametrize(
    ("name", "text", "tool"),
    [
        ("a.json", '{"image": {}, "annotations": [{"bounding_box": {}}], "item": {"slots": []}}', "V7 Darwin"),
        ("a.json", '{"version": "2.0", "item": {"slots": []}, "annotations": [{"name": "cat"}]}', "V7 Darwin"),
        ("a.json", '{"categories": {"label": {}}, "items": [{"annotations": [{"label_id": 1}]}]}', "Datumaro"),
        ("a.json", '{"filename": "a", "metadata": {"system": 1}, "annotations": [{"coordinates": []}]}', "Dataloop"),
        ("a.json", '[{"label_hash": "a", "data_units": {}}]', "Encord"),
        ("a.ndjson", '{"type": "dataset", "task": "detect", "class_names": {"0": "cat"}}', "Ultralytics' NDJSON"),
        ("a.ndjson", '{"data_row": {"external_id": "a.jpg"}, "projects": {}}\n', "Labelbox"),
        ("a.json", '{"metadata": {}, "instances": [{"type": "bbox", "className": "cat"}]}', "SuperAnnotate"),
        ("a.json", '{"images": [{"file": "a.jpg"}], "detection_categories": {"1": "animal"}}', "MegaDetector"),
        ("a.xml", "<dataset><images><image file='a.jpg'><box top='1'/></image></images></dataset>", "dlib's imglab"),
    ],
)
def test_files_of_tools_that_are_not_read_are_named(name: str, text: str, tool: str, tmp_path: Path) -> None:
    write(tmp_path, {name: text})
    with pytest.raises(BadInput, match=f"seems to be of {tool}, which is not read") as raised:
        detected(tmp_path)
    assert "COCO" in raised.value.mend
