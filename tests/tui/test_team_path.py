"""Three people label, one looks over: the whole path by keys, from the wizard to the export, each in an own app."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, Static

from tests.tui.conftest import MakeApp, draw_images, settle, type_text
from tests.tui.wizardry import begin
from tui_labeler.model.review import CONSENSUS
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.tui.screens.review import ReviewScreen
from tui_labeler.workspace import Workspace

SIZE = (100, 30)
BOX, ELSEWHERE = "iqqvqq", "nqqvqq"  # letters of two corners


async def create(pilot: Pilot[None]) -> None:
    await begin(pilot)
    await type_text(pilot, "soda")
    await pilot.press("f3", "tab", "3", "tab", "tab", "1", "0", "0", "tab")
    await type_text(pilot, "rae")
    await pilot.press("f3")
    await settle(pilot)
    await pilot.press("tab")
    await type_text(pilot, "cansSet")
    await settle(pilot)
    await pilot.press("f3", "f3")
    await settle(pilot)
    for name in ("coke", "sprite"):
        await type_text(pilot, name)
        await pilot.press("enter")
    await pilot.press("f3", "f3", "f3")
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot, 0.5)


async def label(make_app: MakeApp, who: str, class_key: str, first: str, images: int) -> str:
    """Draws one box in each of the next images; what the labeler reads then."""
    app = make_app("label", "soda", TUI_LABELER_LABELER=who)
    async with app.run_test(size=SIZE) as pilot:
        for number in range(images):
            await settle(pilot, 0.3)
            await pilot.press(class_key, *(BOX if number else first), "enter")
        await settle(pilot, 0.5)
        told = str(app.screen.query_one("#notice", Static).content)
        await pilot.press("escape")
        await settle(pilot)
    return told


@pytest.mark.slow
async def test_three_labelers_a_reviewer_known_images_and_the_export(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 3)))
    app = make_app(TUI_LABELER_LABELER="rae")
    async with app.run_test(size=SIZE) as pilot:
        await create(pilot)
    assert workspace.projects.status("soda").total == 3
    assert "waits for other people" in await label(make_app, "ann", "1", BOX, 3)
    assert "waits for other people" in await label(make_app, "bob", "1", BOX, 3)
    assert "All done" in await label(make_app, "eve", "2", ELSEWHERE, 3)  # her first box is where nothing is
    tasks = workspace.tasks.page("soda", TaskFilter(), 0, 9)
    counting = [workspace.tasks.current_labels(task) for task in tasks]
    assert [entry.labeler for entry in counting if entry] == [CONSENSUS] * 3
    assert [region.name for entry in counting if entry and entry.labels for region in entry.labels.regions] == [
        "coke"
    ] * 3

    app = make_app("review", "soda", TUI_LABELER_LABELER="rae")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot, 0.3)
        assert isinstance(app.screen, ReviewScreen)
        await pilot.press("tab")
        await settle(pilot, 0.3)
        prompt = str(app.screen.query_one("#prompt", Static).content)
        assert prompt.startswith("image_000.png · from ann, bob, eve"), "the most doubted one first"
        await pilot.press("exclamation_mark")
        await settle(pilot, 0.2)
        app.screen.query_one(Input).value = "it stands at the left"
        await pilot.press("enter")
        await settle(pilot, 0.4)
        await pilot.press("tab")
        await settle(pilot, 0.3)
        await pilot.press("a", "2", "escape", "space")  # another class for the first of the two others
        await settle(pilot, 0.5)
    review = workspace.quality.figures("soda").review
    assert (review.waiting, review.accepted, review.corrected, review.returned) == (0, 1, 1, 1)

    app = make_app("label", "soda", TUI_LABELER_LABELER="eve")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot, 0.4)
        assert str(app.screen.query_one("#prompt", Static).content) == "Given back by rae: it stands at the left"
        await pilot.press("escape", "tab", "delete", "g", "1", *BOX, "enter")
        await settle(pilot, 0.5)
        await pilot.press("escape")
        await settle(pilot)
    again = workspace.review.waiting("soda", "rae", 9)
    assert [(item.path, item.reason) for item in again] == [("image_000.png", "")], "all three agree now"
    workspace.review.leave("soda", "rae")

    app = make_app(TUI_LABELER_LABELER="rae")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot, 0.4)
        part = str(app.screen.query_one("#quality", Static).content)
        assert "1 waiting  v looks them over" in part
        await pilot.press("v")
        await settle(pilot, 0.4)
        await pilot.press("space")
        await settle(pilot, 0.4)
        await pilot.press("escape")
        await settle(pilot, 0.3)
        await pilot.press("2")
        await settle(pilot, 0.4)
        await pilot.press("asterisk")
        await settle(pilot, 0.4)
        assert [path for path, _, _, answers in workspace.gold.images("soda") if answers == 3] == ["image_000.png"]
        await pilot.press("e")
        await settle(pilot, 1.0)
    known = {figures.name: figures.gold.found for figures in workspace.quality.figures("soda").labelers}
    assert known == {"ann": 1.0, "bob": 1.0, "eve": 1.0}
    (export,) = workspace.exchange.exports("soda")
    rows = [json.loads(line) for line in (Path(export.path) / "annotations.jsonl").read_text("utf-8").splitlines()]
    assert sorted(row["label"][0]["label"] for row in rows) == ["coke", "coke", "sprite"]
