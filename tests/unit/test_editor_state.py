"""An editor's state is declared, and its modes and commands are the ones of the key table."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from tui_labeler.labeling import drag
from tui_labeler.labeling.commands import HANDLERS
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import COMMANDS, Command, default_keymap, load_keymap
from tui_labeler.labeling.modes import Mode
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Region


@pytest.mark.parametrize("kind", TaskType)
def test_what_an_editor_holds_is_declared_whatever_it_is_told_to_do(kind: TaskType) -> None:
    editor = Editor(kind, ("a", "b"), default_keymap())
    editor.open(Draft((Region("a", Box(10, 10, 60, 60)),) if kind is TaskType.DETECTION else ()), Size(640, 480))
    scene = editor.scene(Box(0, 0, 640, 480), 4.0, 0.0)
    for key in ("q", "q", "escape", *editor.keymap, "1", "left"):
        editor.press(key, scene)
    for command in Command:
        editor.command(command, scene)
    assert set(vars(editor)) == {field.name for field in fields(editor)}
    assert isinstance(editor.mode, Mode)
    assert all(isinstance(mode, Mode) and tool.mode == mode for mode, tool in editor.tools.items())


def test_every_command_stands_once_in_the_key_table() -> None:
    assert sorted(info.name for info in COMMANDS) == sorted(Command)
    assert set(HANDLERS) <= set(Command)


def test_the_names_of_the_key_file_are_the_commands(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    path.write_text("[label]\n" + "".join(f'{command} = "f{n + 20}"\n' for n, command in enumerate(Command)))
    assert load_keymap(path) == {f"f{n + 20}": command for n, command in enumerate(Command)}


@pytest.mark.parametrize(
    ("kind", "begun"),
    [
        (TaskType.DETECTION, ("q",)),
        (TaskType.DETECTION, (*"qqq", "v")),
        (TaskType.DETECTION, ("escape", "r", "space", "right")),
        (TaskType.DETECTION, ("escape", "k", "q")),
        (TaskType.SEGMENTATION, ("q", "q")),
    ],
)
def test_what_is_begun_is_not_lost_by_submitting(kind: TaskType, begun: tuple[str, ...]) -> None:
    editor = Editor(kind, ("a",), default_keymap())
    editor.open(Draft(()), Size(640, 480))
    scene = editor.scene(Box(0, 0, 640, 480), 4.0, 0.0)
    for key in begun:
        editor.press(key, scene)
    refused = editor.command(Command.SUBMIT, scene)
    assert not refused.command
    assert "not finished: Esc" in refused.message
    editor.command(Command.DELETE, scene)
    assert editor.command(Command.SUBMIT, scene).command == Command.SUBMIT


@pytest.mark.parametrize("key", ["pagedown", "pageup", "home", "f6", "f8"])
@pytest.mark.parametrize("begun", [("q",), tuple("qwert"), ("escape", "k", "q")])
def test_a_box_that_is_begun_is_not_lost_on_the_way_to_another_image(key: str, begun: tuple[str, ...]) -> None:
    editor = Editor(TaskType.DETECTION, ("a",), default_keymap())
    editor.open(Draft(()), Size(640, 480))
    scene = editor.scene(Box(0, 0, 640, 480), 4.0, 0.0)
    free = editor.press(key, scene).command
    assert free, "with nothing begun it leads on"
    for letter in begun:
        editor.press(letter, scene)
    told = editor.press(key, scene)
    assert (told.command, told.message) == ("", "The box is not finished: Esc takes a step back, Del drops it.")
    assert editor.begun_tool is not None, "the letters are there"
    editor.press("delete", scene)
    assert editor.press(key, scene).command == free


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (TaskType.DETECTION, ("q", "escape")),
        (TaskType.DETECTION, (*"qwer", *["escape"] * 4)),
        (TaskType.DETECTION, (*"qwe", *["escape"] * 4)),  # the last one leaves the letters
        (TaskType.DETECTION, ("q", "backspace")),
        (TaskType.DETECTION, ("escape", "r", "space", "right", "escape")),
        (TaskType.DETECTION, ("escape", "k", "q", "escape")),
        (TaskType.SEGMENTATION, (*"qwe", *["escape"] * 3)),
        (TaskType.SEGMENTATION, ("right", "space", "escape")),
    ],
)
def test_what_was_begun_and_taken_back_is_named_before_submitting(kind: TaskType, keys: tuple[str, ...]) -> None:
    editor = Editor(kind, ("a",), default_keymap())
    editor.open(Draft(()), Size(640, 480))
    scene = editor.scene(Box(0, 0, 640, 480), 4.0, 0.0)
    for key in keys:
        editor.press(key, scene)
    told = editor.press("enter", scene)
    noun = "box" if kind is TaskType.DETECTION else "polygon"
    assert (told.command, told.message) == (
        "",
        f"The {noun} that was begun is dropped: ⏎ again submits without it.",
    )
    assert editor.press("enter", scene).command == Command.SUBMIT


def test_a_box_that_was_pointed_at_and_refused_is_named_before_submitting() -> None:
    editor = Editor(TaskType.DETECTION, ("a",), default_keymap())
    editor.open(Draft(()), Size(640, 480))
    scene = editor.scene(Box(0, 0, 640, 480), 4.0, 0.0)
    for key in ("escape", "k", "q", "w"):
        editor.press(key, scene)
    editor.point_box.show((Box(10, 10, 60, 60),))
    editor.press("escape", scene)
    assert "is dropped" in editor.press("enter", scene).message


def test_who_draws_after_a_slip_submits_with_one_key() -> None:
    editor = Editor(TaskType.DETECTION, ("a",), default_keymap())
    editor.open(Draft(()), Size(640, 480))
    scene = editor.scene(Box(0, 0, 640, 480), 4.0, 0.0)
    for key in ("q", "escape", *"qwertym"):
        editor.press(key, scene)
    assert editor.press("enter", scene).command == Command.SUBMIT
    editor.press("n", scene)
    editor.press("escape", scene)
    editor.open(Draft(()), Size(640, 480))
    assert editor.press("enter", scene).command == Command.SUBMIT, "another image"


def test_a_box_begun_by_letters_is_not_lost_by_a_click_on_a_region() -> None:
    editor = Editor(TaskType.DETECTION, ("a",), default_keymap())
    editor.open(Draft((Region("a", Box(10, 10, 60, 60)),)), Size(640, 480))
    scene = editor.scene(Box(0, 0, 640, 480), 4.0, 0.0)
    for key in "qwe":
        editor.press(key, scene)
    drag.press(editor, (10.0, 30.0), 5.0)
    assert editor.mode is Mode.REGIONS
    assert "not finished: Esc" in editor.press("enter", scene).message
    assert editor.mode is Mode.GRID


@pytest.mark.parametrize("by_key", [True, False], ids=["Enter", "a click on Submit"])
@pytest.mark.parametrize("letters", ["lllvvv", "qwerty"])
def test_a_box_whose_corners_are_placed_is_taken(letters: str, by_key: bool) -> None:
    """Six letters and Enter are a box and the next image, also where a thin one would be placed better by a seventh."""
    editor = Editor(TaskType.DETECTION, ("a",), default_keymap())
    editor.open(Draft(()), Size(640, 480))
    scene = editor.scene(Box(0, 0, 640, 480), 4.0, 0.0)
    for key in letters:
        editor.press(key, scene)
    submitted = editor.press("enter", scene) if by_key else editor.command(Command.SUBMIT, scene)
    assert submitted.command == Command.SUBMIT
    (region,) = editor.draft.regions
    assert region.box is not None
    assert region.box.width >= 1
    assert region.box.height >= 1
    assert not editor.tool.is_begun  # type: ignore[union-attr]


def test_a_box_whose_corners_are_placed_is_taken_before_another_image_opens() -> None:
    editor = Editor(TaskType.DETECTION, ("a",), default_keymap())
    editor.open(Draft(()), Size(640, 480))
    scene = editor.scene(Box(0, 0, 640, 480), 4.0, 0.0)
    for letter in "lllvvv":
        editor.press(letter, scene)
    assert not editor.draft.regions
    assert editor.press("pagedown", scene).command == "next"
    assert len(editor.draft.regions) == 1
