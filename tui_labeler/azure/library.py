"""Microsoft's own client, azure-ai-ml: datastores, data assets and computes of the workspace.

Importing it takes seconds, so it is imported in the thread that first needs it, and never without Azure. Its calls block;
whoever calls it does so through `waiting.in_thread`.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Any

from tui_labeler.azure.clouds import Cloud
from tui_labeler.azure.datastores import unusable
from tui_labeler.azure.errors import explained
from tui_labeler.azure.log import CallLog
from tui_labeler.azure.policies import logging_policy, patient_policy
from tui_labeler.model.azure import Compute, DataAsset, RemoteDatastore, WorkspaceRef
from tui_labeler.model.errors import NotFound

if TYPE_CHECKING:
    from azure.ai.ml import MLClient
    from azure.core.credentials import TokenCredential

_CURRENT = "AZUREML_CURRENT_CLOUD"


class Library:
    """azure-ai-ml on one workspace."""

    def __init__(
        self, credential: TokenCredential, cloud: Cloud, workspace: WorkspaceRef, log: CallLog, timeout: float
    ) -> None:
        """Imports nothing yet."""
        self._credential, self._cloud, self._workspace = credential, cloud, workspace
        self._log, self._timeout = log, timeout
        self._client: MLClient | None = None
        self._lock = threading.Lock()

    @property
    def loaded(self) -> bool:
        return self._client is not None

    def datastores(self) -> tuple[RemoteDatastore, ...]:
        """The default one first, then by name."""
        with explained("list the datastores"):
            # The library's datastores do not say which is the default one.
            default = self.client().datastores.get_default().name
            rows = [_datastore(one, default, self._workspace, self._cloud) for one in self.client().datastores.list()]
        return tuple(sorted(rows, key=lambda one: (not one.default, one.name)))

    def assets(self) -> tuple[DataAsset, ...]:
        """The data assets that can be a dataset, with their latest versions, by name."""
        with explained("list the data assets"):
            rows = list(self.client().data.list())
        found = [DataAsset(str(one.name), str(one.latest_version or ""), str(one.type)) for one in rows]
        return tuple(sorted((one for one in found if one.type != "uri_file"), key=lambda one: one.name))

    def asset(self, name: str, version: str = "") -> DataAsset:
        """One version of a data asset; without one, the latest. Raises NotFound."""
        with explained(f"read the data asset “{name}”"):
            data = self.client().data
            if not version:
                known = {one.name: str(one.latest_version or "") for one in data.list()}
                if name not in known:
                    raise NotFound(f"There is no data asset “{name}” in the workspace “{self._workspace.name}”.")
                version = known[name] or "1"
            one: Any = data.get(name, version)
        return DataAsset(name, version, str(one.type), str(one.path), str(one.description or ""))

    def register_folder(self, name: str, uri: str, description: str) -> DataAsset:
        """Registers a folder of images as a data asset of type uri_folder, in the next version."""
        with explained(f"register the data asset “{name}”"):
            from azure.ai.ml.entities import Data

            made: Any = self.client().data.create_or_update(
                Data(name=name, path=uri, type="uri_folder", description=description)
            )
        return DataAsset(name, str(made.version), "uri_folder", str(made.path), description)

    def computes(self) -> tuple[Compute, ...]:
        with explained("list the computes"):
            rows: list[Any] = list(self.client().compute.list())
        found = [
            Compute(
                str(one.name),
                str(one.type),
                str(getattr(one, "size", "") or ""),
                int(getattr(one, "min_instances", 0) or 0),
                int(getattr(one, "max_instances", 0) or 0),
                _word(getattr(one, "provisioning_state", "")),
            )
            for one in rows
        ]
        return tuple(sorted(found, key=lambda one: one.name))

    def client(self) -> MLClient:
        """The library's client; made once."""
        with self._lock:
            if self._client is None:
                self._client = self._make()
            return self._client

    def _make(self) -> MLClient:
        began = time.monotonic()
        from azure.ai.ml import MLClient

        self._log.note(f"azure-ai-ml imported in {time.monotonic() - began:.1f} s")
        cloud = self._cloud
        more: dict[str, Any] = {}
        name = cloud.environment
        before = os.environ.get(_CURRENT)
        if not (cloud.own_login and cloud.own_arm):
            # Its documented way to a cloud that it does not know; the name has to be new for each.
            name = f"TuiLabeler {cloud.arm}"
            more["cloud_metadata"] = {
                "azure_portal": cloud.portal,
                "resource_manager": cloud.arm,
                "active_directory": cloud.login,
                "aml_resource_id": cloud.studio,
                "storage_endpoint": cloud.storage,
                "registry_discovery_endpoint": cloud.discovery,
            }
        client = MLClient(
            _ForArm(self._credential, cloud),
            self._workspace.subscription,
            self._workspace.group,
            self._workspace.name,
            cloud=name,
            enable_telemetry=False,
            show_progress=False,
            connection_timeout=min(15.0, self._timeout),
            read_timeout=self._timeout,
            per_call_policies=[logging_policy(self._log)],
            retry_policy=patient_policy(),
            **more,
        )
        if more:
            # The library leaves the cloud's name in the environment, where the processes that we start would find it and
            # not know it.
            os.environ.pop(_CURRENT, None)
            if before is not None:
                os.environ[_CURRENT] = before
        return client


def _word(value: Any) -> str:
    """The text of an enumeration's member, or of a text."""
    return str(getattr(value, "value", value) or "")


def _datastore(one: Any, default: str, workspace: WorkspaceRef, cloud: Cloud) -> RemoteDatastore:
    """Ours of the library's."""
    kind, name = _word(one.type), str(one.name)
    kept = type(one.credentials).__name__
    return RemoteDatastore(
        name,
        kind,
        str(getattr(one, "account_name", "") or ""),
        str(getattr(one, "container_name", None) or getattr(one, "filesystem", None) or ""),
        str(getattr(one, "endpoint", "") or cloud.storage),
        str(getattr(one, "protocol", "") or "https"),
        "AccountKey" if "AccountKey" in kept else "Sas" if "Sas" in kept else "None",
        name == default,
        workspace.datastore_url(name),
        unusable(kind),
    )


class _ForArm:
    """The credential, asked for the cloud's own scope: the library derives one from whatever address it is given."""

    def __init__(self, credential: TokenCredential, cloud: Cloud) -> None:
        self._credential, self._cloud = credential, cloud

    def get_token(self, *scopes: str, **kwargs: Any) -> Any:
        kwargs.pop("enable_cae", None)
        if scopes and scopes[0].startswith(self._cloud.arm):
            scopes = (self._cloud.arm_scope,)
        return self._credential.get_token(*scopes, **kwargs)
