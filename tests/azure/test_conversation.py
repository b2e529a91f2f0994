"""What is said to Azure: paging, long-running operations, HTTP/2, versions, and Microsoft's own client beside ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.azure.conftest import ADDRESS, NO_SPEC, SPEC, MakeWorkspace, forget_code, specification
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import GROUP, SUBSCRIPTION, WORKSPACE
from tests.azure.standin.swagger import FOLDER, Description
from tui_labeler.azure import labelingjobs
from tui_labeler.model.azure import AzureOptions
from tui_labeler.model.errors import BadInput, Cancelled, NotAllowed, NotFound, Unreachable
from tui_labeler.model.progress import Step
from tui_labeler.model.project import Classes, Details, Instructions, Refresh, TaskType
from tui_labeler.workspace import Workspace

IMAGES = {"dataType": "uri_folder", "dataUri": "azureml://datastores/computervisionimagesraw/paths/"}
BOXES = {"labelingJobMediaProperties": {"mediaType": "Image", "annotationType": "BoundingBox"}}


def test_microsofts_examples_pass_the_checker(description: Description | None) -> None:
    """The checker is strict, but not stricter than the authors of the description."""
    if description is None:
        pytest.skip(NO_SPEC)
    checked = 0
    for path in sorted((SPEC / FOLDER / "examples" / "LabelingJob").glob("*.json")):
        example = json.loads(path.read_text())
        for status, answer in example["responses"].items():
            operation = path.stem.replace("createOrUpdate", "PUT").replace("get", "GET").replace("list", "GET")
            method = operation if operation.isupper() else "DELETE" if path.stem == "delete" else "POST"
            url = "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/w/labelingJobs"
            url += "" if path.stem == "list" else "/x" if method in ("PUT", "GET", "DELETE") else f"/x/{path.stem}"
            assert description.check_response(method, url, int(status), answer.get("body"), {}) == [], path.stem
            checked += 1
    assert checked >= 8


def test_the_checker_finds_what_is_wrong(description: Description | None) -> None:
    if description is None:
        pytest.skip(NO_SPEC)
    url = (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/w"
    )
    asset = {"properties": {"dataType": "mltable", "dataUri": "azureml://x", "wrong": 1}}
    (problem,) = description.check_request("PUT", f"{url}/data/a/versions/1", "api-version=x", asset)
    assert "wrong" in problem
    assert description.check_request("GET", f"{url}/datastores", "", None)
    job = {"properties": {"jobType": "Labeling", "projectId": "read only"}}
    assert description.check_request("PUT", f"{url}/labelingJobs/a", "api-version=x", job)
    assert description.check_response("GET", f"{url}/labelingJobs/a", 200, {"properties": {}}, {})
    assert description.check_response("POST", f"{url}/labelingJobs/a/exportLabels", 204, None, {})


def test_a_project_of_the_retired_service_from_creation_to_deletion(
    workspace: Workspace, standin: StandIn, quick: list[float]
) -> None:
    azure, lab = workspace.azure, standin.state.workspaces[0]
    lab.add_asset("images", "3", IMAGES)
    standin.state.operation_waits = 2
    spec = msgspec.structs.replace(
        specification("soda"),
        classes=Classes(("animal/dog/poodle", "animal/cat", "sprite")),
        refresh=Refresh(True, "1h"),
        instructions=Instructions("https://example.com/how"),
    )
    said: list[str] = []
    made = azure.retired_projects.create(spec, "images:3", lambda what, done, total: said.append(what))
    assert (made.name, made.status, made.annotation) == ("soda", "Running", "BoundingBox")
    assert made.data_id.endswith("/data/images/versions/3")
    assert made.incremental_refresh
    assert made.instructions == "https://example.com/how"
    assert made.classes == ("animal", "animal/dog", "animal/dog/poodle", "animal/cat", "sprite")
    assert quick.count(1.0) == 2  # Retry-After of the operation
    lab.jobs["soda"]["properties"]["progressMetrics"] |= {"totalDatapointCount": 242, "completedDatapointCount": 50}
    job = azure.retired_projects.get("soda")
    assert (job.total, job.completed, f"{job.percent:.2f}") == (242, 50, "20.66")
    azure.retired_projects.pause("soda")
    assert azure.retired_projects.get("soda").status == "Paused"
    quick.clear()
    azure.retired_projects.resume("soda")
    assert azure.retired_projects.get("soda").status == "Running"
    assert quick[0] == 10.0  # Retry-After of the 202
    assert azure.retired_projects.export("soda", "dataset").asset == "soda_20260329_184449"
    coco = azure.retired_projects.export("soda", "Coco")
    assert (coco.container, coco.path, coco.rows) == ("azureml-blobstore", "Labeling/export/coco/soda", 50)
    with pytest.raises(BadInput):
        azure.retired_projects.export("soda", "yolo")
    azure.retired_projects.delete("soda")
    with pytest.raises(NotFound):
        azure.retired_projects.delete("soda")
    with pytest.raises(NotFound):
        azure.retired_projects.get("soda")


@pytest.mark.parametrize("kind", TaskType)
def test_every_task_type_is_created_in_the_services_words(
    workspace: Workspace, standin: StandIn, quick: list[float], kind: TaskType
) -> None:
    standin.state.workspaces[0].add_asset("images", "1", IMAGES)
    spec = msgspec.structs.replace(specification("one"), details=Details("one", kind))
    workspace.azure.retired_projects.create(spec, "images")
    sent = standin.state.workspaces[0].jobs["one"]["properties"]
    many = sent["labelCategories"]["classes"]["multiSelect"]
    expected = {
        TaskType.CLASSIFICATION: ("Classification", "Disabled"),
        TaskType.MULTILABEL: ("Classification", "Enabled"),
        TaskType.DETECTION: ("BoundingBox", "Disabled"),
        TaskType.SEGMENTATION: ("InstanceSegmentation", "Disabled"),
    }
    assert (sent["labelingJobMediaProperties"]["annotationType"], many) == expected[kind]


def test_pages_and_unknown_words_are_kept(workspace: Workspace, standin: StandIn) -> None:
    lab = standin.state.workspaces[0]
    for number in range(5):
        lab.add_job(f"job{number}", BOXES, number, 10)
    lab.jobs["job3"]["properties"] |= {"status": "Hibernating"}
    lab.jobs["job4"]["properties"]["labelingJobMediaProperties"]["annotationType"] = "Keypoints"
    jobs = workspace.azure.retired_projects.list()
    assert [job.name for job in jobs] == [f"job{number}" for number in range(5)]
    assert jobs[3].status == "Hibernating"
    assert jobs[4].annotation == "Keypoints"
    assert sum(path.endswith("/labelingJobs") for _, path, _ in standin.state.asked) == 3


def test_an_older_version_of_the_api_is_found(workspace: Workspace, standin: StandIn) -> None:
    standin.state.workspaces[0].add_job("old", BOXES)
    standin.faults.add("retired", "labelingJobs", times=2)
    assert [job.name for job in workspace.azure.retired_projects.list()] == ["old"]
    before = len(standin.state.asked)
    workspace.azure.retired_projects.list()
    assert len(standin.state.asked) == before + 1  # what answered is remembered
    assert labelingjobs.VERSIONS[0] == "2024-04-01-preview"


def test_every_call_has_an_id_that_is_in_the_log(workspace: Workspace, standin: StandIn, tmp_path: Path) -> None:
    workspace.azure.retired_projects.list()
    workspace.azure.catalog.datastores()
    log = (tmp_path / "state" / "azure" / "azure.log").read_text()
    ids = standin.state.request_ids
    assert len(set(ids)) == len(ids) >= 3
    assert all(request_id and request_id in log for request_id in ids)
    assert (tmp_path / "state" / "azure" / "azure.log").stat().st_mode & 0o077 == 0


def test_http2_is_spoken(workspace: Workspace, standin: StandIn) -> None:
    seen: list[str] = []
    client = workspace.azure.account.connection.arm._http()
    client.event_hooks["response"].append(_note_version(seen))
    workspace.azure.retired_projects.list()
    assert seen == ["HTTP/2"]


def _note_version(seen: list[str]) -> Any:
    async def note(response: Any) -> None:
        seen.append(response.http_version)

    return note


def test_a_call_can_be_left(workspace: Workspace, standin: StandIn) -> None:
    import time

    standin.faults.add("drip", "labelingJobs")
    standin.drip = 15.0

    def progress(what: Step, done: int, total: int) -> None:
        if time.monotonic() - began > 0.3:
            raise Cancelled

    began = time.monotonic()
    with pytest.raises(Cancelled):
        workspace.azure.retired_projects.list(progress)
    assert time.monotonic() - began < 10


def test_a_token_goes_to_the_resource_manager_only(
    workspace: Workspace, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A nextLink that leads elsewhere is not followed."""
    from tests.azure.standin import arm

    def elsewhere(state: Any, host: str, path: str, asked: Any, rows: Any) -> Any:
        return arm.Answer(200, {"value": [], "nextLink": "https://evil.example/subscriptions?api-version=1"})

    monkeypatch.setattr(arm, "_page", elsewhere)
    with pytest.raises(Unreachable) as told:
        workspace.azure.retired_projects.list()
    assert "evil.example" in told.value.message


