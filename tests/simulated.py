"""A labeler who knows where the objects are, looks at the letters on the screen, and presses keys."""

from __future__ import annotations

import json
import random
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

from tui_labeler.imaging.letters import inset_of
from tui_labeler.imaging.overlay import Letter, Overlay
from tui_labeler.imaging.view import View
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.model.geometry import Box, Point, Size
from tui_labeler.model.project import TaskType

_KEYS = {",": "comma", ".": "full_stop", ";": "semicolon"}
_TYPED = {name: char for char, name in _KEYS.items()} | {"space": " "}
# Below this the labeler corrects with the arrows.
GOOD = 0.9


def nearest(letters: tuple[Letter, ...], point: Point) -> str:
    """The letter of the column and the row that are nearest to the point."""
    xs, ys = sorted({letter.x for letter in letters}), sorted({letter.y for letter in letters})
    x, y = min(xs, key=lambda line_at: abs(line_at - point[0])), min(ys, key=lambda line_at: abs(line_at - point[1]))
    chosen = next(letter for letter in letters if (letter.x, letter.y) == (x, y))
    return _KEYS.get(chosen.char, chosen.char)


def shown_dot(view: View, overlay: Overlay) -> float:
    """The image pixels that a dot on the screen stands for where the letters are: the magnifier's, where there is one.
    (Its dots are two columns wide.)"""
    inset = inset_of(view, overlay)
    return 1 / view.zoom if inset is None else 2 / inset.across


def steps(delta: float, plus: str, minus: str) -> list[str]:
    """Arrow presses for a correction of `delta` image pixels: by ten with Shift as near as it gets, the rest by one."""
    ahead, back = (plus, minus) if delta > 0 else (minus, plus)
    tens, ones = divmod(round(abs(delta)), 10)
    if ones > 5:
        tens, ones, ahead_by_one = tens + 1, 10 - ones, back
    else:
        ahead_by_one = ahead
    return [f"shift+{ahead}"] * tens + [ahead_by_one] * ones


class Eye:
    """What a person makes out: a place lies within half a displayed dot of where it is seen. `dot` gives the image pixels
    that a dot stands for at the moment, the magnifier's where there is one."""

    def __init__(self, dot: Callable[[Overlay], float], seed: int = 7) -> None:
        self._dot, self._chance = dot, random.Random(seed)

    def places(self, point: Point) -> Callable[[Overlay], Point]:
        """Where the point seems to be; looking at finer dots makes it surer."""
        finest, seen = float("inf"), point

        def look(overlay: Overlay) -> Point:
            nonlocal finest, seen
            dot = self._dot(overlay)
            if dot < finest * 0.99:
                off = (self._chance.uniform(-0.5, 0.5) * dot, self._chance.uniform(-0.5, 0.5) * dot)
                finest, seen = dot, (point[0] + off[0], point[1] + off[1])
            return seen

        return look


class Labeler:
    """Draws boxes key by key, by what is to be seen: `look` gives what stands over the image at the moment. `corrected`
    counts the corners that needed more than letters; with `correct` off, they stay as the letters made them. Without an
    `eye` it knows where corners are, exactly."""

    def __init__(self, look: Callable[[], Overlay], correct: bool = True, eye: Eye | None = None) -> None:
        self._look = look
        self._correct = correct
        self._eye = eye
        self.corrected = 0

    def draw(self, box: Box) -> Iterator[str]:
        """The keys of one box, in their order; the caller presses each before it asks for the next."""
        before = len(self._look().marks)
        yield from self._place((box.x0, box.y0), lambda seen: seen.cursor is not None)
        cursor = self._look().cursor
        assert cursor is not None
        dx, dy = box.x0 - cursor[0], box.y0 - cursor[1]
        # A small object asks for a better first corner: an error of a pixel at each side costs it more than a tenth.
        if self._correct and _loss(dx, dy, box) > 0.055:
            self.corrected += 1
            yield from steps(dx, "right", "left")
            yield from steps(dy, "down", "up")
        focus = self._look().focus
        # By as much as it would cost a tenth of the overlap, at least.
        room_x, room_y = 0.1 * box.width, 0.1 * box.height
        if focus is not None and not (
            focus.x0 - room_x <= box.x1 <= focus.x1 + room_x and focus.y0 - room_y <= box.y1 <= focus.y1 + room_y
        ):
            yield "space"  # larger or smaller than its class has been so far
        cursor = self._look().cursor
        yield from self._place((box.x1, box.y1), lambda seen: len(seen.marks) > before or seen.cursor != cursor)
        if len(self._look().marks) == before:  # a small box: the first corner is asked for once more
            yield from self._place((box.x0, box.y0), lambda seen: len(seen.marks) > before)
        drawn = self._look().marks[-1].region.extent
        if self._correct and drawn.iou(box) < GOOD:
            self.corrected += 1
            yield from steps(box.x1 - drawn.x1, "right", "left")
            yield from steps(box.y1 - drawn.y1, "down", "up")

    def _place(self, point: Point, is_done: Callable[[Overlay], bool]) -> Iterator[str]:
        """Letters for one corner. Where the next letters turn out to stand beside the place, the last one is taken back:
        once, since the same letters would come again."""
        point_at = self._eye.places(point) if self._eye is not None else lambda seen: point
        typed = taken_back = 0
        while not is_done(seen := self._look()):
            at = point_at(seen)
            if typed and not taken_back and _is_beside(seen, at):
                typed, taken_back = typed - 1, taken_back + 1
                yield "escape"
                continue
            typed += 1
            yield nearest(seen.letters, at)


