"""Bytes of a file to upright pixels, with a limit on what is decoded."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from tui_labeler.model.errors import LabelerError
from tui_labeler.model.geometry import Size

Pixels = NDArray[np.uint8]

# Larger images are not decoded: a file of 300 kB can claim gigabytes of pixels (a decompression bomb). 178 million
# pixels is where Pillow itself refuses.
MAX_PIXELS = 178_000_000
_ORIENTATION = 0x0112
# EXIF orientations that turn the image by a quarter.
_QUARTER_TURNS = (5, 6, 7, 8)


class BrokenImage(LabelerError):
    """A file that cannot be shown."""


def read_size(data: bytes) -> Size:
    """Width and height of an image file in its upright orientation, from its header alone. Raises BrokenImage."""
    with _opened(data) as image:
        return _upright_size(image)


def decode(data: bytes, at_most: Size | None = None) -> tuple[Pixels, Size]:
    """The upright pixels of an image file, (height, width, 3), and the image's own upright size.

    With `at_most` (width and height in pixels that are enough), a JPEG is decoded at a half, a quarter or an eighth of
    its size where that still fills it: three times as fast at 12 megapixels. Alpha is laid on black, an animation gives
    its first frame, 16-bit grey is stretched to what the image uses. Raises BrokenImage.
    """
    with _opened(data) as image:
        size = _upright_size(image)
        if at_most is not None:
            turned = image.getexif().get(_ORIENTATION, 1) in _QUARTER_TURNS
            enough = (at_most.height, at_most.width) if turned else (at_most.width, at_most.height)
            image.draft("RGB", enough)
        upright = ImageOps.exif_transpose(image)
        return np.asarray(_rgb(upright)), size


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
        values = np.asarray(image, np.float32)
        low, high = float(values.min()), float(values.max())
        if low >= 0 and high <= 255:
            low, high = 0.0, 255.0
        span = max(high - low, 1e-6)
        return Image.fromarray(np.clip((values - low) / span * 255, 0, 255).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layered = image.convert("RGBA")
        flat = Image.new("RGBA", layered.size, (0, 0, 0, 255))
        return Image.alpha_composite(flat, layered).convert("RGB")
    return image.convert("RGB")


def _upright_size(image: Image.Image) -> Size:
    width, height = image.size
    turned = image.getexif().get(_ORIENTATION, 1) in _QUARTER_TURNS
    return Size(height, width) if turned else Size(width, height)


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The image in `data`, with every way in which a file can be broken told as BrokenImage."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data)) as image:
                pixels = image.width * image.height
                if pixels > MAX_PIXELS:
                    raise BrokenImage(
                        f"The image has {image.width} x {image.height} pixels; the limit is {MAX_PIXELS:,}.",
                        "Skip it, or put a smaller copy into the dataset.",
                    )
                yield image
    except BrokenImage:
        raise
    except Image.DecompressionBombError:
        limit = MAX_PIXELS // 1_000_000
        raise BrokenImage(
            f"The image has more than {limit} million pixels.", "Skip it, or use a smaller copy."
        ) from None
    except Exception as error:  # Pillow's plugins raise nearly every kind of error on files that are broken
        mend = "Skip it, or replace the file: the next refresh sees that it changed."
        raise BrokenImage(f"The image cannot be read: {type(error).__name__}.", mend) from None
