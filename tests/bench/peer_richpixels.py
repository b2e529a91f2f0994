"""The peer of `bench_canvas.py`: an image by rich-pixels in a Static that updates itself on every key, with a box on it."""

from __future__ import annotations

import sys

from PIL import Image, ImageDraw
from rich_pixels import Pixels
from textual.app import App, ComposeResult
from textual.widgets import Static


class Peer(App[None]):
    """Left and right move the right edge of a box."""

    def __init__(self, path: str) -> None:
        super().__init__()
        with Image.open(path) as image:
            self._image = image.convert("RGB").resize((174, 92))
        self._edge = 80

    def compose(self) -> ComposeResult:
        yield Static()

    def on_mount(self) -> None:
        self._draw()

    def on_key(self, event: object) -> None:
        self._edge += 1 if getattr(event, "key", "") == "right" else -1
        self._draw()

    def _draw(self) -> None:
        shown = self._image.copy()
        ImageDraw.Draw(shown).rectangle((40, 20, self._edge, 60), outline=(86, 190, 255))
        self.query_one(Static).update(Pixels.from_image(shown))


if __name__ == "__main__":
    Peer(sys.argv[1]).run()
