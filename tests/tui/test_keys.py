"""One letter has one meaning on every screen of the app (the labeling screen's letters are places and tools), and what
is advertised can be done."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.binding import Binding
from textual.command import CommandPalette
from textual.widget import Widget
from textual.widgets import Input

import tui_labeler.tui
from tests.tui.conftest import MakeApp, label_some, make_spec, settle, type_text
from tests.tui.test_projects import last_line
from tui_labeler.model.transfers import ExportChoice, ExportOptions, Split
from tui_labeler.tui.lastexport import remember_export
from tui_labeler.tui.screens.dashboard import DashboardScreen
from tui_labeler.tui.screens.export import ExportScreen
from tui_labeler.tui.screens.help import HelpScreen
from tui_labeler.tui.screens.themes import ThemesScreen
from tui_labeler.workspace import Workspace

# Labeling has a key table of its own, which a person can change; a question is answered by the letter that it names.
_APART = {"label", "labelbase", "labelimage", "sheet", "findclass", "reading", "leaving", "newerlabels"}
_ANSWERS = {"Confirm"}
_ANSWER = ("answer(", "choose(")
# Different methods that are the same to a person.
_SAME = {
    "move(-1)": "up", "scroll_by(-1)": "up", "step(-1)": "up", "move(1)": "down", "scroll_by(1)": "down",
    "step(1)": "down", "line(-1)": "up", "line(1)": "down",
    "end(-1)": "first", "end(1)": "last", "leave": "back", "dismiss": "back", "stop": "back",
    "row('up')": "move up", "row('down')": "move down", "row('delete')": "delete", "row('bulk')": "bulk",
    "move_up": "move up", "move_down": "move down", "change_many": "bulk", "new": "new",
}  # fmt: skip


def tables() -> Iterator[tuple[str, str, str]]:
    """(where, key, what it does) of every key that a screen, dialog or widget of the app declares."""
    for module in pkgutil.walk_packages(tui_labeler.tui.__path__, "tui_labeler.tui."):
        if module.name.rpartition(".")[2] in _APART:
            continue
        for name, kind in vars(importlib.import_module(module.name)).items():
            ours = isinstance(kind, type) and issubclass(kind, Widget) and kind.__module__ == module.name
            if not ours or name in _ANSWERS:
                continue
            rows: list[tuple[str, str]] = [(one.keys, one.name) for one in kind.__dict__.get("ACTIONS", ())]
            for binding in kind.__dict__.get("BINDINGS", ()):
                if isinstance(binding, Binding) and not binding.action.startswith("perform("):
                    rows.append((binding.key, binding.action))
            for keys, action in rows:
                for key in () if action.startswith(_ANSWER) else keys.split(","):
                    yield (
                        f"{module.name.removeprefix('tui_labeler.tui.')}.{name}",
                        key.strip(),
                        _SAME.get(action, action),
                    )


def test_one_letter_has_one_meaning_everywhere() -> None:
    meanings: dict[str, dict[str, str]] = {}
    for where, key, action in tables():
        if len(key) == 1 and key.isalpha():
            meanings.setdefault(key, {}).setdefault(action, where)
    assert {"l", "n", "e", "E", "i", "p", "r", "x", "t", "m", "c"} <= set(meanings), "the tables were found"
    assert {key: uses for key, uses in meanings.items() if len(uses) > 1} == {}


@pytest.mark.slow
async def test_t_chooses_the_colours_wherever_letters_are_commands(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 2)
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        for way in ((), ("enter",), ("e",)):
            await pilot.press(*way)
            await settle(pilot, 0.2)
            await pilot.press("t")
            await settle(pilot)
            assert isinstance(app.screen, ThemesScreen), way
            await pilot.press("escape")
            await settle(pilot)


@pytest.mark.slow
async def test_the_last_line_says_what_e_exports(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 3)
    app = make_app()
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert "e Export (Azure ML)" in last_line(app), "the first one is for Azure ML"
        await pilot.press("E")
        await settle(pilot, 0.3)
        await pilot.press("5", "enter")
        await settle(pilot, 0.3)
        assert isinstance(app.screen, ExportScreen)
        assert soda.exchange.exports("soda")[0].format == "csv"
        await pilot.press("q")
        await settle(pilot, 0.3)
        assert "e Export (CSV)" in last_line(app)
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert "e Export (CSV)" in last_line(app)
        soda.projects.delete("soda")
        soda.projects.create(make_spec())
        await pilot.press("q")
        await settle(pilot, 0.3)
        assert "e Export (Azure ML)" in last_line(app), "another project of that name begins anew"


async def test_a_filtered_or_split_export_says_so(make_app: MakeApp, soda: Workspace) -> None:
    label_some(soda, 3)
    remember_export(soda, "soda", ExportChoice("coco", ExportOptions(classes=("coke",), split=Split(0.2))))
    app = make_app()
    async with app.run_test(size=(120, 30)) as pilot:
        await settle(pilot, 0.2)
        assert "e Export (COCO, filtered, split)" in last_line(app)


@pytest.mark.slow
@pytest.mark.parametrize("way", [(), ("enter",)], ids=["projects", "dashboard"])
async def test_the_palette_says_why_something_cannot_be_done(
    way: tuple[str, ...], make_app: MakeApp, soda: Workspace
) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await settle(pilot)
        await pilot.press(*way)
        await settle(pilot, 0.2)
        await pilot.press("ctrl+p")
        await settle(pilot)
        assert isinstance(app.screen, CommandPalette)
        await type_text(pilot, "export")
        await settle(pilot, 0.5)
        shown = app.export_screenshot().replace("&#160;", " ")
        assert "No matches" not in shown
        assert "Not now:" in shown
        assert "label some" in shown


async def test_help_says_what_cannot_be_done_now(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 60)) as pilot:
        await settle(pilot)
        await pilot.press("question_mark")
        await settle(pilot)
        assert isinstance(app.screen, HelpScreen)
        shown = app.export_screenshot().replace("&#160;", " ")
        assert "has no labels yet" in shown


@pytest.mark.slow
async def test_nothing_dimmed_is_advertised(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot, 0.2)
        await pilot.press("4")
        await settle(pilot, 0.2)
        none = str(app.screen.query_one("#none").render())
        assert "writes one" not in none
        assert "nothing to export yet" in none
        await pilot.press("p")
        await settle(pilot, 0.2)
        await pilot.press("2")
        await settle(pilot, 0.4)
        assert "opens it for labeling" not in str(app.screen.query_one("#about").render())
        await pilot.press("enter")
        await settle(pilot, 0.3)
        assert isinstance(app.screen, DashboardScreen), "a paused project's tasks are not opened"


async def test_while_one_types_letters_are_not_offered_as_commands(make_app: MakeApp, soda: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot, 0.2)
        await pilot.press("2")
        await settle(pilot, 0.3)
        await pilot.press("shift+tab")
        await settle(pilot)
        assert isinstance(app.focused, Input)
        assert last_line(app).split() == ["⏎", "To", "the", "list", "Esc", "Show", "all"]
