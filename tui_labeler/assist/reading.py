"""An image file as the pixels that an engine looks at."""

from __future__ import annotations

import numpy as np
from PIL import Image

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.decode import decode
from tui_labeler.model.geometry import Size


def read_pixels(data: bytes, side: int) -> tuple[Pixels, Size]:
    """The upright pixels, made smaller where the longer side has more than `side` (0: as they are), and the image's own
    size. Raises BrokenImage."""
    pixels, size = decode(data, Size(side, side) if side else None)
    longer = max(pixels.shape[:2])
    if not side or longer <= side:
        return pixels, size
    height, width = (max(1, round(extent * side / longer)) for extent in pixels.shape[:2])
    small = Image.fromarray(pixels).resize((width, height), Image.Resampling.BOX)
    return np.asarray(small), size
