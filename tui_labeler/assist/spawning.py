"""Processes for models: without what they have no business with, in an empty folder, on one core."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Collection

from tui_labeler.assist.engine import EngineError
from tui_labeler.processes import ENGINE_FOLDER, dead_prefix

_SECRETS = ("SECRET", "PASSWORD", "TOKEN", "KEY", "CREDENTIAL", "SAS")


def spawn(
    module: str, what: str, secrets: Collection[str] = ()
) -> tuple[tempfile.TemporaryDirectory[str], subprocess.Popen[bytes]]:
    """(its folder, the process of `module`), spoken to over its standard input and output. Of the environment's secrets it
    gets those named in `secrets`. Raises EngineError, in which it is called `what`."""
    folder = tempfile.TemporaryDirectory(prefix=dead_prefix(ENGINE_FOLDER), ignore_cleanup_errors=True)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name in secrets or not any(word in name.upper() for word in _SECRETS)
    }
    # One thread: libraries read these when they are loaded.
    environment |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    try:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder.name,
            env=environment,
            start_new_session=True,  # an interrupt typed at the terminal is for the app
        )
    except OSError as error:
        folder.cleanup()
        raise EngineError(f"{what} cannot be started: {error.strerror}.") from None
    return folder, process


def end(folder: tempfile.TemporaryDirectory[str], process: subprocess.Popen[bytes]) -> None:
    """Ends the process at once, whatever it does."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except (OSError, ValueError):
                continue  # what was still to be written goes nowhere
    folder.cleanup()
