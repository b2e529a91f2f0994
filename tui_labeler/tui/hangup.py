"""A terminal that goes away takes the app with it.

When the line breaks, Textual's writer ends with an error, and the app may wait for it for ever, with its input thread
spinning on a file that has ended; no signal reaches an event loop that is blocked. So a thread of our own looks at the
terminal. Nothing is lost by a hard end: drafts are on the disk after every change, and the leases of a dead process come
back at once.
"""

from __future__ import annotations

import os
import signal
import sys
import termios
import threading
from collections.abc import Callable

_LOOK_SECONDS = 1.0
_PATIENCE_SECONDS = 3.0
EXIT_CODE = 128 + int(signal.SIGHUP)


class HangUpWatch:
    """Between `start` and `stop`: calls `leave` once the terminal of standard input is gone, and ends the process if that
    has not led anywhere after a few seconds."""

    def __init__(self, leave: Callable[[], None]) -> None:
        self._leave = leave
        self._over = threading.Event()

    def start(self) -> None:
        if sys.__stdin__ is not None and sys.__stdin__.isatty():
            threading.Thread(target=self._watch, args=(sys.__stdin__.fileno(),), name="hang-up", daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def _watch(self, terminal: int) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            if not _is_there(terminal):
                self._leave()
                if not self._over.wait(_PATIENCE_SECONDS):
                    os._exit(EXIT_CODE)
                return


def _is_there(terminal: int) -> bool:
    try:
        termios.tcgetattr(terminal)
    except (termios.error, OSError):
        return False
    return True
