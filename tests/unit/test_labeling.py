"""Draft, tools, editor and keys: state machines without a screen."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.simulated import Labeler, nearest
from tui_labeler.imaging.view import View
from tui_labeler.labeling import drag as dragging
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.draft import Draft, decode, encode
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import COMMANDS, default_keymap, key_text, load_keymap
from tui_labeler.labeling.sizes import KnownSizes
from tui_labeler.labeling.tools.depth import borders, is_one_enough, letters_of_first, stops_of
from tui_labeler.labeling.tools.gridjump import LETTERS, GridJump
from tui_labeler.labeling.tools.tool import Scene
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Region

NAMES = ("coke", "diet_coke", "sprite")
SIZE = Size(640, 480)
WHOLE = Box(0, 0, 640, 480)


def make_editor(kind: TaskType = TaskType.DETECTION) -> Editor:
    editor = Editor(kind, NAMES, default_keymap())
    editor.open(Draft(), SIZE)
    return editor


def press(editor: Editor, *keys: str, area: Box = WHOLE) -> str:
    """Presses keys; the last key_result's command or message."""
    said = ""
    for key in keys:
        key_result = editor.press(key, editor.scene(area, 4.0, 0.0))
        said = key_result.command or key_result.message
    return said


class Drafts(RuleBasedStateMachine):
    """Undo and redo go through exactly the states that were."""

    def __init__(self) -> None:
        super().__init__()
        self.draft = Draft()
        self.states = [(self.draft.regions, self.draft.tags)]
        self.at = 0

    def did(self, draft: Draft) -> None:
        if (draft.regions, draft.tags) != self.states[self.at] or draft is not self.draft:
            self.states = [*self.states[: self.at + 1], (draft.regions, draft.tags)]
            self.at += 1
        self.draft = draft

    @rule(x=st.integers(0, 50), name=st.sampled_from(NAMES))
    def add(self, x: int, name: str) -> None:
        self.did(self.draft.added(Region(name, Box(x, 0, x + 5, 5))))

    @precondition(lambda self: self.draft.regions)
    @rule(index=st.integers(0, 99), x=st.integers(60, 90))
    def replace(self, index: int, x: int) -> None:
        index %= len(self.draft.regions)
        self.did(self.draft.replaced(index, Region("coke", Box(x, 0, x + 5, 5))))

    @rule(places=st.sets(st.integers(0, 5)))
    def remove(self, places: set[int]) -> None:
        self.did(self.draft.removed(tuple(index for index in places if index < len(self.draft.regions))))

    @rule(tags=st.lists(st.sampled_from(NAMES), unique=True).map(tuple))
    def tag(self, tags: tuple[str, ...]) -> None:
        self.did(self.draft.tagged(tags))

    @rule()
    def undo(self) -> None:
        self.draft = self.draft.undo()
        self.at = max(self.at - 1, 0)

    @rule()
    def redo(self) -> None:
        self.draft = self.draft.redo()
        self.at = min(self.at + 1, len(self.states) - 1)

    @invariant()
    def the_state_is_the_one_that_was(self) -> None:
        assert (self.draft.regions, self.draft.tags) == self.states[self.at]
        assert decode(encode(self.draft)) == self.draft


Drafts.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestDrafts = Drafts.TestCase


def test_a_box_pushed_ten_times_goes_back_in_one_step() -> None:
    editor = make_editor()
    editor.add_box(Box(10, 10, 50, 50))
    press(editor, "tab", *["right"] * 10)
    assert editor.draft.regions[0].box == Box(20, 10, 60, 50)
    press(editor, "z")
    assert editor.draft.regions[0].box == Box(10, 10, 50, 50)
    press(editor, "y")
    assert editor.draft.regions[0].box == Box(20, 10, 60, 50)


def test_a_draft_of_another_version_is_a_fresh_start() -> None:
    assert decode("{") is None
    assert decode('{"regions": 3}') is None


