"""Which painter a terminal needs."""

from __future__ import annotations

from collections.abc import Callable

from tui_labeler.terminal.graphics import KITTY
from tui_labeler.tui.graphicsapp import GraphicsApp
from tui_labeler.tui.widgets.kittypainter import KittyPainter
from tui_labeler.tui.widgets.painters import Painter


def painter_for(app: GraphicsApp, refresh: Callable[..., object]) -> Painter | None:
    """None where pictures are cells."""
    return KittyPainter(app, refresh) if app.graphics.kind == KITTY else None
