"""Review by keys: crops by the page, whole images, what goes back."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from textual.screen import Screen
from textual.widgets import Input, Static

from tests.tui.conftest import CLASSES, MakeApp, draw_images, make_spec, settle, type_text
from tests.tui.test_label_segment import until
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.review import ReviewScreen
from tui_labeler.tui.widgets.labelpanel import LabelPanel
from tui_labeler.workspace import Workspace

FOUR = Labels(Size(320, 240), (Region("coke", Box(20, 30, 90, 130)), Region("sprite", Box(200, 30, 260, 130))))


@pytest.fixture
def reviewed(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Four images that ann labeled, and that wait for review."""
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 4)))
    workspace.projects.create(msgspec.structs.replace(make_spec(), workforce=Workforce(review=1.0)))
    for task in workspace.tasks.page("soda", TaskFilter(), 0, 9):
        workspace.queue.submit(task, "ann", FOUR)
    return workspace


def prompt(screen: ReviewScreen) -> str:
    return str(screen.query_one("#prompt", Static).content)


async def test_pages_are_accepted_and_marks_become_corrections(make_app: MakeApp, reviewed: Workspace) -> None:
    app = make_app("review", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        assert prompt(screen).startswith("Page 1 of 2 · “coke”")
        await pilot.press("a", "2")  # the first can is a diet coke
        await settle(pilot)
        assert "digit: another class" in prompt(screen)
        await pilot.press("b", "comma", "space")
        await settle(pilot)
        assert "“sprite”" in prompt(screen)
        assert reviewed.quality.figures("soda").review.waiting == 4, "nothing is decided before all of it was seen"
        await pilot.press("space")
        await settle(pilot)
        assert "Nothing waits for you" in str(screen.query_one("#notice", Static).content)
        figures = reviewed.quality.figures("soda").review
        assert (figures.accepted, figures.corrected, figures.returned) == (2, 1, 1)
        first = reviewed.tasks.current_labels(reviewed.tasks.get("soda", "image_000.png"))
        assert first is not None
        assert first.labels is not None
        assert (first.labeler, first.labels.regions[0].name) == ("bob", CLASSES[1])
        returned = reviewed.tasks.get("soda", "image_001.png")
        assert reviewed.queue.contents(returned, "ann").note == "bob: box 1, “coke”, does not fit"


async def test_what_was_given_back_says_why_and_the_dashboard_how_it_stands(
    make_app: MakeApp, reviewed: Workspace
) -> None:
    item = reviewed.review.waiting("soda", "rae", 1)[0]
    reviewed.review.give_back("soda", item, "rae", "the left one is loose", labeler="bob")
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        told = str(app.screen.query_one("#prompt", Static).content)
        assert told == "Given back by rae: the left one is loose"
        await pilot.press("escape", "escape")
        await settle(pilot)
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        text = str(app.screen.query_one("#quality", Static).content)
        assert "3 waiting  v looks them over" in text
        assert "1 given back" in text


@pytest.mark.slow
async def test_image_by_image_with_a_comment(make_app: MakeApp, reviewed: Workspace) -> None:
    app = make_app("project", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)
        await pilot.press("v")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        await pilot.press("tab")
        await settle(pilot)
        assert prompt(screen).startswith("image_000.png · labeled by ann · 4 images left")
        await pilot.press("space")
        await settle(pilot)
        assert prompt(screen).startswith("image_001.png")
        await pilot.press("exclamation_mark")
        await pilot.pause(0.1)
        app.screen.query_one(Input).value = "mind the left one"
        await pilot.press("enter")
        await settle(pilot)
        standing = reviewed.review.standing(reviewed.tasks.get("soda", "image_001.png"))
        assert standing is not None
        assert (standing.labeler, standing.comment) == ("ann", "mind the left one")
        assert reviewed.quality.figures("soda").review.accepted == 1
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen), "to be corrected"
        await pilot.press("escape", "escape")
        await settle(pilot)


