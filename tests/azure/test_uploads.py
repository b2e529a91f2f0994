"""Exports on their way into Azure: what a kill, a fault or a second person leaves, and what the same command does then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.azure.conftest import label_all
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import ACCOUNT
from tests.azure.test_commands import run, signed_in
from tests.cli.conftest import Run
from tui_labeler.azure import upload as uploading
from tui_labeler.model.errors import AlreadyExists, LabelerError
from tui_labeler.workspace import Workspace

__all__ = ["run", "signed_in"]

BLOCK = 64 << 10


def sent(standin: StandIn, kind: str) -> list[str]:
    return [line for line in standin.state.lines if line.startswith(f"PUT /{ACCOUNT}/") and f"comp={kind}" in line]


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of ten blocks and a bit."""
    monkeypatch.setattr(uploading, "_BLOCK", BLOCK)
    monkeypatch.setattr(uploading, "_PARALLEL", 1)
    (tmp_path / "large").mkdir()
    (tmp_path / "large" / "annotations.jsonl").write_bytes(os.urandom(10 * BLOCK + 7))
    return tmp_path / "large"


def test_an_upload_goes_on_inside_a_file(soda: Workspace, standin: StandIn, large: Path, quick: list[float]) -> None:
    connection = soda.azure.account.connection
    store = connection.datastore(soda.azure.account.chosen, "computervisionimagesraw")
    container = connection.writer(soda.azure.account.chosen, store)
    names = ("annotations.jsonl",)
    standin.faults.add("403", f"PUT /{ACCOUNT}/", after=6)
    with pytest.raises(LabelerError) as told:
        uploading.upload(container, large, names, "there", lambda *_: None)
    assert "not sent twice" in told.value.mend
    assert len(sent(standin, "block&")) == 7  # the last of them was refused
    standin.faults.clear()
    standin.state.lines.clear()
    steps: list[int] = []
    done = uploading.upload(container, large, names, "there", lambda at, of: steps.append(at))
    assert len(sent(standin, "block&")) == 5  # of eleven, six were there
    assert done.sent == names
    blob = container.get_blob_client("there/annotations.jsonl")
    assert blob.download_blob().readall() == (large / "annotations.jsonl").read_bytes()
    assert steps == sorted(steps)
    assert uploading.upload(container, large, names, "there", lambda *_: None).kept == names


def test_what_is_there_is_never_written_over(soda: Workspace, standin: StandIn, blobs: Any, large: Path) -> None:
    """Another person's export of the same name and second, or a file that was changed here since."""
    connection = soda.azure.account.connection
    container = connection.writer(
        soda.azure.account.chosen, connection.datastore(soda.azure.account.chosen, "computervisionimagesraw")
    )
    blob = blobs.get_blob_client("sodaobjects", "there/annotations.jsonl")
    blob.upload_blob(b"theirs")
    with pytest.raises(AlreadyExists) as told:
        uploading.upload(container, large, ("annotations.jsonl",), "there", lambda *_: None)
    assert "not written over" in told.value.message
    assert blob.download_blob().readall() == b"theirs"


