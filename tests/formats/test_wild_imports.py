"""Label files of the wild, imported: boxes that lead out, and images of one name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tests.formats.test_odd_files import write
from tests.formats.wild import OUT, of_coco, of_create_ml, of_hugging_face, of_yolo
from tests.workspace.conftest import make_images, make_spec
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import DatasetChoice
from tui_labeler.model.transfers import ImportChoices, ReadOptions
from tui_labeler.workspace import Workspace


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
