"""Masks given as PNG: what is not zero, or not transparent, belongs to the object."""

from __future__ import annotations

import io

from tui_labeler.formats.masks import RowRuns, row_runs
from tui_labeler.model.errors import BadInput

MOST_BYTES = 64 << 20
"""Of the PNG; and pixels of the mask."""


def png_mask(png: bytes, left: int, top: int, place: object) -> RowRuns:
    """The mask whose upper left corner is at `left` and `top`. Raises BadInput."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(png), formats=["PNG"]) as image:
            if image.width * image.height > MOST_BYTES:
                raise BadInput(f"{place}: its bitmap is too large.", "Export it anew.")
            mask = image.convert("RGBA").getchannel("A") if "A" in image.mode or "transparency" in image.info else image
            flat = mask.convert("L").point(lambda value: 255 if value else 0).tobytes()
            size = image.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadInput(f"{place}: its bitmap cannot be read.", "Export it anew.") from None
    return row_runs(left, top, *size, runs_of(flat), place)


def runs_of(flat: bytes) -> list[int]:
    """How many bytes are zero and not zero in turns, zero first. `flat` holds 0 and 255 only."""
    runs, at, inside = [], 0, False
    while at < len(flat):
        end = flat.find(b"\0" if inside else b"\xff", at)
        end = len(flat) if end < 0 else end
        runs.append(end - at)
        at, inside = end, not inside
    return runs
