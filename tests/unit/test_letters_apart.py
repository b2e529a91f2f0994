"""No letter of a jump hides another one, however near each other the places are that they stand for."""

from __future__ import annotations

import io
import random
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from tui_labeler.imaging.cells import Cells
from tui_labeler.imaging.compose import compose
from tui_labeler.imaging.letters import write_on_cells
from tui_labeler.imaging.overlay import Letter, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import View
from tui_labeler.labeling.tools.depth import borders, stops_of
from tui_labeler.labeling.tools.gridjump import LETTERS, GridJump
from tui_labeler.labeling.tools.tool import Scene
from tui_labeler.model.geometry import Box, Size


@pytest.fixture(scope="module")
def picture() -> Picture:
    written = io.BytesIO()
    Image.new("RGB", (816, 616), "navy").save(written, "PNG")
    return Picture.load(written.getvalue())


@pytest.mark.parametrize("seed", range(40))
def test_letters_at_the_usual_ends_of_boxes_are_all_seen(picture: Picture, seed: int) -> None:
    chance = random.Random(seed)
    usual = chance.uniform(6, 160), chance.uniform(6, 160)
    seen = tuple((usual[0] * chance.lognormvariate(0, 0.3), usual[1] * chance.lognormvariate(0, 0.3)) for _ in range(7))
    # One of another kind: the stops between are far apart, and those of the others near each other.
    seen += ((usual[0] * chance.uniform(1, 4), usual[1] * chance.uniform(1, 4)),)
    x, y = chance.uniform(20, 200), chance.uniform(20, 150)
    (widths, heights), ((left, *_, right), (top, *_, bottom)) = stops_of(seen), map(borders, stops_of(seen))
    letters = tuple(
        Letter(x + widths[index % 6], y + heights[index // 6], letter) for index, letter in enumerate(LETTERS)
    )
    focus = Box(x + left[0], y + top[0], x + right[1], y + bottom[1])
    view = View.fit(picture.size, *chance.choice([(80, 20), (94, 32), (174, 46)]))
    if letters[-1].x >= picture.size.width or letters[-1].y >= picture.size.height:
        pytest.skip("this one reaches beyond the image")
    cells = compose(picture.dots(view), picture, view, Overlay(letters=letters, focus=focus), {})
    unseen = [letter for letter in LETTERS.upper() if not (cells.glyph == ord(letter)).any()]
    assert not unseen, "letters that nobody sees"
    rows = np.argwhere(np.isin(cells.glyph, [ord(letter) for letter in LETTERS.upper()]))
    assert len(rows) == len(LETTERS)


@pytest.mark.parametrize(("width", "height"), [(640, 480), (816, 616), (1024, 768), (1920, 1080), (4000, 3000)])
@pytest.mark.parametrize("rows", [10, 15, 20, 25, 30, 45])
def test_letters_over_the_whole_image_stand_evenly(width: int, height: int, rows: int) -> None:
    size = Size(width, height)
    view = View.fit(size, 400, rows)
    scene = Scene(size, view.area, 1 / view.zoom)
    cells = Cells.clear(view.rows, view.columns)
    write_on_cells(cells, view, GridJump().sketch(scene).letters)
    seen = np.argwhere(np.isin(cells.glyph, [ord(letter) for letter in LETTERS.upper()]))
    down, across = ([b - a for a, b in pairwise(np.unique(places).tolist())] for places in seen.T)
    assert (len(down), len(across)) == (4, 5)
    assert max(across) - min(across) <= 1
    assert set(down) == {rows // 5}, "it is as high as the canvas"
