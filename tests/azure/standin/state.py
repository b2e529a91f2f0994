"""What the stand-in for Azure knows: workspaces, datastores, data assets, computes, labeling jobs, operations."""

from __future__ import annotations

import copy
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

ML = "Microsoft.MachineLearningServices"
SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
TENANT = "99999999-8888-7777-6666-555555555555"
GROUP, WORKSPACE = "vision", "labeling"
# Azurite's account, public in its documentation.
ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
NOW = "2026-11-24T12:00:00Z"

Json = dict[str, Any]


def system_data() -> Json:
    return {
        "createdBy": "ann@contoso.com",
        "createdByType": "User",
        "createdAt": NOW,
        "lastModifiedBy": "ann@contoso.com",
        "lastModifiedByType": "User",
        "lastModifiedAt": NOW,
    }


@dataclass
class Operation:
    """A long-running operation: how often it still answers "not yet", and what it ends with."""

    waits: int
    result: Json | None = None
    error: Json | None = None


@dataclass
class Workspace:
    """One Azure ML workspace."""

    subscription: str
    group: str
    name: str
    datastores: dict[str, Json] = field(default_factory=dict)
    secrets: dict[str, Json] = field(default_factory=dict)
    data: dict[str, dict[str, Json]] = field(default_factory=dict)
    computes: dict[str, Json] = field(default_factory=dict)
    jobs: dict[str, Json] = field(default_factory=dict)
    trainings: dict[str, Json] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}/providers/{ML}/workspaces/{self.name}"

    def resource(self, kind: str, name: str, properties: Json) -> Json:
        return {
            "id": f"{self.id}/{kind}/{name}",
            "name": name.rpartition("/")[2],
            "type": f"{ML}/workspaces/{kind.partition('/')[0]}" + ("/versions" if "/versions/" in name else ""),
            "properties": properties,
            "systemData": system_data(),
        }

    def document(self) -> Json:
        return {
            "id": self.id,
            "name": self.name,
            "type": f"{ML}/workspaces",
            "location": "westeurope",
            "identity": {"type": "SystemAssigned", "principalId": str(uuid.UUID(int=1)), "tenantId": TENANT},
            "properties": {"friendlyName": self.name, "provisioningState": "Succeeded"},
            "systemData": system_data(),
        }

    def add_datastore(self, name: str, container: str, credentials: str, default: bool = False) -> None:
        """`credentials`: AccountKey, Sas or None (Entra ID)."""
        properties: Json = {
            "datastoreType": "AzureBlob",
            "isDefault": default,
            "accountName": ACCOUNT,
            "containerName": container,
            "endpoint": "core.windows.net",
            "protocol": "https",
            "serviceDataAccessAuthIdentity": "None",
            "credentials": {"credentialsType": credentials},
            "subscriptionId": self.subscription,
            "resourceGroup": self.group,
        }
        self.datastores[name] = self.resource("datastores", name, properties)
        if credentials == "AccountKey":
            self.secrets[name] = {"secretsType": "AccountKey", "key": ACCOUNT_KEY}

    def add_asset(self, name: str, version: str, properties: Json) -> None:
        kept = {"isAnonymous": False, "isArchived": False, "tags": {}, "properties": {}} | properties
        self.data.setdefault(name, {})[version] = {
            "id": f"{self.id}/data/{name}/versions/{version}",
            "name": version,
            "type": f"{ML}/workspaces/data/versions",
            "properties": kept,
            "systemData": system_data(),
        }

    def container(self, name: str) -> Json:
        versions = self.data[name]
        newest = versions[max(versions, key=lambda version: (len(version), version))]
        properties = {
            "dataType": newest["properties"]["dataType"],
            "isArchived": False,
            "latestVersion": newest["name"],
            "nextVersion": str(len(versions) + 1),
            "tags": {},
            "properties": {},
        }
        return self.resource("data", name, properties)

    def add_compute(self, name: str, size: str) -> None:
        properties = {
            "computeType": "AmlCompute",
            "provisioningState": "Succeeded",
            "isAttachedCompute": False,
            "properties": {
                "vmSize": size,
                "vmPriority": "Dedicated",
                "scaleSettings": {"minNodeCount": 0, "maxNodeCount": 2},
                "allocationState": "Steady",
                "currentNodeCount": 0,
                "osType": "Linux",
            },
        }
        compute = self.resource("computes", name, properties)
        self.computes[name] = compute | {"location": "westeurope"}

    def add_training(self, name: str, properties: Json) -> Json:
        """An AutoML job that has just begun."""
        kept: Json = {"properties": {}, "services": {}, "outputs": {}, "isArchived": False} | copy.deepcopy(properties)
        kept["status"] = "NotStarted"
        self.trainings[name] = self.resource("jobs", name, kept)
        return self.trainings[name]

    def add_job(self, name: str, properties: Json, completed: int = 0, total: int = 0) -> Json:
        """A labeling project, as one that was made by PUT looks afterwards."""
        kept = copy.deepcopy(properties)
        kept.setdefault("jobType", "Labeling")
        kept.setdefault("status", "Running")
        kept.setdefault("provisioningState", "Succeeded")
        kept["projectId"] = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
        kept["createdDateTime"] = NOW
        kept["progressMetrics"] = {
            "totalDatapointCount": total,
            "completedDatapointCount": completed,
            "skippedDatapointCount": 1 if completed else 0,
            "incrementalDataLastRefreshDateTime": NOW,
        }
        kept["statusMessages"] = []
        self.jobs[name] = self.resource("labelingJobs", name, kept)
        return self.jobs[name]


