"""Point to object: letters at the middle of an object, and its box or outline stands over it, to be taken or refused.

Two letters tell 900 places apart; where objects are so small that this is too coarse, a third comes. Nothing is kept
before it was seen: Tab shows the next one, arrows correct it, Escape refuses it and asks for two corners instead. Where
polygons are drawn, a segmentation model outlines what is at the point, or between the two corners.
"""

from __future__ import annotations

from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.region_ops import EDGES, moved
from tui_labeler.labeling.tools.gridjump import GridJump, is_letter
from tui_labeler.labeling.tools.tool import ARROWS, NOT_MINE, TAKEN, Outcome, Scene, Sketch
from tui_labeler.model.geometry import Box
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.model.regions import Region

_EDGE_WORDS = {"": "", "l": "its left edge", "t": "its upper edge", "r": "its right edge", "b": "its lower edge"}

# Boxes that overlap by so much are one.
_SAME = 0.8


class PointBox:
    """`shape` is the box or polygon that is shown and not taken yet. `asked` is what is pointed at and has no answer yet:
    to find one takes a while, so someone else does, and `show`s it; or says with `postpone` that it takes longer, and shows
    it then with `show_late`. `draws_polygons`: what is shown has an outline, and two corners ask for one."""

    mode = Mode.POINT

    def __init__(self) -> None:
        self._point = GridJump(pairs=False, levels=2)
        self._corners = GridJump()
        self._by_corners = False
        self._shapes: tuple[Region, ...] = ()
        self._shown = 0
        self._edges = ""
        self._at: Prompt | None = None
        self._late: Prompt | None = None
        self.asked: Prompt | None = None
        self.draws_polygons = False

    @property
    def shape(self) -> Region | None:
        return self._shapes[self._shown] if self._shapes else None

    @property
    def candidate(self) -> Box | None:
        """The box of `shape`, or the smallest box around it."""
        return self.shape.extent if self.shape is not None else None

    @property
    def is_shown(self) -> bool:
        """Whether something was pointed at, and nothing decided on it yet."""
        return bool(self._shapes) or self.asked is not None or self._late is not None

    @property
    def is_begun(self) -> bool:
        return self._point.is_begun or self._corners.is_begun

    def take_back(self) -> bool:
        if self._drop():
            return True
        return (self._corners if self._by_corners else self._point).take_back()

    def reset(self) -> bool:
        begun = self.is_begun
        begun = self._drop() or begun
        self._by_corners = False
        self._point.reset()
        self._corners.reset()
        return begun

    def _drop(self) -> bool:
        had = self.is_shown
        self._shapes, self._shown, self._edges, self.asked, self._late = (), 0, "", None, None
        return had

    def settle(self) -> Outcome:
        """Takes the candidate, if there is one."""
        shape = self.shape
        if shape is None:
            return TAKEN
        self._drop()
        return Outcome(polygon=shape.points) if shape.points else Outcome(box=shape.box)

    # Keys

    def press(self, key: str, scene: Scene) -> Outcome:
        if self._shapes:
            return self._decide(key, scene)
        if self._late is not None and (key == "escape" or is_letter(key)):
            self._drop()
            if key == "escape":
                return TAKEN
        if self._by_corners:
            return self._by_corner(key, scene)
        return self._by_point(key, scene)

    def _by_point(self, key: str, scene: Scene) -> Outcome:
        done = self._point.press(key, scene)
        if not done.polygon:
            return done
        (point,) = done.polygon
        self.asked = Prompt(point)
        return TAKEN

    def show(self, boxes: tuple[Box, ...], outlines: tuple[Outline, ...] = ()) -> None:
        """What `asked` may stand for, the likeliest first: `outlines` where polygons are drawn, else `boxes`."""
        if self.draws_polygons:
            self._shapes = tuple(Region("", points=outline.points) for outline in outlines)
        else:
            self._shapes = tuple(Region("", box) for box in boxes)
        self._at, self.asked, self._late = self.asked or self._late, None, None
        if not self._shapes and not self._by_corners:
            self._refuse()

    def postpone(self) -> None:
        """There is no answer to `asked` yet: keys go on meanwhile."""
        self.asked, self._late = None, self.asked

    def show_late(self, prompt: Prompt, outlines: tuple[Outline, ...]) -> bool:
        """The answer to what was postponed; or more for what is shown already: behind it, so that nothing changes under a
        key. False where nobody waits for it any more."""
        if self._late == prompt:
            self.show((), outlines)
            return True
        if not self._shapes or self._at != prompt or self.draws_polygons:
            return False
        more = tuple(Region("", outline.box) for outline in outlines)
        fresh = tuple(one for one in more if all(one.extent.iou(shape.extent) < _SAME for shape in self._shapes))
        self._shapes = (*self._shapes, *fresh)
        return bool(fresh)

    def _decide(self, key: str, scene: Scene) -> Outcome:
        """While a candidate is shown."""
        shape = self._shapes[self._shown]
        if key == "enter":
            return self.settle()
        if key in ("tab", "shift+tab"):
            self._shown, self._edges = (self._shown + (1 if key == "tab" else -1)) % len(self._shapes), ""
            return TAKEN
        if key == "space" and not shape.points:
            self._edges = EDGES[(EDGES.index(self._edges) + 1) % len(EDGES)]
            return TAKEN
        if key.removeprefix("shift+") in ARROWS:
            far = 10.0 if key.startswith("shift+") else 1.0
            dx, dy = (far * step for step in ARROWS[key.removeprefix("shift+")])
            corrected = moved(shape, dx, dy, self._edges, scene.size)
            self._shapes = (*self._shapes[: self._shown], corrected, *self._shapes[self._shown + 1 :])
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
            if self.draws_polygons:
                self.asked = Prompt(box=done.box)
                return TAKEN
        return done

    # Showing

    def as_placed(self, scene: Scene) -> Outcome:
        return NOT_MINE

    def sketch(self, scene: Scene) -> Sketch:
        waiting = self.asked or self._late
        if self._shapes or waiting is not None:
            letters = self._point.sketch(scene)
            prompt = self._at if self._shapes else waiting
            band = None if self.draws_polygons else self.candidate
            if waiting is not None and not self._shapes:
                band = waiting.box
            at = prompt.point if prompt is not None else None
            return Sketch(at, band, letters=letters.letters, focus=letters.focus)
        return (self._corners if self._by_corners else self._point).sketch(scene)

    @property
    def enter(self) -> str:
        return f"Take the {self.noun}" if self._shapes else ""

    @property
    def noun(self) -> str:
        """What it draws, in a word."""
        return "polygon" if self.draws_polygons else "box"

    def prompt(self, scene: Scene) -> str:
        if self._late is not None:
            return "The segmentation model looks at this image… · Esc: no outline here · letters: another object"
        if self._by_corners:
            return f"By corners · {self._corners.prompt(scene)}"
        if not self._shapes:
            return f"The middle of an object: {self._point.prompt(scene)}"
        several = f" · Tab: the next of {len(self._shapes)}" if len(self._shapes) > 1 else ""
        another = "" if self.draws_polygons else " (Space: another edge)"
        arrows = f"arrows move {_EDGE_WORDS[self._edges] or f'the {self.noun}'}{another}"
        return f"⏎ or the next letter takes it{several} · Esc: by corners · {arrows}"
