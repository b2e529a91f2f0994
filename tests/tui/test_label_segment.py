"""Point to polygon in the app: with a model that looks ahead, is slow, or fails; and boxes from its outlines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.assist import segmentmodels
from tests.assist.drawn import CLASSES, save_images
from tests.tui.conftest import MakeApp, settle
from tests.tui.test_label_places import labeling
from tui_labeler.assist.engine import EngineError
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.model.geometry import Box
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.model.project import Assist, Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels
from tui_labeler.tui import labelkeys
from tui_labeler.workspace import Workspace

TRIANGLE = Outline(Box(10, 10, 60, 60), ((10, 10), (60, 10), (10, 60)), 0.9)
SQUARE = Outline(Box(20, 20, 50, 50), ((20, 20), (50, 20), (50, 50), (20, 50)), 0.6)

Make = Callable[[TaskType], dict[str, Labels]]


class Answering:
    """A model whose answers the test gives."""

    words = "ready"

    def __init__(self) -> None:
        self.asked: list[tuple[str, Prompt, Future[tuple[Outline, ...]]]] = []
        self.ahead: list[tuple[str, ...]] = []
        self.at_once: tuple[Outline, ...] | None = None

    def typed(self) -> None: ...

    def stop(self) -> None: ...

    def look(self, paths: Sequence[str]) -> None:
        self.ahead.append(tuple(paths))

    def outlines(self, path: str, prompt: Prompt) -> Future[tuple[Outline, ...]]:
        future: Future[tuple[Outline, ...]] = Future()
        self.asked.append((path, prompt, future))
        if self.at_once is not None:
            future.set_result(self.at_once)
        return future


@pytest.fixture
def make(workspace: Workspace, tmp_path: Path) -> Make:
    """A project over generated images, with ML assist; gives the truth."""

    def made(kind: TaskType) -> dict[str, Labels]:
        truth = save_images(tmp_path / "images", 6)
        workspace.datasets.add_datastore("toys", str(tmp_path / "images"))
        spec = ProjectSpec(Details("toys", kind), dataset=DatasetChoice("all", "toys"), classes=Classes(CLASSES))
        workspace.projects.create(msgspec.structs.replace(spec, assist=Assist(True)))
        return truth

    return made


@pytest.fixture
def answering(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Answering:
    model = Answering()
    monkeypatch.setattr(workspace.assist, "segmenter", lambda project: model)
    return model


def editor_of(pilot: Pilot[None]) -> Editor:
    editor = labeling(pilot)._editor
    assert editor is not None
    return editor


def prompt_of(pilot: Pilot[None]) -> str:
    return str(pilot.app.screen.query_one("#prompt", Static).content)


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await pilot.pause(0.02)
    await pilot.pause()


async def test_a_point_is_outlined_and_taken_and_tab_shows_the_next(
    make_app: MakeApp, workspace: Workspace, make: Make, answering: Answering
) -> None:
    make(TaskType.SEGMENTATION)
    answering.at_once = (TRIANGLE, SQUARE)
    app = make_app("label", "toys")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        path = labeling(pilot).path
        assert answering.ahead[0][0] == path
        assert len(answering.ahead[-1]) == 2, "the open image, and the next one"
        await pilot.press("ctrl+k")
        await settle(pilot)
        assert "The middle of an object" in prompt_of(pilot)
        await pilot.press("k", "l")
        await settle(pilot)
        editor = editor_of(pilot)
        assert editor.point_box.shape is not None
        assert editor.point_box.shape.points == TRIANGLE.points
        assert "Tab: the next of 2" in prompt_of(pilot)
        await pilot.press("tab", "right", "enter")
        await settle(pilot)
        (region,) = editor.draft.regions
        assert (region.name, region.points) == ("ball", tuple((x + 1, y) for x, y in SQUARE.points))
        # The next one by its letters, typed ahead, and submitted with it.
        await pilot.press("2", "k", "l", "enter", "enter")
        await settle(pilot)
        assert labeling(pilot).path != path
        assert editor.mode == "point to box", "the tool stays from image to image"
        await pilot.press("escape", "escape", "escape")
        await settle(pilot)
    submitted = workspace.tasks.history(workspace.tasks.get("toys", path))[0].labels
    assert submitted is not None
    assert [(region.name, region.points) for region in submitted.regions[1:]] == [("crate", TRIANGLE.points)]


@pytest.mark.slow
async def test_a_refused_outline_leads_to_two_corners_that_ask_for_another(
    make_app: MakeApp, make: Make, answering: Answering
) -> None:
    make(TaskType.SEGMENTATION)
    answering.at_once = (TRIANGLE,)
    app = make_app("label", "toys")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+k", "k", "l", "escape", "k", "k", "k", "l", "l", "l", "enter")
        await settle(pilot)
        assert answering.asked[-1][1].box is not None
        assert [region.points for region in editor_of(pilot).draft.regions] == [TRIANGLE.points]


@pytest.mark.slow
async def test_keys_go_on_while_a_model_looks_and_its_answer_comes_late(
    make_app: MakeApp, make: Make, answering: Answering
) -> None:
    make(TaskType.SEGMENTATION)
    app = make_app("label", "toys")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("ctrl+k", "k", "l")
        await until(pilot, lambda: "looks at this image" in prompt_of(pilot))
        await pilot.press("2")
        assert editor_of(pilot).name == "crate", "other keys work meanwhile"
        answering.asked[-1][2].set_result((TRIANGLE,))
        await until(pilot, lambda: editor_of(pilot).point_box.shape is not None)
        await pilot.press("enter")
        assert [region.name for region in editor_of(pilot).draft.regions] == ["crate"]
        # An answer that nobody waits for any more changes nothing.
        await pilot.press("k", "l")
        await until(pilot, lambda: "looks at this image" in prompt_of(pilot))
        await pilot.press("escape")
        answering.asked[-1][2].set_result((SQUARE,))
        await settle(pilot)
        assert editor_of(pilot).point_box.shape is None
        # One that fails says why, and two corners are asked for.
        await pilot.press("k", "l")
        await until(pilot, lambda: "looks at this image" in prompt_of(pilot))
        answering.asked[-1][2].set_exception(EngineError("The model has ended."))
        await until(pilot, lambda: "The model has ended." in prompt_of(pilot))
        assert len(editor_of(pilot).draft.regions) == 1


@pytest.mark.slow
async def test_boxes_come_from_outlines_and_without_them_while_a_model_looks(
    make_app: MakeApp, make: Make, answering: Answering
) -> None:
    make(TaskType.DETECTION)
    answering.at_once = (TRIANGLE, SQUARE)
    app = make_app("label", "toys")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "k", "k", "l", "enter")
        await settle(pilot)
        assert [region.box for region in editor_of(pilot).draft.regions] == [TRIANGLE.box]
        answering.at_once = None
        await pilot.press("d", "f")
        await until(pilot, lambda: editor_of(pilot).point_box.candidate is not None)
        shown = editor_of(pilot).point_box.candidate
        late = Outline(Box(0, 100, 12, 140), ((0, 100), (12, 100), (0, 140)), 0.8)
        answering.asked[-1][2].set_result((late,))
        await settle(pilot)
        assert editor_of(pilot).point_box.candidate == shown, "nothing changes under a key"
        await pilot.press("shift+tab")
        assert editor_of(pilot).point_box.candidate == late.box


@pytest.mark.slow
async def test_without_a_model_a_point_says_what_it_needs(make_app: MakeApp, make: Make) -> None:
    make(TaskType.SEGMENTATION)
    app = make_app("label", "toys")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        await pilot.press("escape", "k")
        await settle(pilot)
        assert "tui-labeler assist use" in prompt_of(pilot)


@pytest.mark.parametrize(("kind", "title"), [(TaskType.SEGMENTATION, "polygon"), (TaskType.DETECTION, "box")])
def test_its_key_says_what_comes_of_a_point(kind: TaskType, title: str) -> None:
    editor = Editor(kind, ("ball",), default_keymap())
    editor.has_segmenter = True
    (row,) = [row for row in labelkeys.key_rows(editor) if row.command == "point"]
    assert row.title == f"Point to {title}"
    (help_row,) = [row for row in labelkeys.help_rows(default_keymap(), kind=kind) if row.name == "point"]
    assert help_row.help.startswith(f"Point to {title}: ")


@pytest.mark.slow
async def test_a_real_process_outlines_what_is_pointed_at(
    make_app: MakeApp, workspace: Workspace, make: Make, tmp_path: Path
) -> None:
    truth = make(TaskType.SEGMENTATION)
    workspace.assist.use_segmenter("toys", segmentmodels.pair(tmp_path / "model"))
    app = make_app("label", "toys")
    async with app.run_test(size=(120, 36)) as pilot:
        await settle(pilot)
        screen, editor = labeling(pilot), editor_of(pilot)
        assert editor.has_segmenter
        box = truth[screen.path].regions[0].extent
        await pilot.press("ctrl+k")
        editor.point_box.asked = Prompt(((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2))
        screen.find_objects(editor)
        await until(pilot, lambda: editor.point_box.shape is not None)
        assert editor.point_box.candidate is not None
        assert editor.point_box.candidate.iou(box) > 0.6
        assert screen.model_words() == "can outline"
