"""Small pictures that do not move: an image with its regions, as half blocks (drawn by rich-pixels) or in pixels."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw
from rich_pixels import Pixels

from tui_labeler.imaging.arrays import Pixels as Array
from tui_labeler.imaging.colours import class_colour
from tui_labeler.imaging.crops import outline_of
from tui_labeler.imaging.decode import decode
from tui_labeler.imaging.density import outlines_or_dots
from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.shapes import paint, shapes
from tui_labeler.imaging.view import Grid, View
from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels


def thumbnail(
    data: bytes, columns: int, rows: int, labels: Labels | None, names: tuple[str, ...]
) -> tuple[Pixels, Size]:
    """The image within `columns` x `rows` cells with its regions in their class's colours (a dot each, where outlines
    would hide it), and the image's own size.

    Raises BrokenImage.
    """
    width, height = max(columns, 1), max(rows, 1) * 2
    pixels, size = decode(data, Size(width * 2, height * 2))
    scale = min(width / size.width, height / size.height)
    shown = (max(1, round(size.width * scale)), max(1, round(size.height * scale)))
    small = Image.fromarray(pixels).resize(shown, Image.Resampling.BOX)
    pen = ImageDraw.Draw(small)
    places = {name: class_index for class_index, name in enumerate(names)}
    regions = labels.regions if labels else ()
    outlines = [region.points or outline_of(region.extent) for region in regions]
    shapes_shown = outlines_or_dots(outlines, scale, shown[0] * shown[1])
    for region, points, outline in zip(regions, shapes_shown, outlines, strict=True):
        colour = class_colour(places.get(region.name, -1))
        if points is not outline:
            pen.point((points[0][0] * scale, points[0][1] * scale), fill=colour)
        elif region.points:
            pen.polygon([(x * scale, y * scale) for x, y in points], outline=colour)
        elif region.box:
            box = region.box
            left, top = round(box.x0 * scale), round(box.y0 * scale)
            right, bottom = max(left, round(box.x1 * scale) - 1), max(top, round(box.y1 * scale) - 1)
            pen.rectangle((left, top, right, bottom), outline=colour)
    return Pixels.from_image(small), size


def pixel_thumbnail(
    data: bytes, columns: int, rows: int, labels: Labels | None, names: tuple[str, ...], grid: Grid
) -> tuple[Array, Size, int]:
    """The same on a terminal that shows pixels: the picture, the image's own size, and how many rows of cells it needs.

    Raises BrokenImage.
    """
    picture = Picture.load(data, Size(*grid.size(columns, rows)))
    whole = View.fit(picture.size, columns, rows, grid)
    needed = min(rows, max(1, math.ceil(whole.size.height * whole.zoom_y / grid.down)))
    width = min(math.ceil(picture.size.width * whole.zoom), whole.width)
    height = min(math.ceil(picture.size.height * whole.zoom_y), whole.height)
    view = View.fit(picture.size, width, height, Grid(1, 1, grid.slant))
    canvas = picture.dots(view).copy()
    marks = tuple(Mark(region) for region in labels.regions) if labels else ()
    # Lines are as thick as on a canvas of these cells.
    pieces, _ = shapes(view, Overlay(marks), {name: class_index for class_index, name in enumerate(names)}, grid.across)
    paint(canvas, pieces)
    return canvas, picture.size, needed
