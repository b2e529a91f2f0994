"""The sheet by keys: several images a screen."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from textual.widgets import Static

from tests.tui.conftest import MakeApp, draw_images, make_spec, settle
from tui_labeler.model.geometry import Size
from tui_labeler.model.prelabels import Prelabel
from tui_labeler.model.project import Assist, TaskOrder, TaskType
from tui_labeler.model.regions import Labels
from tui_labeler.model.tasks import TaskFilter
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.sheet import SheetScreen
from tui_labeler.workspace import Workspace


@pytest.mark.slow
async def test_nine_images_by_ten_keys(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    images = draw_images(tmp_path / "images", 12)
    (images / "image_001.png").write_bytes(b"broken")
    workspace.datasets.add_datastore("cans", str(images))
    workspace.projects.create(make_spec("kinds", TaskType.CLASSIFICATION))
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("l")
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        await pilot.press("1", "w")
        await settle(pilot)
        assert isinstance(app.screen, SheetScreen)
        await pilot.press("w")
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot, 0.8)
        sheet = app.screen
        assert isinstance(sheet, SheetScreen)
        await pilot.press("enter")
        await settle(pilot)
        assert "have no tag yet" in str(sheet.query_one("#prompt", Static).content)
        await pilot.press("shift+tab", "s")  # the broken one cannot be tagged
        await settle(pilot)
        assert workspace.projects.status("kinds").skipped == 1
        await pilot.press("a", "2", "enter")
        await settle(pilot, 0.8)
        status = workspace.projects.status("kinds")
        assert status.completed == 8
        assert status.classes == {"coke": 0, "diet_coke": 8, "sprite": 0}
        await pilot.press("a", "3", "enter")
        await settle(pilot, 0.8)
        assert "All done" in str(sheet.query_one("#notice", Static).content)
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("l")
        await settle(pilot)
        assert isinstance(app.screen, SheetScreen), "the layout is remembered"
        await pilot.press("w")
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)


async def test_proposed_tags_come_the_unsurest_first_and_are_taken_by_enter(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 4)))
    spec = make_spec("kinds", TaskType.CLASSIFICATION)
    workspace.projects.create(msgspec.structs.replace(spec, assist=Assist(True, order=TaskOrder.UNSURE)))
    tasks = workspace.tasks.page("kinds", TaskFilter(), 0, 9)
    for task, sure in zip(tasks, (0.9, 0.4, 0.8, 0.6), strict=True):
        labels = Labels(Size(320, 240), tags=("sprite",), tag_confidences=(sure,))
        workspace.proposals.put("kinds", [(task, Prelabel(labels, "fewshot 1", labels.confidence))])
    app = make_app("label", "kinds")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, LabelScreen)
        assert "Proposed: sprite 40%" in str(screen.query_one("#prompt", Static).content)
        await pilot.press("enter")
        await settle(pilot)
        assert "Proposed: sprite 60%" in str(screen.query_one("#prompt", Static).content)
        await pilot.press("1", "enter")
        await settle(pilot)
    status = workspace.projects.status("kinds")
    assert status.classes == {"coke": 1, "diet_coke": 0, "sprite": 1}
    taken = workspace.tasks.current_labels(workspace.tasks.get("kinds", tasks[1].path))
    assert taken is not None
    assert taken.labels is not None
    assert taken.labels.sure_tags == (("sprite", 1.0),), "a person confirmed it"
    use = workspace.assist.use("kinds")
    assert (use.tasks, use.proposed, use.taken) == (2, 2, 1)


@pytest.mark.slow
async def test_w_keeps_what_was_tagged_and_not_submitted(
    make_app: MakeApp, workspace: Workspace, tmp_path: Path
) -> None:
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 12)))
    workspace.projects.create(make_spec("kinds", TaskType.CLASSIFICATION))
    app = make_app("label", "kinds")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("2", "w")
        await settle(pilot)
        assert isinstance(app.screen, SheetScreen)
        four = app.screen._sheet.places
        assert (four[0].path, four[0].draft.tags) == ("image_000.png", ("diet_coke",))
        ids = {place.path: workspace.tasks.get("kinds", place.path).id for place in four}
        assert app.screen.disk.task_ids == ids, "by which a draft that cannot be saved is known again"
        await pilot.press("right", "1", "3")
        await pilot.press("w")
        await settle(pilot)
        six = app.screen._sheet.places
        assert [image.path for image in six[:4]] == [image.path for image in four], "they stay in their order"
        assert [image.draft.tags for image in six[:3]] == [("diet_coke",), ("coke",), ("sprite",)]
        await pilot.press("w")
        await settle(pilot)
        await pilot.press("w")
        await settle(pilot)
        assert isinstance(app.screen, LabelScreen)
        assert app.screen.path in [image.path for image in four[:3]], "one that is begun comes first"
        assert app.screen._editor is not None
        assert app.screen._editor.draft.tags