def test_two_who_write_at_once_do_not_mix(
    soda: Workspace, blobs: Any, large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one's blob comes between the look and the end of ours."""
    connection = soda.azure.account.connection
    container = connection.writer(
        soda.azure.account.chosen, connection.datastore(soda.azure.account.chosen, "computervisionimagesraw")
    )
    blob = blobs.get_blob_client("sodaobjects", "there/annotations.jsonl")
    real = uploading._stage

    def stage(*given: Any) -> list[str]:
        names = real(*given)
        blob.upload_blob(b"theirs", overwrite=True)
        return names

    monkeypatch.setattr(uploading, "_stage", stage)
    with pytest.raises(LabelerError):
        uploading.upload(container, large, ("annotations.jsonl",), "there", lambda *_: None)
    assert blob.download_blob().readall() == b"theirs"


def test_blocks_of_another_program_are_told(soda: Workspace, blobs: Any, large: Path) -> None:
    connection = soda.azure.account.connection
    container = connection.writer(
        soda.azure.account.chosen, connection.datastore(soda.azure.account.chosen, "computervisionimagesraw")
    )
    blobs.get_blob_client("sodaobjects", "there/annotations.jsonl").stage_block("short", b"x")
    try:
        uploading.upload(container, large, ("annotations.jsonl",), "there", lambda *_: None)
    except LabelerError as error:
        said = str(error)
    else:
        said = "another program"  # Azurite is not as strict about names of one length as Azure is
    assert "another program" in said


def test_an_empty_file_is_uploaded(soda: Workspace, tmp_path: Path) -> None:
    connection = soda.azure.account.connection
    container = connection.writer(
        soda.azure.account.chosen, connection.datastore(soda.azure.account.chosen, "computervisionimagesraw")
    )
    (tmp_path / "empty").write_bytes(b"")
    assert uploading.upload(container, tmp_path, ("empty",), "there", lambda *_: None).sent == ("empty",)
    assert container.get_blob_client("there/empty").download_blob().readall() == b""


@pytest.mark.slow
def test_the_same_command_goes_on(signed_in: Run, standin: StandIn, blobs: Any, photos: Any, tmp_path: Path) -> None:
    run = signed_in
    run("azure", "attach", "computervisionimagesraw")
    workspace = Workspace(tmp_path / "home" / "workspace.db", tmp_path / "home" / "exports")
    run("dataset", "create", "sodaObjects", "--datastore", "computervisionimagesraw")
    from tests.azure.test_commands import PROJECT

    run("project", "create", "-", stdin=PROJECT)
    label_all(workspace)
    standin.faults.add("403", "PUT /subscriptions.*/data/")
    failed = run("azure", "export", "soda")
    assert (failed.code, "nothing is sent twice" in failed.err) == (1, True)
    (first,) = workspace.exchange.exports("soda")
    standin.faults.clear()
    standin.state.lines.clear()
    again = run("azure", "export", "soda", "--json")
    assert again.json["name"] == first.name
    assert (again.json["uploaded"], again.json["new"]) == ([], True)
    assert f"Going on with the export {first.name}" in again.err
    assert "--new" in again.err
    assert len(workspace.exchange.exports("soda")) == 1
    assert not sent(standin, "block")
    third = run("azure", "export", "soda", "--json")  # that one is done: a new one
    assert third.json["name"] != first.name
    assert "Going on" not in third.err
    standin.faults.add("403", "PUT /subscriptions.*/data/")
    assert run("azure", "export", "soda").code == 1
    standin.faults.clear()
    fresh = run("azure", "export", "soda", "--new", "--json")
    assert len(workspace.exchange.exports("soda")) == 4
    assert fresh.json["name"] == workspace.exchange.exports("soda")[0].name
    workspace.close()


@pytest.mark.slow
def test_after_kill_9_inside_a_file_the_same_command_sends_the_rest(
    soda: Workspace, standin: StandIn, blobs: Any, tmp_path: Path
) -> None:
    """The process that uploads is killed with SIGKILL; the next one sends no block a second time."""
    connection = soda.azure.account.connection
    store = connection.datastore(soda.azure.account.chosen, "computervisionimagesraw")
    folder = tmp_path / "large"
    folder.mkdir()
    (folder / "annotations.jsonl").write_bytes(os.urandom(200 * BLOCK))
    code = f"""
import time
from pathlib import Path
from azure.storage.blob import ContainerClient
from tui_labeler.azure import upload
upload._BLOCK, upload._PARALLEL = {BLOCK}, 2
container = ContainerClient({standin.url!r} + "/{ACCOUNT}", "sodaobjects", credential={{"account_name": "{ACCOUNT}",
    "account_key": {_key()!r}}}, connection_verify={str(standin.certificate)!r})
upload.upload(container, Path({str(folder)!r}), ("annotations.jsonl",), "there", lambda done, of: time.sleep(0.002))
"""
    child = subprocess.Popen([sys.executable, "-c", code])
    for _ in range(2000):
        if len(sent(standin, "block&")) >= 20:
            break
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    time.sleep(0.3)  # what was under way arrives
    before = len(sent(standin, "block&"))
    assert 20 <= before < 200
    standin.state.lines.clear()
    container = connection.writer(soda.azure.account.chosen, store)
    uploading._BLOCK, kept = BLOCK, uploading._BLOCK
    try:
        uploading.upload(container, folder, ("annotations.jsonl",), "there", lambda *_: None)
    finally:
        uploading._BLOCK = kept
    assert len(sent(standin, "block&")) <= 200 - before + 2
    uploaded = blobs.get_blob_client("sodaobjects", "there/annotations.jsonl").download_blob().readall()
    assert uploaded == (folder / "annotations.jsonl").read_bytes()


def _key() -> str:
    from tests.azure.standin.state import ACCOUNT_KEY

    return ACCOUNT_KEY


def test_a_project_without_an_unfinished_export_has_none(soda: Workspace) -> None:
    assert soda.azure.exports.unfinished("soda") is None
