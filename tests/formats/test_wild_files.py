"""Label files of the wild, re-made small: each went wrong once, most of them silently."""

from __future__ import annotations

import base64
import io
import json
import posixpath
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PIL import Image

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tests.workspace.conftest import make_images, make_spec
from tui_labeler.formats import registry
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadRegion, Unit
from tui_labeler.formats.source import open_source
from tui_labeler.formats.yolo.lists import lists_of
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box
from tui_labeler.model.left_out import left_out_text
from tui_labeler.model.project import DatasetChoice, TaskType
from tui_labeler.model.transfers import ImportChoices, ReadOptions
from tui_labeler.workspace import Workspace

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


@pytest.mark.parametrize(
    "table",
    [
        "image,diagnosis,age,sex\na.jpg,mel,30,1\nb.jpg,nev,40,0\n",
        "image,is_train\na.jpg,1\nb.jpg,0\n",
        "image,level\na.jpg,1\nb.jpg,0\n",
        "id,breed\na,pug\nb,boxer\n",
    ],
)
def test_a_column_of_ones_is_no_class_where_it_can_be_anything(table: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"t.csv": table}) / "t.csv"
    with pytest.raises(
        BadInput, match=r"no column for the label; there are: \w+, (diagnosis|is_train|level|breed)"
    ) as raised:
        read("csv", path)
    assert "--column label=TITLE" in raised.value.mend
    chosen = Reading(ReadOptions(columns=(("label", table.split(",")[1].split("\n")[0]),)), TaskType.CLASSIFICATION)
    assert [len(image.tags) for image in read("csv", path, chosen)] == [1, 1]


def test_a_column_a_class(tmp_path: Path) -> None:
    table = "image,cat,dog,fold\na.jpg,1,0,1\nb.jpg,0,1,0\n"
    path = write(tmp_path, {"t.csv": table, "u.csv": "image,age,cat\na.jpg,30,1\n"}) / "t.csv"
    assert said(path, "csv") == {"a.jpg": ["cat"], "b.jpg": ["dog"]}
    reading = Reading(kind=TaskType.MULTILABEL, classes=("cat",))
    assert [image.tags for image in read("csv", tmp_path / "u.csv", reading)] == [("cat",)]
    assert said(write(tmp_path, {"t.csv": "image,car,train\na.jpg,0,1\n"}) / "t.csv", "csv") == {"a.jpg": ["train"]}


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("patientId,x,y,width,height,Target\na.jpg,10,20,20,20,cat\n", {"image": "patientId", "label": "Target"}),
        ("Width,Height,Roi.X1,Roi.Y1,Roi.X2,Roi.Y2,ClassId,Path\n100,80,10,20,30,40,20,a.jpg\n", {}),
        ("filename,class_id,xmin,ymin,xmax,ymax\na.jpg,1,10,20,30,40\n", {}),
        ("a.jpg,10,20,30,40,object,100,80\n", {}),
    ],
)
def test_tables_of_well_known_datasets(table: str, columns: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path, {"t.csv": table}) / "t.csv"
    (image,) = read("csv", path, Reading(ReadOptions(columns=tuple(columns.items()))))
    assert [region.box for region in image.regions] == [Box(10, 20, 30, 40)]


def test_json_in_a_cell_is_no_class(tmp_path: Path) -> None:
    path = write(tmp_path, {"t.csv": 'image,label\na.jpg,"[{""x"": 1}]"\nb.jpg,cat\n'}) / "t.csv"
    assert said(path, "csv") == {"a.jpg": ["bad_region"], "b.jpg": ["cat"]}


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


