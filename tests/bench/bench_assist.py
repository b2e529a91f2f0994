"""ML assist on photographs: how good proposals are after 10, 25, 50 and 100 labeled images, and the keys that they save.

    python -m tests.bench.bench_assist ../shared/data [--images 100] [--counts 10,25,50,100] [--seed 7]

The engine learns from the first N images (their order is that of the seed) as it does in the app; its thresholds are chosen
on labels held back from training among those N. Then it proposes for the rest (at most --images of them), and a labeler who
knows the truth labels these by key presses to the app's editor, with and without proposals. Both have sizes known from the
N images. Keys that choose a class are counted apart; submitting is not counted.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from tests.assisted import Decider
from tests.simulated import bccd, fruit
from tui_labeler.assist import evaluation, validate
from tui_labeler.assist.engine import Example, Subject
from tui_labeler.assist.evaluation import Trial, matched
from tui_labeler.assist.fewshot.engine import FewShot
from tui_labeler.assist.reading import read_pixels
from tui_labeler.imaging.view import View
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.labeling.sizes import KnownSizes
from tui_labeler.model.geometry import Box
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region

_COLUMNS, _ROWS = 174, 46
Truth = list[tuple[str, Box]]


@dataclass
class Labeled:
    """What labeling some images took: keys for boxes, keys for classes, and how good the boxes are."""

    boxes: int = 0
    keys: int = 0
    digits: int = 0
    ious: list[float] | None = None

    def text(self) -> str:
        count = max(self.boxes, 1)
        mean = statistics.mean(self.ious) if self.ious else 0.0
        return f"{self.keys / count:.2f} (with class keys {(self.keys + self.digits) / count:.2f}), IoU {mean:.3f}"


def label(
    examples: list[Example],
    proposals: list[Labels] | None,
    names: tuple[str, ...],
    known: list[Region],
    at: float = 0.7,
) -> Labeled:
    """Labels the examples through an editor; `known` are the regions that sizes are known from."""
    sizes = KnownSizes()
    sizes.learn(known)
    editor = Editor(TaskType.DETECTION, names, default_keymap(), sizes)
    done = Labeled(ious=[])
    assert done.ious is not None
    for place, example in enumerate(examples):
        size = example.labels.size
        view = View.fit(size, _COLUMNS, _ROWS)
        scene = lambda view=view: editor.scene(view.area, 1 / view.zoom, 0.0)  # noqa: E731
        editor.open(Draft(), size, proposals[place] if proposals else None)
        decider = Decider(lambda scene=scene: overlay_builder.overlay(editor, scene()), at)
        truth = [(one.name, one.extent) for one in example.labels.regions]
        for key in decider.decide(truth):
            editor.press(key, scene())
            done.keys += 1
        for name, box in decider.missing(truth):
            if editor.name != name:
                editor.choose(names.index(name))
                done.digits += 1
            for key in decider.drawing.draw(box):
                editor.press(key, scene())
                done.keys += 1
        done.boxes += len(truth)
        done.ious += _ious(editor.draft.regions, example.labels.regions)
        sizes.learn(editor.draft.regions)
    return done


def _ious(drawn: tuple[Region, ...], truth: tuple[Region, ...]) -> list[float]:
    return [max((one.extent.iou(other.extent) for other in truth), default=0.0) for one in drawn]


def load(data: Path, title: str, seed: int) -> tuple[tuple[str, ...], list[Example]]:
    """The set in the order of the seed, at the size that the engine looks at."""
    folder, found = (
        (data / "bccd" / "JPEGImages", list(bccd(data / "bccd")))
        if title == "bccd"
        else (data / "fruit_ms" / "images", list(fruit(data / "fruit_ms")))
    )
    random.Random(seed).shuffle(found)
    names = tuple(sorted({name for _, truth in found for name, _ in truth}))
    examples = []
    for name, truth in found:
        pixels, size = read_pixels((folder / name).read_bytes(), FewShot.side)
        examples.append(Example(pixels, Labels(size, tuple(Region(one, box) for one, box in truth))))
    return names, examples


def run(title: str, names: tuple[str, ...], examples: list[Example], count: int, most: int) -> None:
    subject = Subject(TaskType.DETECTION, names)
    began = time.process_time()
    model = FewShot().fit(examples[:count], subject, lambda what, done, total: None)
    fitted = time.process_time() - began
    held = [Trial(found, one.labels) for found, one in zip(model.held_back or (), examples[:count], strict=True)]
    rest = examples[count : count + most]
    began = time.process_time()
    raw = [model.propose(one.pixels, one.labels.size) for one in rest]
    each = (time.process_time() - began) / len(rest)
    clean = [validate.clean(one, subject.kind, names, one.size, "m 1").labels for one in raw]
    print(f"\n{title}, {count} labeled images: fit {fitted:.0f} s, propose {each:.2f} s an image; {len(rest)} others")
    known = [region for one in examples[:count] for region in one.labels.regions]
    without = label(rest, None, names, known)
    print(f"  keys per box by hand: {without.text()}", flush=True)
    for at in (evaluation.TAKEN_AT, 0.8):
        quality = evaluation.evaluate(held, subject.kind, names, at)
        least = {one.name: one.least for one in quality.classes}
        shown = [evaluation.shown(one, least if quality.helps else {}) for one in clean]
        assisted = label(rest, shown, names, known, at)
        verdict = "shown" if quality.helps else "switched itself off"
        print(f"  boxes taken from IoU {at} on; proposals are {verdict}")
        for iou in (0.5, 0.75):
            right = sum(
                sum(matched(one.regions, other.labels.regions, iou)) for one, other in zip(shown, rest, strict=True)
            )
            proposed = sum(len(one.regions) for one in shown)
            true = sum(len(one.labels.regions) for one in rest)
            print(f"    IoU {iou}: precision {right / max(proposed, 1):.3f}  recall {right / true:.3f}")
        print(f"    expected by the labels held back: {quality.keys:.2f} keys a box against {quality.keys_without:.2f}")
        print(f"    keys per box: {assisted.text()}   ratio {assisted.keys / without.keys:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--set", choices=("bccd", "fruit_ms"), default=None)
    parser.add_argument("--counts", default="10,25,50,100")
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(f"seed {given.seed}")
    for title in (given.set,) if given.set else ("bccd", "fruit_ms"):
        names, examples = load(given.data, title, given.seed)
        for count in map(int, given.counts.split(",")):
            if count + 5 <= len(examples):
                run(title, names, examples, count, given.images)
            else:
                print(f"\n{title}: {len(examples)} images are too few for {count} labeled ones and a test")


if __name__ == "__main__":
    main()
