"""A workspace on a real SQLite file, and folders of tiny images."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.postgres import Server
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


# A core of the tests runs on both databases each time, the others on PostgreSQL in the slower tier.
_ON_BOTH = (
    *("test_queue", "test_pages", "test_session", "test_prelabels", "test_undo_imports"),
    *("test_class_edits", "test_running_edits", "test_task_edits"),
)
_ON_BOTH_SLOWLY = (
    "test_crossed",
    "test_deleted_classes",
    "test_edits_taken_back",
    "test_exports",
    "test_finding",
    "test_imports",
    "test_import_options",
    "test_names",
    "test_older_clients",
    "test_reused_names",
    "test_peek",
    "test_scale",
    "test_sheet_session",
    "test_unreadable",
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Where a workspace is: every test that asks for one, in these modules, is run on each database."""
    module = metafunc.module.__name__.rpartition(".")[2]
    if "address" in metafunc.fixturenames and module in (*_ON_BOTH, *_ON_BOTH_SLOWLY):
        marks = () if module in _ON_BOTH else (pytest.mark.slow,)
        metafunc.parametrize("address", ["sqlite", pytest.param("postgres", marks=marks)], indirect=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def address(request: pytest.FixtureRequest, home: Path) -> Path | str:
    """Where the workspace is: a file, or the URL of a new PostgreSQL database (see `pytest_generate_tests`)."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return home / "workspace.db"
    server: Server = request.getfixturevalue("postgres")
    return server.fresh()


def workspace_at(address: str, clock: Callable[[], float] | None = None) -> Workspace:
    """The workspace of a child process that was told `str(address)`."""
    where = address if address.startswith("postgresql:") else Path(address)
    return Workspace(where, Path("exports"), clock=clock, folder=Path())


@pytest.fixture
def open_workspace(home: Path, address: Path | str) -> Iterator[Callable[[], Workspace]]:
    opened: list[Workspace] = []

    def call() -> Workspace:
        opened.append(Workspace(address, home / "exports", folder=home))
        return opened[-1]

    yield call
    for workspace in opened:
        workspace.close()


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


@pytest.fixture
def shared(postgres: Server, images: Path, home: Path) -> Workspace:
    """The same on a PostgreSQL."""
    opened = Workspace(postgres.fresh(), home / "exports", folder=home)
    opened.datasets.add_datastore("cans", str(images))
    opened.projects.create(make_spec())
    return opened
