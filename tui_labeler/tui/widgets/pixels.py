"""Which painter a terminal needs."""

from __future__ import annotations

from collections.abc import Callable

from tui_labeler.terminal.graphics import ITERM, KITTY, SIXEL
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.itermpainter import ItermPainter
from tui_labeler.tui.widgets.kittypainter import KittyPainter
from tui_labeler.tui.widgets.painters import Painter
from tui_labeler.tui.widgets.sixelpainter import SixelPainter

_PAINTERS: dict[str, Callable[[GraphicsApp, Callable[..., object]], Painter]] = {
    KITTY: KittyPainter,
    SIXEL: SixelPainter,
    ITERM: ItermPainter,
}


def painter_for(app: GraphicsApp, refresh: Callable[..., object]) -> Painter | None:
    """None where pictures are cells."""
    make = _PAINTERS.get(app.graphics.kind)
    return make(app, refresh) if make is not None else None
