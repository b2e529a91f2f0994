"""The files of an Azure ML datastore: read by obstore, written by azure-storage-blob, with what the datastore says is
the key to it (account key, SAS, or the person's Entra ID token)."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from tui_labeler.azure.clouds import Cloud
from tui_labeler.azure.log import CallLog
from tui_labeler.azure.policies import logging_hook, patient_policy
from tui_labeler.model.azure import RemoteDatastore
from tui_labeler.model.errors import NotAllowed
from tui_labeler.model.secret import Secret

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken
    from obstore.store import ObjectStore


def endpoint(store: RemoteDatastore, cloud: Cloud) -> str:
    """The address of the storage account, without the container."""
    if cloud.blob:
        return cloud.blob.replace("{account}", store.account)
    return f"{store.protocol}://{store.account}.blob.{store.endpoint}"


def open_for_reading(
    store: RemoteDatastore, cloud: Cloud, secret: Callable[[], Secret], token: Callable[[], AccessToken], timeout: float
) -> ObjectStore:
    """An object store whose root is the container. Nothing is asked yet; `secret` and `token` are called when the first
    file is, and again whenever what they gave is about to expire."""
    from obstore.store import AzureStore

    url = endpoint(store, cloud)
    options: dict[str, Any] = {"timeout": f"{timeout:.0f}s", "connect_timeout": f"{min(15, timeout):.0f}s"}
    if url.startswith("http://"):
        options["allow_http"] = True  # only to this machine: see clouds.find_cloud
    if (trusted := _certificates()) is not None:
        options["root_certificate"] = trusted

    def provide() -> Any:
        if store.access == "AccountKey":
            return {"access_key": needed(store, secret()).reveal(), "expires_at": None}
        if store.access == "Sas":
            signature = needed(store, secret()).reveal().lstrip("?")
            return {"sas_token": signature, "expires_at": _sas_end(signature)}
        bearer = token()
        return {"token": bearer.token, "expires_at": datetime.fromtimestamp(bearer.expires_on, UTC)}

    return AzureStore(
        store.container,
        account_name=store.account,
        endpoint=url,
        client_options=options,  # type: ignore[arg-type]
        retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=2 * timeout)},
        credential_provider=provide,
    )


def _sas_end(signature: str) -> datetime | None:
    """When a SAS token ends, by its own parameter `se`; a token is asked for again five minutes before."""
    text = parse_qs(signature).get("se", [""])[0]
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")) - timedelta(minutes=5)
    except (ValueError, TypeError):
        return None


def open_for_writing(
    store: RemoteDatastore, cloud: Cloud, secret: Secret, credential: Any, log: CallLog, timeout: float
) -> Any:
    """Microsoft's client of the container (azure-storage-blob): blocks in parallel, each with its MD5, retried."""
    from azure.storage.blob import ContainerClient

    if store.access == "AccountKey":
        key: Any = {"account_name": store.account, "account_key": needed(store, secret).reveal()}
    elif store.access == "Sas":
        key = needed(store, secret).reveal().lstrip("?")
    else:
        key = credential
    return ContainerClient(
        endpoint(store, cloud),
        store.container,
        credential=key,
        retry_policy=patient_policy(),
        raw_response_hook=logging_hook(log),
        connection_timeout=min(15.0, timeout),
        read_timeout=timeout,
        max_block_size=4 << 20,
        max_single_put_size=4 << 20,
        permit_redirects=False,
    )


def needed(store: RemoteDatastore, secret: Secret) -> Secret:
    """The secret. Raises NotAllowed where there is none."""
    if not secret:
        raise NotAllowed(
            f"Azure gives out no credentials for the datastore “{store.name}” ({store.access}).",
            "Ask for the action datastores/listSecrets, or have the datastore set to identity-based access.",
        )
    return secret


def _certificates() -> bytes | None:
    """More certificates to trust, where the environment names a file of them, as a company's proxy needs."""
    for variable in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        path = os.environ.get(variable)
        if path and os.path.isfile(path):
            with open(path, "rb") as file:
                return file.read()
    return None
