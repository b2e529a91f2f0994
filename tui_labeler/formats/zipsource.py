"""A zip read in place: nothing is unpacked to the disk. One that would become much more than it is (a bomb) is refused, and
the limit named."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO, cast

from tui_labeler.formats.jsontext import Readable
from tui_labeler.formats.source import Source, unreadable
from tui_labeler.model.errors import BadInput, NotFound

# A zip's file may be this many times larger than it is packed; smaller ones than `_HARMLESS` in any case.
_MOST_RATIO = 200
_HARMLESS = 64 << 20


class ZipSource(Source):
    """A zip, read in place. Close it."""

    def __init__(self, path: Path, encoding: str = "") -> None:
        """`encoding`: of names that are not marked as UTF-8. Raises BadInput, StorageError."""
        super().__init__(path)
        try:
            self._zip = zipfile.ZipFile(path, metadata_encoding=encoding or None)
        except OSError as error:
            raise unreadable(path, error) from None
        except (zipfile.BadZipFile, ValueError, UnicodeDecodeError, LookupError, NotImplementedError) as error:
            raise BadInput(f"{path.name} is not a complete zip: {error}.", "Download it again.") from None
        self._entries = _by_path(self._zip.infolist())

    @property
    def folder_name(self) -> str:
        return self.path.stem

    def _list(self) -> Iterator[str]:
        return iter(self._entries)

    def open(self, name: str) -> BinaryIO:
        entry = self._entry(name)
        if entry.file_size > max(_HARMLESS, entry.compress_size * _MOST_RATIO):
            raise BadInput(
                f"{self.shown(name)} would become {entry.file_size >> 20:,} MB, more than {_MOST_RATIO} times what it is "
                f"packed; the limit is {_MOST_RATIO} times, or {_HARMLESS >> 20} MB.",
                "Unpack it, and import the folder.",
            )
        try:
            return cast(BinaryIO, _Member(self._zip.open(entry), self.shown(name)))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
            raise BadInput(
                f"{self.shown(name)} cannot be read: {error}.", "Unpack it, and import the folder."
            ) from None

    def _entry(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._entries[name]
        except KeyError:
            raise NotFound(f"There is no {name} in {self.path.name}.") from None

    def size(self, name: str) -> int:
        return self._entries[name].file_size if name in self._entries else 0

    def window(self, name: str, file: BinaryIO, start: int) -> Readable:
        member = self.open(name)
        while start > 0:
            part = member.read(min(start, 1 << 20))
            if not part:
                break
            start -= len(part)
        return member

    def _tail(self, name: str, size: int) -> bytes:
        tail = b""
        with self.open(name) as file:
            while part := file.read(1 << 20):
                tail = (tail + part)[-size:]
        return tail

    def shown(self, name: str) -> str:
        return f"{self.path.name}/{name}"

    def close(self) -> None:
        self._zip.close()


class _Member(io.RawIOBase):
    """A file of a zip; what is broken in it is said in words."""

    def __init__(self, member: IO[bytes], shown: str) -> None:
        self._member, self._shown = member, shown

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def read(self, size: int | None = -1, /) -> bytes:
        try:
            return self._member.read(-1 if size is None else size)
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise _broken_member(self._shown, error) from None
        except Exception as error:
            if type(error).__module__ in ("zlib", "lzma", "_lzma"):
                raise _broken_member(self._shown, error) from None
            raise

    def readline(self, size: int | None = -1, /) -> bytes:
        return self._member.readline(-1 if size is None else size)

    def close(self) -> None:
        if not self.closed:
            self._member.close()
        super().close()


def _by_path(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The files by their paths; some programs part folders with backslashes, and then all of them."""
    names = [entry.filename for entry in entries]
    if any("\\" in name for name in names) and not any("/" in name for name in names):
        names = [name.replace("\\", "/") for name in names]
    return {name: entry for name, entry in zip(names, entries, strict=True) if not name.endswith("/")}


def _broken_member(shown: str, error: Exception) -> BadInput:
    return BadInput(f"{shown} is broken in the zip: {error}.", "Download it again.")
