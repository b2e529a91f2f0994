"""Stopping as Ctrl+Z stops any program of a shell, and going on when the shell says so."""

from __future__ import annotations

import os
import signal
import time

# A process that has not been stopped after so many seconds has no shell that could have it go on.
_STOP_SECONDS = 0.5


def has_shell() -> bool:
    """False where surely nothing could have this process go on: it is the first one of its session."""
    return os.getsid(0) != os.getpid()


def stop_group(terminal: int) -> bool:
    """Stops this process and all that were started with it, until a shell has them go on as the terminal's foreground.

    SIGTSTP is left to the kernel, which knows better than SIGSTOP: a process that no shell watches is not stopped (False),
    for nothing would ever wake it. The whole group stops as from the terminal's own Ctrl+Z: a script or `uv run` around
    this process would otherwise keep the shell waiting.
    """
    went_on: list[int] = []
    before = {
        signal.SIGTSTP: signal.signal(signal.SIGTSTP, signal.SIG_DFL),
        signal.SIGCONT: signal.signal(signal.SIGCONT, lambda number, frame: went_on.append(number)),
    }
    try:
        while True:
            went_on.clear()
            os.killpg(0, signal.SIGTSTP)
            until = time.monotonic() + _STOP_SECONDS
            while not went_on and time.monotonic() < until:
                time.sleep(0.01)
            if not went_on or _is_foreground(terminal):
                return bool(went_on)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_foreground(terminal: int) -> bool:
    """Whether it may write; after the shell's `bg` it may not, and is stopped again."""
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return True  # the terminal is gone; who goes on learns it
