"""A workspace of ours that is connected to the stand-in for Azure, and to Azurite."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.azure import azurite as emulator
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import ACCOUNT, GROUP, SUBSCRIPTION, WORKSPACE
from tests.azure.standin.swagger import Description
from tui_labeler.model.azure import AzureOptions, DeviceCode
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, DatasetChoice, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.workspace import Workspace

SPEC = Path(__file__).resolve().parents[3] / "shared" / "azure" / "spec"
NO_SPEC = "the published API descriptions are not there (../shared/azure/spec)"
ADDRESS = f"{SUBSCRIPTION}/{GROUP}/{WORKSPACE}"
CLASSES = ("coke", "diet_coke", "sprite")
# Names that have to be percent-encoded in an azureml:// URL, and some plain ones.
IMAGES = ("163.jpg", "164.jpg", "165.jpg", "sub dir/日本 #1 100%.jpg")


@pytest.fixture(scope="session")
def description() -> Description | None:
    return Description(SPEC) if SPEC.is_dir() else None


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Azurite; tests skip where it is not installed."""
    if reason := emulator.missing():
        pytest.skip(reason)
    with emulator.running(tmp_path_factory.mktemp("azurite")) as url:
        yield url


@pytest.fixture(scope="session")
def standin_server(tmp_path_factory: pytest.TempPathFactory, description: Description | None) -> Iterator[StandIn]:
    with StandIn(tmp_path_factory.mktemp("standin"), description) as running:
        yield running


@pytest.fixture
def standin(standin_server: StandIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[StandIn]:
    """The stand-in with a fresh lab, trusted by every library; at the end nothing may have violated the description."""
    standin_server.reset()
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.setenv(variable, str(standin_server.certificate))
    monkeypatch.setenv("HOME", str(tmp_path))
    yield standin_server
    assert standin_server.violations == []


@pytest.fixture
def blobs(azurite: str, standin: StandIn) -> Iterator[Any]:
    """Azurite with the lab's containers, reached through the stand-in; Microsoft's client of it."""
    from azure.storage.blob import BlobServiceClient

    standin.blobs = azurite
    service = BlobServiceClient(**emulator.account(azurite))  # type: ignore[arg-type]
    for name in ("sodaobjects", "azureml-blobstore", "azureml"):
        container = service.get_container_client(name)
        if container.exists():
            for blob in container.list_blobs():
                container.delete_blob(blob.name)
        else:
            container.create_container()
    yield service
    service.close()


@pytest.fixture
def photos(blobs: Any, tmp_path: Path) -> tuple[str, ...]:
    """Images in the lab's container, and a file that is none."""
    container = blobs.get_container_client("sodaobjects")
    for number, name in enumerate(IMAGES):
        path = tmp_path / f"photo{number}.jpg"
        Image.new("RGB", (80, 60), (40 * number, 90, 90)).save(path)
        container.upload_blob(name, path.read_bytes())
    container.upload_blob("notes.txt", b"no image")
    return IMAGES


@pytest.fixture
def options(standin: StandIn, tmp_path: Path) -> AzureOptions:
    return AzureOptions(
        workspace=ADDRESS,
        arm_url=standin.url,
        login_url=standin.url,
        blob_url=f"{standin.url}/{{account}}",
        tokens="memory",
        timeout=20,
        state=str(tmp_path / "state" / "azure"),
    )


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """No retry and no poll waits; what would have been waited for is listed."""
    import asyncio

    from tui_labeler.azure import arm, policies

    waits: list[float] = []

    async def pause(self: object, seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0.001)

    monkeypatch.setattr(arm.ArmClient, "pause", pause)
    monkeypatch.setitem(policies.RETRIES, "retry_total", 1)
    monkeypatch.setitem(policies.RETRIES, "retry_backoff_factor", 0.01)
    real = time.sleep
    monkeypatch.setattr(time, "sleep", lambda seconds: (waits.append(seconds), real(min(seconds, 0.005)))[0])
    return waits


MakeWorkspace = Callable[[AzureOptions], Workspace]


@pytest.fixture
def make_workspace(tmp_path: Path) -> Iterator[MakeWorkspace]:
    opened: list[Workspace] = []

    def make(options: AzureOptions) -> Workspace:
        opened.append(Workspace(tmp_path / "workspace.db", tmp_path / "exports", azure=options))
        return opened[-1]

    yield make
    for workspace in opened:
        workspace.close()


@pytest.fixture
def workspace(make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn) -> Workspace:
    """Signed in, with the lab's workspace in use."""
    made = make_workspace(options)
    standin.login.answers = []
    made.azure.account.log_in(forget_code, device_only=True)
    return made


def forget_code(code: DeviceCode) -> None:
    """A person who types the code without being told here."""


def specification(name: str = "soda", datastore: str = "computervisionimagesraw") -> ProjectSpec:
    return ProjectSpec(
        Details(name, TaskType.DETECTION), dataset=DatasetChoice("sodaObjects", datastore), classes=Classes(CLASSES)
    )


def label_all(workspace: Workspace, project: str = "soda") -> int:
    """Every task gets two boxes, as another process would submit them."""
    count = 0
    while (lease := workspace.queue.claim(project, "ann", "token")) is not None:
        regions = (Region("coke", Box(1, 2, 30, 40)), Region("sprite", Box(10, 12, 70, 50)))
        workspace.queue.submit(lease.task, "ann", Labels(Size(80, 60), regions), "token")
        count += 1
    return count


@pytest.fixture
def soda(workspace: Workspace, photos: tuple[str, ...]) -> Workspace:
    """With the project `soda` over the photos, all labeled."""
    workspace.azure.catalog.attach("computervisionimagesraw")
    workspace.projects.create(specification())
    label_all(workspace)
    return workspace


__all__ = ["ACCOUNT"]
