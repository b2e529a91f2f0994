"""The whole image, small, with the part that the canvas shows: where one is when one has zoomed in."""

from __future__ import annotations

import numpy as np
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui_labeler.imaging.cells import Cells
from tui_labeler.imaging.colours import inks
from tui_labeler.imaging.palette import Palette
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import View
from tui_labeler.tui.depth import palette_of_app
from tui_labeler.tui.widgets.cellstrips import cell_strips, filtered

_WIDTH, _MOST_ROWS = 24, 12


class Overview(Widget):
    """Takes no room while the whole image can be seen."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Overview { width: 24; display: none; margin: 0 1; }
    Overview.-zoomed { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Picture, View] | None = None
        self._cells: Cells | None = None

    def show(self, picture: Picture, view: View) -> None:
        """Draws anew where the view or the picture is another one."""
        zoomed = not view.is_whole
        if zoomed and self._shown != (picture, view):
            rows = max(2, min(_MOST_ROWS, round(_WIDTH * view.size.height / view.size.width / 2)))
            grown = self._cells is None or self._cells.shape[0] != rows
            self._shown, self._cells = (picture, view), _drawn(picture, view, rows, palette_of_app(self))
            self.styles.height = rows
            self.refresh(layout=grown)
        self.set_class(zoomed, "-zoomed")

    def render_lines(self, crop: Region) -> list[Strip]:
        cells = self._cells
        if cells is None or cells.shape != (self.size.height, self.size.width):
            return filtered(self, [Strip.blank(crop.width) for _ in range(crop.height)])
        return cell_strips(self, cells, crop)


def _drawn(picture: Picture, view: View, rows: int, palette: Palette | None) -> Cells:
    whole = View.fit(view.size, _WIDTH, rows)
    dots = picture.dots(whole)
    if palette is not None:
        dots = palette.dithered(dots)
    left, top = (max(int(value), 0) for value in whole.dot(view.area.x0, view.area.y0))
    right, bottom = (int(np.ceil(value)) - 1 for value in whole.dot(view.area.x1, view.area.y1))
    right, bottom = min(max(right, left), _WIDTH - 1), min(max(bottom, top), 2 * rows - 1)
    dots[top : bottom + 1, [left, right]] = inks().letters
    dots[[top, bottom], left : right + 1] = inks().letters
    return Cells.of_dots(dots)
