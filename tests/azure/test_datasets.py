"""Datastores of the workspace: listed, attached, read with every kind of key; data assets as datasets; exports into it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from tests.azure import azurite as emulator
from tests.azure.conftest import ADDRESS, IMAGES, label_all, specification
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import ACCOUNT, ACCOUNT_KEY
from tui_labeler.model.azure import notebook_snippet
from tui_labeler.model.errors import AlreadyExists, BadInput, Cancelled, LabelerError, NotAllowed, NotFound
from tui_labeler.model.progress import Step
from tui_labeler.model.transfers import ExportOptions, Split
from tui_labeler.workspace import Workspace

LONG = (
    "azureml://subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/vision/workspaces/labeling/datastores"
)


def test_datastores_are_listed_with_what_can_be_used(workspace: Workspace, standin: StandIn) -> None:
    said: list[str] = []
    datastores = {
        datastore.name: datastore
        for datastore in workspace.azure.catalog.datastores(lambda what, done, total: said.append(what))
    }
    assert next(iter(datastores)) == "workspaceblobstore"
    assert datastores["workspaceblobstore"].default
    assert {name: datastore.access for name, datastore in datastores.items() if datastore.usable} == {
        "workspaceblobstore": "AccountKey",
        "computervisionimagesraw": "AccountKey",
        "withsas": "Sas",
        "withidentity": "None",
    }
    assert "AzureFile" in datastores["files"].why
    with pytest.raises(BadInput):
        workspace.azure.catalog.attach("files")
    assert [compute.name for compute in workspace.azure.catalog.computes()] == ["gpu"]


def test_attaching_twice_is_one_datastore_and_a_taken_name_gets_another(
    workspace: Workspace, standin: StandIn, tmp_path: Path
) -> None:
    (tmp_path / "local").mkdir()
    workspace.datasets.add_datastore("withsas", str(tmp_path / "local"))
    first = workspace.azure.catalog.attach("computervisionimagesraw")
    assert first.url == f"{LONG}/computervisionimagesraw"
    assert first.kind == "azureml"
    assert workspace.azure.catalog.attach("computervisionimagesraw") == first
    assert workspace.azure.catalog.attach("withsas").name == "withsas-labeling"
    with pytest.raises(NotFound):
        workspace.azure.catalog.attach("nowhere")


def sas(container: str, permission: str, minutes: int = 60) -> str:
    from azure.storage.blob import generate_container_sas

    ends = datetime.now(UTC) + timedelta(minutes=minutes)
    return str(generate_container_sas(ACCOUNT, container, ACCOUNT_KEY, permission=permission, expiry=ends))


@pytest.mark.parametrize("store", ["computervisionimagesraw", "withsas"])
def test_images_are_listed_and_read_with_key_and_signature(
    workspace: Workspace, photos: tuple[str, ...], standin: StandIn, tmp_path: Path, store: str
) -> None:
    standin.state.workspaces[0].secrets["withsas"] = {"secretsType": "Sas", "sasToken": sas("sodaobjects", "rl")}
    name = workspace.azure.catalog.attach(store).name
    files = workspace.datasets.create("all", name, "/")
    assert (files.files, files.others) == (len(IMAGES), 1)
    assert workspace.datasets.create("some", name, "sub dir/**").files == 1
    for number, path in enumerate(IMAGES):
        assert workspace.datasets.read_file(name, path) == (tmp_path / f"photo{number}.jpg").read_bytes()
    assert workspace.datasets.folders("", name) == ("sub dir",)
    assert workspace.datasets.folders("sub dir", name) == ()
    with pytest.raises(LabelerError) as told:
        workspace.datasets.read_file(name, "gone.jpg")
    assert "no longer in the datastore" in told.value.message


def test_a_signature_that_does_not_reach_is_told_without_it(
    workspace: Workspace, photos: Any, standin: StandIn
) -> None:
    signature = sas("azureml-blobstore", "rl")  # of another container
    standin.state.workspaces[0].secrets["withsas"] = {"secretsType": "Sas", "sasToken": signature}
    name = workspace.azure.catalog.attach("withsas").name
    with pytest.raises(NotAllowed) as told:
        workspace.datasets.create("all", name, "/")
    assert "403" in told.value.message
    assert told.value.mend
    secret = signature.rpartition("sig=")[2]
    assert secret not in str(told.value)
    assert unquote(secret) not in str(told.value)


def test_a_datastore_without_a_key_to_give_out(workspace: Workspace, photos: Any, standin: StandIn) -> None:
    standin.state.workspaces[0].secrets.pop("computervisionimagesraw")
    name = workspace.azure.catalog.attach("computervisionimagesraw").name
    with pytest.raises(NotFound) as told:
        workspace.datasets.create("all", name, "/")
    assert "credentials of the datastore" in told.value.message


def test_entra_tokens_open_blobs(
    workspace: Workspace, standin: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Azurite with OAuth, which it offers over TLS only."""
    import msgspec
    from azure.storage.blob import BlobServiceClient

    if reason := emulator.missing():
        pytest.skip(reason)
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    standin.issue(chain, key)
    with emulator.running(tmp_path, "--oauth", "basic", "--cert", str(chain), "--key", str(key)) as url:
        service = BlobServiceClient(**emulator.account(url))  # type: ignore[arg-type]
        service.create_container("sodaobjects").upload_blob("one.jpg", b"\xff\xd8")
        service.create_container("azureml-blobstore")
        service.close()
        options = msgspec.structs.replace(workspace.azure.account.options, blob_url=f"{url}/{{account}}")
        other_workspace = Workspace(tmp_path / "other.db", tmp_path / "exports", azure=options)
        standin.login.answers = []
        other_workspace.azure.account.log_in(lambda code: None, device_only=True)
        name = other_workspace.azure.catalog.attach("withidentity").name
        assert other_workspace.datasets.create("all", name, "/").files == 1
        assert other_workspace.datasets.read_file(name, "one.jpg") == b"\xff\xd8"
        other_workspace.projects.create(specification(datastore="withidentity"))
        label_all(other_workspace)
        asset = other_workspace.azure.exports.register(other_workspace.exchange.export("soda"))
        assert asset.datastore == "withidentity"
        assert len(asset.uploaded) == 2
        other_workspace.close()


