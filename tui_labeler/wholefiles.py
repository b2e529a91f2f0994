"""Files that are written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO


def flush(file: BinaryIO) -> None:
    """What was written to an open file is on the disk when this returns."""
    file.flush()
    os.fsync(file.fileno())


def replace_file(path: Path, content: bytes) -> None:
    """Writes under a temporary name, flushes, renames: a reader sees the old file or the new one. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            flush(file)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
