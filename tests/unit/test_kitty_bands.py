"""A picture that kitty enlarges band by band looks like one picture: no seams, and everything where it belongs."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tests.painted import Painted
from tui_labeler.imaging.layers import compose_layers
from tui_labeler.imaging.overlay import Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import Grid, View
from tui_labeler.tui.widgets.kittypainter import KittyPainter

COLUMNS, ROWS = 120, 36


async def painted(pixels: np.ndarray, down: int = 20, zoom: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """What the terminal shows of an image, whole or at a `zoom`, and what the canvas meant."""
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    picture = Picture.load(written.getvalue())
    view = View.fit(picture.size, COLUMNS, ROWS, Grid(9, down, down / 9))
    view = view.zoomed(zoom, picture.size.width / 2, picture.size.height / 2) if zoom else view
    dots = picture.dots(view)
    canvas = Painted(KittyPainter, COLUMNS, ROWS)
    canvas.reader.shown.cell = (9, down)
    canvas.reader.shown.clear()
    await canvas.show(compose_layers(dots, picture, view, Overlay(), {}))
    return canvas.reader.picture()[: ROWS * down], dots


@pytest.mark.parametrize("is_slow", [False, True], ids=["fast", "slow"])
async def test_bands_have_no_seams(is_slow: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Painted, "is_slow", is_slow)
    grey = np.full((100, 137, 3), 120, np.uint8)
    shown, dots = await painted(grey)
    rows, columns = np.nonzero(dots[..., 0] == 120)
    # Not the image's own edge, which is smoothed with what lies beside it.
    inner = shown[rows.min() + 8 : rows.max() - 8, columns.min() + 8 : columns.max() - 8]
    assert inner[..., 0].size > 200_000
    assert np.abs(inner.astype(int) - 120).max() <= 1


@pytest.mark.parametrize("down", [19, 20])
async def test_bands_stand_where_they_belong(down: int) -> None:
    """Squares of 17 pixels, so that each of their edges says where the rows around it are."""
    rows, columns = np.indices((100, 137)) // 17
    squares = np.where((rows + columns) % 2, 210, 40).astype(np.uint8)
    shown, dots = await painted(np.repeat(squares[..., None], 3, axis=2), down)
    wrong = np.abs(shown.astype(int) - dots[: len(shown)]).max(axis=2) > 85
    assert wrong.mean() < 0.002


@pytest.mark.parametrize("zoom", [1.3, 1.5, 2.0, 2.25, 3.4, 5.1])
async def test_a_zoom_shows_every_pixel_of_the_image(zoom: float) -> None:
    """Stripes of one pixel each, dark and bright, beside areas of both: fewer pixels than the image has would show grey
    in places."""
    rows, columns = np.indices((900, 1200))
    is_dark = np.select([rows // 20 % 4 == 0, rows // 20 % 4 == 1], [True, False], columns % 2 == 0)
    stripes = np.where(is_dark, 40, 220).astype(np.uint8)
    shown, dots = await painted(np.repeat(stripes[..., None], 3, axis=2), zoom=zoom)
    wrong = np.abs(shown.astype(int) - dots[: len(shown)]).max(axis=2)
    blocks = wrong[:700, :1050].reshape(35, 20, 35, 30).mean(axis=(1, 3))
    assert blocks.max() < 45
