"""Whether the four numbers of boxes were taken for what they are.

Formats say by convention alone that they are a corner and a size, or a centre and a size; people write two corners into
the same fields. Then boxes lead far out of their images, and clipping would hide it. Where another reading keeps all of
them inside, there are two, and a person is asked.
"""

from __future__ import annotations

from tui_labeler.model.errors import BadInput
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.text import plural

_WORDS = {"corners": "two corners", "size": "a corner and a size", "center": "a centre and a size"}
# How far a box may lead out of its image by rounding, and by a hand that slipped: pixels, and a share of the image's side.
_PIXELS, _SHARE = 2.0, 0.02
# Some boxes lead out in any dataset; a wrong reading shows in many.
_MANY = 0.1
_NEARLY_ALL = 0.99


class BoxLayout:
    """Told every box as it was read, in pixels and before it is clipped."""

    def __init__(self) -> None:
        self._boxes = self._outside = 0
        self._fitting = {"corners": 0, "size": 0}

    def add(self, box: Box, size: Size, taken_for: str) -> None:
        """`taken_for` is what the four numbers were taken for: “size” or “center”."""
        self._boxes += 1
        self._outside += not _is_inside(box, size)
        x, y, width, height = box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0
        if taken_for == "center":
            x, y = x + width / 2, y + height / 2
            self._fitting["size"] += _is_inside(Box(x, y, x + width, y + height), size)
        self._fitting["corners"] += width > x and height > y and _is_inside(Box(x, y, width, height), size)

    def problem(self, name: str, taken_for: str) -> BadInput | None:
        """What to ask a person about the file `name`, where there are two readings."""
        if not self._boxes or self._outside < self._boxes * _MANY:
            return None
        others = [kind for kind, fitting in self._fitting.items() if fitting >= self._boxes * _NEARLY_ALL]
        if not others:
            return None
        better = " or ".join(_WORDS[kind] for kind in others)
        what = (
            f"{name}: {plural(self._outside, 'box', 'boxes')} of {self._boxes:,} would lead out of the image, if the "
            f"four numbers are {_WORDS[taken_for]}; as {better} they do not."
        )
        return BadInput(what, f"Say which: {', or '.join(f'--box {kind}' for kind in (taken_for, *others))}.")


def _is_inside(box: Box, size: Size) -> bool:
    room_x, room_y = max(_PIXELS, size.width * _SHARE), max(_PIXELS, size.height * _SHARE)
    return box.x0 >= -room_x and box.y0 >= -room_y and box.x1 <= size.width + room_x and box.y1 <= size.height + room_y
