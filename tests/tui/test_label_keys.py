"""The keys that the labeling screen shows are the keys that work."""

from __future__ import annotations

import pytest

from tui_labeler.imaging.view import View
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import COMMANDS, default_keymap
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Region
from tui_labeler.tui.labelkeys import footer, key_rows

SIZE = Size(640, 480)
VIEW = View.fit(SIZE, 100, 40)
MODES = {
    TaskType.DETECTION: ("grid", "point to box", "rectangle", "template", "regions"),
    TaskType.SEGMENTATION: ("polygon", "regions", "points"),
    TaskType.CLASSIFICATION: ("tags",),
    TaskType.MULTILABEL: ("tags",),
}


@pytest.mark.parametrize(("kind", "mode"), [(kind, mode) for kind, modes in MODES.items() for mode in modes])
def test_a_key_that_is_shown_as_working_does_what_it_says(kind: TaskType, mode: str) -> None:
    keys = default_keymap()
    editor = Editor(kind, ("a", "b"), keys)
    regions = (Region("a", Box(10, 10, 60, 60)),) if kind is TaskType.DETECTION else ()
    editor.open(Draft(regions), SIZE)
    editor.mode = mode
    rows = key_rows(editor)
    assert rows
    names = {command.name for command in COMMANDS}
    assert {row.command for row in rows} <= names
    for row in rows:
        working = [key for key, name in keys.items() if name == row.command and not editor.takes(key)]
        assert row.ready == bool(working), row
    if editor.takes("s"):
        assert next(row for row in rows if row.command == "skip").key == "F6", "s is a place on the grid"
        assert not next(row for row in rows if row.command == "lock").ready
    # What the screen has to do comes back from the key as the command's name.
    for row in rows:
        if row.ready and row.command in ("submit", "skip", "previous", "zoom_in"):
            key = next(key for key, name in keys.items() if name == row.command and not editor.takes(key))
            assert editor.press(key, editor.scene(VIEW.area, 1 / VIEW.zoom, 0.0)).command == row.command


def test_a_command_works_by_its_name_whatever_the_tool_takes() -> None:
    editor = Editor(TaskType.DETECTION, ("a",), default_keymap())
    editor.open(Draft((Region("a", Box(10, 10, 60, 60)),)), SIZE)
    scene = editor.scene(VIEW.area, 1 / VIEW.zoom, 0.0)
    assert editor.takes("l")
    editor.command("lock", scene)
    assert editor.locked == 1
    assert editor.command("skip", scene).command == "skip"


def test_the_way_out_is_always_in_the_last_line() -> None:
    editor = Editor(TaskType.DETECTION, ("a",), default_keymap())
    editor.open(Draft(), SIZE)
    assert footer(editor)[-1].title == "Commands"
    editor.command("back", editor.scene(VIEW.area, 1 / VIEW.zoom, 0.0))
    assert footer(editor)[-1].title == "Leave"
    assert footer(None)[-1].name == "back"


def test_what_enter_finishes_is_named_instead_of_submitting() -> None:
    editor = Editor(TaskType.SEGMENTATION, ("a",), default_keymap())
    editor.open(Draft(), SIZE)
    scene = editor.scene(VIEW.area, 1 / VIEW.zoom, 0.0)
    assert (footer(editor)[0].name, footer(editor)[0].title) == ("submit", "Submit")
    for key in "qweasdvbn":
        editor.press(key, scene)
    assert (footer(editor)[0].name, footer(editor)[0].title) == ("enter", "Close")
    editor.press("enter", scene)
    assert len(editor.draft.regions) == 1
    assert footer(editor)[0].name == "submit"

    boxes = Editor(TaskType.DETECTION, ("a",), default_keymap())
    boxes.open(Draft(), SIZE)
    boxes.mode = "rectangle"
    boxes.press("space", scene)
    assert footer(boxes)[0].title == "Set corner"
