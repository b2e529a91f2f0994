"""What a labeler gives for one image: regions (boxes or polygons with a class), or tags for the whole image."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from tui_labeler.model.geometry import Box, Point, Size, bounds, polygon_area


class Region(msgspec.Struct, frozen=True, omit_defaults=True):
    """One object: its class, and either a `box` or the `points` of a polygon (three or more), in image pixels.

    `confidence` is 1.0 for what a person drew or confirmed, less for a prelabel; `model` names the model of a prelabel.
    """

    name: str
    box: Box | None = None
    points: tuple[Point, ...] = ()
    confidence: float = 1.0
    model: str = ""

    @property
    def extent(self) -> Box:
        """The box, or the smallest box around the polygon."""
        return self.box if self.box is not None else bounds(self.points)

    @property
    def words(self) -> str:
        """What it is, for a message: the box of “coke”."""
        return f"the {'polygon' if self.points else 'box'} of “{self.name}”"

    @property
    def area(self) -> float:
        """In square pixels."""
        return self.box.area if self.box is not None else polygon_area(self.points)


class Labels(msgspec.Struct, frozen=True, omit_defaults=True):
    """The labels of one image. `size` is that of the upright image; `tags` serve classification, `regions` the rest.
    Without regions and tags it says: looked at, and nothing there (a background image). `tag_confidences` are a model's,
    one for each tag (0 to 1); there are none where a person gave the tags."""

    size: Size
    regions: tuple[Region, ...] = ()
    tags: tuple[str, ...] = ()
    tag_confidences: tuple[float, ...] = ()

    @property
    def sure_tags(self) -> tuple[tuple[str, float], ...]:
        """Each tag with its confidence; 1.0 where nothing else is said."""
        known = self.tag_confidences if len(self.tag_confidences) == len(self.tags) else (1.0,) * len(self.tags)
        return tuple(zip(self.tags, known, strict=True))

    @property
    def confidence(self) -> float:
        """The mean over all regions and tags; 1.0 where there are none."""
        every = [*(region.confidence for region in self.regions), *(sure for _, sure in self.sure_tags)]
        return sum(every) / len(every) if every else 1.0

    def of_classes(self, names: Collection[str]) -> Labels:
        """Its regions and tags of these classes alone."""
        regions = tuple(region for region in self.regions if region.name in names)
        return msgspec.structs.replace(self, regions=regions, tags=tuple(tag for tag in self.tags if tag in names))

    def class_counts(self) -> dict[str, int]:
        """How many regions or tags each class has here."""
        counts: dict[str, int] = {}
        for name in (*(region.name for region in self.regions), *self.tags):
            counts[name] = counts.get(name, 0) + 1
        return counts
