"""A segment-anything model of one or two ONNX files: looks at an image once, then outlines what is pointed at in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui_labeler.assist.engine import EngineError
from tui_labeler.assist.engines import model_file_problem
from tui_labeler.assist.onnxfile import open_model
from tui_labeler.assist.outlining import outlines_of
from tui_labeler.assist.segmenter import interface
from tui_labeler.assist.segmenter.interface import Described, Interface, Layout
from tui_labeler.imaging.arrays import Pixels
from tui_labeler.model.geometry import Size
from tui_labeler.model.outlines import Outline, Prompt
from tui_labeler.model.reasons import in_words

_MEAN, _DEVIATION = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
_WANTED = (
    "A segment-anything model is an encoder, which takes an image, and a decoder, which takes point_coords and "
    "point_labels: name both files. Other exports of it call them batched_point_… or input_…"
)
_SMALL = 256  # of the decoder's mask input

Array = NDArray[Any]


class NotPrompted(EngineError):
    """No graph of the files takes points: it may be a model of another kind."""


@dataclass(frozen=True)
class Sight:
    """An image that was looked at: what the decoder needs of it, the pixels (width, height) that the network saw of it, and
    the part (shares of width and height) of the network's square that they fill."""

    arrays: dict[str, Array]
    seen: tuple[int, int]
    part: tuple[float, float]
    size: Size


class Sam:
    """Raises EngineError for files that are no such model; the message names the inputs that were found."""

    def __init__(self, files: Sequence[str]) -> None:
        sessions = [(Path(file).name[:80], _session(file)) for file in files]
        prompted = [(name, session) for name, session in sessions if interface.takes_prompts(session.get_inputs())]
        found = "; ".join(f"{name} takes {interface.words_of(session.get_inputs())}" for name, session in sessions)
        if len(prompted) != 1 or len(sessions) > 2:
            kind = NotPrompted if not prompted else EngineError
            raise kind(f"That is no segment-anything model: {found}.", _WANTED)
        self._decoder = prompted[0][1]
        self._inputs: Sequence[Described] = self._decoder.get_inputs()
        self._masks, self._scores = interface.outputs_of(self._decoder.get_outputs())
        rest = [session for _, session in sessions if session is not self._decoder]
        self._encoder = rest[0] if rest else None
        if self._encoder is None:
            whole = interface.interface_of_whole(self._inputs)
            if whole is None:
                raise EngineError(f"That is the decoder of a segment-anything model alone: {found}.", _WANTED)
            self._interface = whole
        elif not interface.is_encoder(self._encoder.get_inputs(), self._encoder.get_outputs()):
            raise EngineError(f"The encoder of a segment-anything model takes one image: {found}.", _WANTED)
        else:
            described = self._encoder.get_inputs(), self._encoder.get_outputs()
            self._interface = interface.interface_of_two(described, self._inputs)

    @property
    def side(self) -> int:
        """So many pixels of an image's longer side are made use of."""
        return self._interface.side

    def look(self, pixels: Pixels, size: Size) -> Sight:
        """The slow part, once for each image. `pixels` may be fewer than the image's own `size`."""
        known = self._interface
        image, seen, part = _laid(pixels, known)
        array = _as_input(image, known)
        if self._encoder is None:
            return Sight({known.image.name: array}, seen, part, size)
        outputs = _run(self._encoder, {known.image.name: array}, [output for _, output in known.embeddings])
        wanted = {described.name: interface.dtype_of(described) for described in self._inputs}
        names = [name for name, _ in known.embeddings]
        arrays = {name: output.astype(wanted[name], copy=False) for name, output in zip(names, outputs, strict=True)}
        return Sight(arrays, seen, part, size)

    def outlines(self, sight: Sight, prompt: Prompt) -> tuple[Outline, ...]:
        """What is at the point or in the box, the likeliest first. Raises EngineError for answers that are no masks."""
        names = [self._masks, self._scores] if self._scores else [self._masks]
        answers = _run(self._decoder, self._feeds(sight, prompt), names)
        masks = np.asarray(answers[0]).astype(np.float32)
        if not 3 <= masks.ndim <= 5 or min(masks.shape) < 1:
            raise EngineError(f"The model's masks have the shape {masks.shape}.")
        masks = np.nan_to_num(masks.reshape(-1, *masks.shape[-2:]), nan=-1.0, posinf=1e6, neginf=-1e6)
        scores = np.nan_to_num(answers[1].astype(np.float64).ravel(), posinf=1.0) if self._scores else np.zeros(0)
        sure = scores.clip(0, 1).tolist() if len(scores) == len(masks) else [0.5] * len(masks)
        height, width = masks.shape[-2:]
        # Masks as large as the image that was asked for are of the image alone, not of the square it lay in.
        part = (1.0, 1.0) if (width, height) == sight.seen else sight.part
        return outlines_of(masks, sure, sight.seen, part, sight.size, prompt)

    def _feeds(self, sight: Sight, prompt: Prompt) -> dict[str, Array]:
        places, labels = _placed(prompt, sight)
        names = {described.name for described in self._inputs}
        has_boxes = bool(names & interface.BOXES)
        if prompt.box is not None and not has_boxes and "input_points" in names:
            # Optimum's decoders know no corners: the middle of the box has to do.
            places, labels = places.mean(0, keepdims=True), np.ones(1)
        elif prompt.point is not None and names & interface.MASK and len(self._interface.embeddings) == 1:
            # The official export wants a point that is none where there is no box.
            places, labels = np.concatenate([places, np.zeros((1, 2))]), np.append(labels, -1)
        feeds = dict(sight.arrays)
        for described in self._inputs:
            value = self._value(described, sight, prompt, places, labels, has_boxes)
            if value is not None:
                feeds[described.name] = value.astype(interface.dtype_of(described))
        return feeds

    def _value(
        self, described: Described, sight: Sight, prompt: Prompt, places: Array, labels: Array, has_boxes: bool
    ) -> Array | None:
        """What goes into an input of the decoder; None for what comes from the encoder."""
        name, rank = described.name, len(described.shape)
        by_box = prompt.box is not None and has_boxes
        if name in interface.BOXES:
            return places.reshape(1, 1, 4) if prompt.box is not None else np.zeros((1, 0, 4))
        if name in interface.POINTS:
            shown = np.zeros((0, 2)) if by_box else _filled(places, described.shape[-2])
            return shown.reshape(*[1] * (rank - 2), -1, 2)
        if name in interface.LABELS:
            shown = np.zeros(0) if by_box else _filled(labels, described.shape[-1])
            return shown.reshape(*[1] * (rank - 1), -1)
        if name in interface.MASK:
            extents = [extent if isinstance(extent, int) else _SMALL for extent in described.shape[-2:]]
            return np.zeros((1, 1, *extents))
        if name in interface.HAS_MASK:
            return np.zeros(1)
        if name in interface.SIZE:
            return np.array(sight.seen[::-1])
        return None


