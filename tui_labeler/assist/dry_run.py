"""A model file on trial: what it proposes for one image, before anyone relies on it."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence

from tui_labeler.assist import validate
from tui_labeler.assist.engine import EngineError
from tui_labeler.assist.engine_client import EngineProcess
from tui_labeler.assist.engines import INSTALL, engine_info, model_file_problem
from tui_labeler.assist.segmenter.client import SegmenterProcess, files_model
from tui_labeler.imaging.decode import decode
from tui_labeler.model.assist import Tried
from tui_labeler.model.backends import ENGINE, is_backend
from tui_labeler.model.geometry import Size
from tui_labeler.model.outlines import Prompt, Segmented
from tui_labeler.model.project import ProjectSpec


def try_model(spec: ProjectSpec, model_file: str, model_classes: tuple[str, ...], image: bytes) -> Tried:
    """Runs the file in a process of its own, or asks the backend at that address: the image is sent there. Raises
    EngineError for what is no model, or fits no class."""
    engine = ENGINE if is_backend(model_file) else "onnx"
    info = engine_info(engine, spec.details.type)
    if info.problem:
        raise EngineError(info.problem, info.mend)
    if engine == "onnx" and (problem := model_file_problem(model_file)):
        raise EngineError(problem, "Export the model to ONNX, for example with `yolo export format=onnx`.")
    kind, classes = spec.details.type, spec.classes.names
    process = EngineProcess(engine, kind, classes, model_file, model_classes)
    try:
        process.fit(lambda what, done, total: None)
        proposed = process.propose(image)
    finally:
        process.stop()
    cleaned = validate.clean(proposed.labels, kind, classes, proposed.size, engine)
    return Tried(cleaned.labels, cleaned.nonsense, proposed.seconds)


def try_segmenter(files: Sequence[str], image: bytes) -> Segmented:
    """What a segmentation model outlines in the middle of an image. Raises EngineError, and NoSegmenter for files that take
    no points."""
    if importlib.util.find_spec("onnxruntime") is None:
        raise EngineError("It needs onnxruntime, which is not installed.", f"Install it: {INSTALL}.")
    size = decode(image, Size(64, 64))[1]
    middle = size.width / 2, size.height / 2
    process = SegmenterProcess(files_model(files))
    try:
        looked = process.look("", image).result()
        outlined = process.point("", Prompt(middle)).result()
    finally:
        process.stop()
    return Segmented(middle, outlined.outlines, looked.seconds, outlined.seconds, looked.megabytes)
