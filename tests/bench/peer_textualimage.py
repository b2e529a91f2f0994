"""The peer of `bench_pixels.py`: an image by textual-image in pixels, with a box on it whose edge moves on every key.

python -m tests.bench.peer_textualimage kitty|sixel IMAGE
"""

from __future__ import annotations

import sys
from typing import Any

from PIL import Image, ImageDraw
from textual.app import App, ComposeResult
from textual.events import Key
from textual.widget import Widget

# The canvas of our window of 200x50 cells.
COLUMNS, ROWS, CELL = 174, 46, (9, 20)


def image_class(kind: str) -> Any:
    from textual_image.widget import SixelImage, TGPImage

    return {"kitty": TGPImage, "sixel": SixelImage}[kind]


class Peer(App[None]):
    """Left and right move the right edge of a box."""

    def __init__(self, kind: str, path: str) -> None:
        super().__init__()
        width, height = COLUMNS * CELL[0], ROWS * CELL[1]
        with Image.open(path) as image:
            scale = min(width / image.width, height / image.height)
            self._image = image.convert("RGB").resize((round(image.width * scale), round(image.height * scale)))
        self._class, self._edge = image_class(kind), 700

    def compose(self) -> ComposeResult:
        shown: Widget = self._class(self._drawn())
        shown.styles.width, shown.styles.height = "auto", ROWS
        yield shown

    def on_key(self, event: Key) -> None:
        self._edge += {"right": 4, "left": -4}.get(event.key, 0)
        self.query_one(self._class).image = self._drawn()

    def _drawn(self) -> Image.Image:
        shown = self._image.copy()
        ImageDraw.Draw(shown).rectangle((300, 200, self._edge, 600), outline=(86, 190, 255), width=2)
        return shown


if __name__ == "__main__":
    Peer(sys.argv[1], sys.argv[2]).run()
