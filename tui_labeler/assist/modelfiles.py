"""Model files that a workspace keeps: copies, named by what is in them; a file changed elsewhere changes nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tui_labeler.model.errors import StorageError
from tui_labeler.wholefiles import replace_file

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
        replace_file(kept, data)
    except OSError as error:
        raise StorageError(f"The model file {source} cannot be copied: {error.strerror}.", "Check the disk.") from None
    return kept


def taken_at(model: str) -> float:
    """When a model file came into the workspace, in seconds since 1970: labels that are younger cannot have taught it. 0
    for one that is not there."""
    try:
        return Path(model).stat().st_mtime
    except OSError:
        return 0.0
