"""A canvas in pixels: the picture, the pieces that lie over it, the magnifier, and text in cells above all of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import CLEAR, Cells, Mask
from tui_labeler.imaging.compose import write_names
from tui_labeler.imaging.letters import Inset, write_on_cells
from tui_labeler.imaging.overlay import Overlay
from tui_labeler.imaging.picture import Picture, adjusted
from tui_labeler.imaging.rectangles import coarse_cells
from tui_labeler.imaging.shapes import FIRST_OVER_INSET, Piece, frame, paint, shapes
from tui_labeler.imaging.sheet import Tile, draw_sheet, frame_colour, frame_of, write_sheet
from tui_labeler.imaging.view import Grid, View


@dataclass
class Layers:
    """`dots` is the picture, never changed (another picture is another array). `text` has CLEAR where there is none.
    `enlarged` is what the magnifier `inset` shows, no larger than it has detail."""

    grid: Grid
    dots: Pixels
    pieces: tuple[Piece, ...]
    text: Cells
    inset: Inset | None = None
    enlarged: Pixels | None = None
    # The same place on `dots`: left, top, right, bottom.
    near: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    # How many dots a pixel of the image is wide.
    zoom: float = 1.0

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.text.shape

    @property
    def has_text(self) -> Mask:
        mask: Mask = self.text.glyph != CLEAR
        return mask

    def inset_place(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom of the magnifier, in dots."""
        assert self.inset is not None
        inset = self.inset
        return (
            *self.grid.size(inset.left, inset.top),
            *self.grid.size(inset.left + inset.width, inset.top + inset.height),
        )

    def painted(self) -> Pixels:
        """All but the text in one picture."""
        canvas = self.dots.copy()
        under = tuple(piece for piece in self.pieces if piece.key < FIRST_OVER_INSET)
        paint(canvas, under)
        if self.inset is not None and self.enlarged is not None:
            left, top, right, bottom = self.inset_place()
            size = right - left, bottom - top
            enlarged = Image.fromarray(self.enlarged).resize(size, Image.Resampling.NEAREST)
            canvas[top:bottom, left:right] = np.asarray(enlarged)
        paint(canvas, tuple(piece for piece in self.pieces if piece.key >= FIRST_OVER_INSET))
        return canvas

    def as_cells(self, coarse: bool = False) -> Cells:
        """The same in half blocks, for a canvas that stands dimmed behind a dialog; coarse ones, several cells wide, are a
        fraction of the bytes."""
        rows, columns = self.shape
        if coarse:
            cells = coarse_cells(self.painted(), self.shape)
        else:
            small = Image.fromarray(self.painted()).resize((columns, 2 * rows), Image.Resampling.BOX)
            cells = Cells.of_dots(np.asarray(small))
        has_text = self.has_text
        for name in ("glyph", "upper", "lower"):
            getattr(cells, name)[has_text] = getattr(self.text, name)[has_text]
        return cells.settle()


def compose_layers(
    dots: Pixels,
    picture: Picture,
    view: View,
    overlay: Overlay,
    places: dict[str, int],
    tone: tuple[int, int] = (0, 0),
) -> Layers:
    """`dots` is what the view shows of the image; `picture` what the magnifier looks at; `places` gives a class's place in
    the list; `tone` is brightness and contrast, which `dots` have already."""
    pieces, inset = shapes(view, overlay, places)
    text = Cells.clear(view.rows, view.columns)
    write_names(text, view, overlay, places)
    enlarged, near = None, (0.0, 0.0, 0.0, 0.0)
    if inset is None:
        write_on_cells(text, view, overlay.letters)
    else:
        part = slice(inset.top, inset.top + inset.height), slice(inset.left, inset.left + inset.width)
        text.glyph[part], text.upper[part], text.lower[part] = CLEAR, 0, 0
        inset.write(text, overlay.letters, inset.left, inset.top)
        width, height = view.grid.size(inset.width, inset.height)
        fine = max(round(picture.detail * inset.near.width), 1), max(round(picture.detail * inset.near.height), 1)
        enlarged = adjusted(picture.part(inset.near, min(width, fine[0]), min(height, fine[1])), *tone)
        near = (*view.dot(inset.near.x0, inset.near.y0), *view.dot(inset.near.x1, inset.near.y1))
    return Layers(view.grid, dots, pieces, text.settle(), inset, enlarged, near, view.zoom)


def sheet_layers(
    columns: int,
    rows: int,
    layout: tuple[int, int],
    tiles: tuple[Tile, ...],
    places: dict[str, int],
    grid: Grid,
    dots: Pixels | None = None,
) -> Layers:
    """Several images beside each other; see `compose_sheet`. `dots`: the images as they were drawn before, where they are
    the same: what is selected changes only the frames over them."""
    text = Cells.clear(rows, columns)
    write_sheet(text, layout, tiles, places)
    if dots is None:
        dots = draw_sheet(columns, rows, layout, tiles, None, grid, framed=False)
    frames = [
        piece
        for index, tile in enumerate(tiles)
        for piece in frame(index, frame_of(columns, rows, layout, index, grid), frame_colour(tile))
    ]
    return Layers(grid, dots, tuple(frames), text.settle())
