"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from pathlib import Path
from typing import BinaryIO

# The folders that engines work in, below the system's for temporary files.
ENGINE_FOLDER = "tui-labeler-engine-"


def flush(file: BinaryIO) -> None:
    """What was written to an open file is on the disk when this returns."""
    file.flush()
    os.fsync(file.fileno())


def dead_prefix(prefix: str) -> str:
    """What begins the name of a temporary thing of this process; `remove_dead` knows by it whether its maker lives."""
    return f"{prefix}{socket.gethostname()}-{os.getpid()}-"


def remove_dead(folder: Path, prefix: str) -> None:
    """Removes folders of this user that processes of this machine made under `dead_prefix(prefix)`, and that have ended
    without removing them."""
    begin = f"{prefix}{socket.gethostname()}-"
    for leftover in folder.glob(f"{begin}*"):
        pid = leftover.name[len(begin) :].partition("-")[0]
        if pid.isdigit() and not _runs(int(pid)) and leftover.lstat().st_uid == os.getuid():
            shutil.rmtree(leftover, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def make_private(path: Path) -> None:
    """Takes a file that is there away from others, who made it readable for them; what belongs to someone else stays."""
    try:
        found = path.stat()
        if found.st_uid == os.getuid() and stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
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
