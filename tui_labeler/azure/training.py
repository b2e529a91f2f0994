"""AutoML for images: a job that trains on a registered export, its state, and the ONNX model that it leaves.

Not through azure-ai-ml: it would come to the same one PUT (the tests hold the two against each other), after an import of
seconds, and an app that only looks now and then how far a job is would carry its hundred megabytes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tui_labeler.azure import resources, wire
from tui_labeler.azure.arm import ArmClient, Json
from tui_labeler.azure.datastores import VERSION
from tui_labeler.azure.errors import explained
from tui_labeler.model.azure import WorkspaceRef
from tui_labeler.model.errors import BadInput, NotFound
from tui_labeler.model.project import TaskType

if TYPE_CHECKING:
    from obstore.store import ObjectStore

# The service's names for the tasks.
TASKS = {
    TaskType.CLASSIFICATION: "ImageClassification",
    TaskType.MULTILABEL: "ImageClassificationMultilabel",
    TaskType.DETECTION: "ImageObjectDetection",
    TaskType.SEGMENTATION: "ImageInstanceSegmentation",
}
# One trial of the service's default model: more of them is an experiment, which a key should not begin. Where the service's
# own limit is seven days, ours keeps a forgotten job from costing them.
_LIMITS = {"maxTrials": 1, "maxConcurrentTrials": 1, "timeout": "PT12H"}
# The column of the labels in an export for AutoML.
_LABELS = "label"
# Where runs leave their files in every workspace, and what AutoML for images calls them (Microsoft's documentation of
# inference with its ONNX models).
ARTIFACTS = "workspaceartifactstore"
_BEST = "automl_best_child_run_id"
_RUN = re.compile(r"/ExperimentRun/dcid\.([^/]+)/")
_MOST_LABELS = 10 << 20
# What a sweep's run calls its best trial, and what runs call the metric that the best one was chosen by.
_BEST_TRIAL, _METRIC, _METRIC_CONFIG = "best_child_run_id", "primary_metric", "primary_metric_config"


def job_body(
    kind: TaskType, where: WorkspaceRef, compute: str, assets: tuple[str, ...], title: str, tags: dict[str, str]
) -> Json:
    """The job as Resource Manager takes it. `assets`: the data assets NAME:VERSION to train on and, where the export was
    split, to validate on; without the second the service holds back a share by itself."""
    details: Json = {
        "taskType": TASKS[kind],
        "targetColumnName": _LABELS,
        "trainingData": _table(where, assets[0]),
        "limitSettings": dict(_LIMITS),
    }
    if len(assets) > 1:
        details["validationData"] = _table(where, assets[1])
    return {
        "properties": {
            "jobType": "AutoML",
            "displayName": title,
            "experimentName": "tui-labeler",
            "computeId": resources.resource_id(where, "computes", compute),
            "tags": tags,
            "taskDetails": details,
        }
    }


def _table(where: WorkspaceRef, asset: str) -> Json:
    name, _, version = asset.partition(":")
    return {"jobInputType": "mltable", "uri": resources.resource_id(where, "data", name, version)}


async def require_compute(arm: ArmClient, where: WorkspaceRef, compute: str) -> None:
    """Raises NotFound for a compute that is not there: the job's own answer would say less."""
    path = resources.resource(where, "computes", compute)
    try:
        await arm.call(f"find the compute “{compute}”", "GET", path, VERSION)
    except NotFound:
        raise NotFound(
            f"There is no compute “{compute}” in the workspace “{where.name}”.",
            "tui-labeler azure computes lists them.",
        ) from None


async def submit(arm: ArmClient, where: WorkspaceRef, job: str, body: Json) -> wire.Job:
    """Begins the job. It has a name of its own, so that a call that is made again does not begin it twice."""
    what, path = f"train the model “{job}”", resources.resource(where, "jobs", job)
    return wire.read(what, (await arm.call(what, "PUT", path, VERSION, body, good=(200, 201))).body, wire.Job)


async def read(arm: ArmClient, where: WorkspaceRef, job: str) -> wire.Job:
    """Raises NotFound."""
    what, path = f"read the training “{job}”", resources.resource(where, "jobs", job)
    return wire.read(what, (await arm.call(what, "GET", path, VERSION)).body, wire.Job)


