"""Azure Resource Manager as the stand-in plays it: the calls of the Machine Learning provider, over `State`."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs

from tests.azure.standin.faults import Answer, error
from tests.azure.standin.state import ML, NOW, State, Workspace

Json = dict[str, Any]
_WORKSPACE = re.compile(
    rf"/subscriptions/(?P<sub>[^/]+)/resourceGroups/(?P<group>[^/]+)/providers/{re.escape(ML)}/workspaces/(?P<name>[^/]+)"
    r"(?P<rest>/.*)?",
    re.IGNORECASE,
)
# The published pattern of a labeling job's id.
ID = re.compile(r"^[a-zA-Z0-9][a-zA-Z0-9\-_]{0,254}$")
_OPERATION = re.compile(rf"/subscriptions/[^/]+/providers/{re.escape(ML)}/locations/[^/]+/(mfeOperation\w+)/(?P<id>.+)")


def answer(state: State, host: str, method: str, path: str, query: str, body: Json | None) -> Answer:
    """What Azure would say to an authenticated request."""
    asked = {key: values[-1] for key, values in parse_qs(query).items()}
    if not asked.get("api-version"):
        return error(400, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required.")
    if path == "/subscriptions":
        return _subscriptions(state)
    if match := re.fullmatch(rf"/subscriptions/([^/]+)/providers/{re.escape(ML)}/workspaces", path):
        return _page(
            state, host, path, asked, [one.document() for one in state.workspaces if one.subscription == match[1]]
        )
    if match := _OPERATION.fullmatch(path):
        return _operation(state, host, path, match["id"], "mfeOperationResults" in path)
    match = _WORKSPACE.fullmatch(path)
    workspace = state.find(match["sub"], match["group"], match["name"]) if match else None
    if match is None:
        return error(404, "NotFound", f"There is nothing at {path}.")
    if workspace is None:
        return error(404, "ResourceNotFound", f"The Resource 'workspaces/{match['name']}' was not found.")
    return _in_workspace(state, workspace, host, method, path, match["rest"] or "", asked, body)


def _subscriptions(state: State) -> Answer:
    ids = sorted({workspace.subscription for workspace in state.workspaces})
    rows = [
        {
            "id": f"/subscriptions/{subscription}",
            "subscriptionId": subscription,
            "displayName": f"Subscription {subscription[:4]}",
            "state": "Enabled",
        }
        for subscription in ids
    ]
    return Answer(200, {"value": rows})


def _page(state: State, host: str, path: str, asked: dict[str, str], rows: list[Json]) -> Answer:
    """A page of `state.page` rows, with the link to the next one."""
    skip, wanted = int(asked.get("$skip", "0")), int(asked.get("$top", "0"))
    most = min(state.page, wanted) if wanted else state.page
    body: Json = {"value": rows[skip : skip + most]}
    if skip + most < len(rows):
        rest = "&".join(f"{key}={value}" for key, value in asked.items() if key != "$skip")
        body["nextLink"] = f"https://{host}{path}?{rest}&$skip={skip + most}"
    return Answer(200, body)


def _operation(state: State, host: str, path: str, name: str, by_location: bool) -> Answer:
    operation = state.operations.get(name)
    if operation is None:
        return error(404, "NotFound", "There is no such operation.")
    if operation.waits > 0:
        operation.waits -= 1
        if by_location:
            return Answer(
                202, None, {"Location": f"https://{host}{path}?api-version=2024-04-01-preview", "Retry-After": "1"}
            )
        return Answer(200, {"id": path, "name": name, "status": "InProgress", "startTime": NOW}, {"Retry-After": "1"})
    if operation.error is not None:
        if by_location:
            return Answer(400, {"error": operation.error})
        return Answer(200, {"id": path, "name": name, "status": "Failed", "error": operation.error})
    if by_location:
        return Answer(200, operation.result)
    return Answer(200, {"id": path, "name": name, "status": "Succeeded", "startTime": NOW, "endTime": NOW})


def _in_workspace(
    state: State, one: Workspace, host: str, method: str, path: str, rest: str, asked: dict[str, str], body: Json | None
) -> Answer:
    parts = [part for part in rest.split("/") if part]
    match (method, parts):
        case ("GET", []):
            return Answer(200, one.document())
        case ("GET", ["datastores"]):
            rows = list(one.datastores.values())
            if asked.get("isDefault", "").lower() == "true":
                rows = [row for row in rows if row["properties"].get("isDefault")]
            return _page(state, host, path, asked, rows)
        case ("GET", ["datastores", name]):
            return _found(one.datastores, name, "Datastore")
        case ("POST", ["datastores", name, "listSecrets"]):
            return Answer(200, one.secrets[name]) if name in one.secrets else error(404, "UserError", "No secrets.")
        case ("GET", ["data"]):
            return _page(state, host, path, asked, [one.container(name) for name in one.data])
        case ("GET", ["data", name]):
            return Answer(200, one.container(name)) if name in one.data else _none("Data", name)
        case ("GET", ["data", name, "versions"]):
            return _page(state, host, path, asked, list(one.data.get(name, {}).values()))
        case ("GET", ["data", name, "versions", version]):
            return _found(one.data.get(name, {}), version, "Data version")
        case ("PUT", ["data", name, "versions", version]):
            return _put_data(one, name, version, body or {})
        case ("GET", ["computes"]):
            return _page(state, host, path, asked, list(one.computes.values()))
        case ("GET", ["computes", name]):
            return _found(one.computes, name, "Compute")
        case ("PUT", ["jobs", name]):
            return _put_training(one, name, (body or {})["properties"])
        case ("GET", ["jobs", name]):
            return _training(state, one, name)
        case ("POST", ["jobs", name, "cancel"]):
            return _cancelled(state, one, name)
        case (_, ["labelingJobs", *more]):
            return _jobs(state, one, host, method, path, more, asked, body)
    return error(404, "NotFound", f"{method} {path} is nothing that this stand-in knows.")


def _put_data(one: Workspace, name: str, version: str, body: Json) -> Answer:
    before = one.data.get(name, {}).get(version)
    if before and before["properties"]["dataUri"] != body["properties"]["dataUri"]:
        return error(409, "UserError", "A data version with this name and version already exists with another path.")
    one.add_asset(name, version, body["properties"])
    return Answer(200 if before else 201, one.data[name][version])


def _put_training(one: Workspace, name: str, properties: Json) -> Answer:
    """Begins an AutoML job; its compute and its data have to be there."""
    if name in one.trainings:
        return Answer(200, one.trainings[name])
    details = properties["taskDetails"]
    uris = [details[key]["uri"] for key in ("trainingData", "validationData") if key in details]
    there = {f"{one.id}/data/{data}/versions/{version}" for data, rows in one.data.items() for version in rows}
    if properties["computeId"].rpartition("/")[2] not in one.computes or not there.issuperset(uris):
        return error(400, "UserError", f"The job {name} names a compute or data that are not there.")
    return Answer(201, one.add_training(name, properties))


def _training(state: State, one: Workspace, name: str) -> Answer:
    """The job, a state further than at the last look; a completed one names its best run."""
    if name not in one.trainings:
        return _none("Run", name)
    properties = one.trainings[name]["properties"]
    states = state.training_states
    properties["status"] = states.pop(0) if len(states) > 1 else states[0]
    if properties["status"] == "Completed":
        properties["tags"] = properties["tags"] | {"automl_best_child_run_id": f"{name}_HD_0"} | state.training_notes
    return Answer(200, one.trainings[name])


def _cancelled(state: State, one: Workspace, name: str) -> Answer:
    """Takes the wish; the job ends some looks later."""
    if name not in one.trainings:
        return _none("Run", name)
    if one.trainings[name]["properties"]["status"] in ("Completed", "Failed", "Canceled"):
        return error(400, "UserError", f"The run {name} is over and cannot be cancelled.")
    state.training_states = ["CancelRequested", "Canceled"]
    return Answer(202, None, {"Location": f"https://{ML}/x", "Retry-After": "10"})


def _jobs(
    state: State,
    one: Workspace,
    host: str,
    method: str,
    path: str,
    parts: list[str],
    asked: dict[str, str],
    body: Json | None,
) -> Answer:
    region = f"https://{host}/subscriptions/{one.subscription}/providers/{ML}/locations/westeurope"
    version = "api-version=2024-04-01-preview"
    if parts and method == "PUT" and not ID.fullmatch(parts[0]):
        return error(400, "UserError", f"The id {parts[0]} does not match {ID.pattern}.")
    if len(parts) == 2 and parts[0] not in one.jobs:
        return _none("Labeling job", parts[0])
    match (method, parts):
        case ("GET", []):
            return _page(state, host, path, asked, list(one.jobs.values()))
        case ("GET", [name]):
            return _found(one.jobs, name, "Labeling job")
        case ("PUT", [name]):
            if name in one.jobs:
                return _put_again(one, name, (body or {})["properties"])
            made = one.add_job(name, (body or {})["properties"])
            operation = state.begin(None)
            headers = {
                "Azure-AsyncOperation": f"{region}/mfeOperationsStatus/{operation}?{version}",
                "x-ms-async-operation-timeout": "PT1H",
            }
            return Answer(201, made, headers)
        case ("DELETE", [name]):
            return Answer(200) if one.jobs.pop(name, None) else Answer(204)
        case ("POST", [name, "pause" | "resume"]) if one.jobs[name]["properties"]["provisioningState"] != "Succeeded":
            return error(409, "UserError", f"The labeling job {name} is still being made.")
        case ("POST", [name, "pause"]):
            one.jobs[name]["properties"]["status"] = "Paused"
            return Answer(200, one.jobs[name]["properties"])
        case ("POST", [name, "resume"]):
            if one.jobs[name]["properties"]["status"] == "Running":
                return Answer(200, one.jobs[name]["properties"])
            one.jobs[name]["properties"]["status"] = "Running"
            operation = state.begin(one.jobs[name]["properties"])
            return Answer(
                202, None, {"Location": f"{region}/mfeOperationResults/{operation}?{version}", "Retry-After": "10"}
            )
        case ("POST", [name, "exportLabels"]):
            operation = state.begin(_summary(one, name, (body or {})["format"]))
            return Answer(
                202, None, {"Location": f"{region}/mfeOperationResults/{operation}?{version}", "Retry-After": "10"}
            )
    return error(404, "NotFound", f"{method} {path} is nothing that this stand-in knows.")


def _put_again(one: Workspace, name: str, properties: Json) -> Answer:
    """A change of what is there: what the description marks as made once only has to stay as it is."""
    known = one.jobs[name]["properties"]
    for key in ("displayName", "experimentName", "labelingJobMediaProperties"):
        if key in properties and properties[key] != known.get(key):
            return error(400, "ImmutableProperty", f"The property {key} of the labeling job {name} cannot be changed.")
    if properties.get("dataConfiguration", {}).get("dataId") != known.get("dataConfiguration", {}).get("dataId"):
        return error(400, "ImmutableProperty", f"The data of the labeling job {name} cannot be changed.")
    known |= {
        key: properties[key]
        for key in ("labelCategories", "jobInstructions", "tags", "description")
        if key in properties
    }
    return Answer(200, one.jobs[name])


def _summary(one: Workspace, name: str, kind: str) -> Json:
    summary: Json = {
        "format": kind,
        "labelingJobId": f"{one.id}/labelingJobs/{name}",
        "exportedRowCount": one.jobs[name]["properties"]["progressMetrics"]["completedDatapointCount"],
        "startDateTime": NOW,
        "endDateTime": NOW,
    }
    if kind == "Dataset":
        return summary | {"labeledAssetName": f"{name}_20260329_184449"}
    return summary | {"containerName": "azureml-blobstore", "snapshotPath": f"Labeling/export/{kind.lower()}/{name}"}


def _found(among: dict[str, Json], name: str, what: str) -> Answer:
    return Answer(200, among[name]) if name in among else _none(what, name)


def _none(what: str, name: str) -> Answer:
    return error(404, "UserError", f"{what} {name} was not found.")
