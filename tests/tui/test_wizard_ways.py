"""Ways between the steps of the wizard: the rail, errors made later, leaving and coming back, and others meanwhile."""

from __future__ import annotations

import pytest

from tests.tui.conftest import MakeApp, settle, type_text
from tests.tui.wizardry import SIZE, begin, past_dataset, past_details, static, wizard_of
from tui_labeler.tui.screens.projects import ProjectsScreen
from tui_labeler.workspace import Workspace


@pytest.mark.slow
async def test_the_rail_jumps_to_every_step_that_was_reached(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        wizard = wizard_of(app)
        for step in (0, 2, 1, 3):
            await pilot.press("f4", str(step + 1))
            await settle(pilot)
            assert wizard.step == step
        await pilot.press("f4", "8")
        await settle(pilot)
        assert wizard.step == 3, "what was not reached cannot be jumped to"
        await pilot.press("up", "up", "enter")
        await settle(pilot)
        assert wizard.step == 1
        await pilot.press("f2", "f2", "f2")
        await settle(pilot)
        assert wizard.step == 0, "there is nothing before the first"
        assert wizard.spec.details.name == "fruit"
        assert wizard.spec.dataset.name == "fruitSet", "going back loses nothing"


@pytest.mark.slow
async def test_an_error_made_later_is_marked_and_keeps_from_creating(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "f3", "f3", "f3")
        await settle(pilot)
        wizard = wizard_of(app)
        assert wizard.step == 7
        assert wizard.query_one("#ready").display
        await pilot.press("f4", "1")
        await settle(pilot)
        await type_text(pilot, "!!")
        await pilot.press("f4", "8")
        await settle(pilot)
        assert wizard.step == 7
        assert "1. Project details" in static(app, "#open")
        await pilot.press("f3")
        await settle(pilot)
        assert cans.projects.summaries() == ()
        assert wizard_of(app) is wizard


@pytest.mark.slow
async def test_escape_leaves_and_n_comes_back(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot, "half")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(app.screen, ProjectsScreen)
        await pilot.press("n")
        await settle(pilot)
        assert wizard_of(app).spec.details.name == "half"
        assert wizard_of(app).step == 1


@pytest.mark.slow
async def test_two_labelers_do_not_share_what_they_type(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app(TUI_LABELER_LABELER="ann")
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot, "anns")
        await pilot.press("escape")
        await settle(pilot)
    zoes_app = make_app(TUI_LABELER_LABELER="zoe")
    async with zoes_app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        assert wizard_of(zoes_app).spec.details.name == ""


@pytest.mark.slow
async def test_the_name_was_taken_meanwhile(make_app: MakeApp, cans: Workspace) -> None:
    from tests.tui.conftest import make_spec

    app = make_app()
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "f3", "f3", "f3")
        await settle(pilot)
        cans.projects.create(make_spec("fruit"))
        await pilot.press("enter")
        await settle(pilot)
        assert wizard_of(app).step == 7, "the wizard stays, with everything that was typed"
        assert len(cans.projects.summaries()) == 1
