"""Keys per box and how good the boxes are: a labeler who knows the truth labels each data set.

    python tests/bench/bench_keys.py ../shared/data            the app's own editor, every image
    python tests/bench/bench_keys.py ../shared/data --app 40   key presses to the running app, the first 40 images

Three ways: letters alone, with sizes known, and both with corrections by the arrows. Neither the editor nor the app is
told anything of the truth: only keys go in, and what is measured are the labels that came out. Keys that choose a class
and submit are not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.drivenapp import drive
from tests.simulated import GOOD, Labeler, bccd, fruit
from tui_labeler.imaging.view import View
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.labeling.sizes import ENOUGH, KnownSizes
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType

_COLUMNS, _ROWS = 174, 46
Images = list[tuple[str, list[tuple[str, Box]]]]


class Unknowing(KnownSizes):
    """A project that never learns sizes: letters alone."""

    def of(self, name: str, drawn: object = ()) -> None:
        return None


class Tally:
    """What was drawn, box by box; `known` counts those whose class had five boxes before."""

    def __init__(self) -> None:
        self.ious: list[float] = []
        self.keys: list[int] = []
        self.known: list[int] = []
        self._seen: dict[str, int] = {}

    def add(self, name: str, keys: int, iou: float) -> None:
        self.ious.append(iou)
        self.keys.append(keys)
        if self._seen.get(name, 0) >= ENOUGH:
            self.known.append(keys)
        self._seen[name] = self._seen.get(name, 0) + 1

    def row(self, corrected: int) -> str:
        good = sum(iou >= GOOD for iou in self.ious) / len(self.ious)
        more = sum(keys > 6 for keys in self.keys)
        known = f"{statistics.mean(self.known):.2f}" if self.known else "-"
        return (
            f"{len(self.ious):>6,} boxes {statistics.mean(self.keys):>6.2f} keys/box (after {ENOUGH} of the class "
            f"{known})   IoU mean {statistics.mean(self.ious):.3f}   ≥0.9: {good:6.1%}   "
            f"more than 6 keys: {more}   corners corrected: {corrected}"
        )


def in_the_editor(folder: Path, images: Images, names: tuple[str, ...], sizes: KnownSizes, correct: bool) -> str:
    editor = Editor(TaskType.DETECTION, names, default_keymap(), sizes)
    tally = Tally()
    view = View.fit(Size(1, 1), _COLUMNS, _ROWS)
    scene = lambda: editor.scene(view.area, 1 / view.zoom, 0.0)  # noqa: E731
    labeler = Labeler(lambda: overlay_builder.overlay(editor, scene()), correct)
    for name, truth in images:
        with Image.open(folder / name) as image:
            size = Size(*image.size)
        editor.open(Draft(), size)
        view = View.fit(size, _COLUMNS, _ROWS)
        for label, box in truth:
            editor.choose(names.index(label))
            keys = 0
            for key in labeler.draw(box):
                editor.press(key, scene())
                keys += 1
            tally.add(label, keys, editor.draft.regions[-1].extent.iou(box))
        editor.sizes.learn(editor.draft.regions)
    return tally.row(labeler.corrected)


def in_the_app(folder: Path, images: Images, names: tuple[str, ...]) -> str:
    tally = Tally()
    with tempfile.TemporaryDirectory() as home:
        done = asyncio.run(drive(Path(home), folder, images, names))
    for one in done.boxes:
        tally.add(one.name, one.keys, one.iou)
    return tally.row(done.corrected)


def main(data: Path, in_app: int) -> None:
    sets: dict[str, tuple[Path, Images]] = {
        "bccd": (data / "bccd" / "JPEGImages", list(bccd(data / "bccd"))),
        "fruit_ms": (data / "fruit_ms" / "images", list(fruit(data / "fruit_ms"))),
    }
    for title, (folder, images) in sets.items():
        names = tuple(sorted({name for _, truth in images for name, _ in truth}))
        if in_app:
            print(f"{title:<10}{'the running app':<20}{in_the_app(folder, images[:in_app], names)}")
            continue
        ways: tuple[tuple[str, Callable[[], KnownSizes], bool], ...] = (
            ("letters alone", Unknowing, False),
            ("letters, arrows", Unknowing, True),
            ("sizes known", KnownSizes, False),
            ("sizes known, arrows", KnownSizes, True),
        )
        for how, sizes, correct in ways:
            print(f"{title:<10}{how:<20}{in_the_editor(folder, images, names, sizes(), correct)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--app", type=int, default=0, metavar="IMAGES")
    given = parser.parse_args()
    main(given.data, given.app)
