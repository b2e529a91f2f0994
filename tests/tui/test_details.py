"""The Details tab: what can be changed is changed by keys, on the disk at once, and what cannot says so."""

from __future__ import annotations

import msgspec
import pytest
from textual.pilot import Pilot
from textual.widgets import Button, Static, TextArea

from tests.tui.conftest import CLASSES, MakeApp, label_some, settle, type_text
from tui_labeler.model.project import Classes, Instructions, Refresh
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.dialogs import Prompt
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.instructions import InstructionsEditor
from tui_labeler.tui.screens.project.details import DetailsPane
from tui_labeler.tui.screens.qualityrules import QualityRulesEditor
from tui_labeler.tui.screens.workforce import WorkforceEditor
from tui_labeler.tui.widgets.keybar import KeyBar
from tui_labeler.workspace import Workspace


async def details(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await pilot.press("enter")
    await settle(pilot)
    await pilot.press("3")
    await settle(pilot)


def shown(app: LabelerApp, part: str) -> str:
    return str(app.screen.query_one(f"#{part}-text", Static).content)


@pytest.mark.slow
async def test_workforce(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await details(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, WorkforceEditor)
        await pilot.press("down", "tab")
        await type_text(pilot, "ann,ann")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, WorkforceEditor), "an error is not kept"
        assert "twice" in str(app.screen.query_one("#error-labelers", Static).content)
        await pilot.press("backspace", "backspace", "backspace")
        await type_text(pilot, "zoe")
        await pilot.press("enter")
        await settle(pilot)
        assert soda.projects.specification("soda").workforce == Workforce(("ann", "zoe"))
        assert "ann, zoe" in shown(app, "workforce")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("down", "tab")
        await type_text(pilot, "Labels Inc")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert soda.projects.specification("soda").workforce == Workforce((), "Labels Inc")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("up", "escape")
        await settle(pilot)
        assert soda.projects.specification("soda").workforce == Workforce((), "Labels Inc"), "Escape changes nothing"


@pytest.mark.slow
async def test_what_the_labels_are_held_against(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await details(pilot)
        assert "one person's word" in shown(app, "quality")
        await pilot.press("tab", "enter")
        await settle(pilot)
        await type_text(pilot, "12")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, QualityRulesEditor), "an error is not kept"
        assert "1 to 9" in str(app.screen.query_one("#error-labels", Static).content)
        await pilot.press("backspace", "backspace", "3", "tab", "2", "5", "tab", "5", "0", "tab")
        await type_text(pilot, "rae, sam")
        await pilot.press("tab", "1", "0", "tab", "9", "enter")
        await settle(pilot)
        rules = Workforce(labels=3, labels_share=0.25, review=0.5, reviewers=("rae", "sam"), gold_every=10, quota=9)
        assert soda.projects.specification("soda").workforce == rules
        assert "50%, by rae, sam" in shown(app, "quality")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("9", "escape")
        await settle(pilot)
        assert soda.projects.specification("soda").workforce == rules, "Escape changes nothing"


@pytest.mark.slow
async def test_refresh(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await details(pilot)
        await pilot.press("tab", "tab", "enter")
        await settle(pilot)
        assert isinstance(app.screen, Prompt)
        await type_text(pilot, "5")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, Prompt)
        assert "span of time" in str(app.screen.query_one(".error", Static).content)
        await type_text(pilot, "m")
        await pilot.press("enter")
        await settle(pilot)
        assert soda.projects.specification("soda").refresh == Refresh(True, "5m")
        assert "every 5m" in shown(app, "refresh")
        await pilot.press("enter")
        await settle(pilot)
        await type_text(pilot, "off")
        await pilot.press("enter")
        await settle(pilot)
        assert not soda.projects.specification("soda").refresh.enabled


@pytest.mark.slow
async def test_a_class_is_added(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await details(pilot)
        await pilot.press("tab", "tab", "tab", "enter")
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await type_text(pilot, "coke")
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(app.screen, Prompt)
        assert "already" in str(app.screen.query_one(".error", Static).content)
        await type_text(pilot, "/zero")
        await pilot.press("enter")
        await settle(pilot)
        assert soda.projects.specification("soda").classes.names[-1] == "coke/zero"
        await pilot.press("q")
        await settle(pilot)
        assert "coke/zero" in shown(app, "classes")


@pytest.mark.slow
async def test_escape_loses_no_instructions(make_app: MakeApp, soda: Workspace) -> None:
    """What was typed and not kept is there the next time, until it is kept, or taken back by its key."""
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await details(pilot)

        async def opened() -> str:
            await pilot.press("enter")
            await settle(pilot)
            assert isinstance(app.screen, InstructionsEditor)
            return app.screen.query_one(TextArea).text

        await pilot.press("tab", "tab", "tab", "tab")
        await opened()
        app.screen.query_one(TextArea).focus()
        await type_text(pilot, "whole cans")
        await pilot.press("escape")
        await settle(pilot)
        assert soda.projects.specification("soda").instructions.text == ""
        assert await opened() == "whole cans"
        assert "not kept" in str(app.screen.query_one(".dialog").border_subtitle)
        await pilot.press("ctrl+r")
        await settle(pilot)
        assert app.screen.query_one(TextArea).text == ""
        await pilot.press("escape")
        await settle(pilot)
        assert await opened() == ""
        app.screen.query_one(TextArea).focus()
        await type_text(pilot, "lids")
        app.screen.save_now()  # type: ignore[attr-defined] # as when the line breaks
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert soda.projects.specification("soda").instructions.text == "lids"
        assert await opened() == "lids"
        assert not app.screen.query_one(".dialog").border_subtitle


@pytest.mark.slow
async def test_instructions(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await details(pilot)
        await pilot.press("tab", "tab", "tab", "tab", "enter")
        await settle(pilot)
        assert isinstance(app.screen, InstructionsEditor)
        await type_text(pilot, "nonsense")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert isinstance(app.screen, InstructionsEditor)
        assert "https://" in str(app.screen.query_one(".error", Static).content)
        await pilot.press(*["backspace"] * 8)
        app.screen.query_one(TextArea).focus()
        await type_text(pilot, "whole cans")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert soda.projects.specification("soda").instructions == Instructions("", "whole cans")
        assert "1 line" in shown(app, "instructions")


@pytest.mark.slow
async def test_it_follows_a_change_of_another_process(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await details(pilot)
        spec = soda.projects.specification("soda")
        soda.projects.change("soda", msgspec.structs.replace(spec, refresh=Refresh(True, "7m")))
        await pilot.pause(1.9)
        assert "every 7m" in shown(app, "refresh")
        soda.projects.delete("soda")
        await pilot.pause(1.9)
        assert not isinstance(app.screen, DashboardScreen), "a deleted project's screen closes"


@pytest.mark.slow
async def test_each_row_has_its_key_and_its_value_beside_it(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 3)
    spec = soda.projects.specification("soda")
    more = Classes((*CLASSES, *(f"class_{number}" for number in range(9))))
    soda.projects.change("soda", msgspec.structs.replace(spec, classes=more, instructions=Instructions("", "# A\nb")))
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await details(pilot)
        pane = app.screen.query_one(DetailsPane)
        rows = {button.id: button.region for button in pane.query(Button)}
        assert all(region.y < 23 for region in rows.values()), "every row is seen without scrolling"
        assert "1 ■ coke" in shown(app, "classes")
        assert "3  100.0%" in shown(app, "classes")
        assert "and 8 more" in shown(app, "classes"), "twelve classes, four lines"
        assert "⏎ Change workforce" in app.screen.query_one(KeyBar).render().plain
        await pilot.press("R")
        await settle(pilot)
        assert isinstance(app.screen, Prompt)
        await pilot.press("escape", "1")
        await settle(pilot)
        await pilot.press("I")
        await settle(pilot)
        assert isinstance(app.screen, InstructionsEditor), "from any tab"
        await pilot.press("escape")
        await pilot.resize_terminal(200, 50)
        await settle(pilot)
        rows = {button.id: button.region for button in pane.query(Button)}
        assert rows["classes"].x > rows["workforce"].x + 80, "two columns"
        assert "class_8" in shown(app, "classes")
        assert "# A" in shown(app, "instructions"), "there is room for the text itself"
        assert "⏎ Change instructions" in app.screen.query_one(KeyBar).render().plain
        value = pane.query_one("#refresh-text").region
        assert value.x - rows["refresh"].right <= 3, "beside it"
