"""Supervisely's bitmaps: a PNG, packed by zlib and in base64, with the corner where it lies in the image."""

from __future__ import annotations

import base64
import binascii
import zlib

from tui_labeler.formats.masks import RowRuns
from tui_labeler.formats.pngmasks import MOST_BYTES, png_mask
from tui_labeler.model.errors import BadInput


def bitmap_mask(data: str, left: int, top: int, place: object) -> RowRuns:
    """The mask whose upper left corner is at `left` and `top`. Raises BadInput."""
    try:
        png = zlib.decompressobj().decompress(base64.b64decode(data, validate=True), MOST_BYTES)
    except (binascii.Error, zlib.error, ValueError):
        raise BadInput(f"{place}: its bitmap cannot be read.", "Export it anew.") from None
    return png_mask(png, left, top, place)
