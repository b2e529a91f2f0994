"""A window that becomes too small and large again: everything comes back as it was, where one stood too."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from tests.tui.conftest import MakeApp, settle
from tui_labeler.tui.dialogs import Pick
from tui_labeler.tui.screens.base import LEAST_HEIGHT, LEAST_WIDTH
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.widgets.classstrip import ClassStrip
from tui_labeler.workspace import Workspace


@pytest.mark.parametrize("below_dialog", [pytest.param(False, marks=pytest.mark.slow), True])
async def test_the_focus_comes_back(make_app: MakeApp, soda: Workspace, below_dialog: bool) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter", "2")
        await settle(pilot)
        stood = app.focused
        assert stood is not None
        if below_dialog:
            await pilot.press("b")
            await settle(pilot)
            assert isinstance(app.screen, Pick)
        for size in ((20, 5), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
        if below_dialog:
            await pilot.press("escape")
            await settle(pilot)
        assert isinstance(app.screen, DashboardScreen)
        assert app.focused is stood


async def test_a_tiny_window_says_first_which_size_it_needs(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app(start="label", project="soda")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        strip = app.screen.query_one(ClassStrip)
        before = strip.render_line(0).text
        assert "coke" in before
        for size in ((20, 24), (20, 5), (80, 5), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            if size == (20, 5):
                words = app.screen.query_one("#too-small", Static)
                assert str(words.content).splitlines()[0] == f"Make this window {LEAST_WIDTH}×{LEAST_HEIGHT}"
        assert strip.render_line(0).text == before
