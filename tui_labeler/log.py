"""The log of a run: off unless a file is named, for this user alone, and without secrets.

`logging` is imported when a log begins: without one, a line costs a look at a variable, and the start-up nothing.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tui_labeler.model.errors import BadInput

if TYPE_CHECKING:
    import logging

_handler: logging.Handler | None = None


def write(room: str, text: str, *values: object) -> None:
    """A line of the logger `tui_labeler.ROOM`; `values` go into `text` as logging does it, with %s."""
    if _handler is not None:
        import logging

        logging.getLogger(f"tui_labeler.{room}").info(text, *values)


def write_error(room: str, error: BaseException) -> None:
    """What was raised, with the places in the code; no values, no locals."""
    if _handler is not None:
        import logging

        logging.getLogger(f"tui_labeler.{room}").error("%s", type(error).__name__, exc_info=error)


def begin(path: Path) -> Callable[[], None]:
    """Everything from now on is written to the end of the file at `path`, warnings of libraries too; what is given back
    ends that. Raises BadInput where it cannot be written."""
    global _handler
    import logging

    from tui_labeler.model.errors import hide_credentials
    from tui_labeler.model.text import safe_text
    from tui_labeler.reports import redact

    class Redacted(logging.Formatter):
        """Secrets go out of the whole text, the traceback's lines and the arguments with it."""

        def format(self, record: logging.LogRecord) -> str:
            text = redact(hide_credentials(super().format(record)))
            return "\n".join(safe_text(line, 2000) for line in text.split("\n"))

    handler = logging.StreamHandler(_open(path))
    handler.setFormatter(Redacted("%(asctime)s.%(msecs)03d %(process)d %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S"))
    root, own = logging.getLogger(), logging.getLogger("tui_labeler")
    before = own.level
    own.setLevel(logging.DEBUG)
    root.addHandler(handler)
    _handler = handler

    def end() -> None:
        global _handler
        _handler = None
        root.removeHandler(handler)
        own.setLevel(before)
        handler.stream.close()
        handler.close()

    return end


def _open(path: Path) -> TextIO:
    """Readable for this user alone, also where the file was there before. Neither a device nor a pipe is a log."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NONBLOCK, 0o600)
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise BadInput(f"The log {path} is not a regular file.", "Name another file with --log.")
        os.fchmod(number, 0o600)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise BadInput(f"The log {path} cannot be written: {reason}.", "Name another file with --log.") from None
    return os.fdopen(number, "a", encoding="utf-8", errors="backslashreplace")


def begin_run(path: Path, words: list[str]) -> Callable[[], None]:
    """A log that says first what was called, and on what."""
    import platform

    from tui_labeler import __version__

    end = begin(path)
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    write("cli", "tui-labeler %s, %s, %s", __version__, system, sys.platform)
    write("cli", "called with %s", words)
    return end
