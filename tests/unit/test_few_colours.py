"""A picture in few colours: what is a pixel wide keeps its own, and photographs lose nothing for it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.painted import Painted
from tests.photographs import photograph
from tui_labeler.imaging.fewcolours import few_colours, in_few_colours
from tui_labeler.imaging.layers import compose_layers
from tui_labeler.imaging.overlay import Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.protocols import kitty
from tui_labeler.imaging.view import Grid, View
from tui_labeler.tui.widgets.kittypainter import KittyPainter
from tui_labeler.tui.widgets.painters import Painter
from tui_labeler.tui.widgets.sixelpainter import SixelPainter

COLUMNS, ROWS, CELL = 60, 20, (9, 20)
SIZE = COLUMNS * CELL[0], ROWS * CELL[1]
INKS = ((255, 0, 0), (0, 255, 255), (255, 0, 255), (0, 220, 0), (255, 255, 0), (0, 0, 255))


@pytest.fixture
def scene(tmp_path: Path) -> np.ndarray:
    photograph(tmp_path / "0.png", *SIZE)
    return np.asarray(Image.open(tmp_path / "0.png").convert("RGB"))


def lined(scene: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lines of one pixel each, and where they are."""
    picture, is_line = scene.copy(), np.zeros(scene.shape[:2], np.bool_)
    for number, ink in enumerate(INKS):
        row, column = 40 + 50 * number, 60 + 70 * number
        picture[row, 20:500], picture[20:380, column] = ink, ink
        is_line[row, 20:500], is_line[20:380, column] = True, True
    return picture, is_line


def striped() -> tuple[np.ndarray, np.ndarray]:
    """Red, blue and grey in turn, each a pixel wide."""
    colours = np.array(((200, 20, 30), (20, 60, 200), (200, 200, 190)), np.uint8)
    picture = np.broadcast_to(colours[np.arange(SIZE[0]) % 3], (SIZE[1], SIZE[0], 3)).copy()
    return picture, np.ones(picture.shape[:2], np.bool_)


async def seen(kind: type[Painter], picture: np.ndarray) -> np.ndarray:
    written = io.BytesIO()
    Image.fromarray(picture).save(written, "PNG")
    loaded = Picture.load(written.getvalue())
    view = View.fit(loaded.size, COLUMNS, ROWS, Grid(*CELL, CELL[1] / CELL[0]))
    painted = Painted(kind, COLUMNS, ROWS)
    await painted.show(compose_layers(loaded.dots(view), loaded, view, Overlay(), {}))
    return painted.picture()


@pytest.mark.parametrize("is_striped", [False, True], ids=["lines on a photograph", "stripes"])
@pytest.mark.parametrize("kind", [KittyPainter, SixelPainter], ids=["kitty", "sixel"])
async def test_what_is_a_pixel_wide_is_seen_in_its_colour(
    scene: np.ndarray, kind: type[Painter], is_striped: bool
) -> None:
    picture, is_line = striped() if is_striped else lined(scene)
    away = np.abs((await seen(kind, picture)).astype(int) - picture).max(axis=2)[is_line]
    assert np.quantile(away, 0.99) < 30


def error(picture: np.ndarray, colours: np.ndarray) -> float:
    return float(((picture.astype(float) - colours[in_few_colours(picture, colours)]) ** 2).mean())


@pytest.mark.parametrize("seed", range(3))
def test_a_photograph_is_nearly_as_near_in_no_more_bytes(tmp_path: Path, seed: int) -> None:
    """As by 128 colours of a copy of an eighth, for which nothing thin is looked at; real photographs become nearer."""
    photograph(tmp_path / "0.png", *SIZE, seed=seed)
    picture = np.asarray(Image.open(tmp_path / "0.png").convert("RGB"))
    copy = Image.fromarray(picture).reduce(8).quantize(128, method=Image.Quantize.MEDIANCUT, kmeans=1)
    of_copy = np.array(copy.getpalette(), np.uint8).reshape(-1, 3)
    assert error(picture, few_colours(picture, 120)) < 1.15 * error(picture, of_copy)
    numbers = Image.fromarray(in_few_colours(picture, of_copy), "P")
    numbers.putpalette(of_copy.tobytes())
    written = io.BytesIO()
    numbers.save(written, "PNG", compress_level=9)
    assert len(kitty.Reduced(picture, 120).png(0, SIZE[1])) < written.tell()


@pytest.mark.parametrize("count", [1, 2, 60])
def test_a_drawing_of_no_more_colours_has_all_of_them(count: int) -> None:
    chance = np.random.default_rng(1)
    inks = np.unique(chance.integers(0, 256, (count, 3)).astype(np.uint8), axis=0)
    picture = inks[chance.integers(0, len(inks), (90, 70))]
    found = few_colours(picture, 60)
    assert {tuple(colour) for colour in found.tolist()} == {tuple(colour) for colour in picture.reshape(-1, 3).tolist()}


@pytest.mark.parametrize("size", [(1, 1), (3, 200), (33, 31)])
def test_any_size_has_colours_and_each_pixel_one(size: tuple[int, int]) -> None:
    picture = np.random.default_rng(2).integers(0, 256, (*size, 3)).astype(np.uint8)
    colours = few_colours(picture, 16)
    assert 1 <= len(colours) <= 16
    assert in_few_colours(picture, colours).max() < len(colours)
