"""What a table has beside the labels is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formats.samples import read
from tests.formats.test_odd_files import write
from tui_labeler.formats.reading import Reading
from tui_labeler.model.geometry import Box
from tui_labeler.model.left_out import left_out_text
from tui_labeler.model.transfers import ReadOptions

BOX = "10,20,30,40"


@pytest.mark.parametrize(
    ("table", "unread"),
    [
        (f"image,x_min,y_min,x_max,y_max,label,weather,note\na.jpg,{BOX},cat,sun,\n", ["weather"]),
        (f"image;x1;y1;x2;y2;label;note;note\na.jpg;{BOX.replace(',', ';')};cat;x;y\n", ["note", "note"]),
        ("image,label,second label\na.jpg,cat,\nb.jpg,dog,tree\n", ["second label"]),
        ("image,cat,dog,fold\na.jpg,1,0,3\nb.jpg,0,1,4\n", ["fold"]),
        (f"image,width,height,label,x_min,y_min,x_max,y_max,polygon,part\na.jpg,100,80,cat,{BOX},,train\n", []),
        (f"image,label,x_min,y_min,x_max,y_max,confidence,nothing\na.jpg,cat,{BOX},0.5,NaN\n", []),
        (f'filename,label,bbox,xmin,ymin,xmax,ymax\na.jpg,cat,"[{BOX}]",{BOX}\n', ["bbox"]),
        (f"\n\nimage,x_min,y_min,x_max,y_max,label,,mood\na.jpg,{BOX},cat,1,bad\n", ["mood"]),
    ],
)
def test_columns_from_which_nothing_is_taken_are_named(table: str, unread: list[str], tmp_path: Path) -> None:
    reading = Reading(classes=("cat", "dog"))
    assert list(read("csv", write(tmp_path, {"t.csv": table}) / "t.csv", reading))
    assert reading.report.counts == ({"column": len(unread)} if unread else {})
    assert list(reading.report.places.get("column", ())) == [f"t.csv: {title}" for title in unread]


def test_columns_without_titles_are_told_by_their_number(tmp_path: Path) -> None:
    columns = (("image", "1"), ("label", "2"))
    reading = Reading(ReadOptions(columns=columns))
    path = write(tmp_path, {"t.csv": "a.jpg,cat,sunny\nb.jpg,dog,\n"})
    assert [image.tags for image in read("csv", path / "t.csv", reading)] == [("cat",), ("dog",)]
    assert reading.report.places == {"column": ("t.csv: column 3",)}
    assert left_out_text(reading.report.counts) == "1 column that is not read"


def test_the_table_of_pylabel(tmp_path: Path) -> None:
    titles = (
        "img_folder,img_filename,img_id,img_width,img_height,ann_bbox_xmin,ann_bbox_ymin,ann_bbox_xmax,ann_bbox_ymax"
    )
    path = write(tmp_path, {"a.csv": f"{titles},cat_id,cat_name\nimg,a.jpg,0,200,160,10,20,30,40,1,cat\n"})
    reading = Reading()
    region = next(iter(read("csv", path, reading))).regions[0]
    assert (region.name, region.box) == ("cat", Box(10, 20, 30, 40))
    assert reading.report.counts == {"column": 3}
