"""One datastore of the workspace and its credentials, asked of Resource Manager itself: reading the first image must not
wait for azure-ai-ml's import, which takes seconds (1.5 s here; this takes two calls)."""

from __future__ import annotations

from typing import Any

from tui_labeler.azure.arm import ArmClient, Json
from tui_labeler.model.azure import RemoteDatastore, WorkspaceRef
from tui_labeler.model.errors import NotFound
from tui_labeler.model.secret import Secret

VERSION = {"api-version": "2024-04-01"}


async def read(arm: ArmClient, workspace: WorkspaceRef, name: str) -> RemoteDatastore:
    """Raises NotFound, NotAllowed."""
    what = f"read the datastore “{name}”"
    answer = await arm.call(what, "GET", f"{workspace.id}/datastores/{name}", VERSION)
    return datastore(answer.body, workspace)


async def default(arm: ArmClient, workspace: WorkspaceRef) -> RemoteDatastore:
    """The workspace's own datastore, where the retired service wrote its exports. Raises NotFound."""
    params = VERSION | {"isDefault": "true"}
    async for row in arm.pages("find the default datastore", f"{workspace.id}/datastores", params):
        return datastore(row, workspace)
    raise NotFound(f"The workspace “{workspace.name}” has no default datastore.", "Name one with --datastore.")


async def secret(arm: ArmClient, workspace: WorkspaceRef, store: RemoteDatastore) -> Secret:
    """The account key or the SAS token."""
    what = f"read the credentials of the datastore “{store.name}”"
    answer = await arm.call(what, "POST", f"{workspace.id}/datastores/{store.name}/listSecrets", VERSION)
    return Secret(str(answer.body.get("key") or answer.body.get("sasToken") or ""))


def datastore(row: Json, workspace: WorkspaceRef) -> RemoteDatastore:
    """A datastore from its JSON."""
    inner: Json = row.get("properties") or {}
    kind, name = str(inner.get("datastoreType") or ""), str(row.get("name") or "")
    kept = str((inner.get("credentials") or {}).get("credentialsType") or "None")
    return RemoteDatastore(
        name,
        kind,
        _text(inner.get("accountName")),
        _text(inner.get("containerName") or inner.get("filesystem")),
        _text(inner.get("endpoint")) or "core.windows.net",
        _text(inner.get("protocol")) or "https",
        kept if kept in ("AccountKey", "Sas") else "None",
        bool(inner.get("isDefault")),
        workspace.datastore_url(name),
        unusable(kind),
    )


def unusable(kind: str) -> str:
    """Why a datastore of that type cannot be used; empty if it can: only those of blobs hold images."""
    plain = kind.lower().replace("_", "")
    return "" if plain in ("azureblob", "azuredatalakegen2") else f"holds no blobs ({kind})"


def _text(value: Any) -> str:
    return str(value or "")
