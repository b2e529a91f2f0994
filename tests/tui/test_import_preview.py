"""What an import would do is seen before anything is written: classes in columns, and images with their labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.widgets import Static

from tests.tui.conftest import MakeApp, settle
from tui_labeler.model.errors import BadInput
from tui_labeler.tui.screens.importing import ImportScreen
from tui_labeler.tui.screens.importmends import on_screen
from tui_labeler.tui.widgets.samples import Samples
from tui_labeler.tui.widgets.thumbnail import Thumbnail
from tui_labeler.workspace import Workspace


def coco(folder: Path) -> Path:
    """Labels of two of the project's images, one class of which it does not have."""
    file = folder / "instances.json"
    images = [{"id": at, "file_name": f"image_{at:03d}.png", "width": 320, "height": 240} for at in (0, 1)]
    names = ("coke", "fanta")
    boxes = [
        {
            "id": at,
            "image_id": at % 2,
            "category_id": at // 2 + 1,
            "bbox": [20, 30, 70, 100],
            "area": 7000,
            "iscrowd": 0,
        }
        for at in range(4)
    ]
    categories = [{"id": at, "name": name} for at, name in enumerate(names, 1)]
    file.write_text(json.dumps({"images": images, "annotations": boxes, "categories": categories}), "utf-8")
    return file


async def test_classes_and_images_are_seen_first(make_app: MakeApp, soda: Workspace, tmp_path: Path) -> None:
    app = make_app()
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        app.push_screen(ImportScreen("soda", str(coco(tmp_path))))
        await settle(pilot, 0.3)
        summary = app.screen.query_one("#summary", Static).content
        lines = [line.split() for line in str(summary).splitlines()]
        assert ["coke", "2", "■", "coke"] in lines
        assert any("$class-0" in str(span.style) for span in summary.spans), "in its own colour"  # type: ignore[union-attr]
        unknown = app.screen.query_one(".class Static", Static)
        assert str(unknown.content).split() == ["fanta", "2"]
        samples = app.screen.query_one(Samples)
        assert samples.display
        assert [bool(each.query_one(Static).content) for each in samples.query(Thumbnail)] == [True, True, False]
        assert soda.projects.status("soda").completed == 0, "nothing is written"
        await pilot.resize_terminal(80, 24)
        await settle(pilot, 0.2)
        assert not samples.display, "no room for them"


async def test_a_file_of_no_known_format_is_told_what_to_press(
    make_app: MakeApp, soda: Workspace, tmp_path: Path
) -> None:
    (tmp_path / "labels.json").write_text('{"some": [1, 2, 3]}', "utf-8")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(ImportScreen("soda", str(tmp_path / "labels.json")))
        await settle(pilot, 0.3)
        said = str(app.screen.query_one("#summary", Static).content)
        assert "cannot be told" in said
        assert said.endswith("Choose the format above, at “Format”.")
        assert "--" not in said


@pytest.mark.parametrize(
    ("mend", "said"),
    [
        ("Name its format with --format.", "Choose the format above, at “Format”."),
        ("Name it: --format coco, yolo.", "Choose the format above, at “Format”."),
        (
            "Say which: --box corners, or --box size.",
            "Choose above, at “Read”: “four numbers are two corners”, or “four numbers are a corner and a size”.",
        ),
        (
            "Say which: --coordinates pixels, or --coordinates shares.",
            "Choose above, at “Read”: “numbers are pixels”, or “numbers are shares of the image's size”.",
        ),
        (
            "Say which: --values polygon, or --values keypoints (the box is taken).",
            "Choose above, at “Read”: “more numbers are a polygon (YOLO)”, or “more numbers are keypoints (YOLO)” "
            "(the box is taken).",
        ),
        ("Give it another name (--map OLD=NEW).", "Give it another name (beside it, below)."),
        (
            "Save it as UTF-8, or name its encoding: --encoding cp1252.",
            "Save it as UTF-8, or name its encoding: --encoding cp1252. "
            "This takes the command line: tui-labeler import --help.",
        ),
        ("Correct the file.", "Correct the file."),
    ],
)
def test_choices_are_named_as_they_stand_on_the_screen(mend: str, said: str) -> None:
    assert on_screen(BadInput("No.", mend)) == f"No. {said}"


def test_a_choice_that_a_format_does_not_heed_is_named_as_it_stands_on_the_screen() -> None:
    told = on_screen(BadInput("Reading COCO does not heed --values and --corners.", "Leave it out: it heeds --box."))
    assert told == (
        "Reading COCO does not heed what more numbers are and how corners are counted. "
        "Choose “as the file itself shows” above, at “Read”."
    )
