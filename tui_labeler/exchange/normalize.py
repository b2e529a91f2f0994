"""Labels as a file has them, made into labels that a project takes: scaled, clipped, renamed."""

from __future__ import annotations

from collections.abc import Callable

from tui_labeler.formats.clipping import clipped_box, clipped_points
from tui_labeler.formats.records import ReadImage, ReadRegion, Unit
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

Leave = Callable[[str], None]
"""Told why something is left out."""


class Normalizer:
    """For one task type, with the classes renamed: `renamed` maps a class to another one, or to "" to drop it."""

    def __init__(self, kind: TaskType, renamed: dict[str, str], leave: Leave) -> None:
        self._kind, self._renamed, self._leave = kind, renamed, leave

    def fit(self, image: ReadImage, size: Size) -> Labels | None:
        """None, with the reason told, where nothing is left that could be the labels of a task."""
        for left in image.left_out:
            self._leave(left.reason)
        if not self._kind.has_regions:
            return self._tags(image, size)
        if not image.regions and image.tags:
            self._leave("no_regions")
            return None
        scale = self._scale(image, size)
        if scale is None:
            self._leave("size_differs")
            return None
        regions = [one for region in image.regions if (one := self._region(region, scale, size)) is not None]
        if not regions and (image.left_out or any(self._name(region.name) for region in image.regions)):
            self._leave("nothing_left")  # it would look as if a person had seen nothing there
            return None
        return Labels(size, tuple(regions))

    def _name(self, name: str) -> str:
        return self._renamed.get(name, name)

    def _tags(self, image: ReadImage, size: Size) -> Labels | None:
        tags = tuple(dict.fromkeys(name for tag in image.tags if (name := self._name(tag))))
        if not tags:
            self._leave("no_tags")
            return None
        if self._kind is TaskType.CLASSIFICATION and len(tags) != 1:
            self._leave("several_tags")
            return None
        return Labels(size, tags=tags)

    def _scale(self, image: ReadImage, size: Size) -> tuple[float, float] | None:
        """What coordinates are multiplied with. A file made from copies of another size is scaled if their shape is the
        same; None if it is not: then it is unknown where its regions belong."""
        if image.unit is Unit.SHARES:
            return float(size.width), float(size.height)
        if not image.width or (image.width, image.height) == (size.width, size.height):
            return 1.0, 1.0
        x, y = size.width / image.width, size.height / image.height
        # One pixel of rounding, in the smaller of the two.
        slack = 1.0 / min(image.width, image.height, size.width, size.height)
        return (x, y) if abs(x - y) <= max(x, y) * slack else None

    def _region(self, read: ReadRegion, scale: tuple[float, float], size: Size) -> Region | None:
        name = self._name(read.name)
        if not name:
            return None
        x, y = scale
        if self._kind is TaskType.SEGMENTATION:
            points = tuple((px * x, py * y) for px, py in read.points)
            kept = clipped_points(Region(name, points=points), size) if points else None
            if kept is None:
                self._leave("degenerate" if points else "no_outline")
                return None
            return Region(name, points=tuple(kept), confidence=read.confidence)
        if read.box is not None:
            region = Region(name, Box(read.box.x0 * x, read.box.y0 * y, read.box.x1 * x, read.box.y1 * y))
        else:
            region = Region(name, points=tuple((px * x, py * y) for px, py in read.points))
        box = clipped_box(region, size) if region.box is not None or region.points else None
        if box is None or box.area <= 0:
            self._leave("degenerate")
            return None
        return Region(name, box, confidence=read.confidence)
