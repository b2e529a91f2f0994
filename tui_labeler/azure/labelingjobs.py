"""The retired labelingJobs API (contract 2024-04-01-preview): its projects, for the clouds and days where it answers."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TypeVar

from tui_labeler.azure import operations, resources, wire
from tui_labeler.azure.arm import ArmClient, Json
from tui_labeler.azure.errors import UnknownApi, retired
from tui_labeler.azure.resources import ResourcePath
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
        self._workspace = workspace
        self._version = VERSIONS[0]

    async def list(self) -> tuple[RemoteProject, ...]:
        """All projects, in the service's order."""

        async def ask(params: dict[str, str]) -> tuple[RemoteProject, ...]:
            what, path = "list the labeling projects", resources.collection(self._workspace, "labelingJobs")
            rows = [row async for row in self._arm.pages(what, path, params)]
            return tuple(project(wire.read(what, row, wire.LabelingJob)) for row in rows)

        return await self._versioned(ask)

    async def get(self, name: str) -> RemoteProject:
        what = f"read the labeling project “{name}”"
        path = self._path(name)

        async def ask(params: dict[str, str]) -> Json:
            # Both are declared up to 2023-06 and sent by Microsoft's own example of 2024-04; the default is false.
            more = {"includeJobInstructions": "true", "includeLabelCategories": "true"}
            return (await self._arm.call(what, "GET", path, params | more)).body

        return project(wire.read(what, await self._versioned(ask), wire.LabelingJob))

    async def create(self, name: str, spec: ProjectSpec, data_id: str, tell: Callable[[str], None]) -> RemoteProject:
        """From the wizard's specification; `data_id` is the resource id of the data asset. Raises BadInput for an image
        type that the service did not have, AlreadyExists where the name is taken."""
        body = {"properties": job_properties(spec, data_id)}
        what, path = f"create the labeling project “{name}”", self._path(name)

        async def ask(params: dict[str, str]) -> Json:
            answer = await self._arm.call(what, "PUT", path, params, body, good=(200, 201))
            if answer.status == 200:
                return answer.body
            return await operations.finish(self._arm, what, answer, path, params, tell)

        return project(wire.read(what, await self._versioned(ask), wire.LabelingJob))

    async def pause(self, name: str) -> None:
        await self._act(name, "pause", f"pause the labeling project “{name}”", (200,), lambda _: None)

    async def resume(self, name: str, tell: Callable[[str], None]) -> None:
        await self._act(name, "resume", f"resume the labeling project “{name}”", (200, 202), tell)

    async def export(self, name: str, format_name: str, tell: Callable[[str], None]) -> RemoteExport:
        """Has the service write its labels; `format_name` is Dataset, Coco or CSV."""
        chosen = next((candidate for candidate in EXPORT_FORMATS if candidate.lower() == format_name.lower()), "")
        if not chosen:
            raise BadInput(f"The service exports no “{format_name[:40]}”.", f"It has: {', '.join(EXPORT_FORMATS)}.")
        what = f"export the labels of “{name}”"
        body = await self._act(name, "exportLabels", what, (200, 202), tell, {"format": chosen})
        summary = wire.read(what, body, wire.ExportSummary)
        return RemoteExport(
            summary.format,
            summary.exported_row_count,
            summary.labeled_asset_name or "",
            summary.container_name or "",
            summary.snapshot_path or "",
        )

    async def delete(self, name: str) -> bool:
        """False where there was none of that name."""
        what, path = f"delete the labeling project “{name}”", self._path(name)

        async def ask(params: dict[str, str]) -> bool:
            answer = await self._arm.call(what, "DELETE", path, params, good=(200, 204))
            return answer.status == 200

        return await self._versioned(ask)

    def _path(self, name: str) -> ResourcePath:
        return resources.resource(self._workspace, "labelingJobs", name)

    async def _act(
        self,
        name: str,
        verb: str,
        what: str,
        good: tuple[int, ...],
        tell: Callable[[str], None],
        body: Json | None = None,
    ) -> Json:
        path = self._path(name)

        async def ask(params: dict[str, str]) -> Json:
            answer = await self._arm.call(what, "POST", path / verb, params, body, good=good)
            return await operations.finish(self._arm, what, answer, path, params, tell)

        return await self._versioned(ask)

    async def _versioned(self, ask: Callable[[dict[str, str]], Awaitable[T]]) -> T:
        """Asks with one version of the API after the other, as long as Azure says that it does not know them. Raises
        Retired when it knows none."""
        said = ""
        for version in VERSIONS[VERSIONS.index(self._version) :]:
            try:
                answer = await ask({"api-version": version})
            except UnknownApi as error:
                said = error.said
            else:
                self._version = version
                return answer
        raise retired(said)


def job_properties(spec: ProjectSpec, data_id: str) -> Json:
    """The wizard's specification in the service's words."""
    annotation, many = _ANNOTATIONS[spec.details.type]
    properties: Json = {
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
        properties["jobInstructions"] = {"uri": spec.instructions.url}
    return properties


def _class_tree(names: tuple[str, ...]) -> Json:
    """`animal/dog/poodle` as classes with subclasses. Ids are the names; they need not be unique below different ones."""
    tree: Json = {}
    for name in names:
        level = tree
        for part in name.split("/"):
            entry = level.setdefault(part, {"displayName": part, "subclasses": {}})
            level = entry["subclasses"]
    return tree


def project(row: wire.LabelingJob) -> RemoteProject:
    """A project in this program's words. What is missing or unknown is taken as it is: the service's enumerations are
    open."""
    facts = row.properties
    media = facts.labeling_job_media_properties or wire.Media()
    counts = facts.progress_metrics or wire.Progress()
    data = facts.data_configuration or wire.DataConfiguration()
    messages = [message for message in facts.status_messages or () if message is not None]
    return RemoteProject(
        name=row.name,
        display_name=facts.display_name or row.name,
        status=facts.status or "Unknown",
        provisioning=facts.provisioning_state or "",
        media=media.media_type or "",
        annotation=media.annotation_type or "",
        total=_count(counts.total_datapoint_count),
        completed=_count(counts.completed_datapoint_count),
        skipped=_count(counts.skipped_datapoint_count),
        classes=tuple(_class_names(facts.label_categories or {})),
        data_id=data.data_id or "",
        instructions=(facts.job_instructions or wire.Instructions()).uri or "",
        incremental_refresh=data.incremental_data_refresh == "Enabled",
        last_refresh=counts.incremental_data_last_refresh_date_time or "",
        created=facts.created_date_time or "",
        messages=tuple(message.message or message.code or "" for message in messages),
    )


def _count(value: wire.Number) -> int | None:
    return None if value is None or not math.isfinite(value) else int(value)


def _class_names(categories: dict[str, wire.LabelCategory | None]) -> list[str]:
    """Every class, subclasses as `animal/dog`."""
    names: list[str] = []

    def walk(classes: dict[str, wire.LabelClass | None], above: str) -> None:
        for key, label_class in classes.items():
            name = f"{above}{(label_class and label_class.display_name) or key}"
            names.append(name)
            walk((label_class and label_class.subclasses) or {}, f"{name}/")

    for category in categories.values():
        walk((category and category.classes) or {}, "")
    return names
