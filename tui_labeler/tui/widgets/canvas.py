"""The canvas: an image with its regions, painted by what changed.

Textual keeps no copy of the last frame; a partial update sends each dirty line again from the widget's left edge. So the
strips handed to it write the changed cells alone, and move the cursor over the others. That is only right where nothing
else stood over the canvas: it keeps which of its cells the terminal does not show yet (cleared by the very bytes that show
them), and takes all of them for unseen whenever anything else may have been painted over them.
"""

from __future__ import annotations

import asyncio
from typing import Self

import numpy as np
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.cells import Cells, Mask
from tui_labeler.imaging.colours import inks
from tui_labeler.imaging.compose import compose
from tui_labeler.imaging.encode import coder
from tui_labeler.imaging.layers import Layers, compose_layers, sheet_layers
from tui_labeler.imaging.overlay import Overlay
from tui_labeler.imaging.palette import Palette
from tui_labeler.imaging.picture import Picture, adjusted
from tui_labeler.imaging.rectangles import spans
from tui_labeler.imaging.sheet import Tile, compose_sheet
from tui_labeler.imaging.view import Grid, View
from tui_labeler.terminal.graphics import CELLS
from tui_labeler.tui.depth import palette_of_app
from tui_labeler.tui.graphicsapp import GraphicsApp, grid_of_app
from tui_labeler.tui.holding import Passed, is_passing
from tui_labeler.tui.widgets.cellstrips import backdrop_strips, cell_strips, filtered
from tui_labeler.tui.widgets.painters import Painter
from tui_labeler.tui.widgets.pixels import painter_for
from tui_labeler.tui.widgets.pointable import Pointable


