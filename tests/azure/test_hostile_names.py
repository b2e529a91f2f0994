"""No name reaches another resource than the one that it names: every operation with every hostile name, and a look at the
request lines that arrived."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import msgspec
import pytest

from tests.azure.conftest import SUBSCRIPTION, specification
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import GROUP, ML, WORKSPACE
from tui_labeler.azure import assets, datastores, resources, training
from tui_labeler.azure.errors import explained
from tui_labeler.model.azure import DataAsset, RemoteDatastore, WorkspaceRef, parse_workspace
from tui_labeler.model.errors import BadInput, LabelerError
from tui_labeler.model.project import Details, TaskType
from tui_labeler.workspace import Workspace

HOSTILE = (
    "",
    ".",
    "..",
    "../..",
    "../computes/gpu",
    "..%2fcomputes%2fgpu",
    "%2e%2e",
    "%2E%2e/computes/gpu",
    "x?api-version=1#",
    "x#",
    "../datastores/files/listSecrets?",
    "a/b",
    "/a",
    "a/",
    "a//b",
    "\\..\\x",
    "..;/x",
    "．．",  # full-width full stops, which NFKC makes plain ones
    "․․",  # one dot leaders
    "x\n",
    "x\r\nHost: evil.example",
    "x y",
    "x\0",
    "@evil.example/x",
    "https://evil.example/x",
    "日本",
    "-x",
    "_x",
    "x" * 256,
)
BASE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/{ML}/workspaces/{WORKSPACE}"
Call = Callable[[Workspace, str], object]


def _store(name: str) -> RemoteDatastore:
    return RemoteDatastore(name, "AzureBlob", "account", "container", access="AccountKey")


def _register(workspace: Workspace, asset: DataAsset) -> object:
    return workspace.azure.account.connection.run(
        assets.register_table(workspace.azure.account.connection.arm, workspace.azure.account.chosen, asset, (), {})
    )


# Every operation that puts a name into an address: ours, and those that go through azure-ai-ml.
OPERATIONS: dict[str, Call] = {
    "job show": lambda workspace, name: workspace.azure.retired_projects.get(name),
    "job create": lambda workspace, name: workspace.azure.retired_projects.create(
        msgspec.structs.replace(specification(), details=Details(name, TaskType.DETECTION)), "images:1"
    ),
    "job create from": lambda workspace, name: workspace.azure.retired_projects.create(specification("new"), name),
    "job create from a version": lambda workspace, name: workspace.azure.retired_projects.create(
        specification("new"), f"images:{name or '..'}"
    ),
    "job pause": lambda workspace, name: workspace.azure.retired_projects.pause(name),
    "job resume": lambda workspace, name: workspace.azure.retired_projects.resume(name),
    "job export": lambda workspace, name: workspace.azure.retired_projects.export(name, "Coco"),
    "job delete": lambda workspace, name: workspace.azure.retired_projects.delete(name),
    "attach": lambda workspace, name: workspace.azure.catalog.attach(name),
    "connect": lambda workspace, name: workspace.azure.account.connection.look_at(
        workspace.azure.account.chosen, name or ".."
    ),
    "secrets": lambda workspace, name: workspace.azure.account.connection.secret(
        workspace.azure.account.chosen, _store(name)
    ),
    "asset": lambda workspace, name: workspace.azure.catalog.asset_images(name),
    "asset's version": lambda workspace, name: workspace.azure.catalog.asset_images("images", name or ".."),
    "register a folder": lambda workspace, name: workspace.azure.account.connection.library(
        workspace.azure.account.chosen
    ).register_folder(name, "azureml://datastores/x/paths/", ""),
    "register a table": lambda workspace, name: _register(
        workspace, DataAsset(name, "1", "mltable", "azureml://datastores/x/paths/")
    ),
    "register its version": lambda workspace, name: _register(
        workspace, DataAsset("a", name, "mltable", "azureml://datastores/x/paths/")
    ),
    "compute": lambda workspace, name: workspace.azure.account.connection.run(
        training.require_compute(workspace.azure.account.connection.arm, workspace.azure.account.chosen, name)
    ),
    "training": lambda workspace, name: workspace.azure.account.connection.run(
        training.read(workspace.azure.account.connection.arm, workspace.azure.account.chosen, name)
    ),
    "submit": lambda workspace, name: workspace.azure.account.connection.run(
        training.submit(workspace.azure.account.connection.arm, workspace.azure.account.chosen, name, {})
    ),
    "rescue": lambda workspace, name: workspace.azure.leftovers.fetch(
        name, workspace.exchange.exports_folder / "rescued"
    ),
    "group": lambda workspace, name: workspace.azure.account.use(f"{SUBSCRIPTION}/{name}/labeling"),
    "workspace": lambda workspace, name: workspace.azure.account.use(f"{SUBSCRIPTION}/vision/{name}"),
    "subscription": lambda workspace, name: workspace.azure.account.use(f"{name}/vision/labeling"),
}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_name_reaches_another_resource(workspace: Workspace, standin: StandIn, operation: str) -> None:
    standin.state.workspaces[0].add_asset(
        "images", "1", {"dataType": "uri_folder", "dataUri": "azureml://datastores/x/paths/"}
    )
    for name in HOSTILE:
        before = len(standin.state.lines)
        with pytest.raises(LabelerError) as told:
            OPERATIONS[operation](workspace, name)
        assert told.value.exit_code in (1, 2), (name, told.value)
        sent = [line for line in standin.state.lines[before:] if "/token" not in line]
        assert all(_allowed(line, operation, name) for line in sent), (name, sent)
    assert set(standin.state.workspaces[0].computes) == {"gpu"}


def _allowed(line: str, operation: str, name: str) -> bool:
    """Only what is asked before the name comes into play: the list of data assets, and the asset's own, good name."""
    path = line.partition("?")[0]
    if operation == "group" and name in ("日本", "-x", "_x"):  # which groups can be called
        return path == "GET " + BASE.replace("/vision/", f"/{quote(name)}/")
    if operation == "rescue":  # a name below Labeling/export is a folder of blobs
        return path in (f"GET {BASE}/datastores", f"GET {BASE}/data")
    return operation in ("asset's version", "job create") and path in (
        f"GET {BASE}/data",
        f"GET {BASE}/data/images/versions/1",
    )


