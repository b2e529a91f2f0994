"""Keys per box and how good the boxes are: a labeler labels each data set in the app's own editor.

    python -m tests.bench.bench_keys DATA                                  bccd and fruit_ms below DATA
    python -m tests.bench.bench_keys --images DIR --labels PATH            any set that can be imported
        [--size 200x50] [--eye] [--most N] [--json] [--point 0.7,0.8]   also point to box, taken from these overlaps on
    python -m tests.bench.bench_keys DATA --app 40                         key presses to the running app, 40 images

Without --eye the labeler knows where corners are, exactly. With it, a corner is seen within half a displayed dot (the
magnifier's, where there is one), and a letter that turns out to be the wrong one is taken back. Neither the editor nor the
app is told anything of the truth: only keys go in, and what is measured are the labels that came out. Keys for classes and
for submitting are counted apart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image

from tests.drivenapp import drive
from tests.labeledimages import class_names, read
from tests.pointing import Pointer
from tests.simulated import GOOD, Eye, Labeler, bccd, fruit, shown_dot
from tui_labeler.imaging import objects
from tui_labeler.imaging.decode import decode
from tui_labeler.imaging.view import View
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.labeling.modes import Mode
from tui_labeler.labeling.sizes import ENOUGH, KnownSizes
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType

Images = list[tuple[str, Size, list[tuple[str, Box]]]]
_SIDES = (0, 8, 16, 32, 64, 128, 1 << 30)


class Unknowing(KnownSizes):
    """A project that never learns sizes: letters alone."""

    def of(self, name: str, drawn: object = ()) -> None:
        return None


@dataclass
class Tally:
    """What was drawn, box by box; `known` counts those whose class had five boxes before."""

    ious: list[float] = field(default_factory=list)
    sides: list[float] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    known: list[int] = field(default_factory=list)
    other_keys: int = 0
    corrected: int = 0
    taken: int = 0
    _seen: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, keys: int, iou: float, side: float) -> None:
        self.ious.append(iou)
        self.sides.append(side)
        self.keys.append(keys)
        if self._seen.get(name, 0) >= ENOUGH:
            self.known.append(keys)
        self._seen[name] = self._seen.get(name, 0) + 1

    def document(self) -> dict[str, Any]:
        """IoU by the side of the box (the square root of its area, in image pixels) stands in `by_side`."""
        count = len(self.ious)
        by_side = {}
        for low, high in pairwise(_SIDES):
            part = [(iou, keys) for iou, keys, side in zip(self.ious, self.keys, self.sides, strict=True)
                    if low <= side < high]  # fmt: skip
            if part:
                by_side[f"{low}+"] = (len(part), round(statistics.mean(iou for iou, _ in part), 3),
                                      round(statistics.mean(keys for _, keys in part), 2))  # fmt: skip
        return {
            "boxes": count,
            "keys": round(statistics.mean(self.keys), 3),
            "keys_known": round(statistics.mean(self.known), 3) if self.known else None,
            "keys_all": round((sum(self.keys) + self.other_keys) / count, 3),
            "iou": round(statistics.mean(self.ious), 4),
            "good": round(sum(iou >= GOOD for iou in self.ious) / count, 4),
            "corrected": self.corrected,
            "taken": self.taken,
            "by_side": by_side,
        }


def in_the_editor(
    images: Images, names: tuple[str, ...], sizes: KnownSizes, canvas: tuple[int, int], correct: bool, with_eye: bool
) -> Tally:
    editor = Editor(TaskType.DETECTION, names, default_keymap(), sizes)
    tally = Tally()
    view = View.fit(Size(1, 1), *canvas)
    scene = lambda: editor.scene(view.area, 1 / view.zoom, 0.0)  # noqa: E731
    eye = Eye(lambda overlay: shown_dot(view, overlay)) if with_eye else None
    labeler = Labeler(lambda: overlay_builder.overlay(editor, scene()), correct, eye)
    for _, size, truth in images:
        editor.open(Draft(), size)
        view = View.fit(size, *canvas)
        for label, box in truth:
            if editor.name != label:
                code = editor.picker.codes[names.index(label)]
                tally.other_keys += len(code) + (not code.isdigit())
            editor.choose(names.index(label))
            keys = 0
            for key in labeler.draw(box):
                editor.press(key, scene())
                keys += 1
            tally.add(label, keys, editor.draft.regions[-1].extent.iou(box), box.area**0.5)
        tally.other_keys += 1
        editor.sizes.learn(editor.draft.regions)
    tally.corrected = labeler.corrected
    return tally


Shown = tuple[Size, list[tuple[str, Box]], Callable[[], objects.ObjectFinder], tuple[Box, ...]]


def shown(folder: Path, images: Images) -> list[Shown]:
    """Images as point to box sees them, where no model proposes."""

    def finder(path: str) -> objects.ObjectFinder:
        return objects.ObjectFinder(*decode((folder / path).read_bytes(), objects.ENOUGH))

    return [(size, truth, lambda path=path: finder(path), ()) for path, size, truth in images]


def by_points(
    images: list[Shown], names: tuple[str, ...], sizes: KnownSizes, canvas: tuple[int, int], at: float, with_eye: bool
) -> Tally:
    """Point to box, by what each image shows, the usual sizes, and a model's boxes."""
    editor = Editor(TaskType.DETECTION, names, default_keymap(), sizes)
    editor.mode = editor.drawing = Mode.POINT
    tally = Tally()
    view = View.fit(Size(1, 1), *canvas)
    scene = lambda: editor.scene(view.area, 1 / view.zoom, 0.0)  # noqa: E731
    eye = Eye(lambda overlay: shown_dot(view, overlay)) if with_eye else None
    pointer = Pointer(lambda: overlay_builder.overlay(editor, scene()), at, eye=eye)
    for size, truth, finder, candidates in images:
        editor.open(Draft(), size, None, candidates)
        editor.objects = finder()
        view = View.fit(size, *canvas)
        counts = []
        for label, _ in truth:  # a digit takes what is shown; so does a letter
            if editor.name != label:
                code = editor.picker.codes[names.index(label)]
                tally.other_keys += len(code) + (not code.isdigit())
            editor.choose(names.index(label))
            keys = 0
            for key in pointer.draw(truth[len(counts)][1]):
                editor.press(key, scene())
                if (search := editor.search()) is not None:
                    editor.point_box.show(search())
                keys += 1
            counts.append(keys)
        if editor.point_box.candidate is not None:
            editor.press("enter", scene())
            tally.other_keys += 1
        for (label, box), region, keys in zip(truth, editor.draft.regions, counts, strict=True):
            tally.add(label, keys, region.extent.iou(box), box.area**0.5)
        tally.other_keys += 1
        editor.sizes.learn(editor.draft.regions)
    tally.taken, tally.corrected = pointer.taken, pointer.refused
    return tally


