"""Runs of one colour in a picture of few: fewer bytes, and no pixel much further from what it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.colourscience import ssim
from tests.photographs import photograph
from tui_labeler.imaging.longruns import lengthen_runs
from tui_labeler.imaging.protocols import kitty, sixel

SEEN = np.array([0.9, 1.77, 0.33])


def errors(picture: np.ndarray, shown: np.ndarray) -> np.ndarray:
    return ((picture.astype(float) - shown) ** 2 * SEEN).sum(axis=2)


def few_colours(path: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    photograph(path, 300, 200)
    image = Image.open(path).convert("RGB")
    nearest = image.quantize(64, dither=Image.Dither.NONE)
    colours = np.array(nearest.getpalette(), np.uint8).reshape(-1, 3)
    return np.asarray(image), np.asarray(nearest), colours


def test_no_pixel_loses_more_than_is_allowed_and_runs_become_longer(tmp_path: Path) -> None:
    picture, nearest, colours = few_colours(tmp_path / "0.png")
    before = nearest.copy()
    numbers = lengthen_runs(picture, nearest, colours, 30)
    assert (nearest == before).all(), "what was given stays"
    lost = errors(picture, colours[numbers]) - errors(picture, colours[nearest])
    assert float(lost.max()) <= 30.01
    assert (np.diff(numbers) != 0).sum() < 0.8 * (np.diff(nearest) != 0).sum()
    assert (numbers[:, 0] == nearest[:, 0]).all()


def test_an_edge_stays_where_it_is() -> None:
    picture = np.zeros((4, 9, 3), np.uint8)
    picture[:, 5:] = 12
    numbers = (picture[..., 0] > 6).astype(np.uint8)
    colours = np.array([[0, 0, 0], [12, 12, 12]], np.uint8)
    assert (lengthen_runs(picture, numbers, colours, 45) == numbers).all()


def test_a_photograph_takes_an_eighth_less_and_looks_the_same(tmp_path: Path) -> None:
    picture, nearest, colours = few_colours(tmp_path / "0.png")
    numbers = lengthen_runs(picture, nearest, colours, 30)
    assert len(sixel.encode(numbers, colours)) < 0.87 * len(sixel.encode(nearest, colours))
    exact, fewer = kitty.Reduced(picture, 128), kitty.Reduced(picture, 128, 1, 30)
    assert len(fewer.png(0, 200)) < 0.87 * len(exact.png(0, 200))
    before, after = (ssim(picture, colours[places]) for places in (nearest, numbers))
    assert after > before - 0.02
