"""Grid jump: letters over the view, and a key picks the cell that is divided next. Three keys place a corner.

Thirty letters in six columns and five rows; three keys tell 27,000 places apart, one for each 3x4 pixels of a picture of
640x480. With sizes known, the second corner's grid spans only the sizes that the class has had: two keys are enough.
"""

from __future__ import annotations

from tui_labeler.imaging.overlay import Letter
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.tools.tool import ARROWS, NOT_MINE, TAKEN, Outcome, Scene, Sketch, clamp
from tui_labeler.model.geometry import Box, Point

COLUMNS, ROWS = 6, 5
LETTERS = "qwertyuiopasdfghjklzxcvbnm,.;0"
# Keys as Textual names them.
_KEY_NAMES = {"comma": ",", "full_stop": ".", "semicolon": ";"}
_LEVELS = 3
# Beyond the smallest and largest size seen, as a share of them: the next object may be a little smaller or larger.
_MARGIN = 0.12


def is_letter(key: str) -> bool:
    """Whether a key, as Textual names it, is one of the thirty."""
    letter = _KEY_NAMES.get(key, key)
    return len(letter) == 1 and letter in LETTERS


class GridJump:
    """Two corners make a box. `points` collects single points instead (for polygons) where `pairs` is off."""

    mode = Mode.GRID

    def __init__(self, pairs: bool = True) -> None:
        self._pairs = pairs
        self._first: Point | None = None
        self._keys: list[int] = []
        self._first_keys: list[int] = []  # the letters that placed the first corner
        self._whole = False
        self._last: Point | None = None  # the corner that arrows correct
        self._opposite: Point | None = None  # the other corner of the box that was finished last

    @property
    def is_begun(self) -> bool:
        return bool(self._keys) or self._first is not None

    def take_back(self) -> bool:
        if self._keys:
            self._keys.pop()
        elif self._first is not None:
            self._keys, self._first, self._last, self._whole = self._first_keys[:-1], None, None, False
        else:
            return False
        return True

    def reset(self) -> bool:
        begun = self.is_begun
        self._first, self._keys, self._whole, self._last = None, [], False, None
        return begun

    # Keys

    def press(self, key: str, scene: Scene) -> Outcome:
        letter = _KEY_NAMES.get(key, key)
        if is_letter(key):
            return self._pick(LETTERS.index(letter), scene)
        direction = ARROWS.get(key.removeprefix("shift+"))
        if direction is not None:
            return self._correct(direction, 10.0 if key.startswith("shift+") else 1.0, scene)
        if key == "space" and self._first is not None and scene.sizes is not None:
            self._whole, self._keys = not self._whole, []
            return TAKEN
        if key == "escape":
            return self._step_back()
        return NOT_MINE

    def _pick(self, place: int, scene: Scene) -> Outcome:
        self._keys.append(place)
        if len(self._keys) < self._levels(scene):
            self._last = None
            return TAKEN
        cell = self._focus(scene)
        point = clamp(((cell.x0 + cell.x1) / 2, (cell.y0 + cell.y1) / 2), scene.size)
        keys, self._keys, self._last = self._keys, [], point
        if not self._pairs:
            return Outcome(polygon=(point,))
        if self._first is None:
            self._first, self._first_keys = point, keys
            return TAKEN
        box = Box.between(*self._first, *point)
        self._opposite, self._first, self._whole = self._first, None, False
        return Outcome(box=box) if box.area > 0 else TAKEN

    def _correct(self, direction: tuple[int, int], pixels: float, scene: Scene) -> Outcome:
        """Moves the corner that was placed last."""
        if self._last is None or self._keys:
            return NOT_MINE
        dx, dy = direction[0] * pixels, direction[1] * pixels
        self._last = clamp((self._last[0] + dx, self._last[1] + dy), scene.size)
        if self._first is not None:
            self._first = self._last
            return TAKEN
        if self._opposite is None:
            return NOT_MINE
        box = Box.between(*self._opposite, *self._last)
        return Outcome(box=box, again=True) if box.area > 0 else TAKEN

    def _step_back(self) -> Outcome:
        if self._keys:
            self._keys.pop()
        elif self._first is not None:
            self._first, self._last, self._whole = None, None, False
        else:
            return NOT_MINE
        return TAKEN

    # Places

    def _known(self, scene: Scene) -> Box | None:
        """Where the second corner has to be, if sizes of the class are known."""
        if self._first is None or scene.sizes is None or self._whole:
            return None
        (least_w, least_h), (most_w, most_h) = scene.sizes.least, scene.sizes.most
        x, y = self._first
        span = Box(
            x + least_w * (1 - _MARGIN),
            y + least_h * (1 - _MARGIN),
            x + most_w * (1 + _MARGIN),
            y + most_h * (1 + _MARGIN),
        ).clipped(scene.size)
        return span if span.width > 1 and span.height > 1 else None

    def _levels(self, scene: Scene) -> int:
        return _LEVELS - 1 if self._known(scene) is not None else _LEVELS

    def _start(self, scene: Scene) -> Box:
        return self._known(scene) or scene.area

    def _focus(self, scene: Scene) -> Box:
        """The area that the next key divides."""
        box = self._start(scene)
        for place in self._keys:
            box = _cell(box, place)
        return box

    # Showing

    def sketch(self, scene: Scene) -> Sketch:
        focus = self._focus(scene)
        cells = [_cell(focus, place) for place in range(len(LETTERS))]
        letters = tuple(
            Letter((cell.x0 + cell.x1) / 2, (cell.y0 + cell.y1) / 2, char)
            for cell, char in zip(cells, LETTERS, strict=True)
        )
        # No box is drawn on the way: its outline would be repainted with every letter, and a slow line has to carry it.
        return Sketch(letters=letters, focus=focus, cursor=self._first)

    @property
    def enter(self) -> str:
        return ""

    def prompt(self, scene: Scene) -> str:
        if not self._pairs:
            return f"Next point: letter {len(self._keys) + 1} of {_LEVELS}"
        which = "Upper left corner" if self._first is None else "Opposite corner"
        text = f"{which}: letter {len(self._keys) + 1} of {self._levels(scene)}"
        if self._known(scene) is not None and not self._keys:
            text += " · Space: anywhere"
        elif self._last is not None:
            text += " · arrows correct the last corner"
        return text


def _cell(box: Box, place: int) -> Box:
    column, row = place % COLUMNS, place // COLUMNS
    width, height = box.width / COLUMNS, box.height / ROWS
    x, y = box.x0 + column * width, box.y0 + row * height
    return Box(x, y, x + width, y + height)
