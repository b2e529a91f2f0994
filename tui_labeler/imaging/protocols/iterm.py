"""iTerm2's inline images: a file at the cursor, here a JPEG; a PNG where that is smaller, as for single cells."""

from __future__ import annotations

import base64
import io

from PIL import Image

from tui_labeler.imaging.arrays import Pixels

GOOD, ROUGH = 85, 65
# A JPEG's tables alone take some 600 bytes. A single cell has few colours: at 24 it is nearer to the image than a JPEG.
_SMALL, _COLOURS = 4000, 64
_CELL, _CELL_COLOURS = 200, 24


def encode(pixels: Pixels, width: int, height: int, quality: int = GOOD, has_outlines: bool = False) -> str:
    """`pixels` on so many of the terminal's. A JPEG has a quarter of the hues, so that an outline would colour eight pixels
    beside it: where something is drawn over the image, all of them (a tenth more bytes, a quarter of the error there)."""
    written = io.BytesIO()
    hues = "4:4:4" if has_outlines else "4:2:0"
    Image.fromarray(pixels).save(written, "JPEG", quality=quality, subsampling=hues, optimize=True)
    data = written.getvalue()
    size = pixels.shape[0] * pixels.shape[1]
    if size <= _SMALL:
        written = io.BytesIO()
        colours = _COLOURS if size > _CELL else _CELL_COLOURS
        Image.fromarray(pixels).quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
        data = min(data, written.getvalue(), key=len)
    keys = f"inline=1;size={len(data)};width={width}px;height={height}px;preserveAspectRatio=0;doNotMoveCursor=1"
    return f"\x1b]1337;File={keys}:{base64.standard_b64encode(data).decode()}\x07"
