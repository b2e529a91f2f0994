"""The steps of the wizard by keys alone: what each takes, what it refuses and where it says so. The step of the dataset has
tests of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from textual.widgets import Input, Static, TextArea

from tests.tui.conftest import MakeApp, settle, type_text
from tests.tui.wizardry import SIZE, begin, error, past_dataset, past_details, wizard_of
from tui_labeler.model.project import Instructions, Refresh, TaskType
from tui_labeler.model.workforce import Workforce
from tui_labeler.tui.screens.wizard.classes import BulkEdit
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.team import Team


@pytest.mark.slow
async def test_details_choose_each_type(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await begin(pilot)
        await pilot.press("f3")
        assert "name" in error(app, "details-name").lower(), "an empty name is refused when one wants to go on"
        await type_text(pilot, "fruit")
        assert error(app, "details-name") == "", "and is mended as one types"
        await pilot.press("tab")
        seen = []
        for _ in TaskType:
            await pilot.press("down")
            await pilot.pause()
            seen.append(wizard_of(app).spec.details.type)
        assert set(seen) == set(TaskType)
        await pilot.press("up")
        await pilot.pause()
        assert wizard_of(app).spec.details.type is seen[-2]


@pytest.mark.slow
async def test_the_team_is_offered(make_app: MakeApp, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Team, "names", lambda self: ("ann", "anton", "rita\x1b[31m"))
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        await settle(pilot)
        await pilot.press("down", "tab")
        await type_text(pilot, "an")
        await settle(pilot)
        await pilot.press("right")
        await type_text(pilot, ", an")
        await settle(pilot)
        await pilot.press("right")
        await pilot.pause()
        assert wizard_of(app).spec.workforce == Workforce(("ann", "anton")), "each is completed once"
        hint = str(wizard_of(app).query_one("#team", Static).content)
        assert "The team: ann, anton, rita" in hint
        assert "\x1b" not in hint
        assert "Not of the team" not in hint
        await type_text(pilot, ",zed")
        await pilot.pause()
        assert "cannot sign in: zed" in str(wizard_of(app).query_one("#team", Static).content)


@pytest.mark.slow
async def test_workforce_off_named_or_a_vendor(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        assert wizard_of(app).spec.workforce == Workforce()
        await pilot.press("down", "tab")
        await type_text(pilot, "ann, bob")
        await pilot.pause()
        assert wizard_of(app).spec.workforce == Workforce(("ann", "bob"))
        await type_text(pilot, ",ann")
        await pilot.pause()
        assert "twice" in error(app, "workforce-labelers")
        await pilot.press("f3")
        await pilot.pause()
        assert wizard_of(app).step == 1, "nobody passes an error"
        await pilot.press("shift+tab", "down", "tab")
        await type_text(pilot, "Labels Inc")
        await pilot.pause()
        assert wizard_of(app).spec.workforce == Workforce((), "Labels Inc")
        wizard_of(app).query_one("#vendor", Input).value = "x" * 300  # nobody types that
        await pilot.pause()
        assert "255" in error(app, "workforce-vendor")
        await pilot.press("shift+tab", "down")
        await pilot.pause()
        assert wizard_of(app).spec.workforce == Workforce(), "off again"


@pytest.mark.slow
async def test_several_labelers_review_and_known_images(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_details(pilot)
        assert not wizard_of(app).query_one("#reviewed").display, "what nobody asked for is not there"
        await pilot.press("tab", "3", "tab", "2", "0", "tab", "x")
        await pilot.pause()
        assert "0 to 1" in error(app, "workforce-review")
        await pilot.press("backspace", "5", "tab")
        await type_text(pilot, "rae")
        await pilot.press("tab", "1", "tab")
        await pilot.pause()
        assert "every second" in error(app, "workforce-gold_every")
        await pilot.press("shift+tab", "8")
        await pilot.pause()
        rules = Workforce(labels=3, labels_share=0.2, review=0.05, reviewers=("rae",), gold_every=8)
        assert wizard_of(app).spec.workforce == rules
        await pilot.press("shift+tab", "shift+tab", "0", "shift+tab", "shift+tab", "1")
        await pilot.pause()
        assert (wizard_of(app).spec.workforce.labels, wizard_of(app).spec.workforce.review) == (1, 0.0)


@pytest.mark.slow
async def test_refresh_is_a_switch_with_an_interval(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        wizard = wizard_of(app)
        assert wizard.step == 3
        assert not wizard.query_one("#interval").display
        await pilot.press("enter")
        await pilot.pause()
        assert wizard.spec.refresh == Refresh(True, "1h")
        await pilot.press("tab")
        await type_text(pilot, "5x")
        await pilot.pause()
        assert "span of time" in error(app, "refresh-every")
        await pilot.press("f3")
        await pilot.pause()
        assert wizard.step == 3
        await pilot.press("shift+tab", "space")
        await pilot.pause()
        assert wizard.spec.refresh == Refresh(False, "1h"), "what was typed while it is off does not matter"
        await pilot.press("f3")
        await settle(pilot)
        assert wizard.step == 4


@pytest.mark.slow
async def test_enter_without_another_class_goes_to_the_instructions(make_app: MakeApp, cans: Workspace) -> None:
    """One step, not over the instructions to the one behind them."""
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "enter")
        await settle(pilot)
        assert wizard_of(app).step == 5


@pytest.mark.slow
async def test_classes_errors_bulk_edit_and_undo(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        wizard = wizard_of(app)
        await pilot.press("f3")
        await pilot.pause()
        assert "at least one" in error(app, "classes-names")
        await type_text(pilot, "apple")
        await pilot.press("enter")
        await type_text(pilot, "apple")
        await pilot.press("enter")
        await pilot.pause()
        assert "is in the list" in error(app, "classes-names")
        await pilot.press(*["backspace"] * 5)
        await type_text(pilot, "a/b/c/d/e/f/g")
        await pilot.press("enter")
        await pilot.pause()
        assert "six are the most" in error(app, "classes-names")
        await pilot.press(*["backspace"] * 13)
        await type_text(pilot, "animal/dog/poodle")
        await pilot.press("enter")
        await settle(pilot)
        assert wizard.spec.classes.names == ("apple", "animal/dog/poodle")
        await pilot.press("tab", "b")
        await settle(pilot)
        assert isinstance(app.screen, BulkEdit)
        await pilot.press("down", "end", "enter")
        await type_text(pilot, "pear")
        await pilot.press("escape")
        await settle(pilot)
        await pilot.press("b")
        await settle(pilot)
        assert app.screen.query_one(TextArea).text.endswith("pear"), "Escape threw it away"
        await pilot.press("enter", "enter")
        await type_text(pilot, "fig")
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert wizard.spec.classes.names == ("apple", "animal/dog/poodle", "pear", "fig")
        await pilot.press("x")
        await settle(pilot)
        assert wizard.spec.classes.names == ("animal/dog/poodle", "pear", "fig")
        await pilot.press("backspace")
        await settle(pilot)
        assert wizard.spec.classes.names[0] == "apple", "what was deleted comes back"
        await pilot.press("K")
        await settle(pilot)
        assert wizard.spec.classes.names[0] == "apple", "the first one cannot go up"


@pytest.mark.slow
async def test_pasted_lines_become_classes(make_app: MakeApp, cans: Workspace) -> None:
    from textual import events

    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        app.screen.query_one("#add").post_message(events.Paste("apple\n  fruit / pear \n\napple\n"))
        await settle(pilot)
        assert wizard_of(app).spec.classes.names == ("apple", "fruit/pear")


@pytest.mark.slow
async def test_instructions_url_preview_and_editor(
    make_app: MakeApp, cans: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "f3")
        await settle(pilot)
        wizard = wizard_of(app)
        assert wizard.step == 5
        await type_text(pilot, "ftp:")
        await pilot.pause()
        assert "https://" in error(app, "instructions-url")
        await pilot.press("f3")
        await pilot.pause()
        assert wizard.step == 5
        await pilot.press(*["backspace"] * 4)
        wizard.query_one("#text", TextArea).focus()
        await type_text(pilot, "whole")
        await pilot.pause()
        assert wizard.spec.instructions == Instructions("", "whole")
        wizard.query_one("#toggle").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert wizard.query_one("#preview").display
        await pilot.press("enter")
        await settle(pilot)
        assert wizard.query_one("#text").display
        # Without a terminal to lend, the editor cannot be opened: that is said, and nothing changes.
        monkeypatch.setitem(os.environ, "EDITOR", str(tmp_path / "no-such-editor"))
        wizard.query_one("#edit").focus()
        await pilot.press("enter")
        await settle(pilot)
        assert wizard.spec.instructions.text == "whole"


@pytest.mark.slow
async def test_assist_says_why_it_cannot_be_switched_on_or_lets_one_do_it(make_app: MakeApp, cans: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=SIZE) as pilot:
        await past_dataset(pilot)
        await pilot.press("f3")
        await settle(pilot)
        await type_text(pilot, "apple")
        await pilot.press("enter", "f3", "f3")
        await settle(pilot)
        wizard = wizard_of(app)
        assert wizard.step == 6
        shown = " ".join(str(line.content) for line in wizard.query_one("#step-6").query(Static))
        assert "ML assisted labeling" in shown
        assert not wizard.spec.assist.enabled
        await pilot.press("f3")
        await settle(pilot)
        assert wizard.step == 7
