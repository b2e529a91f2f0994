"""How near each way of showing an image comes to it, on the pixels of the terminal.

    python -m tests.bench.bench_renderers DATA

The canvas of labeling in 80x24, 120x36 and 200x50 cells of 9x20 pixels; ten photographs below DATA, evenly chosen. SSIM of
the grey picture, only where the image is; cells are drawn without gaps, pixels as a terminal reads them.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.colourscience import ssim
from tests.painted import CELL, Painted
from tui_labeler.imaging.glyphs import cells_of
from tui_labeler.imaging.layers import compose_layers
from tui_labeler.imaging.overlay import Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import GLYPHS, HALVES, Grid, View
from tui_labeler.model.geometry import Size
from tui_labeler.tui.widgets.itermpainter import ItermPainter
from tui_labeler.tui.widgets.kittypainter import KittyPainter
from tui_labeler.tui.widgets.sixelpainter import SixelPainter

Pixels = NDArray[np.uint8]
_CANVASES = ((80, 20), (94, 33), (174, 47))
_PAINTERS: dict[str, Any] = {"sixel": SixelPainter, "kitty": KittyPainter, "iTerm2": ItermPainter}
_ALL = 10
_PIXELS = Grid(*CELL, CELL[1] / CELL[0])


def photographs(data: Path) -> list[Picture]:
    paths = sorted(path for path in data.rglob("*") if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    return [Picture.load(path.read_bytes(), Size(4000, 4000)) for path in paths[:: max(1, len(paths) // _ALL)][:_ALL]]


def in_cells(picture: Picture, columns: int, rows: int, grid: Grid) -> Pixels:
    """The canvas as a terminal draws it: every dot of a cell in one of the cell's two colours."""
    # Cells as high as these are, so that all ways show the image in the same place.
    dots = picture.dots(View.fit(picture.size, columns, rows, Grid(grid.across, grid.down, _PIXELS.ratio)))
    if grid != HALVES:
        across, down = int(grid.across), int(grid.down)
        cells = cells_of(dots, None, grid)
        known = _masks(grid)
        masks = np.array([known[glyph] for glyph in cells.glyph.reshape(-1).tolist()]).reshape(
            rows, columns, down, across
        )
        inked = masks[..., None]
        shown = np.where(inked, cells.upper[:, :, None, None], cells.lower[:, :, None, None])
        dots = shown.transpose(0, 2, 1, 3, 4).reshape(rows * down, columns * across, 3).astype(np.uint8)
    size = columns * CELL[0], rows * CELL[1]
    return np.asarray(Image.fromarray(dots).resize(size, Image.Resampling.NEAREST))


def _masks(grid: Grid) -> dict[int, NDArray[np.bool_]]:
    """Which dots each character has in its ink: what becomes of cells in black and white."""
    across, down = int(grid.across), int(grid.down)
    count = 1 << across * down
    bits = np.arange(count)[:, None] >> np.arange(across * down) & 1
    masks = bits.reshape(count, down, across).astype(np.bool_)
    dots = np.repeat(np.where(masks, 255, 0).astype(np.uint8)[..., None], 3, axis=3)
    glyphs = cells_of(dots.transpose(1, 0, 2, 3).reshape(down, count * across, 3), None, grid).glyph[0]
    # All of them and none look alike: both colours are the same then.
    return dict(zip(glyphs.tolist()[::-1], masks[::-1], strict=True))


def in_pixels(picture: Picture, columns: int, rows: int, kind: Any) -> Pixels:
    async def show() -> Pixels:
        painted: Painted[Any] = Painted(kind, columns, rows)
        view = View.fit(picture.size, columns, rows, _PIXELS)
        layers = compose_layers(picture.dots(view), picture, view, Overlay(), {})
        await painted.show(layers)
        if kind is not KittyPainter:
            painted.write_to_terminal(painted.painter.crops(np.ones(layers.shape, np.bool_)))
        return painted.picture()

    return asyncio.run(show())


def main() -> None:
    pictures = photographs(Path(sys.argv[1]))
    names = [*GLYPHS, *_PAINTERS]
    print(f"{len(pictures)} photographs" + "".join(f"{name:>10}" for name in names))
    for columns, rows in _CANVASES:
        means = []
        for name in names:
            likeness = []
            for picture in pictures:
                view = View.fit(picture.size, columns, rows, _PIXELS)
                corners = view.dot(0, 0), view.dot(picture.size.width, picture.size.height)
                (left, top), (right, bottom) = ((max(round(x), 0), max(round(y), 0)) for x, y in corners)
                way = _PAINTERS.get(name)
                shown = (
                    in_pixels(picture, columns, rows, way) if way else in_cells(picture, columns, rows, GLYPHS[name])
                )
                image = slice(top, bottom), slice(left, right)
                likeness.append(ssim(picture.dots(view)[image], shown[image]))
            means.append(statistics.mean(likeness))
        print(f"{columns:>8}x{rows:<6}" + "".join(f"{mean:>10.3f}" for mean in means), flush=True)


if __name__ == "__main__":
    main()
