"""The model that Azure ML trained: which run has it, how good it is, what the dashboard says, and its ONNX file in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.azure.conftest import ADDRESS, CLASSES, specification
from tests.azure.standin.server import StandIn
from tests.azure.trained import detector, leave, many, more_photos, registered, sent
from tui_labeler.azure import training, wire
from tui_labeler.model.errors import BadInput, Cancelled, LabelerError, NotAllowed, NotFound
from tui_labeler.model.geometry import Size
from tui_labeler.model.progress import Step
from tui_labeler.model.project import Details, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.training import GONE, Training, plan
from tui_labeler.tui.screens.project.training import training_part
from tui_labeler.workspace import Workspace

__all__ = ["many", "more_photos", "registered"]


def job(**facts: object) -> wire.Job:
    return msgspec.convert({"properties": facts}, wire.Job)


def test_the_run_with_the_model_is_found_by_tag_by_output_or_by_name() -> None:
    uri = "azureml://datastores/workspaceartifactstore/paths/ExperimentRun/dcid.calm_sky/outputs/mlflow-model"
    outputs = {"best_model": {"jobOutputType": "mlflow_model", "uri": uri}, "other": None}
    assert training.best_run("j", job(tags={"automl_best_child_run_id": "j_HD_3"})) == "j_HD_3"
    assert training.best_run("j", job(outputs=outputs)) == "calm_sky"
    assert training.best_run("j", job()) == "j_HD_0"


def test_how_good_the_best_model_is() -> None:
    automl = {"score_000": "0.09;0.105", "score_001": "0.087", "iteration_000": "0;1", "iteration_001": "2",
              "automl_best_child_run_id": "calm_1"}  # fmt: skip
    assert training.metric_of(job(tags=automl, properties={"primary_metric": "map"})) == ("map", 0.105)
    sweep = {"primary_metric_config": '{"name":"Accuracy","goal":"maximize"}', "score": "0.7536",
             "best_child_run_id": "HD_3_1"}  # fmt: skip
    assert training.metric_of(job(properties=sweep)) == ("Accuracy", 0.7536)
    assert training.metric_of(job(taskDetails={"primaryMetric": "MeanAveragePrecision"})) == (
        "MeanAveragePrecision",
        None,
    )
    for score in ("nan", "good", ""):
        assert training.metric_of(job(properties={"score": score, "primary_metric_config": "["}))[1] is None


@pytest.mark.parametrize(
    ("status", "taken", "words"),
    [
        ("", 0.0, "waiting for Azure's answer, for 30 min"),
        ("Queued", 0.0, "waiting for the compute, for 30 min"),
        ("Running", 0.0, "training, for 30 min"),
        ("Hibernating", 0.0, "Hibernating, for 30 min"),
        ("Completed", 0.0, "model ready"),
        ("Completed", 9.0, "model in use"),
        ("Failed", 0.0, "failed"),
        (GONE, 0.0, "not there any more"),
    ],
)
def test_the_dashboard_says_how_the_last_job_stands(status: str, taken: float, words: str) -> None:
    over = 1900.0 if status in ("Completed", "Failed", GONE) else 0.0
    last = Training("calm_1", ADDRESS, "gpu", "soda_1", 100.0, "https://ml.azure.com/runs/calm_1", status,
                    taken=taken, ended=over, metric="map", score=0.5 if taken else None)  # fmt: skip
    lines = training_part(plan(last, "soda_2", "gpu"), "", 1900.0, 36, with_link=False)
    texts = [line.plain for line, _ in lines]
    assert texts[0] == f"Azure ML   {words}"
    assert ("Metric    map 0.500" in texts) is bool(taken)
    assert ("Took      30 min at most" in texts) is bool(over)
    assert any(text.startswith("⇧X") for text in texts) is not bool(over)
    assert [copied for _, copied in lines if copied] == [last.studio]
    offline = training_part(plan(last, "soda_2", "gpu"), "Azure cannot be reached.", 1900.0, 36, with_link=True)
    assert ("as last seen" in offline[0][0].plain) is not bool(over)
    assert any(line.plain == "Azure cannot be reached." for line, _ in offline)


# The model


def completed(workspace: Workspace, standin: StandIn) -> Training:
    standin.state.training_states = ["Completed"]
    workspace.azure.training.start("soda")
    training = workspace.azure.training.state("soda")
    assert training is not None
    return training


def test_the_model_is_fetched_tried_and_used(registered: Workspace, standin: StandIn, blobs: Any) -> None:
    training = completed(registered, standin)
    model = detector()
    leave(blobs, training.run, model, json.dumps(["--bg--", *CLASSES]).encode())
    steps: list[tuple[Step, int, int]] = []
    taken = registered.azure.training.take("soda", lambda *step: steps.append(step))
    assert taken.taken > 0
    assert (Step.DOWNLOAD, len(model), len(model)) in steps
    assert steps[-1][0] is Step.TRYING
    assist = registered.projects.specification("soda").assist
    assert (assist.enabled, assist.engine, assist.classes) == (True, "onnx", ("--bg--", *CLASSES))
    assert assist.compute == "gpu"
    assert Path(assist.model).read_bytes() == model
    # It proposes what it was made to: the third name is that of its label 2.
    _, tried = registered.assist.try_model("soda", assist.model, assist.classes)
    (region,) = tried.labels.regions
    assert region.name == "diet_coke"
    assert "already" in registered.azure.training.plan("soda").problem
    assert registered.assist.training("soda") == taken


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "labels", "error", "says"),
    [
        (None, b'["coke"]', NotFound, "model.onnx"),
        (b"x", None, NotFound, "labels.json"),
        (b"x", b'{"coke": 1}', BadInput, "labels.json"),
        (b"x", b"no json", BadInput, "labels.json"),
        (b"no model", b'["coke", "diet_coke", "sprite"]', LabelerError, "not a model"),
        (b"PK\x03\x04", b'["coke"]', LabelerError, "not an ONNX file"),
        (detector(), b'["cat", "dog", "bird"]', LabelerError, "None of the model's classes"),
    ],
)
def test_a_model_that_is_none_changes_nothing(
    registered: Workspace,
    standin: StandIn,
    blobs: Any,
    model: bytes | None,
    labels: bytes | None,
    error: type[LabelerError],
    says: str,
) -> None:
    training = completed(registered, standin)
    leave(blobs, training.run, model, labels)
    before = registered.projects.specification("soda")
    with pytest.raises(error) as told:
        registered.azure.training.take("soda")
    assert says in str(told.value)
    assert registered.projects.specification("soda") == before
    assert registered.assist.training("soda") == training


def test_fetching_can_be_left_and_begun_again(registered: Workspace, standin: StandIn, blobs: Any) -> None:
    training = completed(registered, standin)
    leave(blobs, training.run, detector(), json.dumps(["--bg--", *CLASSES]).encode())

    def progress(what: Step, done: int, total: int) -> None:
        if what is Step.DOWNLOAD:
            raise Cancelled

    with pytest.raises(Cancelled):
        registered.azure.training.take("soda", progress)
    assert not registered.projects.specification("soda").assist.enabled
    assert registered.azure.training.take("soda").taken


def test_before_it_is_completed_there_is_no_model(registered: Workspace, standin: StandIn) -> None:
    with pytest.raises(NotAllowed, match="no training yet"):
        registered.azure.training.take("soda")
    registered.azure.training.start("soda")
    with pytest.raises(NotAllowed, match="Preparing"):
        registered.azure.training.take("soda")


def test_masks_are_trained_but_not_used_here(
    workspace: Workspace, standin: StandIn, more_photos: int, blobs: Any
) -> None:
    workspace.azure.catalog.attach("computervisionimagesraw")
    spec = msgspec.structs.replace(specification(), details=Details("soda", TaskType.SEGMENTATION))
    workspace.projects.create(spec)
    corner = Region("coke", points=((1, 2), (30, 2), (1, 40)))
    while (lease := workspace.queue.claim("soda", "ann", "token")) is not None:
        workspace.queue.submit(lease.task, "ann", Labels(Size(80, 60), (corner,)), "token")
    workspace.azure.exports.register(workspace.exchange.export("soda"))
    standin.state.training_states = ["Completed"]
    made = workspace.azure.training.start("soda", "gpu")
    assert sent(standin, made.job)["taskDetails"]["taskType"] == "ImageInstanceSegmentation"
    with pytest.raises(NotAllowed, match="Instance Segmentation") as told:
        workspace.azure.training.take("soda")
    assert f"dcid.{made.job}_HD_0/train_artifacts" in told.value.mend
