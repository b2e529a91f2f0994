"""The list of projects by keys: pausing, deleting, searching, and what is said where that fails."""

from __future__ import annotations

import pytest
from textual.widgets import DataTable, Input

from tests.tui.conftest import MakeApp, settle, type_text
from tests.workspace.conftest import COKE
from tui_labeler.model.errors import StorageError
from tui_labeler.model.tasks import ProjectState
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens import projects
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.workspace import Workspace


def last_line(app: LabelerApp) -> str:
    return app.screen.query_one(KeyBar).render().plain


@pytest.mark.slow
async def test_pausing_and_deleting(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press("p")
        await settle(pilot)
        assert soda.projects.status("soda").status is ProjectState.PAUSED
        assert "p Start" in last_line(app)
        await pilot.press("p")
        await settle(pilot)
        assert soda.projects.status("soda").status is ProjectState.RUNNING
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        assert len(soda.projects.summaries()) == 1, "no is no"
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot, 0.3)
        assert soda.projects.summaries() == ()


@pytest.mark.slow
async def test_what_fails_is_not_said_to_be_done(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(project: str, who: str = "") -> None:
        raise StorageError("The disk is full.", "Make room.")

    monkeypatch.setattr(soda.projects, "pause", refuse)
    monkeypatch.setattr(soda.projects, "delete", refuse)
    app = make_app()
    told: list[str] = []
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(app.screen, "notify", lambda message, **_: told.append(message))
        await pilot.press("p")
        await settle(pilot)
        await pilot.press("x")
        await settle(pilot)
        await pilot.press("y")
        await settle(pilot, 0.3)
    assert len(told) == 2
    assert all("The disk is full" in message for message in told)


@pytest.mark.slow
async def test_the_last_line_follows_the_search(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("slash")
        await type_text(pilot, "xyz")
        await settle(pilot)
        assert last_line(app).split() == ["⏎", "To", "the", "list", "Esc", "Show", "all"]
        await pilot.press("escape")
        await settle(pilot)
        assert "l Label" in last_line(app)
        await pilot.press("slash")
        await type_text(pilot, "so")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.focused, DataTable)
        assert "l Label" in last_line(app)


async def test_escape_ends_nothing(make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app()
    told: list[str] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(app.screen, "notify", lambda message, **_: told.append(message))
        await pilot.press("slash", *"so", "escape")
        assert not told, "it left the search"
        assert not app.screen.query_one("#search", Input).value
        await pilot.press("escape")
        assert told == ["q leaves tui-labeler."]
        assert app.is_running
        await pilot.press("q")
        await settle(pilot)
        assert not app.is_running


async def test_minutes_go_by_where_nothing_happens(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease = soda.queue.claim("soda", "bob", "token")
    assert lease
    soda.queue.submit(lease.task, "bob", COKE, "token")
    later = soda.now() + 13 * 60 + 30
    app = make_app()
    async with app.run_test(size=(140, 30)) as pilot:
        await settle(pilot)
        table = app.screen.query_one(DataTable)

        def last_label() -> str:
            return next(str(cell) for cell in table.get_row_at(0) if str(cell).strip() in ("just now", "13 min ago"))

        assert last_label().strip() == "just now"
        monkeypatch.setattr(soda, "now", lambda: later)
        monkeypatch.setattr(projects, "_MINUTE", 0.0)
        for _ in range(200):
            if last_label() == "13 min ago":
                break
            await pilot.pause(0.02)
        assert last_label() == "13 min ago"
