"""Microsoft's own client, azure-ai-ml: data assets and computes of the workspace.

Importing it takes seconds, so it is imported in the thread that first needs it, and never without Azure. Its calls block;
whoever calls it does so through `waiting.in_thread`.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from tui_labeler.azure import resources
from tui_labeler.azure.clouds import Cloud
from tui_labeler.azure.errors import explained, strange
from tui_labeler.azure.log import CallLog
from tui_labeler.azure.policies import guarding_policy, logging_policy, patient_policy
from tui_labeler.azure.signin import SignIn
from tui_labeler.model.azure import Compute, DataAsset, WorkspaceRef
from tui_labeler.model.errors import NotFound

if TYPE_CHECKING:
    from azure.ai.ml import MLClient

T = TypeVar("T")
# What is asked of it; the tests, to compare, also have it submit jobs.
_KINDS = ("data", "computes", "jobs")
_CURRENT = "AZUREML_CURRENT_CLOUD"


class Library:
    """azure-ai-ml on one workspace."""

    def __init__(self, sign_in: SignIn, cloud: Cloud, workspace: WorkspaceRef, log: CallLog, timeout: float) -> None:
        """Imports nothing yet."""
        self._sign_in, self._cloud, self._workspace = sign_in, cloud, workspace
        self._log, self._timeout = log, timeout
        self._client: MLClient | None = None
        self._lock = threading.Lock()
        self._what = "use azure-ai-ml"

    @property
    def loaded(self) -> bool:
        return self._client is not None

    def assets(self) -> tuple[DataAsset, ...]:
        """The data assets that can be a dataset, with their latest versions, by name."""
        what = "list the data assets"
        rows = self._ask(what, lambda client: list(_all(what, client.data.list())))
        assets = [DataAsset(str(row.name), str(row.latest_version or ""), str(row.type)) for row in rows]
        return tuple(sorted((asset for asset in assets if asset.type != "uri_file"), key=lambda asset: asset.name))

    def asset(self, name: str, version: str = "") -> DataAsset:
        """One version of a data asset; without one, the latest. Raises NotFound, BadInput for names that cannot be."""
        resources.require_name("data", name)
        what = f"read the data asset “{name}”"
        if version:
            resources.require_name("versions", version)
        else:
            rows = self._ask(what, lambda client: list(_all(what, client.data.list())))
            known = {row.name: str(row.latest_version or "") for row in rows}
            if name not in known:
                raise NotFound(f"There is no data asset “{name}” in the workspace “{self._workspace.name}”.")
            version = resources.require_name("versions", known[name] or "1")
        asset: Any = self._ask(what, lambda client: client.data.get(name, version))
        return DataAsset(name, version, str(asset.type), str(asset.path), str(asset.description or ""))

    def register_folder(self, name: str, uri: str, description: str) -> DataAsset:
        """Registers a folder of images as a data asset of type uri_folder, in the next version."""
        resources.require_name("data", name)

        def register(client: MLClient) -> Any:
            from azure.ai.ml.entities import Data

            asset = Data(name=name, path=uri, type="uri_folder", description=description)
            return client.data.create_or_update(asset)

        what = f"register the data asset “{name}”"
        made = self._ask(what, register)
        if not made.version or not made.path:
            raise strange(what, "a data asset without a version or a path")
        return DataAsset(name, str(made.version), "uri_folder", str(made.path), description)

    def computes(self) -> tuple[Compute, ...]:
        what = "list the computes"
        rows: list[Any] = self._ask(what, lambda client: list(_all(what, client.compute.list())))
        computes = [
            Compute(
                str(row.name),
                str(row.type),
                str(getattr(row, "size", "") or ""),
                int(getattr(row, "min_instances", 0) or 0),
                int(getattr(row, "max_instances", 0) or 0),
                _word(getattr(row, "provisioning_state", "")),
            )
            for row in rows
        ]
        return tuple(sorted(computes, key=lambda compute: compute.name))

    def _ask(self, what: str, work: Callable[[MLClient], T]) -> T:
        """Calls the library; after a refusal once more, with a token that is asked for anew."""
        from azure.core.exceptions import HttpResponseError

        self._what = what
        with explained(what):
            client = self.client()
            try:
                return work(client)
            except HttpResponseError as error:
                if error.status_code != 401:
                    raise
            self._sign_in.token(self._cloud.arm_scope, fresh=True)
            return work(client)

    def _asked(self) -> str:
        return self._what

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
            self._sign_in.shared(cloud.arm, cloud.arm_scope),
            self._workspace.subscription,
            self._workspace.group,
            self._workspace.name,
            cloud=name,
            enable_telemetry=False,
            show_progress=False,
            connection_timeout=min(15.0, self._timeout),
            read_timeout=self._timeout,
            per_call_policies=[
                logging_policy(self._log),
                guarding_policy(cloud.arm, tuple(f"{self._workspace.id}/{kind}" for kind in _KINDS), self._asked),
            ],
            permit_redirects=False,
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


def _all(what: str, rows: Any) -> Iterator[Any]:
    """Everything of a paged list of the library's, which would follow pages that repeat themselves for ever."""
    pages, seen = rows.by_page(), set()
    for page in pages:
        yield from page
        link = pages.continuation_token
        if link in seen:
            raise strange(what, "the pages of its list lead back to one that was read")
        seen.add(link)
