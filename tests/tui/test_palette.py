"""The command palette: keys at the right end, projects and exports by name, what was chosen last first."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.tui.conftest import MakeApp, label_some, settle, type_text
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.tui.screens.help import HelpScreen
from tui_labeler.tui.screens.projects import ProjectsScreen
from tui_labeler.workspace import Workspace

SIZE = (80, 24)


async def rows(pilot: Pilot[None], typed: str = "", key: str = "ctrl+p") -> list[str]:
    """Opens the palette; its rows."""
    await pilot.press(key)
    await type_text(pilot, typed)
    palette = pilot.app.screen
    assert isinstance(palette, CommandPalette)
    for _ in range(200):
        await pilot.pause(0.02)
        if palette.has_class("-ready") and not any(
            worker.node is palette and worker.is_running for worker in pilot.app.workers
        ):
            break
    options = palette.query_one(OptionList)
    return [str(options.get_option_at_index(index).prompt) for index in range(options.option_count)]


async def test_keys_stand_at_the_right_end_and_reasons_beside_what_cannot_be_done(
    make_app: MakeApp, soda: Workspace
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        shown = await rows(pilot, key="colon")
        assert {len(row) for row in shown} == {75}
        options = app.screen.query_one(OptionList)
        assert options.virtual_size.height == len(shown), "a line each, also beside a scrollbar"
        by_title = {row[:22].strip(): row for row in shown}
        assert by_title["Label"].endswith(" l")
        assert by_title["Export (Azure ML)"][23:].startswith("Not now: “soda” has no labels yet")
        assert shown[0].startswith("Open"), "what matters most stands first"
        assert any(row.startswith("soda ") and "0 of 8 images labeled" in row for row in shown)


async def test_what_was_chosen_last_comes_first_also_the_next_time(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await rows(pilot, "help")
        await pilot.press("enter")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        assert (await rows(pilot))[0].startswith("Help")
    second_app = make_app()
    async with second_app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        shown = await rows(pilot)
        assert shown[0].startswith("Help")
        assert sum(row.startswith("Help") for row in shown) == 1


@pytest.mark.slow
async def test_projects_and_exports_are_opened_by_name(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    name = soda.exchange.export("soda").name
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await rows(pilot, name)
        await pilot.press("enter")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, ExportScreen)
        await pilot.press("escape")
        projects = [row for row in await rows(pilot, "soda") if row.startswith("soda ")]
        assert "Project · 2 of 8 images labeled" in projects[0]
        app.screen.dismiss()
        await settle(pilot)
        assert isinstance(app.screen, ProjectsScreen)
        soda.projects.pause("soda")
        app.routes.project("soda")
        await settle(pilot, 0.2)
        await rows(pilot, "start")
        await pilot.press("enter")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, DashboardScreen)
        assert soda.projects.status("soda").status.value == "running"


async def test_it_leads_nowhere_else_from_the_middle_of_something(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app("label", "soda")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        assert not any(row.startswith("soda ") for row in await rows(pilot))