@pytest.mark.parametrize(
    "where", [("..", "vision", "labeling"), (SUBSCRIPTION, "..", "labeling"), (SUBSCRIPTION, "a.", "w")]
)
def test_a_workspace_from_elsewhere_is_held_to_the_rules_too(where: tuple[str, str, str]) -> None:
    """As it stands in a datastore's URL that somebody else wrote."""
    with pytest.raises(BadInput):
        resources.resource(WorkspaceRef(*where), "datastores", "a")
    with pytest.raises(BadInput):
        resources.resource_id(WorkspaceRef(*where), "computes", "gpu")


def test_what_is_allowed_goes_through_as_it_is() -> None:
    where = parse_workspace(f"{SUBSCRIPTION}/räume_(1)/labeling")
    path = resources.resource(where, "labelingJobs", "soda-1_x") / "pause"
    assert path.text.endswith(
        "/resourceGroups/r%C3%A4ume_%281%29/providers/" + f"{ML}/workspaces/labeling/labelingJobs/soda-1_x/pause"
    )
    assert resources.resource(where, "data", "soda", "2024.01.02+a").text.endswith("/data/soda/versions/2024.01.02%2Ba")
    with pytest.raises(ValueError, match="delete"):
        _ = resources.resource(where, "jobs", "a") / "delete"


def test_the_patterns_are_the_published_ones(description: object) -> None:
    """Of PUT, where they are published: the same name is then used for every other call."""
    import json

    from tests.azure.conftest import NO_SPEC, SPEC
    from tests.azure.standin.swagger import FOLDER

    if description is None:
        pytest.skip(NO_SPEC)
    patterns: dict[str, str] = {}
    paths = json.loads((SPEC / FOLDER / "mfe.json").read_text("utf-8-sig"))["paths"]
    for path, item in paths.items():
        kind = re.search(r"workspaces/\{workspaceName\}/(\w+)/\{(id|name)\}$", path)
        for parameter in item.get("put", {}).get("parameters", ()):
            if kind and parameter.get("in") == "path" and parameter["name"] == kind[2]:
                patterns[kind[1]] = parameter["pattern"]
    computes = json.loads((SPEC / FOLDER / "machineLearningServices.json").read_text("utf-8-sig"))
    patterns["computes"] = computes["parameters"]["ComputeNameParameter"]["pattern"]
    assert {"labelingJobs", "jobs", "data", "datastores", "computes"} <= set(patterns)
    for kind in ("labelingJobs", "jobs", "data", "datastores", "computes"):
        for name in (*HOSTILE, "a", "gpu", "gpu-1", "abc-d", "9x", "x" * 24, "x" * 25, "x" * 255, "a-b_c"):
            published = bool(re.search(patterns[kind], name)) and not name.endswith("\n")
            try:
                resources.require_name(kind, name)
                ours = True
            except BadInput:
                ours = False
            assert ours is published, (kind, name)


def test_a_call_of_the_library_cannot_leave_its_place(workspace: Workspace, standin: StandIn) -> None:
    """Even where a name got past every check, the library's pipeline lets no call go elsewhere."""
    client = workspace.azure.account.connection.library(workspace.azure.account.chosen).client()
    for name in ("..", "."):
        before = len(standin.state.lines)
        with pytest.raises(LabelerError), explained("read the data asset"):
            client.data.get(name, "..")
        assert not [line for line in standin.state.lines[before:] if "/token" not in line]


def test_the_datastores_own_names_make_no_other_host(workspace: Workspace, standin: StandIn) -> None:
    lab = standin.state.workspaces[0]
    for key, value in (
        ("accountName", "evil.example/x"),
        ("accountName", "a@evil.example"),
        ("accountName", "acc#"),
        ("containerName", "../other"),
        ("containerName", "a?comp=list"),
        ("endpoint", "evil.example/#"),
        ("endpoint", "evil.example:99/@"),
        ("endpoint", "x y"),
    ):
        lab.add_datastore("bad", "container", "AccountKey")
        lab.datastores["bad"]["properties"][key] = value
        (broken,) = [datastore for datastore in workspace.azure.catalog.datastores() if datastore.name == "bad"]
        assert not broken.usable, (key, value)
        with pytest.raises(LabelerError):
            workspace.azure.account.connection.datastore(workspace.azure.account.chosen, "bad")
    assert datastores.VERSION["api-version"] == "2024-04-01"
