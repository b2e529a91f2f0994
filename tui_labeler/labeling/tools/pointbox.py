"""Point to box: letters at the middle of an object, and the best box there stands over it, to be taken or refused.

Two letters tell 900 places apart; where objects are so small that this is too coarse, a third comes. Nothing is kept
before the box was seen: Tab shows the next one, arrows correct it, Escape refuses it and asks for two corners instead.
"""

from __future__ import annotations

from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.region_ops import EDGES, moved
from tui_labeler.labeling.tools.gridjump import GridJump, is_letter
from tui_labeler.labeling.tools.tool import ARROWS, NOT_MINE, TAKEN, Outcome, Scene, Sketch
from tui_labeler.model.geometry import Box, Point
from tui_labeler.model.regions import Region

_EDGE_WORDS = {"": "the box", "l": "its left edge", "t": "its upper edge", "r": "its right edge", "b": "its lower edge"}


class PointBox:
    """`candidate` is the box that is shown and not taken yet; `asked` the point whose boxes are not there yet: to find
    them takes a while, so someone else does, and `show`s them."""

    mode = Mode.POINT

    def __init__(self) -> None:
        self._point = GridJump(pairs=False, levels=2)
        self._corners = GridJump()
        self._by_corners = False
        self._boxes: tuple[Box, ...] = ()
        self._shown = 0
        self._edges = ""
        self._at: Point | None = None
        self.asked: Point | None = None

    @property
    def candidate(self) -> Box | None:
        return self._boxes[self._shown] if self._boxes else None

    def take_back(self) -> bool:
        if self._boxes:
            return self._drop()
        return (self._corners if self._by_corners else self._point).take_back()

    def reset(self) -> bool:
        begun = bool(self._boxes) or self.asked is not None or self._point.is_begun or self._corners.is_begun
        self._drop()
        self._by_corners = False
        self._point.reset()
        self._corners.reset()
        return begun

    def _drop(self) -> bool:
        had, self._boxes, self._shown, self._edges, self.asked = bool(self._boxes), (), 0, "", None
        return had

    def settle(self) -> Outcome:
        """Takes the candidate, if there is one."""
        box = self.candidate
        self._drop()
        return TAKEN if box is None else Outcome(box=box)

    # Keys

    def press(self, key: str, scene: Scene) -> Outcome:
        if self._boxes:
            return self._decide(key, scene)
        if self._by_corners:
            return self._by_corner(key, scene)
        return self._by_point(key, scene)

    def _by_point(self, key: str, scene: Scene) -> Outcome:
        done = self._point.press(key, scene)
        if not done.polygon:
            return done
        (self.asked,) = done.polygon
        return TAKEN

    def show(self, boxes: tuple[Box, ...]) -> None:
        """Those that `asked` may stand for, the likeliest first."""
        self._boxes, self._at, self.asked = boxes, self.asked, None
        if not boxes:
            self._refuse()

    def _decide(self, key: str, scene: Scene) -> Outcome:
        """While a candidate is shown."""
        box = self._boxes[self._shown]
        if key == "enter":
            return self.settle()
        if key in ("tab", "shift+tab"):
            self._shown, self._edges = (self._shown + (1 if key == "tab" else -1)) % len(self._boxes), ""
            return TAKEN
        if key == "space":
            self._edges = EDGES[(EDGES.index(self._edges) + 1) % len(EDGES)]
            return TAKEN
        if key.removeprefix("shift+") in ARROWS:
            far = 10.0 if key.startswith("shift+") else 1.0
            dx, dy = (far * step for step in ARROWS[key.removeprefix("shift+")])
            corrected = moved(Region("", box), dx, dy, self._edges, scene.size).extent
            self._boxes = (*self._boxes[: self._shown], corrected, *self._boxes[self._shown + 1 :])
            return TAKEN
        if key == "escape":
            return self._refuse()
        if is_letter(key):
            taken = self.settle()
            self._by_point(key, scene)
            return taken
        return NOT_MINE

    def _refuse(self) -> Outcome:
        self._drop()
        self._by_corners = True
        return TAKEN

    def _by_corner(self, key: str, scene: Scene) -> Outcome:
        """Where no box fits, two corners make one; then points follow again. Arrows still correct that one."""
        if key == "escape" and not self._corners.is_begun:
            self._by_corners = False
            return TAKEN
        done = self._corners.press(key, scene)
        if done.box is not None:
            self._by_corners = False
        return done

    # Showing

    def sketch(self, scene: Scene) -> Sketch:
        if self._boxes:
            letters = self._point.sketch(scene)
            return Sketch(self._at, self._boxes[self._shown], letters=letters.letters, focus=letters.focus)
        return (self._corners if self._by_corners else self._point).sketch(scene)

    @property
    def enter(self) -> str:
        return "Take the box" if self._boxes else ""

    def prompt(self, scene: Scene) -> str:
        if self._by_corners:
            return f"By corners · {self._corners.prompt(scene)}"
        if not self._boxes:
            return f"The middle of an object: {self._point.prompt(scene)}"
        several = f" · Tab: the next of {len(self._boxes)}" if len(self._boxes) > 1 else ""
        arrows = f"arrows move {_EDGE_WORDS[self._edges]} (Space: another edge)"
        return f"⏎ or the next letter takes it{several} · Esc: by corners · {arrows}"
