"""A local folder: every file below it, in a stream, without leaving it; and the bytes of one file.

Only files are opened. A named pipe would wait for a writer that never comes, a device may do anything.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator

from tui_labeler import limits
from tui_labeler.model.errors import StorageError
from tui_labeler.model.names import natural_key
from tui_labeler.model.patterns import is_image
from tui_labeler.model.text import size_text

File = tuple[str, int, str]


# What is wrong with one entry, and says nothing of the folder: a link to itself, into a folder that is closed, too long.
_OF_ONE = (errno.ELOOP, errno.EACCES, errno.EPERM, errno.ENAMETOOLONG, errno.ENOTDIR, errno.ENOENT)
_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISDIR, "a folder"),
)
_PIECE = 4 << 20


def walk_folder(
    root: str, prefix: str, unusable: Callable[[str], None], beat: Callable[[], None] = lambda: None
) -> Iterator[File]:
    """(path below `root`, size in bytes, modification time) of every file under `root/prefix`, folder by folder.

    `unusable` is told names that cannot be addressed (not UTF-8, control characters), links that lead out of `root` or
    nowhere, and images that are no files (pipes, sockets, devices). Links that stay inside are followed if they lead to a
    file, and passed over if to a folder (its files are found where they are). `beat` is called for every folder. Raises
    StorageError for a folder that cannot be read: half a listing would make the rest of the files look vanished.
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
        beat()
        folder = waiting.pop()
        deeper = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        deeper.append(entry.path)
                        continue
                    path = entry.path[cut:]
                    if not path.isprintable() and not is_addressable(path):
                        unusable(path)
                        continue
                    if entry.is_symlink():
                        if not _inside(entry.path, real_root):
                            unusable(path)
                            continue
                        if _leads_to_folder(entry):
                            continue
                    status = _stat(entry)
                    if status is not None:
                        yield path, status.st_size, f"{status.st_mtime_ns:x}"
                    elif is_image(path):
                        unusable(path)
        except OSError as error:
            mend = "Give this user read permission, or choose a path that leaves that folder out."
            raise StorageError(f"The folder {folder} cannot be read: {error.strerror}.", mend) from None
        waiting.extend(reversed(deeper))


def is_addressable(path: str) -> bool:
    """Whether an object store can name the file: UTF-8, no control characters. Bidi marks and such are only ugly."""
    return not any(char < " " or "\x7f" <= char <= "\x9f" or "\ud800" <= char <= "\udfff" for char in path)


def _inside(path: str, real_root: str) -> bool:
    real = os.path.realpath(path)
    return real == real_root or real.startswith(real_root.rstrip("/") + "/")


def _leads_to_folder(link: os.DirEntry[str]) -> bool:
    try:
        return link.is_dir()
    except OSError as error:
        if error.errno in _OF_ONE:
            return False
        raise


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None for what vanished meanwhile, for a link to nowhere or to itself, and for what is no file (sockets, devices)."""
    try:
        return entry.stat() if entry.is_file() else None
    except OSError as error:
        if error.errno in _OF_ONE:
            return None
        raise


def read_file(path: str, name: str, most: int | None = None, beat: Callable[[], None] = lambda: None) -> bytes:
    """The bytes of the file `path`, the first `most` of them, or all of one within the limit of bytes; `beat` is called
    for each piece. `name` is what messages call it. Raises StorageError, and FileNotFoundError where it is gone."""
    before = os.stat(path)  # before it is opened: opening a pipe waits, opening a device may rewind it
    _require_file(before, name)
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    with open(handle, "rb", buffering=0) as file:
        before = os.fstat(handle)
        _require_file(before, name)
        allowed = limits.in_force().file_bytes
        if most is None and before.st_size > allowed:
            raise too_large(name, before.st_size)
        pieces, left = [], before.st_size + 1 if most is None else most
        while left > 0 and (piece := file.read(min(left, _PIECE))):
            pieces.append(piece)
            left -= len(piece)
            beat()
        if most is None:
            after = os.fstat(handle)
            if left <= 0 or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                raise StorageError(f"“{name}” changed while it was read.", "Try again when it has been written.")
    return b"".join(pieces)


def too_large(name: str, size: int) -> StorageError:
    """That the file has more bytes than the limit."""
    most = size_text(limits.in_force().file_bytes)
    mend = "Skip it, use a smaller copy, or raise the limit: tui-labeler config set image_bytes 4G."
    return StorageError(f"“{name}” has {size_text(size)}; image files of more than {most} are not read.", mend)


def _require_file(status: os.stat_result, name: str) -> None:
    """Raises StorageError for what is no file."""
    if not stat.S_ISREG(status.st_mode):
        kind = next((words for test, words in _KINDS if test(status.st_mode)), "something else")
        raise StorageError(f"“{name}” is {kind}, not a file.", "Skip it, or replace it by an image.")


def subfolders(folder: str) -> tuple[str, ...]:
    """The names of the folders in `folder` that can be addressed, hidden ones left out. Raises StorageError."""
    try:
        with os.scandir(os.path.expanduser(folder) or "/") as entries:
            names = [entry.name for entry in entries if not entry.name.startswith(".") and entry.is_dir()]
    except OSError as error:
        raise StorageError(f"The folder {folder} cannot be read: {error.strerror}.") from None
    return tuple(sorted((name for name in names if is_addressable(name)), key=natural_key))
