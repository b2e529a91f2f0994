"""Signing in with what a machine has, what is said when that fails, and datastores of every kind and key."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.azure.conftest import MakeWorkspace, forget_code
from tests.azure.standin.server import StandIn
from tests.azure.standin.state import ACCOUNT, TENANT
from tests.azure.test_commands import run
from tests.cli.conftest import Run
from tui_labeler.model.azure import AzureOptions, DeviceCode
from tui_labeler.model.errors import BadInput, LabelerError, NotAllowed, Unreachable
from tui_labeler.workspace import Workspace

__all__ = ["run"]

CLIENT = "77777777-6666-5555-4444-333333333333"
SECRET = "the~secret.of-the-principal"
PRINCIPAL = {"AZURE_TENANT_ID": TENANT, "AZURE_CLIENT_ID": CLIENT, "AZURE_CLIENT_SECRET": SECRET}


@pytest.fixture
def principal(monkeypatch: pytest.MonkeyPatch, standin: StandIn) -> None:
    standin.login.services[CLIENT] = SECRET
    for key, value in PRINCIPAL.items():
        monkeypatch.setenv(key, value)


def no_code(code: DeviceCode) -> None:
    raise AssertionError("a code was asked for")


def test_a_service_principal_signs_in(
    make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn, principal: None
) -> None:
    azure = make_workspace(options).azure
    assert azure.account.log_in(no_code, can_show=False).method == "environment"
    assert len(azure.account.workspaces()) == 3
    assert {standin.login.holders.get(token) for token in standin.login.tokens} == {CLIENT}


def test_a_wrong_secret_is_an_error_and_no_code(
    make_workspace: MakeWorkspace,
    options: AzureOptions,
    principal: None,
    monkeypatch: pytest.MonkeyPatch,
    standin: StandIn,
) -> None:
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong")
    with pytest.raises(NotAllowed) as told:
        make_workspace(options).azure.account.log_in(no_code)
    assert "environment" in told.value.message
    assert "AADSTS7000215" in told.value.message
    assert "AZURE_CLIENT_SECRET" in told.value.mend
    assert "--device-code" in told.value.mend
    assert standin.login.codes == 0


def test_without_a_terminal_no_code_is_waited_for(run: Run, standin: StandIn) -> None:
    standin.login.answers = ["authorization_pending"] * 1000
    began = time.monotonic()
    refused = run("azure", "login", PATH="/nowhere")
    assert refused.code == 1
    assert "no terminal" in refused.err
    assert "--device-code" in refused.err
    assert standin.login.codes == 0
    wrong = run("azure", "login", **(PRINCIPAL | {"AZURE_CLIENT_SECRET": "wrong"}))
    assert (wrong.code, "AADSTS7000215" in wrong.err) == (1, True)
    assert "wrong" not in wrong.err.replace("wrong secret", "")
    assert standin.login.codes == 0
    assert time.monotonic() - began < 45


@pytest.mark.parametrize("fault", ["cut", "503", "500", "429", "web page", "empty", "half", "later"])
def test_faults_on_the_way_to_a_token_are_those_of_a_network(
    make_workspace: MakeWorkspace,
    options: AzureOptions,
    standin: StandIn,
    principal: None,
    quick: list[float],
    fault: str,
) -> None:
    azure = make_workspace(msgspec.structs.replace(options, timeout=3)).azure
    standin.faults.add(fault, "/oauth2/v2.0/token")
    with pytest.raises(Unreachable) as told:
        azure.account.log_in(no_code)
    assert "sign in" in told.value.message
    assert not standin.login.codes
    if fault == "later":
        assert "900 s" in told.value.mend  # told, and not waited for
        assert not [wait for wait in quick if wait > 60]


@pytest.mark.parametrize("fault", ["503", "429"])
def test_a_fault_that_passes_on_the_way_to_a_token_is_not_noticed(
    make_workspace: MakeWorkspace,
    options: AzureOptions,
    standin: StandIn,
    principal: None,
    quick: list[float],
    fault: str,
) -> None:
    standin.faults.add(fault, "/oauth2/v2.0/token", times=1)
    assert make_workspace(options).azure.account.log_in(no_code).signed_in


def test_nobody_answers_at_the_login(
    make_workspace: MakeWorkspace, options: AzureOptions, principal: None, quick: list[float]
) -> None:
    dead = msgspec.structs.replace(options, login_url="https://127.0.0.1:9")
    with pytest.raises(Unreachable) as told:
        make_workspace(dead).azure.account.log_in(no_code)
    assert "connection refused" in told.value.message


@pytest.mark.parametrize("kind", ["ours", "library"])
def test_after_a_refusal_a_fresh_token_is_got_past_the_cache(workspace: Workspace, standin: StandIn, kind: str) -> None:
    """As when a token is revoked: MSAL still has it, and would give it again."""
    azure = workspace.azure
    azure.retired_projects.list()
    azure.catalog.assets()
    before = standin.login.refreshes
    for token in list(standin.login.tokens):
        standin.login.tokens[token] = 0.0  # no longer accepted
    assert azure.retired_projects.list() == () if kind == "ours" else azure.catalog.assets() == ()
    assert standin.login.refreshes > before


# Datastores

OTHERS: dict[str, dict[str, Any]] = {
    "hdfs": {
        "datastoreType": "Hdfs",
        "nameNodeAddress": "10.0.0.4",
        "credentials": {"credentialsType": "KerberosPassword"},
    },
    "lake1": {"datastoreType": "AzureDataLakeGen1", "storeName": "old", "credentials": {"credentialsType": "None"}},
    "fabric": {"datastoreType": "OneLake", "oneLakeWorkspaceName": "team", "artifact": {"artifactType": "LakeHouse"}},
    "share": {"datastoreType": "AzureFile", "accountName": ACCOUNT, "fileShareName": "x", "credentials": None},
    "future": {"datastoreType": "QuantumStore", "qubits": 7},
    "cert": {
        "datastoreType": "AzureBlob",
        "accountName": ACCOUNT,
        "containerName": "sodaobjects",
        "credentials": {"credentialsType": "Certificate", "clientId": CLIENT, "tenantId": TENANT, "thumbprint": "00"},
    },
    "clear": {"datastoreType": "AzureBlob", "accountName": "a" * 40, "containerName": "c"},
    "odd": {"datastoreType": 7, "credentials": "none"},
}


@pytest.fixture
def every_kind(workspace: Workspace, standin: StandIn, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setattr(standin, "description", None)  # it knows no kinds of the future
    lab = standin.state.workspaces[0]
    for name, properties in OTHERS.items():
        lab.datastores[name] = lab.resource("datastores", name, properties)
    return workspace


def test_one_datastore_of_an_unknown_kind_does_not_break_the_list(every_kind: Workspace) -> None:
    datastores = {datastore.name: datastore for datastore in every_kind.azure.catalog.datastores()}
    assert datastores["computervisionimagesraw"].usable
    for name, word in {
        "hdfs": "Hadoop",
        "lake1": "retired",
        "fabric": "Fabric",
        "share": "file share",
        "future": "QuantumStore",
        "cert": "Certificate",
        "clear": "storage account",
        "odd": "not understood",
    }.items():
        assert word in datastores[name].why, name
        with pytest.raises(BadInput if name != "odd" else LabelerError):
            every_kind.azure.catalog.attach(name)


def _gen2(standin: StandIn, **more: Any) -> None:
    lab = standin.state.workspaces[0]
    for name, kind, key in (
        ("lake2", "AzureDataLakeGen2", "filesystem"),
        ("blobs", "AzureBlob", "containerName"),
    ):
        credentials = {"credentialsType": "ServicePrincipal", "clientId": CLIENT, "tenantId": TENANT} | more
        properties = {
            "datastoreType": kind,
            "accountName": ACCOUNT,
            key: "sodaobjects",
            "credentials": credentials,
        }
        lab.datastores[name] = lab.resource("datastores", name, properties)
        lab.secrets[name] = {"secretsType": "ServicePrincipal", "clientSecret": SECRET}


@pytest.mark.parametrize("name", ["lake2", "blobs"])
def test_a_datastores_service_principal_is_used_and_never_the_person(
    workspace: Workspace, standin: StandIn, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(standin, "description", None)
    _gen2(standin)
    connection = workspace.azure.account.connection
    store = connection.datastore(workspace.azure.account.chosen, name)
    with pytest.raises(LabelerError) as told:  # its secret is wrong: and the person's token is no way out
        connection.reader(workspace.azure.account.chosen, store)
    assert "service principal" in told.value.message
    standin.login.services[CLIENT] = SECRET
    store = connection.datastore(workspace.azure.account.chosen, name)
    before = set(standin.login.tokens)
    connection.reader(workspace.azure.account.chosen, store)
    (made,) = set(standin.login.tokens) - before
    assert standin.login.holders[made] == CLIENT
    writer = connection.writer(workspace.azure.account.chosen, store)
    before = set(standin.login.tokens)
    with pytest.raises(Exception, match=r".*"):
        writer.get_blob_client("x").get_blob_properties()
    assert {standin.login.holders.get(token) for token in set(standin.login.tokens) - before} <= {CLIENT}


def test_a_service_principal_of_another_cloud_gets_no_secret_sent(
    workspace: Workspace, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standin, "description", None)
    _gen2(standin, authorityUrl="https://login.evil.example")
    datastores = {datastore.name: datastore for datastore in workspace.azure.catalog.datastores()}
    assert "another cloud" in datastores["lake2"].why
    _gen2(standin, clientId=None)
    assert (
        "does not say which"
        in {datastore.name: datastore for datastore in workspace.azure.catalog.datastores()}["lake2"].why
    )


def test_the_log_has_no_secret(
    make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn, principal: None
) -> None:
    azure = make_workspace(options).azure
    azure.account.log_in(no_code)
    azure.account.workspaces()
    log = (Path(options.state) / "azure.log").read_text()
    assert SECRET not in log
    assert forget_code(DeviceCode("", "", 0.0)) is None