def _is_beside(seen: Overlay, point: Point) -> bool:
    """Whether the point is further out of the letters' area than half a cell."""
    focus = seen.focus
    if focus is None:
        return False
    away = max((max(focus.x0 - point[0], point[0] - focus.x1) / focus.width * 6,
                max(focus.y0 - point[1], point[1] - focus.y1) / focus.height * 5))  # fmt: skip
    return away > 0.5


class BlindHand:
    """A labeler at an app on a terminal of its own: an editor like the app's says which letter stands where, which is
    what eyes would see. Remembers the sizes of boxes as the app does."""

    _PANEL, _LINES = 26, 3  # what the app's screen has besides the canvas

    def __init__(self, names: tuple[str, ...], columns: int, rows: int) -> None:
        self._names, self._columns, self._rows = names, columns - self._PANEL, rows - self._LINES
        self._editor = Editor(TaskType.DETECTION, names, default_keymap())

    def boxes(self, size: Size, truth: list[tuple[str, Box]]) -> Iterator[str]:
        """What is typed for each box of an image: the digit of its class, and letters."""
        editor = self._editor
        view = View.fit(size, self._columns, self._rows)
        editor.open(Draft(), size)
        labeler = Labeler(
            lambda: overlay_builder.overlay(editor, editor.scene(view.area, 1 / view.zoom, 0.0)), correct=False
        )
        for name, box in truth:
            typed = [str(self._names.index(name) + 1)]
            editor.choose(self._names.index(name))
            for key in labeler.draw(box):
                typed.append(_TYPED.get(key, key))
                editor.press(key, editor.scene(view.area, 1 / view.zoom, 0.0))
            yield "".join(typed)
        editor.sizes.learn(editor.draft.regions)


def _loss(dx: float, dy: float, box: Box) -> float:
    """About how much of the IoU an error at one corner costs."""
    return abs(dx) / box.width + abs(dy) / box.height


# Data sets with ground truth


def bccd(folder: Path) -> Iterator[tuple[str, list[tuple[str, Box]]]]:
    """(file, boxes with their classes), boxes without extent left out."""
    for path in sorted((folder / "Annotations").glob("*.xml")):
        root = ET.parse(path).getroot()
        boxes = []
        for node in root.iter("object"):
            box = Box(*(float(node.findtext(f".//{tag}", "0")) for tag in ("xmin", "ymin", "xmax", "ymax")))
            if box.x0 < box.x1 and box.y0 < box.y1:
                boxes.append((node.findtext("name", ""), box))
        yield f"{path.stem}.jpg", boxes


def fruit(folder: Path) -> Iterator[tuple[str, list[tuple[str, Box]]]]:
    """The Custom Vision export `tagged-images.json`: normalised left, top, width, height."""
    for entry in json.loads((folder / "tagged-images.json").read_text())["files"]:
        with Image.open(folder / "images" / entry["filename"]) as image:
            width, height = image.size
        boxes = []
        for tag in entry["tags"]:
            x0, y0 = tag["left"] * width, tag["top"] * height
            box = Box(x0, y0, x0 + tag["width"] * width, y0 + tag["height"] * height)
            boxes.append((tag["tag"], box.clipped(Size(width, height))))
        yield entry["filename"], boxes
