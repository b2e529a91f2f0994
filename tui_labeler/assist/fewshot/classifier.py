"""Classes of whole images: what colours and slopes are where, and how often, told apart by logistic regression."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from tui_labeler.assist.boxes import Floats
from tui_labeler.assist.engine import EngineError, Example, Subject, Tell
from tui_labeler.assist.fewshot.features import PAD, planes
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.geometry import Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels

_SIDE = 96
_CELLS = 4
_TURNS = 9
_FOLDS = 4
_LIKELY = 0.5


class Classifier:
    """A model for tags: one for each image, or (multi-label) every class that is likelier than not."""

    def __init__(
        self, examples: Sequence[Example], subject: Subject, tell: Tell, look: Callable[[Pixels], Floats] | None = None
    ) -> None:
        """`look` gives what is seen in an image, as numbers (colours and slopes, if nothing else is said). Raises
        EngineError where fewer than two classes were given."""
        self._look = look or _features
        self._classes, self._many = subject.classes, subject.kind is TaskType.MULTILABEL
        features = np.array([self._look(example.pixels) for example in examples])
        truth = np.array(
            [[class_name in example.labels.tags for class_name in subject.classes] for example in examples]
        )
        if sum(column.any() and not column.all() for column in truth.T) < (1 if self._many else 2):
            raise EngineError("All labels are of one class.", "Label some images of another one.")
        self.held_back: Sequence[Labels] | None = None
        folds = min(_FOLDS, len(examples))
        held_back: dict[int, Labels] = {}
        for fold in range(folds):
            tell("training", fold, folds + 1)
            out = np.arange(len(examples)) % folds == fold
            self._learn(features[~out], truth[~out])
            for index in map(int, np.flatnonzero(out)):
                held_back[index] = self._labels(features[index], examples[index].labels.size)
        self._learn(features, truth)
        self.held_back = [held_back[index] for index in range(len(examples))]
        tell("training", folds + 1, folds + 1)

    def _learn(self, features: Floats, truth: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> None:
        # A class that all or none of the images have cannot be told apart: its share is the answer.
        self._constant = truth.mean(0)
        self._models: dict[int, Pipeline] = {}
        for class_index, column in enumerate(truth.T):
            if column.any() and not column.all():
                model = make_pipeline(
                    StandardScaler(), LogisticRegression(C=0.02, max_iter=300, class_weight="balanced")
                )
                self._models[class_index] = model.fit(features, column)

    def propose(self, pixels: Pixels, size: Size) -> Labels:
        return self._labels(self._look(pixels), size)

    def _labels(self, features: Floats, size: Size) -> Labels:
        likely = {
            class_index: float(self._models[class_index].predict_proba(features[None])[0, 1])
            if class_index in self._models
            else float(share)
            for class_index, share in enumerate(self._constant)
        }
        order = sorted(likely, key=lambda class_index: -likely[class_index])
        chosen = [class_index for class_index in order if likely[class_index] >= _LIKELY] if self._many else order[:1]
        sure = tuple(round(likely[class_index], 4) for class_index in chosen)
        return Labels(size, tags=tuple(self._classes[class_index] for class_index in chosen), tag_confidences=sure)


def _features(pixels: Pixels) -> Floats:
    """Mean and spread of the colours, and how many slopes go which way, in sixteen parts of the image."""
    small = np.asarray(Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR))
    channels = planes(small, 1.0)[0][PAD:-PAD, PAD:-PAD]
    right, down = channels[..., 3], channels[..., 4]
    strength = np.hypot(right, down)
    way = ((np.arctan2(down, right) % np.pi) / np.pi * _TURNS).astype(int) % _TURNS
    cell = _SIDE // _CELLS
    parts: list[Floats] = []
    for top in range(0, _SIDE, cell):
        for left in range(0, _SIDE, cell):
            here = (slice(top, top + cell), slice(left, left + cell))
            colours = channels[here][..., :3].reshape(-1, 3)
            slopes = np.bincount(way[here].ravel(), strength[here].ravel(), _TURNS)
            parts += [
                colours.mean(0),
                colours.std(0),
                slopes / (np.linalg.norm(slopes) + 1e-6),
                strength[here].mean(keepdims=True).ravel().astype(np.float64),
            ]
    every = channels[..., :3].reshape(-1, 3)
    shares = [np.histogram(every[:, plane], 12, (-1, 2))[0] / len(every) for plane in range(3)]
    return np.concatenate([*parts, *shares]).astype(np.float64)