def test_workspaces_of_every_subscription(workspace: Workspace, standin: StandIn) -> None:
    workspaces = workspace.azure.account.workspaces()
    assert workspaces[0].address == ADDRESS
    assert {entry.subscription for entry in workspaces} == {SUBSCRIPTION, "66666666-7777-8888-9999-000000000000"}
    assert workspaces[0].location == "westeurope"
    standin.faults.add("403", "GET /subscriptions/6666")
    assert len(workspace.azure.account.workspaces()) == 2  # one subscription refuses: the others are shown
    standin.faults.add("403", "GET /subscriptions/1111")
    with pytest.raises(NotAllowed):
        workspace.azure.account.workspaces()


def test_choosing_a_workspace(workspace: Workspace, standin: StandIn) -> None:
    assert workspace.azure.account.use(f"{SUBSCRIPTION}/{GROUP}/staging").name == "staging"
    assert workspace.azure.account.chosen.name == "staging"
    with pytest.raises(NotFound):
        workspace.azure.account.use(f"{SUBSCRIPTION}/{GROUP}/nowhere")
    assert workspace.azure.account.chosen.name == "staging"
    for wrong in ("nonsense", "a/b/c", f"{SUBSCRIPTION}/{GROUP}"):
        with pytest.raises(BadInput):
            workspace.azure.account.use(wrong)
    resource = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.MachineLearningServices"
    assert workspace.azure.account.use(f"{resource}/workspaces/{WORKSPACE}").name == WORKSPACE


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"cloud": "mars"}, "mars"),
        ({"arm_url": "http://management.azure.com"}, "https"),
        ({"login_url": "http://login"}, "https"),
        ({"blob_url": "http://storage.example/{account}"}, "https"),
    ],
)
def test_settings_that_would_send_tokens_in_the_clear(
    make_workspace: MakeWorkspace, options: AzureOptions, changes: dict[str, str], word: str
) -> None:
    with pytest.raises(BadInput) as told:
        make_workspace(msgspec.structs.replace(options, **changes)).azure.account.log_in(forget_code)
    assert word in str(told.value)


def test_sovereign_clouds() -> None:
    from tui_labeler.azure.clouds import find_cloud

    clouds = {name: find_cloud(AzureOptions(cloud=name)) for name in ("public", "usgovernment", "china")}
    assert clouds["china"].arm_scope == "https://management.chinacloudapi.cn/.default"
    assert clouds["usgovernment"].login == "https://login.microsoftonline.us"
    assert len({cloud.studio for cloud in clouds.values()}) == 3


def test_microsofts_own_client_sees_what_we_registered(soda: Workspace, standin: StandIn) -> None:
    """azure-ai-ml reads the data asset, and lists it, from the same stand-in."""
    sent = soda.azure.exports.register(soda.exchange.export("soda"))
    client = soda.azure.account.connection.library(soda.azure.account.chosen).client()
    asset = client.data.get(sent.name, "1")
    assert (asset.type, asset.version, asset.path) == ("mltable", "1", sent.uri)
    assert asset.tags == {"project": "soda", "images": "4", "labels": "8"}
    assert sent.name in [registered.name for registered in client.data.list()]
    kept = standin.state.workspaces[0].data[sent.name]["1"]["properties"]
    assert kept["referencedUris"] == ["./annotations.jsonl"]
