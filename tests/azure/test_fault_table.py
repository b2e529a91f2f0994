"""Every operation with every fault: the exit code and the message, as they stand in `fault_table.txt` for a person to
read. No cell is unforeseen, and none hangs.

`UPDATE_SNAPSHOTS=1 pytest -n0 -m "slow or not slow" tests/azure/test_fault_table.py` writes the table anew.
`test_faults.py` looks at some cells closer.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.azure.conftest import MakeWorkspace, forget_code, label_all, specification
from tests.azure.standin.faults import SHAPES
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import ACCOUNT
from tests.azure.standin.swagger import Description
from tui_labeler.azure import training
from tui_labeler.model.azure import AzureOptions
from tui_labeler.model.errors import LabelerError
from tui_labeler.model.tasks import ExportResult
from tui_labeler.workspace import Workspace

TABLE = Path(__file__).with_name("fault_table.txt")
# Fault -> the exit codes that fit it. Faults of the shape of an answer: tests/azure/standin/faults.py.
CODES: dict[str, set[int]] = {
    "expired": {1},
    "403": {1},
    "404": {1},
    "409": {1},
    "retired": {1},
    "429": {3},
    "500": {3},
    "503": {3},
    "cut": {3},
    "drip": {3},
} | {fault: {1, 3} for fault in SHAPES}
CODES |= {fault: {3} for fault in ("web page", "empty", "half", "redirect", "moved", "later", "proxy", "bad gzip")}
# What the test command has time for; the slower tier has all.
OFTEN_ASKED = ("workspaces", "jobs export", "register", "assets", "upload", "blobs list")
OFTEN = ("expired", "403", "404", "503", "web page", "other shape")
Made = tuple[Workspace, ExportResult]
# Who is asked, at which requests, for what. `any`: an answer that says no more than "good" is one.
OPERATIONS: dict[str, tuple[str, str, Callable[[Made], object]]] = {
    "workspaces": ("ARM", "GET /subscriptions$", lambda made: made[0].azure.account.workspaces()),
    "use": ("ARM", "workspaces/staging", lambda made: _use(made[0])),
    "jobs list": ("ARM", "/labelingJobs", lambda made: made[0].azure.retired_projects.list()),
    "jobs show": ("ARM", "/labelingJobs/old", lambda made: made[0].azure.retired_projects.get("old")),
    "jobs create": (
        "ARM",
        "PUT .*/labelingJobs",
        lambda made: made[0].azure.retired_projects.create(specification("new"), "images:1"),
    ),
    "jobs pause": ("any", "/pause", lambda made: made[0].azure.retired_projects.pause("old")),
    "jobs resume": ("any", "/resume", lambda made: made[0].azure.retired_projects.resume("old")),
    "jobs export": ("ARM", "/exportLabels", lambda made: made[0].azure.retired_projects.export("old", "Coco")),
    "its progress": ("ARM", "mfeOperation", lambda made: made[0].azure.retired_projects.export("old", "Coco")),
    "jobs delete": ("any", "DELETE .*/labelingJobs", lambda made: made[0].azure.retired_projects.delete("old")),
    "datastores": ("ARM", "/datastores", lambda made: made[0].azure.catalog.datastores()),
    "a datastore": ("ARM", "/datastores/withsas", lambda made: made[0].azure.catalog.attach("withsas")),
    "its key": ("ARM", "/listSecrets", lambda made: _key(made[0])),
    "register": ("ARM", "PUT .*/data/soda_", lambda made: made[0].azure.exports.register(made[1])),
    "compute": ("any", "/computes/gpu", lambda made: _compute(made[0])),
    "training": ("ARM", "/jobs/theirs", lambda made: _training(made[0])),
    "assets": ("library", "/data", lambda made: made[0].azure.catalog.assets()),
    "an asset": ("library", "/data/images/versions/1", lambda made: made[0].azure.catalog.asset("images", "1")),
    "computes": ("library", "/computes", lambda made: made[0].azure.catalog.computes()),
    "register folder": (
        "library",
        "PUT .*/data/sodaObjects",
        lambda made: made[0].azure.catalog.register_dataset("sodaObjects"),
    ),
    "a token": ("sign-in", "/token", lambda made: _token(made[0])),
    "upload": ("blobs", f"/{ACCOUNT}/", lambda made: made[0].azure.exports.register(made[1])),
    "blobs list": ("blobs", f"/{ACCOUNT}/", lambda made: list(made[0].datasets.files("computervisionimagesraw", ""))),
}
# Cells where nothing is wrong: those answers say what is asked for, or are passed over because nothing in them is read.
GOOD: set[tuple[str, str]] = set()
# A DELETE whose answer is lost is made again, and finds nothing there any more.
OTHER_CODES = {("jobs delete", "cut"): {1}}


def _use(workspace: Workspace) -> object:
    account = workspace.azure.account
    return account.use(account.chosen.address.replace("/labeling", "/staging"))


def _key(workspace: Workspace) -> object:
    account = workspace.azure.account
    store = account.connection.datastore(account.chosen, "computervisionimagesraw")
    return account.connection.reader(account.chosen, store)


def _token(workspace: Workspace) -> object:
    return workspace.azure.account.connection.sign_in.token("https://storage.azure.com/.default", fresh=True)


def _compute(workspace: Workspace) -> object:
    connection = workspace.azure.account.connection
    return connection.run(training.require_compute(connection.arm, workspace.azure.account.chosen, "gpu"))


def _training(workspace: Workspace) -> object:
    connection = workspace.azure.account.connection
    return connection.run(training.read(connection.arm, workspace.azure.account.chosen, "theirs"))


@pytest.fixture(scope="module")
def standin_server(tmp_path_factory: pytest.TempPathFactory, description: Description | None) -> Iterator[StandIn]:
    """One that speaks HTTP/1.1 only: a connection can be cut there."""
    with StandIn(tmp_path_factory.mktemp("standin"), description, http2=False) as running:
        yield running


@pytest.fixture
def made(
    request: pytest.FixtureRequest,
    make_workspace: MakeWorkspace,
    options: AzureOptions,
    standin: StandIn,
    blobs: Any,
    photos: Any,
    quick: list[float],
) -> Made:
    """With little patience only where an answer is late: else a busy machine is not."""
    patience = 1.0 if request.node.get_closest_marker("slow") else 20.0
    workspace = make_workspace(msgspec.structs.replace(options, timeout=patience))
    standin.login.answers = []
    workspace.azure.account.log_in(forget_code, device_only=True)
    workspace.azure.catalog.attach("computervisionimagesraw")
    workspace.projects.create(specification())
    label_all(workspace)
    lab = standin.state.workspaces[0]
    lab.add_asset("images", "1", {"dataType": "uri_folder", "dataUri": "azureml://datastores/x/paths/"})
    lab.add_training("theirs", {"jobType": "AutoML"})
    standin.drip = 0.6
    # Loaded now: what that takes is the machine's time, and none of a call's.
    workspace.azure.account.connection.library(workspace.azure.account.chosen).asset("images", "1")
    return workspace, workspace.exchange.export("soda")


@pytest.mark.parametrize("name", OFTEN_ASKED)
def test_what_a_person_sees_often(made: Made, standin: StandIn, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standin, "description", None)
    _compare(name, {fault: _cell(made, standin, name, fault) for fault in OFTEN})


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATIONS)
def test_what_a_person_sees(made: Made, standin: StandIn, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standin, "description", None)
    cells = {fault: _cell(made, standin, name, fault) for fault in CODES}
    if os.environ.get("UPDATE_SNAPSHOTS"):
        _write(name, cells)
    _compare(name, cells)
    _prepare(standin, name)
    OPERATIONS[name][2](made)  # nothing of it stays


def _prepare(standin: StandIn, name: str) -> None:
    lab = standin.state.workspaces[0]
    standin.faults.clear()
    standin.state.operation_waits = int(name == "its progress")
    lab.jobs.clear()
    for made in [asset for asset in lab.data if asset.startswith("soda")]:  # by a call whose answer was lost
        del lab.data[made]
    standin.state.training_states = ["Running"]
    lab.add_job("old", {"labelingJobMediaProperties": {"mediaType": "Image"}}, 50, 242)
    if name == "jobs resume":
        lab.jobs["old"]["properties"]["status"] = "Paused"


def _cell(made: Made, standin: StandIn, name: str, fault: str) -> tuple[int, str]:
    """The exit code and the message of the operation with the fault."""
    _, match, work = OPERATIONS[name]
    _prepare(standin, name)
    if name == "a token":  # MSAL gives an error again for a minute, without asking
        made[0].azure.account.log_in(forget_code, device_only=True)
    standin.faults.add(fault, match)
    began = time.monotonic()
    said, code = "done", 0
    try:
        work(made)
    except LabelerError as error:
        said, code = str(error), error.exit_code
    finally:
        standin.faults.clear()
    # What takes its time is the machine's; a minute is a call that waits for ever.
    assert time.monotonic() - began < 60, f"{name} with {fault} hangs: {said}"
    return code, _plain(said, standin)


def _plain(said: str, standin: StandIn) -> str:
    """Without what differs from run to run."""
    said = said.replace(standin.url.removeprefix("https://"), "HOST")
    said = re.sub(r"127\.0\.0\.1(:\d+)?|localhost(:\d+)?", "HOST", said)
    said = re.sub(r"soda_\d{8}_\d{6}", "soda_DATE", said)
    said = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", said)
    return " ".join(said.split())


def _passes(name: str, fault: str) -> bool:
    """Good statuses with odd bodies are good where the body is not read."""
    shape = fault in SHAPES and SHAPES[fault].status == 200
    return (OPERATIONS[name][0] == "any" and shape) or (name, fault) in GOOD


def _compare(name: str, cells: dict[str, tuple[int, str]]) -> None:
    """Raises where a code does not fit its fault, and where the table says something else."""
    wrong = [
        f"{fault}: {code} {said}"
        for fault, (code, said) in cells.items()
        if (code not in OTHER_CODES.get((name, fault), CODES[fault]) and not (code == 0 and _passes(name, fault)))
        or "Traceback" in said
    ]
    assert not wrong, "\n".join(wrong)
    known = _read()[name]
    assert {fault: _line(fault, cell) for fault, cell in cells.items()} == {fault: known.get(fault) for fault in cells}


def _line(fault: str, cell: tuple[int, str]) -> str:
    return f"  {fault:<18}{cell[0]}  {cell[1]}"


def _read() -> dict[str, dict[str, str]]:
    """Operation -> fault -> its line."""
    lines: dict[str, dict[str, str]] = {name: {} for name in OPERATIONS}
    section = ""
    for line in TABLE.read_text(encoding="utf-8").splitlines() if TABLE.exists() else ():
        if line.startswith("  "):
            lines[section][line[2:20].strip()] = line
        elif line and not line.startswith("#"):
            section = line.partition(": ")[0]
    return lines


def _write(name: str, cells: dict[str, tuple[int, str]]) -> None:
    table = _read()
    table[name] = {fault: _line(fault, cell) for fault, cell in cells.items()}
    parts = ["# Operation: who is asked, at which requests; then fault, exit code, and what a person is told.\n"]
    for operation, (who, match, _) in OPERATIONS.items():
        parts.append(f"\n{operation}: {who}, {match}\n" + "".join(f"{line}\n" for line in table[operation].values()))
    TABLE.write_text("".join(parts), encoding="utf-8")
