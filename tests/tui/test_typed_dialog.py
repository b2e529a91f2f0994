"""What was typed into a dialog is there again, however slowly the workspace answers."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import TextArea

from tests.tui.conftest import MakeApp, settle, type_text
from tui_labeler.tui.screens.wizard.classes import BulkEdit
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.memory import Memory


async def test_escape_loses_nothing_before_it_is_known_what_was_left(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, recall = threading.Event(), Memory.recall

    def slow_recall(memory: Memory, key: str) -> str | None:
        answers.wait(30)
        return recall(memory, key)

    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(Memory, "recall", slow_recall)
        app.push_screen(BulkEdit("apple"))
        await settle(pilot, held=("recall",))
        await pilot.press("end", "enter")
        await type_text(pilot, "pear")
        await pilot.press("escape")
        await settle(pilot, held=("recall",))
        assert not isinstance(app.screen, BulkEdit)
        answers.set()
        app.push_screen(BulkEdit("apple"))
        await settle(pilot, 0.3)
        assert app.screen.query_one(TextArea).text == "apple\npear"
