"""What a reader gives: one image after the other, with what a file says of it."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

import msgspec

from tui_labeler.model.geometry import Box, Point


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where something stands in a file, put into words only when something is wrong there: the file or a place in it, and
    what follows."""

    start: str | Place
    what: str = ""
    number: int | str = ""
    end: str = ""

    def __str__(self) -> str:
        return f"{self.start}{self.what}{self.number}{self.end}"


class Unit(Enum):
    """What the coordinates of an image count."""

    PIXELS = "pixels"
    SHARES = "shares"  # of the image's width and height, 0 to 1


class Stated(Enum):
    """What a file says of an image. Only a person's statement completes it."""

    LABELED = "labeled"  # it has labels, or had some that cannot be taken
    EMPTY = "empty"  # a person said that there is nothing on it
    LISTED = "listed"  # the file names it, and says nothing
    PROPOSED = "proposed"  # its labels are a model's


class Mask(Protocol):
    """A region given by its pixels, decoded only where it is needed."""

    def box(self) -> Box | None:
        """Its bounds, in pixels; None where it has no pixel."""

    def outlines(self) -> list[tuple[Point, ...]]:
        """The outlines of its parts, in pixels, without holes."""


class ReadRegion(msgspec.Struct, frozen=True, gc=False):
    """A box, the points of a polygon, or a mask with or without its box, in the coordinates that the image's `unit` says.

    `rotated` says that the object is a rotated box: its four corners are the points.
    """

    name: str
    box: Box | None = None
    points: tuple[Point, ...] = ()
    confidence: float = 1.0
    rotated: bool = False
    mask: Mask | None = None


class LeftOut(msgspec.Struct, frozen=True, gc=False):
    """Something of an image that is not among its regions and tags: why (a word of `model.left_out.REASONS`), and where
    it stands."""

    reason: str
    place: Place


class ReadImage(msgspec.Struct, frozen=True, gc=False):
    """What a file says of one image.

    `names` are what the file calls the image, the best first: a path in a datastore, a URL, or a base name. `stem` is the
    path of the image's own label file without its suffix, where it has one (`sub/a` of `sub/a.xml`): nobody forgets to
    rename that, so it comes before the names. `folder` is where a file of many images stands, or what stands for it (a part
    of a split): it decides between images that the names leave equal. `width` and `height` are 0 where the file does not
    say. `place` is where it stands, for messages. There is a name, or a stem.
    """

    names: tuple[str, ...]
    place: Place
    regions: tuple[ReadRegion, ...] = ()
    tags: tuple[str, ...] = ()
    width: int = 0
    height: int = 0
    unit: Unit = Unit.PIXELS
    stated: Stated = Stated.LABELED
    stem: str = ""
    left_out: tuple[LeftOut, ...] = ()
    folder: str = ""

    @property
    def name(self) -> str:
        """What a person knows it by."""
        return self.names[0] if self.names else self.stem
