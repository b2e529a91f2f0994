"""Keys per box and how good the boxes are: a labeler who knows the truth, at the app's own editor.

    python tests/bench/bench_keys.py ../shared/data

Three ways to label each data set: letters alone, with sizes known, and both with corrections by the arrows. The editor is
that of the app and is told nothing of the truth; only keys go in.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from PIL import Image

from tests.simulated import Labeler, bccd, fruit
from tui_labeler.imaging.view import View
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.labeling.sizes import KnownSizes
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType

_COLUMNS, _ROWS = 174, 46


class Unknowing(KnownSizes):
    """A project that never learns sizes: letters alone."""

    def of(self, name: str, drawn: object = ()) -> None:
        return None


def label(
    images: list[tuple[Size, list[tuple[str, Box]]]], names: tuple[str, ...], sizes: KnownSizes, correct: bool
) -> str:
    """Labels every image; the row of the table."""
    editor = Editor(TaskType.DETECTION, names, default_keymap(), sizes)
    labeler = Labeler(editor, correct)
    ious: list[float] = []
    keys = 0
    for size, truth in images:
        editor.open(Draft(), size)
        view = View.fit(size, _COLUMNS, _ROWS)
        scene = lambda view=view: editor.scene(view.area, 1 / view.zoom, 0.0)  # noqa: E731
        for name, box in truth:
            editor.choose(names.index(name))
            for key in labeler.draw(box, scene()):
                editor.press(key, scene())
                keys += 1
            ious.append(editor.draft.regions[-1].extent.iou(box))
        editor.sizes.learn(editor.draft.regions)
    good = sum(iou >= 0.9 for iou in ious) / len(ious)
    return (
        f"{len(ious):>6,} boxes {keys / len(ious):>7.2f} keys/box   IoU mean {statistics.mean(ious):.3f}   "
        f"≥0.9: {good:6.1%}   corrected {labeler.corrected / len(ious):6.1%}"
    )


def main(data: Path) -> None:
    sets = {
        "bccd": (data / "bccd" / "JPEGImages", list(bccd(data / "bccd"))),
        "fruit_ms": (data / "fruit_ms" / "images", list(fruit(data / "fruit_ms"))),
    }
    for title, (folder, found) in sets.items():
        images = []
        for name, truth in found:
            with Image.open(folder / name) as image:
                images.append((Size(*image.size), truth))
        names = tuple(sorted({name for _, truth in images for name, _ in truth}))
        for how, sizes, correct in (
            ("letters alone", Unknowing(), False),
            ("letters, arrows", Unknowing(), True),
            ("sizes known", KnownSizes(), False),
            ("sizes known, arrows", KnownSizes(), True),
        ):
            print(f"{title:<10}{how:<22}{label(images, names, sizes, correct)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
