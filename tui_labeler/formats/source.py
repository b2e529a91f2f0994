"""What is read: a file, a folder, or a zip in place, all of them as files by their relative paths.

Nothing is unpacked to the disk. A zip that would become much more than it is (a bomb) is refused, and the limit named.
"""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import IO, BinaryIO, cast

from tui_labeler.formats.jsonstream import Readable, Window
from tui_labeler.model.errors import BadInput, NotFound, StorageError
from tui_labeler.model.leftovers import is_leftover

MOST_FILES = 2_000_000
"""No folder or zip has more files."""
HEAD = 1 << 16
_TAIL = 1 << 14
# A zip's file may be this many times larger than it is packed; smaller ones than `_HARMLESS` in any case.
_MOST_RATIO = 200
_HARMLESS = 64 << 20
# What comes out of a pipe is copied in such pieces, and may have so many bytes: some never end, and would fill the disk.
_PIECE, _MOST_PIPED = 1 << 20, 8 * 10**9


class Source(ABC):
    """Files to read from, by their paths below the root (`/` between the parts), sorted. Hidden files and what systems
    leave behind (`__MACOSX`, `._a.xml`) are not among them; `passed_over` counts these."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.passed_over: list[str] = []
        self._heads: dict[str, bytes] = {}

    @property
    def name(self) -> str:
        """For messages."""
        return self.path.name or str(self.path)

    @property
    def is_folder(self) -> bool:
        """Whether it is more than one file: a folder, or a zip."""
        return True

    @cached_property
    def files(self) -> tuple[str, ...]:
        """Raises StorageError, and BadInput for more than MOST_FILES."""
        kept: list[str] = []
        for name in self._list():
            (self.passed_over if is_leftover(name) or _is_hidden(name) else kept).append(name)
            if len(kept) > MOST_FILES:
                raise BadInput(f"{self.path} has more than {MOST_FILES:,} files.", "Name the folder of the labels.")
        return tuple(sorted(kept))

    def ending(self, *suffixes: str) -> tuple[str, ...]:
        """The files with one of these endings (`.json`), in any case."""
        return tuple(name for name in self.files if name.lower().endswith(suffixes))

    def has(self, name: str) -> bool:
        return name in self._known

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.files)

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a small file. Raises StorageError, and BadInput for more than `most` bytes."""
        with self.open(name) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise BadInput(f"{self.shown(name)} is larger than {most >> 20} MB, too large for such a file.")
        return data

    def head(self, name: str) -> bytes:
        """The first 64 KB, without a byte order mark: enough to tell what a file is."""
        if name not in self._heads:
            with self.open(name) as file:
                self._heads[name] = file.read(HEAD).removeprefix(b"\xef\xbb\xbf")
        return self._heads[name]

    def ends(self, name: str) -> bytes:
        """The first 64 KB and the last 16."""
        head, size = self.head(name), self.size(name)
        return head if size <= len(head) + 3 else head + self._tail(name, min(_TAIL, size))

    def shown(self, name: str) -> str:
        """What a file is called in messages."""
        return name

    @abstractmethod
    def _list(self) -> Iterator[str]:
        """Every file's path."""

    @abstractmethod
    def open(self, name: str) -> BinaryIO:
        """A file open for reading. Raises StorageError, BadInput."""

    @abstractmethod
    def size(self, name: str) -> int:
        """In bytes; 0 where it cannot be told."""

    @abstractmethod
    def window(self, name: str, file: BinaryIO, start: int) -> Readable:
        """Reads the open `file` from byte `start` on, beside whatever else reads it."""

    @abstractmethod
    def _tail(self, name: str, size: int) -> bytes:
        """The last `size` bytes of a file."""


