"""What a person points at, and the outlines that a segmentation model sees there."""

from __future__ import annotations

import msgspec

from tui_labeler.model.geometry import Box, Point


class Prompt(msgspec.Struct, frozen=True):
    """A `point` on an object, or a `box` around it, in image pixels: one of them."""

    point: Point | None = None
    box: Box | None = None


class Outline(msgspec.Struct, frozen=True):
    """An object as a model sees it: its `box` and the `points` of its outline, in image pixels; `confidence` 0 to 1."""

    box: Box
    points: tuple[Point, ...]
    confidence: float


class Segmented(msgspec.Struct, frozen=True):
    """A segmentation model on trial: what it sees at a point, the seconds that it looked at the image and at the point,
    and the most memory that it took."""

    point: Point
    outlines: tuple[Outline, ...]
    look_seconds: float
    point_seconds: float
    megabytes: float