def _filled(values: Array, count: int | str | None) -> Array:
    """As many as an export with a fixed number of points wants: -1 is a point that is none, and so is its label."""
    missing = count - len(values) if isinstance(count, int) else 0
    return np.pad(values, ((0, max(missing, 0)), *[(0, 0)] * (values.ndim - 1)), constant_values=-1)


def _session(file: str) -> Any:
    if problem := model_file_problem(file):
        raise EngineError(problem, "Export the model to ONNX.")
    return open_model(Path(file))


def _run(session: Any, feeds: dict[str, Array], names: list[str]) -> list[Array]:
    import onnxruntime

    options = onnxruntime.RunOptions()
    # What an encoder takes for a moment goes back to the system.
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    try:
        return [np.asarray(output) for output in session.run(names, feeds, options)]
    except MemoryError:
        raise
    except Exception as error:
        raise EngineError(f"The model failed: {in_words(error)}.") from None


def _laid(pixels: Pixels, known: Interface) -> tuple[Pixels, tuple[int, int], tuple[float, float]]:
    """(the image as the network gets it, how many pixels of it that are, which part of the square they fill)."""
    height, width = pixels.shape[:2]
    side = known.side
    if known.layout is Layout.STRETCHED:
        extents = known.image.shape[1:3] if known.channels_last else known.image.shape[2:4]
        down, across = (extent if isinstance(extent, int) else side for extent in extents)
        return _resized(pixels, (across, down)), (across, down), (1.0, 1.0)
    scale = side / max(height, width)
    if known.layout is Layout.FREE and known.unit == 1.0:
        scale = min(scale, 1.0)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = _resized(pixels, inner)
    # Their masks cover the square that the network lays them in by itself, or the image alone.
    part = (1.0, 1.0) if known.unit == 1.0 else (inner[0] / side, inner[1] / side)
    return small, inner, part


def _resized(pixels: Pixels, extents: tuple[int, int]) -> Pixels:
    if (pixels.shape[1], pixels.shape[0]) == extents:
        return pixels
    return np.asarray(Image.fromarray(pixels).resize(extents, Image.Resampling.BILINEAR))


def _as_input(image: Pixels, known: Interface) -> Array:
    values: Array = image
    if known.unit == 1.0 or known.is_normalized:
        values = image.astype(np.float32) / 255
    if known.is_normalized:
        values = (values - _MEAN) / _DEVIATION
    if known.layout is Layout.PADDED:
        rows, columns = known.side - values.shape[0], known.side - values.shape[1]
        values = np.pad(values, ((0, rows), (0, columns), (0, 0)))
    values = values.astype(interface.dtype_of(known.image))
    if not known.channels_last:
        values = values.transpose(2, 0, 1)
    return np.ascontiguousarray(values if len(known.image.shape) == 3 else values[None])


def _placed(prompt: Prompt, sight: Sight) -> tuple[Array, Array]:
    """(points in the pixels that the network saw, what each of them is: 1 on the object, 2 and 3 corners of a box)."""
    scale = np.array([sight.seen[0] / sight.size.width, sight.seen[1] / sight.size.height])
    if prompt.box is not None:
        box = prompt.box
        return np.array([[box.x0, box.y0], [box.x1, box.y1]]) * scale, np.array([2, 3])
    return np.array([prompt.point]) * scale, np.array([1])
