"""What every reader gives: one image after the other, with the labels that a file has for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from tui_labeler.model.errors import BadInput, StorageError
from tui_labeler.model.geometry import Box, Point

Progress = Callable[[int], None]
"""Called with the number of images read so far; it may raise Cancelled."""


MOST = 1e9
"""No coordinate of an image is larger."""
MOST_SIDE = 1e6
"""No image is wider or higher, in pixels."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where something stands in a file, put into words only when something is wrong there: the file or a place in it, and
    what follows."""

    start: str | Place
    what: str = ""
    number: int | str = ""
    end: str = ""

    def __str__(self) -> str:
        return f"{self.start}{self.what}{self.number}{self.end}"


class ReadRegion(msgspec.Struct, frozen=True, gc=False):
    """A box, or the points of a polygon, in the coordinates that the image's `unit` says."""

    name: str
    box: Box | None = None
    points: tuple[Point, ...] = ()
    confidence: float = 1.0


class ReadImage(msgspec.Struct, frozen=True, gc=False):
    """The labels of one image as a file has them.

    `names` are what the file calls the image, the best first: a path in a datastore, a URL, or a base name. `unit` says
    that coordinates are shares of the image's size (0 to 1) instead of pixels. `width` and `height` are 0 where the file
    does not say. `stem` says that the names lack their suffix. `left_out` counts what the format has and we do not (a
    rotated box, a mask), by reason. `place` is where it stands, for messages.
    """

    names: tuple[str, ...]
    place: Place
    regions: tuple[ReadRegion, ...] = ()
    tags: tuple[str, ...] = ()
    width: int = 0
    height: int = 0
    unit: bool = False
    stem: bool = False
    left_out: dict[str, int] = {}


class Reader(Protocol):
    """Reads a file or folder in a stream. Raises BadInput, with file and place, for what is broken."""

    def __call__(self, path: Path) -> Iterator[ReadImage]: ...


def opened(path: Path) -> BinaryIO:
    """`path` open for reading. Raises StorageError."""
    try:
        return path.open("rb")
    except OSError as error:
        raise StorageError(f"{path} cannot be read: {error.strerror}.", "Check its name and its permissions.") from None


def whole(path: Path, most: int) -> bytes:
    """The bytes of a small file. Raises StorageError, and BadInput for more than `most` bytes."""
    with opened(path) as file:
        data = file.read(most + 1)
    if len(data) > most:
        raise BadInput(f"{path} is larger than {most >> 20} MB, too large for such a file.")
    return data


def file_size(path: Path) -> int:
    """In bytes; 0 where it cannot be told."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def corner_box(place: Place, x0: float, y0: float, x1: float, y1: float) -> Box:
    """The box between two corners. Raises BadInput for numbers that are none, and for corners in the wrong order."""
    if -MOST <= x0 <= x1 <= MOST and -MOST <= y0 <= y1 <= MOST:  # not so with NaN in it
        return Box(x0, y0, x1, y1)
    for value in (x0, y0, x1, y1):
        require_finite(place, value)
    mend = "Correct it in the file; nothing was imported."
    raise BadInput(f"{place}: the box has a negative size ({x0:g}, {y0:g}, {x1:g}, {y1:g}).", mend)


def sized_box(place: Place, x: float, y: float, width: float, height: float) -> Box:
    """The box with an upper left corner and a size. Raises BadInput as `corner_box` does."""
    return corner_box(place, x, y, x + width, y + height)


def require_finite(place: Place, value: float) -> None:
    """Raises BadInput for NaN, infinity, and numbers beyond any image."""
    if not math.isfinite(value) or abs(value) > MOST:
        raise BadInput(f"{place}: {value} is no coordinate.", "Correct it in the file.")


def polygon(place: Place, flat: list[float]) -> tuple[Point, ...]:
    """Points from x and y in turns; fewer than three make none (an empty tuple). Raises BadInput."""
    if not sum(map(abs, flat)) <= MOST:  # one of them may be too far, or no number
        for value in flat:
            require_finite(place, value)
    return outline(place, flat)


def outline(place: Place, flat: list[float]) -> tuple[Point, ...]:
    """The same, from numbers that were looked at before."""
    if len(flat) % 2:
        raise BadInput(
            f"{place}: the polygon has an odd number of coordinates ({len(flat)}).", "Correct it in the file."
        )
    return tuple(zip(flat[::2], flat[1::2], strict=True)) if len(flat) >= 6 else ()


def image_size(place: Place, width: float, height: float) -> tuple[int, int]:
    """Whole numbers; (0, 0) where a file does not say. Raises BadInput for sizes that no image has."""
    if 1 <= width <= MOST_SIDE and 1 <= height <= MOST_SIDE:
        return int(width), int(height)
    if (
        not (math.isfinite(width) and math.isfinite(height))
        or width < 0
        or height < 0
        or max(width, height) > MOST_SIDE
    ):
        raise BadInput(f"{place}: an image of {width:g}×{height:g} pixels is not possible.", "Correct it in the file.")
    return 0, 0
