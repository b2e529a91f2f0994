"""Opens what is to be read, whatever it is."""

from __future__ import annotations

from pathlib import Path

from tui_labeler.formats.source import FileSource, FolderSource, PipeSource, Source, unreadable
from tui_labeler.formats.zipsource import ZipSource
from tui_labeler.model.errors import BadInput, NotFound


def open_source(path: Path, encoding: str = "") -> Source:
    """Raises NotFound, StorageError, BadInput."""
    if path.is_dir():
        return FolderSource(path)
    if not path.exists():
        raise NotFound(f"There is no file or folder {path}.", "Check its name.")
    try:
        if path.is_fifo():
            return PipeSource(path)
        if not path.is_file():
            raise BadInput(f"{path} is neither a file nor a folder.", "Name a label file, or a folder of them.")
        packed = _starts_as_zip(path)
    except OSError as error:
        raise unreadable(path, error) from None
    return ZipSource(path, encoding) if packed else FileSource(path)


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
