"""Model files that a workspace keeps: copies, named by what is in them; a file changed elsewhere changes nothing."""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Sequence
from pathlib import Path

from tui_labeler.model.errors import StorageError
from tui_labeler.wholefiles import replace_file

_NAME = 40
_POINTS = (b"point_coords", b"input_points")


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


def keep_models(sources: Sequence[Path], folder: Path) -> Path:
    """Copies of the files of one model, in a folder of their own in `folder`. Raises StorageError."""
    digest = hashlib.sha256()
    try:
        for source in sources:
            with source.open("rb") as opened:
                digest.update(hashlib.file_digest(opened, "sha256").digest())
    except OSError as error:
        raise StorageError(f"The model file {source} cannot be read: {error.strerror}.", "Check the disk.") from None
    own = folder / f"segmenter-{digest.hexdigest()[:16]}"
    for source in sources:
        keep_model(source, own)
    return own


def takes_points(file: str) -> bool:
    """Whether a model file has an input for points, as far as names in its bytes can tell: nothing of it is read as a
    model. False for a file that cannot be read: whoever
    opens it says why."""
    if not Path(file).is_file():
        return False  # to open a device may take for ever
    try:
        with open(file, "rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return any(content.find(name) >= 0 for name in _POINTS)
    except (OSError, ValueError):
        return False


def files_of(folder: str) -> tuple[str, ...]:
    """The model files in a folder, by name; none where there is no such folder."""
    if not folder:
        return ()
    try:
        return tuple(sorted(str(file) for file in Path(folder).iterdir() if file.suffix.lower() == ".onnx"))
    except OSError:
        return ()


def taken_at(model: str) -> float:
    """When a model file came into the workspace, in seconds since 1970: labels that are younger cannot have taught it. 0
    for one that is not there."""
    try:
        return Path(model).stat().st_mtime
    except OSError:
        return 0.0