class FolderSource(Source):
    """A folder on this machine."""

    def _list(self) -> Iterator[str]:
        def refused(error: OSError) -> None:
            raise _unreadable(error.filename or self.path, error)

        for folder, folders, names in os.walk(self.path, onerror=refused):
            below = os.path.relpath(folder, self.path)
            start = "" if below == "." else below.replace(os.sep, "/") + "/"
            passed = [name for name in folders if is_leftover(name) or _is_hidden(name)]
            self.passed_over += (f"{start}{name}/" for name in passed)
            folders[:] = [name for name in folders if name not in passed]
            yield from (start + name for name in names)

    def full_path(self, name: str) -> Path:
        return self.path / name

    def open(self, name: str) -> BinaryIO:
        try:
            return self.full_path(name).open("rb")
        except OSError as error:
            raise _unreadable(self.full_path(name), error) from None

    def size(self, name: str) -> int:
        try:
            return self.full_path(name).stat().st_size
        except OSError:
            return 0

    def window(self, name: str, file: BinaryIO, start: int) -> Readable:
        return Window(file, start)

    def _tail(self, name: str, size: int) -> bytes:
        with self.open(name) as file:
            file.seek(-size, os.SEEK_END)
            return file.read()


class FileSource(FolderSource):
    """One file of a folder: it alone is among `files`; `folder` is what stands around it."""

    @property
    def is_folder(self) -> bool:
        return False

    def _list(self) -> Iterator[str]:
        yield self.path.name

    @cached_property
    def files(self) -> tuple[str, ...]:
        return (self.path.name,)  # who names a hidden file means it

    @cached_property
    def folder(self) -> FolderSource:
        return FolderSource(self.path.parent)

    def full_path(self, name: str) -> Path:
        return self.path.parent / name


class PipeSource(FileSource):
    """What can be read only once (`<(…)`, a FIFO): kept in a temporary file, which is gone when the process is."""

    @cached_property
    def _copy(self) -> Path:
        kept = tempfile.NamedTemporaryFile(prefix="tui-labeler-")  # noqa: SIM115 - lives as long as this does
        try:
            with self.path.open("rb") as file:
                while kept.tell() <= _MOST_PIPED and (piece := file.read(_PIECE)):
                    kept.write(piece)
            kept.flush()
        except OSError as error:
            kept.close()
            raise _unreadable(self.path, error) from None
        if kept.tell() > _MOST_PIPED:
            kept.close()
            raise BadInput(
                f"{self.path} gives more than {_MOST_PIPED // 10**9} GB.", "Write it to a file, and import that."
            )
        self._kept = kept  # it is removed when it is closed
        return Path(kept.name)

    def full_path(self, name: str) -> Path:
        return self._copy if name == self.path.name else super().full_path(name)


class ZipSource(Source):
    """A zip, read in place. Close it."""

    def __init__(self, path: Path, encoding: str = "") -> None:
        """`encoding`: of names that are not marked as UTF-8. Raises BadInput, StorageError."""
        super().__init__(path)
        try:
            self._zip = zipfile.ZipFile(path, metadata_encoding=encoding or None)
        except OSError as error:
            raise _unreadable(path, error) from None
        except (zipfile.BadZipFile, ValueError, UnicodeDecodeError, LookupError, NotImplementedError) as error:
            raise BadInput(f"{path.name} is not a complete zip: {error}.", "Download it again.") from None
        self._entries = _by_path(self._zip.infolist())

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


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or "/." in name


def _broken_member(shown: str, error: Exception) -> BadInput:
    return BadInput(f"{shown} is broken in the zip: {error}.", "Download it again.")


def _unreadable(path: Path | str, error: OSError) -> StorageError:
    return StorageError(f"{path} cannot be read: {error.strerror}.", "Check its name and its permissions.")


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
        raise _unreadable(path, error) from None
    return ZipSource(path, encoding) if packed else FileSource(path)


def _starts_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


def folder_of(source: Source, name: str) -> str:
    """The folder of a file, with that of the source in front: what its images may lie in as well."""
    path = source.path if source.is_folder else source.path.parent
    inner = name.rpartition("/")[0]
    base = path.stem if isinstance(source, ZipSource) else path.name
    return f"{base}/{inner}" if inner else base
