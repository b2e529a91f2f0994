"""`work`: a worker whose screen is being left ends quietly; one that looks for what never was there fails."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.css.query import NoMatches
from textual.widgets import Static
from textual.worker import WorkerFailed

from tui_labeler.tui.workers import work


class Pane(Vertical):
    def compose(self) -> ComposeResult:
        yield Static(id="picture")

    @work(exclusive=True)
    async def draw(self, leaves: bool) -> None:
        await self.query_one("#picture").remove()
        if leaves:
            self.set_timer(0.05, self.remove)
        self.query_one("#picture", Static).update("drawn")


class Shown(App[None]):
    def compose(self) -> ComposeResult:
        yield Pane()


async def test_a_worker_of_a_pane_that_is_being_left_ends_quietly() -> None:
    app = Shown()
    async with app.run_test() as pilot:
        worker = app.query_one(Pane).draw(leaves=True)
        while not worker.is_finished:
            await asyncio.sleep(0.01)
        await pilot.pause()
        assert worker.is_cancelled
        assert not app.query(Pane)


async def test_a_widget_that_is_missing_while_its_pane_stays_is_a_fault() -> None:
    app = Shown()
    with pytest.raises(WorkerFailed) as told:
        async with app.run_test():
            await app.workers.wait_for_complete([app.query_one(Pane).draw(leaves=False)])
    assert isinstance(told.value.error, NoMatches)
