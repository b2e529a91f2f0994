"""Grid jump: letters over the view, and a key picks the cell that is divided next, until a corner is placed well enough.

Thirty letters in six columns and five rows; three keys tell 27,000 places apart, one for each 3x4 pixels of a picture of
640x480. With sizes known, the first corner takes as many letters as most boxes of the class need (see `depth`); those of
the opposite corner stand where such boxes usually end. Without, three place each. The opposite one takes letters until they
are fine enough for the box; where that is so small that the first corner was not, one more letter moves that.
"""

from __future__ import annotations

from tui_labeler.imaging.overlay import Letter
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.tools import depth
from tui_labeler.labeling.tools.depth import COLUMNS, ROWS
from tui_labeler.labeling.tools.tool import ARROWS, NOT_MINE, TAKEN, Outcome, Scene, Sizes, Sketch, clamp
from tui_labeler.model.geometry import Box, Point

LETTERS = "qwertyuiopasdfghjklzxcvbnm,.;0"
# Keys as Textual names them.
_KEY_NAMES = {"comma": ",", "full_stop": ".", "semicolon": ";"}


def is_letter(key: str) -> bool:
    """Whether a key, as Textual names it, is one of the thirty."""
    letter = _KEY_NAMES.get(key, key)
    return len(letter) == 1 and letter in LETTERS


