"""The magnifier, its frame and the cross in kitty: few bytes for who types on, all of the image's detail for who waits."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from tests.painted import CELL, ORIGIN, Painted
from tests.photographs import photograph
from tui_labeler.imaging.colours import inks
from tui_labeler.imaging.layers import Layers, compose_layers
from tui_labeler.imaging.overlay import Letter, Mark, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import Grid, View
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Region
from tui_labeler.tui.widgets.kittypainter import KittyPainter

# The canvas of a window of 200x50 cells.
COLUMNS, ROWS = 174, 46
REGION = Box(500, 300, 1000, 850)


class Scene:
    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._view = View.fit(picture.size, COLUMNS, ROWS, Grid(*CELL, CELL[1] / CELL[0]))
        self._dots = picture.dots(self._view)

    def with_overlay(self, overlay: Overlay) -> Layers:
        return compose_layers(self._dots, self._picture, self._view, overlay, {"coke": 0})

    def magnified(self, x: float, y: float, width: float = 40, height: float = 40) -> Layers:
        """The magnifier over a place, with the letters of a jump."""
        letters = (Letter(x + width / 2, y + height / 2, "a"),)
        layers = self.with_overlay(Overlay(letters=letters, focus=Box(x, y, x + width, y + height)))
        assert layers.inset is not None
        return layers

    def crossed(self, x: float, y: float) -> Layers:
        return self.with_overlay(Overlay(cursor=(x, y)))

    def boxed(self) -> Layers:
        return self.with_overlay(Overlay((Mark(Region("coke", REGION)),)))


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    path = tmp_path_factory.mktemp("photograph") / "0.jpg"
    photograph(path, 1600, 1200)
    return Scene(Picture.load(path.read_bytes()))


@pytest.fixture(scope="module")
def plain() -> Scene:
    """One colour, which stays what it is however it is sent."""
    return Scene(Picture(np.full((1200, 1600, 3), 120, np.uint8), Size(1600, 1200)))


def type_on(painted: Painted[KittyPainter], layers: Layers) -> int:
    """Bytes of images for what the next key changes, who types before anything else comes."""
    before = painted.reader.sent["images"]
    painted.painter.show(layers, ORIGIN, np.zeros(layers.shape, np.bool_))
    return painted.reader.sent["images"] - before


async def test_a_box_by_five_keys_with_the_magnifier_is_1100_bytes(scene: Scene) -> None:
    """A letter to a place, one to the corner in it, and the same for the opposite corner. The sources have come with the
    box before."""
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(scene.with_overlay(Overlay()))
    nothing = scene.with_overlay(Overlay())
    steps = [scene.magnified(480, 280), scene.crossed(500, 300), scene.magnified(980, 830), scene.boxed(), nothing]
    costs = [[type_on(painted, step) for step in steps] for _ in range(2)]
    assert 400 < sum(costs[1]) <= 1_100, costs
    assert sum(costs[0]) <= 2_800, "each source once"


def lines_of(picture: np.ndarray) -> np.ndarray:
    """Whatever has the colours of lines; all else is black, as the magnifier smooths where the image ends."""
    inked = np.array([(255, 255, 255), inks().letters])
    colours = np.concatenate([inked, inked // 4])  # and their rims
    is_line = np.any([(picture == colour).all(axis=2) for colour in colours], axis=0)
    return np.where(is_line[..., None], picture, 0)


@pytest.mark.parametrize("place", [(700, 500), (0, 0), (1560, 1160)])
async def test_frame_corners_and_cross_are_drawn_as_they_are_meant(plain: Scene, place: tuple[int, int]) -> None:
    """At the ends of the canvas, too, where they are cut."""
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    for layers in (plain.magnified(*place), plain.crossed(*place)):
        await painted.show(layers)
        meant, shown = lines_of(layers.painted()[: ROWS * CELL[1]]), lines_of(painted.picture())
        assert np.array_equal(shown, meant)
        assert meant.any(axis=2).sum() > 100


async def test_few_pixels_come_when_keys_rest_and_all_when_nobody_types() -> None:
    """Of squares of two pixels, of which the small copy of the picture shows next to nothing."""
    squares = (
        np.random.default_rng(1).choice((90, 150), (600, 800, 1)).astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    )
    scene = Scene(Picture(squares.repeat(3, axis=2), Size(1600, 1200)))
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(scene.with_overlay(Overlay()))
    layers = scene.magnified(600, 400, 130, 110)
    left, top, right, bottom = layers.inset_place()
    meant = layers.painted()[top:bottom, left:right].astype(int)

    def away() -> float:
        return float(np.abs(painted.picture()[top:bottom, left:right] - meant)[8:-8, 8:-8].mean())

    type_on(painted, layers)
    at_once, sent = away(), painted.reader.sent["images"]
    while painted.reader.sent["images"] == sent:
        await asyncio.sleep(0.01)
    rested, first = away(), painted.reader.sent["images"] - sent
    while len(asyncio.all_tasks()) > 1:
        await asyncio.sleep(0.01)
    last = painted.reader.sent["images"] - sent - first
    assert first < 2_200 < last < 10_000, (first, last)
    assert away() < 0.8 * rested < 0.8 * at_once
    assert type_on(painted, scene.with_overlay(Overlay())) < 200


async def test_groups_of_every_size_do_not_heap_up_in_the_terminal(plain: Scene) -> None:
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(plain.with_overlay(Overlay()))
    whole = len(painted.reader.shown.images)
    for size in range(12, 90):
        type_on(painted, plain.magnified(300, 300, size, 40))
    assert len(painted.reader.shown.images) < whole + 40
    painted.painter.hide()
    assert not painted.reader.shown.images


async def test_an_older_kitty_keeps_what_was_sent_ahead(scene: Scene, plain: Scene) -> None:
    """It took a free command for every image that was not placed: the next picture, and lines that are not seen."""
    painted = Painted(KittyPainter, COLUMNS, ROWS)
    await painted.show(scene.boxed())
    following = plain.boxed()
    painted.painter.preload(following.dots, following.shape, following.grid, following.zoom)
    for layers in (scene.magnified(300, 300), scene.with_overlay(Overlay()), following):
        await painted.show(layers)  # the magnifier's own pixels come, and go
    assert not painted.reader.problems
    assert not painted.reader.freed_unplaced
    assert np.array_equal(painted.picture(), following.painted()[: ROWS * CELL[1]])
    painted.painter.hide()
    assert not painted.reader.shown.images
