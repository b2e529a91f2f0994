"""A workspace on a real SQLite file, and folders of tiny images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.workspace import Workspace

SIZE = Size(64, 48)
COKE = Labels(SIZE, (Region("coke", Box(1, 2, 30, 40)),))


def make_images(folder: Path, count: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (64, 48), "red").save(folder / "seed.jpg")
    data = (folder / "seed.jpg").read_bytes()
    (folder / "seed.jpg").unlink()
    for number in range(count):
        (folder / f"image_{number:05d}.jpg").write_bytes(data)
    return folder


def make_spec(name: str = "soda", kind: TaskType = TaskType.DETECTION) -> ProjectSpec:
    return ProjectSpec(
        details=Details(name, kind),
        dataset=DatasetChoice("cans_set", "cans", "/"),
        classes=Classes(("coke", "diet_coke", "sprite")),
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def open_workspace(home: Path) -> Iterator[Callable[[], Workspace]]:
    opened: list[Workspace] = []

    def call() -> Workspace:
        opened.append(Workspace(home / "workspace.db", home / "exports"))
        return opened[-1]

    yield call
    for one in opened:
        one.close()


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return make_images(tmp_path / "images", 6)


@pytest.fixture
def workspace(open_workspace: Callable[[], Workspace], images: Path) -> Workspace:
    """With the project `soda` over six images."""
    opened = open_workspace()
    opened.datasets.add_datastore("cans", str(images))
    opened.projects.create(make_spec())
    return opened
