"""A disk that is not there is said once, with its mend; nothing is skipped for it, and labeling goes on when it is back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from tests.tui.cells import read_cells, text_of
from tests.tui.conftest import MakeApp, settle
from tui_labeler.model.errors import StorageError, Unreachable
from tui_labeler.tui.screens import labelline
from tui_labeler.tui.widgets import canvas, gallery
from tui_labeler.tui.widgets.cellstrips import segment_strips
from tui_labeler.workspace import Workspace


@pytest.fixture
def images(tmp_path: Path, soda: Workspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    # Textual's picture of a screen is made of segments, and the canvas paints without any.
    monkeypatch.setattr(canvas, "cell_strips", segment_strips)
    return tmp_path / "images"


def shown(pilot: Pilot[None]) -> str:
    return text_of(read_cells(pilot.app.export_screenshot(), *pilot.app.size))


async def until(pilot: Pilot[None], holds: Callable[[], bool]) -> str:
    """Waits until something holds; the screen then."""
    for _ in range(150):
        if holds():
            return shown(pilot)
        await settle(pilot)
    raise AssertionError(shown(pilot))


def test_a_file_that_is_gone_is_told_from_a_folder_that_is_away(images: Path, soda: Workspace) -> None:
    (images / "image_001.png").unlink()
    with pytest.raises(StorageError, match="is no longer in the datastore"):
        soda.tasks.read_image("soda", "image_001.png")
    away = images.rename(images.with_name("away"))
    with pytest.raises(Unreachable, match=r"is away.*Connect or mount it again: labels and drafts are kept"):
        soda.tasks.read_image("soda", "image_001.png")
    images.mkdir()  # as an unmounted disk leaves it
    with pytest.raises(Unreachable, match="is empty"):
        soda.tasks.read_image("soda", "image_001.png")
    images.rmdir()
    away.rename(images)
    assert soda.tasks.read_image("soda", "image_002.png")


async def test_labeling_waits_for_it_and_goes_on(
    make_app: MakeApp, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labelline, "_AGAIN_SECONDS", 0.0)
    away = images.rename(images.with_name("away"))
    app = make_app("label", "soda")
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot, 0.3)
        seen = await until(pilot, lambda: "is away" in shown(pilot))
        assert "It goes on by itself then." in " ".join(seen.split())
        assert "skip" not in seen.lower(), "that would be lost work"
        os.rename(away, images)
        await until(pilot, lambda: "Upper left corner" in shown(pilot))


@pytest.mark.slow
async def test_a_gallery_says_it_once_and_shows_the_images_again(
    make_app: MakeApp, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gallery, "_AGAIN", 0.6)
    app = make_app()
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        away = images.rename(images.with_name("away"))
        for key in ("enter", "2", "V"):
            await pilot.press(key)
            await settle(pilot, 0.1)
        rows = app.screen.query_one(gallery.Gallery)
        await until(pilot, lambda: rows._miniatures.is_away)
        await settle(pilot, 0.1)
        above_the_line = shown(pilot).replace(str(app.screen.query_one("#line", Static).content)[:40], "")
        assert above_the_line.count("folder") == 1
        os.rename(away, images)
        await until(pilot, lambda: not rows._miniatures.is_away and "–" not in shown(pilot))
