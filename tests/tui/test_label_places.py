"""Where one is at the labeling screen: the first line, the room of the image, the list of regions, and ways to other
images."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from tests.tui.conftest import MakeApp, label_some, settle
from tests.tui.test_label_mouse import row_of
from tui_labeler.labeling.modes import Mode
from tui_labeler.tui.screens.gotoimage import GoToImage
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.tui.widgets.classstrip import ClassStrip
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.tui.widgets.promptline import PromptLine
from tui_labeler.workspace import Workspace


def first_line(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#crumbs", Static).content)


def strip(pilot: Pilot[None]) -> str:
    return "".join(segment.text for segment in pilot.app.screen.query_one(ClassStrip).render_line(0))


def labeling(pilot: Pilot[None]) -> LabelScreen:
    screen = pilot.app.screen
    assert isinstance(screen, LabelScreen)
    return screen


async def test_a_narrow_window_gives_the_image_its_whole_width(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        canvas, panel = app.screen.query_one(Canvas), app.screen.query_one(LabelPanel)
        assert canvas.size.width >= 75
        assert canvas.size.height >= 20
        assert not panel.size.area
        await pilot.press("2")
        assert "2 ◉ ■ diet_coke" in strip(pilot)
        assert "1 ○ ■ coke" in strip(pilot)
        await pilot.click(ClassStrip, offset=(3, 0))
        await settle(pilot)
        assert "1 ◉ ■ coke" in strip(pilot)
        await pilot.press("f5")
        await settle(pilot)
        assert panel.size.width >= 26
        assert canvas.size.width == 80 - panel.size.width
        await pilot.press("f5")
        await settle(pilot)
        assert canvas.size.width == 80


async def test_the_panel_of_a_wide_window_hides_and_comes_back(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        canvas = app.screen.query_one(Canvas)
        assert canvas.size.width < 100
        await pilot.press("f5")
        await settle(pilot)
        assert canvas.size.width == 120
        await pilot.press("f5")
        await settle(pilot)
        assert canvas.size.width < 100


async def test_the_first_line_says_position_state_and_labeler(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 24)) as pilot:
        await settle(pilot, 0.2)
        assert "image_002.png" in first_line(pilot)
        assert "3/8" in first_line(pilot)
        assert "○ not labeled" in first_line(pilot)
        assert "6 left" in first_line(pilot)
        await go_to(pilot, "1")
        assert "1/8" in first_line(pilot)
        assert "✓ completed by ann" in first_line(pilot)
        await pilot.press("escape", "tab", "2")
        await settle(pilot)
        assert "● changed, ⏎ submits" in first_line(pilot)


async def go_to(pilot: Pilot[None], text: str) -> None:
    await pilot.press("f8")
    await settle(pilot)
    assert isinstance(pilot.app.screen, GoToImage)
    await pilot.press(*text)
    await settle(pilot, 0.1)
    await pilot.press("enter")
    await settle(pilot, 0.2)


@pytest.mark.slow
async def test_any_image_opens_by_number_or_name_and_previous_leads_back(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await go_to(pilot, "6")
        assert labeling(pilot).path == "image_005.png"
        await go_to(pilot, "e_003")
        assert labeling(pilot).path == "image_003.png"
        await pilot.press("pageup")
        await settle(pilot)
        assert labeling(pilot).path == "image_005.png"
        await pilot.press("f8")
        await settle(pilot, 0.1)
        rows = app.screen.query_one(OptionList)
        assert rows.option_count == 8, "the neighbours, with their states"
        assert rows.highlighted == 5
        await pilot.press("escape")
        await settle(pilot)
        assert labeling(pilot).path == "image_005.png"


@pytest.mark.slow
async def test_page_down_goes_past_open_images_and_leaves_them_open(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        paths = [labeling(pilot).path]
        for key in ("pagedown", "pagedown", "pageup", "pagedown", "pagedown"):
            await pilot.press(key)
            await settle(pilot)
            paths.append(labeling(pilot).path)
        assert paths == [f"image_00{number}.png" for number in (0, 1, 2, 1, 2, 3)]
        assert soda.projects.status("soda").incomplete == 8
        for _ in range(6):
            await pilot.press("pagedown")
            await settle(pilot)
        assert labeling(pilot).path == "image_007.png", "the last one is the end"


async def test_a_region_is_selected_in_the_list(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 1)
    app = make_app("label", "soda")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await go_to(pilot, "1")
        panel = app.screen.query_one(LabelPanel)
        row = row_of(panel, "70×100")
        await pilot.click(LabelPanel, offset=(6, row))
        await settle(pilot)
        editor = labeling(pilot)._editor
        assert editor is not None
        assert (editor.selected, editor.mode) == (0, Mode.REGIONS)
        assert "▸ ■ coke" in "".join(segment.text for segment in panel.render_line(row))
        await pilot.press("delete")
        await settle(pilot)
        assert not editor.draft.regions


async def test_the_help_is_grouped_and_the_palette_names_the_keys(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        screen = labeling(pilot)
        groups = list(dict.fromkeys(action.group for action in screen.palette_actions()))
        assert groups[0] == "While letters are up"
        assert groups[-1] == "After Esc"
        assert "Tasks" in groups
        offered = {command.title: command for command in app.get_system_commands(screen)}
        assert offered["Go to"].help.startswith("F8  ·  ")
        assert "Not now: There are no proposals." in offered["Proposals"].help
        await pilot.press("question_mark")
        await settle(pilot)
        shown = [str(static.content) for static in app.screen.query(Static)]
        assert "While letters are up" in shown
        assert "After Esc" in shown
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert "After Esc" not in {action.group for action in screen.palette_actions()}


async def test_where_nothing_is_before_it_is_said_whose_that_is(make_app: MakeApp, soda: Workspace) -> None:
    """ann labeled three and carol holds the fourth: bob's first image is the fifth."""
    label_some(soda, 3)
    assert soda.queue.claim("soda", "carol", "hers")
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert labeling(pilot).path == "image_004.png"
        await pilot.press("pageup")
        await settle(pilot)
        said = str(app.screen.query_one(PromptLine).content)
        assert said == "No image before was yours: 3 labeled by ann, carol at work. F8 opens any."
        soda.queue.give_back("hers")
        for _ in range(3):
            await pilot.press("pagedown")
            await settle(pilot)
        assert labeling(pilot).path == "image_007.png"
        await pilot.press("pagedown")
        await settle(pilot)
        assert "No image behind this one waits for you. F8" in str(app.screen.query_one(PromptLine).content)
