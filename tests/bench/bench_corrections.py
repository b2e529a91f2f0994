"""Corrections learned at once: keys a box while a labeler works on, with a model that learns from each submitted image
before the image after the next, and with one that waits for its next training.

    python -m tests.bench.bench_corrections DATA
    python -m tests.bench.bench_corrections --images DIR --labels PATH
        [--only CLASS] [--labeled 10] [--rest 40] [--again 0.5] [--seed 7] [--json]

With --only, one class is labeled, and what is of the others is background that looks alike. Both models learn
from the first N images, and from all again where there are --again as many more. Keys are those of the cheapest way.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from tests.bench.bench_assist import examples_of
from tests.bench.bench_keys import arguments, load, parsed
from tests.labeledimages import class_names
from tui_labeler.assist import evaluation, validate
from tui_labeler.assist.engine import Example, Subject
from tui_labeler.assist.engines import load_engine
from tui_labeler.assist.evaluation import Trial
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels

# An image that is submitted teaches while the next one is labeled already.
_LATE = 2
_REFUSED_BELOW = 0.3


def worked(
    engine: Any, examples: Sequence[Example], names: tuple[str, ...], count: int, again: float, at_once: bool
) -> list[Trial]:
    """What was shown for each image after the first `count`, in their order."""
    subject = Subject(TaskType.DETECTION, names)
    trials: list[Trial] = []
    model: Any = None
    done: list[Example] = list(examples[:count])
    next_at = count
    for index in range(count, len(examples)):
        if index >= next_at:
            model = engine.fit(done, subject, lambda what, now, of: None)
            held = [Trial(proposed, two.labels) for proposed, two in zip(model.held_back, done, strict=True)]
            quality = evaluation.evaluate(held, subject.kind, names)
            least = (
                {class_quality.name: class_quality.least for class_quality in quality.classes} if quality.helps else {}
            )
            next_at = max(index + 10, int(index * (1 + again)))
            taught = len(done)
        elif at_once:
            while taught < min(len(done), index - _LATE + 1):
                model.learn_more(done[taught])
                taught += 1
        one = examples[index]
        proposed = validate.clean(
            model.propose(one.pixels, one.labels.size), subject.kind, names, one.labels.size, "m 1"
        )
        shown = evaluation.shown(proposed.labels, least)
        trials.append(Trial(shown, one.labels))
        truth = [region.extent for region in one.labels.regions]
        refused = tuple(region for region in shown.regions
                        if all(region.extent.iou(box) < _REFUSED_BELOW for box in truth))  # fmt: skip
        done.append(Example(one.pixels, one.labels, refused))
    return trials


def document(trials: Sequence[Trial]) -> dict[str, float]:
    """All that was shown was looked at: nothing is left out any more."""
    everything = {region.name: 0.0 for trial in trials for region in trial.proposed.regions}
    keys, _ = evaluation.keys_of(trials, everything)
    boxes = sum(len(trial.truth.regions) for trial in trials)
    placed = [evaluation.placed(trial.proposed.regions, trial.truth.regions, evaluation.TAKEN_AT) for trial in trials]
    shown = sum(len(trial.proposed.regions) for trial in trials)
    wrong = sum(name is None for image in placed for name in image)
    return {"keys": round(keys / boxes, 3), "shown": shown, "wrong": wrong, "boxes": boxes}


def only(examples: list[Example], name: str) -> list[Example]:
    return [Example(example.pixels, Labels(example.labels.size, tuple(r for r in example.labels.regions if r.name == name)))
            for example in examples]  # fmt: skip


def main(given: argparse.Namespace) -> None:
    rows = []
    engine: Any = load_engine("pretrained", "", ())
    for title, (folder, images) in load(given).items():
        examples = examples_of(folder, images, engine.side, given.labeled + given.rest, given.seed)
        for name in given.only.split(","):
            if name not in ("", *class_names(images)):
                continue
            names = (name,) if name else class_names(images)
            chosen = only(examples, name) if name else examples
            row: dict[str, Any] = {"set": title, "only": name}
            for way, at_once in (("at_the_next_training", False), ("at_once", True)):
                trials = worked(engine, chosen, names, given.labeled, given.again, at_once)
                row[way] = document(trials)
            rows.append(row)
            if not given.json:
                print(msgspec.json.encode(row).decode(), flush=True)
    if given.json:
        print(json.dumps({"seed": given.seed, "rows": rows}, indent=2))


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--labeled", type=int, default=10, metavar="N")
    parser.add_argument("--rest", type=int, default=40, metavar="IMAGES")
    parser.add_argument("--only", default="", metavar="CLASS,…")
    parser.add_argument("--again", type=float, default=0.5, metavar="SHARE")
    parser.add_argument("--seed", type=int, default=7)
    main(parsed(parser))
