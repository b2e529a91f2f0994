"""The order that teaches: is a model as good with fewer labels where those that it is least sure of come first?

    python -m tests.bench.bench_order DATA
    python -m tests.bench.bench_order --images DIR --labels PATH
        [--labeled 10,16,24,40] [--pool 60] [--rest 30] [--engine pretrained] [--seed 7,8] [--json]

The first labels are the same in both orders. Then each training learns from the next images: those that come next, or those
of the pool whose proposals are the least sure, as the queue gives them out. Both models are asked for the same images, none
of them in the pool. Keys are those of the cheapest way, with the confidences that labels held back chose.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from tests.bench.bench_assist import examples_of
from tests.bench.bench_keys import arguments, load, parsed
from tests.labeledimages import class_names
from tui_labeler.assist import evaluation, validate
from tui_labeler.assist.engine import Example, Subject
from tui_labeler.assist.engines import load_engine
from tui_labeler.assist.evaluation import Trial
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels


class Learned:
    """A model of these examples, and from which confidences on it shows its proposals."""

    def __init__(self, engine: Any, examples: Sequence[Example], names: tuple[str, ...]) -> None:
        subject = Subject(TaskType.DETECTION, names)
        self._model, self._names = engine.fit(list(examples), subject, lambda what, now, of: None), names
        held = [Trial(proposed, two.labels) for proposed, two in zip(self._model.held_back, examples, strict=True)]
        quality = evaluation.evaluate(held, subject.kind, names)
        self._least = (
            {class_quality.name: class_quality.least for class_quality in quality.classes} if quality.helps else {}
        )

    def shown(self, example: Example) -> Labels:
        raw = self._model.propose(example.pixels, example.labels.size)
        return evaluation.shown(
            validate.clean(raw, TaskType.DETECTION, self._names, example.labels.size, "m 1").labels, self._least
        )

    def keys(self, images: Sequence[Example]) -> float:
        """A box."""
        trials = [Trial(self.shown(example), example.labels) for example in images]
        keys, _ = evaluation.keys_of(trials, dict.fromkeys(self._names, 0.0))
        return keys / sum(len(example.labels.regions) for example in images)


def worked(
    engine: Any, pool: list[Example], rest: list[Example], names: tuple[str, ...], counts: list[int], unsure: bool
) -> Iterator[float]:
    """Keys a box on the rest after each count of labels."""
    done, waiting = pool[: counts[0]], pool[counts[0] :]
    for at, count in enumerate(counts):
        model = Learned(engine, done, names)
        yield model.keys(rest)
        if at + 1 == len(counts):
            return
        if unsure:  # images without a proposal come last; else the order stays
            waiting = sorted(waiting, key=lambda example: _sureness(model.shown(example)))
        more = counts[at + 1] - count
        done, waiting = done + waiting[:more], waiting[more:]


def _sureness(shown: Labels) -> float:
    return shown.confidence if shown.regions else 2.0


def main(given: argparse.Namespace) -> None:
    counts = [int(number) for number in given.labeled.split(",")]
    rows = []
    engine = load_engine(given.engine, "", ())
    for title, (folder, images) in load(given).items():
        if len(images) < counts[-1] + 10:
            continue
        ways: dict[str, list[list[float]]] = {"as_given": [], "unsure_first": []}
        for seed in map(int, given.seed.split(",")):
            examples = examples_of(folder, images, engine.side, given.pool + given.rest, seed)
            rest, pool = examples[: given.rest], examples[given.rest :]
            for way, keys_of_runs in ways.items():
                keys_of_runs.append(
                    list(worked(engine, pool, rest, class_names(images), counts, way == "unsure_first"))
                )
                if not given.json:
                    print(title, seed, way, [round(keys, 2) for keys in keys_of_runs[-1]], flush=True)
        means = {
            way: [round(statistics.mean(keys), 3) for keys in zip(*keys_of_runs, strict=True)]
            for way, keys_of_runs in ways.items()
        }
        rows.append({"set": title, "labeled": counts, **means})
        if not given.json:
            print(json.dumps(rows[-1]), flush=True)
    if given.json:
        print(json.dumps(rows, indent=2))


if __name__ == "__main__":
    parser = arguments(__doc__)
    parser.add_argument("--labeled", default="10,16,24,40", metavar="N,…")
    parser.add_argument("--pool", type=int, default=60, metavar="IMAGES")
    parser.add_argument("--rest", type=int, default=30, metavar="IMAGES")
    parser.add_argument("--engine", default="pretrained", metavar="NAME")
    parser.add_argument("--seed", default="7,8", metavar="N,…")
    main(parsed(parser))
