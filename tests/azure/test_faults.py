"""Each fault × each operation: what a person sees. The table is printed at the end of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.azure.conftest import MakeWorkspace, forget_code, label_all, specification
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import ACCOUNT
from tests.azure.standin.swagger import Description
from tui_labeler.model.azure import AzureOptions
from tui_labeler.model.errors import AlreadyExists, LabelerError, NotAllowed, NotFound, Retired, Unreachable
from tui_labeler.model.tasks import ExportResult
from tui_labeler.workspace import Workspace

FAULTS = ("expired", "403", "404", "409", "429", "500", "503", "cut", "drip", "operation fails", "retired")
# What a person is told: the class decides the exit code, the words have to stand in the message or the mend.
EXPECTED: dict[str, tuple[type[LabelerError], str]] = {
    "expired": (NotAllowed, "Sign in again"),
    "403": (NotAllowed, "403 AuthorizationFailed"),
    "404": (NotFound, "404 ResourceNotFound"),
    "409": (AlreadyExists, "409 Conflict"),
    "429": (Unreachable, "429 TooManyRequests"),
    "500": (Unreachable, "500 InternalServerError"),
    "503": (Unreachable, "503 ServiceUnavailable"),
    "cut": (Unreachable, "cut"),
    "drip": (Unreachable, "no answer in"),
    "operation fails": (LabelerError, "JobFailed"),
    "retired": (Retired, "30 September 2026"),
}
# Which requests an operation is spoiled at, and the words for it in messages.
PLACES = {
    "list": ("GET /subscriptions.*/labelingJobs", "list the labeling projects"),
    "datastores": ("GET /subscriptions.*/datastores", "list the datastores"),
    "create": ("PUT /subscriptions.*/labelingJobs/new", "create the labeling project “new”"),
    "export": ("POST /subscriptions.*/exportLabels", "export the labels of “old”"),
    "upload": (f"/{ACCOUNT}/", "“tui-labeler/exports/soda_"),
    "register": ("PUT /subscriptions.*/data/soda_", "register the data asset “soda_"),
}
NONE = {
    ("operation fails", "list"),
    ("operation fails", "datastores"),
    ("operation fails", "upload"),
    ("operation fails", "register"),
    ("retired", "datastores"),
    ("retired", "upload"),
    ("retired", "register"),
}
# Faults that pass by: met once, the operation goes on; but what a POST began is not begun twice.
PASSING = [
    (fault, operation)
    for fault in ("expired", "429", "500", "503", "cut")
    for operation in PLACES
    if (fault, operation) not in {("500", "export"), ("cut", "export")}
    and not (fault == "expired" and operation in ("upload", "datastores"))
]


@pytest.fixture(scope="module")
def standin_server(tmp_path_factory: pytest.TempPathFactory, description: Description | None) -> Iterator[StandIn]:
    """One that speaks HTTP/1.1 only: a connection can be cut there."""
    with StandIn(tmp_path_factory.mktemp("standin"), description, http2=False) as running:
        yield running


@pytest.fixture
def spoiled(
    make_workspace: MakeWorkspace,
    options: AzureOptions,
    standin: StandIn,
    blobs: Any,
    photos: Any,
    quick: list[float],
    request: pytest.FixtureRequest,
) -> tuple[Workspace, ExportResult]:
    """A workspace with an export that waits to be registered; it has little patience only where that is the fault."""
    fault = request.getfixturevalue("fault") if "fault" in request.fixturenames else ""
    made = make_workspace(msgspec.structs.replace(options, timeout=0.8 if fault == "drip" else 20.0))
    standin.login.answers = []
    made.azure.account.log_in(forget_code, device_only=True)
    made.azure.catalog.attach("computervisionimagesraw")
    made.projects.create(specification())
    label_all(made)
    properties = {"labelingJobMediaProperties": {"mediaType": "Image", "annotationType": "BoundingBox"}}
    standin.state.workspaces[0].add_job("old", properties, 50, 242)
    standin.state.workspaces[0].add_asset(
        "images", "1", {"dataType": "uri_folder", "dataUri": "azureml://datastores/computervisionimagesraw/paths/"}
    )
    standin.drip = 0.5
    return made, made.exchange.export("soda")


def operation(name: str, made: tuple[Workspace, ExportResult]) -> Callable[[], object]:
    workspace, result = made
    azure = workspace.azure
    operations: dict[str, Callable[[], object]] = {
        "list": azure.retired_projects.list,
        "datastores": azure.catalog.datastores,
        "create": lambda: azure.retired_projects.create(specification("new"), "images"),
        "export": lambda: azure.retired_projects.export("old", "Dataset"),
        "upload": lambda: azure.exports.register(result),
        "register": lambda: azure.exports.register(result),
    }
    return operations[name]


@pytest.mark.slow
@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_person_sees(
    spoiled: tuple[Workspace, ExportResult],
    standin: StandIn,
    blobs: Any,
    fault: str,
    name: str,
    record_property: Callable[[str, object], None],
    tmp_path: Path,
) -> None:
    title = "table: Azure: each fault × each operation, and what a person sees"
    if (fault, name) in NONE:
        record_property(title, f"{fault:<16}{name:<11} does not happen: it has no such step")
        return
    step, words = PLACES[name]
    if fault == "operation fails":
        standin.state.operation_error = {"code": "JobFailed", "message": "The storage account refused the workspace."}
    else:
        standin.faults.add(fault, step)
    expected, text = EXPECTED[fault]
    with pytest.raises(LabelerError) as told:
        operation(name, spoiled)()
    record_property(
        title, f"{fault:<16}{name:<11} {type(told.value).__name__} (exit {told.value.exit_code}): {told.value}"
    )
    assert isinstance(told.value, expected)
    assert text in str(told.value)
    assert fault == "retired" or words in told.value.message
    assert told.value.__cause__ is None
    if name in ("upload", "register"):
        # Nothing half-written stays unnoticed: it says what is there, and is not registered.
        assert ("in the datastore" if name == "upload" else "All 2 files are in") in told.value.message
        if fault not in ("cut", "drip") or name == "upload":  # there only the answer was lost
            assert spoiled[1].name not in standin.state.workspaces[0].data
        standin.faults.clear()
        asset = spoiled[0].azure.exports.register(spoiled[1])
        assert sorted([*asset.uploaded, *asset.kept]) == sorted(spoiled[1].files)
        if name == "register":
            assert asset.uploaded == ()  # no second copy
        assert list(standin.state.workspaces[0].data[spoiled[1].name]) == ["1"]
    log = (tmp_path / "state" / "azure" / "azure.log").read_text()
    assert "Bearer" not in log
    assert "sig=" not in log


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "name"), PASSING)
def test_a_fault_that_passes_is_not_noticed(
    spoiled: tuple[Workspace, ExportResult], standin: StandIn, fault: str, name: str
) -> None:
    standin.faults.add(fault, PLACES[name][0], times=1)
    operation(name, spoiled)()
    assert not standin.faults.active[0].times


def test_retry_after_is_honoured(spoiled: tuple[Workspace, ExportResult], standin: StandIn, quick: list[float]) -> None:
    standin.faults.add("429", "labelingJobs", times=2, retry_after="7")
    quick.clear()
    spoiled[0].azure.retired_projects.list()
    assert quick == [7.0, 7.0]
    standin.faults.add("429", "labelingJobs", retry_after="600")
    quick.clear()
    with pytest.raises(Unreachable) as told:
        spoiled[0].azure.retired_projects.list()
    assert quick == []  # nobody waits ten minutes in front of a screen
    assert "try again in 600 s" in told.value.mend
