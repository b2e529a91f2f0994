"""What a detector knows, as bytes: numbers in NumPy's own format, in which nothing can run."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tui_labeler.assist.engine import EngineError

# Another number means that what was kept cannot be used any more.
FORMAT = 1
_LARGEST = 256 << 20


def packed(arrays: Mapping[str, NDArray[np.generic]], classes: tuple[str, ...]) -> bytes:
    """The arrays, half as exact as they are, with the classes that they are about."""
    out = io.BytesIO()
    smaller = {name: array.astype(np.float32) if array.dtype == np.float64 else array for name, array in arrays.items()}
    names = np.frombuffer("\n".join(classes).encode("utf-8", "surrogateescape"), np.uint8)
    np.savez(out, allow_pickle=False, format=np.array([FORMAT]), classes=names, **smaller)
    return out.getvalue()


def unpacked(kept: bytes, classes: tuple[str, ...]) -> dict[str, NDArray[np.generic]]:
    """Raises EngineError for what another version wrote, or for other classes."""
    anew = "It learns anew from the labels."
    try:
        with zipfile.ZipFile(io.BytesIO(kept)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise EngineError("What the engine kept is too large.", anew)
        with np.load(io.BytesIO(kept), allow_pickle=False) as loaded:
            arrays = {name: loaded[name] for name in loaded.files}
        names = bytes(arrays.pop("classes")).decode("utf-8", "surrogateescape")
        if int(arrays.pop("format")[0]) == FORMAT and tuple(names.split("\n")) == classes:
            return arrays
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, IndexError, TypeError):
        raise EngineError("What the engine kept cannot be read: it is damaged.", anew) from None
    raise EngineError("What the engine kept is about other classes, or of another version.", anew)
