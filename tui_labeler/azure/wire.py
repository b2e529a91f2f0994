"""What Azure's answers look like, as far as this program reads them. An answer of another shape is named as such, where it
comes in: nothing deeper has to doubt that a text is a text."""

from __future__ import annotations

import re
from typing import Any, TypeVar

import msgspec

from tui_labeler.azure.errors import strange, unreachable

T = TypeVar("T")
Json = dict[str, Any]
Text = str | None
Number = int | float | None


class Wire(msgspec.Struct, rename="camel"):
    """Names are Azure's, in camel case; what is not listed is passed over."""


class Page(Wire):
    value: list[Json]
    next_link: Text = None


class Subscription(Wire):
    subscription_id: str
    display_name: Text = None


class WorkspaceRow(Wire):
    id: str
    location: Text = None
    kind: Text = None


class DatastoreKey(Wire):
    credentials_type: Text = None
    client_id: Text = None
    tenant_id: Text = None
    authority_url: Text = None


class DatastoreFacts(Wire):
    datastore_type: Text = None
    account_name: Text = None
    container_name: Text = None
    filesystem: Text = None
    file_share_name: Text = None
    store_name: Text = None
    name_node_address: Text = None
    one_lake_workspace_name: Text = None
    endpoint: Text = None
    protocol: Text = None
    is_default: bool | None = None
    credentials: DatastoreKey | None = None


class DatastoreRow(Wire):
    name: str
    properties: DatastoreFacts


class Secrets(Wire):
    """Of one datastore; which of them is set depends on its credentials."""

    key: Text = None
    sas_token: Text = None
    client_secret: Text = None


class DataFacts(Wire):
    data_uri: str
    data_type: Text = None


class DataVersion(Wire):
    properties: DataFacts


class JobOutput(Wire):
    uri: Text = None


class TaskDetails(Wire):
    primary_metric: Text = None


class JobFacts(Wire):
    status: Text = None
    task_details: TaskDetails | None = None
    tags: dict[str, Text] | None = None
    properties: dict[str, Text] | None = None
    outputs: dict[str, JobOutput | None] | None = None


class Job(Wire):
    properties: JobFacts


class LabelClass(Wire):
    display_name: Text = None
    subclasses: dict[str, LabelClass | None] | None = None


class LabelCategory(Wire):
    classes: dict[str, LabelClass | None] | None = None


class Media(Wire):
    media_type: Text = None
    annotation_type: Text = None


class Progress(Wire):
    total_datapoint_count: Number = None
    completed_datapoint_count: Number = None
    skipped_datapoint_count: Number = None
    incremental_data_last_refresh_date_time: Text = None


class DataConfiguration(Wire):
    data_id: Text = None
    incremental_data_refresh: Text = None


class Instructions(Wire):
    uri: Text = None


class StatusMessage(Wire):
    message: Text = None
    code: Text = None


class LabelingFacts(Wire):
    display_name: Text = None
    status: Text = None
    provisioning_state: Text = None
    created_date_time: Text = None
    labeling_job_media_properties: Media | None = None
    progress_metrics: Progress | None = None
    data_configuration: DataConfiguration | None = None
    label_categories: dict[str, LabelCategory | None] | None = None
    job_instructions: Instructions | None = None
    status_messages: list[StatusMessage | None] | None = None


class LabelingJob(Wire):
    name: str
    properties: LabelingFacts


class ExportSummary(Wire):
    format: str
    exported_row_count: int | None = None
    labeled_asset_name: Text = None
    container_name: Text = None
    snapshot_path: Text = None


class OperationError(Wire):
    code: Text = None
    message: Text = None


class OperationState(Wire):
    status: str
    error: OperationError | None = None


def read(what: str, body: Json, kind: type[T]) -> T:
    """The body as what it has to be. Raises Unreachable for an empty one, LabelerError for one of another shape."""
    if not body:
        raise unreachable(what, "it answered, but with nothing")
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise strange(what, re.sub(r" - at `\$?\.?(.*)`$", r" in \1", str(error))) from None
