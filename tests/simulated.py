"""A labeler who knows where the objects are, looks at the letters on the screen, and presses keys."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

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
    """The letter in whose cell the point lies, as an eye sees it: the grid's spacing is that of its letters."""
    xs, ys = sorted({letter.x for letter in letters}), sorted({letter.y for letter in letters})
    wide, high = xs[1] - xs[0], ys[1] - ys[0]
    found = min(letters, key=lambda one: max(abs(one.x - point[0]) / wide, abs(one.y - point[1]) / high))
    return _KEYS.get(found.char, found.char)


def steps(delta: float, plus: str, minus: str) -> list[str]:
    """Arrow presses for a correction of `delta` image pixels."""
    return [plus if delta > 0 else minus] * round(abs(delta))


class Labeler:
    """Draws boxes key by key, by what is to be seen: `look` gives what stands over the image at the moment. `corrected`
    counts the corners that needed more than letters; with `correct` off, they stay as the letters made them."""

    def __init__(self, look: Callable[[], Overlay], correct: bool = True) -> None:
        self._look = look
        self._correct = correct
        self.corrected = 0

    def draw(self, box: Box) -> Iterator[str]:
        """The keys of one box, in their order; the caller presses each before it asks for the next."""
        before = len(self._look().marks)
        while (seen := self._look()).cursor is None:
            yield nearest(seen.letters, (box.x0, box.y0))
        dx, dy = box.x0 - seen.cursor[0], box.y0 - seen.cursor[1]
        # A small object asks for a better first corner: an error of a pixel at each side costs it more than a tenth.
        if self._correct and _loss(dx, dy, box) > 0.055:
            self.corrected += 1
            yield from steps(dx, "right", "left")
            yield from steps(dy, "down", "up")
        focus = self._look().focus
        if focus is not None and not (focus.x0 <= box.x1 <= focus.x1 and focus.y0 <= box.y1 <= focus.y1):
            yield "space"  # larger or smaller than its class has been so far
        while len(self._look().marks) == before:
            yield nearest(self._look().letters, (box.x1, box.y1))
        drawn = self._look().marks[-1].region.extent
        if self._correct and drawn.iou(box) < GOOD:
            self.corrected += 1
            yield from steps(box.x1 - drawn.x1, "right", "left")
            yield from steps(box.y1 - drawn.y1, "down", "up")


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
        found = []
        for node in root.iter("object"):
            box = Box(*(float(node.findtext(f".//{tag}", "0")) for tag in ("xmin", "ymin", "xmax", "ymax")))
            if box.x0 < box.x1 and box.y0 < box.y1:
                found.append((node.findtext("name", ""), box))
        yield f"{path.stem}.jpg", found


def fruit(folder: Path) -> Iterator[tuple[str, list[tuple[str, Box]]]]:
    """The Custom Vision export `tagged-images.json`: normalised left, top, width, height."""
    for entry in json.loads((folder / "tagged-images.json").read_text())["files"]:
        with Image.open(folder / "images" / entry["filename"]) as image:
            width, height = image.size
        found = []
        for tag in entry["tags"]:
            x0, y0 = tag["left"] * width, tag["top"] * height
            box = Box(x0, y0, x0 + tag["width"] * width, y0 + tag["height"] * height)
            found.append((tag["tag"], box.clipped(Size(width, height))))
        yield entry["filename"], found
