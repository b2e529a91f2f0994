"""Classifying several images at once."""

from __future__ import annotations

import numpy as np
import pytest

from tui_labeler.imaging.layers import sheet_layers
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.sheet import Tile, compose_sheet, tile_at
from tui_labeler.imaging.view import Grid
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.labeling.sheet import LAYOUTS, Place, Sheet, next_layout
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType

NAMES = ("fork", "scissors", "knife")


def make_sheet(kind: TaskType = TaskType.CLASSIFICATION, count: int = 4, layout: int = 4) -> Sheet:
    sheet = Sheet(kind, NAMES, default_keymap(), layout)
    sheet.open(tuple(Place(f"{number}.jpg") for number in range(count)))
    return sheet


def tags(sheet: Sheet) -> list[tuple[str, ...]]:
    return [tile.draft.tags for tile in sheet.places]


def press(sheet: Sheet, *keys: str) -> str:
    command = ""
    for key in keys:
        command = sheet.press(key).command
    return command


def test_four_digits_and_enter_are_four_images() -> None:
    sheet = make_sheet()
    assert press(sheet, "1", "2", "1", "3", "enter") == "submit"
    assert tags(sheet) == [("fork",), ("scissors",), ("fork",), ("knife",)]


def test_submit_waits_until_each_has_a_tag_and_goes_there() -> None:
    sheet = make_sheet()
    press(sheet, "1", "down", "1")
    key_result = sheet.press("enter")
    assert key_result.command == ""
    assert "2 of 4" in key_result.message
    assert sheet.focus == 1


def test_multi_class_replaces_and_multi_label_adds() -> None:
    single, several = make_sheet(), make_sheet(TaskType.MULTILABEL)
    for sheet in (single, several):
        press(sheet, "a", "1", "a", "2")
    assert set(tags(single)) == {("scissors",)}
    assert set(tags(several)) == {("fork", "scissors")}
    press(several, "a", "1")
    assert set(tags(several)) == {("scissors",)}, "what all have already is taken away"


def test_the_selected_are_tagged_then_nothing_is_selected() -> None:
    sheet = make_sheet()
    press(sheet, "space", "right", "space", "2")
    assert tags(sheet) == [("scissors",), ("scissors",), (), ()]
    assert not sheet.selected
    assert press(sheet, "a", "escape") == ""
    assert not sheet.selected
    assert press(sheet, "escape") == "back"


def test_undo_takes_back_what_one_key_did_to_all() -> None:
    sheet = make_sheet()
    press(sheet, "a", "1", "right", "2", "backspace")
    assert set(tags(sheet)) == {("fork",)}
    press(sheet, "backspace")
    assert set(tags(sheet)) == {()}
    assert "Nothing" in sheet.press("backspace").message
    press(sheet, "y", "y")
    assert tags(sheet).count(("scissors",)) == 1


def test_what_was_tagged_on_another_day_can_be_undone_too() -> None:
    sheet = make_sheet()
    press(sheet, "1")
    kept = sheet.places[0].draft
    later = make_sheet()
    later.open((Place("0.jpg", kept),))
    press(later, "backspace")
    assert tags(later) == [()]


def test_an_image_that_cannot_be_shown_gets_no_tag_and_holds_nobody_up() -> None:
    sheet = make_sheet()
    sheet.open((Place("a.jpg"), Place("b.jpg", problem="The image cannot be read.")))
    assert press(sheet, "1", "enter") == "submit"
    assert "cannot be shown" in sheet.press("1").message
    assert tags(sheet) == [("fork",), ()]


def test_the_layouts_go_round() -> None:
    layout, seen = 1, []
    for _ in LAYOUTS:
        layout = next_layout(layout)
        seen.append(layout)
    assert seen == [4, 6, 9, 1]


def test_what_is_only_proposed_is_told_apart() -> None:
    tiles = (Tile(None, ("fork",)), Tile(None, proposed=(("fork", 0.625),)))
    cells = compose_sheet(80, 20, LAYOUTS[4], tiles, {"fork": 0})
    text = "\n".join("".join(chr(glyph) for glyph in line) for line in cells.glyph.tolist())
    assert " fork " in text
    assert " fork 62%? " in text


@pytest.mark.parametrize("count", [4, 6, 9])
@pytest.mark.parametrize(("columns", "rows"), [(54, 20), (174, 46)])
def test_every_tile_is_found_under_its_cells(count: int, columns: int, rows: int) -> None:
    picture = Picture(np.full((60, 80, 3), (9, 200, 9), np.uint8), Size(80, 60))
    tiles = tuple(Tile(picture, ("fork",), focused=index == 1, selected=index == 2) for index in range(count))
    cells = compose_sheet(columns, rows, LAYOUTS[count], tiles, {"fork": 0})
    tiles_hit = {tile_at(columns, rows, LAYOUTS[count], x, y) for x in range(columns) for y in range(rows)}
    assert tiles_hit == set(range(count))
    text = "\n".join("".join(chr(glyph) for glyph in line) for line in cells.glyph.tolist())
    assert text.count(" fork ") == count
    assert text.count("✓") == 1
    for index in range(count):
        inside = [
            (y, x) for x in range(columns) for y in range(rows) if tile_at(columns, rows, LAYOUTS[count], x, y) == index
        ]
        assert any(tuple(cells.upper[y, x]) == (9, 200, 9) for y, x in inside), "each shows its image"


def test_what_is_proposed_counts_where_nothing_was_given() -> None:
    sheet = Sheet(TaskType.CLASSIFICATION, ("a", "b"), default_keymap(), 4)
    sheet.open(tuple(Place(f"{n}.jpg", proposed=(("b", 0.7),) if n else ()) for n in range(3)))
    assert sheet.untagged == (0,)
    assert sheet.press("enter").command == "", "the first one has neither tag nor proposal"
    sheet.press("1")
    sheet.focus = 1
    sheet.press("1")
    assert sheet.press("enter").command == "submit"
    assert [tile.draft.tags for tile in sheet.places] == [("a",), ("a",), ("b",)]
    sheet.press("backspace")
    assert sheet.places[2].draft.tags == (), "as if it had not been taken"


def test_in_pixels_a_selection_changes_frames_and_no_image() -> None:
    picture = Picture(np.full((60, 80, 3), 90, np.uint8), Size(80, 60))
    grid = Grid(9, 20, 20 / 9)
    first = sheet_layers(40, 12, (2, 2), (Tile(picture), Tile(picture, focused=True)), {}, grid)
    second = sheet_layers(40, 12, (2, 2), (Tile(picture, selected=True), Tile(picture)), {}, grid, first.dots)
    assert second.dots is first.dots
    moved = {piece.key for piece in second.pieces} ^ {piece.key for piece in first.pieces}
    assert not moved
    assert second.pieces != first.pieces
    assert (second.painted() != first.painted()).any()
