"""How tests go through the wizard: to a step by keys, and what stands there."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.conftest import settle, type_text
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens.wizard.wizard import WizardScreen

SIZE = (80, 24)


def wizard_of(app: LabelerApp) -> WizardScreen:
    assert isinstance(app.screen, WizardScreen), app.screen
    return app.screen


def error(app: LabelerApp, field: str) -> str:
    """What stands at the field; empty where nothing is shown."""
    line = wizard_of(app).query_one(f"#error-{field}", Static)
    return str(line.content) if line.display else ""


def static(app: LabelerApp, selector: str) -> str:
    return str(app.screen.query_one(selector, Static).content)


async def begin(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("n")
    await settle(pilot)


async def past_details(pilot: Pilot[None], name: str = "fruit") -> None:
    await begin(pilot)
    await type_text(pilot, name)
    await pilot.press("f3")
    await settle(pilot)


async def past_dataset(pilot: Pilot[None]) -> None:
    """To the refresh step; the workspace has one datastore."""
    await past_details(pilot)
    await pilot.press("f3")
    await settle(pilot)
    await pilot.press("tab")
    await type_text(pilot, "fruitSet")
    await settle(pilot)
    await pilot.press("f3")
    await settle(pilot)
