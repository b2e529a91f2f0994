"""The retired labelingJobs API (contract 2024-04-01-preview): its projects, for the clouds and days where it answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tui_labeler.azure import operations
from tui_labeler.azure.arm import ArmClient, Json
from tui_labeler.azure.errors import UnknownApi, retired
from tui_labeler.model.azure import RemoteExport, RemoteProject, WorkspaceRef
from tui_labeler.model.errors import BadInput
from tui_labeler.model.project import ProjectSpec, TaskType

T = TypeVar("T")
# The versions that have the calls in the same shape, newest first; a workspace may answer an older one only.
VERSIONS = ("2024-04-01-preview", "2024-01-01-preview", "2023-08-01-preview", "2023-04-01-preview")
EXPORT_FORMATS = ("Dataset", "Coco", "CSV")
_ANNOTATIONS = {
    TaskType.CLASSIFICATION: ("Classification", "Disabled"),
    TaskType.MULTILABEL: ("Classification", "Enabled"),
    TaskType.DETECTION: ("BoundingBox", "Disabled"),
    TaskType.SEGMENTATION: ("InstanceSegmentation", "Disabled"),
}


class LabelingJobs:
    """The labeling projects of one workspace."""

    def __init__(self, arm: ArmClient, workspace: WorkspaceRef) -> None:
        self._arm = arm
        self._base = f"{workspace.id}/labelingJobs"
        self._version = VERSIONS[0]

    async def list(self) -> tuple[RemoteProject, ...]:
        """All projects, in the service's order."""

        async def ask(params: dict[str, str]) -> tuple[RemoteProject, ...]:
            what = "list the labeling projects"
            return tuple([project(row) async for row in self._arm.pages(what, self._base, params)])

        return await self._versioned(ask)

    async def get(self, name: str) -> RemoteProject:
        return project(await self._get(name))

    async def create(self, name: str, spec: ProjectSpec, data_id: str, tell: Callable[[str], None]) -> RemoteProject:
        """From the wizard's specification; `data_id` is the resource id of the data asset. Raises BadInput for an image
        type that the service did not have, AlreadyExists where the name is taken."""
        body = {"properties": job_properties(spec, data_id)}
        what = f"create the labeling project “{name}”"

        async def ask(params: dict[str, str]) -> Json:
            path = f"{self._base}/{name}"
            answer = await self._arm.call(what, "PUT", path, params, body, good=(200, 201))
            if answer.status == 200:
                return answer.body
            return await operations.finish(self._arm, what, answer, path, params, tell)

        return project(await self._versioned(ask))

    async def pause(self, name: str) -> None:
        await self._act(name, "pause", f"pause the labeling project “{name}”", (200,), lambda _: None)

    async def resume(self, name: str, tell: Callable[[str], None]) -> None:
        await self._act(name, "resume", f"resume the labeling project “{name}”", (200, 202), tell)

    async def export(self, name: str, format_name: str, tell: Callable[[str], None]) -> RemoteExport:
        """Has the service write its labels; `format_name` is Dataset, Coco or CSV."""
        chosen = next((one for one in EXPORT_FORMATS if one.lower() == format_name.lower()), "")
        if not chosen:
            raise BadInput(f"The service exports no “{format_name[:40]}”.", f"It has: {', '.join(EXPORT_FORMATS)}.")
        what = f"export the labels of “{name}”"
        found = await self._act(name, "exportLabels", what, (200, 202), tell, {"format": chosen})
        return RemoteExport(
            str(found.get("format", chosen)),
            found.get("exportedRowCount"),
            found.get("labeledAssetName") or "",
            found.get("containerName") or "",
            found.get("snapshotPath") or "",
        )

    async def delete(self, name: str) -> bool:
        """False where there was none of that name."""

        async def ask(params: dict[str, str]) -> bool:
            what = f"delete the labeling project “{name}”"
            answer = await self._arm.call(what, "DELETE", f"{self._base}/{name}", params, good=(200, 204))
            return answer.status == 200

        return await self._versioned(ask)

    async def _get(self, name: str) -> Json:
        async def ask(params: dict[str, str]) -> Json:
            # Both are declared up to 2023-06 and sent by Microsoft's own example of 2024-04; the default is false.
            more = {"includeJobInstructions": "true", "includeLabelCategories": "true"}
            what = f"read the labeling project “{name}”"
            return (await self._arm.call(what, "GET", f"{self._base}/{name}", params | more)).body

        return await self._versioned(ask)

    async def _act(
        self,
        name: str,
        verb: str,
        what: str,
        good: tuple[int, ...],
        tell: Callable[[str], None],
        body: Json | None = None,
    ) -> Json:
        async def ask(params: dict[str, str]) -> Json:
            path = f"{self._base}/{name}"
            answer = await self._arm.call(what, "POST", f"{path}/{verb}", params, body, good=good)
            return await operations.finish(self._arm, what, answer, path, params, tell)

        return await self._versioned(ask)

    async def _versioned(self, ask: Callable[[dict[str, str]], Awaitable[T]]) -> T:
        """Asks with one version of the API after the other, as long as Azure says that it does not know them. Raises
        Retired when it knows none."""
        said = ""
        for version in VERSIONS[VERSIONS.index(self._version) :]:
            try:
                found = await ask({"api-version": version})
            except UnknownApi as error:
                said = error.said
            else:
                self._version = version
                return found
        raise retired(said)


