"""The workspace's datastores and their credentials, asked of Resource Manager itself: azure-ai-ml fails on the whole list
where it does not know the kind of one, does not tell which is the default, and takes seconds to import (1.5 s here)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import msgspec

from tui_labeler.azure import resources, wire
from tui_labeler.azure.arm import ArmClient, Json
from tui_labeler.azure.clouds import Cloud
from tui_labeler.model.azure import RemoteDatastore, WorkspaceRef
from tui_labeler.model.errors import LabelerError, NotFound
from tui_labeler.model.secret import Secret

VERSION = {"api-version": "2024-04-01"}
# The rules of Azure Storage for names, which become a host and a path; and of host names.
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_CONTAINER = re.compile(r"\$?[a-z0-9](-?[a-z0-9])*")
_ENDPOINT = re.compile(r"[a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?", re.IGNORECASE)
# What the kinds without blobs are, in words; their names are the API's.
_OTHERS = {
    "azurefile": "is a file share: Azure ML's labeling and mltable read blobs only",
    "azuredatalakegen1": "is a Data Lake Gen1, which Azure retired in February 2024",
    "onelake": "is a OneLake of Microsoft Fabric, which has no storage account of blobs",
    "hdfs": "is a Hadoop file system of your own, which is not reached from here",
}
_KEYS = ("None", "AccountKey", "Sas", "ServicePrincipal")


async def datastores(arm: ArmClient, workspace: WorkspaceRef, cloud: Cloud) -> tuple[RemoteDatastore, ...]:
    """The default one first, then by name; also those that cannot be used, with the reason."""
    what, listed = "list the datastores", []
    async for row in arm.pages(what, resources.collection(workspace, "datastores"), VERSION):
        try:
            listed.append(datastore(what, row, workspace, cloud))
        except LabelerError as error:
            name = row.get("name")
            if not isinstance(name, str):
                raise
            listed.append(
                RemoteDatastore(name, "unknown", why=f"is described in a way that is not understood ({error.message})")
            )
    return tuple(sorted(listed, key=lambda store: (not store.default, store.name)))


async def read(arm: ArmClient, workspace: WorkspaceRef, name: str, cloud: Cloud) -> RemoteDatastore:
    """Raises NotFound, NotAllowed, BadInput for a name that cannot be one."""
    what = f"read the datastore “{name}”"
    answer = await arm.call(what, "GET", resources.resource(workspace, "datastores", name), VERSION)
    return datastore(what, answer.body, workspace, cloud)


async def default(arm: ArmClient, workspace: WorkspaceRef, cloud: Cloud) -> RemoteDatastore:
    """The workspace's own datastore, where the retired service wrote its exports. Raises NotFound."""
    what, params = "find the default datastore", VERSION | {"isDefault": "true"}
    async for row in arm.pages(what, resources.collection(workspace, "datastores"), params):
        return datastore(what, row, workspace, cloud)
    raise NotFound(f"The workspace “{workspace.name}” has no default datastore.", "Name one with --datastore.")


async def secret(arm: ArmClient, workspace: WorkspaceRef, store: RemoteDatastore) -> Secret:
    """The account key, the SAS token, or the service principal's secret; empty where Azure gives none."""
    what = f"read the credentials of the datastore “{store.name}”"
    path = resources.resource(workspace, "datastores", store.name) / "listSecrets"
    answer = await arm.call(what, "POST", path, VERSION)
    secrets = wire.read(what, answer.body, wire.Secrets)
    kept = {"AccountKey": secrets.key, "Sas": secrets.sas_token, "ServicePrincipal": secrets.client_secret}
    return Secret(kept.get(store.access) or "")


def datastore(what: str, row: Json, workspace: WorkspaceRef, cloud: Cloud) -> RemoteDatastore:
    """A datastore from its JSON. Raises LabelerError for JSON of another shape."""
    read = wire.read(what, row, wire.DatastoreRow)
    facts, key = read.properties, read.properties.credentials or wire.DatastoreKey()
    store = RemoteDatastore(
        read.name,
        facts.datastore_type or "",
        facts.account_name or facts.store_name or facts.one_lake_workspace_name or facts.name_node_address or "",
        facts.container_name or facts.filesystem or facts.file_share_name or "",
        facts.endpoint or cloud.storage,
        facts.protocol or "https",
        key.credentials_type or "None",
        bool(facts.is_default),
        workspace.datastore_url(read.name),
        principal=key.client_id or "",
        tenant=key.tenant_id or "",
    )
    return msgspec.structs.replace(store, why=_unusable(store, key.authority_url or "", cloud))


def _unusable(store: RemoteDatastore, authority: str, cloud: Cloud) -> str:
    """Why a datastore cannot be used; empty if it can."""
    plain = store.kind.lower().replace("_", "")
    if plain not in ("azureblob", "azuredatalakegen2"):
        known = _OTHERS.get(plain, "is of a kind that is not known here")
        return f"holds no blobs ({store.kind or 'no kind is named'}): it {known}"
    if store.access not in _KEYS:
        return f"is reached with a {store.access}, which this program cannot use"
    if store.access == "ServicePrincipal":
        if not (store.principal and store.tenant):
            return "is reached with a service principal, but does not say which"
        if authority and _host(authority) != _host(cloud.login):
            return f"is reached with a service principal of another cloud ({_host(authority) or authority[:60]})"
    if not _ACCOUNT.fullmatch(store.account) or not _CONTAINER.fullmatch(store.container):
        return "names a storage account or a container that cannot be one"
    if store.protocol != "https" and not cloud.blob:
        return "is reached over http, where no key and no token is sent"
    return "" if _ENDPOINT.fullmatch(store.endpoint) else "names an address of its storage that cannot be one"


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
