"""Entries brought together by a key, without holding a whole file in memory.

A COCO file lists images and annotations apart, a table may name an image in any row. Entries are dealt into buckets by
their key's hash (as a database's hash join does), and each bucket is small enough to be grouped in memory. The buckets of
a large file lie in temporary files, which are gone when the process is; a small file needs none.
"""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import IO

_BUCKET = 2 << 20  # bytes of input for one bucket
_MOST = 512  # buckets, and thus open files
_FLUSH = 1 << 15


class Buckets:
    """Rows of JSON (which holds no raw newline), dealt by key; use it as a context."""

    def __init__(self, expected: int) -> None:
        """`expected`: about how many bytes will come."""
        count = min(max(expected // _BUCKET, 1), _MOST)
        self._open = ExitStack()
        self._waiting = [bytearray() for _ in range(count)]
        self._files: list[IO[bytes] | None] = [None] * count

    def __enter__(self) -> Buckets:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._waiting = []

    def add(self, key: int | str, row: bytes) -> None:
        """Rows with the same key come out together, in the order in which they went in."""
        if isinstance(key, int):
            place = key % len(self._waiting)
        else:
            place = zlib.crc32(key.encode("utf-8", "surrogatepass")) % len(self._waiting)
        rows = self._waiting[place]
        rows += row
        rows += b"\n"
        if len(rows) > _FLUSH and len(self._waiting) > 1:
            file = self._files[place]
            if file is None:
                file = self._open.enter_context(_temporary_file())
                self._files[place] = file
            file.write(rows)
            rows.clear()

    def __iter__(self) -> Iterator[bytes]:
        """The rows of one bucket after the other, as one JSON array: decoding it at once is twice as fast as by rows."""
        for file, rows in zip(self._files, self._waiting, strict=True):
            before = b""
            if file is not None:
                file.seek(0)
                before = file.read()
            yield b"[" + (before + rows)[:-1].replace(b"\n", b",") + b"]"


def _temporary_file() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="tui-labeler-")
