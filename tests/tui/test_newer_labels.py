"""A colleague was faster: theirs, mine, or both, and never one of them silently."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual import events
from textual.pilot import Pilot

from tests.tui.conftest import MakeApp, draw_images, make_spec, settle
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.screens.newerlabels import NewerLabelsScreen
from tui_labeler.workspace import Workspace

THEIRS = Region("sprite", Box(20, 30, 90, 130))


@pytest.fixture
def clock(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves the workspace's clock on."""
    passed = [0.0]
    before = workspace.queue._clock
    monkeypatch.setattr(workspace.queue, "_clock", lambda: before() + passed[0])
    return lambda seconds: passed.__setitem__(0, passed[0] + seconds)


async def overtaken(pilot: Pilot[None], workspace: Workspace, clock: Callable[[float], None], labels: Labels) -> str:
    """bob draws and is away for longer than his lease; ann submits; bob presses Enter, and more at once."""
    await settle(pilot)
    await pilot.press("l")
    await settle(pilot)
    screen = pilot.app.screen
    assert isinstance(screen, LabelScreen)
    path = screen.path
    await pilot.press("1", *("qwebnm" if labels.regions else ()))
    await settle(pilot)
    clock(601)
    lease = workspace.queue.claim("soda", "ann", "a")
    assert lease
    assert lease.task.path == path
    workspace.queue.submit(lease.task, "ann", labels, "a")
    for key in ("enter", "m", "2", "enter"):
        pilot.app.post_message(events.Key(key, key))
    await settle(pilot, 0.6)
    assert isinstance(pilot.app.screen, NewerLabelsScreen), "keys that were typed before it could be seen do not choose"
    return path


@pytest.mark.slow
@pytest.mark.parametrize("key", ["t", "m", "b", "escape"])
async def test_boxes(key: str, make_app: MakeApp, soda: Workspace, clock: Callable[[float], None]) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        path = await overtaken(pilot, soda, clock, Labels(Size(320, 240), (THEIRS,)))
        task = soda.tasks.get("soda", path)
        assert [entry.labeler for entry in soda.tasks.history(task)] == ["ann"]
        await pilot.press(key)
        await settle(pilot, 0.4)
        if key == "escape":
            assert not isinstance(app.screen, LabelScreen)
            assert soda.queue.load_draft(task, "bob") is not None, "kept, to be decided on"
        elif key == "t":
            assert isinstance(app.screen, LabelScreen)
            assert app.screen.path != path
            assert soda.queue.load_draft(task, "bob") is None
        else:
            await pilot.press("enter")
            await settle(pilot, 0.4)
            newest = soda.tasks.history(task)[0]
            assert newest.labels
            assert newest.labeler == "bob"
            names = [region.name for region in newest.labels.regions]
            assert names == (["coke"] if key == "m" else ["sprite", "coke"])


@pytest.mark.slow
async def test_tags(make_app: MakeApp, workspace: Workspace, tmp_path: Path, clock: Callable[[float], None]) -> None:
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 3)))
    workspace.projects.create(make_spec(kind=TaskType.CLASSIFICATION))
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        path = await overtaken(pilot, workspace, clock, Labels(Size(320, 240), (), ("sprite",)))
        await pilot.press("b")
        await settle(pilot)
        assert isinstance(app.screen, NewerLabelsScreen), "an image has one class: both is not a choice"
        await pilot.press("m")
        await settle(pilot, 0.4)
        await pilot.press("enter")
        await settle(pilot, 0.4)
        newest = workspace.tasks.history(workspace.tasks.get("soda", path))[0]
        assert newest.labels
        assert (newest.labeler, newest.labels.tags) == ("bob", ("coke",))
