"""Polygons: points by grid jump or by the cursor, and points of a polygon that exists."""

from __future__ import annotations

from tui_labeler.labeling.tools.gridjump import GridJump
from tui_labeler.labeling.tools.rectangle import Cursor
from tui_labeler.labeling.tools.tool import ARROWS, NOT_MINE, TAKEN, Outcome, Scene, Sketch
from tui_labeler.model.geometry import Point


class Polygon:
    """Letters jump to a point and set it; or arrows move, and Space sets. Enter closes."""

    name = "polygon"

    def __init__(self) -> None:
        self._grid = GridJump(pairs=False)
        self.cursor = Cursor()
        self._points: tuple[Point, ...] = ()
        self._by_cursor = False

    def reset(self) -> bool:
        begun = bool(self._points) or self._grid.is_begun
        self._points = ()
        self._grid.reset()
        return begun

    def add(self, point: Point) -> None:
        """A point from elsewhere: the mouse."""
        if not self._points or point != self._points[-1]:
            self._points = (*self._points, point)

    def press(self, key: str, scene: Scene) -> Outcome:
        if key == "enter" and self._points:
            return self._close()
        if key.removeprefix("shift+") in ARROWS:
            self._by_cursor = True
            self.cursor.move(key, scene)
            return TAKEN
        if key == "space" and self._by_cursor:
            self.add(self.cursor.place(scene))
            return TAKEN
        if key == "escape" and not self._grid.is_begun and self._points:
            self._points = self._points[:-1]
            return TAKEN
        done = self._grid.press(key, scene)
        if done.taken:
            self._by_cursor = False
        for point in done.polygon:
            self.add(point)
            self.cursor.at = point
        return TAKEN if done.taken else NOT_MINE

    def _close(self) -> Outcome:
        if len(self._points) < 3:
            return TAKEN
        points, self._points = self._points, ()
        self._grid.reset()
        return Outcome(polygon=points)

    def sketch(self, scene: Scene) -> Sketch:
        grid = self._grid.sketch(scene)
        if self._by_cursor:
            return Sketch(cursor=self.cursor.place(scene), path=self._points)
        return Sketch(letters=grid.letters, focus=grid.focus, path=self._points)

    @property
    def enter(self) -> str:
        return "Close" if self._points else ""

    def prompt(self, scene: Scene) -> str:
        count = len(self._points)
        close = " · Enter closes" if count >= 3 else ""
        how = "Space sets" if self._by_cursor else self._grid.prompt(scene)
        return f"Polygon, {count} points. {how}{close}"