def test_an_export_is_registered_and_its_blobs_are_the_local_files(
    soda: Workspace, blobs: Any, standin: StandIn
) -> None:
    result = soda.exchange.export("soda")
    steps: list[tuple[Step, int, int]] = []
    asset = soda.azure.exports.register(result, lambda *step: steps.append(step))
    assert (asset.name, asset.version, asset.workspace) == (result.name, "1", ADDRESS)
    assert asset.new
    assert (Step.UPLOAD, result.bytes, result.bytes) in steps
    container = blobs.get_container_client("sodaobjects")
    for name in result.files:
        blob = container.get_blob_client(f"tui-labeler/exports/{result.name}/{name}")
        assert blob.download_blob().readall() == (Path(result.path) / name).read_bytes()
        assert blob.get_blob_properties().content_settings.content_md5
    assert asset.studio.startswith(f"https://ml.azure.com/data/{result.name}/1/details?wsid=/subscriptions/")
    snippet = notebook_snippet(asset)
    compile(snippet, "notebook", "exec")
    assert f'ml.data.get("{result.name}", version="1")' in snippet
    assert soda.azure.exports.registered(result.name) == asset
    assert soda.azure.exports.registered("other") is None
    assert soda.azure.exports.problem(result) == ""
    soda.azure.exports.require("soda")
    log = (Path(soda.azure.account.options.state) / "azure.log").read_text()
    assert f"/tui-labeler/exports/{result.name}/MLTable 201" in log
    again = soda.azure.exports.register(result)
    assert (again.uploaded, again.new) == ((), False)
    urls = [json.loads(line)["image_url"] for line in (Path(result.path) / "annotations.jsonl").open()]
    assert urls[-1] == f"{LONG}/computervisionimagesraw/paths/sub%20dir/%E6%97%A5%E6%9C%AC%20%231%20100%25.jpg"
    assert urls[0] == f"{LONG}/computervisionimagesraw/paths/163.jpg"


