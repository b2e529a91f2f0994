"""Tables with several boxes in one cell, and numbers as spreadsheets show them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import Stated, Unit
from tui_labeler.model.geometry import Box
from tui_labeler.model.transfers import ReadOptions

BOTH = [Box(10, 20, 30, 40), Box(50, 20, 70, 40)]


@pytest.mark.parametrize(
    ("titles", "cell", "kind"),
    [
        ("image,BoxesString,label", "10 20 30 40;50 20 70 40", ""),
        ("image,bbox,label", "[[10, 20, 30, 40], [50, 20, 70, 40]]", "corners"),
        ("image,bbox,label", "[[10. 20. 30. 40.]\n [50. 20. 70. 40.]]", "corners"),
        ("image,boxes,label", "[(10, 20, 20, 20), (50, 20, 20, 20)]", "size"),
        ("image,boxes,label", "10,20,20,20|50,20,20,20", "size"),
    ],
)
@pytest.mark.parametrize(
    ("label", "names"), [("cat", ["cat", "cat"]), ("['cat', 'dog']", ["cat", "dog"]), ("cat;dog", ["cat", "dog"])]
)
def test_each_box_of_a_cell(titles: str, cell: str, kind: str, label: str, names: list[str], tmp_path: Path) -> None:
    path = write(tmp_path, {"t.csv": f'{titles}\na.jpg,"{cell}","{label}"\n'}) / "t.csv"
    (image,) = read("csv", path, Reading(ReadOptions(box=kind)))
    assert [(region.name, region.box) for region in image.regions] == list(zip(names, BOTH, strict=True))


def test_a_cell_that_says_that_there_is_none(tmp_path: Path) -> None:
    rows = "a.jpg,no_box,x\nb.jpg,[],x\nc.jpg,1 2 3 4,x\nd.jpg,1 2 3;4 5 6 7,x\n"
    path = write(tmp_path, {"t.csv": f"image_name,BoxesString,label\n{rows}"}) / "t.csv"
    images = {image.name: image for image in read("csv", path)}
    assert [images[name].stated for name in ("a.jpg", "b.jpg")] == [Stated.EMPTY, Stated.LISTED]
    assert not any(images[name].tags for name in images)
    assert [omission.reason for omission in images["d.jpg"].left_out] == ["bad_box"]


def test_classes_that_are_fewer_than_the_boxes(tmp_path: Path) -> None:
    text = "image,BoxesString,label\na.jpg,1 2 3 4;5 6 7 8;1 1 2 2,\"['cat', 'dog']\"\n"
    (image,) = read("csv", write(tmp_path, {"t.csv": text}) / "t.csv")
    assert (image.regions, [omission.reason for omission in image.left_out]) == ((), ["bad_box"])


@pytest.mark.parametrize(
    "text",
    [
        "image,label,x_min,y_min,x_max,y_max\na.jpg,cat,10%,25%,30%,50.0 %\n",
        "image;label;x_min;y_min;x_max;y_max\na.jpg;cat;10,0%;25,0 %;30%;50%\n",
        'image,label,bbox\na.jpg,cat,"[10%, 25%, 30%, 50%]"\n',
    ],
)
def test_percent_are_shares(text: str, tmp_path: Path) -> None:
    options = ReadOptions(box="corners") if "bbox" in text else ReadOptions()
    (image,) = read("csv", write(tmp_path, {"t.csv": text}) / "t.csv", Reading(options))
    assert image.unit is Unit.SHARES
    assert [region.box for region in image.regions] == [Box(0.1, 0.25, 0.3, 0.5)]
