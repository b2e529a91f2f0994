"""Point to box: two letters at the middle of an object, a box that is seen before it counts."""

from __future__ import annotations

import numpy as np
import pytest

from tests.simulated import nearest
from tui_labeler.imaging.objects import ObjectFinder
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.candidates import boxes_at
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.labeling.tools.tool import Sizes
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

SIZE = Size(640, 480)
WHOLE = Box(0, 0, 640, 480)
DISC, BAR = Box(100, 80, 220, 200), Box(380, 200, 420, 380)


def _image(scale: float = 1.0) -> np.ndarray:
    """A disc and an upright bar on a ground with grain."""
    chance = np.random.default_rng(3)
    height, width = round(480 * scale), round(640 * scale)
    y, x = (np.mgrid[:height, :width] + 0.5) / scale
    pixels = np.full((height, width, 3), (120, 130, 110), float)
    pixels[(x - 160) ** 2 + (y - 140) ** 2 < 60**2] = (200, 60, 50)
    pixels[(x > BAR.x0) & (x < BAR.x1) & (y > BAR.y0) & (y < BAR.y1)] = (40, 60, 160)
    return np.clip(pixels + chance.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def objects() -> ObjectFinder:
    return ObjectFinder(_image(), SIZE)


@pytest.fixture
def editor(objects: ObjectFinder) -> Editor:
    editor = Editor(TaskType.DETECTION, ("disc", "bar"), default_keymap())
    editor.open(Draft(), SIZE)
    press(editor, "escape", "k")
    assert editor.needs_objects
    editor.objects = objects
    return editor


def press(editor: Editor, *keys: str) -> str:
    said = ""
    for key in keys:
        key_result = editor.press(key, editor.scene(WHOLE, 4.0, 0.0))
        if (search := editor.search()) is not None:
            editor.point_box.show(search())
        said = key_result.command or key_result.message
    return said


def shown(editor: Editor) -> Box | None:
    return overlay_builder.overlay(editor, editor.scene(WHOLE, 4.0, 0.0)).band


def point(editor: Editor, x: float, y: float) -> None:
    """The letters for a place, as the screen shows them."""
    for _ in range(2):
        letters = overlay_builder.overlay(editor, editor.scene(WHOLE, 4.0, 0.0)).letters
        press(editor, nearest(letters, (x, y)))


def test_objects_are_found_without_a_label(objects: ObjectFinder) -> None:
    for x, y, truth in ((166, 133, DISC), (395, 296, BAR)):
        assert max(box.iou(truth) for box in objects.boxes((x, y))) >= 0.85


def test_sizes_tell_which_of_several_outlines_is_meant(objects: ObjectFinder) -> None:
    assert objects.boxes((395, 296), [(42, 178), (38, 185), (40, 180)])[0].iou(BAR) >= 0.85


def test_boxes_are_in_the_images_own_pixels() -> None:
    half = ObjectFinder(_image(0.5), SIZE)
    assert half.boxes((166, 133), [(120, 120)])[0].iou(DISC) >= 0.8


@pytest.mark.parametrize("shape", [(1, 1), (3, 900), (700, 2), (40, 40)])
def test_any_image_has_an_answer(shape: tuple[int, int]) -> None:
    height, width = shape
    finder = ObjectFinder(np.zeros((height, width, 3), np.uint8), Size(width, height))
    for at in ((0.0, 0.0), (float(width), float(height)), (width / 2, height / 2)):
        boxes = boxes_at(at, Size(width, height), None, (), (), finder)
        assert all(box.is_finite() and box.area > 0 for box in boxes)


def test_two_letters_and_enter(editor: Editor) -> None:
    point(editor, 160, 140)
    assert not editor.draft.regions, "it is seen before it counts"
    candidate = shown(editor)
    assert candidate is not None
    assert press(editor, "enter") == ""
    assert editor.draft.regions == (Region("disc", candidate),)
    assert candidate.iou(DISC) >= 0.7
    assert press(editor, "enter") == "submit"


def test_the_next_letter_takes_it(editor: Editor) -> None:
    point(editor, 160, 140)
    point(editor, 400, 290)
    assert len(editor.draft.regions) == 1
    press(editor, "enter")
    assert len(editor.draft.regions) == 2


def test_a_digit_takes_it_as_what_it_was_pointed_at_as(editor: Editor) -> None:
    point(editor, 160, 140)
    press(editor, "2")
    assert [region.name for region in editor.draft.regions] == ["disc"]
    assert editor.name == "bar"


def test_tab_shows_the_next_one_and_arrows_correct_it(editor: Editor) -> None:
    point(editor, 160, 140)
    first = shown(editor)
    press(editor, "tab")
    second = shown(editor)
    assert second != first
    press(editor, "shift+tab")
    assert shown(editor) == first
    press(editor, "right", "space", "left")  # all of it to the right, then its left edge back
    corrected = shown(editor)
    assert first is not None
    assert corrected == Box(first.x0, first.y0, first.x1 + 1, first.y1)


def test_a_refused_box_leaves_nothing_and_two_corners_follow(editor: Editor) -> None:
    point(editor, 160, 140)
    press(editor, "escape")
    assert shown(editor) is None
    press(editor, *"qqqppp")
    assert len(editor.draft.regions) == 1
    point(editor, 160, 140)
    assert shown(editor) is not None, "after that one, points again"


def test_nothing_leaves_a_box_behind_in_silence(editor: Editor) -> None:
    point(editor, 160, 140)
    assert "not taken yet" in press(editor, "pagedown")
    assert editor.command("rectangle", editor.scene(WHOLE, 4.0, 0.0)).message
    press(editor, "backspace")
    assert shown(editor) is None
    assert press(editor, "pagedown") == "next"


def test_the_tool_stays_for_the_next_image(editor: Editor, objects: ObjectFinder) -> None:
    editor.open(Draft(), SIZE, Labels(SIZE, (Region("disc", DISC, confidence=0.9),)))
    press(editor, "space")
    assert editor.mode == "point to box"
    assert editor.needs_objects, "those of the image before are not used"


def test_what_a_model_proposes_there_comes_first(objects: ObjectFinder) -> None:
    proposed = Box(98, 83, 219, 197)
    assert boxes_at((160, 140), SIZE, None, [proposed, BAR], (), objects)[0] == proposed
    drawn = boxes_at((160, 140), SIZE, None, [proposed], [DISC], objects)
    assert proposed not in drawn, "that one stands there already"


def test_small_objects_are_pointed_at_by_three_letters(editor: Editor) -> None:
    small = Sizes((9, 9), (11, 11), ((10.0, 10.0),) * 5)
    tool = editor.point_box
    scene = editor.scene(WHOLE, 4.0, 0.0)
    assert "of 2" in tool.prompt(scene)
    editor.sizes.learn([Region("disc", Box.around(50, 50, *extent)) for extent in small.seen])
    assert "of 3" in tool.prompt(editor.scene(WHOLE, 4.0, 0.0))


def test_a_point_stands_for_what_a_model_was_too_unsure_to_show(editor: Editor) -> None:
    unsure = Box(98, 83, 219, 197)
    editor.open(Draft(), SIZE, None, (unsure, BAR))
    point(editor, 160, 140)
    assert shown(editor) == unsure
    editor.open(Draft(), SIZE)
    point(editor, 160, 140)
    assert shown(editor) != unsure, "that one was of the image before"


def test_where_sizes_hardly_differ_the_usual_one_comes_first(objects: ObjectFinder) -> None:
    alike = Sizes((60, 60), (62, 62), ((60.0, 62.0), (62.0, 60.0), (61.0, 61.0), (60.0, 60.0), (62.0, 62.0)))
    assert boxes_at((400, 290), SIZE, alike, (), (), objects)[0] == Box.around(400, 290, 61, 61)
    apart = Sizes((10, 20), (90, 200), ((10.0, 20.0), (40.0, 180.0), (90.0, 60.0), (30.0, 200.0), (42.0, 170.0)))
    assert boxes_at((400, 290), SIZE, apart, (), (), objects)[0].iou(BAR) >= 0.8
