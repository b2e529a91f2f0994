"""Entries brought together by a key, without holding a whole file in memory.

A COCO file lists images and annotations apart, a table may name an image in any row. Entries are dealt into buckets by
their key's hash (as a database's hash join does), and each bucket is small enough to be grouped in memory. The buckets of
a large file lie in temporary files, which are gone when the process is; a small file needs none.
"""

from __future__ import annotations

import tempfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import IO

import msgspec

_BUCKET = 1 << 19  # bytes of input for one bucket
_MOST = 256  # buckets, and thus open files
_FLUSH = 1 << 14
_BLOCKS = 8  # a block's text is in memory until the last of its rows is joined with others


class Buckets:
    """Rows of JSON, dealt by key; use it as a context. Two of them that expect the same deal the same key alike."""

    def __init__(self, expected: int) -> None:
        """`expected`: about how many bytes will come."""
        count = min(max(expected // _BUCKET, 1), _MOST)
        self._open = ExitStack()
        self._waiting = [bytearray() for _ in range(count)]
        self._kept: list[list[msgspec.Raw]] = [[] for _ in range(count)]
        self._blocks = 0  # whose rows are in `_kept`
        self._files: list[IO[bytes] | None] = [None] * count
        self.numbers = [array("I") for _ in range(count)]
        """Of each bucket, which rows are in it: as many as came by `add_all`."""

    def __enter__(self) -> Buckets:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        self._waiting, self._kept = [], []

    def add(self, key: int | str, row: bytes) -> None:
        """Rows with the same key come out together, in the order in which they went in."""
        index = self._place(key)
        rows = self._waiting[index]
        rows += row
        rows += b","
        if len(rows) > _FLUSH:
            self._flush(index)

    def add_all(self, rows: Iterable[tuple[int | str, msgspec.Raw]], first: int) -> None:
        """The same for several keys and rows at once, which are numbered from `first` on. They are kept as they are, in
        the text that they were cut from, and joined a few hundred at a time."""
        kept, numbers, count = self._kept, self.numbers, len(self._waiting)
        for number, (key, row) in enumerate(rows, first):
            index = key % count if type(key) is int else self._place(key)
            kept[index].append(row)
            numbers[index].append(number)
        self._blocks += 1
        if self._blocks == _BLOCKS:
            self._join()

    def _join(self) -> None:
        self._blocks = 0
        for index, (rows, some) in enumerate(zip(self._kept, self._waiting, strict=True)):
            if rows:
                some += b",".join(rows)
                some += b","
                rows.clear()
                if len(some) > _FLUSH:
                    self._flush(index)

    def _place(self, key: int | str) -> int:
        number = key if isinstance(key, int) else zlib.crc32(key.encode("utf-8", "surrogatepass"))
        return number % len(self._waiting)

    def _flush(self, index: int) -> None:
        if len(self._waiting) == 1:
            return
        file = self._files[index]
        if file is None:
            file = self._files[index] = self._open.enter_context(_temporary_file())
        file.write(self._waiting[index])
        self._waiting[index].clear()

    def __iter__(self) -> Iterator[bytes]:
        """The rows of one bucket after the other, as one JSON array: decoding it at once is twice as fast as by rows."""
        self._join()
        for file, rows in zip(self._files, self._waiting, strict=True):
            before = b""
            if file is not None:
                file.seek(0)
                before = file.read()
            yield b"[" + (before + rows)[:-1] + b"]"


def _temporary_file() -> IO[bytes]:
    return tempfile.TemporaryFile(prefix="tui-labeler-")