class GridJump:
    """Two corners make a box. `points` collects single points instead (for polygons) where `pairs` is off."""

    mode = Mode.GRID

    def __init__(self, pairs: bool = True, levels: int = depth.LEVELS) -> None:
        """`levels`: the letters that place a single point, where sizes do not ask for one more."""
        self._pairs, self._levels = pairs, levels
        self._first: Point | None = None
        self._keys: list[int] = []
        self._first_keys: list[int] = []  # the letters that placed the first corner
        self._first_cell = Box(0, 0, 0, 0)  # where they led
        self._second: Point | None = None  # the opposite corner, while the first one is placed anew
        self._second_keys: list[int] = []
        self._whole = False
        self._last: Point | None = None  # the corner that arrows correct
        self._opposite: Point | None = None  # the other corner of the box that was finished last
        self.placed: tuple[int, ...] = ()  # the letters that placed the last single point

    @property
    def is_begun(self) -> bool:
        return bool(self._keys) or self._first is not None

    def take_back(self) -> bool:
        if self._keys:
            self._keys.pop()
        elif self._second is not None:
            self._keys, self._second = self._second_keys[:-1], None
        elif self._first is not None:
            self._keys, self._first, self._last, self._whole = self._first_keys[:-1], None, None, False
        else:
            return False
        return True

    def place_again(self, letters: tuple[int, ...]) -> None:
        """Goes back to before the last of the letters that placed a single point."""
        self._keys, self._last = list(letters[:-1]), None

    def reset(self) -> bool:
        begun = self.is_begun
        self._first, self._second, self._keys, self._whole, self._last = None, None, [], False, None
        return begun

    # Keys

    def press(self, key: str, scene: Scene) -> Outcome:
        letter = _KEY_NAMES.get(key, key)
        if is_letter(key):
            return self._pick(LETTERS.index(letter), scene)
        direction = ARROWS.get(key.removeprefix("shift+"))
        if direction is not None:
            return self._correct(direction, 10.0 if key.startswith("shift+") else 1.0, scene)
        if key == "space" and self._second is None and self._first is not None and scene.sizes is not None:
            self._whole, self._keys = not self._whole, []
            return TAKEN
        if key == "escape" and self.take_back():
            return TAKEN
        return NOT_MINE

    def _pick(self, cell_index: int, scene: Scene) -> Outcome:
        is_last = self._is_last(scene)
        self._keys.append(cell_index)
        if not is_last:
            self._last = None
            return TAKEN
        cell = self._focus(scene)
        stops = self._known(scene) if len(self._keys) == 1 else None
        point = clamp(self._point(cell_index, cell, stops), scene.size)
        keys, self._keys = self._keys, []
        if not self._pairs:
            self._last, self.placed = point, tuple(keys)
            return Outcome(polygon=(point,))
        if self._second is not None:
            return self._finished(point, self._second, scene)
        if self._first is None:
            self._first, self._first_keys, self._first_cell, self._last = point, keys, cell, point
            return TAKEN
        if self._is_too_coarse(point):
            self._second, self._second_keys, self._last = point, keys, None
            return TAKEN
        return self._finished(self._first, point, scene)

    def as_placed(self, scene: Scene) -> Outcome:
        """The box that the letters typed so far lead to, where each corner has as many as it usually takes: one more would
        only have placed it better."""
        if not self._pairs or self._first is None:
            return NOT_MINE
        typed = len(self._keys)
        first, second = self._first, self._second
        if second is None and typed < (1 if self._known(scene) else depth.LEVELS):
            return NOT_MINE
        if typed:
            nearer = clamp(_middle(self._focus(scene)), scene.size)
            first, second = (first, nearer) if second is None else (nearer, second)
        assert second is not None
        self._keys = []
        return self._finished(first, second, scene)

    def _finished(self, first: Point, second: Point, scene: Scene) -> Outcome:
        self._opposite, self._last = first, second
        self._first, self._second, self._whole = None, None, False
        return Outcome(box=_with_extent(Box.between(*first, *second), scene))

    def _is_too_coarse(self, second: Point) -> bool:
        """Whether the first corner lies less well than a box up to `second` needs."""
        assert self._first is not None
        cell = self._first_cell
        if depth.is_finest(cell.width, cell.height) or self._last is not None:
            return False
        return depth.loss(cell.width, cell.height, depth.box_between(self._first, second)) > depth.LOSS_TOO_MUCH

    def _correct(self, direction: tuple[int, int], pixels: float, scene: Scene) -> Outcome:
        """Moves the corner that was placed last."""
        if self._last is None or self._keys:
            return NOT_MINE
        dx, dy = direction[0] * pixels, direction[1] * pixels
        self._last = clamp((self._last[0] + dx, self._last[1] + dy), scene.size)
        if self._first is not None:
            self._first = self._last
            self._first_cell = Box(*self._last, *self._last)  # as well as it can lie
            return TAKEN
        if self._opposite is None:
            return NOT_MINE
        return Outcome(box=_with_extent(Box.between(*self._opposite, *self._last), scene), again=True)

    # Places

    def _known(self, scene: Scene) -> Sizes | None:
        """The sizes that place the opposite corner's letters; None where it may be anywhere."""
        return None if self._first is None or self._second is not None or self._whole else scene.sizes

    def _is_last(self, scene: Scene) -> bool:
        """Whether the next letter places the corner."""
        focus, typed = self._focus(scene), len(self._keys) + 1
        known = self._known(scene)
        if known is not None and typed == 1:
            return depth.is_one_enough(known.seen)
        width, height = focus.width / COLUMNS, focus.height / ROWS
        if depth.is_finest(width, height):
            return True
        if self._first is None:
            return typed >= self._letters_of_first(scene)
        if not known and not self._second and typed < depth.LEVELS:
            return False  # until sizes are known it is always three, or more
        first = self._second or self._first
        # The smallest box that the next letter can lead to; where the way is known, the usual one.
        x, y = _middle(focus) if known or self._second else _nearest(focus, first)
        extent = depth.box_between(first, (x, y))
        if not known and not self._second:
            extent = extent[0] + width, extent[1] + height
        return depth.loss(width, height, extent) <= (depth.LOSS if known else depth.LOSS_TOO_MUCH)

    def _letters_of_first(self, scene: Scene) -> int:
        if not self._pairs:
            cell = scene.area.width / COLUMNS**self._levels, scene.area.height / ROWS**self._levels
            return self._levels + (scene.sizes is not None and depth.is_coarse(cell, scene.sizes.seen))
        if scene.sizes is None:
            return depth.LEVELS
        return depth.letters_of_first((scene.area.width, scene.area.height), scene.sizes.seen)

    def _focus(self, scene: Scene) -> Box:
        """The area that the next key divides."""
        cells = self._cells(scene, 0)
        focus = Box(cells[0].x0, cells[0].y0, cells[-1].x1, cells[-1].y1)
        for level, cell_index in enumerate(self._keys):
            focus = cells[cell_index]
            cells = self._cells(scene, level + 1, focus)
        return focus

    def _cells(self, scene: Scene, level: int, focus: Box | None = None) -> list[Box]:
        """What each letter stands for: equal parts of the focus; at first, where sizes are known, what is nearest to
        the usual ends of boxes."""
        known = self._known(scene)
        if level == 0 and known is not None and self._first is not None:
            across, down = (depth.borders(stops) for stops in depth.stops_of(known.seen))
            x, y = self._first
            return [Box(x + left, y + top, x + right, y + bottom) for top, bottom in down for left, right in across]
        if focus is None:
            focus = self._first_cell if self._second is not None else scene.area
        return [_cell(focus, cell_index) for cell_index in range(len(LETTERS))]

    # Showing

    def sketch(self, scene: Scene) -> Sketch:
        focus = self._focus(scene)
        cells = self._cells(scene, len(self._keys), focus if self._keys else None)
        stops = self._known(scene) if not self._keys else None
        letters = tuple(
            Letter(*self._point(cell_index, cell, stops), char)
            for cell_index, (cell, char) in enumerate(zip(cells, LETTERS, strict=True))
        )
        # No box is drawn on the way: its outline would be repainted with every letter, and a slow line has to carry it.
        return Sketch(letters=letters, focus=focus, cursor=self._second or self._first)

    @property
    def enter(self) -> str:
        return ""

    def prompt(self, scene: Scene) -> str:
        typed, is_last = len(self._keys) + 1, self._is_last(scene)
        if not self._pairs:
            return f"Next point: letter {typed} of {typed if is_last else self._letters_of_first(scene)}"
        if self._second is not None:
            return f"Small: first corner once more, {'one letter' if is_last else 'letters'} from nearer"
        which = "Upper left corner" if self._first is None else "Opposite corner"
        of = str(typed) if is_last else self._letters_to_come(scene, typed)
        text = f"{which}: letter {typed} of {of}"
        if self._known(scene) is not None and not self._keys:
            text += " · Space: anywhere"
        elif self._last is not None:
            text += " · arrows correct the last corner"
        return text

    def _letters_to_come(self, scene: Scene, typed: int) -> str:
        """How many there will be; with a + where the box itself decides it."""
        if self._first is None:
            return str(self._letters_of_first(scene))
        return f"{typed + 1}+" if self._known(scene) or typed >= depth.LEVELS else str(depth.LEVELS)

    def _point(self, cell_index: int, cell: Box, known: Sizes | None) -> Point:
        """Where a letter leads: to the middle of its cell, or to where boxes usually end."""
        if known is None or self._first is None:
            return _middle(cell)
        across, down = depth.stops_of(known.seen)
        return self._first[0] + across[cell_index % COLUMNS], self._first[1] + down[cell_index // COLUMNS]


def _cell(box: Box, cell_index: int) -> Box:
    column, row = cell_index % COLUMNS, cell_index // COLUMNS
    width, height = box.width / COLUMNS, box.height / ROWS
    x, y = box.x0 + column * width, box.y0 + row * height
    return Box(x, y, x + width, y + height)


def _middle(box: Box) -> Point:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _nearest(box: Box, point: Point) -> Point:
    """The place in the box that is nearest to a point."""
    return min(max(point[0], box.x0), box.x1), min(max(point[1], box.y0), box.y1)


def _with_extent(box: Box, scene: Scene) -> Box:
    """The box, at least one image pixel wide and high: what was typed is never dropped."""
    x0, x1 = _apart(box.x0, box.x1, scene.size.width)
    y0, y1 = _apart(box.y0, box.y1, scene.size.height)
    return Box(x0, y0, x1, y1)


def _apart(low: float, high: float, limit: int) -> tuple[float, float]:
    """Both, moved apart to one pixel where they are nearer, inside 0…limit."""
    if high - low >= 1.0:
        return low, high
    low = min(max((low + high) / 2 - 0.5, 0.0), max(limit - 1.0, 0.0))
    return low, low + 1.0
