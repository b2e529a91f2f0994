"""An image in the stream of a terminal's lines: at the cursor, which stands below it afterwards."""

from __future__ import annotations

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.protocols import iterm, kitty, sixel

_COLOURS = 256


def whole_image(kind: str, pixels: Pixels, rows: int) -> str:
    """`kind` is "kitty", "iterm" or "sixel"; `rows` the rows of cells that the image needs. Room is made for them first,
    for not every terminal scrolls for an image; the line after it is begun."""
    height, width = pixels.shape[:2]
    if kind == "kitty":
        image = kitty.command("a=T,f=100,q=2,C=1", kitty.png_of(pixels, _COLOURS))
    elif kind == "iterm":
        image = iterm.encode(pixels, width, height)
    else:
        colours = sixel.Colours(pixels)
        image = sixel.encode(colours.base, colours.colours)
    # Down by so many lines and up again, then the image; the cursor is kept apart from what it does to it.
    return "\n" * rows + f"\x1b[{rows}A\x1b7{image}\x1b8\x1b[{rows}B"
