"""Each screen's styles stand in a file beside it, and are parsed once, before the screen is shown."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from inspect import getfile
from pathlib import Path

import pytest
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

import tui_labeler.tui
from tests.tui.conftest import MakeApp, settle
from tui_labeler.tui.app import LabelerApp
from tui_labeler.workspace import Workspace

ROOT = Path(tui_labeler.tui.__file__).parent


def own_screens(kind: type[Screen[object]] = Screen) -> Iterator[type[Screen[object]]]:
    for subclass in kind.__subclasses__():
        if subclass.__module__.startswith("tui_labeler."):
            yield subclass
        yield from own_screens(subclass)


def css_files(screen: type[Screen[object]]) -> set[Path]:
    named = screen.CSS_PATH
    paths = named if isinstance(named, list) else [named] if named is not None else []
    return {(Path(getfile(screen)).parent / path).resolve() for path in paths}


def test_every_stylesheet_is_used_and_every_screen_has_none_in_its_code() -> None:
    for module in pkgutil.walk_packages([str(ROOT)], "tui_labeler.tui."):
        import_module(module.name)
    screens = list(own_screens())
    assert len(screens) > 20
    used = {Path(LabelerApp.CSS_PATH).resolve()}.union(*map(css_files, screens))  # type: ignore[arg-type]
    assert used == {path.resolve() for path in ROOT.rglob("*.tcss")}
    assert not [screen for screen in screens if "DEFAULT_CSS" in vars(screen)]


async def test_a_new_screen_parses_only_its_own_styles(
    make_app: MakeApp, soda: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Textual's way with a CSS_PATH is to parse everything anew: 30 to 110 ms at each screen's first time."""
    app = make_app()
    again: list[Stylesheet] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        whole = Stylesheet.reparse
        monkeypatch.setattr(Stylesheet, "reparse", lambda sheet: (again.append(sheet), whole(sheet)))
        await pilot.press("enter")
        await settle(pilot)
        assert app.stylesheet.has_source(str(ROOT / "screens" / "dashboard.tcss"))
        assert not again
