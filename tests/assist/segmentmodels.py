"""Small graphs with the inputs and outputs of the segment-anything exports, which outline what has the colour of the pixel
that is pointed at: three masks, from strict to generous."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIDE, SMALL = 256, 128
# Distances of colour (0 to 1 in three channels) within which a pixel belongs to the object, and what the model says of it.
THRESHOLDS, SCORES = (0.15, 0.45, 3.1), (0.9, 0.7, 0.2)
_MEAN = np.array([0.485, 0.456, 0.406], np.float32)
_DEVIATION = np.array([0.229, 0.224, 0.225], np.float32)


class _Graph:
    def __init__(self, kind: int = TensorProto.FLOAT) -> None:
        self.kind = kind
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self.constants: list[onnx.TensorProto] = []

    def input(self, name: str, shape: list[int | str], kind: int = 0) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind or self.kind, shape))
        return self.cast(name, TensorProto.FLOAT)

    def output(self, name: str, value: str, shape: list[int | str]) -> None:
        self.nodes.append(helper.make_node("Cast", [value], [name], to=self.kind))
        self.outputs.append(helper.make_tensor_value_info(name, self.kind, shape))

    def constant(self, value: object, kind: type = np.float32) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.array(value, kind), name))
        return name

    def do(self, operator: str, *inputs: str, **attributes: object) -> str:
        name = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def cast(self, value: str, to: int) -> str:
        return self.do("Cast", value, to=to)

    def save(self, file: Path) -> Path:
        graph = helper.make_graph(self.nodes, "toy", self.inputs, self.outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        onnx.checker.check_model(model)
        file.write_bytes(model.SerializeToString())
        return file


def _colours(graph: _Graph, image: str, normalized: bool = True) -> str:
    """An image (1, 3, height, width) as colours from 0 to 1, at half the size."""
    if normalized:
        image = graph.do("Mul", image, graph.constant(_DEVIATION.reshape(1, 3, 1, 1)))
        image = graph.do("Add", image, graph.constant(_MEAN.reshape(1, 3, 1, 1)))
    return graph.do("AveragePool", image, kernel_shape=[2, 2], strides=[2, 2])


def _masks(graph: _Graph, colours: str, points: str, labels: str) -> str:
    """Logits (1, 3, height, width): points (n, 2) in pixels of the whole image; those whose label (n, 1) is above 0
    count, and their middle is pointed at."""
    counts = graph.cast(graph.do("Greater", labels, graph.constant(0)), TensorProto.FLOAT)
    total = graph.do("ReduceSum", graph.do("Mul", points, counts), graph.constant([0], np.int64), keepdims=0)
    middle = graph.do("Div", total, graph.do("ReduceSum", counts, graph.constant([0], np.int64), keepdims=0))
    shape = graph.cast(graph.do("Shape", colours), TensorProto.FLOAT)
    last = graph.do("Sub", graph.do("Gather", shape, graph.constant([3, 2], np.int64)), graph.constant(1))
    place = graph.do("Min", graph.do("Floor", graph.do("Mul", middle, graph.constant(0.5))), last)
    index = graph.cast(graph.do("Gather", place, graph.constant([1, 0], np.int64)), TensorProto.INT64)
    last_channel = graph.do("Transpose", graph.do("Squeeze", colours, graph.constant([0], np.int64)), perm=[1, 2, 0])
    colour = graph.do("GatherND", last_channel, graph.do("Unsqueeze", index, graph.constant([0], np.int64)))
    colour = graph.do("Reshape", colour, graph.constant([1, 3, 1, 1], np.int64))
    away = graph.do("Abs", graph.do("Sub", colours, colour))
    distance = graph.do("ReduceSum", away, graph.constant([1], np.int64), keepdims=1)
    thresholds = graph.constant(np.reshape(THRESHOLDS, (1, 3, 1, 1)))
    return graph.do("Mul", graph.do("Sub", thresholds, distance), graph.constant(40))


def _scores(graph: _Graph, shape: tuple[int, ...]) -> str:
    return graph.do("Identity", graph.constant(np.reshape(SCORES, shape)))


def _prompt(
    graph: _Graph, points: str, labels: str, kind: int = 0, ones: int = 1, count: int | str = "n"
) -> tuple[str, str]:
    front: list[int | str] = [1] * ones
    coords = graph.input(points, [*front, count, 2])
    known = graph.input(labels, [*front, count], kind)
    return (
        graph.do("Reshape", coords, graph.constant([-1, 2], np.int64)),
        graph.do("Reshape", known, graph.constant([-1, 1], np.int64)),
    )


def encoder(file: Path, name: str = "images", output: str = "image_embeddings", kind: int = TensorProto.FLOAT) -> Path:
    graph = _Graph(kind)
    graph.output(output, _colours(graph, graph.input(name, [1, 3, SIDE, SIDE])), [1, 3, SMALL, SMALL])
    return graph.save(file)


def encoder_with_preprocessing(file: Path) -> Path:
    """It takes (height, width, 3) from 0 to 255, and lays them into its square by itself."""
    graph = _Graph()
    image = graph.input("input_image", ["image_height", "image_width", 3])
    image = graph.do("Div", graph.do("Transpose", image, perm=[2, 0, 1]), graph.constant(255))
    extents = graph.do("Shape", image)
    room = graph.do("Sub", graph.constant([3, SIDE, SIDE], np.int64), extents)
    padded = graph.do("Pad", image, graph.do("Concat", graph.constant([0, 0, 0], np.int64), room, axis=0))
    whole = graph.do("Unsqueeze", padded, graph.constant([0], np.int64))
    graph.output("image_embeddings", _colours(graph, whole, normalized=False), [1, 3, SMALL, SMALL])
    return graph.save(file)


def official(file: Path, kind: int = TensorProto.FLOAT, has_small: bool = True) -> Path:
    """The decoder of segment-anything's own script: MobileSAM and AnyLabeling have the same."""
    graph = _Graph(kind)
    colours = graph.input("image_embeddings", [1, 3, SMALL, SMALL])
    points, labels = _prompt(graph, "point_coords", "point_labels")
    graph.input("mask_input", [1, 1, SIDE // 4, SIDE // 4])
    graph.input("has_mask_input", [1])
    size = graph.cast(graph.input("orig_im_size", [2]), TensorProto.INT64)
    masks = _masks(graph, colours, points, labels)
    # As its postprocessing does it: the square whole, without what is only padding, at the image's size.
    whole = graph.do("Resize", masks, "", "", graph.constant([1, 3, SIDE, SIDE], np.int64), mode="linear")
    start, axes = graph.constant([0, 0], np.int64), graph.constant([2, 3], np.int64)
    graph.output("masks", graph.do("Slice", whole, start, size, axes), [1, 3, "height", "width"])
    graph.output("iou_predictions", _scores(graph, (1, 3)), [1, 3])
    if has_small:
        graph.output("low_res_masks", masks, [1, 3, SMALL, SMALL])
    return graph.save(file)


def edge(file: Path) -> Path:
    graph = _Graph()
    colours = graph.input("image_embeddings", [1, 3, SMALL, SMALL])
    points, labels = _prompt(graph, "point_coords", "point_labels")
    graph.output("scores", _scores(graph, (1, 3)), [1, 3])
    graph.output("masks", _masks(graph, colours, points, labels), [1, 3, SMALL, SMALL])
    return graph.save(file)


def sam_2_encoder(file: Path) -> Path:
    graph = _Graph()
    colours = _colours(graph, graph.input("image", [1, 3, SIDE, SIDE]))
    for place in (0, 1):
        smaller = graph.do("AveragePool", colours, kernel_shape=[place + 1] * 2, strides=[place + 1] * 2)
        graph.output(f"high_res_feats_{place}", smaller, [1, 3, SMALL // (place + 1), SMALL // (place + 1)])
    small = graph.do("AveragePool", colours, kernel_shape=[4, 4], strides=[4, 4])
    graph.output("image_embed", small, [1, 3, SMALL // 4, SMALL // 4])
    return graph.save(file)


def sam_2(file: Path) -> Path:
    graph = _Graph()
    graph.input("image_embed", [1, 3, SMALL // 4, SMALL // 4])
    colours = graph.input("high_res_feats_0", [1, 3, SMALL, SMALL])
    graph.input("high_res_feats_1", [1, 3, SMALL // 2, SMALL // 2])
    points, labels = _prompt(graph, "point_coords", "point_labels")
    graph.input("mask_input", ["num_labels", 1, SIDE // 4, SIDE // 4])
    graph.input("has_mask_input", ["num_labels"])
    graph.output("masks", _masks(graph, colours, points, labels), ["num_labels", 3, SMALL, SMALL])
    graph.output("iou_predictions", _scores(graph, (1, 3)), ["num_labels", 3])
    return graph.save(file)


def efficient_encoder(file: Path) -> Path:
    graph = _Graph()
    image = graph.input("batched_images", ["batch", 3, "height", "width"])
    graph.output("image_embeddings", _colours(graph, image, normalized=False), ["batch", 3, "rows", "columns"])
    return graph.save(file)


def efficient(file: Path, is_whole: bool = False, count: int | str = "n") -> Path:
    graph = _Graph()
    if is_whole:
        image = graph.input("batched_images", ["batch", 3, "height", "width"])
        colours = _colours(graph, image, normalized=False)
    else:
        colours = graph.input("image_embeddings", ["batch", 3, "rows", "columns"])
    points, labels = _prompt(graph, "batched_point_coords", "batched_point_labels", ones=2, count=count)
    masks = _masks(graph, colours, points, labels)
    if not is_whole:
        size = graph.do("Identity", graph.input("orig_im_size", [2], TensorProto.INT64))
        size = graph.cast(size, TensorProto.INT64)
        extents = graph.do("Concat", graph.constant([1, 3], np.int64), size, axis=0)
        masks = graph.do("Resize", masks, "", "", extents, mode="linear")
    masks = graph.do("Unsqueeze", masks, graph.constant([0], np.int64))
    graph.output("output_masks", masks, ["batch", 1, 3, "height", "width"])
    graph.output("iou_predictions", _scores(graph, (1, 1, 3)), ["batch", 1, 3])
    return graph.save(file)


def optimum_encoder(file: Path) -> Path:
    graph = _Graph()
    colours = _colours(graph, graph.input("pixel_values", ["batch_size", 3, SIDE, SIDE]))
    graph.output("image_embeddings", colours, ["batch_size", 3, SMALL, SMALL])
    graph.output("image_positional_embeddings", colours, ["batch_size", 3, SMALL, SMALL])
    return graph.save(file)


def optimum(file: Path) -> Path:
    """The prompt encoder and decoder of Hugging Face's exports (SAM, SlimSAM): it knows points, and no corners of boxes."""
    graph = _Graph()
    points, labels = _prompt(graph, "input_points", "input_labels", TensorProto.INT64, ones=2)
    colours = graph.input("image_embeddings", ["batch_size", 3, SMALL, SMALL])
    graph.input("image_positional_embeddings", ["batch_size", 3, SMALL, SMALL])
    graph.output("iou_scores", _scores(graph, (1, 1, 3)), ["batch_size", 1, 3])
    masks = graph.do("Unsqueeze", _masks(graph, colours, points, labels), graph.constant([0], np.int64))
    graph.output("pred_masks", masks, ["batch_size", 1, 3, SMALL, SMALL])
    return graph.save(file)


def pair(folder: Path) -> list[str]:
    """The files of a model as segment-anything's own script writes it."""
    folder.mkdir(parents=True, exist_ok=True)
    return [str(encoder(folder / "encoder.onnx")), str(official(folder / "decoder.onnx"))]
