"""`onnx`: a model that was trained elsewhere, run by ONNX Runtime on the GPU where there is one, else on the CPU.

Three kinds of outputs are known, told apart by their shapes: a YOLO detector (v5: (1, n, 5 + classes) with an objectness;
v8 and v11: (1, 4 + classes, n)), a detector with lists of boxes, labels and scores (torchvision's, as Azure AutoML for
images writes them), and a classifier (1, classes). The file is only data: its operators are ONNX Runtime's own, and nothing
of it is run as Python.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui_labeler.assist.boxes import Floats, Ints, areas, clipped, none, overlaps
from tui_labeler.assist.engine import EngineError, Example, Model, Subject, Tell
from tui_labeler.assist.onnxfile import CUDA, open_model
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import TaskType
from tui_labeler.model.regions import Labels, Region
from tui_labeler.model.text import plural

_LEAST = 0.05
_OVERLAP = 0.5
_SIDE = 640
_GREY = 114
# An image of several classes has those that are likelier than not.
_LIKELY = 0.5
# Probabilities in half precision add up to one within this; exp() of a larger number than _FAR is as good as infinite.
_ROUNDING, _FAR = 0.02, 60.0
# The means and deviations that classifiers trained on ImageNet expect (torchvision, and AutoML with it).
_MEAN, _DEVIATION = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])

Output = NDArray[np.float32]


class Onnx:
    """A model file with the names of its outputs, in their order."""

    name = "onnx"
    version = "1"
    side = 0
    least = 0

    def __init__(self, model_file: str, names: Sequence[str]) -> None:
        """Raises EngineError for a file that is no model, or not one of the kinds above."""
        self._session = open_model(Path(model_file), CUDA)
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or len(inputs[0].shape) != 4:
            raise EngineError("The model does not take one image.", "Export a detector or a classifier of images.")
        self._input = inputs[0]
        self.names = tuple(names) or _own_names(self._session.get_modelmeta().custom_metadata_map)

    def fit(self, examples: Sequence[Example], subject: Subject, tell: Tell) -> Model:
        """Nothing is learned. Raises EngineError where no class of the model is one of the project."""
        if not self.names:
            raise EngineError("The file does not name its classes.", "Name them in their order: --classes a,b,c.")
        if not set(self.names) & set(subject.classes):
            raise EngineError(
                f"None of the model's classes ({', '.join(self.names)[:120]}) is a class of the project.",
                "Name them as the project does, in the model's order: --classes a,b,c.",
            )
        return OnnxModel(self._session, self._input, self.names, subject)


class OnnxModel:
    """Proposes by one run of the model for an image."""

    held_back: Sequence[Labels] | None = None

    def __init__(self, session: Any, described: Any, names: tuple[str, ...], subject: Subject) -> None:
        # AutoML's own scripts stretch the image and normalize it for these, and letterbox it for YOLO.
        self._lists = len(session.get_outputs()) >= 3
        self._session, self._name, self._names, self._subject = session, described.name, names, subject
        _, _, height, width = described.shape
        self._size = (width if isinstance(width, int) else _SIDE, height if isinstance(height, int) else _SIDE)
        self._whole = isinstance(height, int)
        self._type = np.float16 if "float16" in described.type else np.float32

    def propose(self, pixels: Pixels, size: Size) -> Labels:
        """Raises EngineError for outputs that are none of the known kinds."""
        if not self._subject.kind.has_regions:
            tags = self._tags(pixels)
            return Labels(size, tags=tuple(tags), tag_confidences=tuple(tags.values()))
        if self._lists:
            boxes, scores, class_indices = self._listed(self._run(_normalized(pixels, self._size)))
            boxes = boxes * np.tile([pixels.shape[1] / self._size[0], pixels.shape[0] / self._size[1]], 2)
        else:
            laid, scale, left, top = _letterboxed(pixels, self._size)
            boxes, scores, class_indices = self._decoded(self._run(laid))
            boxes = (boxes - [left, top, left, top]) / scale
        sound = np.isfinite(boxes).all(1) & np.isfinite(scores)
        boxes, scores, class_indices = (
            clipped(boxes[sound], pixels.shape[1], pixels.shape[0]),
            scores[sound],
            class_indices[sound],
        )
        keep = _suppressed(boxes, scores, class_indices)
        back = size.width / pixels.shape[1], size.height / pixels.shape[0]
        regions = tuple(
            Region(
                self._names[class_index],
                Box(*(float(value) * back[side % 2] for side, value in enumerate(box))),
                confidence=float(score),
            )
            for box, score, class_index in zip(boxes[keep], scores[keep], class_indices[keep], strict=True)
            if class_index < len(self._names) and self._names[class_index] in self._subject.classes
        )
        return Labels(size, regions)

    def _run(self, planes: Floats) -> list[Output]:
        outputs = self._session.run(None, {self._name: planes.transpose(2, 0, 1)[None].astype(self._type)})
        return [np.asarray(output) for output in outputs]

    def _decoded(self, outputs: list[Output]) -> tuple[Floats, Floats, Ints]:
        """(boxes in the model's own pixels, scores, class indices)."""
        rows = outputs[0].astype(np.float64)
        if rows.ndim != 3 or rows.shape[0] != 1:
            raise EngineError(f"The model's output has the shape {rows.shape}: it is not a YOLO detector.")
        rows = rows[0]
        count = len(self._names)
        if rows.shape[0] == 4 + count and rows.shape[1] != 5 + count:
            scores = rows[4:].T
            rows = rows[:4].T
        elif rows.shape[1] == 5 + count:
            scores = rows[:, 5:] * rows[:, 4:5]
            rows = rows[:, :4]
        else:
            raise EngineError(
                f"The model's output has the shape {rows.shape}, which does not fit {plural(count, 'class', 'classes')}.",
                "Name all of the model's classes in its order: --classes a,b,c.",
            )
        class_indices, best = scores.argmax(1), scores.max(1)
        sure = best >= _LEAST
        middle, extent = rows[sure, :2], rows[sure, 2:4] / 2
        return np.concatenate([middle - extent, middle + extent], 1), best[sure], class_indices[sure]

    def _listed(self, outputs: list[Output]) -> tuple[Floats, Floats, Ints]:
        """Boxes, labels and scores, each a list; labels are whole numbers, and torchvision's begin at 1 (0: background)."""
        if outputs[0].ndim != 2 or outputs[0].shape[1] != 4:
            raise EngineError("The model's outputs are not boxes, labels and scores.")
        whole = next((output for output in outputs[1:3] if np.issubdtype(output.dtype, np.integer)), None)
        scores = next((output for output in outputs[1:3] if not np.issubdtype(output.dtype, np.integer)), None)
        if whole is None or scores is None:
            raise EngineError("The model's outputs are not boxes, labels and scores.")
        first = 1 if "--bg--" not in self._names else 0
        class_indices = whole.astype(np.int64).ravel() - first
        sound = (class_indices >= 0) & (scores.ravel() >= _LEAST)
        return outputs[0].astype(np.float64)[sound], scores.astype(np.float64).ravel()[sound], class_indices[sound]

    def _tags(self, pixels: Pixels) -> dict[str, float]:
        """The classes chosen, each with its probability, the surest first."""
        width, height = self._size if self._whole else (224, 224)
        scores = self._run(_normalized(pixels, (width, height)))[0].astype(np.float64).ravel()
        if len(scores) != len(self._names):
            raise EngineError(
                f"The model has {plural(len(scores), 'output')} for {plural(len(self._names), 'class', 'classes')}."
            )
        order = [int(class_index) for class_index in np.argsort(-scores)]
        many = self._subject.kind is TaskType.MULTILABEL
        likely = _probabilities(scores, many)
        chosen = [class_index for class_index in order if likely[class_index] > _LIKELY] if many else order[:1]
        return {
            self._names[class_index]: float(likely[class_index])
            for class_index in chosen
            if self._names[class_index] in self._subject.classes
        }


def _probabilities(outputs: Floats, many: bool) -> Floats:
    """Outputs are probabilities already, or logits: of each class alone where an image may have several, else of one."""
    if outputs.min() >= 0 and outputs.max() <= 1 and (many or abs(outputs.sum() - 1) < _ROUNDING):
        return outputs
    safe = np.clip(outputs, -_FAR, _FAR)
    if many:
        return np.asarray(1 / (1 + np.exp(-safe)))
    powers = np.exp(safe - safe.max())
    return np.asarray(powers / powers.sum())


def _own_names(metadata: dict[str, str]) -> tuple[str, ...]:
    """The class names that Ultralytics writes into its exports: {0: 'person', 1: 'bicycle'}, read as a literal."""
    try:
        names = ast.literal_eval(metadata.get("names", "")[:200_000])
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return ()
    if isinstance(names, dict) and all(isinstance(key, int) for key in names):
        return tuple(str(names[key]) for key in sorted(names))
    return tuple(str(name) for name in names) if isinstance(names, list) else ()


def _normalized(pixels: Pixels, size: tuple[int, int]) -> Floats:
    small = np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR)) / 255.0
    normalized: Floats = (small - _MEAN) / _DEVIATION
    return normalized


def _letterboxed(pixels: Pixels, size: tuple[int, int]) -> tuple[Floats, float, float, float]:
    """The image at the model's size, between grey bars where its shape is another: (values 0 to 1, scale, left, top)."""
    height, width = pixels.shape[:2]
    scale = min(size[0] / width, size[1] / height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, top = (size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2
    laid = Image.new("RGB", size, (_GREY, _GREY, _GREY))
    laid.paste(Image.fromarray(pixels).resize(inner, Image.Resampling.BILINEAR), (left, top))
    return np.asarray(laid) / 255.0, scale, float(left), float(top)


def _suppressed(boxes: Floats, scores: Floats, class_indices: Ints) -> Ints:
    """Which boxes stay: the surest of those of one class that overlap; none without extent."""
    order = [int(index) for index in np.argsort(-scores, kind="stable") if areas(boxes[index]) > 0][:1000]
    kept: list[int] = []
    for index in order:
        same = [kept_index for kept_index in kept if class_indices[kept_index] == class_indices[index]]
        against = boxes[same] if same else none()
        if not len(against) or overlaps(boxes[index][None], against).max() <= _OVERLAP:
            kept.append(index)
    return np.array(kept, np.int64)
