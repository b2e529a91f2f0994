"""An ONNX file of a person's, opened by ONNX Runtime: only data, whose operators are ONNX Runtime's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tui_labeler.assist.engine import EngineError
from tui_labeler.model.reasons import in_words

CPU = ("CPUExecutionProvider",)
CUDA = ("CUDAExecutionProvider", *CPU)


def open_model(path: Path, providers: Sequence[str] = CPU) -> Any:
    """An `InferenceSession` on one core, by those of `providers` that there are. Raises EngineError."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    there = [provider for provider in providers if provider in onnxruntime.get_available_providers()]
    try:
        # From bytes: a model of several files, which could name any file of the machine, is refused.
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=there)
    except OSError as error:
        raise EngineError(f"The model file cannot be read: {error.strerror}.") from None
    except Exception as error:  # ONNX Runtime has no common class for what is wrong with a file
        raise EngineError(
            f"“{path.name[:80]}” is not a model that ONNX Runtime can use: {_why(error)}.",
            "Export it again, in one file, with opset 11 to 21.",
        ) from None


def _why(error: Exception) -> str:
    """By what ONNX Runtime calls it: its text begins with the same, and goes on with C++."""
    reasons = {
        "InvalidProtobuf": "the file is damaged, or no ONNX",
        "InvalidGraph": "its parts do not fit together",
        "NotImplemented": "it holds an operation that ONNX Runtime does not know",
    }
    return reasons.get(type(error).__name__) or in_words(error).rpartition(" : ")[2]