def test_a_split_export_is_a_data_asset_for_each_part(soda: Workspace, blobs: Any, standin: StandIn) -> None:
    result = soda.exchange.export("soda", options=ExportOptions(split=Split(0.5)))
    assert sorted(result.files) == [
        f"{part}/{name}" for part in ("train", "validation") for name in ("MLTable", "annotations.jsonl")
    ]
    asset = soda.azure.exports.register(result)
    assert {asset.name, *asset.more} == {f"{result.name}_train", f"{result.name}_validation"}
    assets = standin.state.workspaces[0].data
    for part in ("train", "validation"):
        kept = assets[f"{result.name}_{part}"]["1"]["properties"]
        assert kept["dataUri"].endswith(f"/tui-labeler/exports/{result.name}/{part}/")
        assert kept["referencedUris"] == ["./annotations.jsonl"]
        blob = blobs.get_blob_client("sodaobjects", f"tui-labeler/exports/{result.name}/{part}/MLTable")
        assert blob.download_blob().readall() == (Path(result.path) / part / "MLTable").read_bytes()
    assert soda.azure.exports.register(result).new is False


def test_a_large_export_goes_in_blocks_and_can_be_left(
    soda: Workspace, blobs: Any, standin: StandIn, tmp_path: Path
) -> None:
    import msgspec

    result = soda.exchange.export("soda")
    lines = Path(result.path) / "annotations.jsonl"
    lines.write_bytes(lines.read_bytes() * 12000)
    large = msgspec.structs.replace(result, bytes=lines.stat().st_size)
    assert large.bytes > 20 << 20

    def progress(what: Step, done: int, total: int) -> None:
        if what is Step.UPLOAD and done > 4 << 20:
            raise Cancelled

    with pytest.raises(Cancelled) as told:
        soda.azure.exports.register(large, progress)
    assert "Nothing is in the datastore yet" in told.value.message
    assert not standin.state.workspaces[0].data
    asset = soda.azure.exports.register(large)
    assert set(asset.uploaded) == {"annotations.jsonl", "MLTable"}
    blocks = [path for method, path, _ in standin.state.asked if method == "PUT" and path.endswith("annotations.jsonl")]
    assert len(blocks) > 6
    blob = blobs.get_blob_client("sodaobjects", f"tui-labeler/exports/{result.name}/annotations.jsonl")
    assert blob.download_blob().readall() == lines.read_bytes()


