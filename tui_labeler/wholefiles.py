"""Files that are written whole or not at all, and small ones that are read whole."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

# So many bytes at most has what a person writes by hand: settings, keys, themes, projects.
SMALL_FILE_BYTES = 16_000_000


def read_small_file(path: Path, pipes: bool = False) -> bytes:
    """The content of a small file; with `pipes` also what comes out of one (`<(…)` in a shell). Raises OSError where it
    cannot be read, is neither (a device may never end), or is too large."""
    kind = os.stat(path).st_mode
    if stat.S_ISDIR(kind):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(kind) and not (pipes and stat.S_ISFIFO(kind)):
        raise OSError(errno.EINVAL, "It is not a regular file")
    with path.open("rb") as file:
        content = file.read(SMALL_FILE_BYTES + 1)
    if len(content) > SMALL_FILE_BYTES:
        raise OSError(errno.EFBIG, f"It has more than {SMALL_FILE_BYTES // 1_000_000} MB")
    return content


def flush(file: BinaryIO) -> None:
    """What was written to an open file is on the disk when this returns."""
    file.flush()
    os.fsync(file.fileno())


def make_private(path: Path) -> None:
    """Takes a file that is there away from others, who made it readable for them; what belongs to someone else stays, and
    so does what is no file: whoever names /dev/null as root must not take it from everybody."""
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_uid == os.getuid() and stat.S_IMODE(status.st_mode) & 0o077:
            path.chmod(stat.S_IMODE(status.st_mode) & 0o700)
    except OSError:
        return  # it is not there, or on a disk without such modes: whoever opens it next says what is wrong with it


def replace_file(path: Path, content: bytes) -> None:
    """Writes under a temporary name, flushes, renames: a reader sees the old file or the new one. It is for this user
    alone, whatever the umask. Raises OSError."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
            flush(file)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