@given(
    st.floats(0, 600), st.floats(0, 440), st.floats(0.05, 1), st.floats(0.05, 1), st.sampled_from([(80, 21), (174, 47)])
)
def test_three_letters_are_within_half_a_cell_of_any_corner(
    x: float, y: float, share_x: float, share_y: float, canvas: tuple[int, int]
) -> None:
    view = View.fit(SIZE, *canvas)
    grid = GridJump()
    target = (x + (640 - x) * share_x * 0.99, y + (480 - y) * share_y * 0.99)
    scene = Scene(SIZE, view.area, 1 / view.zoom)
    for _ in range(3):
        assert grid.sketch(scene).cursor is None
        grid.press(nearest(grid.sketch(scene).letters, target), scene)
    cursor = grid.sketch(scene).cursor
    assert cursor is not None
    assert abs(cursor[0] - target[0]) <= 640 / 216 / 2 + 1e-6
    assert abs(cursor[1] - target[1]) <= 480 / 125 / 2 + 1e-6


def test_escape_goes_back_letter_by_letter_and_then_out() -> None:
    editor = make_editor()
    press(editor, "q", "w")
    assert "letter 3" in overlay_builder.prompt(editor, editor.scene(WHOLE, 4, 0))
    press(editor, "escape")
    assert "letter 2" in overlay_builder.prompt(editor, editor.scene(WHOLE, 4, 0))
    press(editor, "escape")
    assert editor.mode == "grid"
    press(editor, "escape")
    assert editor.mode == "regions"
    assert press(editor, "escape") == "back"


@pytest.mark.parametrize("kind", [TaskType.DETECTION, TaskType.SEGMENTATION])
def test_escape_takes_one_letter_back_across_corners_and_points(kind: TaskType) -> None:
    straight, corrected = make_editor(kind), make_editor(kind)
    press(straight, *"qwerty", *"uio", "enter")
    press(corrected, *"qwe", "escape")
    assert "letter 3 of 3" in overlay_builder.prompt(corrected, corrected.scene(WHOLE, 4, 0))
    press(corrected, *"erty", *"uio", "enter")
    assert corrected.draft.regions == straight.draft.regions
    assert corrected.draft.regions


def test_escape_goes_back_to_the_opposite_corner_by_one_letter() -> None:
    """Also where the first corner is asked for once more, because the box is small."""
    editor = make_editor()
    press(editor, *"lllll", "l")
    prompts = [overlay_builder.prompt(editor, editor.scene(WHOLE, 4, 0))]
    while "first corner once more" not in prompts[-1]:
        press(editor, "l")
        prompts.append(overlay_builder.prompt(editor, editor.scene(WHOLE, 4, 0)))
        assert not editor.draft.regions
    press(editor, "escape")
    assert overlay_builder.prompt(editor, editor.scene(WHOLE, 4, 0)) == prompts[-2]


def test_sizes_known_make_it_fewer_keys_and_space_goes_back_to_the_whole_view() -> None:
    editor = make_editor()
    editor.sizes.learn([Region("coke", Box(0, 0, 60 + n, 90 + n)) for n in range(5)])
    press(editor, *"qqq")
    assert "Opposite corner: letter 1 of 1 " in overlay_builder.prompt(editor, editor.scene(WHOLE, 4, 0))
    press(editor, "h")
    assert len(editor.draft.regions) == 1
    box = editor.draft.regions[0].extent
    assert 55 <= box.width <= 70
    press(editor, *"qqq", "space", *"vvv")
    assert editor.draft.regions[1].extent.width > 300
    press(editor, "2", *"qqq", *"vv")
    assert len(editor.draft.regions) == 2, "the other class is not known yet"


def test_a_finished_box_never_vanishes() -> None:
    """Both corners in one finest cell: more letters are asked for, and a box of a pixel at least comes of them."""
    editor = make_editor()
    press(editor, *"ddd", *"ddd")
    assert not editor.draft.regions
    for _ in range(8):
        prompt = overlay_builder.prompt(editor, editor.scene(WHOLE, 4, 0))
        press(editor, "d")
        if editor.draft.regions:
            break
    assert "Small: first corner once more, one letter" in prompt
    box = editor.draft.regions[0].extent
    assert box.width >= 1
    assert box.height >= 1
    press(editor, "backspace")
    press(editor, *"ddd", *"dddd", "backspace", "backspace", "escape", "escape")
    assert "Opposite corner: letter 1" in overlay_builder.prompt(editor, editor.scene(WHOLE, 4, 0))


