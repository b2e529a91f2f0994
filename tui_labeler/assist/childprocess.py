"""A model's process seen from within: at the lowest priority and on one core, the first to go where the machine runs out of
memory, and at its end with whoever started it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Protocol

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Answering(Protocol):
    """What answers messages."""

    def run(self) -> None: ...


def serve(make: Callable[[IO[bytes], IO[bytes]], Answering]) -> None:
    """Answers over standard input and output until the other side has ended. `make` is given both."""
    be_quiet()
    end_with_parent()
    into, out = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the messages.
    os.dup2(2, 1)
    make(into, out).run()


def peak_megabytes() -> float:
    """The most memory that this process has had. (On Linux `getrusage` would count what its parent had before it.)"""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
    # Bytes on macOS, kilobytes elsewhere.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def be_quiet() -> None:
    """Below everything else that runs on the machine. What the system does not offer is left out."""
    os.nice(19)
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def end_with_parent() -> None:
    """Killed with whoever started it, even where it is stopped or deep in a library: at once on Linux, elsewhere within a
    second."""
    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
