"""What a file says of an image, made into labels that a project takes: scaled, clipped, renamed."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tui_labeler.exchange.boxlayout import BoxLayout
from tui_labeler.formats.clipping import clipped_box, clipped_points
from tui_labeler.formats.reading import Reading
from tui_labeler.formats.records import LeftOut, ReadImage, ReadRegion, Stated, Unit
from tui_labeler.model.geometry import Box, Point, Size, bounds
from tui_labeler.model.left_out import HARMLESS
from tui_labeler.model.pasted import without_escapes
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.transfers import ImportChoices


class Normalized(msgspec.Struct, frozen=True):
    """Labels for a task, and why a person has to look at them again: the reasons why an object is not among them."""

    labels: Labels
    review: tuple[str, ...] = ()


class Normalizer:
    """For the project of a reading, by a person's choices; its report counts what is left out. `layout` sees all boxes."""

    def __init__(self, reading: Reading, choices: ImportChoices) -> None:
        self._kind, self._choices, self._report = reading.kind, choices, reading.report
        self._reading = reading
        self.layout = BoxLayout()

    def fit(self, image: ReadImage, size: Size) -> Normalized | None:
        """None, with the reason counted, where nothing is left that could be the labels of a task."""
        if image.stated is Stated.LISTED and self._choices.reading.listed == "empty":
            image = msgspec.structs.replace(image, stated=Stated.EMPTY)
        if image.stated is Stated.LISTED or (image.stated is Stated.PROPOSED and not self._choices.prelabel):
            self._report.add("listed" if image.stated is Stated.LISTED else "predictions", image.place)
            return None
        left = [*image.left_out]
        if not self._kind.has_regions:
            fitted = self._tags(image, size)
            if fitted is not None:
                self._count_unsuited("regions", image, [region.name for region in image.regions])
        elif not image.regions and image.tags and not image.left_out:
            self._report.add("no_regions", image.place)
            return None
        else:
            fitted = self._regions(image, size, left)
            repeated = {region.name for region in image.regions} if self._reading.tags_repeat else set()
            self._count_unsuited("tags", image, [tag for tag in image.tags if tag not in repeated])
        for omission in left:
            self._report.add(omission.reason, omission.place)
        if fitted is None:
            return None
        if not (fitted.regions or fitted.tags) and self._says_something(image, left):
            # It would look as if a person had seen nothing there.
            self._report.add("nothing_left", image.place)
            return None
        return Normalized(
            fitted, tuple(dict.fromkeys(omission.reason for omission in left if omission.reason not in HARMLESS))
        )

    def _count_unsuited(self, reason: str, image: ReadImage, names: Iterable[str]) -> None:
        """Labels of a kind that the project has no place for, beside those that it takes."""
        if count := sum(bool(self._name(name)) for name in names):
            self._report.add(reason, image.place, count)

    def _says_something(self, image: ReadImage, left: list[LeftOut]) -> bool:
        return bool(left) or any(self._name(region.name) for region in image.regions)

    def _name(self, name: str) -> str:
        """What a class of the file is called here: without what coloured it where it was copied from."""
        plain, renamed = without_escapes(name) or name, self._choices.renamed
        return renamed.get(name, renamed.get(plain, plain))

    def _tags(self, image: ReadImage, size: Size) -> Labels | None:
        tags = tuple(dict.fromkeys(name for tag in image.tags if (name := self._name(tag))))
        if not tags:
            self._report.add("no_tags", image.place)
            return None
        if self._kind.is_multiclass and len(tags) != 1:
            self._report.add("several_tags", image.place)
            return None
        return Labels(size, tags=tags)

    def _regions(self, image: ReadImage, size: Size, left: list[LeftOut]) -> Labels | None:
        scale = self._scale(image, size)
        if scale is None:
            self._report.add("size_differs", image.place)
            return None
        regions: list[Region] = []
        for read in image.regions:
            name = self._name(read.name)
            if not name:
                continue  # a person dropped the class: nothing is missing
            reason = self._add(regions, read, name, scale, size)
            if reason:
                left.append(LeftOut(reason, image.place))
        return Labels(size, tuple(regions))

    def _scale(self, image: ReadImage, size: Size) -> Point | None:
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

    def _add(self, regions: list[Region], read: ReadRegion, name: str, scale: Point, size: Size) -> str:
        """Adds a region, or the parts of a mask; the reason where there is none to add."""
        if read.rotated and self._choices.reading.rotated != "enclose":
            return "rotated"
        if self._kind.has_polygons:
            return self._add_outlines(regions, read, name, scale, size)
        box = read.box or (read.mask.box() if read.mask is not None and not read.points else None)
        if box is None:
            if not read.points:
                return "mask" if read.mask is not None else "degenerate"
            box = bounds(read.points)
        x, y = scale
        box = Box(box.x0 * x, box.y0 * y, box.x1 * x, box.y1 * y)
        if read.box is not None and self._reading.box_is:
            self.layout.add(box, size, self._reading.box_is)
        kept = clipped_box(Region(name, box), size)
        if kept is None or kept.area <= 0:
            return "degenerate"
        regions.append(Region(name, kept, confidence=read.confidence))
        return ""

    def _add_outlines(self, regions: list[Region], read: ReadRegion, name: str, scale: Point, size: Size) -> str:
        outlines = [read.points] if read.points else read.mask.outlines() if read.mask is not None else []
        if not outlines:
            return "mask" if read.mask is not None else "no_outline"
        x, y = scale
        taken = 0
        for outline in outlines:
            points = tuple((px * x, py * y) for px, py in outline)
            kept = clipped_points(Region(name, points=points), size)
            if kept is not None:
                regions.append(Region(name, points=tuple(kept), confidence=read.confidence))
                taken += 1
        return "" if taken else "degenerate"
