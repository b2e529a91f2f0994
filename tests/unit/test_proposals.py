"""Proposals at the editor: taken, refused, drawn over, undone; and what a person drew stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_labeler.assist.evaluation import Trial, evaluate, placed
from tui_labeler.labeling import draft as drafts
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.labeling.tools.tool import Scene
from tui_labeler.model.assist import keys_with
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

SIZE = Size(1000, 500)
NAMES = ("coke", "sprite")


def proposed(count: int) -> Labels:
    """Boxes beside each other, far enough apart to be objects of their own."""
    boxes = [
        Box(10 + 60 * (n % 15), 10 + 80 * (n // 15), 60 + 60 * (n % 15), 70 + 80 * (n // 15)) for n in range(count)
    ]
    regions = [Region(NAMES[n % 2], box, confidence=0.6, model="fewshot 2") for n, box in enumerate(boxes)]
    return Labels(SIZE, tuple(regions))


def opened(count: int = 4, draft: Draft | None = None, kind: TaskType = TaskType.DETECTION) -> Editor:
    editor = Editor(kind, NAMES, default_keymap())
    editor.open(draft or Draft(), SIZE, proposed(count))
    return editor


def scene(editor: Editor) -> Scene:
    return editor.scene(Box(0, 0, SIZE.width, SIZE.height), 4.0, 0.0)


def press(editor: Editor, *keys: str) -> str:
    """The command of the last key."""
    command = ""
    for key in keys:
        command = editor.press(key, scene(editor)).command
    return command


def hints(editor: Editor) -> dict[str, Region]:
    return {mark.hint: mark.region for mark in overlay_builder.overlay(editor, scene(editor)).marks if mark.hint}


def test_one_key_takes_all_and_each_is_certain() -> None:
    editor = opened()
    assert editor.mode == "proposals"
    press(editor, "space")
    assert [region.confidence for region in editor.draft.regions] == [1.0] * 4
    assert {region.model for region in editor.draft.regions} == {"fewshot 2"}
    assert editor.mode == "grid", "what is missing can be drawn at once"
    assert press(editor, "enter") == "submit"
    press(editor, "backspace")
    assert editor.draft.regions == (), "one step of undo"
    assert len(editor.proposals.open) == 4


def test_a_letter_takes_one_and_with_shift_refuses_it() -> None:
    editor = opened()
    shown = hints(editor)
    assert set(shown) == {"F", "J", "D", "K"}
    press(editor, "j")
    assert [region.extent for region in editor.draft.regions] == [shown["J"].extent]
    press(editor, "F")
    assert hints(editor) == {"D": shown["D"], "K": shown["K"]}, "the letters of the others stay"
    press(editor, "space")
    assert len(editor.draft.regions) == 3
    assert all(region.extent != shown["F"].extent for region in editor.draft.regions)


def test_undo_brings_a_refused_one_back() -> None:
    editor = opened(2)
    press(editor, "F", "J")
    assert editor.proposals.open == ()
    press(editor, "backspace", "backspace")
    assert len(editor.proposals.open) == 2
    press(editor, "ctrl+y")
    assert len(editor.proposals.open) == 1


def test_what_was_decided_is_known_when_the_draft_is_opened_again() -> None:
    editor = opened()
    press(editor, "f", "J")
    kept = drafts.decode(drafts.encode(editor.draft))
    assert kept is not None
    again = opened(draft=kept)
    assert len(again.proposals.open) == 2
    assert again.mode == "proposals"


def test_a_deleted_or_moved_one_does_not_come_back() -> None:
    editor = opened(2)
    press(editor, "f", "escape", "escape", "tab", *["shift+right"] * 30)
    assert len(editor.proposals.open) == 1
    press(editor, "delete")
    assert len(editor.proposals.open) == 1


def test_a_proposal_gives_way_to_what_a_person_drew() -> None:
    mine = Region("sprite", Box(11, 11, 61, 71))
    editor = opened(3, Draft((mine,)))
    assert len(editor.proposals.open) == 2
    press(editor, "space")
    assert editor.draft.regions[0] == mine
    assert len(editor.draft.regions) == 3


def test_escape_leads_to_drawing_and_proposals_stay_dashed() -> None:
    editor = opened()
    press(editor, "escape")
    assert editor.mode == "grid"
    assert hints(editor) == {}
    assert sum(mark.dashed for mark in overlay_builder.overlay(editor, scene(editor)).marks) == 4
    press(editor, "q", "q", "q", "p", "p", "p")
    assert len(editor.draft.regions) == 1
    press(editor, "f3")
    assert editor.mode == "proposals"
    press(editor, "escape", "f4")
    assert editor.proposals.open == ()


def test_an_image_with_proposals_alone_is_not_submitted_as_empty_by_one_key() -> None:
    editor = opened()
    assert press(editor, "enter") == ""
    assert press(editor, "enter") == "submit"
    assert editor.draft.regions == ()


def test_open_proposals_are_not_submitted() -> None:
    editor = opened()
    press(editor, "f")
    assert press(editor, "enter") == "submit"
    assert len(editor.draft.labels(SIZE).regions) == 1


def test_more_than_the_letters_of_the_alphabet() -> None:
    editor = opened(40)
    assert len(hints(editor)) == 26
    first = hints(editor)["F"]
    press(editor, "tab")
    assert len(hints(editor)) == 14
    assert hints(editor)["F"] != first
    press(editor, "tab")
    assert hints(editor)["F"] == first
    press(editor, *[letter.lower() for letter in hints(editor)])
    assert len(editor.draft.regions) == 26
    assert len(hints(editor)) == 14, "then the next ones get them"


def test_classes_of_whole_images() -> None:
    editor = Editor(TaskType.CLASSIFICATION, NAMES, default_keymap())
    editor.open(Draft(), SIZE, Labels(SIZE, tags=("sprite",)))
    assert "sprite" in overlay_builder.prompt(editor, scene(editor))
    assert press(editor, "enter") == "submit"
    assert editor.draft.tags == ("sprite",)
    editor.open(Draft(), SIZE, Labels(SIZE, tags=("sprite",)))
    press(editor, "1")
    assert press(editor, "enter") == "submit"
    assert editor.draft.tags == ("coke",), "what a person chose stays"


keys = st.sampled_from(
    [
        "space",
        "f",
        "j",
        "F",
        "J",
        "d",
        "escape",
        "tab",
        "backspace",
        "ctrl+y",
        "delete",
        "1",
        "2",
        "q",
        "p",
        "enter",
        "f3",
        "f4",
    ]
)


@given(st.lists(keys, max_size=40))
def test_a_persons_regions_change_only_by_a_persons_keys(pressed: list[str]) -> None:
    """Whatever is typed: proposals that are taken come behind what was drawn, each at most once, and nothing fails."""
    mine = Region("coke", Box(900, 400, 950, 450))
    editor = opened(5, Draft((mine,)))
    for key in pressed:
        before = editor.draft.regions
        press(editor, key)
        after = editor.draft.regions
        if key in ("space", "f4"):
            assert after[: len(before)] == before
        taken = [region for region in after if region.model]
        assert len({region.extent for region in taken}) == len(taken)
        offered = {region.extent for region in editor.proposals.open}
        assert not offered & {region.extent for region in after}


def test_a_digit_before_a_letter_takes_the_box_as_that_class() -> None:
    editor = opened(4)
    letter, region = next((hint, region) for hint, region in hints(editor).items() if region.name == "coke")
    press(editor, "2")
    assert "As “sprite”: a letter" in overlay_builder.prompt(editor, scene(editor))
    press(editor, letter.lower())
    assert [(region.name, region.box) for region in editor.draft.regions] == [("sprite", region.box)]
    other_letter = next(hint for hint, region in hints(editor).items() if region.name == "coke")
    press(editor, other_letter.lower())
    assert editor.draft.regions[1].name == "coke", "the digit was for one box"
    press(editor, "backspace", "backspace")
    assert len(hints(editor)) == 4
    press(editor, "2", "space")
    assert [region.name for region in editor.draft.regions] == ["sprite", "sprite"], "those that are proposed as it"
    assert len(hints(editor)) == 2
    press(editor, "1")
    assert editor.name == "coke"
    assert len(editor.draft.regions) == 2


def test_keys_of_a_box_that_is_right_but_for_its_class() -> None:
    truth = Labels(SIZE, (Region("coke", Box(0, 0, 50, 50)), Region("sprite", Box(100, 0, 150, 50))))
    wrong = tuple(Region("coke", region.box, confidence=0.9) for region in truth.regions)
    assert placed(wrong, truth.regions, 0.7) == ["coke", "sprite"]
    assert keys_with(1, 0, 0, renamed=1) == 3
    assert keys_with(0, 0, 0, renamed=2) == 4
    assert keys_with(2, 1, 0, renamed=1) == 4
    quality = evaluate([Trial(Labels(SIZE, wrong), truth)] * 5, TaskType.DETECTION, NAMES)
    assert quality.helps
    assert quality.keys == 1.5
