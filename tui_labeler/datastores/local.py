"""Walking a local folder: every file below it, in a stream, without leaving it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from tui_labeler.model.errors import StorageError

File = tuple[str, int, str]


def walk_folder(root: str, prefix: str, unusable: Callable[[str], None]) -> Iterator[File]:
    """(path below `root`, size in bytes, modification time) of every file under `root/prefix`, folder by folder.

    `unusable` is told names that cannot be addressed (not UTF-8, control characters) and links that lead out of `root`
    or nowhere; links that stay inside are followed if they lead to a file, and passed over if to a folder (its files are
    found where they are). Raises StorageError for a folder that cannot be read: half a listing would make the rest of
    the files look vanished.
    """
    real_root = os.path.realpath(root)
    start = os.path.join(root, prefix) if prefix else root
    if prefix and (not os.path.isdir(start) or not _inside(start, real_root)):
        if os.path.lexists(start):
            unusable(prefix)
        return
    cut = len(root.rstrip("/")) + 1
    waiting = [start.rstrip("/") or "/"]
    while waiting:
        folder = waiting.pop()
        deeper = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        deeper.append(entry.path)
                        continue
                    path = entry.path[cut:]
                    if not path.isprintable() and not _addressable(path):
                        unusable(path)
                        continue
                    if entry.is_symlink():
                        if not _inside(entry.path, real_root):
                            unusable(path)
                            continue
                        if entry.is_dir():
                            continue
                    found = _stat(entry)
                    if found is not None:
                        yield path, found.st_size, f"{found.st_mtime_ns:x}"
        except OSError as error:
            mend = "Give this user read permission, or choose a path that leaves that folder out."
            raise StorageError(f"The folder {folder} cannot be read: {error.strerror}.", mend) from None
        waiting.extend(reversed(deeper))


def _addressable(path: str) -> bool:
    """Whether an object store can name the file: UTF-8, no control characters. Bidi marks and such are only ugly."""
    return not any(char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff" for char in path)


def _inside(path: str, real_root: str) -> bool:
    real = os.path.realpath(path)
    return real == real_root or real.startswith(real_root.rstrip("/") + "/")


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None for what vanished meanwhile, for a link to nowhere, and for what is no file (sockets, devices)."""
    try:
        return entry.stat() if entry.is_file() else None
    except FileNotFoundError:
        return None


def subfolders(folder: str) -> tuple[str, ...]:
    """The names of the folders in `folder` that can be addressed, hidden ones left out. Raises StorageError."""
    try:
        with os.scandir(os.path.expanduser(folder) or "/") as entries:
            names = [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir()]
    except OSError as error:
        raise StorageError(f"The folder {folder} cannot be read: {error.strerror}.") from None
    return tuple(sorted(name for name in names if _addressable(name)))
