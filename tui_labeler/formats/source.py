"""What is read, as files by their relative paths: a folder, a file, or what comes out of a pipe (a zip: see zipsource)."""

from __future__ import annotations

import os
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from tui_labeler.formats.jsontext import Readable, Window
from tui_labeler.model.errors import BadInput, StorageError
from tui_labeler.model.leftovers import is_leftover

MOST_FILES = 2_000_000
"""No folder or zip has more files."""
HEAD = 1 << 16
_TAIL = 1 << 14
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
    def folder_name(self) -> str:
        """What the folder of its files is called."""
        return self.path.name

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
            raise unreadable(error.filename or self.path, error)

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
            raise unreadable(self.full_path(name), error) from None

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
    def folder_name(self) -> str:
        return self.path.parent.name

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
            raise unreadable(self.path, error) from None
        if kept.tell() > _MOST_PIPED:
            kept.close()
            raise BadInput(
                f"{self.path} gives more than {_MOST_PIPED // 10**9} GB.", "Write it to a file, and import that."
            )
        self._kept = kept  # it is removed when it is closed
        return Path(kept.name)

    def full_path(self, name: str) -> Path:
        return self._copy if name == self.path.name else super().full_path(name)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or "/." in name


def unreadable(path: Path | str, error: OSError) -> StorageError:
    """What is said of a file that cannot be read."""
    return StorageError(f"{path} cannot be read: {error.strerror}.", "Check its name and its permissions.")


def folder_of(source: Source, name: str) -> str:
    """The folder of a file, with that of the source in front: what its images may lie in as well."""
    inner = name.rpartition("/")[0]
    return f"{source.folder_name}/{inner}" if inner else source.folder_name
