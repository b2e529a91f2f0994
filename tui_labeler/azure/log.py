"""The log of the calls to Azure: one line each, with the id that Microsoft's support asks for, and without secrets."""

from __future__ import annotations

import logging
import logging.handlers
import os
from pathlib import Path

from tui_labeler import log
from tui_labeler.model.text import safe_text
from tui_labeler.reports import redact
from tui_labeler.wholefiles import make_private

_SIZE = 1_000_000
_LIBRARIES = ("azure", "msal", "msal_extensions", "msrest", "urllib3")


def hush_libraries() -> None:
    """Microsoft's libraries warn on standard error, over the screen, of what we tell in our own words."""
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class CallLog:
    """Writes to `azure.log` in `folder`, for this user alone, at most two files of a megabyte. Without a folder, or where
    it cannot be written, calls go on without a log."""

    def __init__(self, folder: str) -> None:
        self._logger = logging.Logger("tui_labeler.azure", logging.INFO)
        self._path = Path(folder) / "azure.log" if folder else None
        self._handler: logging.Handler | None = None

    def call(self, method: str, path: str, status: str, seconds: float | None, request_id: str, more: str = "") -> None:
        """`path` without its query: signatures stand in queries. `status`: the HTTP status, or what went wrong."""
        took = "" if seconds is None else f" {seconds * 1000:.0f} ms"
        line = f"{method} {path.partition('?')[0]} {status}{took} x-ms-client-request-id={request_id}"
        self._write(f"{line} {more}".rstrip())

    def note(self, line: str) -> None:
        """Something else to remember; what looks like a secret in it is taken out."""
        self._write(redact(line))

    def _write(self, line: str) -> None:
        if self._handler is None:
            self._handler = self._open()
        self._logger.info(safe_text(line, 800))
        log.write("azure", "%s", line)

    def close(self) -> None:
        if self._handler is not None:
            self._logger.removeHandler(self._handler)
            self._handler.close()
            self._handler = None

    def _open(self) -> logging.Handler:
        handler: logging.Handler = logging.NullHandler()
        if self._path is not None:
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
                make_private(self._path)
                handler = logging.handlers.RotatingFileHandler(self._path, maxBytes=_SIZE, backupCount=1, delay=True)
            except OSError:
                handler = logging.NullHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(message)s"))
        self._logger.addHandler(handler)
        return handler
