"""kitty's graphics protocol: images are sent once, with a number, and placed where they are to be seen.

Every command says q=2: the terminal answers nothing, for an answer would be typed into the app.
"""

from __future__ import annotations

import base64
import io
from functools import lru_cache

import numpy as np
from PIL import Image

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.fewcolours import few_colours, in_few_colours
from tui_labeler.imaging.longruns import lengthen_runs
from tui_labeler.imaging.shapes import Source, pixels_of

# Below these, cells with a background of their own are drawn above an image.
_UNDER_TEXT = -(2**31) // 2
PICTURE, SHARP, OVER = _UNDER_TEXT - 3_000_000, _UNDER_TEXT - 2_999_000, _UNDER_TEXT - 2_000_000
INSET = OVER + 600_000
_CHUNK = 4096


def command(keys: str, payload: bytes = b"") -> str:
    """One command; what is long goes out in several pieces that must not be parted."""
    text = base64.standard_b64encode(payload).decode()
    if len(text) <= _CHUNK:
        return f"\x1b_G{keys};{text}\x1b\\" if text else f"\x1b_G{keys}\x1b\\"
    pieces = [text[at : at + _CHUNK] for at in range(0, len(text), _CHUNK)]
    parts = [f"\x1b_G{keys},m=1;{pieces[0]}\x1b\\"]
    parts += [f"\x1b_Gm=1;{piece}\x1b\\" for piece in pieces[1:-1]]
    return "".join([*parts, f"\x1b_Gm=0;{pieces[-1]}\x1b\\"])


def send(number: int, png: bytes) -> str:
    """An image for later use."""
    return command(f"a=t,f=100,i={number},q=2", png)


def put(number: int, placement: int, z: int, more: str = "") -> str:
    """At the cursor, which stays; a placement that exists is moved."""
    return command(f"a=p,i={number},p={placement},q=2,C=1,z={z}" + (f",{more}" if more else ""))


def take_away(number: int, placement: int = 0) -> str:
    """Placements of an image; it can be placed again."""
    return command(f"a=d,d=i,i={number},q=2" if not placement else f"a=d,d=i,i={number},p={placement},q=2")


def framed(commands: str) -> str:
    """Between two frames. The cursor stays where it was left."""
    return f"\x1b[?2026h\x1b7{commands}\x1b8\x1b[?2026l"


def empty(number: int) -> str:
    """An image with all of its placements gives way to a single pixel, and its number is free for another one. Before 2026,
    kitty took `free` for every image that was not placed: those sent ahead, and those kept."""
    return command(f"a=t,f=24,s=1,v=1,i={number},q=2", bytes(3))


def free(number: int) -> str:
    """An image with all of its placements, when nothing else is to stay."""
    return command(f"a=d,d=I,i={number},q=2")


class Reduced:
    """A picture in few colours of its own. A part of it is a PNG that needs nothing of the others. Where the terminal
    enlarges it, a part has a pixel of its neighbours around it, which is not shown (`source`): kitty smooths with what lies
    beside a pixel, and at a PNG's end that is black air."""

    def __init__(self, pixels: Pixels, colours: int, factor: int = 1, tolerance: float = 0) -> None:
        """`factor`: how many pixels become one, across and down, where there are more than the image has. `tolerance`: see
        `lengthen_runs`."""
        if factor > 1:
            height, width = pixels.shape[:2]
            size = max(width // factor, 1), max(height // factor, 1)
            pixels = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))
        own = few_colours(pixels, colours)
        numbers = in_few_colours(pixels, own)
        if tolerance:
            numbers = lengthen_runs(pixels, numbers, own, tolerance)
        self._factor = factor
        self.size = numbers.shape[1], numbers.shape[0]
        self._image = Image.fromarray(np.pad(numbers, 1, mode="edge") if factor > 1 else numbers, "P")
        self._image.putpalette(own.tobytes())

    def _rows(self, top: int, bottom: int) -> tuple[int, int]:
        first = min(top // self._factor, self.size[1] - 1)
        return first, max(min(-(-bottom // self._factor), self.size[1]), first + 1)

    def png(self, top: int, bottom: int) -> bytes:
        """The rows from `top` to `bottom`, counted in those of the picture."""
        first, last = self._rows(top, bottom)
        if self._factor > 1:
            last += 2
        written = io.BytesIO()
        self._image.crop((0, first, self._image.width, last)).save(written, "PNG", compress_level=9)
        return written.getvalue()

    def source(self, top: int, bottom: int) -> str:
        """What of that PNG is to be shown, as keys of a placement; empty where it is all of it."""
        if self._factor == 1:
            return ""
        first, last = self._rows(top, bottom)
        return f"x=1,y=1,w={self.size[0]},h={last - first}"


def png_of(pixels: Pixels, colours: int) -> bytes:
    """An image in so many colours of its own."""
    return Reduced(pixels, colours).png(0, len(pixels))


@lru_cache(maxsize=64)
def source_png(source: Source) -> bytes:
    """A source of pieces, in as few bytes as it takes."""
    pixels = pixels_of(source)
    colours, places = np.unique(pixels.reshape(-1, 4), axis=0, return_inverse=True)
    if len(colours) > 256:
        image = Image.fromarray(pixels, "RGBA")
    else:
        image = Image.fromarray(places.reshape(pixels.shape[:2]).astype(np.uint8), "P")
        image.putpalette(colours[:, :3].astype(np.uint8).tobytes())
        image.info["transparency"] = bytes(colours[:, 3].tolist())
    written = io.BytesIO()
    image.save(written, "PNG", optimize=True)
    return written.getvalue()
