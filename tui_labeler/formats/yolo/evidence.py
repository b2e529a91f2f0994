"""What the numbers behind a class mean, told from all lines of a dataset.

Four are a box: its centre and size, in shares of the image. Five are a box with a confidence, or with the number of a
track. Six and more are a polygon, or a box with keypoints. Where the lines leave two readings, a person is asked.
"""

from __future__ import annotations

from enum import Enum

from tui_labeler.model.errors import BadInput


class Extra(Enum):
    """What follows a box."""

    CONFIDENCE = "confidence"
    TRACK = "track"
    POLYGON = "polygon"
    KEYPOINTS = "keypoints"


_BEYOND = 2.0  # a share that is larger belongs to no image, not even to a box that leads out of one
_ROOM = 1.02


class Evidence:
    """Told every line's numbers (without the class), then asked."""

    def __init__(self) -> None:
        self.boxes = self.large = 0  # lines with a box, and those whose numbers are no shares
        self.first_large = ""
        self._fifth_is_share = self._fifth_is_whole = True
        self._long = self._odd = self._seen_visible = self._all_visible = self._all_poses = self._upright = 0
        self._tracked = 0
        self._lengths: set[int] = set()

    def add(self, values: list[float], place: str) -> None:
        count = len(values)
        if count < 4:
            return
        self.boxes += 1
        coordinates = values[:4] if count in (4, 5) else values
        if max(coordinates) > _BEYOND and count in (4, 5):
            self.large += 1
            self.first_large = self.first_large or place
        if count == 5:
            self._fifth_is_share &= 0.0 <= values[4] <= 1.0
            self._fifth_is_whole &= values[4].is_integer()
        elif count > 5:
            self._add_long(values, place)

    def _add_long(self, values: list[float], place: str) -> None:
        self._long += 1
        self._lengths.add(len(values))
        rest = values[4:]
        if len(values) == 6 and values[5].is_integer() and values[5] > 1 and max(values[:5]) <= _ROOM:
            self._tracked += 1
        if max(values) > _BEYOND and len(values) != 6 and not (len(rest) % 3 == 0 and max(values) == 2.0):
            self.large += 1
            self.first_large = self.first_large or place
        if len(rest) % 3 == 0:
            flags = set(rest[2::3])
            self._all_visible += flags <= {0.0, 1.0, 2.0}
            self._seen_visible += 2.0 in flags
        self._odd += len(values) % 2
        self._all_poses += _fits_pose(values)
        self._upright += len(values) == 8 and _is_parallelogram(values)

    def fifth(self) -> Extra:
        """Of five numbers, the last."""
        return Extra.CONFIDENCE if self._fifth_is_share else Extra.TRACK

    @property
    def are_tracks(self) -> bool:
        """Whether six numbers are a box, a confidence, and the number of a track."""
        return self._lengths == {6} and self._tracked > 0

    def long(self, name: str, chosen: str) -> Extra:
        """Of six numbers and more. Raises BadInput where both readings fit; `name` is the dataset's, `chosen` what a person
        said."""
        if chosen:
            return Extra(chosen)
        same = len(self._lengths) == 1
        if same and self._all_visible == self._long and (self._seen_visible or self._odd == self._long):
            return Extra.KEYPOINTS
        several = self._long >= 3 and max(self._lengths) >= 10
        if same and several and self._all_poses == self._long and self._upright < self._long:
            what = f"{name}: the {max(self._lengths)} numbers of each line are a polygon, or a box with keypoints."
            raise BadInput(what, "Say which: --values polygon, or --values keypoints (the box is taken).")
        return Extra.POLYGON


def _fits_pose(values: list[float]) -> bool:
    """Whether it can be a box with keypoints of two numbers: all within the box, and spread over it."""
    x, y, width, height = values[:4]
    xs, ys = values[4::2], values[5::2]
    if len(values) % 2 or width <= 0 or height <= 0 or len(xs) != len(ys):
        return False
    seen = [(a, b) for a, b in zip(xs, ys, strict=True) if a or b]
    if not seen or not (x - width / 2 >= -0.01 and x + width / 2 <= 1.01 and -0.01 <= y - height / 2 <= 1.01):
        return False
    inside = all(abs(a - x) <= width * 0.55 and abs(b - y) <= height * 0.55 for a, b in seen)
    spread = max(a for a, _ in seen) - min(a for a, _ in seen), max(b for _, b in seen) - min(b for _, b in seen)
    return inside and (spread[0] >= width / 4 or spread[1] >= height / 4)


def _is_parallelogram(values: list[float]) -> bool:
    """Four corners of a box, turned or not: in shares of the image it is a parallelogram."""
    return all(abs(values[at] + values[at + 4] - values[at + 2] - values[at + 6]) < 0.01 for at in (0, 1))
