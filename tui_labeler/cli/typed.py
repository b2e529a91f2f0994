"""What is typed while a line shows how far work is: not written across the line, and there for what comes next."""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_LOCAL = 3  # where `tcgetattr` has the flags of echo


@contextmanager
def hidden() -> Iterator[None]:
    """Keys are not echoed to the terminal of standard error, and wait there for the shell, or for the app. Ctrl+C acts as
    ever, and whoever stops the process with Ctrl+Z has the terminal as it was. Its modes come back whatever ends the work.
    """
    terminal = sys.stderr.fileno()
    try:
        before = termios.tcgetattr(terminal)
        is_ours = _is_in_front(terminal)
    except (termios.error, OSError):
        is_ours = False
    if not is_ours:  # in the background the terminal is somebody else's
        yield
        return

    def hide() -> None:
        modes = termios.tcgetattr(terminal)
        modes[_LOCAL] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSANOW, modes)

    def show() -> None:
        with suppress(termios.error, OSError):  # the terminal may be gone
            if _is_in_front(terminal):
                termios.tcsetattr(terminal, termios.TCSANOW, before)

    def stop(number: int, frame: object) -> None:
        show()
        signal.signal(signal.SIGTSTP, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTSTP)
        signal.signal(signal.SIGTSTP, stop)  # it goes on
        with suppress(termios.error, OSError):
            if _is_in_front(terminal):
                hide()

    handler = signal.signal(signal.SIGTSTP, stop)
    try:
        hide()
        yield
    finally:
        signal.signal(signal.SIGTSTP, handler)
        show()


def forget() -> None:
    """Drops what was typed and nobody has read: it was meant for something that was not there yet."""
    with suppress(termios.error, OSError):
        if _is_in_front(sys.stdin.fileno()):
            termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def _is_in_front(terminal: int) -> bool:
    return os.tcgetpgrp(terminal) == os.getpgrp()