@dataclass
class State:
    """Everything, over all subscriptions, and what was asked so far."""

    workspaces: list[Workspace] = field(default_factory=list)
    operations: dict[str, Operation] = field(default_factory=dict)
    # Requests as (method, path, status), and how often an operation says "not yet".
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    # Request lines as they came over the wire: "METHOD path?query".
    lines: list[str] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)
    operation_waits: int = 1
    operation_error: Json | None = None
    page: int = 2
    # What a training goes through, one state a look; the last one stays.
    training_states: list[str] = field(default_factory=lambda: ["Preparing", "Running", "Completed"])
    # What a completed one has among its tags.
    training_notes: Json = field(default_factory=dict)

    def find(self, subscription: str, group: str, name: str) -> Workspace | None:
        for workspace in self.workspaces:
            wanted = (subscription.lower(), group.lower(), name.lower())
            if (workspace.subscription.lower(), workspace.group.lower(), workspace.name.lower()) == wanted:
                return workspace
        return None

    def begin(self, result: Json | None) -> str:
        """The id of a new operation."""
        name = f"op:{uuid.uuid4()}"
        self.operations[name] = Operation(self.operation_waits, result, self.operation_error)
        return name


def lab() -> State:
    """The lab's workspace, another beside it, and a second subscription."""
    state = State()
    first = Workspace(SUBSCRIPTION, GROUP, WORKSPACE)
    first.add_datastore("workspaceblobstore", "azureml-blobstore", "AccountKey", default=True)
    first.add_datastore("computervisionimagesraw", "sodaobjects", "AccountKey")
    first.add_datastore("withsas", "sodaobjects", "Sas")
    first.add_datastore("withidentity", "sodaobjects", "None")
    first.datastores["files"] = first.resource(
        "datastores",
        "files",
        {
            "datastoreType": "AzureFile",
            "accountName": ACCOUNT,
            "fileShareName": "share",
            "endpoint": "core.windows.net",
            "protocol": "https",
            "isDefault": False,
            "credentials": {"credentialsType": "AccountKey"},
        },
    )
    first.add_compute("gpu", "Standard_NC6s_v3")
    state.workspaces = [
        first,
        Workspace(SUBSCRIPTION, GROUP, "staging"),
        Workspace("66666666-7777-8888-9999-000000000000", "other", "elsewhere"),
    ]
    return state


def seconds() -> float:
    return time.time()