def in_the_app(folder: Path, images: Images, names: tuple[str, ...], size: tuple[int, int]) -> Tally:
    tally = Tally()
    plain = [(path, truth) for path, _, truth in images]
    with tempfile.TemporaryDirectory() as home:
        done = asyncio.run(drive(Path(home), folder, plain, names, size))
    for box in done.boxes:
        tally.add(box.name, box.keys, box.iou, 0.0)
    tally.corrected = done.corrected
    return tally


def canvas_of(size: tuple[int, int]) -> tuple[int, int]:
    """The canvas of a terminal of so many columns and rows: a wide one has a panel beside it."""
    columns, rows = size
    return columns - (26 if columns >= 100 else 0), rows - 3


def cells(text: str) -> tuple[int, int]:
    """Columns and rows of a terminal: 200x50."""
    columns, rows = text.split("x")
    return int(columns), int(rows)


def load(given: argparse.Namespace) -> dict[str, tuple[Path, Images]]:
    """title -> (folder, images)."""
    if given.images is not None:
        return {given.images.name: (given.images, read(given.images, given.labels)[: given.most])}
    data_sets = {}
    for title, folder, pairs in (
        ("bccd", given.data / "bccd" / "JPEGImages", bccd(given.data / "bccd")),
        ("fruit_ms", given.data / "fruit_ms" / "images", fruit(given.data / "fruit_ms")),
    ):
        images = []
        for name, truth in pairs:
            with Image.open(folder / name) as image:
                images.append((name, Size(*image.size), truth))
        data_sets[title] = (folder, images[: given.most])
    return data_sets


def show(title: str, how: str, tally: Tally) -> None:
    row = tally.document()
    known = f"{row['keys_known']:.2f}" if row["keys_known"] else "-"
    print(
        f"{title:<12}{how:<20}{row['boxes']:>6,} boxes {row['keys']:.2f} keys/box (after {ENOUGH} of the class {known}; "
        f"with class and submit {row['keys_all']:.2f})   IoU {row['iou']:.3f}   ≥0.9: {row['good']:.1%}   "
        f"corners corrected: {row['corrected']}" + (f", points taken: {row['taken']}" if row["taken"] else "")
    )
    print("".ljust(32) + "   ".join(f"{side} px: {iou:.3f} ({keys}, n={n})" for side, (n, iou, keys) in
                                    row["by_side"].items()), flush=True)  # fmt: skip


def main(given: argparse.Namespace) -> None:
    document: dict[str, Any] = {"size": list(given.size), "eye": given.eye, "sets": {}}
    for title, (folder, images) in load(given).items():
        names = class_names(images)
        ways: dict[str, Tally] = {}
        if given.app:
            ways["the running app"] = in_the_app(folder, images[: given.app], names, given.size)
        else:
            choices = [("letters alone", Unknowing, False), ("sizes known", KnownSizes, False)]
            if given.arrows:
                choices += [("letters, arrows", Unknowing, True), ("sizes known, arrows", KnownSizes, True)]
            for how, sizes, correct in choices:
                ways[how] = in_the_editor(images, names, sizes(), canvas_of(given.size), correct, given.eye)
            for at in map(float, filter(None, given.point.split(","))):
                canvas = canvas_of(given.size)
                ways[f"point, from {at}"] = by_points(shown(folder, images), names, KnownSizes(), canvas, at, given.eye)
        document["sets"][title] = {how: tally.document() for how, tally in ways.items()}
        for how, tally in ways.items() if not given.json else ():
            show(title, how, tally)
    if given.json:
        print(json.dumps(document, indent=2))


def arguments(description: str | None) -> argparse.ArgumentParser:
    """What both benches take."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--images", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--size", default=(200, 50), type=cells, metavar="COLUMNSxROWS", help="of the terminal")
    parser.add_argument("--eye", action="store_true", help="sees within half a displayed dot")
    parser.add_argument("--most", type=int, default=None, metavar="IMAGES")
    parser.add_argument("--json", action="store_true")
    return parser


def parsed(parser: argparse.ArgumentParser) -> argparse.Namespace:
    given = parser.parse_args()
    if (given.images is None) != (given.labels is None) or (given.data is None) == (given.images is None):
        parser.error("name the folder DATA, or both --images and --labels")
    return given


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--app", type=int, default=0, metavar="IMAGES")
    parser.add_argument("--point", default="", metavar="IOU,…", help="also point to box, taken from these overlaps on")
    parser.add_argument("--arrows", action="store_true", help="also with corrections by the arrows")
    main(parsed(parser))
