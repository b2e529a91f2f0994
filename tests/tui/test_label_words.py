"""What the labeling screen says: keys that act where they are named, in their case; one of one; whole words."""

from __future__ import annotations

import itertools
import re

import pytest
from textual.widgets import Static

from tests.tui.conftest import MakeApp, settle
from tui_labeler.imaging.view import View
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import COMMANDS, default_keymap
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Region
from tui_labeler.model.text import cell_width, fitted, whole_parts
from tui_labeler.tui.screens.reading import InstructionsScreen
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.workspace import Workspace

SIZE = Size(640, 480)
VIEW = View.fit(SIZE, 54, 21)
MODES = {
    TaskType.DETECTION: ("grid", "point to box", "rectangle", "template", "regions"),
    TaskType.SEGMENTATION: ("polygon", "regions", "points"),
    TaskType.CLASSIFICATION: ("tags",),
    TaskType.MULTILABEL: ("tags",),
}
KINDS = [(kind, mode) for kind, modes in MODES.items() for mode in modes]
BOX = Region("a", Box(10, 10, 60, 60))
TRIANGLE = Region("a", points=((10, 10), (60, 10), (60, 60)))


def sayings(kind: TaskType, mode: str) -> list[str]:
    """Every line that keys of this mode bring about, one or two keys deep, with and without a region."""
    said = []
    names = ("a", "b")
    region = BOX if kind is TaskType.DETECTION else TRIANGLE
    keys = [*default_keymap(), "space", "left", "1", "9", "q", "0", "apostrophe"]
    for regions, pressed in itertools.product(((), (region,)), [(), *((key,) for key in keys)]):
        editor = Editor(kind, names, default_keymap())
        editor.open(Draft(regions if kind.has_regions else ()), SIZE)
        editor.mode = mode
        scene = editor.scene(VIEW.area, 1 / VIEW.zoom, 0.0)
        for key in pressed:
            said.append(editor.press(key, scene).message)
        said.append(overlay_builder.prompt(editor, scene))
    return [line for line in said if line]


@pytest.mark.parametrize(("kind", "mode"), KINDS)
def test_no_line_is_cut_at_eighty_columns(kind: TaskType, mode: str) -> None:
    for line in sayings(kind, mode):
        assert cell_width(whole_parts(line, 78)) <= 78
        assert "…" not in whole_parts(line, 78), line


@pytest.mark.parametrize(("kind", "mode"), KINDS)
def test_keys_are_named_in_the_case_that_acts(kind: TaskType, mode: str) -> None:
    letters = {key for key in default_keymap() if len(key) == 1}
    for line in sayings(kind, mode):
        for named in re.findall(r"(?<![\w⇧“+])([A-Za-z])(?![\w”’'…+-])", line):
            assert named in letters - {"a"} or named == "a", (named, line)
            assert named.islower(), line


def test_a_key_that_was_changed_is_named_as_it_is() -> None:
    keymap = {"n" if name == "rectangle" else key: name for key, name in default_keymap().items()}
    editor = Editor(TaskType.DETECTION, ("a",), keymap)
    editor.open(Draft(), SIZE)
    scene = editor.scene(VIEW.area, 1.0, 0.0)
    editor.command("regions", scene)
    assert "n by arrows" in overlay_builder.prompt(editor, scene)


async def test_the_instructions_stand_beside_a_key_that_opens_them(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        panel = app.screen.query_one(LabelPanel)

        def first() -> str:
            return "".join(segment.text for segment in panel.render_line(0))

        assert "F2 Instructions" in first(), "i is a letter over the image"
        await pilot.press("f2")
        await settle(pilot)
        assert isinstance(app.screen, InstructionsScreen)
        await pilot.press("escape", "escape")
        assert "i Instructions" in first()
        await pilot.press("i")
        await settle(pilot)
        assert isinstance(app.screen, InstructionsScreen)


@pytest.mark.parametrize("key", ["home", "end"])
async def test_home_and_end_go_back_to_the_open_task(make_app: MakeApp, soda: Workspace, key: str) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f6")
        await settle(pilot)
        await pilot.press("f6")
        await settle(pilot)
        here = app.screen.path  # type: ignore[attr-defined]
        await pilot.press("pageup", "pageup")
        await settle(pilot)
        assert app.screen.path != here  # type: ignore[attr-defined]
        await pilot.press(key)
        await settle(pilot)
        assert app.screen.path == here  # type: ignore[attr-defined]


async def test_a_line_that_is_too_long_loses_whole_parts(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*"qwe", *"mnb")
        line = str(app.screen.query_one("#prompt", Static).content)
        assert line == "Upper left corner: letter 1 of 3 · arrows correct the last corner"


def test_texts_are_cut_by_cells() -> None:
    assert fitted("animal/dog/poodle", 9) == "anim…odle"
    assert cell_width(fitted("車両・大型トラック", 9)) <= 9
    assert fitted("short", 9) == "short"
    assert whole_parts("one · two · three", 9) == "one · two"
    assert {command.name for command in COMMANDS} >= {"class_code", "resume"}
