"""Files that are broken, in every format: one message with file and place, and nothing imported in part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.workspace.conftest import make_images, make_spec
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.project import TaskType
from tui_labeler.model.transfers import ImportChoices, ReadOptions
from tui_labeler.workspace import Workspace

STRICT = ImportChoices(reading=ReadOptions(strict=True))
"""As it stands a broken entry costs itself; who asks for it has the whole file refused."""

OK_IMAGE = {"id": 1, "file_name": "image_00000.jpg", "width": 64, "height": 48}
OK_BOX = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 10, 12], "area": 120, "iscrowd": 0}
OK_CLASS = {"id": 1, "name": "coke"}


def coco(images: object = None, annotations: object = None, categories: object = None) -> str:
    return json.dumps(
        {
            "images": images if images is not None else [OK_IMAGE],
            "annotations": annotations if annotations is not None else [OK_BOX],
            "categories": categories if categories is not None else [OK_CLASS],
        }
    )


def box(**changes: object) -> dict[str, object]:
    return OK_BOX | changes


def line(label: object, url: str = "AmlDatastore://cans/image_00000.jpg") -> str:
    return json.dumps({"image_url": url, "label": label})


AZURE_OK = line([{"label": "coke", "topX": 0.1, "topY": 0.1, "bottomX": 0.5, "bottomY": 0.5}])
XML = (
    "<annotation><filename>image_00000.jpg</filename><size><width>64</width><height>48</height></size>"
    "<object><name>coke</name><bndbox><xmin>{0}</xmin><ymin>{1}</ymin><xmax>{2}</xmax><ymax>{3}</ymax></bndbox></object>"
    "</annotation>"
)
CSV = "image,label,x_min,y_min,x_max,y_max\n"
YOLO = "names: [coke]\n"

# (name of the case, file, its text, what the message has to say)
CASES: tuple[tuple[str, str, str, str], ...] = (
    ("truncated", "a.json", coco()[:-40], "does not end"),
    ("truncated in a text", "a.json", coco()[:20], "it ends in the middle (byte 20)"),
    ("not JSON", "a.json", '{"images": [}', "a.json"),
    (
        "NaN",
        "a.json",
        coco(annotations=[box(bbox=[float("nan"), 1, 2, 3])]),
        "annotations[0]: 9000000000.0 is not a coordinate",
    ),
    (
        "infinite",
        "a.json",
        coco(annotations=[box(bbox=[1, 1, 1e308, 3])]),
        "annotations[0]: 1e+308 is not a coordinate",
    ),
    ("too far", "a.json", coco(annotations=[box(), box(id=2, bbox=[1e12, 1, 2, 3])]), "annotations[1]"),
    ("negative", "a.json", coco(annotations=[box(bbox=[1, 1, -5, 3])]), "annotations[0]: the box has a negative size"),
    (
        "wrong type",
        "a.json",
        coco(annotations=[box(), box(id=2, bbox="1 2 3 4")]),
        "annotations[1]: its box is not a list",
    ),
    ("three numbers", "a.json", coco(annotations=[box(bbox=[1, 2, 3])]), "four numbers"),
    ("no such image", "a.json", coco(annotations=[box(image_id=7)]), "no image with the id 7"),
    ("no such class", "a.json", coco(annotations=[box(category_id="x")]), "no category with the id x"),
    (
        "same image id",
        "a.json",
        coco(images=[OK_IMAGE, OK_IMAGE | {"file_name": "b.jpg"}]),
        "images[0]: its id 1 is used",
    ),
    ("same class id", "a.json", coco(categories=[OK_CLASS, {"id": 1, "name": "x"}]), "categories[1]: the id 1"),
    (
        "same image twice",
        "a.json",
        coco(images=[OK_IMAGE, OK_IMAGE | {"id": 2}], annotations=[box(), box(image_id=2, bbox=[5, 5, 9, 9])]),
        "images[1]: the image “image_00000.jpg” stands there already (a.json, images[0])",
    ),
    (
        "run-length mask",
        "a.json",
        coco(annotations=[OK_BOX | {"bbox": None, "segmentation": {"counts": [1, 9999], "size": [48, 64]}}]),
        "annotations[0]: its run-length encoded mask does not fit",
    ),
    ("impossible size", "a.json", coco(images=[OK_IMAGE | {"width": -4}]), "images[0]: an image of -4×48"),
    ("no annotations", "a.json", json.dumps({"images": [], "categories": []}), "“annotations”"),
    ("deep", "a.json", '{"images": ' + "[" * 100_000, "a.json"),
    ("deep in an entry", "a.json", coco(annotations=[box(segmentation=[])]).replace("[]", "[" * 50_000), "a.json"),
    ("truncated line", "a.jsonl", f"{AZURE_OK}\n{AZURE_OK[:-9]}\n", "a.jsonl, line 2 is not valid JSON"),
    ("wrong label", "a.jsonl", line({"a": 1}), "line 1: its label is neither"),
    ("no corner", "a.jsonl", line([{"label": "coke", "topX": 0.1}]), "label 1: topY, bottomX, bottomY is missing"),
    (
        "turned corners",
        "a.jsonl",
        line([{"label": "coke", "topX": 1, "topY": 0, "bottomX": 0, "bottomY": 1}]),
        "negative",
    ),
    (
        "odd polygon",
        "a.jsonl",
        line([{"label": "coke", "polygon": [[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]]}]),
        "odd number",
    ),
    (
        "same image in two lines",
        "a.jsonl",
        f"{AZURE_OK}\n{AZURE_OK.replace('0.5', '0.6')}\n",
        "line 2: the image “image_00000.jpg”",
    ),
    ("deep line", "a.jsonl", '{"image_url": "a.jpg", "label": ' + "[" * 50_000, "line 1"),
    ("no columns", "a.csv", "a,b\n1,2\n", "line 1: there is no column"),
    ("no number", "a.csv", f"{CSV}image_00000.jpg,coke,1,two,3,4\n", "line 2: “1, two, 3, 4” is not a box"),
    ("not a number", "a.csv", f"{CSV}image_00000.jpg,coke,1,inf,3,4\n", "line 2: inf is not a coordinate"),
    ("turned", "a.csv", f"{CSV}image_00000.jpg,coke,9,1,3,4\n", "line 2: the box has a negative size"),
    ("no name", "a.csv", f"{CSV},coke,1,2,3,4\n", "line 2: the image's name is empty"),
    ("huge cell", "a.csv", f'{CSV}image_00000.jpg,"{"x" * 2_000_000}",1,2,3,4\n', "field larger than"),
    ("huge line", "a.csv", f"{CSV}{'x' * 5_000_000}", "line 2: the line is longer"),
    ("quote", "a.csv", f'{CSV}image_00000.jpg,"co"ke,1,2,3,4\n', "line 2"),
    ("broken XML", "a.xml", XML.format(1, 2, 3, 4)[:-20], "a.xml is not complete XML"),
    ("entities", "a.xml", '<!DOCTYPE a [<!ENTITY b "c">]>' + XML.format(1, 2, 3, 4), "declares entities"),
    ("no number in XML", "a.xml", XML.format(1, "x", 3, 4), "object 1: “x” is not a valid ymin"),
    ("turned XML", "a.xml", XML.format(9, 1, 3, 4), "object 1: the box has a negative size"),
    ("NaN in XML", "a.xml", XML.format("nan", 1, 3, 4), "object 1: nan is not a coordinate"),
    ("no class in XML", "a.xml", XML.format(1, 1, 3, 4).replace("coke", ""), "object 1: it has no name"),
    (
        "labelme",
        "a.json",
        '{"shapes": [{"label": "a", "points": 1}], "imagePath": "a.jpg"}',
        "shapes[0]: its points are",
    ),
    ("labelme cut", "a.json", '{"imagePath": "a.jpg", "shapes": [', "a.json is not complete JSON"),
    ("custom vision", "a.json", '{"files": [{"filename": "a.jpg", "tags": [{"tag": "x", "left": 1}]}]}', "tag 1"),
    ("Label Studio", "a.json", '[{"data": {}, "annotations": [{"result": []}]}]', "tasks[0]: its data names no image"),
    ("unknown format", "a.txt", "hello", "cannot be told"),
)


@pytest.mark.parametrize(("name", "file", "text", "says"), CASES, ids=[case[0] for case in CASES])
def test_a_message_with_file_and_place(
    name: str, file: str, text: str, says: str, workspace: Workspace, tmp_path: Path
) -> None:
    path = tmp_path / file
    path.write_text(text, "utf-8")
    before = workspace.projects.status("soda")
    for run in (workspace.exchange.preview_import, workspace.exchange.import_labels):
        with pytest.raises(LabelerError) as raised:
            run("soda", path, choices=STRICT)
        assert says in raised.value.message, raised.value.message
        assert len(raised.value.message) < 1000
    assert workspace.projects.status("soda") == before


YOLO_CASES = (
    ("no yaml", {"labels/a.txt": "0 0.5 0.5 0.1 0.1"}, "neither data.yaml nor classes.txt"),
    ("bad yaml", {"data.yaml": "names: [", "labels/a.txt": ""}, "data.yaml is not valid YAML"),
    ("no names", {"data.yaml": "nc: 3\ntrain: images\nnames:\n", "labels/a.txt": ""}, "no list of “names”"),
    ("class out of range", {"data.yaml": YOLO, "labels/a.txt": "\n3 0.5 0.5 0.1 0.1"}, "line 2: there is no class 3"),
    ("letters", {"data.yaml": YOLO, "labels/a.txt": "coke 1 2 3 4"}, "line 1: “coke 1 2 3 4” is not a label"),
    ("NaN", {"data.yaml": YOLO, "labels/a.txt": "0 nan 0.5 0.1 0.1"}, "line 1: nan is not a share"),
    ("negative", {"data.yaml": YOLO, "labels/a.txt": "0 0.5 0.5 -0.1 0.1"}, "negative size"),
    ("two numbers", {"data.yaml": YOLO, "labels/a.txt": "0 0.5"}, "line 1: a label has five numbers"),
    (
        "object in yaml",
        {"data.yaml": "names: !!python/object/apply:os.system [ls]", "labels/a.txt": ""},
        "not valid YAML",
    ),
    ("empty", {"data.yaml": YOLO}, "no label files"),
)


@pytest.mark.parametrize(("name", "files", "says"), YOLO_CASES, ids=[case[0] for case in YOLO_CASES])
def test_broken_yolo(name: str, files: dict[str, str], says: str, workspace: Workspace, tmp_path: Path) -> None:
    root = tmp_path / "yolo"
    for file, text in files.items():
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_text(text)
    with pytest.raises(LabelerError) as raised:
        workspace.exchange.import_labels("soda", root, choices=STRICT)
    assert says in raised.value.message, raised.value.message


def test_nothing_is_imported_in_part(workspace: Workspace, tmp_path: Path) -> None:
    """The last entry is broken, after five that are whole."""
    images = [OK_IMAGE | {"id": n, "file_name": f"image_0000{n}.jpg"} for n in range(6)]
    boxes = [box(id=n, image_id=n) for n in range(5)] + [box(id=9, image_id=5, bbox=[1, 1, -1, 1])]
    (tmp_path / "a.json").write_text(coco(images, boxes))
    with pytest.raises(LabelerError):
        workspace.exchange.import_labels("soda", tmp_path / "a.json", choices=STRICT)
    assert workspace.projects.status("soda").completed == 0
    assert workspace.exchange.imports("soda") == ()
    result = workspace.exchange.import_labels("soda", tmp_path / "a.json")
    assert (result.imported, result.left_out) == (5, {"bad_box": 1, "nothing_left": 1})


def test_missing_files_and_folders(workspace: Workspace, tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path / "none"):
        with pytest.raises(LabelerError, match="There is no file or folder"):
            workspace.exchange.import_labels("soda", path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabelerError, match="is empty"):
        workspace.exchange.import_labels("soda", tmp_path / "empty")
    for format_name in ("azureml", "coco", "yolo", "voc", "labelme", "csv", "customvision", "labelstudio"):
        with pytest.raises(LabelerError):
            workspace.exchange.import_labels("soda", tmp_path / "empty", format_name)
    with pytest.raises(LabelerError, match="no format “pdf”"):
        workspace.exchange.import_labels("soda", tmp_path / "empty", "pdf")


def test_a_million_of_nothing_stays_small(workspace: Workspace, tmp_path: Path) -> None:
    """An entry of 80 MB is refused before it is held as a whole."""
    path = tmp_path / "bomb.json"
    with path.open("w") as file:
        file.write('{"images": [{"id": 1, "file_name": "')
        for _ in range(80):
            file.write("x" * (1 << 20))
        file.write('"}], "annotations": [], "categories": []}')
    with pytest.raises(LabelerError, match="larger than 64 MB"):
        workspace.exchange.import_labels("soda", path)


def test_polygons_only_where_they_belong(tmp_path: Path) -> None:
    opened = Workspace(tmp_path / "w.db", tmp_path / "exports")
    opened.datasets.add_datastore("cans", str(make_images(tmp_path / "images", 1)))
    opened.projects.create(make_spec("shapes", TaskType.SEGMENTATION))
    (tmp_path / "a.json").write_text(coco(annotations=[box(), box(id=2, segmentation=[[1, 1, 20, 1, 20, 20]])]))
    result = opened.exchange.import_labels("shapes", tmp_path / "a.json", choices=ImportChoices())
    assert (result.imported, result.labels, result.left_out) == (1, 1, {"no_outline": 1})
    opened.close()
