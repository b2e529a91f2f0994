"""Several images on one canvas, each in a frame with its tags below it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import wrap

import numpy as np

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import Cells
from tui_labeler.imaging.colours import Rgb, class_colour, ink_on, inks
from tui_labeler.imaging.glyphs import cells_of
from tui_labeler.imaging.palette import Palette
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import HALVES, Grid, View
from tui_labeler.model.text import beginning, cell_width, fitted, safe_text


@dataclass(frozen=True)
class Tile:
    """One image: `picture` None where it is not there (yet), and `note` says why. `proposed` are a model's tags, each with
    its confidence. `letter` is the key that marks it, and `words` are what else is said below it, after `mark` in its
    colour; `short` is the same in fewer words. `tags_are_said`: what the tags are stands elsewhere, too."""

    picture: Picture | None
    tags: tuple[str, ...] = ()
    note: str = ""
    proposed: tuple[tuple[str, float], ...] = ()
    focused: bool = False
    selected: bool = False
    letter: str = ""
    words: str = ""
    mark: tuple[str, Rgb] | None = None
    short: str = ""
    tags_are_said: bool = False


def tile_at(columns: int, rows: int, layout: tuple[int, int], x: int, y: int) -> int:
    """The place of the tile under a cell, in reading order."""
    across, down = layout
    return min(y * down // max(rows, 1), down - 1) * across + min(x * across // max(columns, 1), across - 1)


def compose_sheet(
    columns: int,
    rows: int,
    layout: tuple[int, int],
    tiles: tuple[Tile, ...],
    places: dict[str, int],
    palette: Palette | None = None,
    grid: Grid = HALVES,
) -> Cells:
    """`layout` is (across, down); `places` gives a class's place in the list; `palette` is the terminal's, where it has few
    colours; `grid` are the dots of a cell."""
    cells = cells_of(draw_sheet(columns, rows, layout, tiles, palette, grid), None, grid)
    write_sheet(cells, layout, tiles, places)
    return cells.settle()


def draw_sheet(
    columns: int,
    rows: int,
    layout: tuple[int, int],
    tiles: tuple[Tile, ...],
    palette: Palette | None,
    grid: Grid,
    framed: bool = True,
) -> Pixels:
    """The images with their frames (or only the room for them), in dots."""
    width, height = grid.size(columns, rows)
    dots = np.empty((height, width, 3), np.uint8)
    dots[:] = inks().beside
    for index, tile in enumerate(tiles):
        x0, y0, x1, y1 = frame_of(columns, rows, layout, index, grid)
        _draw(dots[y0:y1, x0:x1], tile, palette, grid, framed)
    return dots


def frame_of(columns: int, rows: int, layout: tuple[int, int], index: int, grid: Grid) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a tile with its frame and without its caption, in dots."""
    left, top, right, bottom = _spot(columns, rows, layout, index)
    return (*grid.size(left, top), *grid.size(right, bottom - 1))


def frame_colour(tile: Tile) -> Rgb:
    return inks().letters if tile.focused else inks().selected[0] if tile.selected else inks().frame


def write_sheet(cells: Cells, layout: tuple[int, int], tiles: tuple[Tile, ...], places: dict[str, int]) -> None:
    """What stands at the images in letters."""
    rows, columns = cells.shape
    beside, dim = inks().beside, inks().beside_dim
    spots = [_spot(columns, rows, layout, index) for index in range(len(tiles))]
    for tile, (left, top, right, bottom) in zip(tiles, spots, strict=True):
        _caption(cells, tile, bottom - 1, left, right - left, places)
        if tile.letter:
            inked = inks().selected[::-1] if tile.selected else (inks().letters_ink, inks().letters)
            cells.write(top, left, f" {tile.letter} ", *inked)
        elif tile.selected:
            cells.write(top + 1, left + 2, " ✓ ", *inks().selected[::-1])
        lines = wrap(safe_text(tile.note, 400), max(right - left - 4, 4))[: max(bottom - top - 3, 1)]
        for row, line in enumerate(lines, (top + bottom - len(lines)) // 2):
            cells.write(row, left + (right - left - cell_width(line)) // 2, line, dim, beside)


def _spot(columns: int, rows: int, layout: tuple[int, int], index: int) -> tuple[int, int, int, int]:
    """Left, top, right, bottom in cells, with a blank column between tiles."""
    across, down = layout
    column, row = index % across, index // across
    right = (column + 1) * columns // across - (1 if column + 1 < across else 0)
    return column * columns // across, row * rows // down, right, (row + 1) * rows // down


def _draw(part: Pixels, tile: Tile, palette: Palette | None, grid: Grid, framed: bool) -> None:
    height, width = part.shape[0] - 2, part.shape[1] - 2
    if height < 2 or width < 1:
        return
    if tile.picture is not None:
        shown = tile.picture.dots(View.fit(tile.picture.size, width, height, Grid(1, 1, grid.slant)))
        part[1:-1, 1:-1] = shown if palette is None else palette.dithered(shown)
    if not framed:
        return
    colour = frame_colour(tile)
    part[0], part[-1], part[:, 0], part[:, -1] = colour, colour, colour, colour


def room_for_words(tile: Tile, width: int) -> int:
    """The cells that are left beside its tags in a tile of `width` cells."""
    given = sum(cell_width(safe_text(tag, max(width - 4, 1))) + 3 for tag in tile.tags)
    asked = sum(cell_width(safe_text(tag, max(width - 9, 1))) + len(f" {sure:.0%}?") + 3 for tag, sure in tile.proposed)
    return width - 1 - given - asked


def _caption(cells: Cells, tile: Tile, row: int, left: int, width: int, places: dict[str, int]) -> None:
    """Tags on their class's colour; what is only proposed in it, with a question mark."""
    at = left + 1
    beside, dim = inks().beside, inks().beside_dim
    given = [(tag, safe_text(tag, max(width - 4, 1)), True) for tag in tile.tags]
    asked = [(tag, f"{safe_text(tag, max(width - 9, 1))} {sure:.0%}?", False) for tag, sure in tile.proposed]
    words = tile.words if cell_width(safe_text(tile.words)) <= room_for_words(tile, width) else tile.short or tile.words
    for tag, name, is_given in given + asked:
        text, colour = f" {name} ", class_colour(places.get(tag, -1))
        if at + len(text) > left + width:
            cells.write(row, left + width - 1, "…", dim, beside)
            return
        cells.write(row, at, text, *((ink_on(colour), colour) if is_given else (colour, beside)))
        at += len(text) + 1
    if tile.mark is not None:
        cells.write(row, at, tile.mark[0], tile.mark[1], beside)
        at += cell_width(tile.mark[0]) + 1
    if words and at + 4 < left + width:
        # Of a name both ends say which it is; of a sentence the beginning says more.
        shorten = fitted if tile.mark is not None else beginning
        cells.write(row, at, shorten(words, left + width - at), dim, beside)
    elif not given and not asked:
        cells.write(row, at, "no tag yet", dim, beside)
