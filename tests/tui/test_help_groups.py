"""The help says first what can be done anywhere on a screen, then what its tabs, lists and fields have for themselves."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from tests.tui.conftest import MakeApp, settle
from tui_labeler.tui.screens.help import HelpScreen
from tui_labeler.workspace import Workspace


@pytest.mark.slow
async def test_what_acts_in_one_tab_alone_has_a_heading(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 60)) as pilot:
        await pilot.press("enter", "question_mark")
        await settle(pilot, 0.2)
        assert isinstance(app.screen, HelpScreen)
        texts = [str(line.content) for line in app.screen.query(Static)]
        heading = texts.index("In Data")
        assert texts.index("Label images of this project.") < heading
        assert texts.count("In Data") == 1
        under = [text for text in texts[heading:] if text.startswith("The images themselves, and the table again.")]
        assert len(under) == 1
        assert "Not now: That is done to rows of Data: press 2." in under[0], "what does not act now is marked"