@pytest.mark.parametrize(
    ("format_name", "made"),
    [("coco", of_coco), ("huggingface", of_hugging_face), ("createml", of_create_ml), ("yolo", of_yolo)],
)
def test_boxes_that_lead_out_of_images_are_asked_about(
    format_name: str, made: Callable[[list[list[float]]], tuple[str, str]], workspace: Workspace, tmp_path: Path
) -> None:
    """Where another reading of their four numbers keeps them inside; before, they were clipped."""
    name, text = made(OUT)
    path = write(tmp_path / "in", {name: text, "classes.txt": "coke\n"})
    with pytest.raises(BadInput, match="2 boxes of 2 would lead out of the image") as raised:
        workspace.exchange.preview_import("soda", path, format_name)
    assert "--box corners" in raised.value.mend
    corners = ImportChoices(reading=ReadOptions(box="corners"))
    assert workspace.exchange.import_labels("soda", path, format_name, corners).labels == 2
    folder = Path(workspace.exchange.export("soda", "csv", tmp_path / "out").path)
    table = next(folder.glob("*.csv")).read_text()
    assert "26,18,60,45" in table
    assert "32,30,58,42" in table
    # One that leads out, as every dataset has some, is clipped as before.
    usual = [[29.0, 20.0, 6.0, 6.0]] * 40 + [[60.0, 40.0, 14.0, 14.0]]
    again = write(tmp_path / "usual", {name: made(usual)[1], "classes.txt": "coke\n"})
    assert workspace.exchange.preview_import("soda", again, format_name).labels == 41


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


TF = "filename,width,height,class,xmin,ymin,xmax,ymax\nimage_00000.jpg,64,48,{},1,2,3,4\n"
KERAS = "image_00000.jpg 1,2,3,4,{}\n"
CVAT_IMAGE = '<image id="{}" name="image_00000.jpg" subset="{}" width="64" height="48">{}</image>'
CVAT_BOX = '<box label="{}" occluded="0" xtl="1" ytl="2" xbr="3" ybr="4" z_order="0"></box>'
APART = {
    "csv": {"train/_annotations.csv": TF.format("coke"), "valid/_annotations.csv": TF.format("sprite")},
    "yolo": {
        "train/_annotations.txt": KERAS.format(0),
        "valid/_annotations.txt": KERAS.format(1),
        "_classes.txt": "coke\nsprite\n",
    },
    "coco": {
        "train/a.json": of_coco([[1, 2, 2, 2]])[1],
        "valid/a.json": of_coco([[1, 2, 2, 2]])[1].replace("coke", "sprite"),
    },
    "createml": {
        "train/a.json": of_create_ml([[2, 3, 2, 2]])[1],
        "valid/a.json": of_create_ml([[2, 3, 2, 2]])[1].replace("coke", "sprite"),
    },
    "cvat": {
        "annotations.xml": "<annotations><version>1.1</version>"
        + CVAT_IMAGE.format(0, "train", CVAT_BOX.format("coke"))
        + CVAT_IMAGE.format(1, "valid", CVAT_BOX.format("sprite"))
        + "</annotations>"
    },
}


@pytest.mark.parametrize("format_name", APART)
def test_images_of_one_name_belong_to_the_label_file_of_their_folder(
    format_name: str, workspace: Workspace, tmp_path: Path
) -> None:
    folder = make_images(tmp_path / "parts" / "train", 1).parent
    make_images(folder / "valid", 1)
    workspace.datasets.add_datastore("parts", str(folder))
    spec = make_spec("split")
    chosen = DatasetChoice("parts_set", "parts", "/")
    workspace.projects.create(msgspec.structs.replace(spec, dataset=chosen))
    path = write(tmp_path / "in", dict(APART[format_name]))
    assert workspace.exchange.import_labels("split", path, format_name).labels == 2
    table = next(Path(workspace.exchange.export("split", "csv", tmp_path / "out").path).glob("*.csv")).read_text()
    rows = [line.split(",") for line in table.splitlines()[1:]]
    assert sorted((row[0], row[3]) for row in rows) == [
        ("train/image_00000.jpg", "coke"),
        ("valid/image_00000.jpg", "sprite"),
    ]


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
