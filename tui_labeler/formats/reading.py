"""What every reader needs: what it was asked, whom to tell of what is not taken, and numbers looked at."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from tui_labeler.formats.records import LeftOut, Place
from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Point
from tui_labeler.model.left_out import Report
from tui_labeler.model.project import TaskType
from tui_labeler.model.transfers import ReadOptions

_AS_IT_IS = ReadOptions()

MOST = 1e9
"""No coordinate of an image is larger."""
MOST_SIDE = 1e6
"""No image is wider or higher, in pixels."""


OWN_ATTRIBUTES = frozenset({"rotation", "occluded", "outside", "keyframe", "track_id", "difficult", "truncated", "id"})
"""What tools write as attributes of each object by themselves."""


class Reading:
    """One reading of a file: what was chosen about it, the project that it is for, and what is not taken.

    `kind` and `classes` are the project's. `report` counts what is left out or passed over, `beside` what is no label of
    its own: attributes and texts. `box_is` is told by the reader: what it takes the four numbers of a box for (“size” or
    “center”), where only a convention says so; empty where the file or a person does. So is `tags_repeat`: the classes of
    an image's regions are among its tags.
    """

    def __init__(
        self,
        options: ReadOptions = _AS_IT_IS,
        kind: TaskType = TaskType.DETECTION,
        classes: tuple[str, ...] = (),
        report: Report | None = None,
    ) -> None:
        self.options, self.kind, self.classes = options, kind, classes
        self.report = Report() if report is None else report
        self.beside = Report()
        self.box_is = ""
        self.tags_repeat = False

    def pass_over(self, reason: str, place: object) -> None:
        """Something that is no image's label: a file of something else, a line without use. Counted under `reason`, a
        word of `model.left_out.REASONS`."""
        self.report.add(reason, place)

    def pass_over_values(self, values: Iterable[Any], place: object) -> None:
        """What a person said of an object or image besides its class: each attribute with something in it counts."""
        for value in values:
            if value not in (None, "", False, [], {}, "false", "False"):
                self.beside.add("attribute", place)

    def bad_entry(self, error: BadInput, reason: str = "bad_entry") -> None:
        """An entry that cannot be read. Raises the error where a person asked for that (`strict`)."""
        if self.options.strict:
            raise error
        self.report.add(reason, error.message)

    def left_out(self, reason: str, place: Place, error: BadInput | None = None) -> LeftOut:
        """Something of an image that cannot be taken, to be put among the image's `left_out`; `error` says what is wrong
        with it, where something is. Raises the error where a person asked for that (`strict`)."""
        if error is not None and self.options.strict:
            raise error
        return LeftOut(reason, place)

    def text(self, data: bytes, shown: str) -> str:
        """`data` as text: UTF-8, UTF-16 with its mark, or what `--encoding` says. Raises BadInput."""
        return decoded(data, shown, self.options.encoding)


def decoded(data: bytes, shown: str, encoding: str = "") -> str:
    """See `Reading.text`."""
    name = encoding_of(data, encoding)
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError) as error:
        raise not_in_encoding(shown, name, error) from None


def encoding_of(head: bytes, encoding: str = "") -> str:
    """The encoding of a text that begins so; a mark says more than a person."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    return encoding or "utf-8"


def not_in_encoding(shown: str, encoding: str, error: UnicodeError | LookupError) -> BadInput:
    """What is said of a text that is not in its encoding."""
    if isinstance(error, LookupError) and not isinstance(error, UnicodeError):
        return BadInput(f"There is no encoding “{encoding[:40]}”.", "For example: --encoding gbk, cp1252, shift_jis.")
    at = f" (byte {error.start:,})" if isinstance(error, UnicodeDecodeError) else ""
    what = "UTF-8" if encoding.startswith("utf-8") else encoding
    mend = "Save it as UTF-8, or name its encoding: --encoding cp1252 (Western Europe), gbk (Chinese), shift_jis."
    return BadInput(f"{shown} is not {what}{at}.", mend)


def corner_box(place: Place, x0: float, y0: float, x1: float, y1: float) -> Box:
    """The box between two corners. Raises BadInput for numbers that are none, and for corners in the wrong order."""
    if -MOST <= x0 <= x1 <= MOST and -MOST <= y0 <= y1 <= MOST:  # not so with NaN in it
        return Box(x0, y0, x1, y1)
    for value in (x0, y0, x1, y1):
        require_finite(place, value)
    mend = "Correct it in the file."
    raise BadInput(f"{place}: the box has a negative size ({x0:g}, {y0:g}, {x1:g}, {y1:g}).", mend)


def sized_box(place: Place, x: float, y: float, width: float, height: float) -> Box:
    """The box with an upper left corner and a size. Raises BadInput as `corner_box` does."""
    return corner_box(place, x, y, x + width, y + height)


def box_of(place: Place, numbers: Sequence[float], kind: str) -> Box:
    """The box of four numbers that are “corners”, a corner and a “size”, or the “center” and a size. Raises BadInput as
    `corner_box` does."""
    x, y, z, w = numbers
    if kind == "corners":
        return corner_box(place, x, y, z, w)
    if kind == "center":
        x, y = x - z / 2, y - w / 2
    return sized_box(place, x, y, z, w)


def require_finite(place: Place, value: float) -> None:
    """Raises BadInput for NaN, infinity, and numbers beyond any image."""
    if not math.isfinite(value) or abs(value) > MOST:
        raise BadInput(f"{place}: {value} is not a coordinate.", "Correct it in the file.")


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


def turned_corners(box: Box, degrees: float) -> tuple[Point, ...]:
    """The corners of a box that is turned clockwise around its centre."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    return tuple(
        (x + (px - x) * cos - (py - y) * sin, y + (px - x) * sin + (py - y) * cos)
        for px, py in ((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1))
    )
