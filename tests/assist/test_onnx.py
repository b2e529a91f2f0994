"""Models from elsewhere: YOLO's usual shapes, torchvision's lists, classifiers; and files that are none, or mean harm."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from tests.assist.drawn import CLASSES
from tui_labeler.assist.dry_run import try_model
from tui_labeler.assist.engine import EngineError, Subject
from tui_labeler.assist.engines import engine_info, model_file_problem
from tui_labeler.assist.onnx import Onnx
from tui_labeler.model.geometry import Box, Size
from tui_labeler.model.project import Classes, Details, ProjectSpec, TaskType
from tui_labeler.model.regions import Labels

BOXES = Subject(TaskType.DETECTION, CLASSES)
# An image of 200x100 in a model of 64x64 is letterboxed: scale 0.32, 16 pixels of grey above and below.
PIXELS = np.full((100, 200, 3), 128, np.uint8)
SIZE = Size(200, 100)
THERE = Box(50, 25, 100, 75)
IN_MODEL = (THERE.x0 * 0.32, THERE.y0 * 0.32 + 16, THERE.x1 * 0.32, THERE.y1 * 0.32 + 16)


def model_of(outputs: list[np.ndarray], side: int = 64, names: str = "") -> bytes:
    """A model that answers the same for every image (it adds the image's mean times nothing)."""
    entry = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, side, side])
    nodes = [helper.make_node("ReduceMean", ["images"], ["mean"], keepdims=0)]
    initializers = [numpy_helper.from_array(np.float32(0), "none")]
    nodes.append(helper.make_node("Mul", ["mean", "none"], ["zero"]))
    infos = []
    for index, value in enumerate(outputs):
        initializers.append(numpy_helper.from_array(value, f"value{index}"))
        kind = onnx.helper.np_dtype_to_tensor_dtype(value.dtype)
        if value.dtype == np.float32:
            nodes.append(helper.make_node("Add", [f"value{index}", "zero"], [f"out{index}"]))
        else:
            nodes.append(helper.make_node("Identity", [f"value{index}"], [f"out{index}"]))
        infos.append(helper.make_tensor_value_info(f"out{index}", kind, value.shape))
    graph = helper.make_graph(nodes, "constant", [entry], infos, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if names:
        entry_ = model.metadata_props.add()
        entry_.key, entry_.value = "names", names
    data: bytes = model.SerializeToString()
    return data


def rows(confidences: list[tuple[float, float]]) -> np.ndarray:
    """One row an anchor: middle, extent, and the scores of the two classes; the first row is the box that is there."""
    x0, y0, x1, y1 = IN_MODEL
    rows_of_boxes = [[(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0, *scores] for scores in confidences]
    return np.array(rows_of_boxes, np.float32)


def proposed(folder: Path, data: bytes, names: tuple[str, ...] = CLASSES, subject: Subject = BOXES) -> Labels:
    file = folder / "m.onnx"
    file.write_bytes(data)
    return Onnx(str(file), names).fit((), subject, lambda what, done, total: None).propose(PIXELS, SIZE)


def is_there(labels: Labels, name: str, sure: float) -> None:
    (only,) = labels.regions
    assert only.name == name
    assert only.confidence == pytest.approx(sure, abs=1e-3)
    assert only.extent.iou(THERE) > 0.98


def test_yolo_v8_and_v11(tmp_path: Path) -> None:
    data = rows([(0.1, 0.9), (0.2, 0.7), (0.01, 0.02)])
    is_there(proposed(tmp_path, model_of([data.T[None]])), "crate", 0.9)


def test_yolo_v5_has_an_objectness(tmp_path: Path) -> None:
    proposals = rows([(0.8, 0.1), (0.8, 0.1)])
    data = np.insert(proposals, 4, [0.5, 0.4], axis=1).astype(np.float32)
    is_there(proposed(tmp_path, model_of([data[None]])), "ball", 0.4)


def test_lists_as_torchvision_and_automl_write_them(tmp_path: Path) -> None:
    x0, y0, x1, y1 = (value * 0.32 for value in (THERE.x0, THERE.y0 * 2, THERE.x1, THERE.y1 * 2))
    outputs = [
        np.array([[x0, y0, x1, y1], [0, 0, 5, 5]], np.float32),
        np.array([2, 1], np.int64),
        np.array([0.9, 0.01], np.float32),
    ]
    is_there(proposed(tmp_path, model_of(outputs)), "crate", 0.9)


def test_names_come_with_the_file(tmp_path: Path) -> None:
    data = model_of([rows([(0.1, 0.9)]).T[None]], names="{0: 'ball', 1: 'crate'}")
    is_there(proposed(tmp_path, data, names=()), "crate", 0.9)
    evil = model_of([rows([(0.1, 0.9)]).T[None]], names=f"__import__('os').system('touch {tmp_path}/trace')")
    with pytest.raises(EngineError, match="does not name its classes"):
        proposed(tmp_path, evil, names=())
    assert not (tmp_path / "trace").exists()


def test_classifiers(tmp_path: Path) -> None:
    data = model_of([np.array([[-1.0, 2.5]], np.float32)])
    labels = proposed(tmp_path, data, subject=Subject(TaskType.CLASSIFICATION, CLASSES))
    assert labels.tags == ("crate",)
    assert labels.confidence == pytest.approx(1 / (1 + np.exp(-3.5)), abs=1e-3), "the softmax of its logits"
    both = model_of([np.array([[0.7, 0.9]], np.float32)])
    many = proposed(tmp_path, both, subject=Subject(TaskType.MULTILABEL, CLASSES))
    assert many.tags == ("crate", "ball")
    assert many.tag_confidences == pytest.approx((0.9, 0.7), abs=1e-3)
    logits = model_of([np.array([[-2.0, 3.0]], np.float32)])
    likely = proposed(tmp_path, logits, subject=Subject(TaskType.MULTILABEL, CLASSES))
    assert likely.sure_tags == (("crate", pytest.approx(1 / (1 + np.exp(-3)), abs=1e-3)),)


def test_numbers_that_are_none_stay_out(tmp_path: Path) -> None:
    data = rows([(0.1, 0.9), (0.1, float("nan")), (0.9, 0.1)])
    data[2, 0] = np.inf
    assert len(proposed(tmp_path, model_of([data.T[None]])).regions) <= 1


@pytest.mark.parametrize(
    ("names", "why"),
    [(("ball",), "does not fit 1 class"), (("a", "b"), "None of the model's classes")],
)
def test_classes_that_do_not_fit_are_told(tmp_path: Path, names: tuple[str, ...], why: str) -> None:
    with pytest.raises(EngineError, match=why):
        proposed(tmp_path, model_of([rows([(0.1, 0.9)]).T[None].repeat(9, 2)]), names=names)


# Files that are no models


class Evil:
    """Leaves a trace when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.folder}/trace",)


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("archive/data.pkl", data)
    return out.getvalue()


def external(folder: Path) -> bytes:
    """A model whose weights are to be read from another file of the machine."""
    (folder / "secret").write_bytes(np.zeros(12, np.float32).tobytes())
    model = onnx.load_from_string(model_of([rows([(0.1, 0.9)]).T[None]]))
    tensor = model.graph.initializer[1]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in (("location", str(folder / "secret")), ("offset", "0"), ("length", "24")):
        entry = tensor.external_data.add()
        entry.key, entry.value = key, value
    data: bytes = model.SerializeToString()
    return data


@pytest.mark.parametrize("kind", ["pickle", "torch", "noise", "empty", "half", "external", "folder", "missing"])
def test_a_wrong_or_malicious_file_is_refused(tmp_path: Path, kind: str) -> None:
    spec = ProjectSpec(Details("toys"), classes=Classes(CLASSES))
    data = {
        "pickle": pickle.dumps(Evil(tmp_path)),
        "torch": zipped(pickle.dumps(Evil(tmp_path))),
        "noise": os.urandom(2000),
        "empty": b"",
        "half": model_of([rows([(0.1, 0.9)]).T[None]])[:-40],
    }
    file = tmp_path / "m.onnx"
    if kind in data:
        file.write_bytes(data[kind])
    elif kind == "external":
        file.write_bytes(external(tmp_path))
    elif kind == "folder":
        file.mkdir()
    out = io.BytesIO()
    Image.fromarray(PIXELS).save(out, "PNG")
    with pytest.raises(EngineError):
        try_model(spec, str(file), CLASSES, out.getvalue())
    assert not (tmp_path / "trace").exists()


def test_other_endings_are_never_opened(tmp_path: Path) -> None:
    for name in ("best.pt", "model.pkl", "model.joblib", "m.h5"):
        (tmp_path / name).write_bytes(pickle.dumps(Evil(tmp_path)))
        assert "never opened" in model_file_problem(str(tmp_path / name))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_damaged_files_raise_one_kind_of_error(tmp_path_factory: pytest.TempPathFactory, at: int, junk: bytes) -> None:
    data = bytearray(model_of([rows([(0.1, 0.9)]).T[None]]))
    at %= len(data)
    data[at : at + len(junk)] = junk
    raised: Exception | None = None
    try:
        proposed(tmp_path_factory.mktemp("m"), bytes(data))
    except Exception as error:
        raised = error
    # ONNX Runtime's own classes come from a module that is not public; the engine's process tells them.
    known = isinstance(raised, EngineError | ValueError | RuntimeError)
    assert raised is None or known or "onnxruntime" in type(raised).__module__


def test_what_is_not_installed_is_told_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in ("sklearn", "onnxruntime") else real(name)
    )
    for engine, module in (("fewshot", "sklearn"), ("onnx", "onnxruntime")):
        info = engine_info(engine, TaskType.DETECTION)
        assert module in info.problem
        assert "pip install" in info.mend
    assert "polygon" not in engine_info("fewshot", TaskType.DETECTION).problem
    assert engine_info("fewshot", TaskType.SEGMENTATION).problem
