"""The terminal while the app draws on it: libraries in C complain on standard error by its number, past Python (libtiff
does of broken images, ONNX Runtime of models), and that is the very screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2


@contextmanager
def own_screen() -> Iterator[None]:
    """The app, which writes to `sys.__stderr__`, keeps the terminal on a number of its own; what is written to standard
    error by its number goes nowhere."""
    stream = sys.__stderr__
    if stream is None or stream.closed or stream.fileno() != _STDERR:
        yield
        return
    stream.flush()
    terminal = os.dup(_STDERR)
    sink = os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, _STDERR)
    os.close(sink)
    is_stderr = sys.stderr is stream
    with open(terminal, "w", encoding=stream.encoding, errors=stream.errors) as own:
        sys.__stderr__ = own  # type: ignore[misc]
        sys.stderr = own if is_stderr else sys.stderr
        try:
            yield
        finally:
            own.flush()
            os.dup2(terminal, _STDERR)
            sys.__stderr__ = stream  # type: ignore[misc]
            sys.stderr = stream if is_stderr else sys.stderr


def terminal_number() -> int:
    """The file that the app draws to."""
    stream = sys.__stderr__
    return _STDERR if stream is None or stream.closed else stream.fileno()
