"""Processes by names that no later process bears, whether one of this machine has ended, and what it left behind."""

from __future__ import annotations

import os
import shutil
import socket
from functools import lru_cache
from pathlib import Path

_SEPARATOR = "|"
# The folders that engines work in, below the system's for temporary files.
ENGINE_FOLDER = "tui-labeler-engine-"


def this_process() -> str:
    """A name for this process: its machine, the machine's start, the namespace of its process id, the id, and when it
    began."""
    pid = os.getpid()
    return _SEPARATOR.join((*_here(), str(pid), _begun(pid)))


def is_dead(holder: str) -> bool:
    """Whether the process of that name (see `this_process`) is of this machine and has ended. False where that cannot be
    known."""
    parts = holder.split(_SEPARATOR)
    machine, boot, namespace = _here()
    if len(parts) != 5 or parts[0] != machine or not parts[3].isdigit():
        return False
    if parts[1] != boot:
        return bool(boot and parts[1])  # the machine has started anew since
    if parts[2] != namespace:
        return False
    pid = int(parts[3])
    if not _runs(pid):
        return True
    begun = _begun(pid)  # it may be another process by now
    return begun != parts[4] if begun and parts[4] else False


def dead_prefix(prefix: str) -> str:
    """What begins the name of a temporary thing of this process; `remove_dead` knows by it whether its maker lives."""
    return f"{prefix}{socket.gethostname()}-{os.getpid()}-"


def remove_dead(folder: Path, prefix: str) -> None:
    """Removes folders of this user that processes of this machine made under `dead_prefix(prefix)`, and that have ended
    without removing them. Another process may be removing the same ones."""
    begin = f"{prefix}{socket.gethostname()}-"
    for leftover in folder.glob(f"{begin}*"):
        pid = leftover.name[len(begin) :].partition("-")[0]
        if pid.isdigit() and not _runs(int(pid)) and _is_ours(leftover):
            shutil.rmtree(leftover, ignore_errors=True)


def _is_ours(path: Path) -> bool:
    """Whether this user owns it; False for what is gone."""
    try:
        return path.lstat().st_uid == os.getuid()
    except OSError:
        return False


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True  # it is someone else's
    return True


@lru_cache(maxsize=1)
def _here() -> tuple[str, str, str]:
    """The machine, its start, and the namespace that process ids are of."""
    machine = _read("/etc/machine-id") or _read("/var/lib/dbus/machine-id")
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return f"{os.uname().nodename} {machine}".strip(), _read("/proc/sys/kernel/random/boot_id"), namespace


def _begun(pid: int) -> str:
    """When a process began, in ticks since the machine's start; "ended" for one that is only waited for; empty where the
    platform does not say."""
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    if len(fields) < 20:
        return ""
    return "ended" if fields[0] in "ZX" else fields[19]


def _read(path: str) -> str:
    try:
        return Path(path).read_text("ascii", "replace").strip()
    except OSError:
        return ""
