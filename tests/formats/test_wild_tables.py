"""Tables of the wild, re-made small: each went wrong once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tests.formats.wild import CAT, detected, said
from tui_labeler.formats.reading import Reading
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box
from tui_labeler.model.project import TaskType
from tui_labeler.model.transfers import ReadOptions


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