async def cancel(arm: ArmClient, where: WorkspaceRef, job: str) -> None:
    """Asks for the job's end, which takes the service a while. Raises NotFound."""
    path = resources.resource(where, "jobs", job) / "cancel"
    await arm.call(f"cancel the training “{job}”", "POST", path, VERSION, good=(200, 202))


def status_of(job: wire.Job) -> str:
    """The service's word for the job's state, whatever it is."""
    return job.properties.status or "Unknown"


def best_run(name: str, job: wire.Job) -> str:
    """The run that made the best model: by the tag that AutoML gives its job, by the job's outputs, or else the first
    trial, whose name follows from the job's."""
    for notes in (job.properties.tags, job.properties.properties):
        if run := (notes or {}).get(_BEST):
            return run
    for output in (job.properties.outputs or {}).values():
        if match := _RUN.search((output and output.uri) or ""):
            return match[1]
    return f"{name}_HD_0"


def metric_of(job: wire.Job) -> tuple[str, float | None]:
    """By what the best model was chosen, and how good it is by that; None where the job does not tell. AutoML notes the
    trials' scores as `score_000`, in the order of `iteration_000`, with semicolons; a sweep notes the best one's alone."""
    facts = job.properties
    notes = {key: text for part in (facts.tags, facts.properties) for key, text in (part or {}).items() if text}
    name = notes.get(_METRIC) or _configured(notes.get(_METRIC_CONFIG, ""))
    if not name and facts.task_details is not None:
        name = facts.task_details.primary_metric or ""
    run = notes.get(_BEST) or notes.get(_BEST_TRIAL, "")
    scores = dict(zip(_noted(notes, "iteration_"), _noted(notes, "score_"), strict=False))
    text = notes.get("score") or scores.get(run.rpartition("_")[2], "")
    try:
        score = float(text)
    except ValueError:
        return name, None
    return name, score if math.isfinite(score) else None


def _noted(notes: dict[str, str], begin: str) -> list[str]:
    """A list that is noted in pieces: `score_000`, `score_001` …"""
    pieces = sorted(key for key in notes if key.startswith(begin) and key[len(begin) :].isdecimal())
    return [part for key in pieces for part in notes[key].split(";")]


def _configured(text: str) -> str:
    """The name of the metric in a sweep's note; empty where that is none."""
    try:
        return msgspec.json.decode(text, type=dict[str, str]).get("name", "")
    except msgspec.DecodeError:
        return ""


def model_folder(run: str) -> str:
    """Where the run's model and labels lie in the datastore of artifacts."""
    return f"ExperimentRun/dcid.{run}/train_artifacts"


def fetch_model(store: ObjectStore, run: str, target: Path, progress: Callable[[int, int], None]) -> tuple[str, ...]:
    """Writes the run's ONNX model to `target`, and returns the names of its classes, in its order. Raises NotFound where
    the run left no model, BadInput for labels that are none."""
    folder = model_folder(run)
    names = _names(b"".join(_chunks(store, f"{folder}/labels.json", _MOST_LABELS)[1]))
    size, chunks = _chunks(store, f"{folder}/model.onnx", None)
    done = 0
    with explained("read the model"), target.open("wb") as file:
        for chunk in chunks:
            done += file.write(chunk)
            progress(done, size)
    return names


def _chunks(store: ObjectStore, path: str, most: int | None) -> tuple[int, Any]:
    import obstore

    with explained(f"read {path}"):
        try:
            reply = obstore.get(store, path)
        except FileNotFoundError:
            raise NotFound(
                f"The training left no {path.rpartition('/')[2]} ({path} in the datastore {ARTIFACTS}).",
                "Look at the job's outputs in the studio; a model can be brought along with tui-labeler assist use.",
            ) from None
        size = int(reply.meta["size"])
        if most is not None and size > most:
            raise BadInput(f"{path} is too large for what it should be ({size:,} bytes).")
        return size, reply.stream(min_chunk_size=1 << 20)


def _names(content: bytes) -> tuple[str, ...]:
    """The classes of `labels.json`: a list of names or numbers."""
    try:
        return tuple(str(name) for name in msgspec.json.decode(content, type=list[str | int]))
    except msgspec.DecodeError:
        raise BadInput("The labels.json of the training is not a list of class names.") from None
