"""The lab from the command line, each command a process of its own, as a script would run it; and no secret anywhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.azure.conftest import ADDRESS, IMAGES, label_all
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import ACCOUNT_KEY
from tests.cli.conftest import Outcome, Run
from tui_labeler.workspace import Workspace

PROJECT = """
[details]
name = "soda"
type = "object-detection"
[dataset]
name = "sodaObjects"
[classes]
names = ["coke", "diet_coke", "sprite"]
"""


@pytest.fixture
def run(standin: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `tui-labeler` with the stand-in as Azure; tokens in a file, since each command is a process of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TUI_LABELER_")} | {
        "TUI_LABELER_HOME": str(tmp_path / "home"),
        "TUI_LABELER_AZURE_ARM_URL": standin.url,
        "TUI_LABELER_AZURE_LOGIN_URL": standin.url,
        "TUI_LABELER_AZURE_BLOB_URL": f"{standin.url}/{{account}}",
        "TUI_LABELER_AZURE_TOKENS": "file",
        "TUI_LABELER_AZURE_TIMEOUT": "10",
    }

    def call(*words: str, stdin: str = "", **more: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "tui_labeler", *words],
            input=stdin.encode(),
            capture_output=True,
            env=environment | more,
            timeout=60,
        )
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call


@pytest.fixture
def signed_in(run: Run, standin: StandIn) -> Run:
    standin.login.answers = []
    assert run("azure", "login", "--device-code").code == 0
    assert run("azure", "use", ADDRESS).code == 0
    return run


@pytest.mark.slow
def test_the_lab_from_sign_in_to_the_registered_dataset(
    run: Run, standin: StandIn, blobs: Any, photos: tuple[str, ...], tmp_path: Path
) -> None:
    assert "Not signed in" in run("azure", "status").out
    told = run("azure", "login", "--device-code")
    assert "H7KQ2TWXL" in told.err
    assert "https://microsoft.com/devicelogin" in told.err
    assert "ann@contoso.com" in told.out
    rows = run("azure", "workspaces", "--json").json
    assert rows[0]["address"] == ADDRESS
    assert [entry["name"] for entry in run("azure", "workspaces", "stag", "--json").json] == ["staging"]
    run("azure", "use", ADDRESS)
    status = run("azure", "status", "--check", "--json").json
    assert (status["signed_in"], status["workspace"], status["checked"]) == (True, ADDRESS, True)
    assert "computervisionimagesraw" in run("azure", "datastores").out
    assert run("azure", "attach", "computervisionimagesraw", "--json").json["kind"] == "azureml"
    made = run(
        "dataset", "create", "sodaObjects", "--datastore", "computervisionimagesraw", "--path", "/", "--json"
    ).json
    assert made["files"] == len(IMAGES)
    assert run("azure", "register", "sodaObjects", "--json").json["type"] == "uri_folder"
    assert run("project", "create", "-", "--json", stdin=PROJECT).json["tasks"] == len(IMAGES)
    workspace = Workspace(tmp_path / "home" / "workspace.db", tmp_path / "home" / "exports")
    assert label_all(workspace) == len(IMAGES)
    workspace.close()

    registered = run("azure", "export", "soda", "--snippet")
    name = registered.out.strip().splitlines()[-1]
    assert name.startswith("soda_2")
    assert "ml.data.get" in registered.out
    again = run("azure", "export", name, "--json").json
    assert (again["new"], again["uploaded"], again["type"], again["version"]) == (False, [], "mltable", "1")
    for file in ("MLTable", "annotations.jsonl"):
        blob = blobs.get_blob_client("sodaobjects", f"tui-labeler/exports/{name}/{file}")
        assert blob.download_blob().readall() == (Path(again["path"]) / file).read_bytes()
    assert list(standin.state.workspaces[0].data[name]) == ["1"]
    assert {asset["name"] for asset in run("azure", "assets", "--json").json} == {"sodaObjects", name}
    assert run("azure", "dataset", name, "--as", "again", "--json").json["files"] == len(IMAGES)
    assert "gpu" in run("azure", "computes").out
    doctor = run("doctor")
    assert "ann@contoso.com" in doctor.out
    assert "Signed out" in run("azure", "logout").out
    refused = run("azure", "datastores")
    assert (refused.code, "azure login" in refused.err) == (1, True)

    # No secret in any file that was written (but the tokens' own, which is gone now), and none in any output.
    secrets = [ACCOUNT_KEY, *standin.login.tokens, "of-the-stand-in-kept-secret"]
    said = [result.out + result.err for result in (told, registered, doctor, refused)]
    assert not [secret for secret in secrets if any(secret in text for text in said)]
    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in content], path


@pytest.mark.slow
def test_projects_of_the_retired_service(signed_in: Run, standin: StandIn) -> None:
    standin.state.workspaces[0].add_asset(
        "images", "1", {"dataType": "uri_folder", "dataUri": "azureml://datastores/computervisionimagesraw/paths/"}
    )
    standin.state.operation_waits = 0
    run = signed_in
    assert run("azure", "jobs", "create", "-", "--data", "images", "--json", stdin=PROJECT).json["status"] == "Running"
    standin.state.workspaces[0].jobs["soda"]["properties"]["progressMetrics"] |= {
        "totalDatapointCount": 242,
        "completedDatapointCount": 50,
    }
    assert "50 of 242 labeled (20.66 %)" in run("azure", "jobs", "list").out
    assert run("azure", "jobs", "show", "soda", "--json").json["classes"] == ["coke", "diet_coke", "sprite"]
    assert run("azure", "jobs", "pause", "soda").code == 0
    assert run("azure", "jobs", "delete", "soda").code == 2
    assert run("azure", "jobs", "delete", "soda", "--yes").code == 0
    standin.faults.add("retired", "labelingJobs")
    gone = run("azure", "jobs", "list", "--json")
    assert (gone.code, gone.out) == (1, "")
    assert "30 September 2026" in gone.err
    assert "azure rescue" in gone.err


@pytest.mark.slow
def test_what_is_left_is_imported(signed_in: Run, blobs: Any, photos: Any, tmp_path: Path) -> None:
    run = signed_in
    run("azure", "attach", "computervisionimagesraw")
    run("dataset", "create", "sodaObjects", "--datastore", "computervisionimagesraw")
    run("project", "create", "-", stdin=PROJECT)
    row = {
        "image_url": "AmlDatastore://computervisionimagesraw/163.jpg",
        "image_details": {"format": "jpg", "width": "80px", "height": "60px"},
        "label": [{"label": "coke", "topX": 0.1, "topY": 0.1, "bottomX": 0.5, "bottomY": 0.5, "isCrowd": 0}],
    }
    default = blobs.get_container_client("azureml-blobstore")
    default.upload_blob("Labeling/export/dataset/old/labels.jsonl", json.dumps(row).encode() + b"\n")
    (left,) = run("azure", "rescue", "list", "--json").json
    assert left["name"] == "Labeling/export/dataset/old"
    assert run("azure", "rescue", "import", left["name"], "nothing").code == 1
    done = run("azure", "rescue", "import", left["name"], "soda", "--json").json
    assert (done["imported"], done["labels"]) == (1, 1)
    assert run("status", "soda", "--json").json["classes"]["coke"] == 1


@pytest.mark.slow
def test_what_fails_has_its_exit_code_and_no_traceback(signed_in: Run, standin: StandIn) -> None:
    run: Callable[..., Outcome] = signed_in
    for words, code, word in (
        (("azure", "use", "nonsense"), 2, "SUBSCRIPTION/GROUP/WORKSPACE"),
        (("azure", "attach", "files"), 2, "holds no blobs"),
        (("azure", "attach", "nowhere"), 1, "nowhere"),
        (("azure", "export", "nothing"), 1, "no project and no export"),
        (("azure", "jobs", "show", "nothing"), 1, "nothing"),
        (("azure", "rescue", "get", "nothing"), 1, "nothing"),
    ):
        done = run(*words)
        assert (done.code, word in done.err) == (code, True), done
        assert "Traceback" not in done.err
    for variable, value in (
        ("TUI_LABELER_AZURE_CLOUD", "mars"),
        ("TUI_LABELER_AZURE_TIMEOUT", "soon"),
        ("TUI_LABELER_AZURE_TOKENS", "everywhere"),
        ("TUI_LABELER_AZURE_ARM_URL", "http://clear.example"),
    ):
        done = run("azure", "login", "--device-code", **{variable: value})
        assert (done.code, "Traceback" in done.err) == (2, False), done
    done = run("azure", "workspaces", TUI_LABELER_AZURE_ARM_URL="https://127.0.0.1:9", TUI_LABELER_AZURE_TIMEOUT="1")
    assert done.code == 3
    assert "Check the network" in done.err
    debug = run("--debug", "azure", "workspaces", TUI_LABELER_AZURE_ARM_URL="https://127.0.0.1:9")
    assert "Traceback" in debug.err
    assert not [token for token in standin.login.tokens if token in debug.err]


@pytest.mark.slow
def test_microsofts_libraries_do_not_speak_over_ours(run: Run, standin: StandIn) -> None:
    standin.login.answers = []
    standin.login.token_lives = 200  # less than a token has to live: it is asked for again
    assert run("azure", "login", "--device-code").code == 0
    standin.login.refuse_refresh = True
    done = run("azure", "workspaces")
    assert done.code == 1
    # Where the machine is so busy that it takes long, a sign of life comes before: `At work … (0:05)`.
    said = [line for line in done.err.splitlines() if not re.search(r" \(\d+:\d\d\)$", line)]
    assert said[0].startswith("Error: ")
    assert len(said) == 2, done.err


@pytest.mark.slow
def test_settings_of_azure(run: Run) -> None:
    assert run("config", "set", "azure_cloud", "china").code == 0
    assert run("config", "set", "azure_cloud", "mars").code == 2
    assert run("config", "set", "azure_workspace", "nonsense").code == 2
    assert run("config", "set", "azure_timeout", "-1").code == 2
    shown = {setting["key"]: setting["value"] for setting in run("config", "show", "--json").json}
    assert shown["azure_cloud"] == "china"
    assert shown["azure_timeout"] == "10"
    assert json.dumps(shown)
