"""A model that Azure ML trains on a registered export: the job, its state, and its ONNX file in use."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.azure.conftest import ADDRESS, CLASSES, NO_SPEC, MakeWorkspace, specification
from tests.azure.standin.server import StandIn
from tests.azure.standin.swagger import Description
from tests.azure.trained import detector, leave, many, more_photos, registered, sent
from tui_labeler.azure import arm, training, wire
from tui_labeler.model.azure import AzureOptions, parse_workspace
from tui_labeler.model.errors import BadInput, Cancelled, LabelerError, NotAllowed, NotFound, Unreachable
from tui_labeler.model.geometry import Size
from tui_labeler.model.progress import Step
from tui_labeler.model.project import Details, TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.training import GONE, Training, plan
from tui_labeler.model.transfers import ExportOptions, Split
from tui_labeler.tui.screens.project.training import training_part
from tui_labeler.workspace import Workspace

__all__ = ["many", "more_photos", "registered"]

WHERE = parse_workspace(ADDRESS)
KINDS = {
    TaskType.CLASSIFICATION: "ImageClassification",
    TaskType.MULTILABEL: "ImageClassificationMultilabel",
    TaskType.DETECTION: "ImageObjectDetection",
    TaskType.SEGMENTATION: "ImageInstanceSegmentation",
}


# What is asked for


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize("kind", TaskType)
def test_the_job_of_every_task_type_is_as_described(
    description: Description | None, kind: TaskType, split: bool
) -> None:
    if description is None:
        pytest.skip(NO_SPEC)
    assets = ("soda_train:1", "soda_validation:1") if split else ("soda:1",)
    body = training.job_body(kind, WHERE, "gpu", assets, "soda", {"project": "soda"})
    path, query = f"{WHERE.id}/jobs/soda_1", "api-version=2024-04-01"
    assert description.check_request("PUT", path, query, body) == []
    details = body["properties"]["taskDetails"]
    assert details["taskType"] == KINDS[kind]
    assert ("validationData" in details) is split
    # The checker would have found it: a wrong word in the same place is one.
    details["trainingData"]["url"] = "x"
    assert description.check_request("PUT", path, query, body)


@pytest.mark.parametrize("kind", TaskType)
def test_microsofts_own_library_would_ask_for_the_same(
    workspace: Workspace, standin: StandIn, kind: TaskType, quick: list[float]
) -> None:
    """azure-ai-ml submits the same job to the stand-in; what arrives differs only by what it writes out of defaults."""
    from azure.ai.ml import Input, automl

    lab = standin.state.workspaces[0]
    table = {"dataType": "mltable", "dataUri": "azureml://datastores/computervisionimagesraw/paths/x/"}
    for part in ("train", "validation"):
        lab.add_asset(f"soda_{part}", "1", table)
    factory = {
        TaskType.CLASSIFICATION: automl.image_classification,
        TaskType.MULTILABEL: automl.image_classification_multilabel,
        TaskType.DETECTION: automl.image_object_detection,
        TaskType.SEGMENTATION: automl.image_instance_segmentation,
    }[kind]
    job = factory(
        training_data=Input(type="mltable", path="azureml:soda_train:1"),
        validation_data=Input(type="mltable", path="azureml:soda_validation:1"),
        target_column_name="label",
        compute="gpu",
        name="theirs",
        display_name="soda",
        experiment_name="tui-labeler",
        tags={"project": "soda"},
    )
    job.set_limits(max_trials=1, max_concurrent_trials=1, timeout_minutes=12 * 60)
    workspace.azure.account.connection.library(workspace.azure.account.chosen).client().jobs.create_or_update(job)
    ours = training.job_body(kind, WHERE, "gpu", ("soda_train:1", "soda_validation:1"), "soda", {"project": "soda"})[
        "properties"
    ]
    theirs = sent(standin, "theirs")
    assert {key: value for key, value in theirs.items() if key in ours and key != "taskDetails"} == {
        key: value for key, value in ours.items() if key != "taskDetails"
    }
    details = theirs["taskDetails"]
    assert {key: details[key] for key in ours["taskDetails"]} == ours["taskDetails"]
    assert set(details) - set(ours["taskDetails"]) <= {"primaryMetric", "logVerbosity"}


def test_a_training_is_submitted_followed_and_remembered(
    registered: Workspace, standin: StandIn, make_workspace: MakeWorkspace, options: AzureOptions
) -> None:
    (export,) = registered.exchange.exports("soda")
    made = registered.azure.training.start("soda")
    assert (made.export, made.compute, made.status, made.workspace) == (export.name, "gpu", "NotStarted", ADDRESS)
    assert made.studio.startswith(f"https://ml.azure.com/runs/{made.job}?wsid=/subscriptions/")
    details = sent(standin, made.job)["taskDetails"]
    assert details["taskType"] == "ImageObjectDetection"
    assert details["trainingData"]["uri"] == f"{WHERE.id}/data/{export.name}/versions/1"
    assert sent(standin, made.job)["computeId"] == f"{WHERE.id}/computes/gpu"
    seen = []
    for _ in range(3):
        training = registered.azure.training.state("soda")
        assert training is not None
        seen.append(training.status)
    assert seen == ["Preparing", "Running", "Completed"]
    assert training.run == f"{made.job}_HD_0"
    # After a restart it is known without a question, and a job that is over is not asked for.
    asked = len(standin.state.asked)
    again = make_workspace(options)
    assert again.assist.training("soda") == training
    assert again.azure.training.state("soda") == training
    assert len(standin.state.asked) == asked


def test_a_split_export_is_trained_and_validated_on_its_parts(many: Workspace, standin: StandIn) -> None:
    result = many.exchange.export("soda", options=ExportOptions(split=Split(0.5)))
    many.azure.exports.register(result)
    made = many.azure.training.start("soda", "gpu")
    details = sent(standin, made.job)["taskDetails"]
    assert details["trainingData"]["uri"].endswith(f"/data/{result.name}_train/versions/1")
    assert details["validationData"]["uri"].endswith(f"/data/{result.name}_validation/versions/1")
    assert made.export == result.name


def test_the_newest_registered_export_counts(registered: Workspace) -> None:
    (first,) = registered.exchange.exports("soda")
    registered.exchange.export("soda")
    assert registered.azure.training.plan("soda").export == first.name


# What stands in the way


def test_why_nothing_can_be_trained(
    many: Workspace, standin: StandIn, make_workspace: MakeWorkspace, options: AzureOptions
) -> None:
    assert "registered" in many.azure.training.plan("soda").problem
    with pytest.raises(NotAllowed, match="No export"):
        many.azure.training.start("soda", "gpu")
    many.azure.exports.register(many.exchange.export("soda"))
    assert "compute" in many.azure.training.plan("soda").problem
    with pytest.raises(NotAllowed, match="No compute"):
        many.azure.training.start("soda")
    with pytest.raises(NotFound, match="no compute “tpu”"):
        many.azure.training.start("soda", "tpu")
    assert many.assist.training("soda") is None
    bare = make_workspace(msgspec.structs.replace(options, workspace=""))
    assert "workspace" in bare.azure.training.plan("soda").problem
    assert standin.state.workspaces[0].trainings == {}


def test_one_training_at_a_time_and_none_twice_on_the_same_labels(registered: Workspace, standin: StandIn) -> None:
    registered.azure.training.start("soda")
    assert "already (NotStarted)" in registered.azure.training.plan("soda").problem
    with pytest.raises(NotAllowed, match="training a model already"):
        registered.azure.training.start("soda")
    standin.state.training_states = ["Completed"]
    registered.azure.training.state("soda")
    assert registered.azure.training.plan("soda").take
    with pytest.raises(NotAllowed, match="was trained on"):
        registered.azure.training.start("soda")
    registered.azure.exports.register(registered.exchange.export("soda"))
    registered.azure.training.start("soda")
    assert len(standin.state.workspaces[0].trainings) == 2


def test_a_detector_needs_ten_images(soda: Workspace, standin: StandIn) -> None:
    soda.azure.exports.register(soda.exchange.export("soda"))
    with pytest.raises(NotAllowed, match="10 labeled images"):
        soda.azure.training.start("soda", "gpu")
    assert standin.state.workspaces[0].trainings == {}


@pytest.mark.parametrize("end", ["Failed", "Canceled"])
def test_after_a_failure_it_can_be_tried_again(registered: Workspace, standin: StandIn, end: str) -> None:
    standin.state.training_states = ["Running", end]
    registered.azure.training.start("soda")
    registered.azure.training.state("soda")
    training = registered.azure.training.state("soda")
    assert training is not None
    assert (training.status, training.is_over, training.has_model) == (end, True, False)
    with pytest.raises(NotAllowed, match=end):
        registered.azure.training.take("soda")
    assert registered.azure.training.start("soda").job != training.job


def test_words_that_are_not_known_are_kept(registered: Workspace, standin: StandIn) -> None:
    standin.state.training_states = ["Hibernating", "NotResponding"]
    registered.azure.training.start("soda")
    for word in ("Hibernating", "NotResponding"):
        training = registered.azure.training.state("soda")
        assert training is not None
        assert (training.status, training.is_over) == (word, False)
    assert registered.assist.training("soda") == training


def test_a_training_is_cancelled(registered: Workspace, standin: StandIn) -> None:
    with pytest.raises(NotAllowed, match="trains no model"):
        registered.azure.training.cancel("soda")
    standin.state.training_states = ["Running"]
    registered.azure.training.start("soda")
    assert registered.azure.training.cancel("soda").status == "CancelRequested"
    found = registered.azure.training.state("soda")
    assert found is not None
    assert (found.status, found.words, found.is_over) == ("Canceled", "cancelled", True)
    assert found.ended >= found.submitted
    assert found.hours is not None
    with pytest.raises(NotAllowed, match="is over: cancelled"):
        registered.azure.training.cancel("soda")
    assert sum("/cancel?" in line for line in standin.state.lines) == 1


def test_what_ended_meanwhile_is_not_cancelled(registered: Workspace, standin: StandIn) -> None:
    standin.state.training_states = ["Failed"]
    registered.azure.training.start("soda")
    with pytest.raises(NotAllowed, match="is over: failed"):
        registered.azure.training.cancel("soda")


def test_a_job_that_azure_does_not_know_any_more(registered: Workspace, standin: StandIn) -> None:
    registered.azure.training.start("soda")
    standin.state.workspaces[0].trainings.clear()
    training = registered.azure.training.state("soda")
    assert training is not None
    assert (training.status, training.is_over) == (GONE, True)
    assert registered.azure.training.start("soda").status == "NotStarted"


@pytest.mark.parametrize(("fault", "error"), [("403", NotAllowed), ("409", LabelerError), ("retired", LabelerError)])
def test_a_refused_job_leaves_nothing(
    registered: Workspace, standin: StandIn, quick: list[float], fault: str, error: type[LabelerError]
) -> None:
    standin.faults.add(fault, r"PUT .*/jobs/")
    with pytest.raises(error) as told:
        registered.azure.training.start("soda")
    assert "train the model" in told.value.message
    assert registered.assist.training("soda") is None


@pytest.mark.slow
def test_a_busy_service_is_asked_again_and_begins_one_job(
    registered: Workspace, standin: StandIn, quick: list[float]
) -> None:
    standin.faults.add("503", r"PUT .*/jobs/", times=2)
    standin.faults.add("cut", r"PUT .*/jobs/", times=1)
    registered.azure.training.start("soda")
    assert len(standin.state.workspaces[0].trainings) == 1


@pytest.mark.slow
def test_a_job_whose_answer_is_lost_is_found_again(
    registered: Workspace, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arm, "ATTEMPTS", 1)
    standin.faults.add("cut", r"PUT .*/jobs/")
    with pytest.raises(Unreachable):
        registered.azure.training.start("soda")
    (job,) = standin.state.workspaces[0].trainings
    standin.faults.clear()
    training = registered.azure.training.state("soda")
    assert training is not None
    assert (training.job, training.status) == (job, "Preparing")


def test_a_job_that_never_began_stands_in_the_way_of_none(
    registered: Workspace, standin: StandIn, quick: list[float]
) -> None:
    standin.faults.add("500", r"PUT .*/jobs/")
    with pytest.raises(Unreachable):
        registered.azure.training.start("soda")
    standin.faults.clear()
    assert registered.azure.training.start("soda").status == "NotStarted"
    assert len(standin.state.workspaces[0].trainings) == 1


def test_another_project_of_that_name_knows_nothing_of_it(registered: Workspace) -> None:
    registered.azure.training.start("soda")
    registered.projects.delete("soda")
    registered.projects.create(specification())
    assert registered.assist.training("soda") is None


def test_what_comes_next_is_said_without_azure() -> None:
    done = Training("job", ADDRESS, "gpu", "soda_1", 1.0, status="Completed")
    assert plan(done, "soda_2", "gpu").take
    assert plan(done, "soda_2", "gpu", anew=True).export == "soda_2"
    taken = msgspec.structs.replace(done, taken=2.0)
    assert "soda_1 already" in plan(taken, "soda_1", "gpu").problem
    assert plan(taken, "soda_2", "gpu").problem == ""
    assert "compute" in plan(None, "soda_2", "").problem
    assert "10 labeled images or more, and soda_2 has 9" in plan(None, "soda_2", "gpu", images=9).problem


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
