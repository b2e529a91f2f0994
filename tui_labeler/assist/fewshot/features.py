"""An image as what the detector looks at: smoothed colours and the slopes of two of them, at several scales.

Scales are chosen so that objects of every size in the labels are about `OBJECT` pixels large at one of them: small and
large classes then look alike to one set of trees.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from tui_labeler.assist.boxes import Floats
from tui_labeler.imaging.arrays import Pixels

Planes = NDArray[np.float32]

# The side of an object at its scale, in pixels; between two scales it differs by at most this factor.
OBJECT = 32.0
_FACTOR = 1.5
# Planes are continued by so many pixels beyond the image, for samples around objects at its border.
PAD = 40
_SMOOTH = 1.2
# Slopes are about as large as colours then.
_STEEP = 4.0
# To linear light is not needed: the trees only compare. These weights give lightness and two opposing colours.
_TO_COLOURS = np.array([[0.299, 0.5, 0.25], [0.587, -0.5, 0.25], [0.114, 0.0, -0.5]], np.float32)


def scales_of(boxes: Sequence[Floats]) -> tuple[float, ...]:
    """The scales (at most 1.5 apart) at which objects of these sizes are looked for, the finest first."""
    every = np.concatenate(boxes)
    sides = np.sqrt((every[:, 2] - every[:, 0]) * (every[:, 3] - every[:, 1]))
    low, high = np.percentile(sides, [2, 98])
    low, high = max(float(low), 4.0), max(float(high), 4.0)
    sizes = [low * 1.1]
    while sizes[-1] * _FACTOR <= high * 1.1:
        sizes.append(sizes[-1] * _FACTOR)
    return tuple(min(OBJECT / size, 2.0) for size in sizes)


def planes(pixels: Pixels, scale: float) -> tuple[Planes, tuple[int, int]]:
    """(lightness, two colours, slopes of the first two in x and y) of the image at `scale`, padded, and the (height,
    width) without the padding."""
    height, width = pixels.shape[:2]
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(_SMOOTH))
    colours = (np.asarray(small, np.float32) / 255) @ _TO_COLOURS * 2
    smooth = np.pad(colours, ((PAD, PAD), (PAD, PAD), (0, 0)), mode="edge")
    channels = np.zeros((*smooth.shape[:2], 7), np.float32)
    channels[..., :3] = smooth
    channels[:, 1:-1, 3:7:2] = (smooth[:, 2:, :2] - smooth[:, :-2, :2]) * _STEEP
    channels[1:-1, :, 4:8:2] = (smooth[2:, :, :2] - smooth[:-2, :, :2]) * _STEEP
    return channels, (size[1], size[0])


def sampled(channels: Planes, rows: NDArray[np.int64], columns: NDArray[np.int64], ways: Planes) -> Planes:
    """The colours at the places (n, samples), and how the first two change outward there; (n, 5 * samples).

    `ways` (samples, 2) is outward for each sample, as cosine and sine.
    """
    values = channels[rows, columns]
    outward = values[..., 3::2] * ways[:, 0, None] + values[..., 4::2] * ways[:, 1, None]
    flat = len(rows)
    return np.concatenate([values[..., :3].reshape(flat, -1), outward.reshape(flat, -1)], 1).astype(np.float32)
