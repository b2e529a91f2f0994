"""Escape leaves the innermost thing, and one thing at a time; Enter goes on. Walked on every screen and dialog."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Callable

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen
from textual.selection import SELECT_ALL
from textual.widgets import Input, Select, Static

import tui_labeler.tui
from tests.tui.conftest import MakeApp, label_some, settle, type_text
from tests.tui.wizardry import wizard_of
from tui_labeler.labeling.draft import Draft
from tui_labeler.model.project import Assist, Instructions, TaskType
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui import dialogs
from tui_labeler.tui.screens.assistdialog import AssistDialog
from tui_labeler.tui.screens.azure.rescue import RescueScreen
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.tui.screens.findclass import FindClass
from tui_labeler.tui.screens.gotoimage import GoToImage
from tui_labeler.tui.screens.instructions import InstructionsEditor
from tui_labeler.tui.screens.leaving import LeaveChanged
from tui_labeler.tui.screens.newerlabels import NewerLabelsScreen
from tui_labeler.tui.screens.qualityrules import QualityRulesEditor
from tui_labeler.tui.screens.reading import InstructionsScreen
from tui_labeler.tui.screens.wizard.browse import AddDatastore
from tui_labeler.tui.screens.wizard.classes import BulkEdit
from tui_labeler.tui.screens.workforce import WorkforceEditor
from tui_labeler.tui.widgets.rail import Rail
from tui_labeler.tui.widgets.tasklist import TaskList
from tui_labeler.workspace import Workspace


def where(app: App[None]) -> str:
    """The screen, and what in it Escape would leave first."""
    screen = app.screen
    words = [type(screen).__name__]
    if isinstance(screen, DashboardScreen):
        rows = screen.query_one(TaskList)
        words += [screen.query_one("TabbedContent").active]  # type: ignore[attr-defined]
        words += ["selection"] * bool(rows.selected)
        words += ["filter"] * bool(screen.query_one("#name", Input).value)
        words += ["filters"] * screen.query_one(".filters").has_focus_within
    words += ["search"] * any(field.has_class("-open") for field in screen.query("#search"))
    words += ["steps"] * any(rail.has_focus for rail in screen.query(Rail))
    words += ["menu"] * any(select.expanded for select in screen.query(Select))
    words += ["text"] * bool(screen.selections)
    return " ".join(words)


Ways = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]
_HOME, _DATA = "ProjectsScreen", "DashboardScreen data"
_DASHBOARD, _DETAILS = "DashboardScreen dashboard", "DashboardScreen details"
# The keys that lead from one place to another ('text is typed), and where one is there and after each Escape; the next way
# begins where the last one ended.
OFTEN: Ways = (
    (("slash", "'so"), ("ProjectsScreen search", _HOME)),
    (("n", "f4"), ("WizardScreen steps", "WizardScreen", _HOME)),
    (("enter", "2", "shift+tab", "'image", "enter", "space"),
     ("DashboardScreen data selection filter", "DashboardScreen data filter", _DATA, _HOME)),
)  # fmt: skip
OF_PROJECTS: Ways = (
    (("t",), ("ThemesScreen", _HOME)),
    (("question_mark",), ("HelpScreen", _HOME)),
    (("exclamation_mark",), ("MessagesScreen", _HOME)),
    (("ctrl+p", "'lab"), ("CommandPalette", _HOME)),
    (("x",), ("Confirm", _HOME)),
    (("a",), ("AzureScreen", _HOME)),
    (("l",), ("LabelScreen", "LabelScreen", _HOME)),
    (("n", "'fruit", "f3", "f3", "enter"), ("WizardScreen menu", "WizardScreen", _HOME)),
)
OF_A_PROJECT: Ways = (
    (("enter", "E", "tab", "enter"), ("ExportDialog menu", "ExportDialog", _DASHBOARD)),
    (("v",), ("ReviewScreen", _DASHBOARD)),
    (("i", "f3"), ("FolderBrowser", "ImportScreen", _DASHBOARD)),
    (("i", "tab", "tab", "enter"), ("ImportScreen menu", "ImportScreen", _DASHBOARD)),
    (("2", "V", "space", "b"), ("Pick", "DashboardScreen data selection", _DATA)),
    ((*["shift+tab"] * 4, "enter"), ("DashboardScreen data filters menu", "DashboardScreen data filters", _DATA)),
    (("3", *["tab"] * 3, "enter", "enter"), ("Prompt", "ClassesScreen", _DETAILS)),
    (("4",), ("DashboardScreen exports", _HOME)),
)


async def comes_to(pilot: Pilot[None], screen_name: str) -> str:
    """Where one is, when one is there or has waited for long."""
    for _ in range(150):
        if where(pilot.app) == screen_name:
            break
        await pilot.pause(0.02)
    return where(pilot.app)


async def walk(app: App[None], pilot: Pilot[None], ways: Ways) -> None:
    await settle(pilot)
    for keys, places in ways:
        for key in keys:
            await (type_text(pilot, key[1:]) if key.startswith("'") else pilot.press(key))
        for number, screen_name in enumerate(places):
            assert await comes_to(pilot, screen_name) == screen_name, f"after {number} times Escape behind {keys}"
            if screen_name != places[-1]:
                await pilot.press("escape")


@pytest.mark.slow
async def test_escape_leaves_one_thing_at_a_time(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await walk(app, pilot, OFTEN)


@pytest.mark.slow
async def test_escape_leaves_one_thing_at_a_time_everywhere(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await walk(app, pilot, (*OF_PROJECTS, *OF_A_PROJECT))
        await pilot.press("escape", "escape", "escape")
        await settle(pilot)
        assert app.is_running, "one who leaves things by Escape did not ask for the end"
        await pilot.press("q")
        await settle(pilot)
        assert not app.is_running, "out of the first screen is out of the app"


def _submission(workspace: Workspace) -> NewerLabelsScreen:
    theirs = workspace.tasks.current_labels(workspace.tasks.get("soda", "image_000.png"))
    assert theirs is not None
    return NewerLabelsScreen("image_000.png", theirs, Draft(), ("coke",), None, True)


# Dialogs that need more than keys to be opened.
DIALOGS: dict[str, Callable[[Workspace], Screen[object]]] = {
    "WorkforceEditor": lambda workspace: WorkforceEditor(Workforce()),
    "QualityRulesEditor": lambda workspace: QualityRulesEditor(Workforce()),
    "InstructionsEditor": lambda workspace: InstructionsEditor("soda", Instructions()),
    "InstructionsScreen": lambda workspace: InstructionsScreen(Instructions("", "# Cans")),
    "AssistDialog": lambda workspace: AssistDialog(Assist(), (), _no_computes),
    "BulkEdit": lambda workspace: BulkEdit("a\nb"),
    "AddDatastore": AddDatastore,
    "FindClass": lambda workspace: FindClass(("coke", "sprite")),
    "GoToImage": lambda workspace: GoToImage(workspace.tasks, "soda", 1, 8),
    "LeaveChanged": lambda workspace: LeaveChanged("image_000.png", "completed"),
    "NewerLabelsScreen": _submission,
    "ExportScreen": lambda workspace: ExportScreen(workspace.exchange.export("soda")),
    "JobDialog": lambda workspace: dialogs.JobDialog("Working", lambda tell: _until_cancelled(tell)),
    "RescueScreen": lambda workspace: RescueScreen(),
}  # type: ignore[dict-item]


async def _no_computes() -> tuple[str, tuple[()]]:
    return "", ()


def _until_cancelled(tell: Callable[..., None]) -> None:
    from tui_labeler.model.progress import Step

    while True:
        tell(Step.LISTING, 0, 0)
        time.sleep(0.01)


@pytest.mark.slow
async def test_escape_leaves_every_dialog(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for name, make in DIALOGS.items():
            await app.push_screen(make(soda))
            assert await comes_to(pilot, name) == name
            await pilot.press("escape")
            assert await comes_to(pilot, _HOME) == _HOME, f"{name} is left"


# Why a screen is not walked here: how it is left is told by tests of its own.
APART = {
    "SheetScreen": "needs a project of tags: test_sheet",
    "TeamScreen": "needs a server: test_team_screen",
    "RemoteScreen": "needs an account of Azure: tests/azure",
    "SignInScreen": "needs an account of Azure: tests/azure",
    "WorkspacesScreen": "needs an account of Azure: tests/azure",
}


def test_no_screen_is_left_out() -> None:
    """A screen that is new is walked, too."""
    kinds: dict[str, type[Screen[object]]] = {}
    for module in pkgutil.walk_packages(tui_labeler.tui.__path__, "tui_labeler.tui."):
        for name, kind in vars(importlib.import_module(module.name)).items():
            if isinstance(kind, type) and issubclass(kind, Screen) and kind.__module__ == module.name:
                kinds[name] = kind
    leaves = {
        name for name, kind in kinds.items() if not any(kind in subclass.__bases__ for subclass in kinds.values())
    }
    walked = {screen_name.split()[0] for _, places in (*OFTEN, *OF_PROJECTS, *OF_A_PROJECT) for screen_name in places}
    assert leaves - walked - set(DIALOGS) - set(APART) == set()
    assert len(leaves) > 30, "the screens were found"


async def test_escape_lets_go_of_text_that_is_selected_first(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t")
        await settle(pilot)
        app.screen.selections = {app.screen.query_one(".hint", Static): SELECT_ALL}
        assert where(app) == "ThemesScreen text"
        for screen_name in ("ThemesScreen", _HOME):
            await pilot.press("escape")
            await settle(pilot)
            assert where(app) == screen_name


@pytest.mark.slow
async def test_enter_on_a_choice_goes_on_in_the_wizard(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("n")
        await type_text(pilot, "fruit")
        await pilot.press("tab", "down", "enter")
        await settle(pilot)
        assert wizard_of(app).step == 1, "the last field of the step: to the next step"
        await pilot.press("down", "enter")
        await settle(pilot)
        assert app.focused is app.screen.query_one("#labelers"), "named labelers: to their names"
        assert wizard_of(app).step == 1


@pytest.mark.slow
async def test_enter_on_a_choice_goes_on_in_a_dialog(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 1)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        taken: list[object] = []
        await app.push_screen(WorkforceEditor(Workforce(("ann",))), taken.append)
        await pilot.press("enter")
        await settle(pilot)
        assert app.focused is app.screen.query_one("#labelers")
        await pilot.press("shift+tab", "up", "enter")
        await settle(pilot)
        assert taken == [Workforce()], "anyone: there is nothing more to say"
        await app.push_screen(AssistDialog(Assist(enabled=True), soda.assist.engines(TaskType.DETECTION), _no_computes),
                              taken.append)  # fmt: skip
        await pilot.press("enter")
        await settle(pilot)
        assert app.focused is app.screen.query_one("#least")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(taken[-1], Assist)
        await app.push_screen(InstructionsEditor("soda", Instructions()))
        await pilot.press("enter")
        await settle(pilot)
        assert app.focused is app.screen.query_one("#text"), "from the URL to the text"
        await pilot.press("escape", "E", "enter")
        await settle(pilot, 0.3)
        assert isinstance(app.screen, ExportScreen)