async def test_a_project_without_review_says_where_it_begins(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("review", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, ReviewScreen)
        notice = str(app.screen.query_one("#notice", Static).content)
        assert "The project has no review: ⇧Q in its Details" in notice
        offered = [action for action in app.screen.ACTIONS if not app.screen.disabled_reason(action.name)]
        assert [action.name for action in offered] == ["help", "back"]
        await pilot.press("exclamation_mark", "tab", "space", "enter")
        await settle(pilot)
        assert isinstance(app.screen, ReviewScreen)


async def test_ones_own_labels_are_not_reviewed(make_app: MakeApp, reviewed: Workspace) -> None:
    for task in reviewed.tasks.page("soda", TaskFilter(), 0, 9):
        reviewed.queue.submit(task, "bob", Labels(FOUR.size))  # bob corrects ann's, which is a review
        reviewed.queue.submit(task, "bob", FOUR)  # what he changes afterwards is his own
    app = make_app("review", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert isinstance(app.screen, ReviewScreen)
        notice = str(app.screen.query_one("#notice", Static).content)
        assert notice == "Nothing waits for you. What waits is your own, or another reviewer has it."
        await pilot.press("tab", "space", "a", "exclamation_mark")
        await settle(pilot)
        assert reviewed.quality.figures("soda").review.waiting == 4


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_what_was_asked_for_is_seen_by_the_labeler_and_when_it_comes_back(
    size: tuple[int, int], make_app: MakeApp, reviewed: Workspace
) -> None:
    """The whole way by keys: review, give back with a comment, correct it, submit, review again."""
    app = make_app("review", "soda", TUI_LABELER_LABELER="rae")
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        await pilot.press("a", "exclamation_mark")
        await settle(pilot)
        await type_text(pilot, "the left can is loose")
        await pilot.press("enter")
        await settle(pilot)
    app = make_app("label", "soda", TUI_LABELER_LABELER="ann")
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        assert str(app.screen.query_one("#prompt", Static).content) == "Given back by rae: the left can is loose"
        await pilot.press("escape", "tab")  # selects the first box
        await settle(pilot)
        if size[0] < 100:  # the panel is hidden
            assert "“rae: the left can is loose” · " in str(app.screen.query_one("#prompt", Static).content)
            await pilot.press("f5")
            await settle(pilot)
        assert "rae: the left can is" in panel_text(app.screen)
        assert "Given back by" in panel_text(app.screen)
        await pilot.press("right", "right", "enter")
        await settle(pilot)
        await pilot.press("escape", "escape")
        await settle(pilot)
    app = make_app("review", "soda", TUI_LABELER_LABELER="rae")
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        back = "given back by rae: “the left can is loose” → 1 moved"
        assert remark(screen) == f"image_000.png · {back}"
        first = screen._sheet.page[0]
        assert (first.item.path, first.region, first.why) == ("image_000.png", 0, "moved"), "what changed comes first"
        await pilot.press("a")
        await settle(pilot)
        assert prompt(screen).startswith("moved · digit: another class")
        assert remark(screen) == f"image_000.png · {back}"
        await pilot.press("escape", "tab")
        await settle(pilot)
        while (item := screen._item()) is not None and item.given_back is None:
            assert not screen.query_one("#remark", Static).display
            await pilot.press("space")
            await settle(pilot)
        assert remark(screen) == f"image_000.png · {back}"


def remark(screen: ReviewScreen) -> str:
    """What stands above the prompt; all of it is seen, in as many lines as it takes."""
    shown = screen.query_one("#remark", Static)
    assert shown.display
    assert shown.virtual_size.height <= shown.size.height
    return str(shown.content)


def panel_text(screen: Screen[object]) -> str:
    panel = screen.query_one(LabelPanel)
    return "\n".join(panel.render_line(row).text for row in range(panel.size.height))


async def test_a_marked_crop_shows_its_keys_whole_however_long_its_doubt(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 1)))
    workspace.projects.create(msgspec.structs.replace(make_spec(), workforce=Workforce(labels=2, review=1.0)))
    task = workspace.tasks.page("soda", TaskFilter(), 0, 1)[0]
    far = [Box(10 + 60 * n, 150, 50 + 60 * n, 200) for n in range(5)]
    workspace.queue.submit(task, "ann", FOUR)
    names = ("coke", "coke", "diet_coke", "diet_coke", "sprite")
    workspace.queue.submit(
        task, "cy", Labels(Size(320, 240), tuple(Region(name, box) for name, box in zip(names, far, strict=True)))
    )
    app = make_app("review", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        await pilot.press("a")
        await settle(pilot)
        assert prompt(screen).startswith("digit: another class · Del · , loose · . neighbour · ⏎ opens it")
        assert remark(screen) == (
            "3 × “coke” marked by 1 of 2; 2 × “sprite” marked by 1 of 2; 2 × “diet_coke” marked by 1 of 2"
        )


async def test_what_comes_after_the_end_is_seen_without_leaving(make_app: MakeApp, reviewed: Workspace) -> None:
    app = make_app("review", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        await pilot.press("space", "space")
        notice = screen.query_one("#notice", Static)
        await until(pilot, lambda: "Nothing waits for you" in str(notice.content))
        assert screen.disabled_reason("open")
        bobs, anns = reviewed.tasks.page("soda", TaskFilter(), 0, 2)
        reviewed.queue.submit(bobs, "bob", FOUR)  # one's own
        reviewed.queue.submit(anns, "ann", FOUR)
        await until(pilot, lambda: "There is something to review again" in str(notice.content))
        await pilot.press("space")
        await settle(pilot)
        assert reviewed.quality.figures("soda").review.waiting == 2, "what was not seen is not accepted"
        await pilot.press("enter")
        await until(pilot, lambda: prompt(screen).startswith("Page 1 of 2"))
        await pilot.press("space", "space")
        await until(pilot, lambda: "Nothing waits for you" in str(notice.content))
