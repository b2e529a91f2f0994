"""Standard input, output and error as a process may get them: closed, full, or in an encoding that lacks characters."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

# What a machine refuses that is no fault of this program: errno -> what to do.
_REFUSALS = {
    errno.ENOSPC: "Free some space, and try again.",
    errno.EDQUOT: "Free some space, or have the quota raised.",
    errno.EROFS: "Name a place that can be written, with --home.",
    errno.EACCES: "Change who may write there, or name another place with --home.",
    errno.EPERM: "Change who may write there, or name another place with --home.",
    errno.EIO: "Look at the disk, or the line, and try again.",
    errno.EMFILE: "Raise the limit of open files (ulimit -n).",
    errno.ENFILE: "Close other programs, and try again.",
    errno.ESTALE: "The share was mounted anew: try again.",
    errno.ENAMETOOLONG: "Choose a shorter name.",
    errno.EBADF: "Standard input or output was closed: start the program with them open.",
}


def prepare_streams() -> None:
    """Every stream is there, and none of them raises for a character that its encoding does not have.

    A process that was started with closed streams (`>&-`) would give their numbers to the next files that it opens: what
    is printed could end in the database.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # lives as long as the process
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def drop_output() -> None:
    """What is still to be written to standard output goes nowhere: Python would complain about it again at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def refusal(error: OSError) -> tuple[str, str] | None:
    """What the machine refused, as message and mend; None where the error says nothing about the machine."""
    if error.errno not in _REFUSALS:
        return None
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror}{where}.", _REFUSALS[error.errno]
