"""Tables and texts of other tools, and VIA: golden files, small and neutral."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.formats.golden import STRICT, Files, placed, read, said
from tui_labeler.formats import registry
from tui_labeler.formats.opening import open_source
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Stated
from tui_labeler.model.errors import BadInput
from tui_labeler.model.transfers import ReadOptions

CAT = ("cat", 10, 20, 30, 40)
SHARES = ("cat", 0.1, 0.25, 0.3, 0.5)
RECT = {"name": "rect", "x": 10, "y": 20, "width": 20, "height": 20}
OUTLINE = {"name": "polygon", "all_points_x": [10, 30, 30], "all_points_y": [20, 20, 40]}


def via(name: str, regions: Any, **attributes: Any) -> dict[str, Any]:
    return {f"{name}123": {"filename": name, "size": 123, "regions": regions, "file_attributes": attributes}}


def shape(shape_attributes: Any, **region: Any) -> dict[str, Any]:
    return {"shape_attributes": shape_attributes, "region_attributes": region}


VIA_CSV = "filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n"


def via_row(name: str, region: Any, attributes: Any) -> str:
    cells = [json.dumps(value).replace('"', '""') for value in (region, attributes)]
    return f'{name},123,"{{}}",1,0,"{cells[0]}","{cells[1]}"\n'


VIA_3 = {
    "project": {"pid": "__VIA_PROJECT_ID__", "pname": "p"},
    "config": {"file": {"loc_prefix": {"1": ""}}},
    "attribute": {"1": {"aname": "class", "type": 4, "options": {"0": "cat", "1": "dog"}}},
    "file": {
        str(at): {"fid": str(at), "fname": f"{name}.jpg", "type": 2, "loc": 1, "src": ""}
        for at, name in enumerate("abc", 1)
    },
    "metadata": {
        "1_x": {"vid": "1", "flg": 0, "z": [], "xy": [2, 10, 20, 20, 20], "av": {"1": "0"}},
        "2_x": {"vid": "2", "flg": 0, "z": [], "xy": [7, 10, 20, 30, 20, 30, 40], "av": {"1": "1"}},
        "2_y": {"vid": "2", "flg": 0, "z": [], "xy": [1, 10, 20], "av": {"1": "1"}},
    },
    "view": {"1": {"fid_list": ["1"]}, "2": {"fid_list": ["2"]}, "3": {"fid_list": ["3"]}},
}

BOXES = "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded\n"
VERTEX = {"imageGcsUri": "gs://b/in/a.jpg", "dataItemResourceLabels": {"aiplatform.googleapis.com/ml_use": "training"}}
KITTI = "{name} 0.00 0 -1.58 {box} 1.65 1.67 3.64 -0.65 1.71 46.70 -1.59"
KITTI_CAT = KITTI.format(name="cat", box="10.00 20.00 30.00 40.00")
DOTA = "imagesource:GoogleEarth\ngsd:0.146\n"

GOLDEN: dict[str, tuple[str, Files, Any]] = {
    "via 2": (
        "via",
        {
            "via.json": via("a.jpg", [shape(RECT, **{"class": "cat"}), shape(OUTLINE, **{"class": "cat"})])
            | via("b.jpg", [])
            | via("c.jpg", [shape({"name": "circle", "cx": 1, "cy": 1, "r": 1}, **{"class": "x"}), shape(RECT)])
        },
        {"a.jpg": [CAT, CAT], "b.jpg": "listed", "c.jpg": ["-shape", "-no_class"]},
    ),
    "via 1": (
        "via",
        {"via.json": via("a.jpg", {"0": shape(RECT, kind="cat"), "1": shape(RECT | {"x": "?"}, kind="cat")})},
        {"a.jpg": [CAT, "-bad_region"]},
    ),
    "via 2 project": (
        "via",
        {
            "p.json": {
                "_via_settings": {"ui": {}, "core": {"default_filepath": ""}},
                "_via_img_metadata": via(
                    "a.jpg", [shape(RECT, label={"cat": True, "dog": False}, seen="yes")], class_="night"
                ),
                "_via_attributes": {"region": {}, "file": {}},
                "_via_data_format_version": "2.0.10",
            }
        },
        {"a.jpg": [CAT, "night"]},
    ),
    "via 3": (
        "via",
        {"p.json": VIA_3},
        {"a.jpg": [CAT], "b.jpg": [("dog", 10, 20, 30, 40), "-shape"], "c.jpg": "listed"},
    ),
    "via csv": (
        "via",
        {
            "via.csv": VIA_CSV
            + via_row("a.jpg", RECT, {"class": "cat"})
            + via_row("b.jpg", {}, {})
            + via_row("a.jpg", OUTLINE, {"class": "cat"})
        },
        {"a.jpg": [CAT, CAT], "b.jpg": "listed"},
    ),
    "open images": (
        "openimages",
        {
            "train-annotations-bbox.csv": BOXES
            + "a,xclick,/m/01yrx,1,0.1,0.3,0.25,0.5,0\n"
            + "b,xclick,/m/0bt9lr,1,0.3,0.1,0.25,0.5,0\na,xclick,/m/x,1,0,1,0,1,1\n",
            "class-descriptions-boxable.csv": "/m/01yrx,cat\n/m/0bt9lr,dog\n",
        },
        {"a": [SHARES, ("/m/x", 0, 0, 1, 1)], "b": ["-bad_box"]},
    ),
    "open images labels": (
        "openimages",
        {
            "labels.csv": "ImageID,Source,LabelName,Confidence\n"
            + "a,verification,/m/01yrx,1\na,verification,/m/0,0\nb,verification,/m/0,0\n"
        },
        {"a": ["/m/01yrx"], "b": "listed"},
    ),
    "vertex boxes": (
        "vertex",
        {
            "a.jsonl": [
                VERTEX
                | {
                    "boundingBoxAnnotations": [
                        {"displayName": "cat", "xMin": 0.1, "yMin": 0.25, "xMax": 0.3, "yMax": 0.5}
                    ]
                },
                {
                    "image_gcs_uri": "gs://b/b.jpg",
                    "bounding_box_annotations": [{"display_name": "cat", "x_max": 0.3, "y_max": 0.5}],
                },
                {"imageGcsUri": "gs://b/c.jpg", "boundingBoxAnnotations": []},
                {
                    "imageGcsUri": "gs://b/d.jpg",
                    "boundingBoxAnnotations": [{"displayName": "cat", "xMin": 1, "xMax": 0}],
                },
            ]
        },
        {"in/a.jpg": [SHARES], "b.jpg": [("cat", 0, 0, 0.3, 0.5)], "c.jpg": "listed", "d.jpg": ["-bad_box"]},
    ),
    "vertex classes": (
        "vertex",
        {
            "a.jsonl": [
                VERTEX | {"classificationAnnotation": {"displayName": "cat"}},
                {
                    "imageGcsUri": "gs://b/b.jpg",
                    "classificationAnnotations": [{"displayName": "cat"}, {"displayName": "dog"}],
                },
            ]
        },
        {"in/a.jpg": ["cat"], "b.jpg": ["cat", "dog"]},
    ),
    "vertex csv": (
        "vertex",
        {
            "a.csv": "TRAIN,gs://b/a.jpg,cat,0.1,0.25,,,0.3,0.5,,\nTEST,gs://b/b.jpg,cat,0.1,0.25,0.3,0.25,0.3,0.5,0.1,0.5\n"
            "UNASSIGNED,gs://b/c.jpg\nTRAIN,gs://b/a.jpg,dog,0.1,0.25,,,0.3,,,\n"
        },
        {"a.jpg": [SHARES, "-bad_box"], "b.jpg": [SHARES], "c.jpg": "listed"},
    ),
    "vertex csv classes": (
        "vertex",
        {"a.csv": "gs://b/a.jpg,cat,dog\ngs://b/b.jpg,cat\n"},
        {"a.jpg": ["cat", "dog"], "b.jpg": ["cat"]},
    ),
    "kitti": (
        "kitti",
        {
            "training/label_2/000000.txt": f"{KITTI_CAT}\n{KITTI.format(name='DontCare', box='1 2 3 4')}\n",
            "training/label_2/000001.txt": "",
            "training/label_2/000002.txt": KITTI.format(name="Person session", box="10 20 30 40") + "\ncat 1 2 3\n",
            "README.txt": "labels of a camera\n",
        },
        {
            "training/image_2/000000": [CAT],
            "training/image_2/000001": "empty",
            "training/image_2/000002": [("Person session", 10, 20, 30, 40), "-bad_box"],
        },
    ),
    "dota": (
        "dota",
        {
            "train/labelTxt/P0.txt": DOTA
            + "10 20 30 20 30 40 10 40 cat 0\n10.0 20.0 20.0 10.0 30.0 20.0 20.0 30.0 large-vehicle 1\n1 2 cat\n",
            "train/labelTxt/P1.txt": DOTA,
        },
        {"train/images/P0": [CAT, ("large-vehicle", 10, 10, 30, 30), "-bad_box"], "train/images/P1": "empty"},
    ),
    "wider": (
        "wider",
        {
            "wider_face_train_bbx_gt.txt": "0--P/a.jpg\n2\n10 20 20 20 0 0 0 0 0 0 \n1 1 5 5 2 0 0 1 0 0 \n"
            "0--P/b.jpg\n0\n0 0 0 0 0 0 0 0 0 0 \n0--P/c.jpg\n1\n1 2 x 4 0 0 0 0 0 0\n"
        },
        {"0--P/a.jpg": [("face", 10, 20, 30, 40)], "0--P/b.jpg": "empty", "0--P/c.jpg": ["-bad_box"]},
    ),
    "wider of datumaro": (
        "wider",
        {"wider_face_train_bbx_gt.txt": "n/a.jpg\nn/b.jpg\n1\n10.0 20.0 20.0 20.0 cat\n"},
        {"n/a.jpg": "listed", "n/b.jpg": [CAT]},
    ),
    "mot": (
        "mot",
        {
            "S1/gt/gt.txt": "1,1,11,21,20,20,1,3,1\n1,2,1,1,5,5,0,1,1\n2,1,11,21,20,20,1,99,1\n2,1,1,1\n",
            "S1/det/det.txt": "1,-1,11,21,20,20,0.5,-1,-1,-1\n",
            "S1/seqinfo.ini": "[Sequence]\nname=S1\nimDir=img1\nimExt=.jpg\nimWidth=100\nimHeight=80\n",
        },
        {"S1/img1/000001.jpg": [("car", 10, 20, 30, 40)], "S1/img1/000002.jpg": ["-unknown_class", "-bad_box"]},
    ),
    "mot of cvat": (
        "mot",
        {"gt/gt.txt": "1,1,10,20,20,20,1,1,1.0\n", "gt/labels.txt": "cat\ndog\n"},
        {"img1/000001": [CAT]},
    ),
    "mot 15": ("mot", {"gt/gt.txt": "1,1,11,21,20,20,1,-1,-1,-1\n"}, {"img1/000001": [("object", 10, 20, 30, 40)]}),
}


@pytest.mark.parametrize("case", GOLDEN)
@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_as_tools_write_them(case: str, packed: bool, tmp_path: Path) -> None:
    format_name, files, expected = GOLDEN[case]
    folder = placed(tmp_path / "in", files)
    if packed:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            for name in files:
                archive.write(folder / name, name)
    assert said(read(tmp_path / "a.zip" if packed else folder, format_name)) == expected


@pytest.mark.parametrize("case", GOLDEN)
def test_marks_and_line_ends(case: str, tmp_path: Path) -> None:
    """A byte order mark and CRLF, as Windows writes them."""
    format_name, files, expected = GOLDEN[case]
    folder = placed(tmp_path, files)
    for path in folder.rglob("*.*"):
        if path.is_file() and path.stat().st_size:
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert said(read(folder, format_name)) == expected


@pytest.mark.parametrize("case", [case for case in GOLDEN if "'-bad" in str(GOLDEN[case][2])])
def test_strict_refuses_what_is_bad(case: str, tmp_path: Path) -> None:
    format_name, files, _ = GOLDEN[case]
    with pytest.raises(BadInput):
        read(placed(tmp_path, files), format_name, Reading(STRICT))


def test_the_attribute_that_is_the_class(tmp_path: Path) -> None:
    """Two attributes with names of their own: a person says which."""
    placed(tmp_path, {"a.json": via("a.jpg", [shape(RECT, breed="cat", fur="long")])})
    with pytest.raises(BadInput, match="several attributes") as raised:
        read(tmp_path, "via")
    assert "--column label=breed" in str(raised.value)
    chosen = Reading(ReadOptions(columns=(("label", "breed"),)))
    assert said(read(tmp_path, "via", chosen)) == {"a.jpg": [CAT]}
    with pytest.raises(BadInput, match="no region has an attribute"):
        read(tmp_path, "via", Reading(ReadOptions(columns=(("label", "x"),))))


def test_what_machines_said_is_proposed(tmp_path: Path) -> None:
    placed(tmp_path / "k", {"000001.txt": KITTI_CAT + " 0.75\n"})
    placed(tmp_path / "m", {"det/det.txt": "1,-1,11,21,20,20,0.75,-1,-1,-1\n"})
    placed(tmp_path / "w", {"a.txt": "x/a.jpg\n1\n10 20 20 20 0.75\n"})
    for folder, name in (("k", "kitti"), ("m", "mot"), ("w", "wider")):
        (image,) = read(tmp_path / folder, name)
        assert (image.stated, image.regions[0].confidence) == (Stated.PROPOSED, 0.75)


def test_rotated_boxes_of_dota_are_marked(tmp_path: Path) -> None:
    _, files, _ = GOLDEN["dota"]
    image = read(placed(tmp_path, files), "dota")[0]
    assert [region.rotated for region in image.regions] == [False, True]


def test_corners_of_mot_can_be_said(tmp_path: Path) -> None:
    placed(tmp_path, {"gt/gt.txt": "1,1,10,20,20,20,1,3,1\n"})
    assert said(read(tmp_path, "mot", Reading(ReadOptions(corners="edges")))) == {
        "img1/000001": [("car", 10, 20, 30, 40)]
    }


DETECTION = {"image_id": 7, "category_id": 3, "bbox": [10, 20, 20, 20], "score": 0.75}
ABOUT = {
    "images": [{"id": 7, "file_name": "a.jpg", "width": 100, "height": 80}],
    "categories": [{"id": 3, "name": "cat"}],
}


def test_coco_results_beside_their_file(tmp_path: Path) -> None:
    mask = {"image_id": 7, "category_id": 3, "score": 2, "segmentation": {"size": [80, 100], "counts": [820, 20, 7160]}}
    results = [DETECTION, mask, DETECTION | {"category_id": 9}, DETECTION | {"bbox": [1]}, DETECTION | {"image_id": 8}]
    placed(tmp_path, {"r.json": results, "instances_val.json": ABOUT | {"annotations": []}})
    reading = Reading()
    (image,) = read(tmp_path / "r.json", "coco-results", reading)
    assert said([image]) == {"a.jpg": [CAT, ("cat", 10, 20, 11, 40), "-unknown_class", "-bad_box"]}
    assert (image.stated, image.regions[0].confidence, image.width) == (Stated.PROPOSED, 0.75, 100)
    assert reading.report.counts == {"bad_entry": 1}
    placed(tmp_path, {"other.json": ABOUT})
    with pytest.raises(BadInput, match="several COCO files"):
        read(tmp_path / "r.json", "coco-results")


def test_coco_results_that_name_everything(tmp_path: Path) -> None:
    named = DETECTION | {"file_name": "a.jpg", "category_name": "cat"}
    assert said(read(placed(tmp_path, {"r.json": [named]}) / "r.json", "coco-results")) == {"a.jpg": [CAT]}
    placed(tmp_path / "u", {"r.json": [DETECTION | {"image_id": "a"}]})
    with pytest.raises(BadInput, match="no file here says which class 3 is"):
        read(tmp_path / "u" / "r.json", "coco-results")
    placed(tmp_path / "n", {"r.json": [DETECTION]})
    with pytest.raises(BadInput, match="no file here says which image 7 is"):
        read(tmp_path / "n" / "r.json", "coco-results")


@pytest.mark.parametrize("name", ["via", "openimages", "vertex", "kitti", "dota", "wider", "mot", "coco-results"])
def test_something_else_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}')
    (tmp_path / "b.txt").write_text("some words")
    for file in (tmp_path / "a.json", tmp_path / "b.txt"):
        with pytest.raises(BadInput):
            list(registry.reader(name).read(open_source(file), Reading()))
