"""On a wide window the wizard says beside its steps what was chosen so far."""

from __future__ import annotations

import pytest

from tests.tui.conftest import MakeApp, settle, type_text
from tests.tui.wizardry import static, wizard_of
from tui_labeler.workspace import Workspace


@pytest.mark.slow
async def test_the_summary_grows_with_what_is_chosen(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(200, 50)) as pilot:
        await pilot.press("n")
        await type_text(pilot, "fruit")
        await settle(pilot)
        rows = dict(line.split(maxsplit=1) for line in static(app, "#summary").split("\n")[1:])
        assert rows["Name"] == "fruit"
        assert rows["Workforce"] == "–", "what is to come"
        await pilot.press("f3", "f3", "tab")
        await type_text(pilot, "fruitSet")
        await settle(pilot, 0.3)
        assert "fruitSet, new, from cans, path /" in static(app, "#summary")
        assert "3 images" in static(app, "#summary")
        await pilot.press("f3", "f3")
        await type_text(pilot, "apple")
        await pilot.press("enter")
        await settle(pilot)
        assert "■ apple" in static(app, "#summary")
        await pilot.press("f3", "f3", "f3")
        await settle(pilot)
        summary = wizard_of(app).query_one("#summary")
        assert not summary.display, "the last page says it itself"
        await pilot.press("f2")
        assert summary.display
        await pilot.resize_terminal(120, 36)
        await settle(pilot)
        assert not summary.display