@given(st.floats(0, 600), st.floats(0, 440), st.floats(3, 40), st.floats(3, 40), st.booleans())
def test_letters_fit_small_boxes_whatever_is_known(
    x: float, y: float, width: float, height: float, known: bool
) -> None:
    editor = make_editor()
    if known:
        editor.sizes.learn([Region("coke", Box(0, 0, 6 + 3 * n, 8 + 3 * n)) for n in range(12)])
    box = Box(x, y, min(x + width, 640), min(y + height, 480))
    labeler = Labeler(lambda: overlay_builder.overlay(editor, editor.scene(WHOLE, 4, 0)), correct=False)
    for key in labeler.draw(box):
        press(editor, key)
    assert len(editor.draft.regions) == 1
    assert editor.draft.regions[0].extent.iou(box) > 0.6 - 2 / min(width, height)


def test_letters_of_the_opposite_corner_stand_where_boxes_end() -> None:
    alike = tuple((100.0 + n % 7, 50.0 + n % 5) for n in range(40))
    across, down = stops_of(alike)
    assert len(across) == 6
    assert len(down) == 5
    assert 90 < across[0] < across[-1] < 120
    cells = borders(across)
    assert all(cell[1] == next_cell[0] for cell, next_cell in pairwise(cells))
    assert is_one_enough(alike)
    assert not is_one_enough(tuple((20.0 + 12 * n, 20.0 + 9 * n) for n in range(40)))
    small = tuple((width / 10, height / 10) for width, height in alike)
    assert letters_of_first((640, 480), alike) < letters_of_first((640, 480), small)


def test_the_arrows_correct_the_corner_placed_last() -> None:
    editor = make_editor()
    press(editor, *"qqq", "right", "right", *"vvv")
    before = editor.draft.regions[0].extent
    press(editor, "left", "down")
    after = editor.draft.regions[0].extent
    assert (after.x1 - before.x1, after.y1 - before.y1) == (-1, 1)
    assert len(editor.draft.regions) == 1
    press(editor, "backspace")
    assert editor.draft.regions[0].extent == before


def test_outliers_do_not_make_the_grid_coarse() -> None:
    sizes = KnownSizes()
    sizes.learn([Region("coke", Box(0, 0, 50 + n % 5, 50)) for n in range(100)])
    sizes.learn([Region("coke", Box(0, 0, 600, 400))])
    size = sizes.of("coke")
    assert size
    assert size.most[0] < 100


def test_every_letter_is_free_of_digits_that_choose_classes() -> None:
    assert len(set(LETTERS)) == 30
    assert not set(LETTERS) & set("123456789")


def test_rectangle_by_arrows() -> None:
    editor = make_editor()
    press(editor, "escape", "r", "space", "right", "down", "shift+down", "space")
    box = editor.draft.regions[0].box
    assert box == Box(320, 240, 324, 284)


def test_each_edge_moves_by_itself_and_stays_in_the_image() -> None:
    editor = make_editor()
    editor.add_box(Box(10, 10, 50, 50))
    press(editor, "tab", "e", *["shift+left"] * 3)
    assert editor.draft.regions[0].box == Box(0, 10, 50, 50)
    press(editor, "e", "down", "e", "right", "e", *["shift+down"] * 99)
    assert editor.draft.regions[0].box == Box(0, 11, 51, 480)


def test_digits_choose_the_class_or_change_that_of_the_selected_region() -> None:
    editor = make_editor()
    press(editor, "2", *"qqqvvv")
    assert editor.draft.regions[0].name == "diet_coke"
    press(editor, "tab", "3")
    assert editor.draft.regions[0].name == "sprite"
    assert editor.chosen == 2
    assert "no class 9" in press(editor, "9")


