"""Pictures of a scene: the app is run, led there by keys, and read cell by cell."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.widgets import Input, TextArea

from tests.tui.cells import Cells, read_cells
from tests.tui.conftest import settle
from tests.tui.scenes import NOW, Scene
from tests.tui.snapshots import THEMES
from tui_labeler.model.tasks import Datastore
from tui_labeler.places import find_places
from tui_labeler.settings import Settings
from tui_labeler.tui import paletteapp
from tui_labeler.tui.app import LabelerApp
from tui_labeler.tui.screens import inplace
from tui_labeler.tui.toldapp import ToldApp
from tui_labeler.tui.widgets import canvas, overview, sent
from tui_labeler.tui.widgets.cellstrips import segment_strips
from tui_labeler.workspace import Workspace
from tui_labeler.workspace.datasets import Datasets

Taken = dict[tuple[int, int], dict[str, Cells]]


async def take(scene: Scene, folder: Path, patch: pytest.MonkeyPatch) -> Taken:
    """The scene's pictures: size -> theme -> cells."""
    if not scene.apart:
        return await _take(scene, folder, patch, THEMES)
    pictures: Taken = {}
    for theme in THEMES:
        for size, by_theme in (await _take(scene, folder / theme, patch, (theme,))).items():
            pictures.setdefault(size, {}).update(by_theme)
    return pictures


def _told_for_long(app: LabelerApp, message: str, **how: Any) -> None:
    """On a busy machine a message was gone before the last theme's picture."""
    ToldApp.notify(app, message, **how | {"timeout": 600.0})


async def _take(scene: Scene, folder: Path, patch: pytest.MonkeyPatch, themes: tuple[str, ...]) -> Taken:
    home = folder / "home"
    workspace = Workspace(home / "workspace.db", home / "exports", clock=lambda: NOW)
    scene.prepare(workspace, folder)
    listed = Datasets.datastores

    def datastores(self: Datasets) -> tuple[Datastore, ...]:
        return tuple(Datastore(store.name, "file:///data/cans", store.kind) for store in listed(self))

    patch.setattr(Datasets, "datastores", datastores)
    patch.setattr(LabelerApp, "notify", _told_for_long)
    for saying in (inplace, sent):
        patch.setattr(saying, "SAID_SECONDS", 600.0)
    patch.setattr(paletteapp, "has_shell", lambda: True)  # whether a shell started the tests does not matter
    # Textual's picture of a screen is made of segments, and the canvas paints without any.
    for widget in (canvas, overview):
        patch.setattr(widget, "cell_strips", segment_strips)
    end = threading.Event()
    scene.change(patch, end)
    places = find_places(str(home))
    settings = Settings(places, {"TUI_LABELER_LABELER": "bob", "TUI_LABELER_THEME": themes[0]})
    app = LabelerApp(workspace, settings, places)
    app.animation_level = "none"
    pictures: Taken = {}
    async with app.run_test(size=scene.sizes[0], notifications=scene.told) as pilot:
        await settle(pilot, held=scene.held)
        for key in scene.keys:
            if isinstance(key, float):
                await settle(pilot, key, scene.held)
            elif key.startswith("'"):
                pilot.app.post_message(Paste(key[1:]))  # each key costs a tenth of a second
                await settle(pilot, 0, scene.held)
            else:
                await pilot.press(key)
        if scene.do is not None:
            await scene.do(pilot)
        for size in scene.sizes:
            await pilot.resize_terminal(*size)
            await settle(pilot, held=scene.held)
            for field in (*app.screen.query(Input), *app.screen.query(TextArea)):
                field.cursor_blink = False
                field.notify_style_update()  # a line that was kept while its cursor was dark
                field.refresh()
            await settle(pilot, held=scene.held)
            pictures[size] = {}
            for theme in themes:
                app.theme = theme
                await settle(pilot, 0.03, scene.held)
                pictures[size][theme] = read_cells(app.export_screenshot(), *size)
        end.set()
        await settle(pilot)
    workspace.close()
    return pictures
