"""The lab in the app, by keys: sign in by device code, choose the workspace, make a dataset, label, export."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, Select, Static

from tests.azure.conftest import ADDRESS, MakeWorkspace, forget_code, specification
from tests.azure.standin.server import StandIn
from tests.tui.conftest import settle, type_text
from tui_labeler.model.azure import AzureOptions
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.azure.home import AzureScreen
from tui_labeler.tui.screens.azure.remote import RemoteScreen
from tui_labeler.tui.screens.azure.rescue import RescueScreen
from tui_labeler.tui.screens.azure.signin import SignInScreen
from tui_labeler.tui.screens.azure.workspaces import WorkspacesScreen
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.tui.screens.projects import ProjectsScreen
from tui_labeler.workspace import Workspace

MakeApp = Callable[[Workspace], LabelerApp]


@pytest.fixture
def make_app(tmp_path: Path) -> MakeApp:
    def make(workspace: Workspace) -> LabelerApp:
        places = find_places(str(tmp_path))
        variables = {"TUI_LABELER_LABELER": "bob"}
        if workspace.azure.account.options.workspace:
            variables["TUI_LABELER_AZURE_WORKSPACE"] = workspace.azure.account.options.workspace
        return LabelerApp(workspace, Settings(places, variables), places)

    return make


async def wait_for(pilot: Pilot[None], is_there: Callable[[], bool], what: str) -> None:
    """Up to a minute for something that a worker, or a process of lowest priority, brings."""
    for _ in range(1200):
        await pilot.pause(0.05)
        if is_there():
            return
    pytest.fail(f"{what} did not come; the screen is {pilot.app.screen}")


def text_of(app: LabelerApp, selector: str) -> str:
    """What a part of the screen says; empty while another screen lies over it."""
    static = app.screen.query_one_optional(selector, Static)
    return str(static.content) if static else ""


@pytest.mark.slow
async def test_the_lab_by_keys(
    make_app: MakeApp,
    make_workspace: MakeWorkspace,
    options: AzureOptions,
    standin: StandIn,
    blobs: Any,
    photos: tuple[str, ...],
    tmp_path: Path,
) -> None:
    workspace = make_workspace(msgspec.structs.replace(options, workspace=""))
    standin.login.answers = ["authorization_pending"]
    app = make_app(workspace)
    async with app.run_test(size=(110, 34)) as pilot:
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        assert isinstance(app.screen, AzureScreen)
        assert "nobody" in text_of(app, "#facts")
        await pilot.press("o")
        await wait_for(pilot, lambda: isinstance(app.screen, SignInScreen), "the sign-in")
        await wait_for(pilot, lambda: "H7KQ2TWXL" in text_of(app, "#left"), "the code")
        assert "microsoft.com/devicelogin" in text_of(app, "#url")
        assert "█" in text_of(app, "#code")
        assert "left" in text_of(app, "#left")
        await pilot.press("c")
        await pilot.pause()
        assert (tmp_path / "state" / "clipboard.txt").read_text() == "H7KQ2TWXL\n"

        # Signed in, the chooser opens by itself.
        await wait_for(
            pilot,
            lambda: isinstance(app.screen, WorkspacesScreen) and bool(app.screen.query(DataTable)),
            "the workspaces",
        )
        table = app.screen.query_one(DataTable)
        await wait_for(pilot, lambda: table.row_count == 3, "three workspaces")
        await type_text(pilot, "label")
        await pilot.pause()
        assert table.row_count == 1
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, AzureScreen), "the Azure screen")
        await wait_for(pilot, lambda: ADDRESS in text_of(app, "#facts"), "the workspace")
        assert "ann@contoso.com" in text_of(app, "#facts")
        assert Settings(find_places(str(tmp_path)), {}).get("azure_workspace").value == ADDRESS
        await pilot.press("q")
        await settle(pilot)

        # The wizard: a dataset of the lab's datastore, path /.
        await pilot.press("n")
        await settle(pilot)
        await type_text(pilot, "soda")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        stores = app.screen.query_one("#datastore", Select)
        await wait_for(pilot, lambda: len(stores._options) > 1, "Azure's datastores")
        await pilot.press("tab")
        assert app.screen.focused is app.screen.query_one("#dataset-name", Input)
        await type_text(pilot, "sodaObjects")
        await pilot.press("tab", "enter")
        await pilot.pause(0.2)
        await pilot.press("down", "down", "enter")  # past the default datastore
        await wait_for(pilot, lambda: "4 images" in text_of(app, "#matches"), "the matches")
        assert stores.value == "computervisionimagesraw"
        await pilot.press("ctrl+n", "ctrl+n")
        await settle(pilot)
        for name in ("coke", "diet_coke", "sprite"):
            await type_text(pilot, name)
            await pilot.press("enter")
        await pilot.press("ctrl+n", "ctrl+n")
        await wait_for(pilot, lambda: "gpu (Standard_NC6s_v3" in text_of(app, "#computes"), "the computes")
        await pilot.press("ctrl+n")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await wait_for(pilot, lambda: isinstance(app.screen, DashboardScreen), "the dashboard")
        assert workspace.projects.status("soda").total == 4

        await pilot.press("l")
        await settle(pilot, 0.6)
        for _ in range(3):
            await pilot.press("2", *"qwevbn", "enter")
            await settle(pilot, 0.4)
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert workspace.projects.status("soda").completed >= 2

        await pilot.press("e")
        await wait_for(pilot, lambda: isinstance(app.screen, ExportScreen), "the export")
        await wait_for(pilot, lambda: bool(text_of(app, "#azure")), "its screen")
        (export,) = workspace.exchange.exports("soda")
        assert "registers it as a data asset" in text_of(app, "#azure")
        await pilot.press("u")
        await wait_for(pilot, lambda: "version 1" in text_of(app, "#azure"), "the registration")
        assert "https://ml.azure.com/data/soda_" in text_of(app, "#azure")
        assert "ml.data.get" in text_of(app, "#snippet")
        for key, begin in (
            ("d", f"azureml:{export.name}:1"),
            ("y", "https://ml.azure.com/data/"),
            ("s", "# pip install azure-ai-ml"),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert (tmp_path / "state" / "clipboard.txt").read_text().startswith(begin)
    asset = standin.state.workspaces[0].data[export.name]["1"]["properties"]
    assert asset["dataType"] == "mltable"
    for name in export.files:
        blob = blobs.get_blob_client("sodaobjects", f"tui-labeler/exports/{export.name}/{name}")
        assert blob.download_blob().readall() == (Path(export.path) / name).read_bytes()


async def test_remote_projects_stand_in_the_list(
    make_app: MakeApp, workspace: Workspace, standin: StandIn, quick: list[float], tmp_path: Path
) -> None:
    properties = {"labelingJobMediaProperties": {"mediaType": "Image", "annotationType": "BoundingBox"}}
    standin.state.workspaces[0].add_job("soda", properties, 50, 242)
    app = make_app(workspace)
    async with app.run_test(size=(110, 34)) as pilot:
        await settle(pilot)
        table = app.screen.query_one("#projects", DataTable)
        await wait_for(pilot, lambda: table.row_count == 1, "the remote project")
        assert "Azure ML" in str(table.get_row_at(0)[0])
        assert "50/242" in str(table.get_row_at(0)[3])
        await pilot.press("enter")
        await wait_for(pilot, lambda: isinstance(app.screen, RemoteScreen), "its dashboard")
        assert "50 / 242 assets labeled" in text_of(app, "#labeled")
        await pilot.press("e")
        await wait_for(pilot, lambda: "Exported" in text_of(app, "#exported"), "the export")
        await pilot.press("c")
        await pilot.pause()
        assert (tmp_path / "state" / "clipboard.txt").read_text() == "soda_20260329_184449\n"
        await pilot.press("p")
        await wait_for(
            pilot, lambda: standin.state.workspaces[0].jobs["soda"]["properties"]["status"] == "Paused", "the pause"
        )
        await wait_for(pilot, lambda: "Paused" in str(app.screen.query_one("#crumbs", Static).content), "its word")
        await pilot.press("delete")
        await pilot.pause(0.3)
        await pilot.press("y")
        await wait_for(pilot, lambda: isinstance(app.screen, ProjectsScreen), "the list")
    assert not standin.state.workspaces[0].jobs


async def test_that_the_service_is_gone_is_told_once(make_app: MakeApp, workspace: Workspace, standin: StandIn) -> None:
    standin.faults.add("retired", "labelingJobs")
    for times in (1, 0):
        app = make_app(workspace)
        async with app.run_test(size=(110, 34), notifications=True) as pilot:
            await settle(pilot, 0.5)
            await settle(pilot, 0.5)
            told = [note.message for note in app._notifications if "30 September 2026" in note.message]
            assert len(told) == times


async def test_a_refused_code_can_be_asked_for_again_and_left(
    make_app: MakeApp, make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn
) -> None:
    standin.login.answers = ["authorization_declined"] + ["authorization_pending"] * 99
    app = make_app(make_workspace(options))
    async with app.run_test(size=(90, 30)) as pilot:
        await settle(pilot)
        await pilot.press("a")
        await settle(pilot)
        await pilot.press("o")
        await wait_for(pilot, lambda: isinstance(app.screen, SignInScreen), "the sign-in")
        await wait_for(pilot, lambda: "denied" in text_of(app, "#problem"), "the refusal")
        await pilot.press("r")
        await wait_for(pilot, lambda: standin.login.codes == 2, "another code")
        await pilot.press("escape")
        await wait_for(pilot, lambda: isinstance(app.screen, AzureScreen), "the way back")
        assert "nobody" in text_of(app, "#facts")


@pytest.mark.slow
async def test_without_a_sign_in_the_wizard_asks_nothing(
    make_app: MakeApp, make_workspace: MakeWorkspace, options: AzureOptions, standin: StandIn
) -> None:
    workspace = make_workspace(options)
    app = make_app(workspace)
    async with app.run_test(size=(110, 34)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await type_text(pilot, "soda")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot, 0.6)
        assert text_of(app, "#azure-note") == ""
    assert standin.state.asked == []
    workspace.azure.account.log_in(forget_code, device_only=True)


@pytest.mark.slow
async def test_a_data_asset_is_a_dataset_in_the_wizard(
    make_app: MakeApp, workspace: Workspace, standin: StandIn, photos: Any
) -> None:
    uri = "azureml://datastores/computervisionimagesraw/paths/sub dir/"
    standin.state.workspaces[0].add_asset("inside", "2", {"dataType": "uri_folder", "dataUri": uri})
    app = make_app(workspace)
    async with app.run_test(size=(110, 34)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await type_text(pilot, "soda")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("ctrl+n")
        await settle(pilot)
        choice = app.screen.query_one("#choice", Select)
        await wait_for(pilot, lambda: len(choice._options) == 2, "the data asset")
        choice.value = choice._options[1][1]
        await wait_for(pilot, lambda: "1 image" in text_of(app, "#matches"), "its image")
        assert app.screen.query_one("#dataset-name", Input).value == "inside"
        assert app.screen.query_one("#path", Input).value == "sub dir/**"


@pytest.mark.slow
async def test_what_is_left_is_fetched_and_imported(
    make_app: MakeApp, workspace: Workspace, standin: StandIn, blobs: Any, photos: Any
) -> None:
    workspace.azure.catalog.attach("computervisionimagesraw")
    workspace.projects.create(specification())
    row = {
        "image_url": "AmlDatastore://computervisionimagesraw/163.jpg",
        "image_details": {"format": "jpg", "width": "80px", "height": "60px"},
        "label": [{"label": "coke", "topX": 0.1, "topY": 0.1, "bottomX": 0.5, "bottomY": 0.5, "isCrowd": 0}],
    }
    default = blobs.get_container_client("azureml-blobstore")
    default.upload_blob("Labeling/export/dataset/old/labels.jsonl", json.dumps(row).encode() + b"\n")
    app = make_app(workspace)
    async with app.run_test(size=(110, 34)) as pilot:
        await settle(pilot)
        await pilot.press("a")
        await wait_for(pilot, lambda: "ann@contoso.com" in text_of(app, "#facts"), "the Azure screen")
        await pilot.press("i")
        await wait_for(pilot, lambda: isinstance(app.screen, RescueScreen) and bool(app.screen._found), "what is left")
        await pilot.pause()
        await pilot.press("enter")
        await wait_for(pilot, lambda: "1" in text_of(app, "#summary"), "the look at the file")
        await settle(pilot)
        await pilot.press("ctrl+s")
        await wait_for(pilot, lambda: workspace.projects.status("soda").completed == 1, "the label")
    assert workspace.projects.status("soda").classes["coke"] == 1
