"""A project that Azure ML can train on, and what a training leaves in the workspace's store of artifacts."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import pytest

from tests.assist.test_onnx import model_of
from tests.azure.conftest import label_all, specification
from tests.azure.standin.server import StandIn
from tui_labeler.azure import training
from tui_labeler.workspace import Workspace


@pytest.fixture
def more_photos(photos: tuple[str, ...], blobs: Any) -> int:
    """As many images as a detector needs, and two; how many there are."""
    container = blobs.get_container_client("sodaobjects")
    content = container.download_blob(photos[0]).readall()
    for number in range(8):
        container.upload_blob(f"more{number}.jpg", content)
    return len(photos) + 8


@pytest.fixture
def many(workspace: Workspace, more_photos: int) -> Workspace:
    """With the project `soda` over those images, all labeled."""
    workspace.azure.catalog.attach("computervisionimagesraw")
    workspace.projects.create(specification())
    assert label_all(workspace) == more_photos
    return workspace


@pytest.fixture
def registered(many: Workspace, standin: StandIn) -> Workspace:
    """With an export of `soda` that is registered, and the compute of the lab chosen."""
    many.azure.exports.register(many.exchange.export("soda"))
    choose_compute(many)
    standin.state.workspaces[0].add_datastore(training.ARTIFACTS, "azureml", "AccountKey")
    return many


def choose_compute(workspace: Workspace, name: str = "gpu") -> None:
    spec = workspace.projects.specification("soda")
    changed = msgspec.structs.replace(spec.assist, compute=name)
    workspace.projects.change("soda", msgspec.structs.replace(spec, assist=changed))


def sent(standin: StandIn, job: str) -> dict[str, Any]:
    properties: dict[str, Any] = standin.state.workspaces[0].trainings[job]["properties"]
    return properties


def detector(box: tuple[float, float, float, float] = (8.0, 16.0, 40.0, 48.0)) -> bytes:
    """Lists of boxes, labels and scores, as AutoML's detectors answer: one box of the second class, for every image."""
    outputs = [np.array([box], np.float32), np.array([2], np.int64), np.array([0.9], np.float32)]
    return model_of(outputs)


def leave(blobs: Any, run: str, model: bytes | None, labels: bytes | None) -> None:
    """What a run leaves in the workspace's store of artifacts."""
    for name, content in (("model.onnx", model), ("labels.json", labels)):
        if content is not None:
            blobs.get_blob_client("azureml", f"{training.model_folder(run)}/{name}").upload_blob(content)
