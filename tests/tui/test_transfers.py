"""Exports that were chosen, and imports that were looked at first, by keys alone."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from textual.widgets import Input, Select, Static
from textual.widgets.select import InvalidSelectValueError

from tests.tui.conftest import MakeApp, label_some, settle
from tui_labeler.model.tasks import TaskState
from tui_labeler.model.transfers import ImportChoices, ReadOptions
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.export import ExportScreen, snippet
from tui_labeler.tui.screens.exportchoice import ExportDialog
from tui_labeler.tui.screens.importing import ImportScreen
from tui_labeler.tui.screens.importreadings import READINGS
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.widgets.choices import Choices
from tui_labeler.workspace import Workspace


def coco(path: Path) -> Path:
    names = ("image_000.png", "image_001.png", "elsewhere.png")
    images = [{"id": n, "file_name": name, "width": 320, "height": 240} for n, name in enumerate(names)]
    boxes = [{"id": n, "image_id": n % 3, "category_id": n % 2, "bbox": [10, 20, 30, 40]} for n in range(4)]
    classes = [{"id": 0, "name": "coke"}, {"id": 1, "name": "[b]pepsi"}]
    path.write_text(json.dumps({"images": images, "annotations": boxes, "categories": classes}))
    return path


@pytest.mark.slow
async def test_an_export_is_chosen_and_the_choice_remembered(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 5)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("E")
        await settle(pilot)
        assert isinstance(app.screen, ExportDialog)
        await pilot.press("2")  # COCO
        app.screen.query_one("#split", Select).value = 0.2
        app.screen.query_one("#class", Select).value = "coke"
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, ExportScreen)
        (export,) = soda.exchange.exports("soda")
        assert (export.format, export.parts) == ("coco", {"train": 4, "validation": 1})
        await pilot.press("q")
        await settle(pilot)
        await pilot.press("e")  # as the last time, by one key
        await settle(pilot)
        assert [export.format for export in soda.exchange.exports("soda")] == ["coco", "coco"]
        await pilot.press("q")
        await settle(pilot)
        await pilot.press("E")
        await settle(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)
        assert len(soda.exchange.exports("soda")) == 2


@pytest.mark.slow
async def test_an_import_is_looked_at_first(make_app: MakeApp, soda: Workspace, tmp_path: Path) -> None:
    file = coco(tmp_path / "a.json")
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("2", "i")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ImportScreen)
        assert "Name the file" in screen.disabled_reason("look")
        assert screen.disabled_reason("take")
        screen.query_one("#path", Input).value = str(file)
        await pilot.press("enter")
        await settle(pilot)
        summary = str(screen.query_one("#summary", Static).content)
        assert "2 images of 3 in the file" in summary
        assert "elsewhere.png" in summary
        assert soda.projects.status("soda").completed == 0
        screen.query_one("#class-0", Select).value = "sprite"
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)
        status = soda.projects.status("soda")
        assert (status.completed, status.classes) == (2, {"coke": 1, "diet_coke": 0, "sprite": 2})


@pytest.mark.slow
async def test_the_path_is_there_again_and_typing_replaces_it(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("i")
        await settle(pilot)
        await pilot.press(*"ab", "escape")
        await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)
        await pilot.press("i")
        await settle(pilot)
        field = app.screen.query_one("#path", Input)
        assert field.value == "ab"
        await pilot.press(*"cd", "escape")
        await settle(pilot)
        await pilot.press("i", *"e")
        await settle(pilot)
        assert app.screen.query_one("#path", Input).value == "e", "keys typed ahead, too"


async def test_a_broken_file_says_what_is_wrong(make_app: MakeApp, soda: Workspace, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"images": [')
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("i")
        await settle(pilot)
        app.screen.query_one("#path", Input).value = str(tmp_path / "a.json")
        await pilot.press("enter")
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, ImportScreen)
        assert "a.json" in str(screen.query_one("#summary", Static).content)
        assert screen.disabled_reason("take")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)


@pytest.mark.slow
async def test_more_formats_than_fit_scroll(soda: Workspace, make_app: MakeApp) -> None:
    label_some(soda, 1)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("E")
        await settle(pilot)
        choices = app.screen.query_one(Choices)
        cards = list(choices.query(".card"))
        assert len(cards) > choices.size.height
        for card in cards:
            assert choices.region.contains_region(card.region)
            assert app.screen.region.contains_region(app.screen.query_one("#yes").region)
            await pilot.press("down")
            await settle(pilot)


def test_every_format_has_words_to_load_it(soda: Workspace) -> None:
    label_some(soda, 3)
    for label_format in soda.exchange.formats():
        if label_format.kinds:
            result = soda.exchange.export("soda", "csv")
            text = snippet(msgspec.structs.replace(result, format=label_format.name))
            assert label_format.name == "csv" or "read_csv" not in text
            assert result.path in text
            compile(text, "snippet", "exec")


@pytest.mark.slow
async def test_an_import_is_taken_back(make_app: MakeApp, soda: Workspace, tmp_path: Path) -> None:
    """F8 takes the newest import back, after a question."""
    before = soda.projects.status("soda").completed
    result = soda.exchange.import_labels("soda", coco(tmp_path / "a.json"), choices=ImportChoices(add=True))
    assert result.imported == 2
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("2", "i")
        await settle(pilot)
        assert isinstance(app.screen, ImportScreen)
        for key in ("f8", "y"):
            await pilot.press(key)
            await settle(pilot)
        assert soda.projects.status("soda").completed == before
        assert soda.exchange.imports("soda")[0].undone


@pytest.mark.slow
async def test_why_an_image_needs_review_is_said(make_app: MakeApp, soda: Workspace, tmp_path: Path) -> None:
    """An import left a rotated box out of it: the line below says so until the next key."""
    path = coco(tmp_path / "a.json")
    document = json.loads(path.read_text())
    document["annotations"][0]["attributes"] = {"rotation": 30.0}  # one of two boxes of image_000.png
    path.write_text(json.dumps(document))
    assert soda.exchange.import_labels("soda", path, choices=ImportChoices(add=True)).review == 1
    task = soda.tasks.get("soda", "image_000.png")
    assert task.state is TaskState.STALE
    app = make_app("label", "soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, 0.4)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        for _ in range(8):
            if screen.path == task.path:
                break
            await pilot.press("f6")
            await settle(pilot, 0.4)
        assert "the import left out rotated boxes" in str(screen.query_one("#prompt", Static).content)
        await pilot.press("question_mark", "escape")
        await settle(pilot)
        assert "left out" not in str(screen.query_one("#prompt", Static).content)


def reading_of(**chosen: str) -> int:
    """The number of a way to read."""
    return next(n for n, (_, choices) in enumerate(READINGS) if choices.reading == ReadOptions(**chosen))


async def test_only_readings_that_the_format_heeds_are_offered(
    make_app: MakeApp, soda: Workspace, tmp_path: Path
) -> None:
    path = coco(tmp_path / "a.json")
    edges, corners, rotated = reading_of(corners="edges"), reading_of(box="corners"), reading_of(rotated="enclose")
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        app.push_screen(ImportScreen("soda"))
        await settle(pilot)
        screen = app.screen
        reading, chosen_format = screen.query_one("#reading", Select), screen.query_one("#format", Select)
        told = chosen_format.value
        reading.value = edges  # all are offered where the format is not known
        chosen_format.value = "labelme"
        await settle(pilot)
        assert reading.value == 0
        with pytest.raises(InvalidSelectValueError):
            reading.value = edges
        reading.value = rotated
        chosen_format.value = "voc"
        await settle(pilot)
        assert reading.value == rotated  # what is heeded, too, stays
        reading.value = edges
        chosen_format.value = told
        screen.query_one("#path", Input).value = str(path)
        reading.value = 0
        await pilot.press("f5")
        await settle(pilot)
        with pytest.raises(InvalidSelectValueError):
            reading.value = edges
        reading.value = corners
