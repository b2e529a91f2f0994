"""Many classes, and long or foreign names of classes: what the panel shows of them, and the keys that choose them."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from tests.tui.conftest import MakeApp, draw_images, make_spec, settle
from tui_labeler.model.project import Classes, TaskType
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.sheet import SheetScreen
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.workspace import Workspace

SIXTY = tuple(
    f"{colour} {kind}"
    for colour in ("red", "blue", "green", "white", "black", "grey")
    for kind in ("ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen", "ibis", "jay")
)


def lines(pilot: Pilot[None]) -> list[str]:
    panel = pilot.app.screen.query_one(LabelPanel)
    return ["".join(segment.text for segment in panel.render_line(y)) for y in range(panel.size.height)]


def prepare(workspace: Workspace, folder: Path, names: tuple[str, ...], kind: TaskType = TaskType.DETECTION) -> None:
    workspace.datasets.add_datastore("cans", str(draw_images(folder / "images", 6)))
    workspace.projects.create(msgspec.structs.replace(make_spec("many", kind), classes=Classes(names)))


def code_of(pilot: Pilot[None], name: str) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, LabelScreen)
    assert screen._editor is not None
    return screen._editor.picker.codes[screen.names.index(name)]


@pytest.mark.parametrize("size", [(100, 24), (120, 36), (200, 50)])
async def test_sixty_classes_leave_room_for_the_keys_and_say_how_many_more_there_are(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path, size: tuple[int, int]
) -> None:
    prepare(workspace, tmp_path, SIXTY)
    app = make_app("label", "many")
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        seen = lines(pilot)
        shown = sum("■" in line for line in seen)
        assert shown >= 3
        assert any(f"↓ {60 - shown} more" in line for line in seen), seen
        keys = [line for line in seen if line.startswith((" ⏎", " F6", " PgUp", " PgDn", " Home", " ⌫"))]
        assert len(keys) == 6, seen
        assert any("' code" in line and "/ finds" in line for line in seen)


async def test_a_class_beyond_the_ninth_by_its_code(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    prepare(workspace, tmp_path, SIXTY)
    app = make_app("label", "many")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        await pilot.press("apostrophe")
        assert "type its code" in str(screen.query_one("#prompt", Static).content)
        footer = str(screen.query_one(KeyBar).render())
        assert "Take this class" in footer
        assert "Submit" not in footer, "Enter does not submit now"
        await pilot.press(*code_of(pilot, "black fox"))
        assert screen.query_one(Canvas).overlay.name == "black fox"
        await pilot.press(*"qwe", *"mnb")
        assert screen.query_one(Canvas).overlay.marks[0].region.name == "black fox"
        await pilot.press("escape", "tab", "apostrophe", *code_of(pilot, "grey jay"))
        assert screen.query_one(Canvas).overlay.marks[0].region.name == "grey jay", "it changes the selected region"
        assert any("◉" in line and "grey jay" in line for line in lines(pilot)), "the list has gone there"
        assert any("↑ 5" in line for line in lines(pilot))


@pytest.mark.slow
async def test_codes_are_gone_through_and_given_up(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    prepare(workspace, tmp_path, SIXTY)
    app = make_app("label", "many")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        canvas = app.screen.query_one(Canvas)
        await pilot.press("apostrophe", "end", "up", "enter")
        assert canvas.overlay.name == SIXTY[-2]
        await pilot.press("apostrophe", "escape", "2")
        assert canvas.overlay.name == SIXTY[1]
        await pilot.press("apostrophe", "3")
        assert canvas.overlay.name == SIXTY[2], "a digit chooses there too"
        await pilot.press("apostrophe", "slash", *"jay")
        assert app.screen.query_one(OptionList).option_count == 6, "from the codes to the search"
        await pilot.press("enter")
        assert canvas.overlay.name == "red jay"
        assert workspace.projects.status("many").completed == 0, "Enter took a class each time, and submitted nothing"


async def test_the_wheel_goes_through_the_list(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    prepare(workspace, tmp_path, SIXTY)
    app = make_app("label", "many")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        assert any("red ant" in line for line in lines(pilot))
        panel = app.screen.query_one(LabelPanel)
        for _ in range(30):
            panel.post_message(events.MouseScrollDown(panel, 5, 4, 0, 1, 0, False, False, False, 5, 4))
        await settle(pilot)
        assert any("grey jay" in line for line in lines(pilot)), lines(pilot)
        await pilot.press("1")
        assert any("grey jay" in line for line in lines(pilot)), "the same class is chosen: the list stays"
        await pilot.press("2")
        assert any("red bee" in line for line in lines(pilot))


async def test_codes_on_a_sheet(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    prepare(workspace, tmp_path, SIXTY, TaskType.CLASSIFICATION)
    app = make_app("label", "many")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        code = code_of(pilot, "white hen")
        await pilot.press("w")
        await settle(pilot)
        assert isinstance(app.screen, SheetScreen)
        await pilot.press("apostrophe", *code)
        assert app.screen._sheet.places[0].draft.tags == ("white hen",)


async def test_few_classes_need_no_code(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        assert not any("' code" in line for line in lines(pilot))
        await pilot.press("apostrophe")
        assert "Digits choose every class" in str(app.screen.query_one("#prompt", Static).content)


@pytest.mark.parametrize(
    "names",
    [
        ("x",),
        (f"{'a-very-long-name-of-a-class-':<55}end".replace(" ", "z"), "b"),
        (
            "車両・大型トラックと自動二輪車と歩行者と信号機",
            "🍎🍏🍐🍊🍋🍌🍉🍇🍓🫐🍈🍒🍑🥭🍍",
            "сравнительно длинное имя класса",
        ),
        tuple(f"animal/dog/poodle/size {n}" for n in range(300)),
    ],
    ids=["one", "long", "scripts", "nested"],
)
async def test_each_line_of_the_panel_is_as_wide_as_the_panel(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path, names: tuple[str, ...]
) -> None:
    prepare(workspace, tmp_path, names)
    app = make_app("label", "many")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot)
        panel = app.screen.query_one(LabelPanel)
        for y in range(panel.size.height):
            assert panel.render_line(y).cell_length == 26
        shown = next(line for line in lines(pilot) if "■" in line)
        assert shown.rstrip().endswith(names[0][-2:]), "both ends of a name can be read"
        assert "…" in shown or names[0] in shown
