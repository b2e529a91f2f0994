"""Bytes of a file to upright pixels, with limits on what is decoded and on the memory for it."""

from __future__ import annotations

import threading
from contextlib import nullcontext

import numpy as np
from PIL import Image

from tui_labeler.imaging.arrays import Pixels
from tui_labeler.imaging.opening import QUARTER_TURNS, BrokenImage, opened, orientation, plan, upright_size
from tui_labeler.model.geometry import Size

__all__ = ["BrokenImage", "brightness", "decode", "read_size"]

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_GREYS = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")
# What is seen through an image. Drawings are black on nothing, or white: on this both stand out (5:1 and 4:1). Viewers lay
# images on checks or on a plain colour, too. Training mostly drops alpha and so sees whatever colours were left there; that
# would bring back what someone erased, and often is all black.
_BEHIND = (128, 128, 128)
# Floats up to here are no values of 8 bits, but shares, or a depth in metres: they would all be black.
_MOST_OF_FEW = 16
# Pixels that are converted at a time: the copies that this takes stay small.
_STRIP = 4_000_000
# One image at a time that takes more memory than this; several of them are prepared in threads.
_LARGE = 150_000_000
_large = threading.Lock()
# Of so many pixels each way a mean is that comes from a JPEG decoded at a part of its size.
_FINER = 4


def read_size(data: bytes) -> Size:
    """Width and height of an image file in its upright orientation, from its header alone. Raises BrokenImage."""
    with opened(data) as image:
        return upright_size(image)


def decode(data: bytes, at_most: Size | None = None) -> tuple[Pixels, Size]:
    """The upright pixels of an image file, (height, width, 3), and the image's own upright size.

    With `at_most` (width and height in pixels that are enough), a JPEG is decoded at a half, a quarter or an eighth of
    its size where that still fills it: three times as fast at 12 megapixels. Other large images are reduced to it, and
    what would exceed the limits in full is reduced in any case: compare the shape with the size. What is transparent
    lies on grey, an animation gives its first frame, 16-bit grey and floats are stretched to what the image uses. Raises
    BrokenImage.
    """
    with opened(data) as image:
        size, turn = upright_size(image), orientation(image)
        enough = None
        if at_most is not None:
            enough = (at_most.height, at_most.width) if turn in QUARTER_TURNS else (at_most.width, at_most.height)
        way = plan(image, data, enough)
        with _large if way.peak > _LARGE else nullcontext():
            if way.draft > 1:
                image.draft("RGB", (max(image.width // way.draft, 1), max(image.height // way.draft, 1)))
            image.load()
            pixels = _reduced(image, way.factor)
            if turn in _TURNS:
                pixels = np.asarray(Image.fromarray(pixels).transpose(_TURNS[turn]))
            return pixels, size


def brightness(data: bytes, size: Size) -> Pixels:
    """How bright the upright image is in each of `size` places: (height, width), each the mean of what lies there. The
    colours of a JPEG are not even decoded. Raises BrokenImage."""
    with opened(data) as image:
        turn = orientation(image)
        wide, high = (size.height, size.width) if turn in QUARTER_TURNS else (size.width, size.height)
        way = plan(image, data, (wide * _FINER, high * _FINER))
        with _large if way.peak > _LARGE else nullcontext():
            image.draft("L", (max(image.width // way.draft, 1), max(image.height // way.draft, 1)))
            image.load()
            grey = image if image.mode == "L" else Image.fromarray(_reduced(image, way.factor)).convert("L")
            small = grey.resize((wide, high), Image.Resampling.BOX)
            return np.asarray(small.transpose(_TURNS[turn]) if turn in _TURNS else small)


def _reduced(image: Image.Image, factor: int) -> Pixels:
    """All pixels as RGB, each the mean of `factor` x `factor` ones; strip by strip."""
    span = _span(image)
    width, height = image.size
    rows = max(_STRIP // width // factor, 1) * factor
    if rows >= height and factor == 1:
        return np.asarray(_rgb(image, span))
    reduced = np.empty((-(-height // factor), -(-width // factor), 3), np.uint8)
    for top in range(0, height, rows):
        strip = _rgb(image.crop((0, top, width, min(top + rows, height))), span)
        if factor > 1:
            strip = strip.reduce(factor)
        reduced[top // factor : top // factor + strip.height] = np.asarray(strip)
    return reduced


def _span(image: Image.Image) -> tuple[float, float]:
    """The values that become black and white, of greys with more than 8 bits."""
    if image.mode not in _GREYS:
        return 0.0, 255.0
    if image.mode == "F":
        values = np.asarray(image)
        sound = values[np.isfinite(values)]
        low, high = (float(sound.min()), float(sound.max())) if sound.size else (0.0, 0.0)
        if 0 <= low < high <= _MOST_OF_FEW:
            return low, high
    else:
        low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type]
    return (0.0, 255.0) if low >= 0 and high <= 255 else (low, high)


def _rgb(image: Image.Image, span: tuple[float, float]) -> Image.Image:
    if image.mode in _GREYS:
        values = np.nan_to_num(np.asarray(image, np.float32), nan=span[0], posinf=span[1], neginf=span[0])
        scaled = np.clip((values - span[0]) / max(span[1] - span[0], 1e-6) * 255, 0, 255)
        return Image.fromarray(scaled.astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        layered = image.convert("RGBA")
        flat = Image.new("RGBA", layered.size, (*_BEHIND, 255))
        return Image.alpha_composite(flat, layered).convert("RGB")
    if image.mode == "LAB":
        return _from_lab(image)
    return image.convert("RGB")


def _from_lab(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab, screen = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, screen, outputMode="RGB")
    assert converted is not None
    return converted