def test_what_azure_could_not_read_is_not_registered(workspace: Workspace, photos: Any, tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    for number in range(2):
        (tmp_path / "local" / f"{number}.jpg").write_bytes((tmp_path / f"photo{number}.jpg").read_bytes())
    workspace.datasets.add_datastore("local", str(tmp_path / "local"))
    workspace.projects.create(specification(datastore="local"))
    label_all(workspace)
    result = workspace.exchange.export("soda")
    with pytest.raises(NotAllowed) as told:
        workspace.azure.exports.register(result)
    assert "Azure cannot read them" in told.value.message
    assert workspace.azure.exports.problem(result) == told.value.message
    with pytest.raises(NotAllowed):
        workspace.azure.exports.require("soda")
    with pytest.raises(NotAllowed):
        workspace.azure.catalog.register_dataset("sodaObjects")


def test_a_name_that_azure_has_already_of_another_folder(soda: Workspace, standin: StandIn) -> None:
    result = soda.exchange.export("soda")
    standin.state.workspaces[0].add_asset(
        result.name, "1", {"dataType": "mltable", "dataUri": "azureml://datastores/x/paths/y"}
    )
    with pytest.raises(AlreadyExists):
        soda.azure.exports.register(result)


def test_a_dataset_is_registered_as_a_folder_and_comes_back_as_a_dataset(soda: Workspace, standin: StandIn) -> None:
    made = soda.azure.catalog.register_dataset("sodaObjects")
    assert (made.name, made.type, made.version) == ("sodaObjects", "uri_folder", "1")
    choice = soda.azure.catalog.asset_images("sodaObjects")
    assert (choice.datastore, choice.path) == ("computervisionimagesraw", "/")
    soda.datasets.create("inside", "computervisionimagesraw", "sub dir/**")
    soda.azure.catalog.register_dataset("inside")
    assert soda.azure.catalog.asset_images("inside").path == "sub dir/**"
    soda.datasets.create("kind", "computervisionimagesraw", "*.jpg")
    with pytest.raises(NotAllowed):
        soda.azure.catalog.register_dataset("kind")


@pytest.mark.parametrize(
    ("table", "pattern"),
    [
        ("paths:\n  - folder: ./pictures\n", "set/pictures/**"),
        ("paths:\n  - pattern: ./pictures/*.jpg\n", "set/pictures/*.jpg"),
        ("paths:\n  - file: ./a.jsonl\ntransformations:\n  - read_json_lines\n", "set/deep/**"),
        (f"paths:\n  - folder: {LONG}/withsas/paths/elsewhere\n", "elsewhere/**"),
    ],
)
def test_tables_as_datasets(workspace: Workspace, blobs: Any, standin: StandIn, table: str, pattern: str) -> None:
    container = blobs.get_container_client("sodaobjects")
    container.upload_blob("set/MLTable", table.encode())
    store = f"{LONG}/computervisionimagesraw/paths"
    lines = [
        f"{store}/set/deep/a/1%20x.jpg",
        f"{store}/set/deep/b/2.jpg",
        "AmlDatastore://computervisionimagesraw/set/deep/3.jpg",
    ]
    container.upload_blob("set/a.jsonl", "".join(json.dumps({"image_url": url}) + "\n" for url in lines))
    standin.state.workspaces[0].add_asset("set", "1", {"dataType": "mltable", "dataUri": f"{store}/set/"})
    assert workspace.azure.catalog.asset_images("set").path == pattern


@pytest.mark.parametrize("table", ["", "paths: 3", "paths:\n  - nothing: x\n", "paths:\n  - file: ./a.jsonl\n"])
def test_tables_that_are_none(workspace: Workspace, blobs: Any, standin: StandIn, table: str) -> None:
    container = blobs.get_container_client("sodaobjects")
    container.upload_blob("set/MLTable", table.encode())
    container.upload_blob("set/a.jsonl", b"no json\n")
    uri = f"{LONG}/computervisionimagesraw/paths/set/"
    standin.state.workspaces[0].add_asset("set", "1", {"dataType": "mltable", "dataUri": uri})
    with pytest.raises(BadInput):
        workspace.azure.catalog.asset_images("set")


def test_what_the_retired_service_left_is_listed_and_fetched(
    soda: Workspace, blobs: Any, standin: StandIn, tmp_path: Path
) -> None:
    ours = soda.azure.exports.register(soda.exchange.export("soda"))
    default = blobs.get_container_client("azureml-blobstore")
    default.upload_blob("Labeling/export/coco/old/labels.json", b'{"images": []}')
    default.upload_blob("Labeling/export/csv/a.csv", b"x,y\n")
    default.upload_blob("other/file.json", b"{}")
    blobs.get_container_client("sodaobjects").upload_blob("exported/annotations.jsonl", b"{}\n")
    uri = f"{LONG}/computervisionimagesraw/paths/exported"
    standin.state.workspaces[0].add_asset("soda_20220329_184449", "1", {"dataType": "mltable", "dataUri": uri})
    standin.state.workspaces[0].add_asset("someTable", "1", {"dataType": "mltable", "dataUri": uri})
    leftovers = soda.azure.leftovers.list()
    assert [(leftover.name, leftover.kind, leftover.files) for leftover in leftovers] == [
        ("Labeling/export/coco/old", "coco", 1),
        ("Labeling/export/csv", "csv", 1),
        ("soda_20220329_184449", "data asset", 0),
    ]
    assert ours.name not in {leftover.name for leftover in leftovers}
    assert soda.azure.leftovers.fetch("Labeling/export/coco/old", tmp_path / "a") == ("labels.json",)
    assert (tmp_path / "a" / "labels.json").read_bytes() == b'{"images": []}'
    assert soda.azure.leftovers.fetch("soda_20220329_184449", tmp_path / "b") == ("annotations.jsonl",)
    assert soda.azure.leftovers.fetch("azureml:soda_20220329_184449:1", tmp_path / "b") == ("annotations.jsonl",)
    with pytest.raises(NotFound):
        soda.azure.leftovers.fetch("Labeling/export/coco/gone", tmp_path / "c")
