"""Model files that a workspace keeps: copies, named by what is in them; a file changed elsewhere changes nothing."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from tui_labeler.model.errors import StorageError

_NAME = 40


def keep_model(source: Path, folder: Path) -> Path:
    """A copy of `source` in `folder`, written whole or not at all. Raises StorageError."""
    try:
        data = source.read_bytes()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = hashlib.sha256(data).hexdigest()[:16]
        stem = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "_" for char in source.stem)
        kept = folder / f"{stem[:_NAME]}-{digest}.onnx"
        if kept.exists() and kept.read_bytes() == data:
            return kept
        handle, half = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, kept)
        except OSError:
            os.unlink(half)
            raise
    except OSError as error:
        raise StorageError(f"The model file {source} cannot be copied: {error.strerror}.", "Check the disk.") from None
    return kept
