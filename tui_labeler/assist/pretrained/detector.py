"""Boxes from labeled boxes: a proposer, a refiner, and every image tests what the others taught."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui_labeler.assist.boxes import Floats, none, overlaps
from tui_labeler.assist.engine import EngineError, Example, Subject, Tell
from tui_labeler.assist.pretrained.backbone import Backbone
from tui_labeler.assist.pretrained.box_refiner import BoxRefiner, Lesson, Rows, lesson, surrounded
from tui_labeler.assist.pretrained.keeping import packed, unpacked
from tui_labeler.assist.pretrained.region_proposer import Look, RegionProposer, Sums, apart, scale_for
from tui_labeler.assist.samples import Sample, sample_of, scaled
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.regions import Labels, Region

# Which images belong to it.
Fold = NDArray[np.bool_]

SEED = 7
_FOLDS = 3
# Crops that the refiner learns from, in all: they are most of the time that learning takes.
_CROPS = 1200
# Boxes that are looked at twice, for an image: so many more for each object that an image may have.
_LEAST, _MORE, _PER_OBJECT, _MOST = 16, 8, 2.0, 40
# The same where labels are held against what is proposed, and nobody waits for the next image.
_THOROUGH_PER_OBJECT, _THOROUGH_MOST = 2.5, 90
_SHIFTS, _SPREAD = 3, 0.09
_SAME = 0.5
# Where a surer box overlaps by so much, it is the same object.
_APART = 0.45
_LIKELY = 0.05
# What fits less at the first look never came to anything at the second.
_AGAIN = 0.2
# A box that overlaps its old place by so much is not looked at twice: a quarter of a proposal's time, for the same keys.
_STAYED = 0.75
_FEWEST_OBJECTS = 4


# What of both is kept.
_PROPOSER = ("middle", "spread", "mixing", "there", "sides")
_REFINER = ("middle", "spread", "parts", "known", "answers", "near", "ways")


@dataclass
class _Studied:
    """An example with what the backbone sees in it."""

    sample: Sample
    look: Look
    refused: Floats
    spotted: Floats  # by a proposer that has not seen the image


class Detector:
    """Proposes by what it `knows`. `held_back`: see `Model`."""

    def __init__(self, backbone: Backbone, classes: tuple[str, ...], scale: float, count: int) -> None:
        self._backbone, self._classes, self.count = backbone, classes, count
        self.proposer = RegionProposer(backbone, scale, SEED)
        self.refiner = BoxRefiner(len(classes))
        self.held_back: Sequence[Labels] | None = None

    def propose(self, pixels: Pixels, size: Size) -> Labels:
        boxes, _ = self.proposer.spot(self.proposer.look(pixels), self.count, (pixels.shape[1], pixels.shape[0]))
        return self._judged(boxes, self._rows(pixels, boxes), pixels, size)

    def _judged(self, boxes: Floats, rows: Rows, pixels: Pixels, size: Size) -> Labels:
        """What comes of boxes that were spotted: moved, and where they stand then, judged and moved again."""
        if not len(boxes):
            return Labels(size)
        extent = (pixels.shape[1], pixels.shape[0])
        fit, shares, moved = self.refiner.refine(rows, boxes, extent)
        order = np.argsort(-fit)
        order = order[: max(int((fit >= _AGAIN).sum()), 1)]
        again, _ = apart(moved[order], fit[order], self.count, _SAME)
        # What hardly moved was judged where it stands.
        overlap = overlaps(again, boxes)
        nearest, far = overlap.argmax(1), overlap.max(1) < _STAYED
        fit, shares, moved = fit[nearest], shares[nearest], again.copy()
        if far.any():
            fit[far], shares[far], moved[far] = self.refiner.refine(self._rows(pixels, again[far]), again[far], extent)
        return Labels(size, tuple(self._regions(fit, shares, moved, extent, size)))

    def _rows(self, pixels: Pixels, boxes: Floats) -> Rows:
        return self.refiner.short(self._backbone.crops(pixels, surrounded(boxes)))

    def _regions(
        self, fit: Floats, shares: Floats, boxes: Floats, extent: tuple[int, int], size: Size
    ) -> Iterator[Region]:
        """The boxes that stand apart, the surest first, in the coordinates of `size`."""
        back = np.tile([size.width / extent[0], size.height / extent[1]], 2)
        kept: list[int] = []
        for index in np.argsort(-fit):
            if fit[index] < _LIKELY:
                break
            near = overlaps(boxes[index][None], boxes[kept]).max() if kept else 0.0
            if near <= _APART:
                kept.append(int(index))
                box = Box(*(float(value) for value in boxes[index] * back))
                yield Region(self._classes[int(shares[index].argmax())], box, confidence=round(float(fit[index]), 4))

    def learn_more(self, example: Example) -> None:
        """One more labeled image, at once: what was proposed for it and is not there is not proposed again. The boxes are
        judged anew, not looked for anew."""
        sample = sample_of(example, self._classes)
        extent = (sample.pixels.shape[1], sample.pixels.shape[0])
        spotted, _ = self.proposer.spot(self.proposer.look(sample.pixels), self.count, extent)
        shown = self.propose(example.pixels, example.labels.size).regions
        boxes = np.concatenate([spotted, sample.boxes, scaled((*example.refused, *shown), example)])
        self.refiner.learn_more(self._rows(sample.pixels, boxes), lesson(boxes, sample.boxes, sample.classes))

    # Keeping

    def kept(self) -> bytes:
        """See `Lasting`."""
        arrays = {f"proposer.{name}": getattr(self.proposer, name) for name in _PROPOSER}
        arrays |= {f"refiner.{name}": getattr(self.refiner, name) for name in _REFINER}
        numbers = np.array([self.proposer.scale, self.count, self.refiner.width])
        return packed(arrays | {"numbers": numbers}, self._classes)

    @classmethod
    def restored(cls, backbone: Backbone, kept: bytes, subject: Subject) -> Detector:
        """Raises EngineError for what it does not know."""
        arrays = unpacked(kept, subject.classes)
        try:
            scale, count, width = (float(value) for value in arrays["numbers"])
            made = cls(backbone, subject.classes, scale, int(count))
            made.refiner.width = width
            for name in _PROPOSER:
                setattr(made.proposer, name, arrays[f"proposer.{name}"])
            for name in _REFINER:
                setattr(made.refiner, name, arrays[f"refiner.{name}"])
        except (KeyError, ValueError):
            message = "What the engine kept cannot be used: a part of it is missing or damaged."
            raise EngineError(message, "It learns anew from the labels.") from None
        return made

    # Learning

    @classmethod
    def learned(cls, backbone: Backbone, examples: Sequence[Example], subject: Subject, tell: Tell) -> Detector:
        """Raises EngineError where the examples hold too few objects."""
        samples = [sample_of(example, subject.classes) for example in examples]
        objects = sum(len(sample.boxes) for sample in samples)
        if objects < _FEWEST_OBJECTS:
            raise EngineError("There are too few boxes to learn from.", "Label some more images with objects.")
        sizes = [(sample.pixels.shape[1], sample.pixels.shape[0]) for sample in samples]
        scale = scale_for(sizes, [sample.boxes for sample in samples])
        most = max(len(sample.boxes) for sample in samples)
        each, limit = (_THOROUGH_PER_OBJECT, _THOROUGH_MOST) if subject.thorough else (_PER_OBJECT, _MOST)
        count = int(np.clip(_MORE + each * most, _LEAST, limit))
        made = cls(backbone, subject.classes, scale, count)
        made._learn(examples, samples, tell)
        return made

    def _learn(self, examples: Sequence[Example], samples: Sequence[Sample], tell: Tell) -> None:
        steps = 2 * len(samples)
        studied = []
        for index, (example, sample) in enumerate(zip(examples, samples, strict=True)):
            tell("training", index, steps)
            refused = scaled(example.refused, example)
            studied.append(_Studied(sample, self.proposer.look(sample.pixels), refused, none()))
        self.proposer.settle([image.look for image in studied[:24]])
        folds = [np.arange(len(studied)) % _FOLDS == fold for fold in range(_FOLDS)]
        sums = [self._sums(studied, fold) for fold in folds]
        every = _added(sums)
        seen, lessons = self._lessons(studied, folds, sums, tell)
        self.refiner.settle(np.concatenate(seen)[:: max(1, sum(map(len, seen)) // 700)])
        rows = [self.refiner.short(crops) for crops in seen]
        self.held_back = self._tested(examples, studied, folds, rows, lessons)
        self.proposer.learn(every)
        self.refiner.learn(np.concatenate(rows), lessons)

    def _sums(self, studied: Sequence[_Studied], fold: Fold) -> Sums:
        return _added([self.proposer.teach(studied[index].look, studied[index].sample.boxes)
                       for index in map(int, np.flatnonzero(fold))])  # fmt: skip

    def _lessons(
        self,
        studied: Sequence[_Studied],
        folds: Sequence[Fold],
        sums: Sequence[Sums],
        tell: Tell,
    ) -> tuple[list[Rows], list[Lesson]]:
        """What the refiner learns from, image by image: boxes of a proposer that has not seen the image, true boxes, moved
        ones, and those that a labeler refused."""
        chance = np.random.default_rng(SEED)
        each = max(6, _CROPS // len(studied))
        seen: list[Rows] = [np.zeros(0, np.float32)] * len(studied)
        lessons = [lesson(np.zeros((0, 4)), np.zeros((0, 4)), np.zeros(0, np.int64))] * len(studied)
        done = len(studied)
        for fold, own in zip(folds, sums, strict=True):
            self.proposer.learn(_added([fold_sums for fold_sums in sums if fold_sums is not own]))
            for index in map(int, np.flatnonzero(fold)):
                tell("training", done, 2 * len(studied))
                image, done = studied[index], done + 1
                pixels, truth = image.sample.pixels, image.sample.boxes
                image.spotted, _ = self.proposer.spot(image.look, self.count, (pixels.shape[1], pixels.shape[0]))
                moved = np.repeat(truth, _SHIFTS, 0)
                extents = np.tile(moved[:, 2:] - moved[:, :2], 2)
                moved = moved + chance.normal(0, _SPREAD, moved.shape) * extents
                true = np.concatenate([truth, moved])
                true = true[chance.permutation(len(true))[: max(each - len(image.spotted), each // 2)]]
                boxes = np.concatenate([image.spotted, true, image.refused[: each // 4]])
                seen[index] = self._backbone.crops(pixels, surrounded(boxes))
                lessons[index] = lesson(boxes, truth, image.sample.classes)
        return seen, lessons

    def _tested(
        self,
        examples: Sequence[Example],
        studied: Sequence[_Studied],
        folds: Sequence[Fold],
        rows: Sequence[Rows],
        lessons: Sequence[Lesson],
    ) -> list[Labels]:
        """What is proposed for each image by what the images of the other folds taught."""
        proposed: dict[int, Labels] = {}
        for fold in folds:
            others = [int(index) for index in np.flatnonzero(~fold)]
            self.refiner.learn(np.concatenate([rows[index] for index in others]), [lessons[index] for index in others])
            for index in map(int, np.flatnonzero(fold)):
                image, size = studied[index], examples[index].labels.size
                spotted = rows[index][: len(image.spotted)]
                proposed[index] = self._judged(image.spotted, spotted, image.sample.pixels, size)
        return [proposed[index] for index in range(len(examples))]


def _added(sums: Sequence[Sums]) -> Sums:
    whole = sums[0]
    for part in sums[1:]:
        whole = whole.plus(part)
    return whole
