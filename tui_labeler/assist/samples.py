"""Labeled images as arrays: what engines that learn boxes begin with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui_labeler.assist.boxes import Floats, Ints
from tui_labeler.assist.engine import Example
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.regions import Region


@dataclass(frozen=True)
class Sample:
    """An image with its objects, in the image's pixels as given."""

    pixels: Pixels
    boxes: Floats
    classes: Ints


def sample_of(example: Example, classes: Sequence[str]) -> Sample:
    """The example's objects of known classes, but for those without extent."""
    known = tuple(region for region in example.labels.regions if region.name in classes)
    boxes = scaled(known, example)
    class_indices = np.array([classes.index(region.name) for region in known], np.int64)
    sound = (boxes[:, 2] - boxes[:, 0] >= 1) & (boxes[:, 3] - boxes[:, 1] >= 1)
    return Sample(example.pixels, boxes[sound], class_indices[sound])


def scaled(regions: Sequence[Region], example: Example) -> Floats:
    """The regions' boxes in the pixels of the example, which may be fewer than the image's own."""
    height, width = example.pixels.shape[:2]
    size = example.labels.size
    boxes = [region.extent.clipped(size) for region in regions]
    corners = np.array([(box.x0, box.y0, box.x1, box.y1) for box in boxes], float).reshape(-1, 4)
    scaled: Floats = corners * np.tile([width / size.width, height / size.height], 2)
    return scaled
