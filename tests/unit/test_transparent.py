"""Images with transparent parts: what is drawn is seen, black or white, in cells as in pixels; what was erased is not."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from tui_labeler.imaging.compose import compose
from tui_labeler.imaging.decode import decode
from tui_labeler.imaging.layers import compose_layers
from tui_labeler.imaging.overlay import Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import Grid, View

GREY = 128


def png(image: Image.Image, **keys: object) -> bytes:
    written = io.BytesIO()
    image.save(written, "PNG", **keys)
    return written.getvalue()


def drawing(ink: int, erased: tuple[int, int, int]) -> Image.Image:
    """The right half is ink; of the left one only the colours are left that were erased."""
    image = Image.new("RGBA", (40, 20), (*erased, 0))
    image.paste((ink, ink, ink, 255), (20, 0, 40, 20))
    return image


@pytest.mark.parametrize("ink", [0, 255])
@pytest.mark.parametrize("erased", [(0, 0, 0), (255, 255, 255), (200, 40, 90)])
def test_ink_stands_out_and_what_was_erased_is_not_seen(ink: int, erased: tuple[int, int, int]) -> None:
    image = drawing(ink, erased)
    for data in (png(image), png(image.convert("LA")), png(image.quantize(8, method=Image.Quantize.FASTOCTREE))):
        pixels, _ = decode(data)
        assert (pixels[:, :18] == GREY).all()
        assert (pixels[:, 22:] == ink).all()


def test_half_of_it_is_half_seen() -> None:
    pixels, _ = decode(png(Image.new("RGBA", (4, 4), (255, 0, 0, 128))))
    assert pixels[0, 0].tolist() == [192, 64, 64]


def test_cells_and_pixels_show_the_same() -> None:
    picture = Picture.load(png(drawing(0, (255, 255, 255))))
    cell_view = View.fit(picture.size, 40, 10)
    dots = picture.dots(cell_view)
    cells = compose(dots, picture, cell_view, Overlay(), {})
    pixel_view = View.fit(picture.size, 40, 10, Grid(9, 18, 2))
    layers = compose_layers(picture.dots(pixel_view), picture, pixel_view, Overlay(), {})
    for column, value in ((5, GREY), (35, 0)):
        assert cells.upper[5, column].tolist() == [value] * 3
        assert layers.painted()[90, column * 9].tolist() == [value] * 3
        assert np.ptp(layers.painted()[90, column * 9 : column * 9 + 9]) == 0
