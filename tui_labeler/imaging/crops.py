"""Regions cut out of their images, with a little of what is around them and their outline drawn on."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from tui_labeler.imaging.colours import Rgb
from tui_labeler.imaging.picture import Picture
from tui_labeler.model.geometry import Box, Point, Size

# How much of a box's sides is seen around it, and how many pixels at least.
_AROUND, _LEAST = 0.35, 6.0

ColouredOutline = tuple[tuple[Point, ...], Rgb]
"""The corners of a closed line in the image's pixels, and its colour."""


def outline_of(box: Box) -> tuple[Point, ...]:
    """The corners of a box."""
    return ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))


def cut(
    picture: Picture, box: Box, outlines: tuple[ColouredOutline, ...], width: int, height: int, thickness: int = 1
) -> Picture:
    """The box with what is around it, on at most width x height dots, and `outlines` (in the image's pixels) drawn on."""
    dx, dy = max(box.width * _AROUND, _LEAST), max(box.height * _AROUND, _LEAST)
    area = Box(box.x0 - dx, box.y0 - dy, box.x1 + dx, box.y1 + dy)
    return drawn(picture, area, outlines, width, height, thickness)


def drawn(
    picture: Picture, area: Box, outlines: tuple[ColouredOutline, ...], width: int, height: int, thickness: int = 1
) -> Picture:
    """A part of the image in its own proportions, with outlines of so many dots."""
    scale = min(max(width, 1) / area.width, max(height, 1) / area.height)
    across, down = max(round(area.width * scale), 1), max(round(area.height * scale), 1)
    shown = Image.fromarray(picture.part(area, across, down))
    pen = ImageDraw.Draw(shown)
    for points, colour in outlines:
        corners = [
            (min(max((x - area.x0) * scale, 0), across - 1), min(max((y - area.y0) * scale, 0), down - 1))
            for x, y in points
        ]
        pen.line([*corners, corners[0]], fill=colour, width=thickness)
    return Picture(np.asarray(shown), Size(across, down))
