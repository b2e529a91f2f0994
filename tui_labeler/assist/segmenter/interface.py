"""Which segment-anything export a pair of graphs is, told by the names, shapes and types of their inputs and outputs.

Known are the official export and those that keep its names (SAM, MobileSAM, SAM-HQ without its extra input), EdgeSAM,
EfficientSAM in one file or two, SAM 2 by samexporter and by ONNX Runtime's tools, and the exports of Hugging Face's Optimum
(SAM, SlimSAM). They differ in how an image is laid into the network's square, and in what inputs are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import DTypeLike

from tui_labeler.assist.engine import EngineError

POINTS = frozenset({"point_coords", "batched_point_coords", "input_points"})
LABELS = frozenset({"point_labels", "batched_point_labels", "input_labels"})
MASK = frozenset({"mask_input", "input_masks"})
HAS_MASK = frozenset({"has_mask_input", "has_input_masks"})
SIZE = frozenset({"orig_im_size", "original_image_size"})
BOXES = frozenset({"input_boxes"})
_PROMPTS = POINTS | LABELS | MASK | HAS_MASK | SIZE | BOXES
# Outputs, the one that is worth most first: small logits are laid back here, whatever an export froze in its own way.
_MASKS = ("low_res_masks", "pred_masks", "output_masks", "masks")
_SCORES = ("iou_predictions", "iou_scores", "scores")
_OF_SAM_2 = ("high_res_feats", "image_features_", "image_embeddings.", "image_embed")
_SIDE = 1024
_TYPES: dict[str, DTypeLike] = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(double)": np.float64,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(uint8)": np.uint8,
    "tensor(bool)": np.bool_,
}


class Described(Protocol):
    """An input or output, as ONNX Runtime describes it."""

    name: str
    shape: Sequence[int | str | None]
    type: str


class Layout(StrEnum):
    """How an image lies in what the network sees: at the upper left of a square, its longer side filling it; stretched to
    the square; or as it is, no longer than the square's side."""

    PADDED = "padded"
    STRETCHED = "stretched"
    FREE = "free"


@dataclass(frozen=True)
class Interface:
    """`image` is the input for the image, `is_normalized` whether mean and deviation of ImageNet are taken off here, `unit`
    what a channel of 255 is before that. `embeddings` are (input of the decoder, output of the encoder)."""

    layout: Layout
    side: int
    image: Described
    is_normalized: bool
    unit: float
    embeddings: tuple[tuple[str, str], ...]

    @property
    def channels_last(self) -> bool:
        return self.image.shape[-1] == 3


def dtype_of(described: Described) -> DTypeLike:
    """Raises EngineError for types that no export has."""
    kind = _TYPES.get(described.type)
    if kind is None:
        raise EngineError(f"The model's input {described.name[:60]} has the type {described.type[:40]}.")
    return kind


def takes_prompts(inputs: Sequence[Described]) -> bool:
    names = {described.name for described in inputs}
    return bool(names & POINTS) and bool(names & LABELS)


def is_encoder(inputs: Sequence[Described], outputs: Sequence[Described]) -> bool:
    """Whether a graph may make of one image what a decoder needs: maps of features, and no answer."""
    return len(inputs) == 1 and _is_image(inputs[0]) and all(len(output.shape) == 4 for output in outputs)


def interface_of_two(
    encoder: tuple[Sequence[Described], Sequence[Described]], decoder: Sequence[Described]
) -> Interface:
    """Raises EngineError where the decoder needs what the encoder does not give."""
    image, wanted = encoder[0][0], [described for described in decoder if described.name not in _PROMPTS]
    left = list(encoder[1])
    pairs = []
    for described in wanted:
        output = _matching(described, left, len(wanted))
        if output is None:
            given = ", ".join(_words(one) for one in encoder[1])
            raise EngineError(
                f"The decoder needs {_words(described)}, and the encoder gives {given[:300]}.",
                "Use an encoder and a decoder of the same export.",
            )
        left.remove(output)
        pairs.append((described.name, output.name))
    names = [described.name for described in wanted]
    is_sam_2 = any(name.startswith(_OF_SAM_2) and name != "image_embeddings" for name in names)
    return _interface(image, is_sam_2, tuple(pairs), _side_of(decoder))


def interface_of_whole(inputs: Sequence[Described]) -> Interface | None:
    """A model in one file, that takes the image and the points together; None where it is none."""
    images = [described for described in inputs if described.name not in _PROMPTS]
    if len(images) != 1 or not _is_image(images[0]):
        return None
    return _interface(images[0], False, (), _SIDE)


def outputs_of(outputs: Sequence[Described]) -> tuple[str, str]:
    """(the name of the masks, that of their scores; empty where there are none). Raises EngineError."""
    names = [output.name for output in outputs]
    masks = next((name for name in _MASKS if name in names), "")
    scores = next((name for name in _SCORES if name in names), "")
    if not masks:
        raise EngineError(f"The decoder gives {', '.join(names)[:200]}, and no masks.")
    return masks, scores


def words_of(inputs: Sequence[Described]) -> str:
    """The inputs with their shapes, for a message."""
    return ", ".join(_words(described) for described in inputs)[:400]


def _interface(image: Described, is_sam_2: bool, pairs: tuple[tuple[str, str], ...], usual: int) -> Interface:
    sides = [extent for extent in image.shape if isinstance(extent, int) and extent > 3]
    side = max(sides, default=usual)
    if image.name == "batched_images":  # EfficientSAM: its network normalizes and resizes by itself
        return Interface(Layout.STRETCHED if sides else Layout.FREE, side, image, False, 1.0, pairs)
    layout = Layout.STRETCHED if is_sam_2 else Layout.PADDED
    if len(image.shape) == 3:  # samexporter's and AnyLabeling's exports with the preprocessing inside
        layout = Layout.FREE
    is_inside = len(image.shape) == 3 or image.type == "tensor(uint8)"
    return Interface(layout, side, image, not is_inside, 255.0, pairs)


def _side_of(decoder: Sequence[Described]) -> int:
    """The side of the square that the encoder sees, where it does not say that itself: four times that of a mask input."""
    given = (described.shape[-1] for described in decoder if described.name in MASK)
    return next((4 * extent for extent in given if isinstance(extent, int)), _SIDE)


def _is_image(described: Described) -> bool:
    shape = described.shape
    if "embed" in described.name or "feat" in described.name:
        return False
    if len(shape) == 4:
        return shape[1] == 3 or shape[3] == 3 or described.name in ("batched_images", "pixel_values")
    return len(shape) == 3 and shape[2] == 3


def _matching(wanted: Described, outputs: Sequence[Described], count: int) -> Described | None:
    """The encoder's output for an input of the decoder: by its name, else by its shape, else the only one."""
    for output in outputs:
        if output.name == wanted.name:
            return output
    alike = [output for output in outputs if _fits(wanted.shape, output.shape)]
    if len(alike) == 1:
        return alike[0]
    return outputs[0] if count == 1 and len(outputs) == 1 and _fits(wanted.shape, outputs[0].shape) else None


def _fits(wanted: Sequence[int | str | None], given: Sequence[int | str | None]) -> bool:
    pairs = list(zip(wanted, given, strict=False))
    return len(wanted) == len(given) and all(a == b for a, b in pairs if isinstance(a, int) and isinstance(b, int))


def _words(described: Described) -> str:
    shape = "×".join("?" if not isinstance(extent, int) else str(extent) for extent in described.shape)
    return f"{described.name[:60]} ({shape})"