class Canvas(Pointable, can_focus=True):
    """Shows a picture through a view with an overlay. `show` is cheap for what stays the same."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Canvas { width: 1fr; height: 1fr; }"

    class Resized(Message):
        """The canvas has another size now."""

    def __init__(self) -> None:
        # The cells that the terminal may not show as they are.
        self._stale: Mask = np.ones((0, 0), np.bool_)
        super().__init__()
        self._picture: Picture | None = None
        self._sharp: Picture | None = None
        self._view: View | None = None
        self._overlay = Overlay()
        self._places: dict[str, int] = {}
        self._tone = (0, 0)
        self._dots: Pixels | None = None
        # The dots of what is likely to come next, and of what they are.
        self._prepared: tuple[tuple[Picture, View, tuple[int, int]], Pixels] | None = None
        # The dots in the terminal's colours, where it has few; and with which of them.
        self._ground: Pixels | None = None
        self._palette: Palette | None = None
        self._looked: tuple[object, ...] = ()
        self._cells: Cells | None = None
        # Where the terminal shows pixels: what it shows them with.
        self._painter: Painter | None = None
        self._kind = CELLS
        self._tiles: tuple[tuple[int, int], tuple[Tile, ...], dict[str, int]] | None = None
        self._passed = Passed(self, self.show_sheet)
        # The images of a sheet as they were drawn, and of what.
        self._sheet_dots: tuple[tuple[object, ...], Pixels] | None = None
        self._went_in_part = False

    def on_mount(self) -> None:
        if isinstance(self.app, GraphicsApp):
            self.app.images_lost.subscribe(self, lambda nothing: self._images_lost())
        self.screen.screen_layout_refresh_signal.subscribe(self, self._layout_changed, immediate=True)
        self.watch(self.screen, "stack_updates", self._stack_changed, init=False)

    def show(
        self,
        picture: Picture,
        view: View,
        overlay: Overlay,
        places: dict[str, int],
        tone: tuple[int, int] = (0, 0),
        sharp: Picture | None = None,
    ) -> None:
        """`tone` is (brightness, contrast) in steps; `places` the place of each class in the list; `sharp` the picture
        that the magnifier looks at, if another than `picture`."""
        self._sharp = sharp or picture
        if self._dots is None or (picture, view, tone) != (self._picture, self._view, self._tone):
            wanted = (picture, view, tone)
            prepared = self._prepared
            self._dots = prepared[1] if prepared and prepared[0] == wanted else adjusted(picture.dots(view), *tone)
            self._ground = None
        elif (overlay, places) == (self._overlay, self._places) and self._is_shown:
            return
        self._picture, self._view, self._overlay, self._places, self._tone = picture, view, overlay, places, tone
        self._tiles = None
        self._passed.drop()
        self._draw()

    async def prepare(self, picture: Picture, view: View, tone: tuple[int, int]) -> None:
        """What is likely to be shown next, so that it stands there at once."""
        dots = await asyncio.to_thread(lambda: adjusted(picture.dots(view), *tone))
        self._prepared = (picture, view, tone), dots
        if self._painter is not None and self._painter.layers is not None and (view.columns, view.rows) == self.size:
            self._painter.preload(dots, (view.rows, view.columns), view.grid, view.zoom)

    def show_sheet(self, layout: tuple[int, int], tiles: tuple[Tile, ...], places: dict[str, int]) -> None:
        """Several images beside each other; see `compose_sheet`. Others than those that are seen come when keys rest."""
        shown = None if self._tiles is None else (self._tiles[0], _pictures(self._tiles[1]))
        if is_passing(self) and (layout, _pictures(tiles)) != shown:
            self._passed.keep(layout, tiles, places)
            return
        self._passed.drop()
        if not self.size.area or ((layout, tiles, places) == self._tiles and self._is_shown and not self._is_new_look):
            return
        columns, rows = self.size
        self._tiles, self._looked = (layout, tiles, places), self._look()
        if (painter := self._painting()) is not None:
            images = columns, rows, layout, _pictures(tiles), self._looked
            dots = self._sheet_dots[1] if self._sheet_dots is not None and self._sheet_dots[0] == images else None
            layers = sheet_layers(columns, rows, layout, tiles, places, self.grid, dots)
            self._sheet_dots = images, layers.dots
            self._show_layers(painter, layers)
        else:
            self.show_cells(compose_sheet(columns, rows, layout, tiles, places, self.palette, self.grid))

    @property
    def _is_shown(self) -> bool:
        """Whether what was composed last is what is there."""
        return self._painter is None or self._painter.layers is not None

    @property
    def _is_new_look(self) -> bool:
        return self._look() != self._looked

    def _painting(self) -> Painter | None:
        """The painter for what the terminal shows now; None for cells."""
        app = self.app
        kind = app.graphics.kind if isinstance(app, GraphicsApp) else CELLS
        if kind != self._kind:
            if self._painter is not None:
                self._painter.hide()
            self._kind, self._cells = kind, None
            self._painter = painter_for(app, self.refresh) if isinstance(app, GraphicsApp) else None
            self.refresh()
        return self._painter

    def _show_layers(self, painter: Painter, layers: Layers) -> None:
        if self._stale.shape != layers.shape:
            self._stale = np.ones(layers.shape, np.bool_)
        if self.size == (layers.shape[1], layers.shape[0]) and not self._is_below_another:
            if painter.layers is None or painter.layers.dots is not layers.dots:
                self.call_after_refresh(painter.app.transfers.picture_written)
            painter.show(layers, self.region.offset, self._stale)

    @property
    def _is_below_another(self) -> bool:
        """Whether a whole screen stands above that of the canvas: pixels would be seen through it. Dialogs cover them."""
        above = self.app.screen_stack[self.app.screen_stack.index(self.screen) + 1 :]
        return not all(screen.is_modal for screen in above)

    def _stack_changed(self) -> None:
        if self._painter is None or self.screen not in self.app.screen_stack:
            return
        if self._is_below_another:
            self._set_aside()
        elif self._painter.layers is None:
            self.forget()
            self.post_message(self.Resized())

    def _images_lost(self) -> None:
        if self._painter is not None:
            self._painter.lost()
            self.forget()
            self.post_message(self.Resized())

    def on_hide(self) -> None:
        self._passed.drop()
        self._set_aside()

    def on_unmount(self) -> None:
        self._leave()

    def _leave(self) -> None:
        """Nothing of the picture stays on the terminal."""
        if self._painter is not None:
            self._painter.hide()

    def _set_aside(self) -> None:
        """The same, but the terminal may keep it for when it is seen again."""
        if self._painter is not None:
            self._painter.cover()

    @property
    def overlay(self) -> Overlay:
        """What stands over the picture now."""
        return self._overlay

    def _look(self) -> tuple[object, ...]:
        """What pictures are composed for: when it is another, they are composed anew."""
        return self.palette, inks(), grid_of_app(self)

    @property
    def grid(self) -> Grid:
        """The dots of a cell."""
        return grid_of_app(self)

    @property
    def palette(self) -> Palette | None:
        """The colours of the terminal, where it has few."""
        return palette_of_app(self)

    def _draw(self) -> None:
        assert self._view is not None
        assert self._dots is not None
        palette = self.palette
        self._looked = self._look()
        if (painter := self._painting()) is not None:
            picture = self._sharp or self._picture
            assert picture is not None
            layers = compose_layers(self._dots, picture, self._view, self._overlay, self._places, self._tone)
            self._show_layers(painter, layers)
            return
        if palette is not None and (self._ground is None or palette is not self._palette):
            self._ground = palette.dithered(self._dots)
        ground, self._palette = self._ground if palette else None, palette
        self.show_cells(compose(self._dots, self._sharp, self._view, self._overlay, self._places, palette, ground))

    def show_cells(self, cells: Cells) -> None:
        """Cells as they are; those that changed are painted."""
        before, self._cells = self._cells, cells
        if before is None or before.shape != cells.shape or self.size != (cells.shape[1], cells.shape[0]):
            self._stale = np.ones(cells.shape, np.bool_)
            self.refresh()
            return
        changed = cells.changed(before)
        if changed.any():
            self._stale |= changed
            self.refresh(*(Region(first, row, last - first, 1) for row, first, last in spans(changed)))

    def forget(self) -> None:
        """The terminal may show anything here: what is painted next is painted whole."""
        self._stale.fill(True)

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if repaint and not regions:
            self.forget()
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _partly(self, over_others: bool) -> None:
        """Lines go out in part, in a frame that is being written."""
        if over_others:
            self.call_later(self.refresh)
            return
        self._went_in_part = True
        self.call_later(self._frame_ended)

    def _frame_ended(self) -> None:
        self._went_in_part = False

    def _layout_changed(self, screen: object) -> None:
        """A layout was painted, just now: what lines of that frame left out may be covered by what was laid out before."""
        if self._went_in_part:
            self.refresh()

    def notify_style_update(self) -> None:
        """Another theme, or another number of colours: what was composed is drawn anew by the screen."""
        super().notify_style_update()
        if self._looked and self._is_new_look:
            self._dots = None
            self.post_message(self.Resized())

    def on_resize(self, event: events.Resize) -> None:
        self.refresh()
        self.post_message(self.Resized())

    def render_lines(self, crop: Region) -> list[Strip]:
        painter = self._painter
        if (
            painter is not None
            and painter.layers is not None
            and painter.layers.shape == (self.size.height, self.size.width)
        ):
            if not self.screen.is_active:
                is_slow = painter.app.transfers.is_surely_slow
                return backdrop_strips(self, painter.layers.as_cells(coarse=is_slow), crop)
            return painter.strips(crop, self._stale, self._partly, coder(self.palette, self.app.no_color))
        if self._cells is None or self._cells.shape != (self.size.height, self.size.width):
            ground = Style(bgcolor=self.background_colors[1].rich_color)
            return filtered(self, [Strip.blank(crop.width, ground) for _ in range(crop.height)])
        return cell_strips(self, self._cells, crop, self._stale, self._partly)


def _pictures(tiles: tuple[Tile, ...]) -> tuple[Picture | None, ...]:
    return tuple(tile.picture for tile in tiles)
