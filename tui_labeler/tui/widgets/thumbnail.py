"""A small picture of an image with its regions: in pixels where the terminal has them, else drawn by rich-pixels."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.visual import VisualType
from textual.widgets import Static

from tui_labeler.imaging.overlay import Mark, Overlay
from tui_labeler.imaging.picture import Picture
from tui_labeler.imaging.view import View
from tui_labeler.model.geometry import Size
from tui_labeler.model.regions import Labels
from tui_labeler.terminal.graphics import CELLS
from tui_labeler.tui.graphicsapp import GraphicsApp, grid_of_app
from tui_labeler.tui.widgets.canvas import Canvas


class Thumbnail(Vertical):
    """Takes the room that it is given. What it shows instead of a picture is `update`d."""

    DEFAULT_CSS = """
    Thumbnail > Static { width: 100%; height: 100%; }
    Thumbnail > Canvas { display: none; }
    Thumbnail.-pixels > Static { display: none; }
    Thumbnail.-pixels > Canvas { display: block; }
    """

    def __init__(self, **widget: Any) -> None:
        super().__init__(**widget)
        self._shown: tuple[Picture, Overlay, dict[str, int]] | None = None
        # The one that was drawn last: read once more, after another tab say, it is not sent again.
        self._picture: Picture | None = None

    def compose(self) -> ComposeResult:
        yield Static("")
        canvas = Canvas()
        canvas.can_focus = False
        yield canvas

    def update(self, content: VisualType) -> None:
        """A text, or nothing."""
        self._shown = None
        self.remove_class("-pixels")
        for cells in self.query(Static):
            cells.update(content)

    async def draw(
        self,
        read: Callable[[], bytes],
        labels: Labels | None = None,
        names: tuple[str, ...] = (),
        within: tuple[int, int] | None = None,
    ) -> Size:
        """The image whose bytes `read` gives (in a thread), with its regions, in all of the room or in so many columns and
        rows; its size. Raises LabelerError."""
        columns, rows = within or self.size
        app = self.app
        if not isinstance(app, GraphicsApp) or app.graphics.kind == CELLS:
            from tui_labeler.imaging.thumbnail import thumbnail

            drawn, size = await asyncio.to_thread(lambda: thumbnail(read(), columns, rows, labels, names))
            if self.is_attached:
                self.update(drawn)
            return size
        grid = grid_of_app(self)
        enough = Size(*(max(length, 1) for length in grid.size(columns, rows)))
        before = self._picture

        def load() -> Picture:
            picture = Picture.load(read(), enough)
            return before if before is not None and picture.is_like(before) else picture

        picture = await asyncio.to_thread(load)
        if self.is_attached:
            self._picture = picture
            marks = tuple(Mark(region) for region in labels.regions) if labels else ()
            self._shown = picture, Overlay(marks), {name: class_index for class_index, name in enumerate(names)}
            self.add_class("-pixels")
            self._show()
        return picture.size

    @on(Canvas.Resized)
    def _show(self) -> None:
        """Drawn when the canvas has its size, and again when that, or what the terminal shows, is another."""
        canvas = self.query_one_optional(Canvas)
        if self._shown is not None and canvas is not None and canvas.size.area:
            picture, overlay, places = self._shown
            view = View.fit(picture.size, canvas.size.width, canvas.size.height, canvas.grid)
            canvas.show(picture, view, overlay, places)
