"""The app on a temporary workspace with small generated images."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from textual.pilot import Pilot
from textual.screen import ModalScreen

from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.dialogs import JobDialog
from tui_labeler.workspace import Workspace

CLASSES = ("coke", "diet_coke", "sprite")


def draw_images(folder: Path, count: int, size: tuple[int, int] = (320, 240)) -> Path:
    """Photographs of a kind: a gradient with a rectangle whose place depends on the number."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        image = Image.linear_gradient("L").resize(size).convert("RGB")
        pen = ImageDraw.Draw(image)
        pen.rectangle((20 + number * 7, 30, 90 + number * 7, 130), fill=(200, 40, 40))
        image.save(folder / f"image_{number:03d}.png")
    return folder


def make_spec(name: str = "soda", kind: TaskType = TaskType.DETECTION) -> ProjectSpec:
    return ProjectSpec(Details(name, kind), dataset=DatasetChoice("cans_set", "cans"), classes=Classes(CLASSES))


def label_some(workspace: Workspace, count: int, project: str = "soda") -> None:
    """As another process would."""
    for _ in range(count):
        lease = workspace.queue.claim(project, "ann", "token")
        assert lease is not None
        workspace.queue.submit(
            lease.task, "ann", Labels(Size(320, 240), (Region("coke", Box(20, 30, 90, 130)),)), "token"
        )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def workspace(home: Path) -> Iterator[Workspace]:
    opened = Workspace(home / "workspace.db", home / "exports")
    yield opened
    opened.close()


@pytest.fixture
def soda(workspace: Workspace, tmp_path: Path) -> Workspace:
    """With the project `soda` over eight images."""
    workspace.datasets.add_datastore("cans", str(draw_images(tmp_path / "images", 8)))
    workspace.projects.create(make_spec())
    return workspace


MakeApp = Callable[..., LabelerApp]


@pytest.fixture
def make_app(home: Path, workspace: Workspace) -> MakeApp:
    def make(start: str = "projects", project: str = "", **variables: str) -> LabelerApp:
        places = find_places(str(home))
        return LabelerApp(
            workspace, Settings(places, {"TUI_LABELER_LABELER": "bob", **variables}), places, start, project
        )

    return make


# Workers that end by themselves; those of dialogs wait for a person.
_ENDING = {
    "assist",
    "complete",
    "complete late",
    "count",
    "draw",
    "exports",
    "keep",
    "load",
    "pages",
    "picture",
    "prepare",
    "preview",
    "recall",
    "reload",
    "sharpen",
    "session",
}
# These end by themselves unless a dialog of theirs is open.
_ENDING_WITHOUT_DIALOG = {"default", "known", "many", "open", "order", "pending", "rows", "span"}
# So many rounds of 20 ms a job may go on that a dialog shows; some tests hold theirs.
_JOB_ROUNDS = 50


async def settle(pilot: Pilot[None], seconds: float = 0.06, held: Collection[str] = ()) -> None:
    """Lets workers and repaints come to rest: at least `seconds`, and until no worker began another one. `held`: groups of
    workers that a test holds, and that do not end before it lets them."""
    await pilot.pause(seconds)
    quiet = job_rounds = 0
    for _ in range(200):
        screen = pilot.app.screen
        groups = (_ENDING if isinstance(screen, ModalScreen) else _ENDING | _ENDING_WITHOUT_DIALOG) - set(held)
        working = any(worker.group in groups and worker.is_running for worker in pilot.app.workers)
        if isinstance(screen, JobDialog) and not held and job_rounds < _JOB_ROUNDS:
            working, job_rounds = True, job_rounds + 1
        handled = isinstance(pilot.app, LabelerApp) and pilot.app.input.is_idle
        quiet = 0 if working or not handled else quiet + 1
        if quiet == 4:
            return
        # Only the last round asks every widget whether it is done: what that sets going is seen once more.
        await (pilot.pause(0) if quiet == 3 else asyncio.sleep(0.02))
    await pilot.pause()


async def type_text(pilot: Pilot[None], text: str) -> None:
    for char in text:
        await pilot.press(
            {" ": "space", "_": "underscore", "/": "slash", ".": "full_stop", "-": "minus"}.get(char, char)
        )


@pytest.fixture
def cans(workspace: Workspace, tmp_path: Path) -> Workspace:
    """With a datastore of three images, two of them in a folder."""
    draw_images(tmp_path / "images" / "shelf", 2)
    draw_images(tmp_path / "images", 1)
    (tmp_path / "images" / "notes.txt").write_text("no image")
    workspace.datasets.add_datastore("cans", str(tmp_path / "images"))
    return workspace
