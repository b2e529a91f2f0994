"""The few colours that a picture is shown in: of all of its pixels, those of thin lines and letters too.

Most of them are those of a smaller copy, which is quick. That copy blends what is a pixel wide into what lies beside it;
so the rest are what those show worst, by the square of the error times how often it is there. Then each becomes the
middle of the pixels that it stands for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui_labeler.imaging.arrays import Pixels

Floats = NDArray[np.float32]

# A share of the colours: those that the copy does not show. How much smaller that is at most, and its least pixels.
_ADDED, _SMALLER, _LEAST_SIDE = 0.25, 8, 32
_ROUNDS = 3
# Pixels are counted by so many bits of each channel.
_BITS = 5


def few_colours(picture: Pixels, count: int) -> Pixels:
    """At most so many colours, (n, 3), for a picture (height, width, 3); all of it where it has no more."""
    image = Image.fromarray(picture)
    if (all_of_it := image.getcolors(count)) is not None:
        return np.array([colour for _, colour in all_of_it], np.uint8).reshape(-1, 3)
    found, counts = _counted(picture)
    if len(found) <= count:
        return found.round().astype(np.uint8)
    colours = _of_smaller_copy(image, count - round(count * _ADDED))
    away = _distances(found, colours).min(axis=1)
    while len(colours) < count:
        worst = found[int((away * counts).argmax())]
        colours = np.concatenate([colours, worst[None]])
        away = np.minimum(away, ((found - worst) ** 2).sum(axis=1))
    for _ in range(_ROUNDS):
        nearest = _distances(found, colours).argmin(axis=1)
        held = np.bincount(nearest, counts, minlength=count)
        sums = [np.bincount(nearest, counts * channel, minlength=count) for channel in found.T]
        is_used = held > 0
        colours[is_used] = np.stack(sums, axis=1)[is_used] / held[is_used, None]
    return colours.round().astype(np.uint8)


def _counted(picture: Pixels) -> tuple[Floats, Floats]:
    """Colours of all pixels, the mean of those that are almost the same, and how many each is."""
    channels = [np.ascontiguousarray(picture[..., channel]).reshape(-1) for channel in range(3)]
    packed: NDArray[np.uint16] = np.zeros(channels[0].shape, np.uint16)
    for channel in channels:
        packed = (packed << _BITS | channel >> (8 - _BITS)).astype(np.uint16)
    counts = np.bincount(packed)
    there = np.flatnonzero(counts)
    sums = [np.bincount(packed, channel)[there] for channel in channels]
    means: Floats = (np.stack(sums, axis=1) / counts[there, None]).astype(np.float32)
    return means, counts[there].astype(np.float32)


def _of_smaller_copy(image: Image.Image, count: int) -> Floats:
    factor = max(1, min(min(image.size) // _LEAST_SIDE, _SMALLER))
    copy = image.reduce(factor).quantize(count, method=Image.Quantize.MEDIANCUT)
    flat = copy.getpalette() or []
    return np.unique(np.array(flat[: 3 * count], np.float32).reshape(-1, 3), axis=0)


def _distances(found: Floats, colours: Floats) -> Floats:
    """The square of each from each."""
    distances: Floats = (found**2).sum(axis=1)[:, None] - 2 * found @ colours.T + (colours**2).sum(axis=1)
    return distances


def in_few_colours(picture: Pixels, colours: Pixels) -> NDArray[np.uint8]:
    """Of each pixel the number of the nearest of these."""
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours.tobytes())
    return np.asarray(Image.fromarray(picture).quantize(palette=palette, dither=Image.Dither.NONE))
