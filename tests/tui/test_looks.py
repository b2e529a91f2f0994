"""Themes of one's own, live preview, and terminals with few colours or none."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.terminal import open_app
from tests.tui.cells import read_cells
from tests.tui.conftest import MakeApp, settle
from tests.tui.sceneworkspaces import with_labels
from tui_labeler.terminal.answers import FENCE
from tui_labeler.tui.screens.themes import ThemesScreen
from tui_labeler.tui.theming import load_themes, shipped_themes
from tui_labeler.workspace import Workspace

DARK_COKE, LIGHT_COKE = "#56beff", "#0072c8"  # the first class of a list
SGR = re.compile(rb"\x1b\[([\d;]*)m")


def write_theme(home: Path, name: str, text: str) -> None:
    (home / "themes").mkdir(parents=True, exist_ok=True)
    (home / "themes" / name).write_text(text)


def test_the_three_that_come_along_are_sound(tmp_path: Path) -> None:
    themes, problems = load_themes(tmp_path)
    assert problems == []
    assert sorted(theme.name for theme in themes) == ["dark", "high-contrast", "light"]
    assert len(shipped_themes()) == 3


BROKEN = {
    "colour.toml": ('name = "x"\nprimary = "no colour"', "primary"),
    "key.toml": ('name = "x"\nprimary = "#123456"\npirmary = "#123456"', "pirmary"),
    "toml.toml": ("name = ", "toml.toml"),
    "bare.toml": ('name = "x"', "primary"),
    "style.toml": ('name = "x"\nprimary = "#123456"\n[variables]\nblock-cursor-text-style = "loud"', "bold"),
    "variable.toml": ('name = "x"\nprimary = "#123456"\n[variables]\nborder = "[red]"', "border"),
    "table.toml": ('name = "x"\nprimary = "#123456"\nvariables = 3', "variables"),
    "bytes.toml": ("\udcff", "bytes.toml"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_theme_is_named_and_passed_over(home: Path, name: str) -> None:
    text, said = BROKEN[name]
    (home / "themes").mkdir(parents=True)
    (home / "themes" / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    write_theme(home, "mine.toml", 'name = "mine"\nprimary = "#aa00aa"')
    themes, problems = load_themes(home / "themes")
    assert "mine" in [theme.name for theme in themes]
    (problem,) = problems
    assert name in problem
    assert said in problem


async def test_a_theme_of_ones_own_is_previewed_kept_and_used(
    make_app: MakeApp, workspace: Workspace, home: Path
) -> None:
    write_theme(home, "mine.toml", 'name = "mine"\nprimary = "#aa00aa"\nbackground = "#102030"')
    write_theme(home, "bad.toml", 'name = "bad"\nprimary = "#zzz"')
    app = make_app()
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        assert any("bad.toml" in note.message for note in app._notifications), "the broken one is named"
        assert app.theme == "dark"
        await pilot.press("t")
        await settle(pilot)
        assert isinstance(app.screen, ThemesScreen)
        seen = []
        for _ in range(3):
            await pilot.press("down")
            await settle(pilot)
            seen.append(app.theme)
        assert set(seen) == {"high-contrast", "light", "mine"}, "each is shown at once"
        await pilot.press("escape")
        await settle(pilot)
        assert app.theme == "dark", "Escape leaves it as it was"
        await pilot.press("t", "end", "enter")
        await settle(pilot)
        assert app.theme == "mine"
        assert app.screen.styles.background.hex.lower() == "#102030"
    assert 'theme = "mine"' in (home / "config.toml").read_text()


async def test_class_colours_follow_the_theme(make_app: MakeApp, workspace: Workspace, tmp_path: Path) -> None:
    """What was drawn in one theme's colours of classes has the other's when that is chosen, without being drawn anew."""
    with_labels(workspace, tmp_path)
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        seen = []
        for theme in ("dark", "light", "dark"):
            app.theme = theme
            await settle(pilot, 0.1)
            shown = {style.fore for row in read_cells(app.export_screenshot(), 80, 24) for _, style in row}
            seen.append([colour in shown for colour in (DARK_COKE, LIGHT_COKE)])
        assert seen == [[True, False], [False, True], [True, False]]


async def test_an_unknown_theme_in_the_settings_is_named(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app(TUI_LABELER_THEME="nowhere")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await settle(pilot)
        assert app.theme == "dark"
        assert any("nowhere" in note.message for note in app._notifications)


def colours(raw: bytes) -> set[str]:
    """Which kinds of colour the escape sequences use: "grey" (true colour without hue), "true", "256", "16"."""
    looks = set()
    for match in SGR.findall(raw):
        codes = [int(code or 0) for code in match.split(b";")]
        at = 0
        while at < len(codes):
            code = codes[at]
            if code in (38, 48) and codes[at + 1 : at + 2] == [2]:
                looks.add("grey" if len(set(codes[at + 2 : at + 5])) == 1 else "true")
                at += 5
            elif code in (38, 48) and codes[at + 1 : at + 2] == [5]:
                looks.add("256")
                at += 3
            else:
                if 30 <= code <= 37 or 40 <= code <= 47 or 90 <= code <= 107:
                    looks.add("16")
                at += 1
    return looks


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "allowed"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, {"true", "grey"}),
        ({"TERM": "xterm-256color", "COLORTERM": ""}, {"256", "16"}),
        ({"TERM": "xterm-16color", "COLORTERM": ""}, {"16"}),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, {"grey"}),
        ({"TERM": "xterm-16color", "COLORTERM": "", "NO_COLOR": "1"}, {"16"}),
    ],
    ids=["true", "256", "16", "none", "none of 16"],
)
def test_no_more_colours_than_the_terminal_has(
    soda: Workspace, home: Path, environment: dict[str, str], allowed: set[str]
) -> None:
    terminal = open_app(home, 80, 24, **environment)
    terminal.wait_for("soda")
    terminal.send("enter")
    shown = terminal.wait_for("images labeled")
    assert "● Running" in shown, "states have words, not colours alone"
    terminal.send("2", "3", "q", "n")
    terminal.wait_for("Project name")
    terminal.signal(signal.SIGTERM)
    terminal.end()
    drawn = terminal.raw.rpartition(FENCE.encode())[2]  # the questions to the terminal hold a colour of their own
    assert colours(drawn) <= allowed
    assert colours(drawn), "something was drawn in colours"


@pytest.mark.slow
async def test_a_small_window_says_so_and_loses_nothing(make_app: MakeApp, workspace: Workspace) -> None:
    app = make_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("n")
        await settle(pilot)
        await pilot.press("k", "e", "p", "t")
        for size in ((79, 24), (80, 23), (20, 5)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
            small = app.screen.query_one("#too-small")
            assert small.display
            assert f"{size[0]}×{size[1]}" in str(small.render())
            assert not app.screen.query_one("#crumbs").is_on_screen
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert not app.screen.query_one("#too-small").display
        assert str(app.screen.query_one("#name").value) == "kept"  # type: ignore[attr-defined]
