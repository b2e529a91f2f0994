"""Label files of public datasets and tools, re-made small: each was refused without a name, or not read."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tests.formats.wild import detected, said
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import ReadImage
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box
from tui_labeler.model.project import TaskType
from tui_labeler.model.transfers import ReadOptions

SHARES = {"label": "cat", "topX": 0.05, "topY": 0.125, "bottomX": 0.15, "bottomY": 0.25, "isCrowd": 0}
ROW = {"image_url": "azureml://datastores/d/paths/x/a.jpg", "image_details": {"width": "200px"}, "label": [SHARES]}
PIXELS = ROW | {"label": [SHARES | {"topX": 10, "topY": 20, "bottomX": 30, "bottomY": 40}]}


def first_image(path: Path, format_name: str, reading: Reading | None = None) -> ReadImage:
    return next(iter(read(format_name, path, reading)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", json.dumps([ROW, [1]], indent=1)),
        ("a.json", json.dumps(ROW) + "\n[1]\n"),
        ("a.txt", json.dumps(ROW) + "\nno row\n"),
        ("a.ndjson", json.dumps(ROW) + "\n7\n"),
    ],
)
def test_rows_of_azure_under_other_names(name: str, text: str, tmp_path: Path) -> None:
    for path in (write(tmp_path, {name: text}), tmp_path / name):
        assert detected(path) == "azureml"
        reading = Reading()
        assert [image.regions[0].box for image in read("azureml", path, reading)] == [Box(0.05, 0.125, 0.15, 0.25)]
        assert reading.report.counts == {"bad_entry": 1}


def test_a_list_of_rows_in_pixels_is_asked_about(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"rows\[0\]: its numbers are too large"):
        first_image(write(tmp_path, {"a.json": json.dumps([PIXELS])}), "azureml")


@pytest.mark.parametrize("row", [{"data": ROW}, {"image_url": "a.jpg", "label": [{"rectanglelabels": ["cat"]}]}])
def test_an_image_url_alone_is_not_azure(row: dict[str, Any], tmp_path: Path) -> None:
    path = write(tmp_path, {"a.json": json.dumps([row | {"annotator": 1, "lead_time": 2}])})
    assert detected(path) == "labelstudio"


CORNERS = "0.05,0.125,,,0.15,0.25,,"
TITLES = "set,path,label,x_min,y_min,x_max,y_min,x_max,y_max,x_min,y_max\n"


@pytest.mark.parametrize(
    "table",
    [
        f"{TITLES}TRAIN,gs://b/a.jpg,cat,{CORNERS}\n",
        f"TRAINING,images/a.jpg,cat,{CORNERS}\r\nVALIDATION,images/b.jpg,cat,{CORNERS}\r\n",
    ],
)
def test_tables_of_automl_with_titles_and_of_model_maker(table: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"a.csv": table})
    assert detected(path) == "vertex"
    assert [image.regions[0].box for image in read("vertex", path)] in (
        [Box(0.05, 0.125, 0.15, 0.25)] * n for n in (1, 2)
    )


def test_the_number_sign_before_the_titles_of_via(tmp_path: Path) -> None:
    shape = json.dumps({"name": "rect", "x": 1, "y": 2, "width": 3, "height": 4}).replace('"', '""')
    titles = "#filename,file_attributes,region_id,region_shape_attributes,region_attributes"
    path = write(tmp_path, {"a.csv": f'{titles}\na.jpg,"{{}}",0,"{shape}","{{""type"":""cat""}}"\n'})
    assert (detected(path), said(path, "via")) == ("via", {"a.jpg": ["cat"]})


def test_classes_of_label_studio_beside_an_empty_list(tmp_path: Path) -> None:
    notes = json.dumps({"categories": [{"id": 0, "name": "dog"}, {"id": 1, "name": "cat"}], "info": {}}, indent=2)
    files = {"classes.txt": "", "notes.json": notes, "labels/a.txt": "1 0.1 0.2 0.1 0.1\n", "images/a.jpg": ""}
    assert said(write(tmp_path, dict(files)), "yolo") == {"a.jpg": ["cat"]}


@pytest.mark.parametrize("titles", ["", "Pixel Value, Class\n"])
def test_a_list_of_classes_beside_a_table_is_no_fault(titles: str, tmp_path: Path) -> None:
    classes = "0, background\n1, cat\n" if titles else "cat,0\nlarge dog,1\n"
    path = write(tmp_path, {"train/_annotations.csv": "a.jpg,1,2,3,4,cat\n", "train/_classes.csv": titles + classes})
    reading = Reading(ReadOptions(strict=True, coordinates="pixels"))
    assert [image.name for image in read("csv", path, reading)] == ["a.jpg"]
    assert reading.report.counts == {"other_file": 1}


def test_images_with_numbers_are_no_list_of_classes(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.csv": "a.jpg,0\nb.jpg,1\n", "b.csv": "image,label\nc.jpg,2\n"})
    assert said(path, "csv") == {"a.jpg": ["0"], "b.jpg": ["1"], "c.jpg": ["2"]}


@pytest.mark.parametrize("first", ["sep=;\r\n", '"sep=;"\n', "\ufeffsep=;\n"])
def test_the_line_that_excel_wants(first: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"a.csv": f"{first}frame;class_id;xmin;xmax;ymin;ymax\na.jpg;cat;10;30;20;40\n"})
    assert first_image(path, "csv").regions[0].box == Box(10, 20, 30, 40)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("cat|dog", ("cat", "dog")),
        ("cat; dog", ("cat", "dog")),
        ("\"['cat', 'dog']\"", ("cat", "dog")),
        ("['cat']", ("cat",)),
        ("[]", ()),
        ('"tench, Tinca"', ("tench, Tinca",)),  # the name of one class, for all that is known
        ("cat|", ("cat|",)),
    ],
)
def test_several_classes_in_a_cell(cell: str, expected: tuple[str, ...], tmp_path: Path) -> None:
    path = write(tmp_path, {"a.csv": f"image,labels\na.jpg,{cell}\n"})
    assert first_image(path, "csv", Reading(kind=TaskType.MULTILABEL)).tags == expected


VISDRONE = "684,8,27,22,0,0,0,0\n406,119,265,70,1,4,0,1,\n"


@pytest.mark.parametrize(
    ("name", "text", "tool"),
    [
        ("a/labels.json", '{"classes": ["cat"], "labels": {"a": [{"bounding_box": [0, 0, 1, 1]}]}}', "FiftyOne"),
        ("labels.json", '{"classes": null, "labels": {"a": 0}}', "FiftyOne"),
        ("annotations/a.txt", VISDRONE, "VisDrone"),
        ("annotations/a.txt", VISDRONE * 500, "VisDrone"),
        ("sequence.txt", "1,0,684,8,273,116,0,4,0,1\n2,0,684,8,273,116,1,0,0,0\n", "VisDrone (videos)"),
        ("train/things.tfrecord", "\x10\0\0abc", "TensorFlow (TFRecord)"),
        ("train.record-00003-of-00010", "\x10\0\0abc", "TensorFlow (TFRecord)"),
        ("h.json", '{"export_format_version": "1.1", "label_classes": [], "images": []}', "Hasty"),
        ("a.json", '{"image": {"filename": "a.jpg"}, "annotations": [{"bounding_box": {}}]}', "V7 Darwin"),
        ("x.geojson", '{"type": "FeatureCollection", "features": []}', "GeoJSON"),
        ("v.csv", "# Exported by VIA\n# CSV_HEADER = metadata_id,file_list\n", "VIA 3"),
        ("a.jsonl", '{"image": "a.jpg", "prefix": "detect cat", "suffix": "<loc0128><loc0051> cat"}', "PaliGemma"),
        ("a.xml", "<dataset><images><image file='a.jpg'><box left='1' top='1'/></image></images></dataset>", "dlib"),
        ("a.pkl", "\x80\x04", "Python's pickle"),
    ],
)
def test_more_files_of_tools_that_are_not_read_are_named(name: str, text: str, tool: str, tmp_path: Path) -> None:
    path = write(tmp_path, {name: text})
    for source in (path, path / name):
        with pytest.raises(BadInput) as raised:
            detected(source)
        assert f"seems to be of {tool}" in raised.value.message


def test_a_record_beside_a_table_does_not_hide_it(tmp_path: Path) -> None:
    table = "filename,class,xmin,ymin,xmax,ymax\na.jpg,cat,1,2,3,4\n"
    assert detected(write(tmp_path, {"train.csv": table, "train.record": "\x10\0"})) == "csv"


@pytest.mark.parametrize("line", ["1,-1,794,47,71,174,1,-1,-1,-1", "1,1,912,484,97,109,0,7,1", "0 0.5 0.5 0.1 0.1"])
def test_lines_of_others_are_not_taken_for_visdrone(line: str, tmp_path: Path) -> None:
    assert detected(write(tmp_path, {"a.txt": f"{line}\n{line}\n"})) in ("mot", "yolo")


def test_an_object_with_two_classes_is_left_to_a_person(tmp_path: Path) -> None:
    value = {"x": 5, "y": 5, "width": 10, "height": 10, "rectanglelabels": ["cat", "dog"]}
    results = [{"type": "rectanglelabels", "value": value}, {"type": "choices", "value": {"choices": ["cat", "dog"]}}]
    path = write(tmp_path, {"a.json": json.dumps([{"data": {"image": "a.jpg"}, "annotations": [{"result": results}]}])})
    assert said(path, "labelstudio") == {"a.jpg": ["cat", "dog", "bad_region"]}  # of a whole image there may be several
    with pytest.raises(BadInput, match="it has 2 labels"):
        first_image(path, "labelstudio", Reading(ReadOptions(strict=True)))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"ignore": 1}, ["ignored"]),
        ({"ignore": True}, ["ignored"]),
        ({"ignore": 0}, ["cat"]),
        ({"ignore": False}, ["cat"]),
    ],
)
def test_what_coco_says_to_ignore_is_no_label(more: dict[str, Any], expected: list[str], tmp_path: Path) -> None:
    row = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]} | more
    document = {
        "images": [{"id": 1, "file_name": "a.jpg"}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [row],
    }
    assert said(write(tmp_path, {"a.json": json.dumps(document)}), "coco") == {"a.jpg": expected}


@pytest.mark.parametrize("bbox", [[0, 0, 0, 0], ["0", 0, 0, 0], None])
def test_an_outline_of_coco_counts_where_the_box_is_not_filled_in(bbox: object, tmp_path: Path) -> None:
    row = {"id": 1, "image_id": 1, "category_id": 1, "bbox": bbox, "segmentation": [[1, 2, 5, 2, 5, 9]]}
    document = {
        "images": [{"id": 1, "file_name": "a.jpg"}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [row],
    }
    region = first_image(write(tmp_path, {"a.json": json.dumps(document)}), "coco").regions[0]
    assert (region.box, region.points) == (None, ((1, 2), (5, 2), (5, 9)))


def test_boxes_of_groups_and_of_pictures_are_told(tmp_path: Path) -> None:
    titles = (
        "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside"
    )
    rows = ["a,x,cat,1,0.1,0.2,0.1,0.2,1,1,1,1,0", "a,x,cat,1,0.1,0.2,0.1,0.2,0,0,0,-1,0"]
    reading = Reading()
    path = write(tmp_path, {"train-annotations-bbox.csv": "\n".join([titles, *rows])})
    assert len(first_image(path, "openimages", reading).regions) == 2
    assert reading.beside.counts == {"attribute": 2}


TITLES_OF_BOXES = "filename,xmin,ymin,xmax,ymax,class"


def test_a_row_with_more_cells_than_titles_is_no_label(tmp_path: Path) -> None:
    """A class with a comma and no quotes around it would lose its end."""
    path = write(tmp_path, {"a.csv": f"{TITLES_OF_BOXES}\na.jpg,10,20,30,40,cat, big\nb.jpg,10,20,30,40,dog,,\n"})
    assert said(path, "csv") == {"a.jpg": ["bad_box"], "b.jpg": ["dog"]}


@pytest.mark.parametrize(
    ("titles", "cells", "expected"),
    [
        ("label,label_name", ["1,cat", "2,dog"], ["cat", "dog"]),
        ("class,class_name", ["1,cat", ",dog"], ["cat", "dog"]),
        ("label,class_name", ["1,3", "2,4"], ["1", "2"]),
        ("label,name", ["cat,anna", "dog,bea"], ["cat", "dog"]),
    ],
)
def test_the_name_of_a_class_comes_before_its_number(
    titles: str, cells: list[str], expected: list[str], tmp_path: Path
) -> None:
    rows = "".join(f"{image}.jpg,{cell}\n" for image, cell in zip("ab", cells, strict=True))
    path = write(tmp_path, {"a.csv": f"image,{titles}\n{rows}"})
    assert [image.tags for image in read("csv", path)] == [(name,) for name in expected]


def test_blanks_before_quotes_belong_to_neither(tmp_path: Path) -> None:
    titles = ", ".join(f'"{title}"' for title in TITLES_OF_BOXES.split(","))
    path = write(tmp_path, {"a.csv": f'{titles}\n"a.jpg", 10, 20, 30, 40, "cat, big"\n'})
    assert said(path, "csv") == {"a.jpg": ["cat, big"]}


def test_shares_among_pixels_are_asked_about(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.csv": f"{TITLES_OF_BOXES}\na.jpg,0.1,0.2,0.3,0.4,cat\nb.jpg,10,20,30,40,cat\n"})
    with pytest.raises(BadInput, match="1 of its 2 boxes are in shares, the others in pixels"):
        said(path, "csv")
    assert len(list(read("csv", path, Reading(ReadOptions(coordinates="pixels"))))) == 2


def test_the_example_of_an_answer_is_nobodys(tmp_path: Path) -> None:
    table = "image_id,label\n{}.jpg,{}\n"
    path = write(tmp_path, {"train.csv": table.format("a", 3), "sample_submission.csv": table.format("b", 0)})
    assert said(path, "csv") == {"a.jpg": ["3"]}
    assert said(path / "sample_submission.csv", "csv") == {"b.jpg": ["0"]}


@pytest.mark.parametrize(
    "outline", ["[[1, 2], [5, 2], [5, 9]]", "[(1, 2), (5, 2), (5, 9)]", "1,2;5,2;5,9", "1 2 5 2 5 9"]
)
def test_outlines_in_a_cell(outline: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"a.csv": f'image,label,points\na.jpg,cat,"{outline}"\n'})
    assert first_image(path, "csv").regions[0].points == ((1, 2), (5, 2), (5, 9))


def test_an_address_within_a_link_of_label_studio(tmp_path: Path) -> None:
    link = "/tasks/1/resolve/?fileuri=" + base64.b64encode(b"s3://bucket/raw/a b.jpg").decode()
    path = write(tmp_path, {"a.json": json.dumps([{"data": {"image": link}, "annotations": [{"result": []}]}])})
    assert first_image(path, "labelstudio").name == "raw/a b.jpg"


@pytest.mark.parametrize(
    ("second", "more", "expected", "older"),
    [("dog", {}, ["cat", "dog"], 0), ("cat", {}, ["cat"], 1), ("dog", {"adjustment-status": "adjusted"}, ["dog"], 1)],
)
def test_several_jobs_of_a_manifest(
    second: str, more: dict[str, Any], expected: list[str], older: int, tmp_path: Path
) -> None:
    boxes = {"annotations": [{"class_id": 0, "left": 1, "top": 2, "width": 3, "height": 4}]}
    about = {"type": "groundtruth/object-detection", "human-annotated": "yes"}
    row = {"source-ref": "s3://b/a.jpg", "first": boxes, "second": boxes}
    row |= {"first-metadata": about | {"class-map": {"0": "cat"}}}
    row |= {"second-metadata": about | {"class-map": {"0": second}} | more}
    reading = Reading()
    image = first_image(write(tmp_path, {"a.manifest": json.dumps(row)}), "aws", reading)
    assert [region.name for region in image.regions] == expected
    assert reading.report.counts.get("older_answer", 0) == older
