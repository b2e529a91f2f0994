"""ML assist on any images: how good proposals are after N labeled images, and the keys that they save.

    python -m tests.bench.bench_assist DATA                                 bccd and fruit_ms below DATA
    python -m tests.bench.bench_assist --images DIR --labels PATH           any set that can be imported
        [--labeled 10,25,50] [--engine pretrained,fewshot] [--rest 100] [--size 200x50] [--eye] [--seed 7] [--json]
        [--point]

The engine learns from the first N images (their order is that of the seed) as it does in the app; its thresholds are chosen
on labels held back from training among those N. Then it proposes for the rest (at most --rest of them), and a labeler who
knows the truth labels these by key presses to the app's editor, with and without proposals. Both have sizes known from the
N images. All keys are counted: for boxes, for classes, and for submitting. A look at each proposal costs what --look says,
in keys (a person needs about 1.2 seconds for a box that is hard to judge, hardly anything for one that is plainly right).
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.assisted import Decider
from tests.bench.bench_keys import Images, arguments, by_points, canvas_of, load, parsed
from tests.labeledimages import class_names
from tests.simulated import Eye, shown_dot
from tui_labeler.assist import evaluation, validate
from tui_labeler.assist.engine import Engine, EngineError, Example, Subject
from tui_labeler.assist.engines import load_engine
from tui_labeler.assist.evaluation import Trial, matched
from tui_labeler.assist.reading import read_pixels
from tui_labeler.imaging.objects import ObjectFinder
from tui_labeler.imaging.view import View
from tui_labeler.labeling import overlay_builder
from tui_labeler.labeling.draft import Draft
from tui_labeler.labeling.editor import Editor
from tui_labeler.labeling.keys import default_keymap
from tui_labeler.labeling.sizes import KnownSizes
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region


@dataclass
class Labeled:
    """What labeling some images took, and how good the boxes are. A box of another class has the overlap 0."""

    boxes: int = 0
    keys: int = 0
    class_keys: int = 0
    images: int = 0
    ious: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)

    def document(self, looks: float = 0.0) -> dict[str, Any]:
        """`where` says what the keys were for, all of them together `keys_all` (without looks)."""
        count = max(self.boxes, 1)
        every = self.keys + self.class_keys + self.images + looks
        kinds = self.kinds + Counter(classes=self.class_keys, submitting=self.images)
        return {
            "keys": round(self.keys / count, 3),
            "keys_all": round(every / count, 3),
            "iou": round(statistics.mean(self.ious), 4) if self.ious else 0.0,
            "where": {kind: round(kinds[kind] / count, 3) for kind in KINDS},
        }


KINDS = ("taking", "refusing", "classes", "leaving", "drawing", "submitting")


def kind_of(key: str) -> str:
    """What a key that decides on proposals is for."""
    if key.isdigit():
        return "classes"
    if len(key) == 1 and key.isupper():
        return "refusing"
    return "taking" if key == "space" or len(key) == 1 else "leaving"


def label(
    examples: list[Example],
    proposals: list[Labels] | None,
    names: tuple[str, ...],
    known: list[Region],
    canvas: tuple[int, int],
    at: float = 0.7,
    with_eye: bool = False,
) -> Labeled:
    """Labels the examples through an editor; `known` are the regions that sizes are known from."""
    sizes = KnownSizes()
    sizes.learn(known)
    editor = Editor(TaskType.DETECTION, names, default_keymap(), sizes)
    done = Labeled()
    for index, example in enumerate(examples):
        size = example.labels.size
        view = View.fit(size, *canvas)
        scene = lambda view=view: editor.scene(view.area, 1 / view.zoom, 0.0)  # noqa: E731
        editor.open(Draft(), size, proposals[index] if proposals else None)
        eye = Eye(lambda overlay, view=view: shown_dot(view, overlay)) if with_eye else None
        decider = Decider(lambda scene=scene: overlay_builder.overlay(editor, scene()), at, names, eye)
        truth = [(region.name, region.extent) for region in example.labels.regions]
        for key in decider.decide(truth):
            editor.press(key, scene())
            done.keys += 1
            done.kinds[kind_of(key)] += 1
        for name, box in decider.missing(truth):
            if editor.name != name:
                code = editor.picker.codes[names.index(name)]
                editor.choose(names.index(name))
                done.class_keys += len(code) + (not code.isdigit())
            for key in decider.drawing.draw(box):
                editor.press(key, scene())
                done.keys += 1
                done.kinds["drawing"] += 1
        done.boxes += len(truth)
        done.images += 1
        done.ious += _ious(editor.draft.regions, example.labels.regions)
        sizes.learn(editor.draft.regions)
    return done


def _ious(drawn: tuple[Region, ...], truth: tuple[Region, ...]) -> list[float]:
    """For each true region the overlap with what was drawn as its class."""
    return [max((box.extent.iou(true_box.extent) for box in drawn if box.name == true_box.name), default=0.0)
            for true_box in truth]  # fmt: skip


def examples_of(folder: Path, images: Images, side: int, count: int, seed: int) -> list[Example]:
    """The set in the order of the seed, at the size that the engine looks at."""
    order = list(images)
    random.Random(seed).shuffle(order)
    examples = []
    for name, _, truth in order[:count]:
        pixels, size = read_pixels((folder / name).read_bytes(), side)
        examples.append(Example(pixels, Labels(size, tuple(Region(name, box) for name, box in truth))))
    return examples


def run(
    engine: Engine, names: tuple[str, ...], examples: list[Example], count: int, given: argparse.Namespace
) -> dict[str, Any]:
    subject = Subject(TaskType.DETECTION, names)
    canvas = canvas_of(given.size)
    rest = examples[count : count + given.rest]
    known = [region for example in examples[:count] for region in example.labels.regions]
    by_hand = label(rest, None, names, known, canvas, with_eye=given.eye).document()
    figures: dict[str, Any] = {"engine": engine.name, "labeled": count, "others": len(rest), "by_hand": by_hand}
    began = time.process_time()
    try:
        model = engine.fit(examples[:count], subject, lambda what, done, total: None)
    except EngineError as error:
        return figures | {"failed": error.message}
    figures["fit_seconds"] = round(time.process_time() - began, 1)
    held = [Trial(proposed, two.labels) for proposed, two in zip(model.held_back or (), examples[:count], strict=True)]
    began = time.process_time()
    raw = [model.propose(example.pixels, example.labels.size) for example in rest]
    figures["propose_ms"] = round((time.process_time() - began) / len(rest) * 1000)
    clean = [validate.clean(labels, subject.kind, names, labels.size, "m 1").labels for labels in raw]
    for at in map(float, given.at.split(",")):
        quality = evaluation.evaluate(held, subject.kind, names, at)
        least = {class_quality.name: class_quality.least for class_quality in quality.classes}
        shown = [evaluation.shown(labels, least if quality.helps else {}) for labels in clean]
        proposed = sum(len(labels.regions) for labels in shown)
        true = sum(len(example.labels.regions) for example in rest)
        part: dict[str, Any] = {"off": not quality.helps, "expected": quality.keys}
        for iou in (0.5, 0.75):
            right = sum(sum(matched(labels.regions, example.labels.regions, iou))
                        for labels, example in zip(shown, rest, strict=True))  # fmt: skip
            part[f"precision_{iou}"] = round(right / max(proposed, 1), 3)
            part[f"recall_{iou}"] = round(right / true, 3)
        if given.point:
            part["point"] = _pointed(rest, clean, names, known, canvas, at, given.eye)
        part |= label(rest, shown, names, known, canvas, at, given.eye).document(given.look * proposed)
        figures[f"taken_from_{at}"] = part
    return figures


def _pointed(
    rest: list[Example],
    boxes: list[Labels],
    names: tuple[str, ...],
    known: list[Region],
    canvas: tuple[int, int],
    at: float,
    with_eye: bool,
) -> dict[str, Any]:
    """The same images by point to box alone: a point stands for any box of the model, however unsure."""
    sizes = KnownSizes()
    sizes.learn(known)
    images = [(one.labels.size, [(region.name, region.extent) for region in one.labels.regions],
               lambda one=one: ObjectFinder(one.pixels, one.labels.size),
               tuple(region.extent for region in two.regions))
              for one, two in zip(rest, boxes, strict=True)]  # fmt: skip
    return by_points(images, names, sizes, canvas, at, with_eye).document()


def show(title: str, row: dict[str, Any]) -> None:
    hand = row["by_hand"]
    print(f"{title}, {row['engine']}, {row['labeled']} labeled, {row['others']} others: by hand {hand['keys']:.2f} keys "
          f"(with class and submit {hand['keys_all']:.2f}), IoU {hand['iou']:.3f}")  # fmt: skip
    if "failed" in row:
        print(f"  {row['failed']}")
        return
    print(f"  fit {row['fit_seconds']} s, propose {row['propose_ms']} ms")
    for at, part in row.items():
        if at.startswith("taken"):
            state = "switched itself off" if part["off"] else "shown"
            print(f"  {at}: {state}; P/R {part['precision_0.5']:.2f}/{part['recall_0.5']:.2f} at .5, "
                  f"{part['precision_0.75']:.2f}/{part['recall_0.75']:.2f} at .75; {part['keys']:.2f} keys a box "
                  f"(all {part['keys_all']:.2f}), IoU with class {part['iou']:.3f}", flush=True)  # fmt: skip
            print("    keys a box for " + ", ".join(f"{kind} {keys:.2f}" for kind, keys in part["where"].items()))
            if point := part.get("point"):
                print(f"    by point to box: {point['keys']:.2f} keys a box (all {point['keys_all']:.2f}), "
                      f"IoU {point['iou']:.3f}, {point['taken']} of {point['boxes']} taken", flush=True)  # fmt: skip


def main(given: argparse.Namespace) -> None:
    document: dict[str, Any] = {"seed": given.seed, "size": list(given.size), "eye": given.eye, "rows": []}
    counts = [int(number) for number in given.labeled.split(",")]
    for title, (folder, images) in load(given).items():
        names = class_names(images)
        for engine_name in given.engine.split(","):
            engine = load_engine(engine_name, "", ())
            examples = examples_of(folder, images, engine.side, max(counts) + given.rest, given.seed)
            for count in counts:
                if count + 5 > len(examples):
                    continue
                row = {"set": title, **run(engine, names, examples, count, given)}
                document["rows"].append(row)
                if not given.json:
                    show(title, row)
    if given.json:
        print(json.dumps(document, indent=2))


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--labeled", default="10,25,50,100", metavar="N,…")
    parser.add_argument("--engine", default="pretrained", metavar="NAME,…")
    parser.add_argument("--rest", type=int, default=100, metavar="IMAGES")
    parser.add_argument("--at", default="0.7,0.8", metavar="IOU,…", help="from which overlap on a proposal is taken")
    parser.add_argument("--point", action="store_true", help="also by point to box, with all that the model finds")
    parser.add_argument("--look", type=float, default=0.0, metavar="KEYS", help="what looking at a proposal costs")
    parser.add_argument("--seed", type=int, default=7)
    main(parsed(parser))
