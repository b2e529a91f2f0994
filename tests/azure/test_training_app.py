"""A training in Azure ML by one key of the dashboard, and by commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.widgets import Button, Select

from tests.azure.conftest import ADDRESS, CLASSES, MakeWorkspace
from tests.azure.standin.server import StandIn
from tests.azure.test_app import MakeApp, make_app, text_of, wait_for
from tests.azure.test_commands import run
from tests.azure.trained import detector, leave, many, more_photos, registered
from tests.cli.conftest import Run
from tests.tui.conftest import settle
from tui_labeler.model.azure import AzureOptions
from tui_labeler.tui.dialogs import Confirm
from tui_labeler.tui.screens.project import overview
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.workspace import Workspace

__all__ = ["make_app", "many", "more_photos", "registered", "run"]


@pytest.mark.slow
async def test_one_key_trains_and_takes_the_model(
    make_app: MakeApp, registered: Workspace, standin: StandIn, blobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "FOLLOW_TRAINING", 0.1)
    standin.state.training_states = ["Preparing"]
    (export,) = registered.exchange.exports("soda")
    app = make_app(registered)
    async with app.run_test(size=(140, 45)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await wait_for(pilot, lambda: "trains a model in Azure ML" in text_of(app, "#assist"), "the key")
        assert f"on {export.name} at gpu" in text_of(app, "#assist")
        await pilot.press("m")
        await wait_for(pilot, lambda: "preparing the environment, for" in text_of(app, "#assist"), "the state")
        await pilot.press("m")  # one is under way: nothing happens but a word
        await settle(pilot)
        assert len(standin.state.workspaces[0].trainings) == 1
        standin.faults.add("403", "GET .*/jobs/")
        await wait_for(pilot, lambda: "AuthorizationFailed" in text_of(app, "#assist"), "why it cannot be followed")
        standin.faults.clear()
        (job,) = standin.state.workspaces[0].trainings
        leave(blobs, f"{job}_HD_0", detector(), json.dumps(["--bg--", *CLASSES]).encode())
        standin.state.training_states = ["Completed"]
        standin.state.training_notes = {"primary_metric": "mean_average_precision", "score": "0.7121"}
        await wait_for(pilot, lambda: "takes the model" in text_of(app, "#assist"), "the end")
        assert "AuthorizationFailed" not in text_of(app, "#assist")
        assert "Metric    mean_average_precision 0.712" in text_of(app, "#assist")
        await pilot.press("m")
        await wait_for(pilot, lambda: "model in use" in text_of(app, "#assist"), "the model")
    assert registered.projects.specification("soda").assist.engine == "onnx"


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_a_training_is_cancelled_after_a_question(
    make_app: MakeApp, registered: Workspace, standin: StandIn, size: tuple[int, int], tmp_path: Path
) -> None:
    standin.state.training_states = ["Running"]
    made = registered.azure.training.start("soda")
    app = make_app(registered)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await wait_for(pilot, lambda: "training, for 1 min" in text_of(app, "#assist"), "the state")
        footer = str(app.screen.query_one(KeyBar).render())
        assert "⇧X Cancel training" in footer
        assert "m Train" not in footer, "one is under way"
        await pilot.press("y")
        await settle(pilot)
        assert (tmp_path / "state" / "clipboard.txt").read_text() == f"{made.studio}\n"
        assert "✓ sent" in text_of(app, "#assist")
        assert not app._notifications
        await pilot.press("X")
        await wait_for(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        await pilot.press("n")
        await settle(pilot)
        assert not any("/cancel?" in line for line in standin.state.lines)
        await pilot.press("X")
        await wait_for(pilot, lambda: isinstance(app.screen, Confirm), "the question")
        await pilot.press("y")
        await wait_for(pilot, lambda: "being cancelled" in text_of(app, "#assist"), "its beginning")
        registered.azure.training.state("soda")
        await wait_for(pilot, lambda: "   cancelled" in text_of(app, "#assist"), "its end")
        assert "once more" in text_of(app, "#assist")
        assert "m Train a model" in str(app.screen.query_one(KeyBar).render())


@pytest.mark.slow
async def test_the_compute_is_chosen_in_the_details(make_app: MakeApp, many: Workspace, standin: StandIn) -> None:
    many.azure.exports.register(many.exchange.export("soda"))
    app = make_app(many)
    async with app.run_test(size=(110, 40), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await wait_for(pilot, lambda: "No compute" in text_of(app, "#assist"), "the reason")
        await pilot.press("m")
        await settle(pilot)
        assert any("No compute" in note.message for note in app._notifications)
        assert standin.state.workspaces[0].trainings == {}
        await pilot.press("3")
        await settle(pilot)
        app.screen.query_one("Button#assist", Button).press()
        await wait_for(pilot, lambda: bool(app.screen.query("Select#compute")), "the computes")
        chosen = app.screen.query_one("#compute", Select)
        await wait_for(pilot, lambda: chosen.value == "", "their choice")
        chosen.value = "gpu"
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: many.projects.specification("soda").assist.compute == "gpu", "the choice")
        assert not many.projects.specification("soda").assist.enabled
        await pilot.press("1")
        await wait_for(pilot, lambda: "at gpu" in text_of(app, "#assist"), "the key")


async def test_without_azure_the_dashboard_says_nothing_of_it(
    make_app: MakeApp, make_workspace: MakeWorkspace, options: AzureOptions, many: Workspace
) -> None:
    app = make_app(make_workspace(msgspec.structs.replace(options, workspace="")))
    async with app.run_test(size=(110, 40), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert text_of(app, "#assist") == ""
        await pilot.press("m")
        await settle(pilot)
        assert any("No Azure ML workspace" in note.message for note in app._notifications)


@pytest.mark.slow
def test_the_commands(run: Run, registered: Workspace, standin: StandIn, blobs: Any, tmp_path: Path) -> None:
    at = {"TUI_LABELER_HOME": str(tmp_path)}
    standin.login.answers = []
    assert run("azure", "login", "--device-code", **at).code == 0
    assert run("azure", "use", ADDRESS, **at).code == 0
    refused = run("azure", "training", "soda", **at)
    assert (refused.code, "azure train" in refused.err) == (1, True)
    assert run("azure", "train", "soda", "--compute", "tpu", **at).code == 1
    made = run("azure", "train", "soda", "--compute", "gpu", "--json", **at).json
    assert (made["status"], made["over"], made["taken"]) == ("NotStarted", False, None)
    assert run("azure", "training", "soda", "--json", **at).json["status"] == "Preparing"
    assert "no model: Running" in run("azure", "model", "soda", **at).err
    leave(blobs, f"{made['job']}_HD_0", detector(), json.dumps(["--bg--", *CLASSES]).encode())
    standin.state.training_notes = {"primary_metric": "map", "score": "0.5"}
    assert "azure model soda" in run("azure", "training", "soda", **at).out
    assert run("azure", "model", "soda", "--json", **at).json["taken"]
    said = run("azure", "training", "soda", **at).out
    assert "in use since" in said
    assert "map: 0.500" in said
    assert "(model in use)" in said
    refused = run("azure", "training", "soda", "--cancel", **at)
    assert (refused.code, "is over: model in use" in refused.err) == (1, True)
    assert registered.projects.specification("soda").assist.classes == ("--bg--", *CLASSES)
