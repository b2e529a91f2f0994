"""Writing that is whole or not there: flushed to the disk before anything is renamed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from tui_labeler.wholefiles import flush

_MANY = 1000


@contextmanager
def durable(path: Path) -> Iterator[BinaryIO]:
    """`path` open for writing bytes; flushed to the disk when the block ends."""
    with path.open("xb", buffering=1 << 18) as file:
        yield file
        flush(file)


def flush_below(folder: Path) -> None:
    """Every file and folder below is on the disk when this returns: one by one, or with thousands of them everything that
    waits for the disk at once (`fsync` each took 5 to 20 times as long then)."""
    paths = [folder, *islice(folder.rglob("*"), _MANY)]
    if len(paths) > _MANY:  # not all of them, then
        os.sync()
        return
    for path in paths:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sync_folder(path: Path) -> None:
    """Makes the names in a folder durable, after a rename."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