def test_copy_delete_lock_and_undo() -> None:
    editor = make_editor()
    editor.add_box(Box(10, 10, 50, 50))
    press(editor, "tab", "c")
    assert editor.draft.regions[1].box == Box(20, 20, 60, 60)
    press(editor, "l")
    assert "ocked" in press(editor, "delete")
    press(editor, "l", "d")
    assert editor.draft.regions == ()
    press(editor, "z")
    assert len(editor.draft.regions) == 2


def test_polygons_by_letters_and_their_points() -> None:
    editor = make_editor(TaskType.SEGMENTATION)
    press(editor, *"qqq", *"yyy", *"vvv", "enter")
    (region,) = editor.draft.regions
    assert len(region.points) == 3
    press(editor, "escape", "tab", "u", "plus", "right", "tab")
    (region,) = editor.draft.regions
    assert len(region.points) == 4
    press(editor, "delete")
    assert len(editor.draft.regions[0].points) == 3
    assert "at least three" in press(editor, "delete")
    assert "polygons" in press(editor, "r")


def test_tags() -> None:
    one = make_editor(TaskType.CLASSIFICATION)
    press(one, "1", "2")
    assert one.draft.tags == ("diet_coke",)
    both = make_editor(TaskType.MULTILABEL)
    press(both, "1", "3", "1")
    assert both.draft.tags == ("sprite",)


def test_the_mouse_draws_moves_and_resizes() -> None:
    editor = make_editor()
    drag = dragging.press(editor, (100, 100), 3)
    assert drag
    dragging.move(editor, drag, (160, 150))
    assert drag.band == Box(100, 100, 160, 150)
    dragging.release(editor, drag, 4)
    assert editor.draft.regions[0].box == Box(100, 100, 160, 150)
    edge = dragging.press(editor, (160, 125), 3)
    assert edge
    dragging.move(editor, edge, (180, 300))
    dragging.release(editor, edge, 4)
    assert editor.draft.regions[0].box == Box(100, 100, 180, 150)
    inside = dragging.press(editor, (140, 125), 3)
    assert inside
    dragging.move(editor, inside, (150, 135))
    assert editor.draft.regions[0].box == Box(110, 110, 190, 160)
    click = dragging.press(editor, (5, 5), 3)
    assert click
    dragging.release(editor, click, 4)
    assert len(editor.draft.regions) == 1, "a click draws nothing"


# Keys


def test_no_key_has_two_meanings() -> None:
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    assert not {"up", "down", "left", "right", "space", *"123456789"} & set(keys)


def test_keys_can_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text('[label]\nskip = "n"\nundo = ["u", "ctrl+z"]\npoints = "j"\n')
    keymap = load_keymap(path)
    assert (keymap["n"], keymap["u"], keymap["j"]) == ("skip", "undo", "points")
    assert "s" not in keymap


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ('[label]\nsubmit = "enter"\nskip = "g"\n', 3, "both"),
        ('[label]\n\nskipp = "n"\n', 3, "no command"),
        ('[label]\nskip = "control-n"\n', 2, "wants a key"),
        ("[label]\nskip = 3\n", 2, "wants a key"),
        ('[label]\nskip = "1"\n', 2, "cannot be changed"),
        ("[label]\nback = []\n", 2, "way out"),
        ("[label\n", 1, "line 1"),
        ('[other]\nx = "y"\n', 1, "one table"),
    ],
)
def test_what_cannot_be_a_keymap_names_its_line(tmp_path: Path, text: str, line: int, part: str) -> None:
    path = tmp_path / "keys.toml"
    path.write_text(text)
    with pytest.raises(BadInput) as told:
        load_keymap(path)
    assert "keys.toml" in told.value.message
    assert part in told.value.message
    if part not in ("line 1", "one table"):
        assert f"line {line}" in told.value.message


def test_every_default_key_reads_as_what_stands_on_the_keyboard() -> None:
    """No name of Textual's reaches the screen: it says nothing to a person, and is wider than the panel's column."""
    for key in default_keymap():
        text = key_text(key)
        assert "_" not in text
        assert len(text) <= 6, key
    assert [key_text(key) for key in ("backslash", "ctrl+underscore", "at", "minus")] == ["\\", "Ctrl+_", "@", "−"]
