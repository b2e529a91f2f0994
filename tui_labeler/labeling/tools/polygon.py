"""Polygons: points by grid jump or by the cursor, and points of a polygon that exists."""

from __future__ import annotations

from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.tools.gridjump import GridJump
from tui_labeler.labeling.tools.rectangle import Cursor
from tui_labeler.labeling.tools.tool import ARROWS, NOT_MINE, TAKEN, Outcome, Scene, Sketch
from tui_labeler.model.geometry import Point
from tui_labeler.model.text import are, plural

_LEAST = 3


class Polygon:
    """Letters jump to a point and set it; or arrows move, and Space sets. Enter closes."""

    mode = Mode.POLYGON

    def __init__(self) -> None:
        self._grid = GridJump(pairs=False)
        self.cursor = Cursor()
        self.points: tuple[Point, ...] = ()
        self._letters: tuple[tuple[int, ...], ...] = ()  # that placed each of the points; none by cursor or mouse
        self._by_cursor = False

    @property
    def is_begun(self) -> bool:
        return bool(self.points) or self._grid.is_begun

    def take_back(self) -> bool:
        if not self._by_cursor and self._grid.take_back():
            return True
        taken, self.points, self._letters = bool(self.points), self.points[:-1], self._letters[:-1]
        return taken

    def _step_back(self) -> bool:
        """One letter, where letters placed the last point; else the point."""
        letters = self._letters[-1] if self._letters and not self._by_cursor and not self._grid.is_begun else ()
        taken = self.take_back()
        if letters:
            self._grid.place_again(letters)
        return taken

    def reset(self) -> bool:
        begun = self.is_begun
        self.points = self._letters = ()
        self._grid.reset()
        return begun

    def add(self, point: Point, letters: tuple[int, ...] = ()) -> None:
        """One more point; `letters` placed it, or the cursor or the mouse did."""
        if not self.points or point != self.points[-1]:
            self.points, self._letters = (*self.points, point), (*self._letters, letters)

    def press(self, key: str, scene: Scene) -> Outcome:
        if key == "enter" and self.points:
            return self._close()
        if key.removeprefix("shift+") in ARROWS:
            self._by_cursor = True
            self.cursor.move(key, scene)
            return TAKEN
        if key == "space" and self._by_cursor:
            self.add(self.cursor.place(scene))
            return TAKEN
        if key == "escape" and self._step_back():
            return TAKEN
        done = self._grid.press(key, scene)
        if done.taken:
            self._by_cursor = False
        for point in done.polygon:
            self.add(point, self._grid.placed)
            self.cursor.at = point
        return TAKEN if done.taken else NOT_MINE

    def _close(self) -> Outcome:
        if len(self.points) < _LEAST:
            return Outcome(message=f"A polygon has at least three points; so far there {are(len(self.points))}.")
        points = self.points
        self.points = self._letters = ()
        self._grid.reset()
        return Outcome(polygon=points)

    def as_placed(self, scene: Scene) -> Outcome:
        return NOT_MINE

    def sketch(self, scene: Scene) -> Sketch:
        grid = self._grid.sketch(scene)
        if self._by_cursor:
            return Sketch(cursor=self.cursor.place(scene), path=self.points)
        return Sketch(letters=grid.letters, focus=grid.focus, path=self.points)

    @property
    def enter(self) -> str:
        if not self.points:
            return ""
        return "Close" if len(self.points) >= _LEAST else "Close, from 3 points on"

    def prompt(self, scene: Scene) -> str:
        count = len(self.points)
        close = " · Enter closes" if count >= _LEAST else ""
        how = "Space sets" if self._by_cursor else self._grid.prompt(scene)
        return f"Polygon, {plural(count, 'point')} · {how}{close}"
