"""Training in Azure ML on a registered export: the job that is asked for, and what stands in the way of one."""

from __future__ import annotations

import msgspec
import pytest

from tests.azure.conftest import ADDRESS, NO_SPEC, MakeWorkspace, specification
from tests.azure.standin.server import StandIn
from tests.azure.standin.swagger import Description
from tests.azure.trained import many, more_photos, registered, sent
from tui_labeler.azure import arm, training
from tui_labeler.model.azure import AzureOptions, parse_workspace
from tui_labeler.model.errors import LabelerError, NotAllowed, NotFound, Unreachable
from tui_labeler.model.project import TaskType
from tui_labeler.model.training import GONE, Training, plan
from tui_labeler.model.transfers import ExportOptions, Split
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
