"""The whole app, driven by key presses of a labeler who knows the truth."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from textual.pilot import Pilot

from tests.simulated import Labeler
from tui_labeler.model.geometry import Box
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec
from tui_labeler.model.tasks import TaskFilter, TaskState
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.label import LabelScreen
from tui_labeler.tui.widgets.canvas import Canvas
from tui_labeler.workspace import Workspace


@dataclass
class Drawn:
    """A box that was submitted: its class, the keys that it took (besides the class's), and its IoU with the truth."""

    name: str
    keys: int
    iou: float


@dataclass
class Driven:
    boxes: list[Drawn] = field(default_factory=list)
    corrected: int = 0


async def drive(
    home: Path,
    folder: Path,
    images: list[tuple[str, list[tuple[str, Box]]]],
    names: tuple[str, ...],
    size: tuple[int, int] = (200, 50),
) -> Driven:
    """Labels `images` of `folder` (file, boxes with their classes) in the running app, in the order of its queue. What is
    told comes from the labels that stand in the workspace afterwards."""
    workspace = Workspace(home / "workspace.db", home / "exports")
    workspace.datasets.add_datastore("images", str(folder))
    workspace.projects.create(
        ProjectSpec(Details("truth"), dataset=DatasetChoice("all", "images"), classes=Classes(names))
    )
    truth = dict(images)
    places = find_places(str(home))
    app = LabelerApp(workspace, Settings(places, {"TUI_LABELER_LABELER": "sim"}), places, "label", "truth")
    done = Driven()
    keys: dict[str, list[int]] = {}
    async with app.run_test(size=size) as pilot:
        open_now = ""
        for _ in images:
            open_now = await _next_task(pilot, open_now)
            keys[open_now] = await _label(pilot, truth[open_now], names, done)
            await pilot.press("enter")
        await _next_task(pilot, open_now)
    for path, counts in keys.items():
        labels = workspace.tasks.history(workspace.tasks.get("truth", path))[0].labels
        assert labels is not None
        assert len(labels.regions) == len(truth[path]), path
        for region, (name, box), pressed in zip(labels.regions, truth[path], counts, strict=True):
            assert region.name == name
            done.boxes.append(Drawn(name, pressed, region.extent.iou(box)))
    assert workspace.tasks.count("truth", TaskFilter(TaskState.COMPLETED)) == len(images)
    workspace.close()
    return done


async def _next_task(pilot: Pilot[None], before: str) -> str:
    """Waits until another image is open; its path."""
    for _ in range(2000):
        screen = pilot.app.screen
        if isinstance(screen, LabelScreen) and screen.path not in ("", before) and not screen.is_opening:
            return screen.path
        if isinstance(screen, LabelScreen) and screen.has_class("-notice") and before and not screen.is_opening:
            return ""
        await pilot.pause(0.01)
    raise AssertionError("no further image was opened")


async def _label(pilot: Pilot[None], truth: list[tuple[str, Box]], names: tuple[str, ...], done: Driven) -> list[int]:
    canvas = pilot.app.screen.query_one(Canvas)
    labeler = Labeler(lambda: canvas.overlay)
    counts = []
    for name, box in truth:
        if canvas.overlay.name != name:
            await _press(pilot, str(names.index(name) + 1))
        keys = 0
        for key in labeler.draw(box):
            await _press(pilot, key)
            keys += 1
        counts.append(keys)
    done.corrected += labeler.corrected
    return counts


async def _press(pilot: Pilot[None], key: str) -> None:
    """Until the key has been handled: the next one depends on what stands on the screen then."""
    await pilot.press(key)
    while isinstance(pilot.app, LabelerApp) and not pilot.app.input.is_idle:
        await pilot.pause(0.005)
