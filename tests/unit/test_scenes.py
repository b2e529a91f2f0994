"""The demo's photographs: the same every time, with boxes of what can be seen."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tui_labeler.demo.cans import NAMES
from tui_labeler.demo.scenes import COUNT, draw_scene, write_scenes
from tui_labeler.imaging.decode import read_size
from tui_labeler.model.geometry import Size


@pytest.mark.slow
def test_scenes_are_the_same_every_time_and_hold_every_class(tmp_path: Path) -> None:
    assert COUNT >= 60
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    told: list[tuple[int, int]] = []
    scenes = write_scenes(tmp_path / "one", count=12, progress=lambda done, total: told.append((done, total)))
    assert scenes == write_scenes(tmp_path / "two", count=12)
    assert told[-1] == (12, 12)
    for scene in scenes:
        data = (tmp_path / "one" / scene.file_name).read_bytes()
        assert data == (tmp_path / "two" / scene.file_name).read_bytes()
        assert read_size(data) == Size(816, 616)
    assert {can.name for scene in scenes for can in scene.cans} == set(NAMES)
    assert any(not scene.cans for scene in scenes), "one in twelve is empty"


@pytest.mark.slow
def test_boxes_lie_inside_and_hold_what_they_say() -> None:
    reds = []
    for number in range(12):
        image, cans = draw_scene(number)
        for can in cans:
            x0, y0, x1, y1 = can.box
            assert 0 <= x0 < x1 <= 816
            assert 0 <= y0 < y1 <= 616
            if can.name == "coke":
                part = np.asarray(image.crop((int(x0), int(y0), int(x1), int(y1))), np.float32)
                reds.append(float((part[..., 0] - part[..., 1:].mean(axis=2)).mean()))
    assert np.median(reds) > 25, "a box of a red can is mostly red"


def test_read_size_is_that_of_the_upright_image() -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(buffer, "JPEG", exif=exif)
    assert read_size(buffer.getvalue()) == Size(20, 40)


@pytest.mark.parametrize(
    ("number", "mean", "spread"),
    [
        (0, (86.044, 95.332, 85.756), (36.382, 30.822, 39.529)),
        (5, (145.878, 139.348, 123.851), (37.421, 34.951, 39.265)),
        (10, (94.330, 80.515, 77.763), (12.263, 23.723, 42.164)),
    ],
)
def test_the_photographs_stay_the_same(number: int, mean: tuple[float, ...], spread: tuple[float, ...]) -> None:
    """However they are computed: wood, a mat and an empty scene."""
    pixels = np.asarray(draw_scene(number)[0], np.float64)
    assert pixels.mean((0, 1)) == pytest.approx(mean, abs=0.02)
    assert pixels.std((0, 1)) == pytest.approx(spread, abs=0.02)
