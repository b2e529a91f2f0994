"""Rectangle and template box: a cursor that the arrows move, faster the longer one key goes on."""

from __future__ import annotations

from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.tools.tool import ARROWS, NOT_MINE, TAKEN, Outcome, Scene, Sketch, clamp
from tui_labeler.model.geometry import Box, Point

# A terminal tells nothing of keys that are held, and a slow line delivers taps as fast as repeats: so the same key moves by
# a dot for the first few times, then faster, whenever it comes. Any other key makes it exact again.
_EXACT = 8
_FASTEST = 16
# Azure ML's template box before there is a last one, in image pixels.
TEMPLATE = (50.0, 50.0)


class Cursor:
    """A point that arrows move by dots of the canvas; the same arrow again and again goes faster."""

    def __init__(self) -> None:
        self.at: Point | None = None
        self._key, self._times = "", 0

    def place(self, scene: Scene) -> Point:
        """Where it stands; in the middle of the view if it has never been moved, or is out of sight."""
        if self.at is None or not scene.area.contains(*self.at):
            self.at = ((scene.area.x0 + scene.area.x1) / 2, (scene.area.y0 + scene.area.y1) / 2)
        return self.at

    def move(self, key: str, scene: Scene) -> bool:
        direction = ARROWS.get(key.removeprefix("shift+"))
        self._times = self._times + 1 if key == self._key else 1
        self._key = key
        if direction is None:
            return False
        speed = min(1.25 ** max(self._times - _EXACT, 0), _FASTEST)
        step = scene.dot * (10 if key.startswith("shift+") else round(speed))
        x, y = self.place(scene)
        self.at = clamp((x + direction[0] * step, y + direction[1] * step), scene.size)
        return True


class Rectangle:
    """Move, anchor with Enter or Space, move, set."""

    mode = Mode.RECTANGLE

    def __init__(self) -> None:
        self.cursor = Cursor()
        self._anchor: Point | None = None

    @property
    def is_begun(self) -> bool:
        return self._anchor is not None

    def take_back(self) -> bool:
        return self.reset()

    def reset(self) -> bool:
        begun = self.is_begun
        self._anchor = None
        return begun

    def press(self, key: str, scene: Scene) -> Outcome:
        if self.cursor.move(key, scene):
            return TAKEN
        if key == "space" or (key == "enter" and self._anchor is not None):
            here = self.cursor.place(scene)
            if self._anchor is None:
                self._anchor = here
                return TAKEN
            box = Box.between(*self._anchor, *here)
            if box.area <= 0:
                return TAKEN
            self._anchor = None
            return Outcome(box=box)
        if key == "escape" and self.reset():
            return TAKEN
        return NOT_MINE

    def as_placed(self, scene: Scene) -> Outcome:
        return NOT_MINE

    def sketch(self, scene: Scene) -> Sketch:
        here = self.cursor.place(scene)
        return Sketch(cursor=here, band=Box.between(*self._anchor, *here) if self._anchor else None)

    @property
    def enter(self) -> str:
        return "Set corner" if self._anchor else ""

    def prompt(self, scene: Scene) -> str:
        return "Arrows move · Space sets the corner" if self._anchor else "Arrows move · Space begins a box"


class Template:
    """A box of the last one's size, placed by its middle."""

    mode = Mode.TEMPLATE

    def __init__(self) -> None:
        self.cursor = Cursor()
        self.extent = TEMPLATE

    @property
    def is_begun(self) -> bool:
        return False

    def take_back(self) -> bool:
        return False

    def reset(self) -> bool:
        return False

    def press(self, key: str, scene: Scene) -> Outcome:
        if self.cursor.move(key, scene):
            return TAKEN
        if key == "space":
            return Outcome(box=self._box(scene))
        return NOT_MINE

    def _box(self, scene: Scene) -> Box:
        return Box.around(*self.cursor.place(scene), *self.extent).clipped(scene.size)

    def as_placed(self, scene: Scene) -> Outcome:
        return NOT_MINE

    def sketch(self, scene: Scene) -> Sketch:
        return Sketch(cursor=self.cursor.place(scene), band=self._box(scene))

    @property
    def enter(self) -> str:
        return ""

    def prompt(self, scene: Scene) -> str:
        return "Arrows move · Space places a box of the last size"
