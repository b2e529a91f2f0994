"""Labels in small pictures: outlines where they leave the image to be seen, else a dot for each region."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from rich.console import Console

from tui_labeler.imaging.colours import class_colour
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.thumbnail import thumbnail
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Labels, Region
from tui_labeler.tui.miniatures import _draw

SIZE = Size(640, 480)


def labels(count: int) -> Labels:
    boxes = [
        Box(10 + 100 * (at % 6), 10 + 90 * (at // 6), 100 + 100 * (at % 6), 92 + 90 * (at // 6)) for at in range(count)
    ]
    return Labels(SIZE, tuple(Region("cell", box) for box in boxes))


def image() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (SIZE.width, SIZE.height), (200, 190, 180)).save(buffer, "PNG")
    return buffer.getvalue()


def coloured(count: int) -> int:
    """How many of the 32x24 dots of a thumbnail are not the image's."""
    drawn, _ = thumbnail(image(), 32, 12, labels(count), ("cell",))
    console = Console(width=32, color_system="truecolor", legacy_windows=False)
    styles = [segment.style for segment in console.render(drawn) if segment.style and segment.text.strip()]
    own = class_colour(0)
    inks = [ink.triplet for style in styles for ink in (style.color, style.bgcolor) if ink is not None]
    return sum(tuple(triplet or ()) == own for triplet in inks)


def test_few_regions_have_outlines_and_many_a_dot_each() -> None:
    assert coloured(3) > 3 * 12
    assert coloured(24) == 24


def test_the_dots_of_a_gallery_have_the_whole_colour() -> None:
    pixels, size = np.asarray(Image.open(io.BytesIO(image()))), SIZE
    shown = _draw(Picture(pixels, size), labels(24), ("cell",), (32, 24), 0.5)
    dots = shown.part(Box(0, 0, shown.size.width, shown.size.height), 32, 24)
    assert (dots == class_colour(0)).all(axis=2).sum() == 24
