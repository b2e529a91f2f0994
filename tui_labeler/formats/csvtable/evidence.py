"""What the numbers of a table are, told from all its rows."""

from __future__ import annotations

from tui_labeler.formats.csvtable.columns import BoxKind
from tui_labeler.formats.records import Unit
from tui_labeler.model.errors import BadInput

_BEYOND = 1.5
_SOME = 0.02  # boxes within one pixel of the corner are as rare as that


class Evidence:
    """Told every row's four numbers and the size of its image (zeros where the table does not say)."""

    def __init__(self) -> None:
        self._rows = self._like_shares = 0
        self._can_be_corners = self._can_be_size = True
        self._is_large = self._has_fractions = False

    def add(self, numbers: tuple[float, float, float, float], size: tuple[float, float]) -> None:
        x, y, z, w = numbers
        if x == y == z == w == 0:
            return  # some tables have a row of zeros for an image with nothing on it
        self._rows += 1
        self._can_be_corners &= z > x and w > y
        limits = [side if side > 0 else float("inf") for side in size]
        if max(numbers) <= 1.0:
            limits = [min(side, 1.0) for side in limits]
        self._can_be_size &= z > 0 and w > 0 and x + z <= limits[0] * 1.01 and y + w <= limits[1] * 1.01
        self._is_large |= max(numbers) > _BEYOND
        has_fractions = not all(number.is_integer() for number in numbers)
        self._has_fractions |= has_fractions
        self._like_shares += has_fractions and max(numbers) <= 1.0

    def kind(self, shown: str) -> BoxKind:
        """What four numbers in one cell are. Raises BadInput where both readings fit."""
        if self._rows and self._can_be_corners == self._can_be_size:
            what = f"{shown}: the four numbers of its boxes can be two corners, or a corner and a size."
            raise BadInput(what, "Say which: --box corners, or --box size.")
        return BoxKind.CORNERS if self._can_be_corners else BoxKind.SIZE

    def unit(self, shown: str) -> Unit:
        """Raises BadInput where the numbers of all rows can be pixels and shares, and where they are of both kinds."""
        if self._is_large and self._like_shares > self._rows * _SOME:
            what = f"{shown}: {self._like_shares:,} of its {self._rows:,} boxes are in shares, the others in pixels."
            raise BadInput(
                what, "Import them apart, or say what all are: --coordinates pixels, or --coordinates shares."
            )
        if self._is_large or not self._rows:
            return Unit.PIXELS
        if self._has_fractions:
            return Unit.SHARES
        what = (
            f"{shown}: the numbers of all its boxes are so small that they can be pixels or shares of the image's size."
        )
        raise BadInput(what, "Say which: --coordinates pixels, or --coordinates shares.")