def job_properties(spec: ProjectSpec, data_id: str) -> Json:
    """The wizard's specification in the service's words."""
    annotation, many = _ANNOTATIONS[spec.details.type]
    found: Json = {
        "jobType": "Labeling",
        "displayName": spec.details.name,
        "experimentName": "Default",
        "isArchived": False,
        "labelCategories": {
            "classes": {"displayName": "classes", "multiSelect": many, "classes": _class_tree(spec.classes.names)}
        },
        "labelingJobMediaProperties": {"mediaType": "Image", "annotationType": annotation},
        "dataConfiguration": {
            "dataId": data_id,
            "incrementalDataRefresh": "Enabled" if spec.refresh.enabled else "Disabled",
        },
        "mlAssistConfiguration": {"mlAssist": "Disabled"},
    }
    if spec.instructions.url:
        found["jobInstructions"] = {"uri": spec.instructions.url}
    return found


def _class_tree(names: tuple[str, ...]) -> Json:
    """`animal/dog/poodle` as classes with subclasses. Ids are the names; they need not be unique below different ones."""
    tree: Json = {}
    for name in names:
        level = tree
        for part in name.split("/"):
            entry = level.setdefault(part, {"displayName": part, "subclasses": {}})
            level = entry["subclasses"]
    return tree


def project(row: Json) -> RemoteProject:
    """A project from its JSON. What is missing or unknown is taken as it is: the service's enumerations are open."""
    inner: Json = row.get("properties") or {}
    media: Json = inner.get("labelingJobMediaProperties") or {}
    counts: Json = inner.get("progressMetrics") or {}
    data: Json = inner.get("dataConfiguration") or {}
    return RemoteProject(
        name=str(row.get("name") or ""),
        display_name=str(inner.get("displayName") or row.get("name") or ""),
        status=str(inner.get("status") or "Unknown"),
        provisioning=str(inner.get("provisioningState") or ""),
        media=str(media.get("mediaType") or ""),
        annotation=str(media.get("annotationType") or ""),
        total=_count(counts.get("totalDatapointCount")),
        completed=_count(counts.get("completedDatapointCount")),
        skipped=_count(counts.get("skippedDatapointCount")),
        classes=tuple(_class_names(inner.get("labelCategories") or {})),
        data_id=str(data.get("dataId") or ""),
        instructions=str((inner.get("jobInstructions") or {}).get("uri") or ""),
        incremental_refresh=data.get("incrementalDataRefresh") == "Enabled",
        last_refresh=str(counts.get("incrementalDataLastRefreshDateTime") or ""),
        created=str(inner.get("createdDateTime") or ""),
        messages=tuple(str(one.get("message") or one.get("code") or "") for one in inner.get("statusMessages") or ()),
    )


def _count(value: Any) -> int | None:
    return int(value) if isinstance(value, int | float) else None


def _class_names(categories: Json) -> list[str]:
    """Every class, subclasses as `animal/dog`."""
    found: list[str] = []

    def walk(classes: Json, above: str) -> None:
        for key, one in classes.items():
            name = f"{above}{(one or {}).get('displayName') or key}"
            found.append(name)
            walk((one or {}).get("subclasses") or {}, f"{name}/")

    for category in categories.values():
        walk((category or {}).get("classes") or {}, "")
    return found
