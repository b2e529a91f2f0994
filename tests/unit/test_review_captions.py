"""What stands below the crops of a review is read whole, in a narrow window too."""

from __future__ import annotations

from itertools import product

import pytest

from tui_labeler.imaging.sheet import compose_sheet
from tui_labeler.labeling.reviewing import Crop, Fault, Mark, crops_of
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.mistakes import Mistake, MistakeKind
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.review import ReviewItem
from tui_labeler.tui.reviewtiles import crop_tile, with_room

PLACES = {"diet_coke": 0, "sprite": 1}
BOX = Box(10, 10, 60, 60)
ODD = "oddly small, or of another shape, for “diet_coke”"


def item(reason: str = "") -> ReviewItem:
    return ReviewItem(1, "a.jpg", 1, Labels(Size(320, 240), (Region("diet_coke", BOX),)), "ann", 0.5, reason)


def captions(crops: list[Crop], mark: Mark | None, columns: int) -> list[str]:
    tiles = tuple(crop_tile(crop, mark, None, PLACES, (30, 30), "a", False) for crop in crops)
    layout = (4, -(-len(crops) // 4))
    rows = 11 * layout[1]
    cells = compose_sheet(columns, rows, layout, with_room(tiles, columns // 4 - 1), PLACES)
    lines = ["".join(map(chr, cells.glyph[row])).replace("▀", " ") for row in range(10, rows, 11)]
    return [line[at : at + columns // 4].strip() for line in lines for at in range(0, columns, columns // 4)]


@pytest.mark.parametrize("kind", MistakeKind)
def test_what_is_doubted_is_read_whole_at_eighty_columns(kind: MistakeKind) -> None:
    mistake = Mistake(
        "a.jpg", kind, 0.5, ODD, region=-1 if kind is MistakeKind.MISSING else 0, box=BOX, name="diet_coke"
    )
    crops = list(crops_of(item(), [mistake]))[:1]
    (caption, *_) = captions(crops * 4, None, 80)
    assert "…" not in caption
    assert caption.endswith(kind.removeprefix("image of ")) or kind is MistakeKind.MISSING


@pytest.mark.parametrize(("fault", "columns"), list(product(Fault, (80, 100))))
def test_what_a_reviewer_says_is_read_whole(fault: Fault, columns: int) -> None:
    mark = Mark(fault, "sprite" if fault is Fault.CLASS else "")
    said = captions(list(crops_of(item(), [])) * 4, mark, columns)
    assert not [caption for caption in said if "…" in caption]
    assert {"sprite"} == set(said) if fault is Fault.CLASS else all(said)


def test_the_class_stands_with_it_where_there_is_room() -> None:
    doubted = Mistake("a.jpg", MistakeKind.ODD_SIZE, 0.5, ODD, region=0)
    crops = [*crops_of(item(), [doubted]), *crops_of(item("near duplicate: of b.jpg"), [])]
    assert captions(crops * 2, None, 80) == ["odd size", "near duplicate"] * 2, (
        "on none of the page, or one seems to lack it"
    )
    assert captions(crops * 2, None, 120) == ["diet_coke  odd size", "diet_coke  near duplicate"] * 2
    assert captions(crops * 2, None, 280)[0] == f"diet_coke  {ODD}"
